//! Another password by a code (sign-up contract section 3, `changePassword`).

use chrono::TimeDelta;
use integration_tests::{
    client::Answer,
    portal::with,
    server::{PASSWORD, TestServer},
    signup::{Application, field, form, provider},
};
use serde_json::{Value, json};

use super::{ANN, WRONG_CODE, WRONG_CREDENTIALS, wrong};

const NEW: &str = "amber-lantern-73";

/// Asks for a code and changes the password by it, in these words.
async fn change(server: &TestServer, app: &Application, changes: Value) -> Answer {
    server.clock.advance(TimeDelta::seconds(30));
    app.generate_code(ANN).await.expect_nothing();
    let code = server.mailed_code(ANN).await;
    let body = json!({
        "userIdentifier": ANN,
        "eventIdentifier": "password_reset",
        "type": 2,
        "code": code,
        "password1": NEW,
        "password2": NEW,
    });
    app.act("change-password", with(body, changes)).await
}

#[tokio::test]
async fn a_new_password_takes_the_place_of_the_old_one() {
    let server = TestServer::start().await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    change(&server, &app, json!({})).await.expect_true(201);
    app.auth(ANN, PASSWORD).await.expect_refused(401, WRONG_CREDENTIALS);
    let _ = app.auth(ANN, NEW).await.expect(201);
    server.stop().await;
}

#[tokio::test]
async fn all_sign_ins_at_the_provider_end_with_the_old_password() {
    let server = TestServer::start().await;
    server.apply(&[], &[provider("other", "reg", json!({}))]).await;
    let app = server.application();
    let first = app.join(ANN).await;
    let second = app.on("UQ_second").sign_in(ANN).await;
    let elsewhere = app.at("other").join(ANN).await;
    // Also that of whoever asks.
    change(&server, &first.app, json!({})).await.expect_true(201);
    for gone in [&first, &second] {
        assert!(!gone.is_in().await);
        assert_eq!(app.refresh(&gone.refresh).await.status, 401);
    }
    assert!(elsewhere.is_in().await);
    server.stop().await;
}

#[tokio::test]
async fn both_new_passwords_must_be_there_and_the_same() {
    let server = TestServer::start().await;
    let app = server.application();
    let ann = app.join(ANN).await;
    let differ = "Passwords are empty or differ";
    for (changes, message) in [
        (json!({ "password2": "violet-harbour-50" }), differ),
        (json!({ "password1": "Amber-lantern-73" }), differ),
        (json!({ "password1": "" }), "password1 should not be empty"),
        (json!({ "password2": null }), "password2 should not be empty"),
        (json!({ "password1": "", "password2": "" }), "password1 should not be empty"),
        (json!({ "password1": [NEW] }), "password1 must be a string"),
        (json!({ "password1": "  ", "password2": "  " }), super::MISSED),
    ] {
        change(&server, &app, changes).await.expect_refused(400, message);
    }
    assert!(ann.is_in().await);
    let _ = app.sign_in(ANN).await;
    server.stop().await;
}

#[tokio::test]
async fn what_the_change_is_for_is_one_or_two() {
    let server = TestServer::start().await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    for kind in [json!(1), json!(2), json!("1"), json!("2")] {
        change(&server, &app, json!({ "type": kind })).await.expect_true(201);
    }
    for kind in [json!(0), json!(3), json!("two"), json!(1.5), json!(-1), Value::Null, json!(""), json!("01")]
    {
        let answer = change(&server, &app, json!({ "type": kind })).await;
        answer.expect_refused(400, "type must be 1 or 2");
    }
    server.stop().await;
}

#[tokio::test]
async fn without_the_right_code_nothing_changes() {
    let server = TestServer::start().await;
    let app = server.application();
    let ann = app.join(ANN).await;
    app.change_password(ANN, "nonsense", NEW).await.expect_refused(400, WRONG_CODE);
    app.change_password("nobody@example.org", "nonsense", NEW).await.expect_refused(400, WRONG_CODE);
    for code in [json!("nonsense"), json!("000000"), json!(0)] {
        change(&server, &app, json!({ "code": code })).await.expect_refused(400, WRONG_CODE);
    }
    for code in [json!(""), Value::Null] {
        change(&server, &app, json!({ "code": code })).await.expect_refused(400, "code should not be empty");
    }
    assert!(ann.is_in().await);
    let _ = app.sign_in(ANN).await;
    server.stop().await;
}

#[tokio::test]
async fn a_new_password_obeys_the_validators_of_its_field() {
    let server = TestServer::start().await;
    let mut reg = form("reg", vec![field("last_name", "string")]);
    reg["attributes"][1]["validators"] = json!({ "stringInspectionValidator": { "stringMin": "8" } });
    server.apply(&[reg], &[]).await;
    let app = server.application();
    let ann = app.join(ANN).await;
    let short = json!({ "password1": "short", "password2": "short" });
    change(&server, &app, short).await.expect_refused(400, &wrong("password"));
    assert!(ann.is_in().await);
    change(&server, &app, json!({})).await.expect_true(201);
    server.stop().await;
}

#[tokio::test]
async fn whoever_is_not_active_yet_may_change_his_password_and_stays_so() {
    let server = TestServer::start_with_codes(json!({})).await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    let code = server.mailed_code(ANN).await;
    app.change_password(ANN, &code, NEW).await.expect_true(201);
    app.auth(ANN, NEW).await.expect_refused(403, super::NOT_ACTIVE);
    server.stop().await;
}
