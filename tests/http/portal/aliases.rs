//! Every name that the seed and the client have for one and the same endpoint (portal contract section 9).

use integration_tests::portal::{Portal, email_of, form, verification_token, with};
use reqwest::Method;
use serde_json::{Value, json};

const PREFIXES: [&str; 2] = ["/api/private/management", "/api/management"];

#[tokio::test]
async fn both_spellings_of_verify_email_prove_an_address() {
    let portal = Portal::start().await;
    for (name, path) in [("ann", "/api/public/verify_email"), ("bob", "/api/public/veryfy_email")] {
        let token = portal.sign_up_only(name).await;
        let browser = portal.browser();
        browser.post(path, json!({ "token": token })).await.expect_ok(&[]);
        let profile = browser.get("/api/private/profile").await.expect(200);
        assert_eq!(profile["email_verified"], true);
        let wrong = browser.post(path, json!({ "token": "no-such-link-5521" })).await;
        wrong.expect_problem_with(400, "invalid token(");
    }
    portal.stop().await;
}

#[tokio::test]
async fn a_newcomer_is_shown_and_signs_up_under_every_name() {
    let portal = Portal::start().await;
    let shown = portal.arrive("somebody").await;
    let keys = ["token", "account_id", "acciunt_id", "email"];
    let public = shown.get("/api/public/oidc_account").await.expect_ok(&keys);
    let alias = shown.get("/api/oidc_account").await.expect_ok(&keys);
    for key in ["account_id", "acciunt_id", "email"] {
        assert_eq!(public[key], alias[key]);
    }
    for (name, path) in [
        ("ann", "/api/public/oidc_account/signup"),
        ("bob", "/api/oidc_account/signup"),
        ("cas", "/api/private/signup"),
    ] {
        portal.browser().post(path, form(name)).await.expect_problem(401, "ログインしていません");
        let browser = portal.arrive(name).await;
        let faulty = with(form(name), json!({ "sex": "?" }));
        browser.post(path, faulty).await.expect_problem(400, "性別の値が不正です");
        browser.post(path, form(name)).await.expect_ok(&[]);
        let letter = portal.server.mailbox.take(&email_of(name)).await;
        assert!(!verification_token(&letter).is_empty());
        let member = portal.sign_in_as(name).await;
        member.post(path, form("other")).await.expect_problem(403, "既に存在しているユーザーです");
    }
    portal.stop().await;
}

#[tokio::test]
async fn management_answers_alike_below_both_prefixes() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let ids = portal.import(&admin, &[("ann", "member"), ("bob", "not_member")]).await;
    admin.record(ids[1], 0).await.expect_ok(&[]);
    let reads = [
        "users".to_owned(),
        "users?period=201910".to_owned(),
        "users?period=5".to_owned(),
        "list_users".to_owned(),
        "users/search?q=an".to_owned(),
        "users/export.csv".to_owned(),
        "users/export.jsonl".to_owned(),
        format!("user?user_id={}", ids[0]),
        "user?user_id=0".to_owned(),
        format!("payment_status?user_id={}", ids[1]),
        format!("payment_status?user_id={}", ids[0]),
        format!("payment_statuses?user_id={}", ids[1]),
        "payment_statuses".to_owned(),
        "config?kind=payment_period".to_owned(),
        "config?kind=current_period".to_owned(),
        "config?kind=email_template&email_kind=payment_receipt".to_owned(),
        "config?kind=weather".to_owned(),
    ];
    for path in reads {
        let mut answers = Vec::new();
        for prefix in PREFIXES {
            let answer = admin.browser.get(&format!("{prefix}/{path}")).await;
            answers.push((answer.status, answer.header("Content-Type").to_owned(), answer.text));
        }
        assert_eq!(answers[0], answers[1], "{path}");
        assert!(!answers[0].2.is_empty());
    }
    portal.stop().await;
}

#[tokio::test]
async fn management_changes_things_below_both_prefixes() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let ann = portal.sign_up("ann").await;
    for prefix in PREFIXES {
        let call = async |method: Method, path: &str, body: Value| {
            let path = format!("{prefix}/{path}");
            admin.browser.with_body(method, &path, body).await.expect_ok(&[]);
        };
        let user = admin.browser.get(&format!("{prefix}/user?user_id={}", ann.id)).await.expect(200);
        let user = with(user["user"].clone(), json!({ "handle": prefix }));
        call(Method::POST, "user", json!({ "user": user })).await;
        assert_eq!(ann.profile().await["handle"], prefix);
        call(Method::PATCH, "user", json!({ "user_id": ann.id, "role": "retired" })).await;
        assert_eq!(ann.role().await, "retired");
        call(Method::PATCH, "user", json!({ "user_id": ann.id, "role": "not_member" })).await;
        call(Method::PUT, "payment_status", json!({ "user_id": ann.id })).await;
        assert_eq!(ann.role().await, "member");
        call(Method::DELETE, "payment_status", json!({ "user_id": ann.id })).await;
        assert_eq!(ann.role().await, "not_member");
        let path = "/api/private/profile/payment_transaction";
        let offer = ann.browser.post_nothing(path).await.expect_ok(&["token", "expired_at"]);
        let token = json!({ "token": offer["token"] });
        let preview = format!("{prefix}/authorize_transaction/preview");
        assert_eq!(admin.browser.post(&preview, token.clone()).await.status, 200);
        call(Method::POST, "authorize_transaction", token).await;
        call(Method::DELETE, "payment_status", json!({ "user_id": ann.id })).await;
        call(Method::POST, "remind_payment", json!({ "filter": [ann.id] })).await;
        let payload = json!({ "payment_period": 202_004 });
        call(Method::POST, "config", json!({ "kind": "payment_period", "payload": payload })).await;
    }
    portal.stop().await;
}

#[tokio::test]
async fn the_client_may_send_its_header_with_a_charset() {
    let portal = Portal::start().await;
    let ann = portal.sign_up("ann").await;
    let body = with(ann.profile().await, json!({ "handle": "changed" })).to_string();
    let request = ann.browser.request(Method::POST, "/api/private/profile");
    let request = request.header("Content-Type", "application/json; charset=utf-8").body(body);
    assert_eq!(ann.browser.send(request).await.expect(200)["handle"], "changed");
    portal.stop().await;
}
