//! A provider that is away, or answers nonsense (portal contract section 6).

use std::time::Instant;

use chrono::TimeDelta;
use integration_tests::{
    client::Answer,
    fake_provider::{Endpoint, FakeProvider},
    portal::{Browser, Portal, claims_of, with},
    server::TestServer,
};
use serde_json::json;

const REFUSED: &str = "failed to validate token";
const AWAY: &str = "nobody can sign in at the portal";

async fn login(browser: &Browser) -> Answer {
    browser.post("/api/public/login", json!({})).await
}

/// The operator is told why, in words that only this fault has.
fn assert_told(portal: &Portal, outcome: &str, reason: &str) {
    let log = portal.server.log();
    let is_told = log.lines().any(|line| line.contains(outcome) && line.contains(reason));
    assert!(is_told, "no line has {outcome:?} and {reason:?}");
}

/// Everything else works.
async fn assert_serves(portal: &Portal) {
    let browser = portal.browser();
    assert_eq!(browser.get("/health").await.status, 200);
    assert_eq!(browser.get("/health/ready").await.status, 200);
    browser.get("/api/public/card/1").await.expect_problem(404, "card not found for user(1)");
    browser.get("/api/private/profile").await.expect_problem(401, "ログインしていません");
    browser.post("/api/public/logout", json!({})).await.expect_ok(&["logout_url"]);
}

#[tokio::test]
async fn a_failing_provider_is_503_and_nothing_else_suffers_until_it_recovers() {
    let portal = Portal::start().await;
    let second = || portal.server.clock.advance(TimeDelta::seconds(1));
    for status in [500, 404, 301] {
        portal.provider.fails(Endpoint::Discovery, status);
        let answer = login(&portal.browser()).await;
        let _ = answer.problem(503);
        assert_eq!(answer.cookies(), Vec::new());
        assert_told(&portal, AWAY, &status.to_string());
        second();
    }
    assert_serves(&portal).await;
    portal.provider.says(Endpoint::Discovery, 200, "application/json", "{}");
    let _ = login(&portal.browser()).await.problem(503);
    second();
    portal.provider.recovers();
    portal.provider.fails(Endpoint::Keys, 500);
    let _ = login(&portal.browser()).await.problem(503);
    assert_eq!(portal.server.tables().count("sign_in_attempts", "1 = 1"), 0);

    portal.provider.recovers();
    second();
    let _ = portal.sign_up("ann").await;
    portal.stop().await;
}

#[tokio::test]
async fn a_provider_that_says_nothing_is_503_in_the_end() {
    let portal = Portal::start().await;
    portal.provider.hangs(Endpoint::Discovery);
    let browsers = [portal.browser(), portal.browser(), portal.browser()];
    let began = Instant::now();
    let (first, second, third, ()) =
        tokio::join!(login(&browsers[0]), login(&browsers[1]), login(&browsers[2]), assert_serves(&portal),);
    // Whoever comes meanwhile waits no longer than the first.
    assert!(began.elapsed().as_secs() < 15, "{:?}", began.elapsed());
    for answer in [first, second, third] {
        let _ = answer.problem(503);
    }
    assert_told(&portal, AWAY, "no answer within");
    portal.provider.recovers();
    portal.server.clock.advance(TimeDelta::seconds(1));
    login(&browsers[0]).await.expect_ok(&["redirect_url"]);
    portal.stop().await;
}

#[tokio::test]
async fn a_provider_that_is_away_is_asked_once_a_second_at_most() {
    let portal = Portal::start().await;
    portal.provider.fails(Endpoint::Discovery, 500);
    let began = Instant::now();
    for _ in 0..5 {
        let _ = login(&portal.browser()).await.problem(503);
    }
    let asked = portal.provider.requests_to(Endpoint::Discovery);
    assert!(asked as u64 <= 1 + began.elapsed().as_secs(), "{asked} times");
    portal.server.clock.advance(TimeDelta::seconds(1));
    let _ = login(&portal.browser()).await.problem(503);
    assert!(portal.provider.requests_to(Endpoint::Discovery) > asked);
    portal.stop().await;
}

#[tokio::test]
async fn a_provider_that_calls_itself_otherwise_is_not_the_one() {
    let portal = Portal::start().await;
    portal.provider.describe(&json!({ "issuer": portal.provider.issuer().trim_end_matches('/') }));
    let _ = login(&portal.browser()).await.problem(503);
    portal.stop().await;
}

#[tokio::test]
async fn a_provider_that_fails_at_the_code_lets_nobody_in() {
    let portal = Portal::start().await;
    let said = [
        (Endpoint::Token, 500, "text/html", "<h1>Oh no</h1>", "500"),
        (Endpoint::Token, 200, "application/json", "{}", ""),
        (Endpoint::Token, 200, "text/html", "<h1>Hello</h1>", ""),
        (Endpoint::Token, 400, "application/json", r#"{"error":"invalid_grant"}"#, "invalid_grant"),
        (Endpoint::Userinfo, 500, "text/html", "<h1>Oh no</h1>", "500"),
        (
            Endpoint::Userinfo,
            200,
            "application/json",
            r#"{"sub":"somebody-else","email":"x@example.org"}"#,
            "userinfo",
        ),
    ];
    for (endpoint, status, kind, body, reason) in said {
        let browser = portal.browser();
        // Without an address in the ID token userinfo is asked.
        let claims = with(claims_of("ann"), json!({ "email": null }));
        portal.provider.recovers();
        let (code, state) = portal.begin(&browser, claims).await;
        portal.provider.says(endpoint, status, kind, body);
        let answer = browser.post("/api/public/callback", json!({ "code": code, "state": state })).await;
        answer.expect_problem(400, REFUSED);
        assert_told(&portal, "a sign-in at the portal was refused", reason);
    }
    let tables = portal.server.tables();
    assert_eq!((tables.count("sessions", "1 = 1"), tables.count("pending_signins", "1 = 1")), (0, 0));
    portal.stop().await;
}

#[tokio::test]
async fn a_server_without_a_provider_says_so_and_serves_the_rest() {
    let server = TestServer::start().await;
    let browser = Browser::new(&server.client);
    assert!(!login(&browser).await.problem(503).is_empty());
    browser.put_cookie("misw-portal-state", "a-cookie-of-yesterday-17");
    let answer = browser.post("/api/public/callback", json!({ "code": "c", "state": "s" })).await;
    answer.expect_problem(400, REFUSED);
    browser.get("/api/private/profile").await.expect_problem(401, "ログインしていません");
    server.stop().await;
}

#[tokio::test]
async fn a_public_client_signs_people_in_too() {
    let provider = FakeProvider::start_for_public_client().await;
    let server = TestServer::start_with(&provider.settings()).await;
    let portal = Portal { server, provider };
    let _ = portal.sign_up("ann").await;
    portal.stop().await;
}
