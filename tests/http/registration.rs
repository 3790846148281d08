//! Becoming known in three steps (contract section 2).

use chrono::TimeDelta;
use integration_tests::server::{PASSWORD, Person, TestServer};
use serde_json::json;

use crate::shapes::{assert_keys, assert_signed_in, token};

const ADA: &str = "ada@example.org";

#[tokio::test]
async fn three_steps_make_an_account() {
    let server = TestServer::start().await;
    let client = &server.client;

    let started = client.post("/auth/register/start", json!({ "email": ADA })).await;
    started.expect_message();
    let code = server.mailbox.take(ADA).await.code();

    let verified =
        client.post("/auth/register/verify", json!({ "email": ADA, "code": code })).await.expect(200);
    assert_keys(&verified, &["message", "verification_token"]);
    token(&verified["verification_token"], "");

    let body = json!({ "email": ADA, "password": PASSWORD });
    let registered = client.post("/auth/register/password", body).await.expect(200);
    assert_keys(&registered, &["type", "token", "refresh_token", "expires_in", "user", "message"]);
    assert_eq!(
        (&registered["type"], &registered["message"]),
        (&"bearer".into(), &"Registration completed".into())
    );
    assert_signed_in(&registered, ADA, "ada");

    let ada = Person::of(client, &registered);
    assert_eq!(ada.client.get("/auth/me").await.expect(200)["id"], ada.id);
    assert_eq!(server.sign_in(ADA, PASSWORD).await.id, ada.id);
    assert_eq!(server.tables().count("outbox", "1 = 1"), 1, "registering mails nothing but the code");
    server.stop().await;
}

#[tokio::test]
async fn an_address_is_compared_without_case_and_kept_as_typed() {
    let server = TestServer::start().await;
    let client = &server.client;
    client.post("/auth/register/start", json!({ "email": "  Ada.L@Example.ORG " })).await.expect_message();
    let code = server.mailbox.take("Ada.L@Example.ORG").await.code();
    let body = json!({ "email": "ada.l@example.org", "code": format!(" {code} ") });
    let _ = client.post("/auth/register/verify", body).await.expect(200);
    let body = json!({ "email": "Ada.L@Example.ORG", "password": PASSWORD });
    let registered = client.post("/auth/register/password", body).await.expect(200);
    assert_signed_in(&registered, "Ada.L@Example.ORG", "Ada.L");
    assert_eq!(server.sign_in("ADA.L@EXAMPLE.ORG", PASSWORD).await.email, "Ada.L@Example.ORG");
    server.stop().await;
}

#[tokio::test]
async fn no_password_is_set_for_an_address_that_was_not_verified() {
    let server = TestServer::start().await;
    let body = json!({ "email": ADA, "password": PASSWORD });
    server.client.post("/auth/register/password", body.clone()).await.expect_error(400, "NO_CODE");
    let _ = server.start_registration(ADA).await;
    server.client.post("/auth/register/password", body).await.expect_error(400, "NO_CODE");
    server.stop().await;
}

#[tokio::test]
async fn a_verified_address_waits_a_quarter_of_an_hour_for_its_password() {
    let server = TestServer::start().await;
    let (early, late) = ("early@example.org", "late@example.org");
    for email in [early, late] {
        let _ = server.prove(email).await;
    }
    let set = async |email: &str| {
        server.client.post("/auth/register/password", json!({ "email": email, "password": PASSWORD })).await
    };
    server.clock.advance(TimeDelta::seconds(14 * 60 + 30));
    let _ = set(early).await.expect(200);
    server.clock.advance(TimeDelta::seconds(30));
    set(late).await.expect_error(400, "CODE_EXPIRED");

    // It can be had anew.
    let _ = server.prove(late).await;
    let _ = set(late).await.expect(200);
    server.stop().await;
}

#[tokio::test]
async fn a_verification_gives_one_password_only() {
    let server = TestServer::start().await;
    let token = server.prove(ADA).await;
    let body = |password: &str| json!({ "email": ADA, "password": password, "verification_token": token });
    let _ = server.client.post("/auth/register/password", body(PASSWORD)).await.expect(200);
    let again = server.client.post("/auth/register/password", body("amber-lantern-73")).await;
    again.expect_error(400, "NO_CODE");
    let _ = server.sign_in(ADA, PASSWORD).await;
    server.stop().await;
}

#[tokio::test]
async fn whoever_shows_a_verification_token_must_show_the_right_one() {
    let server = TestServer::start().await;
    let others = server.prove("other@example.org").await;
    let own = server.prove(ADA).await;
    let set = async |token: &str| {
        let body = json!({ "email": ADA, "password": PASSWORD, "verification_token": token });
        server.client.post("/auth/register/password", body).await
    };
    set("nonsense").await.expect_error(400, "INVALID_TOKEN");
    set(&others).await.expect_error(400, "INVALID_TOKEN");
    let _ = set(&own).await.expect(200);
    server.stop().await;
}

#[tokio::test]
async fn the_verification_token_can_be_made_mandatory() {
    let server = TestServer::start_with(&[("PORTICO_REQUIRE_VERIFICATION_TOKEN", "true")]).await;
    let token = server.prove(ADA).await;
    let mut body = json!({ "email": ADA, "password": PASSWORD });
    let without = server.client.post("/auth/register/password", body.clone()).await;
    without.expect_invalid(&[("verification_token", "required")]);
    body["verification_token"] = token.into();
    let _ = server.client.post("/auth/register/password", body).await.expect(200);
    server.stop().await;
}

#[tokio::test]
async fn a_password_that_is_easily_guessed_is_refused_with_the_reason() {
    let server = TestServer::start().await;
    let _ = server.prove("zvonimira@example.org").await;
    for weak in ["iloveyou", "12345678", "aaaaaaaaaaaa", "zvonimira1"] {
        let body = json!({ "email": "zvonimira@example.org", "password": weak });
        let refused = server.client.post("/auth/register/password", body).await;
        refused.expect_invalid(&[("password", "regex")]);
        let message = refused.json["errors"][0]["message"].as_str().expect("it says why");
        assert!(message.len() > 15 && !message.contains(weak), "{message}");
    }
    // The verification is still good.
    let body = json!({ "email": "zvonimira@example.org", "password": PASSWORD });
    let _ = server.client.post("/auth/register/password", body).await.expect(200);
    server.stop().await;
}

#[tokio::test]
async fn a_password_may_have_from_8_to_128_characters_of_any_script() {
    let server = TestServer::start().await;
    for (email, password) in [
        ("short@example.org", "x8#kQ2!v".to_owned()),
        ("long@example.org", "correct horse battery staple ".repeat(5)[..128].to_owned()),
        ("wide@example.org", "пароль из четырёх слов 🐴".to_owned()),
        ("spaces@example.org", "  violet harbour  ".to_owned()),
    ] {
        let _ = server.prove(email).await;
        let body = json!({ "email": email, "password": password });
        let _ = server.client.post("/auth/register/password", body).await.expect(200);
        let _ = server.sign_in(email, &password).await;
    }
    // Nothing of it is dropped.
    let body = json!({ "email": "spaces@example.org", "password": "violet harbour" });
    server.client.post("/auth/login", body).await.expect_error(401, "INVALID_CREDENTIALS");
    server.stop().await;
}

#[tokio::test]
async fn a_claim_on_an_address_is_void_once_a_newcomer_proves_it() {
    let server = TestServer::start().await;
    let squatter = server.register("squatter@example.org").await;
    let _ = squatter.client.post("/auth/emails/", json!({ "email": ADA })).await.expect(201);
    let code = server.mailbox.take(ADA).await.code();

    let ada = server.register(ADA).await;
    let emails = squatter.client.get("/auth/emails/").await.expect(200);
    assert_eq!(emails.as_array().map(Vec::len), Some(1), "{emails}");
    let body = json!({ "email": ADA, "code": code });
    squatter.client.post("/auth/emails/verify", body).await.expect_error(400, "EMAIL_ALREADY_IN_USE");
    assert_eq!(server.sign_in(ADA, PASSWORD).await.id, ada.id);
    server.stop().await;
}
