//! Forgotten and changed passwords (contract section 2, O12 and O47).

use chrono::TimeDelta;
use integration_tests::{
    client::Answer,
    server::{PASSWORD, TestServer},
};
use serde_json::json;

const ADA: &str = "ada@example.org";
const NEW: &str = "amber-lantern-73";

async fn forget(server: &TestServer) -> String {
    server.client.post("/auth/password/forgot", json!({ "email": ADA })).await.expect_message();
    server.mailbox.take(ADA).await.token_after("/reset-password?token=")
}

async fn reset(server: &TestServer, token: &str, password: &str) -> Answer {
    server.client.post("/auth/password/reset", json!({ "token": token, "password": password })).await
}

async fn login(server: &TestServer, password: &str) -> Answer {
    server.client.post("/auth/login", json!({ "email": ADA, "password": password })).await
}

#[tokio::test]
async fn asking_for_a_reset_answers_the_same_whoever_is_known() {
    let server = TestServer::start().await;
    let ada = server.register(ADA).await;
    let _ = ada.client.post("/auth/emails/", json!({ "email": "claimed@example.org" })).await.expect(201);
    for email in [ADA, "nobody@example.org", "claimed@example.org"] {
        let answer = server.client.post("/auth/password/forgot", json!({ "email": email })).await;
        answer.expect_message();
        assert_eq!(answer.json["message"], "If this email exists, a reset link has been sent");
    }
    assert_eq!(server.tables().count("outbox", "kind = 'password_reset'"), 1);
    let letter = server.mailbox.take(ADA).await;
    assert!(letter.text.contains("http://localhost:8080/reset-password?token="), "{}", letter.text);
    assert!(letter.text.contains("15 minutes"), "{}", letter.text);
    server.stop().await;
}

#[tokio::test]
async fn a_reset_sets_the_password_and_ends_every_sign_in() {
    let server = TestServer::start().await;
    let here = server.register(ADA).await;
    let there = server.sign_in(ADA, PASSWORD).await;
    let token = forget(&server).await;
    reset(&server, &token, NEW).await.expect_message();
    for person in [here, there] {
        person.client.get("/auth/me").await.expect_error(401, "UNAUTHORIZED");
        let body = json!({ "refresh_token": person.refresh_token });
        server.client.post("/auth/token/refresh", body).await.expect_error(401, "INVALID_TOKEN");
    }
    login(&server, PASSWORD).await.expect_error(401, "INVALID_CREDENTIALS");
    let _ = login(&server, NEW).await.expect(200);
    server.stop().await;
}

#[tokio::test]
async fn a_reset_link_works_once() {
    let server = TestServer::start().await;
    let _ = server.register(ADA).await;
    let token = forget(&server).await;
    reset(&server, "nonsense", NEW).await.expect_error(400, "INVALID_TOKEN");
    reset(&server, &token, NEW).await.expect_message();
    reset(&server, &token, "cobalt-meadow-12").await.expect_error(400, "INVALID_TOKEN");
    let _ = login(&server, NEW).await.expect(200);
    server.stop().await;
}

#[tokio::test]
async fn a_reset_link_is_good_for_a_quarter_of_an_hour() {
    let server = TestServer::start().await;
    let _ = server.register(ADA).await;
    let token = forget(&server).await;
    server.clock.advance(TimeDelta::minutes(15));
    reset(&server, &token, NEW).await.expect_error(400, "TOKEN_EXPIRED");
    let token = forget(&server).await;
    server.clock.advance(TimeDelta::seconds(14 * 60 + 30));
    reset(&server, &token, NEW).await.expect_message();
    server.stop().await;
}

#[tokio::test]
async fn the_life_of_a_reset_link_is_a_setting() {
    let server = TestServer::start_with(&[("PORTICO_PASSWORD_RESET_TTL", "2h")]).await;
    let _ = server.register(ADA).await;
    let token = forget(&server).await;
    server.clock.advance(TimeDelta::minutes(119));
    reset(&server, &token, NEW).await.expect_message();
    let token = forget(&server).await;
    server.clock.advance(TimeDelta::minutes(120));
    reset(&server, &token, NEW).await.expect_error(400, "TOKEN_EXPIRED");
    server.stop().await;
}

#[tokio::test]
async fn the_link_can_lead_to_another_front_end() {
    let settings = [
        ("PORTICO_PUBLIC_URL", "https://portal.example.org"),
        ("PORTICO_PASSWORD_RESET_URL", "{public_url}/app#/new-password/{token}"),
    ];
    let server = TestServer::start_with(&settings).await;
    let _ = server.register(ADA).await;
    server.client.post("/auth/password/forgot", json!({ "email": ADA })).await.expect_message();
    let token = server.mailbox.take(ADA).await.token_after("https://portal.example.org/app#/new-password/");
    reset(&server, &token, NEW).await.expect_message();
    server.stop().await;
}

#[tokio::test]
async fn the_newest_link_voids_the_older_ones() {
    let server = TestServer::start().await;
    let _ = server.register(ADA).await;
    let older = forget(&server).await;
    // It has no cooldown of its own.
    let newer = forget(&server).await;
    reset(&server, &older, NEW).await.expect_error(400, "INVALID_TOKEN");
    reset(&server, &newer, NEW).await.expect_message();
    server.stop().await;
}

#[tokio::test]
async fn a_weak_password_leaves_the_link_as_it_was() {
    let server = TestServer::start().await;
    let ada = server.register(ADA).await;
    let token = forget(&server).await;
    reset(&server, &token, "12345678").await.expect_invalid(&[("password", "regex")]);
    assert_eq!(ada.client.get("/auth/me").await.status, 200);
    reset(&server, &token, NEW).await.expect_message();
    server.stop().await;
}

#[tokio::test]
async fn a_link_is_mailed_to_the_address_as_its_owner_typed_it() {
    let server = TestServer::start().await;
    let _ = server.register("Ada.L@example.org").await;
    let body = json!({ "email": "ada.l@EXAMPLE.org" });
    server.client.post("/auth/password/forgot", body).await.expect_message();
    assert_eq!(server.tables().count("outbox", "recipient = 'Ada.L@example.org'"), 2);
    server.stop().await;
}

#[tokio::test]
async fn changing_the_password_ends_the_other_sign_ins_alone() {
    let server = TestServer::start().await;
    let here = server.register(ADA).await;
    let there = server.sign_in(ADA, PASSWORD).await;
    let body = json!({ "old_password": PASSWORD, "new_password": NEW });
    here.client.post("/auth/password/change", body).await.expect_message();
    assert_eq!(here.client.get("/auth/me").await.status, 200);
    there.client.get("/auth/me").await.expect_error(401, "UNAUTHORIZED");
    for (person, status) in [(&there, 401), (&here, 200)] {
        let body = json!({ "refresh_token": person.refresh_token });
        assert_eq!(server.client.post("/auth/token/refresh", body).await.status, status);
    }
    login(&server, PASSWORD).await.expect_error(401, "INVALID_CREDENTIALS");
    let _ = login(&server, NEW).await.expect(200);
    server.stop().await;
}

#[tokio::test]
async fn the_old_password_must_be_right_and_the_new_one_good() {
    let server = TestServer::start().await;
    let ada = server.register(ADA).await;
    let change = async |old: &str, new: &str| {
        let body = json!({ "old_password": old, "new_password": new });
        ada.client.post("/auth/password/change", body).await
    };
    change("wrong-password", NEW).await.expect_error(400, "INVALID_CREDENTIALS");
    change(PASSWORD, "12345678").await.expect_invalid(&[("new_password", "regex")]);
    change(PASSWORD, PASSWORD).await.expect_invalid(&[("new_password", "regex")]);
    let _ = login(&server, PASSWORD).await.expect(200);
    server.stop().await;
}

#[tokio::test]
async fn a_link_mailed_before_a_change_cannot_undo_it() {
    let server = TestServer::start().await;
    let ada = server.register(ADA).await;
    let token = forget(&server).await;
    let body = json!({ "old_password": PASSWORD, "new_password": NEW });
    ada.client.post("/auth/password/change", body).await.expect_message();
    reset(&server, &token, "cobalt-meadow-12").await.expect_error(400, "INVALID_TOKEN");
    server.stop().await;
}
