//! Looking at an invite, and accepting it (contract section 8, C4, O27 and O29).

use chrono::TimeDelta;
use integration_tests::{
    client::Answer,
    server::{PASSWORD, Person, TestServer},
};
use serde_json::{Value, json};

use crate::shapes::{assert_keys, id, instant};

const GUEST: &str = "guest@example.org";

async fn accept(guest: &Person, token: &str) -> Answer {
    guest.client.post_nothing(&format!("/invites/{token}/accept")).await
}

async fn view(server: &TestServer, token: &str) -> Answer {
    server.client.get(&format!("/invites/{token}")).await
}

/// An owner and a private project of his.
async fn owned(server: &TestServer) -> (Person, String) {
    let owner = server.register("owner@example.org").await;
    let slug = server.project(&owner, "My App", false).await;
    (owner, slug)
}

#[tokio::test]
async fn whoever_has_the_link_sees_the_invite() {
    let server = TestServer::start().await;
    let (owner, slug) = owned(&server).await;
    let (invite, token) = server.invite(&owner, &slug, GUEST, "admin").await;
    let body = view(&server, &token).await.expect(200);
    assert_keys(&body, &["id", "email", "role", "project", "invitedBy", "expiresAt", "is_expired"]);
    assert_keys(&body["project"], &["name", "slug"]);
    assert_keys(&body["invitedBy"], &["displayName"]);
    assert_eq!(id(&body["id"]), invite);
    assert_eq!(
        json!([body["email"], body["role"], body["project"], body["invitedBy"], body["is_expired"]]),
        json!([GUEST, "admin", { "name": "My App", "slug": "my-app" }, { "displayName": "owner" }, false])
    );
    let _ = instant(&body["expiresAt"]);
    assert_eq!(view(&server, &token).await.expect(200), body, "looking uses nothing up");
    server.stop().await;
}

#[tokio::test]
async fn the_letter_brings_the_link_to_the_page() {
    let server = TestServer::start().await;
    let (owner, slug) = owned(&server).await;
    let body = json!({ "email": GUEST });
    let _ = owner.client.post(&format!("/projects/{slug}/invites"), body).await.expect(201);
    let letter = server.mailbox.take(GUEST).await;
    let token = letter.token_after("http://localhost:8080/invite/");
    assert!(token.len() >= 22, "128 bits at least: {token}");
    for part in [&letter.text, &letter.html] {
        assert!(part.contains("My App") && part.contains("owner") && part.contains(&token), "{part}");
    }
    let _ = view(&server, &token).await.expect(200);
    server.stop().await;
}

#[tokio::test]
async fn the_link_can_lead_to_another_front_end() {
    let settings = [("PORTICO_INVITE_URL", "https://app.example.org/#/join?invite={token}")];
    let server = TestServer::start_with(&settings).await;
    let (owner, slug) = owned(&server).await;
    let body = json!({ "email": GUEST });
    let _ = owner.client.post(&format!("/projects/{slug}/invites"), body).await.expect(201);
    let token = server.mailbox.take(GUEST).await.token_after("https://app.example.org/#/join?invite=");
    let _ = view(&server, &token).await.expect(200);
    server.stop().await;
}

#[tokio::test]
async fn accepting_joins_the_project_in_the_role_of_the_invite() {
    let server = TestServer::start().await;
    let (owner, slug) = owned(&server).await;
    let guest = server.register(GUEST).await;
    for (slug, role) in [(slug.clone(), "member"), (server.project(&owner, "Second", true).await, "admin")] {
        let (_, token) = server.invite(&owner, &slug, GUEST, role).await;
        let body = accept(&guest, &token).await.expect(200);
        assert_keys(&body, &["project_slug", "redirect_url"]);
        assert_eq!(body, json!({ "project_slug": slug, "redirect_url": null }));
        assert_eq!(guest.client.get(&format!("/projects/{slug}")).await.expect(200)["role"], role);
        accept(&guest, &token).await.expect_error(404, "INVITE_NOT_FOUND");
        view(&server, &token).await.expect_error(404, "INVITE_NOT_FOUND");
    }
    assert_eq!(server.tables().letters_to("owner@example.org"), 1, "accepting mails nobody");
    server.stop().await;
}

#[tokio::test]
async fn the_redirect_url_is_echoed_as_it_was_given() {
    let server = TestServer::start().await;
    let (owner, slug) = owned(&server).await;
    let guest = server.register(GUEST).await;
    let url = "http://localhost:3000/welcome?next=%2Fhome";
    let body = json!({ "email": GUEST, "redirect_url": url });
    let created = owner.client.post(&format!("/projects/{slug}/invites"), body).await.expect(201);
    assert_eq!(created["redirect_url"], url);
    let token = server.mailbox.take(GUEST).await.token_after("/invite/");
    assert_eq!(accept(&guest, &token).await.expect(200)["redirect_url"], url);
    server.stop().await;
}

#[tokio::test]
async fn any_verified_address_of_the_account_will_do() {
    let server = TestServer::start().await;
    let (owner, slug) = owned(&server).await;
    let guest = server.register("first@example.org").await;
    let (_, token) = server.invite(&owner, &slug, GUEST, "member").await;
    accept(&guest, &token).await.expect_error(400, "EMAIL_MISMATCH");

    let _ = guest.client.post("/auth/emails/", json!({ "email": "GUEST@example.org" })).await.expect(201);
    accept(&guest, &token).await.expect_error(400, "EMAIL_MISMATCH");
    let code = server.mailbox.take("GUEST@example.org").await.code();
    let body = json!({ "email": GUEST, "code": code });
    guest.client.post("/auth/emails/verify", body).await.expect_message();
    let _ = accept(&guest, &token).await.expect(200);
    server.stop().await;
}

#[tokio::test]
async fn the_faults_of_an_invite_are_told_in_their_order() {
    let server = TestServer::start().await;
    let (owner, slug) = owned(&server).await;
    let stranger = server.register("stranger@example.org").await;
    accept(&stranger, "nonsense").await.expect_error(404, "INVITE_NOT_FOUND");

    // A member whose address is another one: being in goes before the mismatch.
    let (_, token) = server.invite(&owner, &slug, GUEST, "member").await;
    accept(&owner, &token).await.expect_error(400, "ALREADY_MEMBER");
    accept(&stranger, &token).await.expect_error(400, "EMAIL_MISMATCH");
    server.clock.advance(TimeDelta::days(7));
    let owner = server.sign_in(&owner.email, PASSWORD).await;
    let stranger = server.sign_in(&stranger.email, PASSWORD).await;
    accept(&owner, &token).await.expect_error(400, "INVITE_EXPIRED");
    accept(&stranger, &token).await.expect_error(400, "INVITE_EXPIRED");

    let listed = owner.client.get(&format!("/projects/{slug}/invites")).await.expect(200);
    let id = listed[0]["id"].as_str().expect("it is listed");
    owner.client.delete(&format!("/projects/{slug}/invites/{id}")).await.expect_message();
    accept(&owner, &token).await.expect_error(404, "INVITE_NOT_FOUND");
    server.stop().await;
}

#[tokio::test]
async fn whoever_joined_by_himself_is_a_member_already() {
    let server = TestServer::start().await;
    let owner = server.register("owner@example.org").await;
    let slug = server.project(&owner, "Open", true).await;
    let guest = server.register(GUEST).await;
    let (_, token) = server.invite(&owner, &slug, GUEST, "admin").await;
    let _ = guest.client.post_nothing(&format!("/projects/{slug}/join")).await.expect(200);
    accept(&guest, &token).await.expect_error(400, "ALREADY_MEMBER");
    assert_eq!(guest.client.get(&format!("/projects/{slug}")).await.expect(200)["role"], "member");
    server.stop().await;
}

#[tokio::test]
async fn an_invite_is_good_for_seven_days() {
    let server = TestServer::start().await;
    let (owner, slug) = owned(&server).await;
    let (_, token) = server.invite(&owner, &slug, GUEST, "member").await;
    server.clock.advance(TimeDelta::days(7) - TimeDelta::seconds(30));
    assert_eq!(view(&server, &token).await.expect(200)["is_expired"], false);
    server.clock.advance(TimeDelta::seconds(30));
    view(&server, &token).await.expect_error(404, "INVITE_EXPIRED");
    view(&server, "nonsense").await.expect_error(404, "INVITE_NOT_FOUND");
    server.stop().await;
}

#[tokio::test]
async fn an_expired_invite_can_be_shown_by_a_setting() {
    let settings = [("PORTICO_SHOW_EXPIRED_INVITES", "true"), ("PORTICO_INVITE_TTL", "10m")];
    let server = TestServer::start_with(&settings).await;
    let (owner, slug) = owned(&server).await;
    let guest = server.register(GUEST).await;
    let (id, token) = server.invite(&owner, &slug, GUEST, "member").await;
    let fresh = view(&server, &token).await.expect(200);
    server.clock.advance(TimeDelta::minutes(10));
    let mut expired = view(&server, &token).await.expect(200);
    assert_eq!(expired["is_expired"].take(), Value::Bool(true));
    assert_eq!(expired["expiresAt"], fresh["expiresAt"]);

    accept(&guest, &token).await.expect_error(400, "INVITE_EXPIRED");
    view(&server, "nonsense").await.expect_error(404, "INVITE_NOT_FOUND");
    owner.client.delete(&format!("/projects/{slug}/invites/{id}")).await.expect_message();
    view(&server, &token).await.expect_error(404, "INVITE_NOT_FOUND");
    server.stop().await;
}

#[tokio::test]
async fn accepting_takes_a_body_or_none() {
    let server = TestServer::start().await;
    let (owner, slug) = owned(&server).await;
    let guest = server.register(GUEST).await;
    let (_, token) = server.invite(&owner, &slug, GUEST, "member").await;
    let _ = guest
        .client
        .post(&format!("/invites/{token}/accept/"), json!({ "of": "no interest" }))
        .await
        .expect(200);
    server.stop().await;
}
