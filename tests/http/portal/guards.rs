//! Who is asked for what, and in which order: 401, 403, 404, 405 (portal contract sections 1 and 3).

use integration_tests::{
    client::Answer,
    portal::{Browser, Portal, TOKEN_COOKIE},
};
use reqwest::Method;
use serde_json::json;

const NOT_SIGNED_IN: &str = "ログインしていません";
const INVALID: &str = "トークンが無効です";
const DENIED: &str = "permission denied";

/// What only somebody with a session may ask.
const PRIVATE: [(Method, &str); 6] = [
    (Method::POST, "/api/private/logout"),
    (Method::GET, "/api/private/profile"),
    (Method::POST, "/api/private/profile"),
    (Method::GET, "/api/private/profile/payment_statuses"),
    (Method::POST, "/api/private/profile/payment_transaction"),
    (Method::GET, "/api/private/profile/payment_transaction.svg"),
];

/// What only an admin may ask, below both prefixes.
const MANAGED: [(Method, &str); 18] = [
    (Method::GET, "users"),
    (Method::GET, "list_users"),
    (Method::GET, "users/search"),
    (Method::GET, "users/export.csv"),
    (Method::GET, "users/export.jsonl"),
    (Method::GET, "user"),
    (Method::POST, "user"),
    (Method::PATCH, "user"),
    (Method::POST, "authorize_transaction"),
    (Method::POST, "authorize_transaction/preview"),
    (Method::GET, "payment_status"),
    (Method::PUT, "payment_status"),
    (Method::DELETE, "payment_status"),
    (Method::GET, "payment_statuses"),
    (Method::POST, "remind_payment"),
    (Method::GET, "config"),
    (Method::POST, "config"),
    (Method::GET, "nothing/of/this/name"),
];

const PREFIXES: [&str; 2] = ["/api/private/management", "/api/management"];

async fn ask(browser: &Browser, method: &Method, path: &str) -> Answer {
    browser.send(browser.request(method.clone(), path)).await
}

/// Browsers that are not let in, with what they are told.
async fn strangers(portal: &Portal) -> Vec<(Browser, &'static str)> {
    let (false_one, left, newcomer) =
        (portal.browser(), portal.sign_up("cas").await, portal.arrive("dan").await);
    false_one.put_cookie(TOKEN_COOKIE, "nobody-s-token-8841");
    let kept = left.browser.twin();
    left.browser.post_nothing("/api/private/logout").await.expect_ok(&["logout_url"]);
    vec![(portal.browser(), NOT_SIGNED_IN), (false_one, INVALID), (kept, INVALID), (newcomer, INVALID)]
}

#[tokio::test]
async fn everything_private_asks_for_a_session_first() {
    let portal = Portal::start().await;
    let strangers = strangers(&portal).await;
    let unknown = [
        (Method::GET, "/api/private/nothing"),
        (Method::GET, "/api/private/profile/nothing"),
        (Method::DELETE, "/api/private/profile"),
        (Method::PUT, "/api/private/logout"),
    ];
    for (method, path) in PRIVATE.iter().chain(&unknown) {
        for (browser, message) in &strangers {
            let answer = ask(browser, method, path).await;
            assert_eq!((method, path, answer.problem(401)), (method, path, *message));
        }
    }
    portal.stop().await;
}

#[tokio::test]
async fn management_asks_for_a_session_then_for_the_role_then_looks_at_the_path() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let strangers = strangers(&portal).await;
    let ann = portal.sign_up("ann").await;
    for prefix in PREFIXES {
        for (method, path) in &MANAGED {
            let path = format!("{prefix}/{path}");
            for (browser, message) in &strangers {
                let answer = ask(browser, method, &path).await;
                assert_eq!((method, &path, answer.problem(401)), (method, &path, *message));
            }
        }
        for role in ["not_member", "member", "retired"] {
            let appointed = json!({ "user_id": ann.id, "role": role });
            admin.browser.patch(&format!("{prefix}/user"), appointed).await.expect_ok(&[]);
            for (method, path) in &MANAGED {
                let path = format!("{prefix}/{path}");
                let answer = ask(&ann.browser, method, &path).await;
                assert_eq!((method, &path, answer.problem(403)), (method, &path, DENIED));
            }
        }
    }
    portal.stop().await;
}

#[tokio::test]
async fn whoever_may_not_ask_learns_nothing_of_his_body_either() {
    let portal = Portal::start().await;
    let ann = portal.sign_up("ann").await;
    let path = format!("{}/payment_status", PREFIXES[0]);
    let faulty = json!({ "user_id": "x" });
    portal.browser().put(&path, faulty.clone()).await.expect_problem(401, NOT_SIGNED_IN);
    ann.browser.put(&path, faulty).await.expect_problem(403, DENIED);
    let signup = "/api/public/oidc_account/signup";
    portal.browser().post(signup, json!([])).await.expect_problem(401, NOT_SIGNED_IN);
    portal.browser().post("/api/private/profile", json!([])).await.expect_problem(401, NOT_SIGNED_IN);
    portal.stop().await;
}

#[tokio::test]
async fn whoever_may_ask_is_told_what_there_is_not() {
    let portal = Portal::start_with(&[("PORTICO_EXTERNAL_TOKENS", "service-token-7731")]).await;
    let admin = portal.sign_up_admin("ann").await;
    let service = Browser::new(&portal.server.client.bearing("service-token-7731"));
    let (stranger, own) = (portal.browser(), &admin.browser);
    for (browser, path) in [
        (&stranger, "/api/public/nothing"),
        (&stranger, "/api/public/card"),
        (&stranger, "/api/public/card/1/2"),
        (&stranger, "/api/nothing"),
        (&stranger, "/api/public/oidc_account/nothing"),
        (own, "/api/private/nothing"),
        (own, "/api/private/management/nothing"),
        (own, "/api/management/nothing"),
        (own, "/api/private/management/user/1"),
        (&service, "/api/external/nothing"),
    ] {
        for method in [Method::GET, Method::POST] {
            ask(browser, &method, path).await.expect_problem(404, "Not Found");
        }
    }
    portal.stop().await;
}

#[tokio::test]
async fn whoever_may_ask_is_told_that_it_is_asked_otherwise() {
    let portal = Portal::start_with(&[("PORTICO_EXTERNAL_TOKENS", "service-token-7731")]).await;
    let admin = portal.sign_up_admin("ann").await;
    let service = Browser::new(&portal.server.client.bearing("service-token-7731"));
    let (stranger, own) = (portal.browser(), &admin.browser);
    for (browser, method, path) in [
        (&stranger, Method::GET, "/api/public/login"),
        (&stranger, Method::GET, "/api/public/logout"),
        (&stranger, Method::PUT, "/api/public/callback"),
        (&stranger, Method::GET, "/api/public/verify_email"),
        (&stranger, Method::GET, "/api/public/veryfy_email"),
        (&stranger, Method::POST, "/api/public/card/1"),
        (&stranger, Method::POST, "/api/public/oidc_account"),
        (&stranger, Method::GET, "/api/public/oidc_account/signup"),
        (&stranger, Method::POST, "/api/oidc_account"),
        (&stranger, Method::DELETE, "/api/oidc_account/signup"),
        (own, Method::GET, "/api/private/logout"),
        (own, Method::DELETE, "/api/private/profile"),
        (own, Method::POST, "/api/private/profile/payment_statuses"),
        (own, Method::GET, "/api/private/profile/payment_transaction"),
        (own, Method::POST, "/api/private/management/users"),
        (own, Method::DELETE, "/api/management/user"),
        (own, Method::PATCH, "/api/private/management/payment_status"),
        (own, Method::GET, "/api/management/remind_payment"),
        (own, Method::PUT, "/api/private/management/config"),
        (&service, Method::POST, "/api/external/find_role"),
        (&service, Method::DELETE, "/api/external/all_member_roles"),
    ] {
        let answer = ask(browser, &method, path).await;
        answer.expect_problem(405, "Method Not Allowed");
        assert!(!answer.header("Allow").is_empty(), "{method} {path}");
    }
    portal.stop().await;
}

#[tokio::test]
async fn services_show_their_token_first() {
    let portal = Portal::start_with(&[("PORTICO_EXTERNAL_TOKENS", "service-token-7731")]).await;
    for (method, path) in [
        (Method::GET, "/api/external/find_role"),
        (Method::GET, "/api/external/nothing"),
        (Method::POST, "/api/external/all_member_roles"),
    ] {
        ask(&portal.browser(), &method, path).await.expect_problem(403, "no valid token");
    }
    portal.stop().await;
}

#[tokio::test]
async fn a_role_that_was_lost_is_lost_at_once() {
    let portal = Portal::start().await;
    let (ann, bob) = (portal.sign_up_admin("ann").await, portal.sign_up_admin("bob").await);
    let users = "/api/private/management/users";
    assert_eq!(bob.browser.get(users).await.status, 200);
    let patch = json!({ "user_id": bob.id, "role": "member" });
    ann.browser.patch("/api/private/management/user", patch).await.expect_ok(&[]);
    bob.browser.get(users).await.expect_problem(403, DENIED);
    let operator = portal.operator().await;
    operator.appoint(&bob.email, "admin").await;
    operator.close().await;
    assert_eq!(bob.browser.get(users).await.status, 200);
    portal.stop().await;
}
