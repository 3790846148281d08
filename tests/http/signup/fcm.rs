//! Devices for push messages (sign-up contract section 6).

use integration_tests::{
    server::TestServer,
    signup::{Account, ME},
};
use reqwest::Method;

use super::{ANN, BOB, UNAUTHORIZED};

fn path(token: &str) -> String {
    format!("{ME}/fcm-token/{token}")
}

async fn add(account: &Account, token: &str) -> integration_tests::client::Answer {
    account.app.ask(Method::POST, &path(token)).await
}

/// The devices that are kept of somebody, as JSON.
fn kept(server: &TestServer, login: &str) -> String {
    let sql = format!("SELECT fcm_tokens AS value FROM signups WHERE login = '{login}'");
    server.tables().texts(&sql).join("\n")
}

#[tokio::test]
async fn a_device_is_registered_once_and_forgotten() {
    let server = TestServer::start().await;
    let app = server.application();
    let (ann, bob) = (app.join(ANN).await, app.join(BOB).await);
    for _ in 0..2 {
        add(&ann, "device-one:APA91b").await.expect_true(201);
        add(&ann, "device-two").await.expect_true(201);
    }
    assert_eq!(kept(&server, ANN), r#"["device-one:APA91b","device-two"]"#);
    assert_eq!(kept(&server, BOB), "[]");
    // Only one's own.
    bob.app.delete(&path("device-two")).await.expect_true(200);
    ann.app.delete(&path("device-one:APA91b")).await.expect_true(200);
    ann.app.delete(&path("device-one:APA91b")).await.expect_true(200);
    assert_eq!(kept(&server, ANN), r#"["device-two"]"#);
    server.stop().await;
}

#[tokio::test]
async fn the_escapes_of_a_token_are_undone() {
    let server = TestServer::start().await;
    let ann = server.application().join(ANN).await;
    add(&ann, "a%20device%2Fof%22anns").await.expect_true(201);
    add(&ann, "ger%C3%A4t-of-anns").await.expect_true(201);
    assert_eq!(kept(&server, ANN), r#"["a device/of\"anns","gerät-of-anns"]"#);
    ann.app.delete(&path("a%20device%2fof%22anns")).await.expect_true(200);
    assert_eq!(kept(&server, ANN), r#"["gerät-of-anns"]"#);
    server.stop().await;
}

#[tokio::test]
async fn a_blank_or_overlong_token_and_too_many_of_them_are_refused() {
    let server = TestServer::start().await;
    let ann = server.application().join(ANN).await;
    let text = "Token must be 1 to 4096 bytes";
    for token in ["%20", "%20%09", &"x".repeat(4097)] {
        add(&ann, token).await.expect_refused(400, text);
    }
    add(&ann, &"device-of-anns".repeat(292)).await.expect_true(201);
    for n in 1..100 {
        add(&ann, &format!("device-{n}-of-anns")).await.expect_true(201);
    }
    add(&ann, "one-device-more").await.expect_refused(400, "There are too many devices");
    add(&ann, "device-7-of-anns").await.expect_true(201);
    ann.app.delete(&path("device-7-of-anns")).await.expect_true(200);
    add(&ann, "one-device-more").await.expect_true(201);
    server.stop().await;
}

#[tokio::test]
async fn tokens_of_a_strange_kind_do_no_harm() {
    let server = TestServer::start().await;
    let ann = server.application().join(ANN).await;
    for token in ["%00", "a%00b-device", "%ff", "%0a", "%F0%9F%98%80", "..%2f..", "null", "undefined"] {
        let answer = add(&ann, token).await;
        assert!([201, 400].contains(&answer.status), "{token}: {}", answer.text);
        if answer.status == 400 {
            let _ = answer.refused(400);
        }
        ann.app.delete(&path(token)).await.expect_true(200);
    }
    assert!(ann.is_in().await);
    server.stop().await;
}

#[tokio::test]
async fn whoever_is_not_signed_in_registers_nothing() {
    let server = TestServer::start().await;
    let app = server.application();
    app.ask(Method::POST, &path("a-device")).await.expect_refused(401, UNAUTHORIZED);
    app.delete(&path("a-device")).await.expect_refused(401, UNAUTHORIZED);
    server.stop().await;
}
