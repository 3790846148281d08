//! How often codes may be tried and sent (sign-up contract section 3, "Codes").

use chrono::TimeDelta;
use integration_tests::{
    server::TestServer,
    signup::{Application, credentials},
};
use serde_json::json;

use super::{ANN, BOB, HAS_A_CODE, TOO_MANY_TRIES, WRONG_CODE};

/// A server that checks codes, an application, and the code that Ann was sent.
async fn waiting() -> (TestServer, Application, String) {
    let server = TestServer::start_with_codes(json!({})).await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    let code = server.mailed_code(ANN).await;
    (server, app, code)
}

/// Checks that Ann's code is dead in every door.
async fn assert_dead(app: &Application, code: &str) {
    app.check_code(ANN, code).await.expect_refused(429, TOO_MANY_TRIES);
    app.activate(ANN, code).await.expect_refused(429, TOO_MANY_TRIES);
    app.change_password(ANN, code, "amber-lantern-73").await.expect_refused(429, TOO_MANY_TRIES);
    app.auth_by_code(ANN, code).await.expect_refused(429, TOO_MANY_TRIES);
}

#[tokio::test]
async fn the_fifth_wrong_try_destroys_the_code() {
    let (server, app, code) = waiting().await;
    for _ in 0..4 {
        assert_eq!(app.check_code(ANN, "nonsense").await.expect(201), false);
    }
    app.check_code(ANN, "nonsense").await.expect_refused(429, TOO_MANY_TRIES);
    assert_dead(&app, &code).await;
    server.stop().await;
}

#[tokio::test]
async fn four_wrong_tries_do_not() {
    let (server, app, code) = waiting().await;
    for _ in 0..4 {
        app.activate(ANN, "nonsense").await.expect_refused(400, WRONG_CODE);
    }
    app.activate(ANN, &code).await.expect_true(201);
    server.stop().await;
}

#[tokio::test]
async fn each_way_in_alone_destroys_the_code() {
    let (server, app, _) = waiting().await;
    for way in ["check-code", "activate", "change-password", "auth"] {
        server.clock.advance(TimeDelta::seconds(30));
        app.generate_code(ANN).await.expect_nothing();
        let code = server.mailed_code(ANN).await;
        for n in 1..=5 {
            let answer = match way {
                "check-code" => app.check_code(ANN, "nonsense").await,
                "activate" => app.activate(ANN, "nonsense").await,
                "change-password" => app.change_password(ANN, "nonsense", "amber-lantern-73").await,
                _ => app.auth_by_code(ANN, "nonsense").await,
            };
            assert_eq!(answer.status == 429, n == 5, "{way} {n}: {}", answer.text);
        }
        assert_dead(&app, &code).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn all_ways_in_share_one_counter() {
    let (server, app, code) = waiting().await;
    assert_eq!(app.check_code(ANN, "nonsense").await.expect(201), false);
    app.activate(ANN, "nonsense").await.expect_refused(400, WRONG_CODE);
    app.change_password(ANN, "nonsense", "amber-lantern-73").await.expect_refused(400, WRONG_CODE);
    let wrong = app.auth_by_code(ANN, "nonsense").await;
    assert_eq!(wrong.status, 401, "{}", wrong.text);
    app.activate(ANN, "nonsense").await.expect_refused(429, TOO_MANY_TRIES);
    assert_dead(&app, &code).await;
    server.stop().await;
}

#[tokio::test]
async fn right_tries_and_what_is_wrong_beside_the_code_do_not_count() {
    let (server, app, code) = waiting().await;
    for _ in 0..6 {
        app.check_code(ANN, &code).await.expect_true(201);
        let body = json!({ "userIdentifier": ANN, "type": 1, "code": "nonsense", "password1": "one", "password2": "two" });
        assert_eq!(app.act("change-password", body).await.status, 400);
        assert_eq!(app.auth(ANN, "amber-lantern-73").await.status, 401);
        // Whoever shows a password is not asked for a code.
        let body = json!({ "authData": credentials(ANN, "amber-lantern-73"), "code": "nonsense" });
        assert_eq!(app.act("auth", body).await.status, 401);
    }
    app.activate(ANN, &code).await.expect_true(201);
    server.stop().await;
}

#[tokio::test]
async fn the_tries_of_one_login_are_not_those_of_another() {
    let (server, app, code) = waiting().await;
    let _ = app.sign_up(BOB).await;
    for _ in 0..5 {
        let _ = app.activate(BOB, "nonsense").await;
    }
    app.check_code(BOB, "nonsense").await.expect_refused(429, TOO_MANY_TRIES);
    app.activate(ANN, &code).await.expect_true(201);
    server.stop().await;
}

#[tokio::test]
async fn another_code_is_sent_after_thirty_seconds_and_takes_the_place_of_the_first() {
    let (server, app, first) = waiting().await;
    for _ in 0..2 {
        let refused = app.generate_code(ANN).await;
        refused.expect_refused(429, HAS_A_CODE);
        let seconds: u32 = refused.header("Retry-After").parse().expect("it is a number");
        assert!((1..=30).contains(&seconds), "{seconds}");
    }
    assert_eq!(server.tables().letters_to(ANN), 1);
    app.check_code(ANN, &first).await.expect_true(201);
    server.clock.advance(TimeDelta::seconds(15));
    let refused = app.generate_code(ANN).await;
    refused.expect_refused(429, HAS_A_CODE);
    let seconds: u32 = refused.header("Retry-After").parse().expect("it is a number");
    assert!((1..=15).contains(&seconds), "{seconds}");
    server.clock.advance(TimeDelta::seconds(15));
    app.generate_code(ANN).await.expect_nothing();
    let second = server.mailed_code(ANN).await;
    assert_eq!(app.check_code(ANN, &first).await.expect(201), false);
    app.activate(ANN, &second).await.expect_true(201);
    server.stop().await;
}

#[tokio::test]
async fn the_pause_is_kept_also_once_the_code_is_dead() {
    let (server, app, _) = waiting().await;
    for _ in 0..5 {
        let _ = app.activate(ANN, "nonsense").await;
    }
    app.generate_code(ANN).await.expect_refused(429, HAS_A_CODE);
    server.clock.advance(TimeDelta::seconds(30));
    app.generate_code(ANN).await.expect_nothing();
    let code = server.mailed_code(ANN).await;
    app.activate(ANN, &code).await.expect_true(201);
    server.stop().await;
}

#[tokio::test]
async fn the_pause_is_of_one_login_at_one_provider() {
    let (server, app, _) = waiting().await;
    let _ = app.sign_up(BOB).await;
    app.generate_code(BOB).await.expect_refused(429, HAS_A_CODE);
    let other = integration_tests::signup::provider("other", "reg", json!({}));
    server.apply(&[], &[other]).await;
    let _ = app.at("other").sign_up(ANN).await;
    app.at("other").generate_code(ANN).await.expect_nothing();
    server.stop().await;
}
