//! Leaving (portal contract sections 2, 3 and 6).

use integration_tests::{
    portal::{Browser, Portal, TOKEN_COOKIE, claims_of, parameter},
    server::TestServer,
};
use serde_json::json;

const INVALID: &str = "トークンが無効です";

/// Leaves; answers where the browser is sent.
async fn leave(browser: &Browser, path: &str) -> String {
    let body = browser.post(path, json!({})).await.expect_ok(&["logout_url"]);
    body["logout_url"].as_str().expect("it is an address").to_owned()
}

/// Whether the browser is sent to the end of the provider's session as Auth0 has it.
#[track_caller]
fn assert_ends_at(portal: &Portal, url: &str) {
    let issuer = portal.provider.issuer().trim_end_matches('/');
    assert!(url.starts_with(&format!("{issuer}/v2/logout?")), "{url}");
    assert_eq!(parameter(url, "client_id").as_deref(), Some(portal.provider.client_id()));
    assert_eq!(parameter(url, "returnTo"), None);
}

#[tokio::test]
async fn whoever_leaves_is_out_even_with_the_cookie_he_had() {
    let portal = Portal::start().await;
    let ann = portal.sign_up("ann").await;
    let (elsewhere, kept) = (portal.sign_in_as("ann").await, ann.browser.twin());
    assert_ends_at(&portal, &leave(&ann.browser, "/api/private/logout").await);
    assert_eq!(ann.browser.cookie(TOKEN_COOKIE), None);
    kept.get("/api/private/profile").await.expect_problem(401, INVALID);
    kept.post("/api/private/logout", json!({})).await.expect_problem(401, INVALID);
    ann.browser.get("/api/private/profile").await.expect_problem(401, "ログインしていません");
    // Other browsers stay.
    assert_eq!(elsewhere.get("/api/private/profile").await.status, 200);
    portal.stop().await;
}

#[tokio::test]
async fn a_newcomer_who_leaves_must_sign_in_again() {
    let portal = Portal::start().await;
    let newcomer = portal.arrive("ann").await;
    let kept = newcomer.twin();
    assert_ends_at(&portal, &leave(&newcomer, "/api/public/logout").await);
    assert_eq!(newcomer.cookie(TOKEN_COOKIE), None);
    kept.get("/api/public/oidc_account").await.expect_problem(401, INVALID);
    assert_eq!(portal.server.tables().count("pending_signins", "1 = 1"), 0);
    portal.stop().await;
}

#[tokio::test]
async fn the_public_logout_ends_a_session_too() {
    let portal = Portal::start().await;
    let ann = portal.sign_up("ann").await;
    let kept = ann.browser.twin();
    assert_ends_at(&portal, &leave(&ann.browser, "/api/public/logout").await);
    kept.get("/api/private/profile").await.expect_problem(401, INVALID);
    portal.stop().await;
}

#[tokio::test]
async fn leaving_without_having_come_is_no_fault_in_public_and_one_in_private() {
    let portal = Portal::start().await;
    let stranger = portal.browser();
    assert_ends_at(&portal, &leave(&stranger, "/api/public/logout").await);
    stranger.put_cookie(TOKEN_COOKIE, "nobody-s-token-8841");
    assert_ends_at(&portal, &leave(&stranger, "/api/public/logout").await);
    let stranger = portal.browser();
    let answer = stranger.post_nothing("/api/public/logout").await;
    answer.expect_ok(&["logout_url"]);
    let private = stranger.post_nothing("/api/private/logout").await;
    private.expect_problem(401, "ログインしていません");
    portal.stop().await;
}

#[tokio::test]
async fn a_setting_leads_to_the_providers_own_end_of_session() {
    let settings =
        [("PORTICO_OIDC_LOGOUT", "rp-initiated"), ("PORTICO_PUBLIC_URL", "https://portal.example")];
    let portal = Portal::start_with(&settings).await;
    let ann = portal.sign_up("ann").await;
    let url = leave(&ann.browser, "/api/private/logout").await;
    assert!(url.starts_with(&format!("{}session/end?", portal.provider.issuer())), "{url}");
    assert_eq!(parameter(&url, "client_id").as_deref(), Some(portal.provider.client_id()));
    let back = parameter(&url, "post_logout_redirect_uri").expect("the browser comes back");
    assert_eq!(back.trim_end_matches('/'), "https://portal.example");
    portal.stop().await;
}

#[tokio::test]
async fn without_a_provider_one_leaves_for_the_portal_itself() {
    let server = TestServer::start().await;
    let url = leave(&Browser::new(&server.client), "/api/public/logout").await;
    assert_eq!(url.trim_end_matches('/'), "http://localhost:8080");
    server.stop().await;
}

#[tokio::test]
async fn a_sign_in_that_has_begun_outlives_a_logout_of_somebody_else() {
    let portal = Portal::start().await;
    let (browser, stranger) = (portal.browser(), portal.browser());
    let (code, state) = portal.begin(&browser, claims_of("ann")).await;
    let _ = leave(&stranger, "/api/public/logout").await;
    let body = json!({ "code": code, "state": state });
    browser.post("/api/public/callback", body).await.expect_ok(&["has_account"]);
    portal.stop().await;
}
