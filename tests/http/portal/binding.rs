//! How requests are read (portal contract section 1).

use integration_tests::{
    client::Answer,
    portal::{Browser, MANAGEMENT, Portal, form, with},
};
use reqwest::{Method, header::CONTENT_TYPE};
use serde_json::{Value, json};

/// Everything with a body, and how what cannot be read is refused.
const BODIES: [(Method, &str, &str); 9] = [
    (Method::POST, "/api/public/callback", "code and state is not set"),
    (Method::POST, "/api/public/verify_email", "token is missing"),
    (Method::POST, "/api/private/profile", "リクエストデータが不正です("),
    (Method::POST, "/api/private/management/user", "invalid request values"),
    (Method::PATCH, "/api/private/management/user", ""),
    (Method::POST, "/api/private/management/authorize_transaction", ""),
    (Method::PUT, "/api/private/management/payment_status", ""),
    (Method::POST, "/api/private/management/remind_payment", ""),
    (Method::POST, "/api/private/management/config", "invalid request values: "),
];

async fn send(browser: &Browser, method: &Method, path: &str, kind: Option<&str>, body: &str) -> Answer {
    let request = browser.request(method.clone(), path).body(body.to_owned());
    browser
        .send(match kind {
            Some(kind) => request.header(CONTENT_TYPE, kind),
            None => request,
        })
        .await
}

#[tokio::test]
async fn what_is_no_json_object_is_refused_everywhere() {
    let portal = Portal::start().await;
    let admin = portal.sign_up_admin("ann").await;
    let newcomer = portal.arrive("bob").await;
    let signup = (Method::POST, "/api/public/oidc_account/signup", "リクエストデータが不正です(");
    for (method, path, message) in BODIES.iter().chain([&signup]) {
        let browser = if *path == signup.1 { &newcomer } else { &admin.browser };
        for (kind, body) in [
            (Some("application/json"), "{"),
            (Some("application/json"), "[]"),
            (Some("application/json"), "\"text\""),
            (Some("application/json"), "5"),
            (Some("application/json"), "{} {}"),
            (Some("application/json"), "\u{feff}{}"),
            (Some("text/plain"), "{}"),
            (Some("application/x-www-form-urlencoded"), "token=x&user_id=1"),
            (Some("application/octet-stream"), "{}"),
            (None, "{}"),
        ] {
            let answer = send(browser, method, path, kind, body).await;
            assert_eq!(answer.status, 400, "{method} {path} {kind:?} {body}: {}", answer.text);
            assert!(answer.problem(400).starts_with(message), "{method} {path} {body}: {}", answer.text);
        }
    }
    portal.stop().await;
}

#[tokio::test]
async fn an_empty_body_is_an_empty_object_whatever_it_is_called() {
    let portal = Portal::start().await;
    let admin = portal.sign_up_admin("ann").await;
    let newcomer = portal.arrive("bob").await;
    for (browser, method, path, status, message) in [
        (&newcomer, Method::POST, "/api/public/callback", 400, "state is not set"),
        (&newcomer, Method::POST, "/api/public/oidc_account/signup", 400, "性別の値が不正です"),
        (&admin.browser, Method::POST, "/api/private/profile", 400, "性別の値が不正です"),
        (
            &admin.browser,
            Method::POST,
            "/api/private/management/authorize_transaction",
            400,
            "無効なトークンです",
        ),
        (&admin.browser, Method::PUT, "/api/private/management/payment_status", 404, "user not found"),
        (
            &admin.browser,
            Method::PATCH,
            "/api/private/management/user",
            400,
            "存在しないロールが指定されています",
        ),
    ] {
        for kind in [None, Some("application/json"), Some("text/plain")] {
            let answer = send(browser, &method, path, kind, "").await;
            assert_eq!((path, kind, answer.problem(status)), (path, kind, message));
        }
        let answer = send(browser, &method, path, Some("application/json"), "{}").await;
        assert_eq!((path, answer.problem(status)), (path, message));
    }
    let verify = newcomer.post_nothing("/api/public/verify_email").await;
    verify.expect_problem_with(400, "invalid token(");
    for path in ["/api/public/login", "/api/public/logout"] {
        assert_eq!(send(&newcomer, &Method::POST, path, Some("application/json"), "").await.status, 200);
    }
    portal.stop().await;
}

#[tokio::test]
async fn keys_that_mean_nothing_are_ignored_whatever_they_hold() {
    let portal = Portal::start().await;
    let ann = portal.sign_up("ann").await;
    let strange = json!({
        "status": "Teapot",
        "status_code": "418",
        "univ_name": 5,
        "nothing": { "of": ["this", null, { "name": 1.5 }] },
        "__proto__": {},
        "": "",
    });
    let body = with(with(ann.profile().await, strange), json!({ "handle": "new" }));
    let _ = ann.browser.post("/api/private/profile", body).await.expect(200);
    assert_eq!(ann.profile().await["handle"], "new");
    portal.stop().await;
}

#[tokio::test]
async fn null_leaves_a_field_empty() {
    let portal = Portal::start().await;
    let browser = portal.arrive("ann").await;
    let nulls = json!({
        "name": null, "kana": null, "handle": null, "university": null, "student_id": null,
        "emergency_phone_number": null, "other_circles": null, "workshops": null, "squads": null,
        "discord_id": null, "twitter_screen_name": null, "card_published": null,
    });
    let path = "/api/public/oidc_account/signup";
    let required = browser.post(path, with(form("ann"), json!({ "sex": null }))).await;
    required.expect_problem(400, "性別の値が不正です");
    let required = browser.post(path, with(form("ann"), json!({ "generation": null }))).await;
    required.expect_problem(400, "不正な代が入力されています");
    browser.post(path, with(form("ann"), nulls)).await.expect_ok(&[]);
    let profile = portal.sign_in_as("ann").await.get("/api/private/profile").await.expect(200);
    assert_eq!(
        (&profile["name"], &profile["squads"], &profile["card_published"]),
        (&json!(""), &json!([]), &json!(false))
    );

    let inner = json!({ "university": { "name": null, "department": "工学部" } });
    let member = portal.sign_in_as("ann").await;
    let body = with(profile, with(inner, json!({ "sex": "male" })));
    let after = member.post("/api/private/profile", body).await.expect(200);
    assert_eq!(after["university"], json!({ "name": "", "department": "工学部", "subject": "" }));
    portal.stop().await;
}

#[tokio::test]
async fn the_query_counts_only_where_a_request_need_have_no_body() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let id = portal.import(&admin, &[("ann", "not_member")]).await[0];
    let query = format!("user_id={id}&role=retired&period=201910");
    let empty = |method: Method, path: &str| {
        let request = admin.browser.request(method, &format!("{MANAGEMENT}/{path}?{query}"));
        let browser = admin.browser.clone();
        async move { browser.send(request).await }
    };
    empty(Method::PUT, "payment_status").await.expect_problem(404, "user not found");
    empty(Method::PATCH, "user").await.expect_problem(400, "存在しないロールが指定されています");
    admin.record(id, 201_910).await.expect_ok(&[]);
    empty(Method::GET, "payment_status").await.expect_ok(&["payment_status"]);
    empty(Method::DELETE, "payment_status").await.expect_ok(&[]);
    empty(Method::GET, "payment_status").await.expect_problem(404, "存在しない支払い情報です");
    assert_eq!(admin.role_of(id).await, "not_member");
    portal.stop().await;
}

#[tokio::test]
async fn whole_numbers_are_whole_numbers() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let path = format!("{MANAGEMENT}/payment_status");
    for user_id in [json!("1"), json!(1.5), json!(true), json!([1]), json!({}), json!(1e300)] {
        let answer = admin.browser.put(&path, json!({ "user_id": user_id })).await;
        assert!(!answer.problem(400).is_empty(), "{user_id}");
    }
    let answer = admin.browser.client().post_bytes("/api/nothing", "application/json", "{}").await;
    answer.expect_problem(404, "Not Found");
    portal.stop().await;
}

#[tokio::test]
async fn a_body_may_be_large_but_not_endless() {
    let portal = Portal::start().await;
    let ann = portal.sign_up("ann").await;
    let body: Value = with(ann.profile().await, json!({ "nothing": "x".repeat(4 * 1024 * 1024) }));
    let answer = ann.browser.post("/api/private/profile", body).await;
    let _ = answer.problem(413);
    portal.stop().await;
}
