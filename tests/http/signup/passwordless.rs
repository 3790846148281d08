//! Signing in by a code where the provider checks codes (sign-up contract section 3, `isCheckCode`).

use chrono::TimeDelta;
use integration_tests::{
    server::{PASSWORD, TestServer},
    signup::{Account, Application, form, login_field, provider},
};
use serde_json::{Value, json};

use super::{ANN, MISSED, NOT_ACTIVE, WRONG_CREDENTIALS};

/// The login alone, and what else stands in `authData`.
fn login_and(further: &[Value]) -> Value {
    let login = json!({ "marker": "login", "value": ANN });
    [&[login], further].concat().into()
}

/// Ann, active, at a provider that checks codes.
async fn active() -> (TestServer, Application) {
    let server = TestServer::start_with_codes(json!({})).await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    let code = server.mailed_code(ANN).await;
    app.activate(ANN, &code).await.expect_true(201);
    server.clock.advance(TimeDelta::seconds(30));
    (server, app)
}

/// The next code for Ann.
async fn next_code(server: &TestServer, app: &Application) -> String {
    server.clock.advance(TimeDelta::seconds(30));
    app.generate_code(ANN).await.expect_nothing();
    server.mailed_code(ANN).await
}

#[tokio::test]
async fn a_code_signs_in_beside_the_login_or_among_it() {
    let (server, app) = active().await;
    let code = next_code(&server, &app).await;
    let beside = app.act("auth", json!({ "authData": login_and(&[]), "code": code })).await;
    assert!(Account::of(&app, ANN, &beside).is_in().await);
    let code = next_code(&server, &app).await;
    let among = json!({ "marker": "code", "value": code });
    let among = app.act("auth", json!({ "authData": login_and(&[among]) })).await;
    assert!(Account::of(&app, ANN, &among).is_in().await);
    server.stop().await;
}

#[tokio::test]
async fn a_wrong_or_used_code_signs_nobody_in() {
    let (server, app) = active().await;
    let code = next_code(&server, &app).await;
    app.auth_by_code(ANN, "nonsense").await.expect_refused(401, WRONG_CREDENTIALS);
    app.auth_by_code("nobody@example.org", &code).await.expect_refused(401, WRONG_CREDENTIALS);
    let _ = app.auth_by_code(ANN, &code).await.expect(201);
    app.auth_by_code(ANN, &code).await.expect_refused(401, WRONG_CREDENTIALS);
    server.stop().await;
}

#[tokio::test]
async fn an_expired_code_signs_nobody_in() {
    let (server, app) = active().await;
    let code = next_code(&server, &app).await;
    server.clock.advance(TimeDelta::seconds(120));
    app.auth_by_code(ANN, &code).await.expect_refused(401, WRONG_CREDENTIALS);
    server.stop().await;
}

#[tokio::test]
async fn whoever_is_not_active_yet_is_told_so_and_keeps_his_code() {
    let server = TestServer::start_with_codes(json!({})).await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    let code = server.mailed_code(ANN).await;
    app.auth_by_code(ANN, &code).await.expect_refused(403, NOT_ACTIVE);
    app.activate(ANN, &code).await.expect_true(201);
    server.stop().await;
}

#[tokio::test]
async fn where_codes_are_not_checked_they_sign_nobody_in() {
    let server = TestServer::start().await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    app.generate_code(ANN).await.expect_nothing();
    let code = server.mailed_code(ANN).await;
    app.auth_by_code(ANN, &code).await.expect_refused(400, MISSED);
    let among = json!({ "marker": "code", "value": code });
    let body = json!({ "authData": login_and(&[among]) });
    app.act("auth", body).await.expect_refused(400, MISSED);
    app.check_code(ANN, &code).await.expect_true(201);
    server.stop().await;
}

#[tokio::test]
async fn neither_password_nor_code_signs_nobody_in() {
    let (server, app) = active().await;
    for body in [
        json!({ "authData": login_and(&[]) }),
        json!({ "authData": login_and(&[]), "code": "" }),
        json!({ "authData": login_and(&[]), "code": "  " }),
        json!({ "authData": login_and(&[]), "code": null }),
    ] {
        app.act("auth", body).await.expect_refused(400, MISSED);
    }
    let body = json!({ "authData": login_and(&[]), "code": ["nonsense"] });
    app.act("auth", body).await.expect_refused(400, "code must be a string");
    server.stop().await;
}

#[tokio::test]
async fn a_form_needs_no_password_where_codes_are_checked() {
    let server = TestServer::start().await;
    let mut bare = form("bare", vec![]);
    bare["attributes"] = json!([login_field()]);
    server.apply(&[bare], &[provider("bare", "bare", json!({ "isCheckCode": true }))]).await;
    let app = server.application().at("bare");
    let body = json!({ "authData": login_and(&[]), "notificationData": { "email": ANN } });
    let told = app.act("sign-up", body).await.expect(201);
    assert_eq!(told["isActive"], false);
    let code = server.mailed_code(ANN).await;
    app.activate(ANN, &code).await.expect_true(201);
    let code = next_code(&server, &app).await;
    assert!(Account::of(&app, ANN, &app.auth_by_code(ANN, &code).await).is_in().await);
    app.auth(ANN, PASSWORD).await.expect_refused(400, MISSED);
    let code = next_code(&server, &app).await;
    app.change_password(ANN, &code, PASSWORD).await.expect_refused(400, MISSED);
    server.stop().await;
}
