//! Signing in: what binds a sign-in at the provider to one browser (portal contract sections 2, 3.1 and 6).

use chrono::TimeDelta;
use integration_tests::{
    client::Answer,
    portal::{Browser, Portal, TOKEN_COOKIE, claims_of, form, parameter, with},
};
use serde_json::{Value, json};

const STATE: &str = "misw-portal-state";
const REFUSED: &str = "failed to validate token";

async fn call_back(browser: &Browser, code: &str, state: &str) -> Answer {
    browser.post("/api/public/callback", json!({ "code": code, "state": state })).await
}

/// Nobody has come in, not even half.
fn assert_nobody_came_in(portal: &Portal) {
    let tables = portal.server.tables();
    assert_eq!((tables.count("sessions", "1 = 1"), tables.count("pending_signins", "1 = 1")), (0, 0));
}

#[tokio::test]
async fn a_login_leads_to_the_provider_and_tells_it_nothing_of_the_cookie() {
    let portal = Portal::start().await;
    let mut seen = Vec::new();
    for body in [None, Some(json!({}))] {
        let browser = portal.browser();
        let answer = match body {
            Some(body) => browser.post("/api/public/login", body).await,
            None => browser.post_nothing("/api/public/login").await,
        };
        let cookie = answer.cookie(STATE).value;
        let body = answer.expect_ok(&["redirect_url"]);
        let url = body["redirect_url"].as_str().expect("it is an address");
        // Looks at everything else that the address must hold.
        let _ = portal.provider.authorize(url);
        assert!(!url.contains(&cookie) && cookie.len() >= 22, "{url}");
        seen.extend(["state", "nonce", "code_challenge"].map(|name| parameter(url, name)));
        seen.push(Some(cookie));
    }
    let before = seen.len();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), before, "nothing is used twice, nor for two purposes");
    portal.stop().await;
}

#[tokio::test]
async fn a_newcomer_has_no_account_and_a_member_has_one() {
    let portal = Portal::start().await;
    let browser = portal.browser();
    let answer = portal.come_back(&browser, claims_of("ann")).await;
    assert!(answer.cookie(STATE).is_taken_back());
    assert_eq!(answer.expect_ok(&["has_account"])["has_account"], json!(false));
    browser.post("/api/public/oidc_account/signup", form("ann")).await.expect_ok(&[]);

    let answer = portal.come_back(&browser, claims_of("ann")).await;
    assert!(answer.cookie(STATE).is_taken_back());
    assert_eq!(answer.expect_ok(&["has_account"])["has_account"], json!(true));
    assert_eq!(browser.get("/api/private/profile").await.expect(200)["handle"], "ann");
    portal.stop().await;
}

#[tokio::test]
async fn a_wrong_state_is_refused_and_the_right_one_still_taken() {
    let portal = Portal::start().await;
    let browser = portal.browser();
    let (code, state) = portal.begin(&browser, claims_of("ann")).await;
    for wrong in ["", "another state", &state[1..], &format!("{state}x"), &state.to_uppercase()] {
        call_back(&browser, &code, wrong).await.expect_problem(400, REFUSED);
    }
    assert_nobody_came_in(&portal);
    call_back(&browser, &code, &state).await.expect_ok(&["has_account"]);
    portal.stop().await;
}

#[tokio::test]
async fn without_the_state_cookie_nobody_comes_in() {
    let portal = Portal::start().await;
    let (code, state) = portal.begin(&portal.browser(), claims_of("ann")).await;
    let stranger = portal.browser();
    call_back(&stranger, &code, &state).await.expect_problem(400, "state is not set");
    assert_nobody_came_in(&portal);
    portal.stop().await;
}

#[tokio::test]
async fn the_state_of_another_browser_is_refused() {
    let portal = Portal::start().await;
    let (ann, bob) = (portal.browser(), portal.browser());
    let (code, state) = portal.begin(&ann, claims_of("ann")).await;
    let (_, own) = portal.begin(&bob, claims_of("bob")).await;
    call_back(&bob, &code, &state).await.expect_problem(400, REFUSED);
    // The code of somebody else under one's own state: the nonce and the verifier do not belong to it.
    call_back(&bob, &code, &own).await.expect_problem(400, REFUSED);
    bob.put_cookie(STATE, "a cookie of his own making");
    call_back(&bob, &code, &state).await.expect_problem(400, REFUSED);
    assert_nobody_came_in(&portal);
    portal.stop().await;
}

#[tokio::test]
async fn a_callback_is_taken_once() {
    let portal = Portal::start().await;
    let browser = portal.browser();
    let (code, state) = portal.begin(&browser, claims_of("ann")).await;
    let kept = browser.cookie(STATE).expect("it was given");
    call_back(&browser, &code, &state).await.expect_ok(&["has_account"]);
    assert_eq!(browser.cookie(STATE), None);
    call_back(&browser, &code, &state).await.expect_problem(400, "state is not set");

    browser.put_cookie(STATE, &kept);
    call_back(&browser, &code, &state).await.expect_problem(400, REFUSED);
    // Not even with a fresh code: the attempt itself is used up.
    browser.put_cookie(STATE, &kept);
    portal.provider.will_say(claims_of("bob"));
    let (other, _) = portal.begin(&portal.browser(), claims_of("bob")).await;
    call_back(&browser, &other, &state).await.expect_problem(400, REFUSED);
    assert_eq!(portal.server.tables().count("pending_signins", "1 = 1"), 1);
    portal.stop().await;
}

#[tokio::test]
async fn a_sign_in_takes_five_minutes_at_most() {
    let portal = Portal::start().await;
    let (quick, slow) = (portal.browser(), portal.browser());
    let (code, state) = portal.begin(&quick, claims_of("ann")).await;
    portal.server.clock.advance(TimeDelta::seconds(290));
    call_back(&quick, &code, &state).await.expect_ok(&["has_account"]);

    let (code, state) = portal.begin(&slow, claims_of("bob")).await;
    portal.server.clock.advance(TimeDelta::seconds(300));
    call_back(&slow, &code, &state).await.expect_problem(400, REFUSED);
    portal.stop().await;
}

#[tokio::test]
async fn a_refusal_at_the_provider_is_no_fault_of_the_server() {
    let portal = Portal::start().await;
    let nothing = json!({ "code": null, "state": null });
    let browser = portal.browser();
    browser.post("/api/public/callback", nothing.clone()).await.expect_problem(400, "state is not set");
    let (code, state) = portal.begin(&browser, claims_of("ann")).await;
    for body in [nothing, json!({}), json!({ "code": null, "state": state })] {
        browser.post("/api/public/callback", body).await.expect_problem(400, REFUSED);
        // Whoever was refused at the provider begins anew.
        let _ = portal.begin(&browser, claims_of("ann")).await;
    }
    call_back(&browser, &code, "").await.expect_problem(400, REFUSED);
    assert_nobody_came_in(&portal);
    portal.stop().await;
}

#[tokio::test]
async fn a_code_that_the_provider_does_not_know_is_refused() {
    let portal = Portal::start().await;
    let browser = portal.browser();
    let (_, state) = portal.begin(&browser, claims_of("ann")).await;
    call_back(&browser, "a code of his own making", &state).await.expect_problem(400, REFUSED);
    assert_nobody_came_in(&portal);
    portal.stop().await;
}

#[tokio::test]
async fn a_newcomer_needs_an_address_and_a_member_does_not() {
    let portal = Portal::start().await;
    for email in [json!(null), json!(""), json!("ann"), json!("ann@localhost"), json!("a b@example.org")] {
        let browser = portal.browser();
        let answer = portal.come_back(&browser, with(claims_of("ann"), json!({ "email": email }))).await;
        answer.expect_problem(400, REFUSED);
        assert_eq!(browser.cookie(TOKEN_COOKIE), None);
    }
    assert_nobody_came_in(&portal);

    let ann = portal.sign_up("ann").await;
    let browser = portal.browser();
    for claims in [json!({ "email": null }), json!({ "email": "elsewhere@example.org" })] {
        let answer = portal.come_back(&browser, with(claims_of("ann"), claims)).await;
        assert_eq!(answer.expect_ok(&["has_account"])["has_account"], true);
    }
    let profile = browser.get("/api/private/profile").await.expect(200);
    assert_eq!((&profile["id"], &profile["email"]), (&json!(ann.id), &json!(ann.email)));
    portal.stop().await;
}

#[tokio::test]
async fn an_address_that_only_userinfo_has_is_taken_from_there() {
    let portal = Portal::start().await;
    let browser = portal.browser();
    portal.provider.will_say(with(claims_of("ann"), json!({ "email": null })));
    portal.provider.will_say_at_userinfo(claims_of("ann"));
    let begun = browser.post("/api/public/login", json!({})).await.expect_ok(&["redirect_url"]);
    let (code, state) = portal.provider.authorize(begun["redirect_url"].as_str().expect("an address"));
    call_back(&browser, &code, &state).await.expect_ok(&["has_account"]);
    let pending = browser.get("/api/public/oidc_account").await.expect(200);
    assert_eq!(pending["email"], "ann@example.org");
    portal.stop().await;
}

#[tokio::test]
async fn a_cookie_from_before_the_sign_in_never_becomes_one() {
    let portal = Portal::start().await;
    let ann = portal.sign_up("ann").await;
    for planted in ["a-planted-cookie-0042".to_owned(), portal.arrive("mallory").await.token()] {
        let victim = portal.browser();
        for name in [TOKEN_COOKIE, "misw-portal-secret"] {
            victim.put_cookie(name, &planted);
        }
        let answer = portal.come_back(&victim, claims_of("ann")).await;
        assert_eq!(answer.expect_ok(&["has_account"])["has_account"], true);
        assert_ne!(victim.token(), planted);
        assert_eq!(victim.get("/api/private/profile").await.expect(200)["id"], ann.id);
        let attacker = portal.browser();
        attacker.put_cookie(TOKEN_COOKIE, &planted);
        attacker.get("/api/private/profile").await.expect_problem(401, "トークンが無効です");
    }
    portal.stop().await;
}

#[tokio::test]
async fn every_sign_in_is_one_of_its_own() {
    let portal = Portal::start().await;
    let ann = portal.sign_up("ann").await;
    let browsers = [ann.browser.clone(), portal.sign_in_as("ann").await, portal.sign_in_as("ann").await];
    browsers[1].post("/api/private/logout", json!({})).await.expect_ok(&["logout_url"]);
    let seen = [0, 1, 2].map(|n| browsers[n].get("/api/private/profile"));
    let [first, second, third] = seen;
    let statuses = [first.await.status, second.await.status, third.await.status];
    assert_eq!(statuses, [200, 401, 200]);
    portal.stop().await;
}

#[tokio::test]
async fn both_pictures_of_the_provider_are_taken_over_at_each_sign_in() {
    let portal = Portal::start().await;
    let pictures = |n: u32| {
        json!({
            "picture": format!("https://pictures.example/{n}.png"),
            "https://misw.jp/thumbnail": format!("https://pictures.example/{n}-small.png"),
        })
    };
    let avatar = async |changes: Value| {
        let browser = portal.browser();
        let _ = portal.come_back(&browser, with(claims_of("ann"), changes)).await.expect(200);
        browser.get("/api/private/profile").await.expect(200).get("avatar").cloned()
    };
    let shown = |n: u32| {
        json!({
            "url": format!("https://pictures.example/{n}.png"),
            "thumbnail_url": format!("https://pictures.example/{n}-small.png"),
        })
    };
    let ann = portal.sign_up("ann").await;
    assert_eq!(ann.profile().await.get("avatar"), None);
    assert_eq!(avatar(pictures(1)).await, Some(shown(1)));
    assert_eq!(avatar(pictures(2)).await, Some(shown(2)));
    assert_eq!(avatar(json!({ "picture": "https://pictures.example/3.png" })).await, Some(shown(2)));
    assert_eq!(avatar(with(pictures(4), json!({ "picture": "" }))).await, Some(shown(2)));
    assert_eq!(avatar(with(pictures(5), json!({ "picture": "javascript:alert(1)" }))).await, Some(shown(2)));

    let newcomer = portal.arrive_with(with(claims_of("bob"), pictures(6))).await;
    newcomer.post("/api/public/oidc_account/signup", form("bob")).await.expect_ok(&[]);
    let bob = portal.sign_in_as("bob").await;
    assert_eq!(bob.get("/api/private/profile").await.expect(200)["avatar"], shown(6));
    portal.stop().await;
}
