//! Codes: sent, tried, used up (sign-up contract section 3, "Codes").

use chrono::TimeDelta;
use integration_tests::{
    portal::with,
    server::{PASSWORD, TestServer},
    signup::{Application, provider},
};
use serde_json::{Value, json};

use super::{ANN, WRONG_CODE};

const EVENTS: [&str; 6] = ["auth", "user_registration", "reset", "password_reset", "send_code", "reg"];

/// Asks for a code, or tries one, for an event.
async fn for_event(
    app: &Application,
    what: &str,
    login: &str,
    event: Value,
) -> integration_tests::client::Answer {
    let body = json!({ "userIdentifier": login, "eventIdentifier": event });
    app.act(what, if what == "check-code" { with(body, json!({ "code": "nonsense" })) } else { body }).await
}

#[tokio::test]
async fn trying_a_right_code_does_not_use_it_up() {
    let server = TestServer::start_with_codes(json!({})).await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    let code = server.mailed_code(ANN).await;
    for _ in 0..8 {
        app.check_code(ANN, &code).await.expect_true(201);
    }
    app.activate(ANN, &code).await.expect_true(201);
    server.stop().await;
}

#[tokio::test]
async fn trying_a_wrong_code_is_answered_with_false() {
    let server = TestServer::start_with_codes(json!({})).await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    let code = server.mailed_code(ANN).await;
    for wrong in ["nonsense", &code[..5], &format!("{code}0")] {
        let answer = app.check_code(ANN, wrong).await;
        assert_eq!((answer.status, &answer.json), (201, &json!(false)));
    }
    app.activate(ANN, &code).await.expect_true(201);
    server.stop().await;
}

#[tokio::test]
async fn a_code_is_sent_for_each_of_the_usual_events() {
    let server = TestServer::start().await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    for event in EVENTS {
        for_event(&app, "generate-code", ANN, json!(event)).await.expect_nothing();
        let code = server.mailed_code(ANN).await;
        app.check_code(ANN, &code).await.expect_true(201);
        server.clock.advance(TimeDelta::seconds(30));
    }
    server.stop().await;
}

#[tokio::test]
async fn an_unknown_event_is_not_found_and_an_empty_one_is_refused() {
    let server = TestServer::start().await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    for what in ["generate-code", "check-code"] {
        for login in [ANN, "nobody@example.org"] {
            for event in ["x", "Auth", " auth", "null", "<script>"] {
                let answer = for_event(&app, what, login, json!(event)).await;
                answer
                    .expect_refused(404, &format!("Event \"{event}\" with formType \"send_code\" not found"));
            }
            for event in [json!(""), Value::Null] {
                let answer = for_event(&app, what, login, event).await;
                answer.expect_refused(400, "eventIdentifier should not be empty");
            }
        }
    }
    assert_eq!(server.tables().letters_to(ANN), 0);
    server.stop().await;
}

#[tokio::test]
async fn a_provider_names_its_own_events() {
    let server = TestServer::start().await;
    let config = json!({ "sendCodeEvents": ["welcome"] });
    server.apply(&[], &[provider("email", "reg", json!({ "config": config }))]).await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    let answer = for_event(&app, "generate-code", ANN, json!("auth")).await;
    answer.expect_refused(404, "Event \"auth\" with formType \"send_code\" not found");
    for_event(&app, "generate-code", ANN, json!("welcome")).await.expect_nothing();
    let _ = server.mailed_code(ANN).await;
    server.stop().await;
}

#[tokio::test]
async fn changing_a_password_does_not_look_at_the_event() {
    let server = TestServer::start().await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    for event in [json!("x"), json!(""), Value::Null, json!(7)] {
        app.generate_code(ANN).await.expect_nothing();
        let code = server.mailed_code(ANN).await;
        let body = json!({
            "userIdentifier": ANN,
            "eventIdentifier": event,
            "type": 1,
            "code": code,
            "password1": PASSWORD,
            "password2": PASSWORD,
        });
        app.act("change-password", body).await.expect_true(201);
        server.clock.advance(TimeDelta::seconds(30));
    }
    server.stop().await;
}

#[tokio::test]
async fn a_code_is_used_up_by_whatever_it_was_good_for() {
    let server = TestServer::start_with_codes(json!({})).await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    let mut code = server.mailed_code(ANN).await;
    let uses: [&str; 3] = ["activate", "change-password", "auth"];
    for used in uses {
        let answer = match used {
            "activate" => app.activate(ANN, &code).await,
            "change-password" => app.change_password(ANN, &code, PASSWORD).await,
            _ => app.auth_by_code(ANN, &code).await,
        };
        let _ = answer.expect(201);
        app.check_code(ANN, &code).await.expect_refused(400, WRONG_CODE);
        app.activate(ANN, &code).await.expect_refused(400, WRONG_CODE);
        app.change_password(ANN, &code, PASSWORD).await.expect_refused(400, WRONG_CODE);
        assert_eq!(app.auth_by_code(ANN, &code).await.status, 401, "{used}");
        server.clock.advance(TimeDelta::seconds(30));
        app.generate_code(ANN).await.expect_nothing();
        code = server.mailed_code(ANN).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn a_code_ends_with_the_account_it_was_sent_to() {
    let server = TestServer::start().await;
    let app = server.application();
    for path in ["/api/content/users/me", "/api/content/users/me/account"] {
        let ann = app.join(ANN).await;
        app.generate_code(ANN).await.expect_nothing();
        let code = server.mailed_code(ANN).await;
        ann.app.delete(path).await.expect_true(200);
        let _ = app.sign_up(ANN).await;
        app.check_code(ANN, &code).await.expect_refused(400, WRONG_CODE);
        app.change_password(ANN, &code, "amber-lantern-73").await.expect_refused(400, WRONG_CODE);
        app.sign_in(ANN).await.app.delete(path).await.expect_true(200);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_code_that_was_asked_for_before_somebody_signed_up_is_not_his() {
    let server = TestServer::start().await;
    let app = server.application();
    app.generate_code(ANN).await.expect_nothing();
    assert_eq!(server.tables().letters_to(ANN), 0);
    let _ = app.sign_up(ANN).await;
    app.generate_code(ANN).await.expect_nothing();
    let code = server.mailed_code(ANN).await;
    app.check_code(ANN, &code).await.expect_true(201);
    server.stop().await;
}

#[tokio::test]
async fn a_login_in_other_letters_is_sent_nothing() {
    let server = TestServer::start().await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    for login in ["Ann@Example.org", " ann@example.org", "ann@example.org "] {
        app.generate_code(login).await.expect_nothing();
    }
    assert_eq!(server.tables().letters_to(ANN), 0);
    app.generate_code(ANN).await.expect_nothing();
    let code = server.mailed_code(ANN).await;
    app.check_code(ANN, &code).await.expect_true(201);
    server.stop().await;
}

#[tokio::test]
async fn a_text_that_is_nobodys_login_is_told_so() {
    let server = TestServer::start().await;
    let app = server.application();
    for login in ["  ", "a\nb", "a\u{0}b", &"x".repeat(256)] {
        app.generate_code(login).await.expect_refused(400, WRONG_CODE);
        app.check_code(login, "nonsense").await.expect_refused(400, WRONG_CODE);
        app.activate(login, "nonsense").await.expect_refused(400, WRONG_CODE);
        app.change_password(login, "nonsense", PASSWORD).await.expect_refused(400, WRONG_CODE);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_code_goes_where_its_owner_is_reached_now() {
    let server = TestServer::start().await;
    let app = server.application();
    let ann = app.join(ANN).await;
    ann.update(json!({ "notificationData": { "email": "new@example.org" } })).await.expect_true(200);
    app.generate_code(ANN).await.expect_nothing();
    let code = server.mailed_code("new@example.org").await;
    app.check_code(ANN, &code).await.expect_true(201);
    assert_eq!(server.tables().letters_to(ANN), 0);
    server.stop().await;
}
