//! Nothing that opens an account is kept, or logged, in clear (sign-up contract section 3).

use std::collections::BTreeMap;

use integration_tests::{
    portal::with,
    secrets::SecretKind,
    server::{PASSWORD, TestServer},
    signup::{ME, newcomer},
    wait::until,
};
use reqwest::Method;
use serde_json::json;

use super::{ANN, BOB};
use crate::secrets::{Form, KEPT_BY_THE_SIGN_UP_API};

const NEW: &str = "amber-lantern-73";
const APP_TOKEN: &str = "an-application-6214";
const DEVICE: &str = "a-device-of-anns-5513";

/// Plays the API through; answers everything secret that was given out or shown.
async fn play(server: &TestServer) -> BTreeMap<&'static str, String> {
    server.check_codes(json!({ "systemCodeLength": 12 })).await;
    let app = server.application().with_app_token(Some(APP_TOKEN));
    let mut secrets = BTreeMap::from([
        ("the token of the application", APP_TOKEN.to_owned()),
        ("a password", PASSWORD.to_owned()),
        ("a new password", NEW.to_owned()),
    ]);
    let _ = (app.sign_up(ANN).await, app.sign_up(BOB).await);
    let used = server.mailed_code(ANN).await;
    app.activate(ANN, &used).await.expect_true(201);
    secrets.extend([("a used code", used), ("a living code", server.mailed_code(BOB).await)]);
    let first = app.sign_in(ANN).await;
    let refreshed = app.refresh(&first.refresh).await;
    let next = integration_tests::signup::Account::of(&app, ANN, &refreshed);
    secrets.extend([("an access token", first.access), ("a refresh token", first.refresh)]);
    next.app.ask(Method::POST, &format!("{ME}/fcm-token/{DEVICE}")).await.expect_true(201);
    secrets.extend([("the next access token", next.access), ("the next refresh token", next.refresh)]);
    server.clock.advance(chrono::TimeDelta::seconds(30));
    app.generate_code(ANN).await.expect_nothing();
    let reset = server.mailed_code(ANN).await;
    app.change_password(ANN, &reset, NEW).await.expect_true(201);
    secrets.insert("a code for a new password", reset);
    let again = app.auth(ANN, NEW).await.expect(201);
    for (what, key) in [("another access token", "accessToken"), ("another refresh token", "refreshToken")] {
        secrets.insert(what, again[key].as_str().expect("a text").to_owned());
    }
    let tables = server.tables();
    until("all letters to leave", async || (tables.count("outbox", "closed_at IS NULL") == 0).then_some(()))
        .await;
    secrets
}

#[tokio::test]
async fn nothing_that_opens_an_account_is_kept_in_clear() {
    let server = TestServer::start_with(&[("PORTICO_APP_TOKEN", APP_TOKEN)]).await;
    let secrets = play(&server).await;
    let dump = server.tables().dump();
    assert!(dump.iter().any(|column| column.name == "signups.login" && column.values.len() == 2));
    for column in &dump {
        for value in column.values.iter().flatten() {
            for (what, secret) in &secrets {
                let forms = [secret.clone(), hex::encode(secret), hex::encode_upper(secret)];
                assert!(!forms.iter().any(|form| value.contains(form)), "{what} in {}", column.name);
            }
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn every_column_of_this_api_that_is_made_from_a_secret_has_its_form() {
    let server = TestServer::start_with(&[("PORTICO_APP_TOKEN", APP_TOKEN)]).await;
    let _ = play(&server).await;
    let dump = server.tables().dump();
    for (name, form) in KEPT_BY_THE_SIGN_UP_API {
        let column = dump.iter().find(|column| column.name == name).expect("it is in the dump");
        assert!(!column.values.is_empty(), "{name} is not covered");
        for value in &column.values {
            assert!(form.fits(value.as_deref()), "{name}: {value:?}");
        }
    }
    for (name, form) in [("verification_codes.mac", Form::DigestOrErased), ("outbox.secret", Form::Erased)] {
        let column = dump.iter().find(|column| column.name == name).expect("it is in the dump");
        assert!(!column.values.is_empty() && column.values.iter().all(|value| form.fits(value.as_deref())));
    }
    server.stop().await;
}

#[tokio::test]
async fn the_log_is_searched_for_all_of_it() {
    let server = TestServer::start_with(&[("PORTICO_APP_TOKEN", APP_TOKEN)]).await;
    let secrets = play(&server).await;
    let noted = server.client.secrets();
    for (what, secret) in &secrets {
        assert!(!noted.find_in(&format!("it is {secret}")).is_empty(), "{what} is not noted");
    }
    assert!(!noted.find_in(&format!("it is {DEVICE}")).is_empty());
    assert!(noted.count(SecretKind::Code) >= 3 && noted.count(SecretKind::Password) >= 2);
    let log = server.log();
    assert!(log.contains("request served") && log.contains("letter written"), "{log}");
    // What its end does by itself.
    noted.assert_absent_from(&log);
    server.stop().await;
}

#[tokio::test]
async fn no_answer_and_no_refusal_repeats_a_secret() {
    let server = TestServer::start().await;
    let app = server.application();
    let ann = app.join(ANN).await;
    let secret = "cobalt-meadow-1208";
    let item = json!([{ "marker": "login", "value": ANN }, { "marker": "password", "value": secret }]);
    for (what, body) in [
        ("auth", json!({ "authData": item })),
        ("auth", json!({ "authData": [{ "marker": "password", "value": [secret] }] })),
        ("auth", json!({ "authData": secret, "code": secret })),
        ("refresh", json!({ "refreshToken": secret })),
        ("refresh", json!({ "refreshToken": { secret: 1 } })),
        ("check-code", json!({ "userIdentifier": ANN, "eventIdentifier": "auth", "code": secret })),
        ("activate", json!({ "userIdentifier": ANN, "code": [secret] })),
        (
            "change-password",
            json!({ "userIdentifier": ANN, "type": 1, "code": secret, "password1": secret, "password2": secret }),
        ),
        (
            "change-password",
            json!({ "userIdentifier": ANN, "type": secret, "code": "x", "password1": secret, "password2": 1 }),
        ),
        ("sign-up", with(newcomer(ANN), json!({ "authData": item }))),
        ("sign-up", with(newcomer(BOB), json!({ "authData": [item[1]] }))),
    ] {
        let answer = app.act(what, body).await;
        assert!(answer.status >= 400, "{what}: {}", answer.text);
        assert!(!answer.text.contains(secret), "{what}: {}", answer.text);
    }
    for path in [ME, &app.door("/users/sessions"), &app.door(""), "/api/content/forms"] {
        let answer = ann.app.get(path).await;
        for secret in [PASSWORD, &ann.access, &ann.refresh, "argon2"] {
            assert!(!answer.text.contains(secret), "{path}");
        }
    }
    server.stop().await;
}
