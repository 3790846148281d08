//! The two cookies, to the letter (portal contract section 2).

use chrono::TimeDelta;
use integration_tests::{
    client::Answer,
    portal::{Browser, Portal, SetCookie, TOKEN_COOKIE, claims_of},
};
use serde_json::json;

const STATE: &str = "misw-portal-state";
const SECRET: &str = "misw-portal-secret";
const TEN_DAYS: &str = "Max-Age=864000";

async fn login(browser: &Browser) -> Answer {
    browser.post("/api/public/login", json!({})).await
}

#[track_caller]
fn assert_attributes(cookie: &SetCookie, max_age: &str, secure: bool) {
    let mut wanted = vec!["HttpOnly", max_age, "Path=/", "SameSite=Lax"];
    if secure {
        wanted.push("Secure");
    }
    wanted.sort_unstable();
    assert_eq!(cookie.attributes, wanted, "{}", cookie.name);
}

/// Everything that gives or takes a cookie back, with what is given.
async fn all_cookies(portal: &Portal) -> Vec<(SetCookie, &'static str)> {
    let mut seen = Vec::new();
    let browser = portal.browser();
    seen.push((login(&browser).await.cookie(STATE), "Max-Age=300"));

    let answer = portal.come_back(&browser, claims_of("ann")).await;
    seen.extend([(answer.cookie(TOKEN_COOKIE), TEN_DAYS), (answer.cookie(STATE), "Max-Age=0")]);
    let token = portal.sign_up_only("bob").await;
    let verified = portal.browser();
    let answer = verified.post("/api/public/verify_email", json!({ "token": token })).await;
    seen.push((answer.cookie(TOKEN_COOKIE), TEN_DAYS));
    let answer = portal.come_back(&verified, claims_of("bob")).await;
    seen.push((answer.cookie(TOKEN_COOKIE), TEN_DAYS));

    let answer = verified.post("/api/private/logout", json!({})).await;
    seen.push((answer.cookie(TOKEN_COOKIE), "Max-Age=0"));
    let answer = browser.post("/api/public/logout", json!({})).await;
    seen.push((answer.cookie(TOKEN_COOKIE), "Max-Age=0"));
    seen
}

#[tokio::test]
async fn cookies_are_for_the_whole_site_and_out_of_reach_of_scripts_and_listeners() {
    let portal = Portal::start().await;
    for (cookie, max_age) in all_cookies(&portal).await {
        assert_attributes(&cookie, max_age, true);
        assert_eq!(cookie.value.is_empty(), max_age == "Max-Age=0");
        assert!(cookie.value.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=-_".contains(&b)));
    }
    portal.stop().await;
}

#[tokio::test]
async fn insecure_cookies_lose_secure_alone() {
    let portal = Portal::start_with(&[("PORTICO_INSECURE_COOKIES", "true")]).await;
    for (cookie, max_age) in all_cookies(&portal).await {
        assert_attributes(&cookie, max_age, false);
    }
    portal.stop().await;
}

#[tokio::test]
async fn a_session_and_its_cookie_live_ten_days_and_are_not_prolonged() {
    let portal = Portal::start().await;
    let ann = portal.sign_up("ann").await;
    let path = "/api/private/profile";
    portal.server.clock.advance(TimeDelta::days(9));
    let answer = ann.browser.get(path).await;
    assert_eq!((answer.status, answer.cookies()), (200, Vec::new()));
    portal.server.clock.advance(TimeDelta::days(1));
    ann.browser.get(path).await.expect_problem(401, "トークンが無効です");
    portal.stop().await;
}

#[tokio::test]
async fn the_setting_counts_for_the_session_and_for_its_cookie() {
    let portal = Portal::start_with(&[("PORTICO_SESSION_TTL", "2h")]).await;
    let browser = portal.browser();
    let answer = portal.come_back(&browser, claims_of("ann")).await;
    assert_eq!(answer.cookie(TOKEN_COOKIE).max_age(), Some(7200));
    let ann = portal.sign_up("bob").await;
    portal.server.clock.advance(TimeDelta::hours(2));
    ann.browser.get("/api/private/profile").await.expect_problem(401, "トークンが無効です");
    portal.stop().await;
}

#[tokio::test]
async fn the_origins_name_of_the_cookie_is_understood_everywhere() {
    let portal = Portal::start().await;
    let renamed = |browser: &Browser| {
        let other = portal.browser();
        other.put_cookie(SECRET, &browser.token());
        other
    };
    let newcomer = portal.arrive("bob").await;
    let pending = renamed(&newcomer).get("/api/public/oidc_account").await;
    assert_eq!(pending.expect(200)["account_id"], "oauth2|discord|bob");

    let admin = portal.sign_up_admin("ann").await;
    let old = renamed(&admin.browser);
    assert_eq!(old.get("/api/private/profile").await.expect(200)["id"], admin.id);
    assert_eq!(old.get("/api/private/management/users").await.status, 200);
    // Its own name is believed first.
    old.put_cookie(TOKEN_COOKIE, "nobody-s-token-8841");
    old.get("/api/private/profile").await.expect_problem(401, "トークンが無効です");

    let old = renamed(&admin.browser);
    old.post("/api/private/logout", json!({})).await.expect_ok(&["logout_url"]);
    admin.browser.get("/api/private/profile").await.expect_problem(401, "トークンが無効です");
    portal.stop().await;
}

#[tokio::test]
async fn no_other_answer_gives_a_cookie() {
    let portal = Portal::start().await;
    let ann = portal.sign_up("ann").await;
    let stranger = portal.browser();
    for answer in [
        ann.browser.get("/api/private/profile").await,
        ann.browser.post("/api/private/profile", ann.profile().await).await,
        ann.browser.post_nothing("/api/private/profile/payment_transaction").await,
        ann.browser.get("/api/private/management/users").await,
        stranger.get("/api/private/profile").await,
        stranger.get("/api/public/oidc_account").await,
        stranger.post("/api/public/callback", json!({})).await,
        stranger.post("/api/public/verify_email", json!({ "token": "no-such-link-5521" })).await,
    ] {
        assert_eq!(answer.cookies(), Vec::new(), "{}", answer.text);
    }
    portal.stop().await;
}
