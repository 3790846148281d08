//! Registration codes: ten minutes, three tries, one a minute (contract section 10, O7 and O8).

use chrono::TimeDelta;
use integration_tests::{
    client::Answer,
    server::{PASSWORD, TestServer},
};
use serde_json::json;

use crate::shapes::another_code;

const ADA: &str = "ada@example.org";

async fn verify(server: &TestServer, code: &str) -> Answer {
    server.client.post("/auth/register/verify", json!({ "email": ADA, "code": code })).await
}

async fn resend(server: &TestServer) -> Answer {
    server.client.post("/auth/register/resend", json!({ "email": ADA })).await
}

#[tokio::test]
async fn without_a_start_there_is_no_code() {
    let server = TestServer::start().await;
    verify(&server, "123456").await.expect_error(400, "NO_CODE");
    resend(&server).await.expect_error(400, "NO_CODE");
    assert!(server.mailbox.all().is_empty());
    server.stop().await;
}

#[tokio::test]
async fn a_code_is_good_for_ten_minutes() {
    let server = TestServer::start().await;
    let code = server.start_registration(ADA).await;
    server.clock.advance(TimeDelta::seconds(9 * 60 + 30));
    verify(&server, &another_code(&code)).await.expect_error(400, "INVALID_CODE");
    server.clock.advance(TimeDelta::seconds(30));
    verify(&server, &code).await.expect_error(400, "CODE_EXPIRED");
    verify(&server, &another_code(&code)).await.expect_error(400, "CODE_EXPIRED");
    server.stop().await;
}

#[tokio::test]
async fn a_code_stands_three_wrong_tries_and_then_not_even_the_right_one() {
    let server = TestServer::start().await;
    let code = server.start_registration(ADA).await;
    for _ in 0..3 {
        verify(&server, &another_code(&code)).await.expect_error(400, "INVALID_CODE");
    }
    verify(&server, &code).await.expect_error(400, "TOO_MANY_ATTEMPTS");
    verify(&server, &another_code(&code)).await.expect_error(400, "TOO_MANY_ATTEMPTS");
    server.clock.advance(TimeDelta::minutes(10));
    verify(&server, &code).await.expect_error(400, "CODE_EXPIRED");
    server.stop().await;
}

#[tokio::test]
async fn the_third_try_may_be_the_right_one() {
    let server = TestServer::start().await;
    let code = server.start_registration(ADA).await;
    for _ in 0..2 {
        verify(&server, &another_code(&code)).await.expect_error(400, "INVALID_CODE");
    }
    let _ = verify(&server, &code).await.expect(200);
    server.stop().await;
}

#[tokio::test]
async fn a_new_code_kills_the_old_one_and_zeroes_the_tries() {
    let server = TestServer::start().await;
    let old = server.start_registration(ADA).await;
    for _ in 0..4 {
        let _ = verify(&server, &another_code(&old)).await.expect(400);
    }
    server.clock.advance(TimeDelta::seconds(60));
    resend(&server).await.expect_message();
    let new = server.mailbox.take(ADA).await.code();
    if new != old {
        verify(&server, &old).await.expect_error(400, "INVALID_CODE");
    }
    let _ = verify(&server, &new).await.expect(200);
    server.stop().await;
}

#[tokio::test]
async fn another_code_is_sent_after_a_minute_only() {
    let server = TestServer::start().await;
    let _ = server.start_registration(ADA).await;
    let refused = resend(&server).await;
    refused.expect_error(429, "TOO_MANY_REQUESTS");
    let seconds: i64 = refused.header("retry-after").parse().expect("it says when");
    assert!((50..=60).contains(&seconds), "{seconds}");
    assert_eq!(server.tables().letters_to(ADA), 1);

    server.clock.advance(TimeDelta::seconds(seconds));
    resend(&server).await.expect_message();
    assert_eq!(server.tables().letters_to(ADA), 2);
    resend(&server).await.expect_error(429, "TOO_MANY_REQUESTS");
    let fresh = server.mailbox.take(ADA).await.code();
    let _ = verify(&server, &fresh).await.expect(200);
    server.stop().await;
}

#[tokio::test]
async fn a_second_start_within_the_minute_answers_the_same_and_sends_nothing() {
    let server = TestServer::start().await;
    let start = async || server.client.post("/auth/register/start", json!({ "email": ADA })).await;
    let first = start().await;
    let second = start().await;
    assert_eq!((first.status, &first.text), (second.status, &second.text));
    assert_eq!(server.tables().letters_to(ADA), 1);
    let code = server.mailbox.take(ADA).await.code();
    let _ = verify(&server, &code).await.expect(200);

    server.clock.advance(TimeDelta::seconds(60));
    let third = start().await;
    assert_eq!((third.status, &third.text), (200, &first.text));
    assert_eq!(server.tables().letters_to(ADA), 2);
    server.stop().await;
}

#[tokio::test]
async fn the_pause_stays_when_the_rate_limits_are_off() {
    let server = TestServer::start_with(&[("PORTICO_RATE_LIMITS", "off")]).await;
    let _ = server.start_registration(ADA).await;
    resend(&server).await.expect_error(429, "TOO_MANY_REQUESTS");
    server.stop().await;
}

#[tokio::test]
async fn verifying_twice_says_that_it_is_done() {
    let server = TestServer::start().await;
    let code = server.start_registration(ADA).await;
    let _ = verify(&server, &code).await.expect(200);
    verify(&server, &code).await.expect_error(400, "EMAIL_ALREADY_VERIFIED");
    server.stop().await;
}

#[tokio::test]
async fn asking_for_codes_undoes_nobodys_verification() {
    let server = TestServer::start().await;
    let token = server.prove(ADA).await;
    server.clock.advance(TimeDelta::seconds(61));
    server.client.post("/auth/register/start", json!({ "email": ADA })).await.expect_message();
    let body = json!({ "email": ADA, "password": PASSWORD, "verification_token": token });
    let _ = server.client.post("/auth/register/password", body).await.expect(200);
    server.stop().await;
}

#[tokio::test]
async fn lifetime_and_pause_are_settings() {
    let settings = [("PORTICO_REGISTRATION_CODE_TTL", "2m"), ("PORTICO_RESEND_COOLDOWN", "90s")];
    let server = TestServer::start_with(&settings).await;
    let code = server.start_registration(ADA).await;
    server.clock.advance(TimeDelta::seconds(80));
    resend(&server).await.expect_error(429, "TOO_MANY_REQUESTS");
    server.clock.advance(TimeDelta::seconds(40));
    verify(&server, &code).await.expect_error(400, "CODE_EXPIRED");
    resend(&server).await.expect_message();
    let code = server.mailbox.take(ADA).await.code();
    let _ = verify(&server, &code).await.expect(200);
    server.stop().await;
}

#[tokio::test]
async fn the_letter_says_how_long_the_code_is_good_and_nothing_of_other_secrets() {
    let server = TestServer::start().await;
    server.client.post("/auth/register/start", json!({ "email": ADA })).await.expect_message();
    let letter = server.mailbox.take(ADA).await;
    let code = letter.code();
    assert!(letter.text.contains("10 minutes"), "{}", letter.text);
    assert!(letter.html.contains(&code), "{}", letter.html);
    assert!(!letter.subject.contains(&code), "a subject is shown on locked screens");
    server.stop().await;
}
