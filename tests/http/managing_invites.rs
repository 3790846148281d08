//! Who may invite, resend and cancel, and what these do (contract section 8, O3, O21 and O26).

use chrono::TimeDelta;
use integration_tests::{
    client::Answer,
    server::{PASSWORD, Person, TestServer},
};
use serde_json::{Value, json};

use crate::shapes::{INVITE, assert_keys, id, instant};

const GUEST: &str = "guest@example.org";

/// A project with its people.
struct Cast {
    server: TestServer,
    owner: Person,
    admin: Person,
    member: Person,
    stranger: Person,
    base: String,
}

async fn cast(is_public: bool) -> Cast {
    let server = TestServer::start().await;
    let owner = server.register("owner@example.org").await;
    let admin = server.register("admin@example.org").await;
    let member = server.register("member@example.org").await;
    let stranger = server.register("stranger@example.org").await;
    let slug = server.project(&owner, "My App", is_public).await;
    server.let_in(&owner, &slug, &admin, "admin").await;
    server.let_in(&owner, &slug, &member, "member").await;
    let base = format!("/projects/{slug}/invites");
    Cast { server, owner, admin, member, stranger, base }
}

impl Cast {
    async fn invite(&self, by: &Person, email: &str, role: &str) -> Answer {
        by.client.post(&self.base, json!({ "email": email, "role": role })).await
    }

    async fn invited(&self, email: &str, role: &str) -> String {
        let body = self.invite(&self.owner, email, role).await.expect(201);
        id(&body["id"]).to_owned()
    }

    async fn cancel(&self, by: &Person, invite: &str) -> Answer {
        by.client.delete(&format!("{}/{invite}", self.base)).await
    }

    async fn resend(&self, by: &Person, invite: &str) -> Answer {
        by.client.post_nothing(&format!("{}/{invite}/resend", self.base)).await
    }

    async fn listed(&self) -> Vec<Value> {
        self.owner.client.get(&self.base).await.expect(200).as_array().expect("a bare list").clone()
    }
}

#[tokio::test]
async fn an_invite_is_shown_without_its_token() {
    let cast = cast(false).await;
    let body = cast.invite(&cast.owner, GUEST, "admin").await.expect(201);
    assert_keys(&body, &INVITE);
    assert_eq!(
        json!([body["email"], body["role"], body["redirect_url"], body["is_expired"]]),
        json!([GUEST, "admin", null, false])
    );
    assert_eq!(instant(&body["expires_at"]) - instant(&body["created_at"]), TimeDelta::days(7));
    let token = cast.server.mailbox.take(GUEST).await.token_after("/invite/");
    let listed = cast.listed().await;
    assert!(!json!(listed).to_string().contains(&token));
    assert_eq!(listed, [body]);
    cast.server.stop().await;
}

#[tokio::test]
async fn the_role_is_member_unless_told() {
    let cast = cast(false).await;
    for (n, body) in [json!({}), json!({ "role": null, "redirect_url": null })].into_iter().enumerate() {
        let mut body = body;
        body["email"] = format!("guest{n}@example.org").into();
        let created = cast.owner.client.post(&cast.base, body).await.expect(201);
        assert_eq!((&created["role"], &created["redirect_url"]), (&"member".into(), &Value::Null));
    }
    cast.server.stop().await;
}

#[tokio::test]
async fn an_admin_handles_invites_of_plain_members_only() {
    let cast = cast(false).await;
    let for_member =
        id(&cast.invite(&cast.admin, "m@example.org", "member").await.expect(201)["id"]).to_owned();
    let for_admin = cast.invited("a@example.org", "admin").await;

    let refused = cast.invite(&cast.admin, GUEST, "admin").await;
    refused.expect_error(403, "ONLY_OWNER_CAN_ASSIGN_ADMIN");
    assert_eq!(refused.json["error"], "Only owner can assign admin role");
    cast.resend(&cast.admin, &for_admin).await.expect_error(403, "ONLY_OWNER_CAN_ASSIGN_ADMIN");
    cast.cancel(&cast.admin, &for_admin).await.expect_error(403, "ADMIN_CANNOT_EDIT_ADMIN");
    assert_eq!(cast.listed().await.len(), 2);
    assert_eq!(cast.server.tables().letters_to("a@example.org"), 1);

    let _ = cast.resend(&cast.admin, &for_member).await.expect(200);
    cast.cancel(&cast.admin, &for_member).await.expect_message();
    let seen = cast.admin.client.get(&cast.base).await.expect(200);
    assert_eq!(seen[0]["id"], for_admin);
    let _ = cast.resend(&cast.owner, &for_admin).await.expect(200);
    cast.cancel(&cast.owner, &for_admin).await.expect_message();
    cast.server.stop().await;
}

#[tokio::test]
async fn plain_members_and_strangers_have_no_say() {
    for is_public in [false, true] {
        let cast = cast(is_public).await;
        let invite = cast.invited(GUEST, "member").await;
        let stranger = if is_public { (403, "NOT_PROJECT_MEMBER") } else { (404, "NOT_FOUND") };
        for (person, (status, code)) in [(&cast.member, (403, "FORBIDDEN")), (&cast.stranger, stranger)] {
            cast.invite(person, "x@example.org", "member").await.expect_error(status, code);
            cast.invite(person, "x@example.org", "admin").await.expect_error(status, code);
            person.client.get(&cast.base).await.expect_error(status, code);
            cast.resend(person, &invite).await.expect_error(status, code);
            cast.cancel(person, &invite).await.expect_error(status, code);
        }
        assert_eq!(cast.listed().await.len(), 1);
        assert_eq!(cast.server.tables().letters_to(GUEST), 1);
        cast.server.stop().await;
    }
}

#[tokio::test]
async fn one_address_has_one_pending_invite() {
    let cast = cast(false).await;
    let first = cast.invited(GUEST, "member").await;
    cast.invite(&cast.owner, "GUEST@example.org", "admin").await.expect_error(400, "INVITE_ALREADY_EXISTS");
    cast.invite(&cast.owner, "member@example.org", "member").await.expect_error(400, "ALREADY_MEMBER");
    cast.invite(&cast.owner, "owner@example.org", "member").await.expect_error(400, "ALREADY_MEMBER");
    assert_eq!(cast.server.tables().letters_to(GUEST), 1);

    // A cancelled one makes room, and so does an expired one.
    cast.cancel(&cast.owner, &first).await.expect_message();
    let second = cast.invited(GUEST, "member").await;
    let old = cast.server.mailbox.all_to(GUEST);
    cast.server.clock.advance(TimeDelta::days(7));
    let owner = cast.server.sign_in("owner@example.org", PASSWORD).await;
    let third = cast.invite(&owner, GUEST, "member").await.expect(201);
    assert_ne!(third["id"], second);
    let listed = owner.client.get(&cast.base).await.expect(200);
    assert_eq!(listed, json!([third]), "the expired one was replaced");
    for letter in old {
        let path = format!("/invites/{}", letter.token_after("/invite/"));
        cast.server.client.get(&path).await.expect_error(404, "INVITE_NOT_FOUND");
    }
    cast.server.stop().await;
}

#[tokio::test]
async fn a_member_is_known_by_any_verified_address() {
    let cast = cast(false).await;
    cast.server.add_email(&cast.member, "second@example.org").await;
    cast.invite(&cast.owner, "second@example.org", "member").await.expect_error(400, "ALREADY_MEMBER");
    cast.server.stop().await;
}

#[tokio::test]
async fn a_cancelled_invite_is_gone() {
    let cast = cast(false).await;
    let invite = cast.invited(GUEST, "member").await;
    let token = cast.server.mailbox.take(GUEST).await.token_after("/invite/");
    cast.cancel(&cast.owner, &invite).await.expect_message();
    cast.server.client.get(&format!("/invites/{token}")).await.expect_error(404, "INVITE_NOT_FOUND");
    cast.cancel(&cast.owner, &invite).await.expect_error(404, "INVITE_NOT_FOUND");
    cast.resend(&cast.owner, &invite).await.expect_error(404, "INVITE_NOT_FOUND");
    assert!(cast.listed().await.is_empty());
    assert_eq!(cast.server.tables().letters_to(GUEST), 1, "cancelling mails nobody");

    let unknown = "00000000-0000-7000-8000-000000000000";
    for id in [unknown, "nonsense"] {
        cast.cancel(&cast.owner, id).await.expect_error(404, "INVITE_NOT_FOUND");
        cast.resend(&cast.owner, id).await.expect_error(404, "INVITE_NOT_FOUND");
    }
    cast.server.stop().await;
}

#[tokio::test]
async fn an_invite_is_handled_in_its_own_project_only() {
    let cast = cast(false).await;
    let invite = cast.invited(GUEST, "member").await;
    let other = cast.server.project(&cast.stranger, "Other", false).await;
    let path = format!("/projects/{other}/invites/{invite}");
    cast.stranger.client.delete(&path).await.expect_error(404, "INVITE_NOT_FOUND");
    let resent = cast.stranger.client.post_nothing(&format!("{path}/resend")).await;
    resent.expect_error(404, "INVITE_NOT_FOUND");
    assert_eq!(cast.listed().await.len(), 1);
    cast.server.stop().await;
}

#[tokio::test]
async fn resending_keeps_the_record_and_kills_the_old_link() {
    let cast = cast(false).await;
    let created = cast.invite(&cast.owner, GUEST, "member").await.expect(201);
    let invite = id(&created["id"]).to_owned();
    let old = cast.server.mailbox.take(GUEST).await.token_after("/invite/");
    cast.server.clock.advance(TimeDelta::minutes(30));

    let resent = cast.resend(&cast.owner, &invite).await.expect(200);
    assert_keys(&resent, &INVITE);
    for key in ["id", "email", "role", "redirect_url", "created_at", "is_expired"] {
        assert_eq!(resent[key], created[key], "{key}");
    }
    let later = instant(&resent["expires_at"]) - instant(&created["expires_at"]);
    assert!(later >= TimeDelta::minutes(30), "the clock starts again");
    let new = cast.server.mailbox.take(GUEST).await.token_after("/invite/");
    assert_ne!(new, old);
    cast.server.client.get(&format!("/invites/{old}")).await.expect_error(404, "INVITE_NOT_FOUND");
    let guest = cast.server.register(GUEST).await;
    let accept = async |token: &str| guest.client.post_nothing(&format!("/invites/{token}/accept")).await;
    accept(&old).await.expect_error(404, "INVITE_NOT_FOUND");
    let _ = accept(&new).await.expect(200);
    cast.resend(&cast.owner, &invite).await.expect_error(404, "INVITE_NOT_FOUND");
    cast.server.stop().await;
}

#[tokio::test]
async fn resending_revives_an_expired_invite() {
    let cast = cast(false).await;
    let invite = cast.invited(GUEST, "member").await;
    let _ = cast.server.mailbox.take(GUEST).await;
    cast.server.clock.advance(TimeDelta::days(8));
    let owner = cast.server.sign_in("owner@example.org", PASSWORD).await;
    let listed = owner.client.get(&cast.base).await.expect(200);
    assert_eq!(listed[0]["is_expired"], true);
    let resent = cast.resend(&owner, &invite).await.expect(200);
    assert_eq!((&resent["id"], &resent["is_expired"]), (&invite.as_str().into(), &false.into()));
    let token = cast.server.mailbox.take(GUEST).await.token_after("/invite/");
    cast.server.clock.advance(TimeDelta::days(6));
    let _ = cast.server.client.get(&format!("/invites/{token}")).await.expect(200);
    cast.server.stop().await;
}
