//! Somebody whom a partner created, from his letter to his own password (partner contract, `auth_user`; accounts contract
//! O15, O47 and O49).

use integration_tests::{
    described::{Description, Operation},
    partners::{AUTH_USER, Partner, password_in},
    portal::with,
    server::{PASSWORD, Person, TestServer},
};
use serde_json::{Value, json};

use super::{ANN, BOB};

/// Somebody whom a partner has just created.
struct Newcomer {
    user: String,
    password: String,
}

async fn newcomer(server: &TestServer, partner: &Partner, email: &str) -> Newcomer {
    let user = partner.program.user(email).await;
    let letter = server.mailbox.take(email).await;
    let password = password_in(&letter);
    assert!(letter.text.contains(&partner.name), "{}", letter.text);
    assert!(letter.html.is_empty() || letter.html.contains(&password), "{}", letter.html);
    Newcomer { user, password }
}

async fn login(server: &TestServer, email: &str, password: &str) -> integration_tests::client::Answer {
    server.client.post("/auth/login", json!({ "email": email, "password": password })).await
}

/// How firmly an address is held.
fn state(server: &TestServer, email: &str) -> Vec<String> {
    let query = format!("SELECT state AS value FROM emails WHERE address = '{email}'");
    server.tables().texts(&query)
}

#[tokio::test]
async fn the_mailed_password_is_long_and_each_has_his_own() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let mut passwords = Vec::new();
    for n in 0..6 {
        let email = format!("ann{n}@example.org");
        let ann = newcomer(&server, &partner, &email).await;
        assert!(ann.password.chars().count() >= 14, "{}", ann.password);
        passwords.push(ann.password);
    }
    passwords.sort_unstable();
    passwords.dedup();
    assert_eq!(passwords.len(), 6);
    server.stop().await;
}

#[tokio::test]
async fn the_mailed_password_signs_in_and_asks_to_be_changed() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let ann = newcomer(&server, &partner, ANN).await;
    login(&server, ANN, "wrong-password-1").await.expect_error(401, "INVALID_CREDENTIALS");
    let body = login(&server, ANN, &ann.password).await.expect(200);
    assert_eq!(body["password_change_required"], true);
    assert_eq!((&body["user"]["id"], &body["user"]["displayName"]), (&json!(ann.user), &json!("Каролина")));
    let person = Person::of(&server.client, &body);
    let change = json!({ "old_password": ann.password, "new_password": PASSWORD });
    person.client.post("/auth/password/change", change).await.expect_message();
    let body = login(&server, ANN, PASSWORD).await.expect(200);
    assert!(body.get("password_change_required").is_none());
    login(&server, ANN, &ann.password).await.expect_error(401, "INVALID_CREDENTIALS");
    assert_eq!(partner.program.user(ANN).await, ann.user);
    server.stop().await;
}

/// What the accounts API lets only those do who are signed in, as it is described.
fn guarded() -> Vec<&'static Operation> {
    let of_accounts = |operation: &&Operation| {
        let is_guarded = operation.said["security"].as_array().is_some_and(|ways| !ways.is_empty());
        is_guarded && !operation.path.starts_with("/api/")
    };
    Description::get().operations.iter().filter(of_accounts).collect()
}

#[tokio::test]
async fn nothing_else_is_done_until_the_password_is_changed() {
    const OPEN: [&str; 3] = ["/auth/me", "/auth/logout", "/auth/password/change"];

    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let ann = newcomer(&server, &partner, ANN).await;
    let body = login(&server, ANN, &ann.password).await.expect(200);
    let person = Person::of(&server.client, &body);
    let mut refused = 0;
    for operation in guarded() {
        if OPEN.contains(&operation.path.trim_end_matches('/')) {
            continue;
        }
        let path = operation.path.replace("{slug}", "x").replace("{id}", &ann.user).replace("{token}", "x");
        let schema = &operation.said["requestBody"]["content"]["application/json"]["schema"];
        let request = person.client.request(operation.method.clone(), &path);
        let example: Option<&Value> = Description::get().resolved(schema).get("example");
        let answer =
            person.client.send(if let Some(body) = example { request.json(body) } else { request }).await;
        answer.expect_error(403, "PASSWORD_CHANGE_REQUIRED");
        refused += 1;
    }
    assert!(refused > 12, "only {refused} were tried");
    assert_eq!(person.client.get("/auth/me").await.expect(200)["id"], json!(ann.user));
    person.client.post_nothing("/auth/logout").await.expect_message();
    server.stop().await;
}

#[tokio::test]
async fn signing_in_proves_the_address_and_nothing_before_does() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let ann = newcomer(&server, &partner, ANN).await;
    partner.program.save(&ann.user, json!({ "sendEmailToUser": true })).await.expect_saved();
    assert_eq!(partner.program.user(ANN).await, ann.user);
    login(&server, ANN, "wrong-password-1").await.expect_error(401, "INVALID_CREDENTIALS");
    assert_eq!(state(&server, ANN), ["provisioned"]);
    let body = login(&server, ANN, &ann.password).await.expect(200);
    assert_eq!(state(&server, ANN), ["verified"]);
    let person = Person::of(&server.client, &body);
    let me = person.client.get("/auth/me").await.expect(200);
    assert_eq!((&me["emailVerified"], &me["emails"][0]["isVerified"]), (&json!(true), &json!(true)));
    server.stop().await;
}

#[tokio::test]
async fn registering_completes_the_same_person_and_ends_the_mailed_password() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let ann = newcomer(&server, &partner, ANN).await;
    partner.program.save(&ann.user, json!({})).await.expect_saved();
    let registered = server.register(ANN).await;
    assert_eq!(registered.id, ann.user);
    let me = registered.client.get("/auth/me").await.expect(200);
    assert_eq!((&me["displayName"], &me["emailVerified"]), (&json!("Каролина"), &json!(true)));
    assert_eq!(me["emails"].as_array().map(Vec::len), Some(1));
    login(&server, ANN, &ann.password).await.expect_error(401, "INVALID_CREDENTIALS");
    let body = login(&server, ANN, PASSWORD).await.expect(200);
    assert!(body.get("password_change_required").is_none());
    assert_eq!(partner.program.user(ANN).await, ann.user);
    partner.program.save(&ann.user, json!({})).await.expect_saved();
    assert_eq!(server.tables().count("users", "1 = 1"), 2, "she and the admin");
    server.stop().await;
}

#[tokio::test]
async fn an_invite_completes_the_same_person_too() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let ann = newcomer(&server, &partner, ANN).await;
    let owner = server.register("owner@example.org").await;
    let slug = server.project(&owner, "My App", false).await;
    let (_, token) = server.invite(&owner, &slug, ANN, "member").await;
    let body = json!({ "invite_token": token, "email": ANN, "password": PASSWORD });
    let body = server.client.post("/auth/register/with-invite", body).await.expect(200);
    assert_eq!(body["user"]["id"], json!(ann.user));
    login(&server, ANN, &ann.password).await.expect_error(401, "INVALID_CREDENTIALS");
    let ann_again = server.sign_in(ANN, PASSWORD).await;
    assert_eq!(ann_again.client.get(&format!("/projects/{slug}")).await.expect(200)["role"], "member");
    assert_eq!(partner.program.user(ANN).await, ann.user);
    server.stop().await;
}

#[tokio::test]
async fn whoever_has_changed_his_password_accepts_an_invite_as_anybody_does() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let ann = newcomer(&server, &partner, ANN).await;
    let owner = server.register("owner@example.org").await;
    let slug = server.project(&owner, "My App", false).await;
    let (_, token) = server.invite(&owner, &slug, ANN, "member").await;
    let accept = format!("/invites/{token}/accept");
    let body = login(&server, ANN, &ann.password).await.expect(200);
    let person = Person::of(&server.client, &body);
    person.client.post_nothing(&accept).await.expect_error(403, "PASSWORD_CHANGE_REQUIRED");
    let change = json!({ "old_password": ann.password, "new_password": PASSWORD });
    person.client.post("/auth/password/change", change).await.expect_message();
    let person = server.sign_in(ANN, PASSWORD).await;
    assert_eq!(person.client.post_nothing(&accept).await.expect(200)["project_slug"], json!(slug));
    server.stop().await;
}

#[tokio::test]
async fn a_name_that_means_harm_does_none_in_the_letter() {
    let server = TestServer::start().await;
    let (office, _) = server.partner().await;
    let partner = office.partner("<b>Evil</b> & \"Co\" {{ 7*7 }}").await;
    let body = with(partner.program.person(BOB), json!({ "login": "<script>alert(1)</script>" }));
    let _ = partner.program.post(AUTH_USER, &body).await.expect_user();
    let letter = server.mailbox.take(BOB).await;
    for part in [&letter.html, &letter.subject] {
        assert!(!part.contains("<b>Evil") || part == &letter.subject, "{part}");
        assert!(!part.contains("<script>"), "{part}");
    }
    assert!(letter.text.contains("<b>Evil</b> & \"Co\" {{ 7*7 }}"), "{}", letter.text);
    let _ = login(&server, BOB, &password_in(&letter)).await.expect(200);
    server.stop().await;
}
