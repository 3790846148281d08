//! Becoming active by a code (sign-up contract section 3, `isCheckCode`, and section 4, `systemCode`).

use chrono::TimeDelta;
use integration_tests::{
    portal::with,
    server::{PASSWORD, TestServer},
    signup::{newcomer, provider},
};
use portico_domain::ports::Clock as _;
use serde_json::json;

use super::{ANN, BOB, NOT_ACTIVE, WRONG_CODE, WRONG_CREDENTIALS};
use crate::shapes::{assert_keys, instant};

#[tokio::test]
async fn a_newcomer_is_active_once_he_shows_the_code_that_he_is_mailed() {
    let server = TestServer::start_with_codes(json!({})).await;
    let app = server.application();
    let elsewhere = json!({ "email": "mail@example.org", "phonePush": [], "phoneSMS": "" });
    let body = with(newcomer(ANN), json!({ "notificationData": elsewhere }));
    let told = app.act("sign-up", body).await.expect(201);
    assert_eq!(told["isActive"], false);
    assert_keys(&told["systemCode"], &["expiredDate"]);
    let letter = server.mailbox.take("mail@example.org").await;
    assert!(!letter.subject.contains(ANN) && letter.text.contains(ANN), "{}", letter.text);
    let code = integration_tests::signup::code_in(&letter);
    assert!(letter.html.contains(&code), "{}", letter.html);

    app.auth(ANN, PASSWORD).await.expect_refused(403, NOT_ACTIVE);
    app.auth(ANN, "amber-lantern-73").await.expect_refused(401, WRONG_CREDENTIALS);
    app.activate(ANN, &code).await.expect_true(201);
    let ann = app.sign_in(ANN).await;
    assert_eq!(ann.me().await["identifier"], ANN);
    app.activate(ANN, &code).await.expect_refused(400, WRONG_CODE);
    app.check_code(ANN, &code).await.expect_refused(400, WRONG_CODE);
    assert!(ann.is_in().await);
    assert_eq!(server.tables().letters_to(ANN), 0, "the login is no address of his");
    server.stop().await;
}

#[tokio::test]
async fn where_codes_are_not_checked_a_newcomer_is_active_at_once_and_is_mailed_nothing() {
    let server = TestServer::start().await;
    let told = server.application().sign_up(ANN).await;
    assert_eq!(told["isActive"], true);
    assert!(told.get("systemCode").is_none());
    assert_eq!(server.tables().letters_to(ANN), 0);
    server.stop().await;
}

#[tokio::test]
async fn the_code_is_shown_only_where_the_provider_says_so() {
    let server =
        TestServer::start_with_codes(json!({ "exposeSystemCode": true, "systemCodeTlsSec": "300" })).await;
    let app = server.application();
    let before = server.clock.now();
    let told = app.sign_up(ANN).await;
    assert_keys(&told["systemCode"], &["value", "expiredDate"]);
    let expires = instant(&told["systemCode"]["expiredDate"]);
    let life = TimeDelta::seconds(300);
    assert!(expires >= before + life - TimeDelta::milliseconds(1) && expires <= server.clock.now() + life);
    let code = told["systemCode"]["value"].as_str().expect("it is shown").to_owned();
    assert_eq!(server.mailed_code(ANN).await, code);
    app.activate(ANN, &code).await.expect_true(201);
    server.stop().await;
}

#[tokio::test]
async fn codes_have_the_length_and_the_alphabet_of_the_provider() {
    let server = TestServer::start().await;
    for (n, (config, length, digits_only)) in [
        (json!({}), 6, false),
        (json!({ "systemCodeLength": "8" }), 8, false),
        (json!({ "systemCodeLength": 4, "systemCodeOnlyNumbers": true }), 4, true),
        (json!({ "systemCodeLength": "32", "systemCodeOnlyNumbers": "true" }), 32, true),
        (json!({ "systemCodeLength": null, "systemCodeOnlyNumbers": null }), 6, false),
    ]
    .into_iter()
    .enumerate()
    {
        server.check_codes(config).await;
        let login = format!("ann{n}@example.org");
        let app = server.application();
        let _ = app.sign_up(&login).await;
        let code = server.mailed_code(&login).await;
        assert_eq!(code.len(), length, "{code}");
        assert!(!digits_only || code.bytes().all(|byte| byte.is_ascii_digit()), "{code}");
        assert!(code.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()), "{code}");
        app.activate(&login, &code).await.expect_true(201);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_code_lives_as_long_as_the_provider_says() {
    let server = TestServer::start_with_codes(json!({ "systemCodeTlsSec": 600 })).await;
    let app = server.application();
    let _ = (app.sign_up(ANN).await, app.sign_up(BOB).await);
    let (early, late) = (server.mailed_code(ANN).await, server.mailed_code(BOB).await);
    server.clock.advance(TimeDelta::seconds(500));
    app.activate(ANN, &early).await.expect_true(201);
    server.clock.advance(TimeDelta::seconds(100));
    app.check_code(BOB, &late).await.expect_refused(400, WRONG_CODE);
    app.activate(BOB, &late).await.expect_refused(400, WRONG_CODE);
    app.auth(BOB, PASSWORD).await.expect_refused(403, NOT_ACTIVE);
    app.generate_code(BOB).await.expect_nothing();
    let fresh = server.mailed_code(BOB).await;
    app.activate(BOB, &late).await.expect_refused(400, WRONG_CODE);
    app.activate(BOB, &fresh).await.expect_true(201);
    server.stop().await;
}

#[tokio::test]
async fn a_code_is_good_for_its_login_and_its_provider_alone() {
    let server = TestServer::start_with_codes(json!({})).await;
    server.apply(&[], &[provider("other", "reg", json!({ "isCheckCode": true }))]).await;
    let app = server.application();
    let _ = (app.sign_up(ANN).await, app.sign_up(BOB).await);
    let (anns, bobs) = (server.mailed_code(ANN).await, server.mailed_code(BOB).await);
    let _ = app.at("other").sign_up(ANN).await;
    let others = server.mailed_code(ANN).await;
    app.activate(ANN, &bobs).await.expect_refused(400, WRONG_CODE);
    app.activate(ANN, &others).await.expect_refused(400, WRONG_CODE);
    app.at("other").activate(ANN, &anns).await.expect_refused(400, WRONG_CODE);
    // Logins are taken to the letter, codes but for the space around them.
    app.activate("Ann@Example.org", &anns).await.expect_refused(400, WRONG_CODE);
    app.activate(ANN, &format!(" {anns}\n")).await.expect_true(201);
    app.activate(BOB, &bobs).await.expect_true(201);
    app.at("other").activate(ANN, &others).await.expect_true(201);
    server.stop().await;
}

#[tokio::test]
async fn whoever_is_active_already_may_show_another_code() {
    let server = TestServer::start().await;
    let app = server.application();
    let ann = app.join(ANN).await;
    app.generate_code(ANN).await.expect_nothing();
    let code = server.mailed_code(ANN).await;
    app.activate(ANN, &code).await.expect_true(201);
    app.activate(ANN, &code).await.expect_refused(400, WRONG_CODE);
    assert!(ann.is_in().await);
    server.stop().await;
}

#[tokio::test]
async fn whoever_is_not_active_yet_blocks_his_login_and_his_address_for_nobody_else() {
    let server = TestServer::start_with_codes(json!({})).await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    app.act("sign-up", newcomer(ANN)).await.expect_refused(400, super::TAKEN);
    // The address is a mere claim: its owner can still register in the house.
    let _ = server.mailed_code(ANN).await;
    let owner = server.register(ANN).await;
    assert_eq!(owner.email, ANN);
    server.stop().await;
}
