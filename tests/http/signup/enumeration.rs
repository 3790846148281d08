//! Nobody learns from a code route, or from a refused sign-in, who has an account (sign-up contract section 8).

use chrono::TimeDelta;
use integration_tests::{
    client::Answer,
    server::{PASSWORD, TestServer},
};
use serde_json::{Value, json};

use super::{ANN, WRONG_CREDENTIALS};

const NOBODY: &str = "nobody@example.org";

/// What of an answer could tell accounts apart.
fn seen(step: &str, answer: &Answer) -> (String, u16, Value, bool) {
    let mut body = answer.json.clone();
    if let Some(body) = body.as_object_mut() {
        body.shift_remove("timestamp");
    }
    (step.to_owned(), answer.status, body, answer.headers.contains_key("retry-after"))
}

/// What whoever tries a login out gets to see, step by step.
async fn try_out(server: &TestServer, login: &str) -> Vec<(String, u16, Value, bool)> {
    let app = server.application();
    let mut all = Vec::new();
    for round in 0..2 {
        let mut note = |step: &str, answer: Answer| all.push(seen(&format!("{round} {step}"), &answer));
        if round == 0 {
            note("check before", app.check_code(login, "nonsense").await);
            note("activate before", app.activate(login, "nonsense").await);
            note("change before", app.change_password(login, "nonsense", PASSWORD).await);
            note("auth before", app.auth_by_code(login, "nonsense").await);
        }
        note("generate", app.generate_code(login).await);
        note("generate again", app.generate_code(login).await);
        note("check", app.check_code(login, "nonsense").await);
        note("activate", app.activate(login, "nonsense").await);
        note("change", app.change_password(login, "nonsense", PASSWORD).await);
        note("auth", app.auth_by_code(login, "nonsense").await);
        if round == 0 {
            server.clock.advance(TimeDelta::seconds(30));
            note("generate later", app.generate_code(login).await);
            for n in 0..6 {
                note(&format!("try {n}"), app.check_code(login, "nonsense").await);
            }
            note("dead", app.activate(login, "nonsense").await);
            note("generate at once", app.generate_code(login).await);
        }
        // Longer than any code lives.
        server.clock.advance(TimeDelta::seconds(200));
        note("check late", app.check_code(login, "nonsense").await);
        note("activate late", app.activate(login, "nonsense").await);
    }
    all
}

#[tokio::test]
async fn an_unknown_login_is_told_the_same_on_every_code_route() {
    let server = TestServer::start_with_codes(json!({})).await;
    let app = server.application();
    let (active, waiting) = ("active@example.org", "waiting@example.org");
    for login in [active, waiting] {
        let _ = app.sign_up(login).await;
    }
    let code = server.mailed_code(active).await;
    app.activate(active, &code).await.expect_true(201);
    // From here on neither of them has a code that lives.
    server.clock.advance(TimeDelta::seconds(200));
    let expected = try_out(&server, NOBODY).await;
    for login in [active, waiting] {
        assert_eq!(try_out(&server, login).await, expected, "{login}");
    }
    assert_eq!(server.tables().letters_to(NOBODY), 0);
    server.stop().await;
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_login_are_told_the_same() {
    let server = TestServer::start().await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    for login in [ANN, NOBODY] {
        for password in ["amber-lantern-73", "x"] {
            app.auth(login, password).await.expect_refused(401, WRONG_CREDENTIALS);
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn a_right_password_of_another_provider_opens_nothing() {
    let server = TestServer::start().await;
    let other = integration_tests::signup::provider("other", "reg", json!({}));
    server.apply(&[], &[other]).await;
    let _ = server.application().sign_up(ANN).await;
    let app = server.application().at("other");
    app.auth(ANN, PASSWORD).await.expect_refused(401, WRONG_CREDENTIALS);
    // Nor does it in the accounts API, whose passwords are other ones.
    let body = json!({ "email": ANN, "password": PASSWORD });
    assert_eq!(server.client.post("/auth/login", body).await.status, 401);
    server.stop().await;
}
