//! The traps of the contract's section 0 that are not of refreshing (those are in `refresh`) and not of errors (those are
//! in `errors`).

use integration_tests::{
    described::Description,
    portal::with,
    server::{PASSWORD, TestServer},
    signup::{CONTENT, FORMS, ME, PROVIDERS, credentials, newcomer},
};
use reqwest::Method;
use serde_json::{Value, json};

use super::{ANN, BOB, CLOSED, WRONG_CREDENTIALS};

#[tokio::test]
async fn t3_whatever_a_401_sets_off_harms_nobody() {
    let server = TestServer::start().await;
    let app = server.application();
    let ann = app.join(ANN).await;
    for _ in 0..30 {
        app.auth(ANN, "a-wrong-password-3318").await.expect_refused(401, WRONG_CREDENTIALS);
        let answer = app.act("refresh", json!({})).await;
        answer.expect_refused(400, "refreshToken should not be empty");
    }
    assert!(ann.is_in().await);
    let _ = app.on("UQ_other").sign_in(ANN).await;
    server.stop().await;
}

#[tokio::test]
async fn t3_a_stale_bearer_token_on_an_open_route_is_no_401() {
    let server = TestServer::start().await;
    let ann = server.application().join(ANN).await;
    ann.app.logout(&ann.refresh).await.expect_true(201);
    assert!(!ann.is_in().await);
    for token in [&*ann.access, "nonsense", "undefined"] {
        let app = ann.app.bearing(token);
        for path in [PROVIDERS, &app.door(""), FORMS, &format!("{FORMS}/marker/reg")] {
            let _ = app.get(path).await.expect(200);
        }
        let login = format!("{}@example.org", &token[..8]);
        let _ = app.sign_up(&login).await;
        let again = app.sign_in(&login).await;
        let _ = app.refresh(&again.refresh).await.expect(201);
        app.generate_code(&login).await.expect_nothing();
        assert_ne!(app.check_code(&login, "nothing").await.status, 401);
        assert_ne!(app.activate(&login, "nothing").await.status, 401);
        assert_ne!(app.change_password(&login, "nothing", PASSWORD).await.status, 401);
        app.logout(&again.refresh).await.expect_true(201);
    }
    server.stop().await;
}

#[tokio::test]
async fn t4_a_code_is_sent_without_a_body_and_refused_without_a_401() {
    let server = TestServer::start().await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    for (token, login) in [("nonsense", ANN), ("undefined", "nobody@example.org")] {
        app.bearing(token).generate_code(login).await.expect_nothing();
        let refused = app.bearing(token).generate_code(login).await;
        assert_eq!((refused.status, refused.json["statusCode"].as_u64()), (429, Some(429)));
    }
    server.stop().await;
}

#[test]
fn t4_whatever_can_answer_401_has_a_body_when_it_succeeds() {
    let mut looked_at = 0;
    for operation in &Description::get().operations {
        let answers = operation.said["responses"].as_object().expect("answers are described");
        if !operation.path.starts_with(CONTENT) || !answers.contains_key("401") {
            continue;
        }
        for (_, answer) in answers.iter().filter(|(status, _)| status.starts_with('2')) {
            let body = &answer["content"]["application/json"];
            assert!(body.is_object(), "{} {}", operation.method, operation.path);
            looked_at += 1;
        }
    }
    assert!(looked_at > 8, "only {looked_at} operations were found");
}

#[tokio::test]
async fn t6_json_is_announced_also_where_there_is_no_body() {
    let server = TestServer::start().await;
    let app = server.application();
    let ann = app.join(ANN).await;
    // The application announces JSON with each of them.
    for path in [PROVIDERS, &app.door(""), FORMS, ME, &app.door("/users/sessions")] {
        let _ = ann.app.get(path).await.expect(200);
    }
    ann.app.ask(Method::POST, &format!("{ME}/fcm-token/a-device-of-anns")).await.expect_true(201);
    ann.app.delete(&format!("{ME}/fcm-token/a-device-of-anns")).await.expect_true(200);
    // Where a body is needed, none at all is like one that says nothing.
    for what in ["sign-up", "auth", "refresh", "logout", "generate-code", "check-code", "activate"] {
        let path = app.door(&format!("/users/{what}"));
        let (none, empty) = (app.ask(Method::POST, &path).await, app.act(what, json!({})).await);
        assert_eq!((none.status, none.refused(400)), (400, empty.refused(400)), "{what}");
    }
    ann.app.ask(Method::PUT, ME).await.expect_true(200);
    ann.app.ask(Method::POST, &app.door("/users/logout-all")).await.expect_true(201);
    let ann = app.sign_in(ANN).await;
    ann.app.delete(ME).await.expect_true(200);
    let ann = app.join(ANN).await;
    ann.app.delete(&format!("{ME}/account")).await.expect_true(200);
    server.stop().await;
}

#[tokio::test]
async fn t7_a_token_that_is_undefined_is_none() {
    let open = TestServer::start().await;
    let closed = TestServer::start_with(&[("PORTICO_APP_TOKEN", "an-application-6214")]).await;
    for token in [None, Some("undefined"), Some("null"), Some(""), Some(" ")] {
        let _ = open.application().with_app_token(token).get(PROVIDERS).await.expect(200);
        closed.application().with_app_token(token).get(PROVIDERS).await.expect_refused(403, CLOSED);
    }
    open.stop().await;
    closed.stop().await;
}

/// Form data wrapped by language, as often as a client tried.
fn wrapped(items: Value, times: usize) -> Value {
    (0..times)
        .fold(items, |inner, n| if n == 0 { json!({ "en_US": inner }) } else { json!({ "en_US": [inner] }) })
}

#[tokio::test]
async fn t8_form_data_that_a_client_wrapped_again_is_unwrapped() {
    let server = TestServer::start().await;
    let app = server.application();
    let items = json!([{ "marker": "last_name", "type": "string", "value": "Roe" }]);
    for times in [0, 1, 2, 3, 9, 50] {
        let login = format!("ann{times}@example.org");
        let body = with(newcomer(&login), json!({ "formData": wrapped(items.clone(), times) }));
        let answer = app.act("sign-up", body).await.expect(201);
        assert_eq!(answer["formData"][1], items[0]);
        let ann = app.sign_in(&login).await;
        let changed = json!([{ "marker": "last_name", "value": format!("Doe {times}") }]);
        ann.update(json!({ "formData": wrapped(changed, times) })).await.expect_true(200);
        assert_eq!(ann.field("last_name").await, format!("Doe {times}"));
    }
    server.stop().await;
}

#[tokio::test]
async fn t8_the_body_of_a_refused_sign_up_can_be_sent_again() {
    let server = TestServer::start().await;
    let app = server.application();
    let _ = app.sign_up(BOB).await;
    let item = json!({ "marker": "last_name", "type": "string", "value": "Roe" });
    let first = json!({ "en_US": [item] });
    let body = with(newcomer(BOB), json!({ "formData": first, "langCode": "en_US" }));
    assert_eq!(app.act("sign-up", body.clone()).await.status, 400);
    let authentic = credentials(ANN, PASSWORD);
    let body = with(body, json!({ "authData": authentic, "formData": { "en_US": [first] } }));
    let answer = app.act("sign-up", body).await.expect(201);
    assert_eq!(answer["formData"][1], item);
    server.stop().await;
}

#[tokio::test]
async fn t9_leaving_twice_is_as_good_as_once() {
    let server = TestServer::start().await;
    let app = server.application();
    let ann = app.join(ANN).await;
    for _ in 0..3 {
        ann.app.logout(&ann.refresh).await.expect_true(201);
        assert!(!ann.is_in().await);
    }
    for token in ["nonsense", "1767489652612-2d9f8c1e-0000-4000-8000-000000000000", &ann.access] {
        app.logout(token).await.expect_true(201);
    }
    server.stop().await;
}

#[tokio::test]
async fn t10_tokens_are_an_object_that_no_client_takes_for_an_error() {
    let server = TestServer::start().await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    let signed_in = app.auth(ANN, PASSWORD).await.expect(201);
    let refresh = signed_in["refreshToken"].as_str().expect("it is a text");
    let refreshed = app.refresh(refresh).await.expect(201);
    for body in [&signed_in, &refreshed] {
        let told = body.as_object().expect("it is an object");
        assert!(!told.contains_key("statusCode") && told.values().all(Value::is_string), "{body}");
        assert_eq!(
            (&body["userIdentifier"], &body["authProviderIdentifier"]),
            (&ANN.into(), &"email".into())
        );
    }
    server.stop().await;
}
