//! Proving one's address by the link of the letter (portal contract sections 3.1, 6 and 10).

use chrono::TimeDelta;
use integration_tests::{
    client::Answer,
    portal::{MANAGEMENT, Portal, TOKEN_COOKIE, email_of, with, without},
};
use serde_json::json;

const PATH: &str = "/api/public/verify_email";

async fn prove(portal: &Portal, token: &str) -> Answer {
    portal.browser().post(PATH, json!({ "token": token })).await
}

#[tokio::test]
async fn the_first_use_of_the_link_signs_in_and_later_ones_do_not() {
    let portal = Portal::start().await;
    let token = portal.sign_up_only("ann").await;
    let browser = portal.browser();
    browser.post(PATH, json!({ "token": token })).await.expect_ok(&[]);
    let profile = browser.get("/api/private/profile").await.expect(200);
    assert_eq!((&profile["email_verified"], &profile["role"]), (&json!(true), &json!("not_member")));
    for _ in 0..2 {
        let answer = prove(&portal, &token).await;
        assert_eq!(answer.cookies(), Vec::new());
        answer.expect_ok(&[]);
    }
    let kept = browser.token();
    let answer = browser.post(PATH, json!({ "token": token })).await;
    answer.expect_ok(&[]);
    assert_eq!(browser.token(), kept);
    portal.stop().await;
}

#[tokio::test]
async fn whoever_proves_his_address_is_welcomed_once() {
    let portal = Portal::start().await;
    let token = portal.sign_up_only("ann").await;
    assert_eq!(portal.server.tables().letters_to(&email_of("ann")), 1);
    prove(&portal, &token).await.expect_ok(&[]);
    let welcome = portal.server.mailbox.take(&email_of("ann")).await;
    assert!(welcome.text.contains("ann") && !welcome.text.contains("verify_email"), "{}", welcome.text);
    prove(&portal, &token).await.expect_ok(&[]);
    assert_eq!(portal.server.tables().letters_to(&email_of("ann")), 2);
    portal.stop().await;
}

#[tokio::test]
async fn a_link_is_good_for_seven_days() {
    let portal = Portal::start().await;
    let (early, late) = (portal.sign_up_only("ann").await, portal.sign_up_only("bob").await);
    portal.server.clock.advance(TimeDelta::days(7) - TimeDelta::minutes(1));
    prove(&portal, &early).await.expect_ok(&[]);
    portal.server.clock.advance(TimeDelta::minutes(1));
    let answer = prove(&portal, &late).await;
    answer.expect_problem_with(400, "invalid token(");
    assert_eq!(answer.cookies(), Vec::new());
    portal.stop().await;
}

#[tokio::test]
async fn what_is_no_link_of_ours_is_refused() {
    let portal = Portal::start().await;
    let token = portal.sign_up_only("ann").await;
    let changed = format!("{}{}", &token[..token.len() - 1], if token.ends_with('A') { 'B' } else { 'A' });
    for wrong in ["", "no-such-link-5521", &changed, &token.to_lowercase(), "eyJhbGciOiJub25lIn0.e30."] {
        if wrong != token {
            prove(&portal, wrong).await.expect_problem_with(400, "invalid token(");
        }
    }
    let browser = portal.browser();
    for body in [json!({ "token": 5 }), json!({ "token": ["x"] }), json!([]), json!("x")] {
        browser.post(PATH, body).await.expect_problem(400, "token is missing");
    }
    assert_eq!(browser.cookie(TOKEN_COOKIE), None);
    prove(&portal, &token).await.expect_ok(&[]);
    portal.stop().await;
}

#[tokio::test]
async fn tokens_for_other_purposes_prove_nothing() {
    let portal = Portal::start().await;
    let ann = portal.sign_up("ann").await;
    let bob = portal.arrive("bob").await;
    let path = "/api/private/profile/payment_transaction";
    let offered = ann.browser.post_nothing(path).await.expect(200);
    let offered = offered["token"].as_str().expect("there is a token").to_owned();
    for token in [ann.browser.token(), bob.token(), offered] {
        prove(&portal, &token).await.expect_problem_with(400, "invalid token(");
    }
    portal.stop().await;
}

#[tokio::test]
async fn the_link_to_an_address_that_was_changed_is_refused() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    for (name, used) in [("ann", false), ("bob", true)] {
        let token = portal.sign_up_only(name).await;
        if used {
            prove(&portal, &token).await.expect_ok(&[]);
        }
        let id = portal.sign_in_as(name).await.get("/api/private/profile").await.expect(200)["id"].clone();
        let user = admin.browser.get(&format!("{MANAGEMENT}/user?user_id={id}")).await.expect(200);
        let user = without(user["user"].clone(), "payment_status");
        let user = with(user, json!({ "email": format!("new-{name}@example.org") }));
        admin.browser.post(&format!("{MANAGEMENT}/user"), json!({ "user": user })).await.expect_ok(&[]);
        let answer = prove(&portal, &token).await;
        answer.expect_problem(400, "Your email address has been changed");
        assert_eq!(answer.cookies(), Vec::new());
    }
    portal.stop().await;
}

#[tokio::test]
async fn somebody_else_who_proved_the_address_meanwhile_keeps_it() {
    let portal = Portal::start().await;
    let token = portal.sign_up_only("ann").await;
    // A claim blocks nobody: whoever reads the letters of an address may register with it.
    let owner = portal.server.register(&email_of("ann")).await;
    let answer = prove(&portal, &token).await;
    answer.expect_problem(400, "Your email address has been changed");
    assert_eq!(answer.cookies(), Vec::new());
    assert_eq!(portal.account(&email_of("ann")).await.id, owner.id);
    portal.stop().await;
}

#[tokio::test]
async fn a_link_of_somebody_else_leaves_a_browser_to_whom_it_belongs() {
    let portal = Portal::start().await;
    let bob = portal.sign_up("bob").await;
    let session = bob.browser.token();
    let token = portal.sign_up_only("ann").await;
    let answer = bob.browser.post(PATH, json!({ "token": token })).await;
    assert_eq!(answer.cookies(), Vec::new());
    answer.expect_ok(&[]);
    assert_eq!(bob.browser.token(), session);
    assert_eq!(bob.profile().await["email"], email_of("bob"));
    portal.stop().await;
}
