//! Further addresses of an account (contract section 3, O3 and O16).

use chrono::TimeDelta;
use integration_tests::{
    client::Answer,
    server::{PASSWORD, Person, TestServer},
};
use serde_json::{Value, json};

use crate::shapes::{another_code, assert_keys, id};

const ADA: &str = "ada@example.org";
const SECOND: &str = "second@example.org";
const KEYS: [&str; 4] = ["id", "email", "isDefault", "isVerified"];

async fn add(person: &Person, email: &str) -> Answer {
    person.client.post("/auth/emails/", json!({ "email": email })).await
}

async fn verify(person: &Person, email: &str, code: &str) -> Answer {
    person.client.post("/auth/emails/verify", json!({ "email": email, "code": code })).await
}

async fn resend(person: &Person, email: &str) -> Answer {
    person.client.post("/auth/emails/resend", json!({ "email": email })).await
}

/// The person with an added address and the code for it.
async fn with_added(server: &TestServer) -> (Person, String) {
    let ada = server.register(ADA).await;
    let _ = add(&ada, SECOND).await.expect(201);
    let code = server.mailbox.take(SECOND).await.code();
    (ada, code)
}

#[tokio::test]
async fn an_address_is_added_and_proved() {
    let server = TestServer::start().await;
    let ada = server.register(ADA).await;
    let added = add(&ada, " Second@Example.org ").await.expect(201);
    assert_keys(&added, &KEYS);
    id(&added["id"]);
    let fields = |email: &Value| json!([email["email"], email["isDefault"], email["isVerified"]]);
    assert_eq!(fields(&added), json!(["Second@Example.org", false, false]));

    let letter = server.mailbox.take("Second@Example.org").await;
    assert!(letter.text.contains("10 minutes"), "{}", letter.text);
    verify(&ada, SECOND, &letter.code()).await.expect_message();

    let listed = ada.client.get("/auth/emails/").await.expect(200);
    let emails = listed.as_array().expect("a bare list");
    for email in emails {
        assert_keys(email, &KEYS);
    }
    let seen: Vec<Value> = emails.iter().map(fields).collect();
    assert_eq!(seen, [json!([ADA, true, true]), json!(["Second@Example.org", false, true])]);
    assert_eq!(ada.client.get("/auth/me").await.expect(200)["emails"], listed);
    assert_eq!(emails[1]["id"], added["id"]);
    server.stop().await;
}

#[tokio::test]
async fn adding_an_unverified_address_again_gives_the_same_record() {
    let server = TestServer::start().await;
    let (ada, code) = with_added(&server).await;
    let first = ada.client.get("/auth/emails").await.expect(200)[1].clone();
    assert_eq!(add(&ada, "SECOND@example.org").await.expect(201), first);
    assert_eq!(server.tables().letters_to(SECOND), 1, "within the minute nothing is sent");
    server.clock.advance(TimeDelta::seconds(60));
    assert_eq!(add(&ada, SECOND).await.expect(201), first);
    assert_eq!(server.tables().letters_to(SECOND), 2);
    let newer = server.mailbox.take(SECOND).await.code();
    if newer != code {
        verify(&ada, SECOND, &code).await.expect_error(400, "INVALID_CODE");
    }
    verify(&ada, SECOND, &newer).await.expect_message();
    server.stop().await;
}

#[tokio::test]
async fn an_address_that_is_somebodys_cannot_be_added() {
    let server = TestServer::start().await;
    let ada = server.register(ADA).await;
    let bob = server.register("bob@example.org").await;
    add(&bob, "ADA@example.org").await.expect_error(400, "EMAIL_ALREADY_IN_USE");
    add(&ada, ADA).await.expect_error(400, "EMAIL_ALREADY_IN_USE");
    assert_eq!(server.tables().letters_to(ADA), 1);
    server.stop().await;
}

#[tokio::test]
async fn a_claim_blocks_nobody_and_is_void_once_another_proves_the_address() {
    let server = TestServer::start().await;
    let (ada, ada_code) = with_added(&server).await;
    let bob = server.register("bob@example.org").await;
    server.add_email(&bob, SECOND).await;

    verify(&ada, SECOND, &ada_code).await.expect_error(400, "EMAIL_ALREADY_IN_USE");
    let emails = ada.client.get("/auth/emails").await.expect(200);
    assert_eq!(emails.as_array().map(Vec::len), Some(1), "{emails}");
    resend(&ada, SECOND).await.expect_error(404, "EMAIL_NOT_FOUND");
    assert_eq!(server.sign_in(SECOND, PASSWORD).await.id, bob.id);
    server.stop().await;
}

#[tokio::test]
async fn each_claimant_has_a_code_of_his_own() {
    let server = TestServer::start().await;
    let (ada, ada_code) = with_added(&server).await;
    let bob = server.register("bob@example.org").await;
    let _ = add(&bob, SECOND).await.expect(201);
    let bob_code = server.mailbox.take(SECOND).await.code();
    if ada_code != bob_code {
        verify(&bob, SECOND, &ada_code).await.expect_error(400, "INVALID_CODE");
        verify(&ada, SECOND, &bob_code).await.expect_error(400, "INVALID_CODE");
    }
    verify(&bob, SECOND, &bob_code).await.expect_message();
    server.stop().await;
}

#[tokio::test]
async fn the_codes_follow_the_rules_of_registration() {
    let server = TestServer::start().await;
    let (ada, code) = with_added(&server).await;
    for _ in 0..3 {
        verify(&ada, SECOND, &another_code(&code)).await.expect_error(400, "INVALID_CODE");
    }
    verify(&ada, SECOND, &code).await.expect_error(400, "TOO_MANY_ATTEMPTS");

    let refused = resend(&ada, SECOND).await;
    refused.expect_error(429, "TOO_MANY_REQUESTS");
    let seconds: i64 = refused.header("retry-after").parse().expect("it says when");
    assert!((50..=60).contains(&seconds), "{seconds}");
    server.clock.advance(TimeDelta::seconds(seconds));
    resend(&ada, SECOND).await.expect_message();
    let code = server.mailbox.take(SECOND).await.code();
    server.clock.advance(TimeDelta::minutes(10));
    verify(&ada, SECOND, &code).await.expect_error(400, "CODE_EXPIRED");

    resend(&ada, SECOND).await.expect_message();
    let code = server.mailbox.take(SECOND).await.code();
    verify(&ada, SECOND, &code).await.expect_message();
    resend(&ada, SECOND).await.expect_error(400, "EMAIL_ALREADY_VERIFIED");
    verify(&ada, SECOND, &code).await.expect_error(400, "EMAIL_ALREADY_VERIFIED");
    server.stop().await;
}

#[tokio::test]
async fn what_is_not_on_the_account_is_not_found() {
    let server = TestServer::start().await;
    let (_, code) = with_added(&server).await;
    let bob = server.register("bob@example.org").await;
    verify(&bob, SECOND, &code).await.expect_error(404, "EMAIL_NOT_FOUND");
    resend(&bob, SECOND).await.expect_error(404, "EMAIL_NOT_FOUND");
    server.stop().await;
}

#[tokio::test]
async fn a_registration_code_proves_no_added_address_and_the_other_way_round() {
    let server = TestServer::start().await;
    let (ada, added) = with_added(&server).await;
    let registering = server.start_registration(SECOND).await;
    if added != registering {
        verify(&ada, SECOND, &registering).await.expect_error(400, "INVALID_CODE");
        let body = json!({ "email": SECOND, "code": added });
        server.client.post("/auth/register/verify", body).await.expect_error(400, "INVALID_CODE");
    }
    verify(&ada, SECOND, &added).await.expect_message();
    let body = json!({ "email": SECOND, "code": registering });
    server.client.post("/auth/register/verify", body).await.expect_error(400, "NO_CODE");
    server.stop().await;
}

#[tokio::test]
async fn an_account_may_hold_many_addresses() {
    let server = TestServer::start().await;
    let ada = server.register(ADA).await;
    for n in 0..6 {
        server.add_email(&ada, &format!("ada{n}@example.org")).await;
    }
    let emails = ada.client.get("/auth/emails/").await.expect(200);
    let emails = emails.as_array().expect("a list");
    assert!(emails.iter().all(|email| email["isVerified"] == true));
    assert_eq!(emails.iter().filter(|email| email["isDefault"] == true).count(), 1);
    assert_eq!(emails.len(), 7);
    server.stop().await;
}
