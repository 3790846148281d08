//! Projects and their members (contract sections 6 and 7, O4, O19 and O24).

use chrono::TimeDelta;
use integration_tests::server::{Person, TestServer};
use serde_json::{Value, json};

use crate::shapes::{PROJECT, assert_keys, id, instant};

async fn create(person: &Person, body: Value) -> Value {
    person.client.post("/projects/", body).await.expect(201)
}

#[tokio::test]
async fn whoever_makes_a_project_owns_it() {
    let server = TestServer::start().await;
    let owner = server.register("owner@example.org").await;
    let body = json!({ "name": " My App ", "description": "What it is.\nAll of it.", "is_public": true });
    let project = create(&owner, body).await;
    assert_keys(&project, &PROJECT);
    id(&project["id"]);
    let _ = instant(&project["created_at"]);
    let fields = ["name", "slug", "description", "is_public", "owner_id"].map(|key| project[key].clone());
    assert_eq!(json!(fields), json!(["My App", "my-app", "What it is.\nAll of it.", true, owner.id]));
    server.stop().await;
}

#[tokio::test]
async fn a_project_is_private_and_without_description_unless_told() {
    let server = TestServer::start().await;
    let owner = server.register("owner@example.org").await;
    for body in [
        json!({ "name": "Plain" }),
        json!({ "name": "Plain", "description": null, "is_public": null }),
        json!({ "name": "Plain", "description": "  ", "is_public": false, "slug": "chosen", "owner_id": "x" }),
    ] {
        let project = create(&owner, body).await;
        assert_keys(&project, &PROJECT);
        assert_eq!((&project["is_public"], &project["description"]), (&false.into(), &Value::Null));
        assert!(project["slug"].as_str().is_some_and(|slug| slug.starts_with("plain")), "{project}");
        assert_eq!(project["owner_id"], owner.id);
    }
    server.stop().await;
}

#[tokio::test]
async fn the_slug_is_made_of_the_name() {
    let server = TestServer::start().await;
    let owner = server.register("owner@example.org").await;
    let long = "long ".repeat(20);
    for (name, slug) in [
        ("My App", "my-app"),
        ("My App", "my-app-2"),
        ("my   APP!", "my-app-3"),
        ("  --C++ & Rust--  ", "c-rust"),
        ("Überraschung: élan", "uberraschung-elan"),
        ("Привет", "privet"),
        ("!!!", "project"),
        ("???", "project-2"),
        (long.trim(), &"long-".repeat(12)[..59]),
        (long.trim(), "long-long-long-long-long-long-long-long-long-long-long-lon-2"),
    ] {
        let project = create(&owner, json!({ "name": name })).await;
        assert_eq!(project["slug"], slug, "{name}");
        assert!(slug.len() <= 60);
    }
    server.stop().await;
}

#[tokio::test]
async fn one_lists_the_projects_one_belongs_to_with_ones_role() {
    let server = TestServer::start().await;
    let ada = server.register("ada@example.org").await;
    let bob = server.register("bob@example.org").await;
    assert_eq!(ada.client.get("/projects/").await.expect(200), json!([]));
    let own = server.project(&ada, "Own", false).await;
    // Ids ascend by the millisecond.
    server.clock.advance(TimeDelta::seconds(1));
    let joined = server.project(&bob, "Joined", true).await;
    server.clock.advance(TimeDelta::seconds(1));
    let invited = server.project(&bob, "Invited", false).await;
    let _ = server.project(&bob, "Public, of others", true).await;
    let _ = ada.client.post_nothing(&format!("/projects/{joined}/join")).await.expect(200);
    server.let_in(&bob, &invited, &ada, "admin").await;

    let listed = ada.client.get("/projects/").await.expect(200);
    let listed = listed.as_array().expect("a bare list");
    let keys: Vec<&str> = PROJECT.into_iter().chain(["role"]).collect();
    for project in listed {
        assert_keys(project, &keys);
    }
    let seen: Vec<Value> = listed.iter().map(|project| json!([project["slug"], project["role"]])).collect();
    assert_eq!(seen, [json!([own, "owner"]), json!([joined, "member"]), json!([invited, "admin"])]);
    server.stop().await;
}

#[tokio::test]
async fn a_member_sees_the_project_with_role_and_permissions() {
    let server = TestServer::start().await;
    let owner = server.register("owner@example.org").await;
    let created = create(&owner, json!({ "name": "My App" })).await;
    let viewed = owner.client.get("/projects/my-app").await.expect(200);
    let keys: Vec<&str> = PROJECT.into_iter().chain(["role", "permissions"]).collect();
    assert_keys(&viewed, &keys);
    assert!(PROJECT.iter().all(|key| viewed[key] == created[key]), "{viewed} {created}");
    assert_eq!((&viewed["role"], &viewed["permissions"]), (&"owner".into(), &json!([])));
    server.stop().await;
}

#[tokio::test]
async fn anybody_sees_a_public_project_but_not_its_people() {
    let server = TestServer::start().await;
    let owner = server.register("owner@example.org").await;
    let stranger = server.register("stranger@example.org").await;
    let slug = server.project(&owner, "Open", true).await;
    let viewed = stranger.client.get(&format!("/projects/{slug}")).await.expect(200);
    assert_eq!((&viewed["role"], &viewed["permissions"]), (&Value::Null, &json!([])));
    let members = stranger.client.get(&format!("/projects/{slug}/members")).await;
    members.expect_error(403, "NOT_PROJECT_MEMBER");
    server.stop().await;
}

#[tokio::test]
async fn a_private_project_is_not_there_for_strangers() {
    let server = TestServer::start().await;
    let owner = server.register("owner@example.org").await;
    let stranger = server.register("stranger@example.org").await;
    let slug = server.project(&owner, "Hidden", false).await;
    let (id, _) = server.invite(&owner, &slug, "guest@example.org", "member").await;
    let invite = json!({ "email": "another@example.org" });
    for slug in [slug.as_str(), "no-such-project", "No_Slug", "a--b", &"x".repeat(61)] {
        let base = format!("/projects/{slug}");
        let me = &stranger.client;
        let answers = [
            me.get(&base).await,
            me.get(&format!("{base}/members")).await,
            me.post_nothing(&format!("{base}/join")).await,
            me.get(&format!("{base}/invites")).await,
            me.post(&format!("{base}/invites"), invite.clone()).await,
            me.delete(&format!("{base}/invites/{id}")).await,
            me.post_nothing(&format!("{base}/invites/{id}/resend")).await,
        ];
        for answer in &answers {
            answer.expect_error(404, "NOT_FOUND");
            assert_eq!(answer.text, answers[0].text, "a hidden project answers as none does");
        }
    }
    assert_eq!(server.tables().count("outbox", "kind = 'invite'"), 1);
    server.stop().await;
}

#[tokio::test]
async fn members_see_each_other() {
    let server = TestServer::start().await;
    let owner = server.register("owner@example.org").await;
    let guest = server.register("guest@example.org").await;
    let slug = server.project(&owner, "My App", false).await;
    server.let_in(&owner, &slug, &guest, "member").await;
    server.add_email(&guest, "second@example.org").await;

    let members = guest.client.get(&format!("/projects/{slug}/members")).await.expect(200);
    let members = members.as_array().expect("a bare list");
    for member in members {
        assert_keys(member, &["id", "user_id", "role", "user", "permissions", "created_at"]);
        assert_keys(&member["user"], &["id", "email", "display_name"]);
        assert_ne!(id(&member["id"]), id(&member["user_id"]));
        assert_eq!((&member["user_id"], &member["permissions"]), (&member["user"]["id"], &json!([])));
        let _ = instant(&member["created_at"]);
    }
    let seen = |member: &Value| {
        json!([member["user_id"], member["role"], member["user"]["email"], member["user"]["display_name"]])
    };
    assert_eq!(seen(&members[0]), json!([owner.id, "owner", "owner@example.org", "owner"]));
    assert_eq!(seen(&members[1]), json!([guest.id, "member", "guest@example.org", "guest"]));
    assert_eq!(members.len(), 2);
    server.stop().await;
}

#[tokio::test]
async fn anybody_joins_a_public_project_once_as_a_plain_member() {
    let server = TestServer::start().await;
    let owner = server.register("owner@example.org").await;
    let stranger = server.register("stranger@example.org").await;
    let slug = server.project(&owner, "Open", true).await;
    let path = format!("/projects/{slug}/join");
    let joined = stranger.client.post_nothing(&path).await.expect(200);
    assert_keys(&joined, &["message", "project_slug"]);
    assert_eq!(joined["project_slug"], slug);
    let viewed = stranger.client.get(&format!("/projects/{slug}")).await.expect(200);
    assert_eq!(viewed["role"], "member");
    stranger.client.post_nothing(&path).await.expect_error(400, "ALREADY_MEMBER");
    owner.client.post_nothing(&path).await.expect_error(400, "ALREADY_MEMBER");
    assert_eq!(server.tables().count("outbox", "kind <> 'registration_code'"), 0, "joining mails nobody");
    server.stop().await;
}

#[tokio::test]
async fn members_of_a_private_project_have_joined_it_already() {
    let server = TestServer::start().await;
    let owner = server.register("owner@example.org").await;
    let slug = server.project(&owner, "Hidden", false).await;
    let again = owner.client.post_nothing(&format!("/projects/{slug}/join")).await;
    again.expect_error(400, "ALREADY_MEMBER");
    server.stop().await;
}
