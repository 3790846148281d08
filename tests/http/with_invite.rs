//! Becoming known and a member in one step (contract sections 2 and 8, O28).

use chrono::TimeDelta;
use integration_tests::{
    client::Answer,
    server::{PASSWORD, Person, TestServer},
};
use serde_json::{Value, json};

use crate::shapes::{assert_keys, assert_signed_in};

const GUEST: &str = "guest@example.org";

async fn register(server: &TestServer, token: &str, email: &str) -> Answer {
    let body = json!({ "invite_token": token, "email": email, "password": PASSWORD });
    server.client.post("/auth/register/with-invite", body).await
}

/// A server with an owner, a project of his, and an invite of [`GUEST`]: its id and token.
async fn invited() -> (TestServer, Person, String, (String, String)) {
    let server = TestServer::start().await;
    let owner = server.register("owner@example.org").await;
    let slug = server.project(&owner, "My App", false).await;
    let invite = server.invite(&owner, &slug, GUEST, "admin").await;
    (server, owner, slug, invite)
}

#[tokio::test]
async fn one_step_makes_account_and_member() {
    let (server, owner, slug, (_, token)) = invited().await;
    let body = register(&server, &token, GUEST).await.expect(200);
    assert_keys(&body, &["token", "refresh_token", "expires_in", "user", "project_slug", "redirect_url"]);
    assert_signed_in(&body, GUEST, "guest");
    assert_eq!((&body["project_slug"], &body["redirect_url"]), (&"my-app".into(), &Value::Null));

    let guest = Person::of(&server.client, &body);
    let me = guest.client.get("/auth/me").await.expect(200);
    assert_eq!((&me["emailVerified"], &me["emails"][0]["isDefault"]), (&true.into(), &true.into()));
    let members = owner.client.get(&format!("/projects/{slug}/members")).await.expect(200);
    let roles: Vec<&str> =
        members.as_array().expect("a list").iter().filter_map(|m| m["role"].as_str()).collect();
    assert_eq!(roles, ["owner", "admin"]);
    assert_eq!(server.sign_in(GUEST, PASSWORD).await.id, guest.id);
    assert_eq!(server.tables().letters_to(GUEST), 1, "nothing is mailed but the invite");

    register(&server, &token, GUEST).await.expect_error(404, "INVITE_NOT_FOUND");
    server.stop().await;
}

#[tokio::test]
async fn the_redirect_url_of_the_invite_comes_back() {
    let server = TestServer::start().await;
    let owner = server.register("owner@example.org").await;
    let slug = server.project(&owner, "My App", false).await;
    let body = json!({ "email": GUEST, "redirect_url": "https://myapp.com/welcome?a=b#c" });
    let _ = owner.client.post(&format!("/projects/{slug}/invites"), body).await.expect(201);
    let token = server.mailbox.take(GUEST).await.token_after("/invite/");
    let body = register(&server, &token, GUEST).await.expect(200);
    assert_eq!(body["redirect_url"], "https://myapp.com/welcome?a=b#c");
    server.stop().await;
}

#[tokio::test]
async fn the_invite_is_for_its_address_alone_in_any_case() {
    let (server, _, _, (_, token)) = invited().await;
    register(&server, &token, "other@example.org").await.expect_error(400, "EMAIL_MISMATCH");
    let body = register(&server, &token, " GUEST@Example.org").await.expect(200);
    assert_signed_in(&body, "GUEST@Example.org", "GUEST");
    server.stop().await;
}

#[tokio::test]
async fn a_known_address_signs_in_instead() {
    let (server, _, _, (_, token)) = invited().await;
    let guest = server.register(GUEST).await;
    register(&server, &token, GUEST).await.expect_error(400, "EMAIL_ALREADY_IN_USE");
    let _ = guest.client.post_nothing(&format!("/invites/{token}/accept")).await.expect(200);
    register(&server, &token, GUEST).await.expect_error(404, "INVITE_NOT_FOUND");
    server.stop().await;
}

#[tokio::test]
async fn an_invite_that_is_unknown_expired_or_cancelled_makes_no_account() {
    let (server, owner, slug, (id, token)) = invited().await;
    register(&server, "nonsense", GUEST).await.expect_error(404, "INVITE_NOT_FOUND");
    let (_, other) = server.invite(&owner, &slug, "late@example.org", "member").await;
    owner.client.delete(&format!("/projects/{slug}/invites/{id}")).await.expect_message();
    register(&server, &token, GUEST).await.expect_error(404, "INVITE_NOT_FOUND");
    server.clock.advance(TimeDelta::days(7));
    register(&server, &other, "late@example.org").await.expect_error(400, "INVITE_EXPIRED");
    assert_eq!(server.tables().count("users", "1 = 1"), 1);
    server.stop().await;
}

#[tokio::test]
async fn a_weak_password_uses_nothing_up() {
    let (server, _, _, (_, token)) = invited().await;
    let body = json!({ "invite_token": token, "email": GUEST, "password": "password" });
    server.client.post("/auth/register/with-invite", body).await.expect_invalid(&[("password", "regex")]);
    let _ = register(&server, &token, GUEST).await.expect(200);
    server.stop().await;
}

#[tokio::test]
async fn a_registration_that_had_begun_at_the_address_is_void() {
    let (server, _, _, (_, token)) = invited().await;
    let code = server.start_registration(GUEST).await;
    let _ = register(&server, &token, GUEST).await.expect(200);
    let body = json!({ "email": GUEST, "code": code });
    server.client.post("/auth/register/verify", body).await.expect_error(400, "NO_CODE");
    server.stop().await;
}
