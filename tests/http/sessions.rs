//! Signing in, staying in, leaving (contract section 2, O10, O11 and O15).

use chrono::TimeDelta;
use integration_tests::{
    client::Answer,
    server::{PASSWORD, Person, TestServer},
};
use serde_json::{Value, json};

use crate::shapes::{assert_keys, assert_signed_in, id, instant};

const ADA: &str = "ada@example.org";

async fn refresh(server: &TestServer, token: &str) -> Answer {
    server.client.post("/auth/token/refresh", json!({ "refresh_token": token })).await
}

async fn refreshed(server: &TestServer, person: &Person) -> Person {
    let body = refresh(server, &person.refresh_token).await.expect(200);
    let text = |key: &str| body[key].as_str().expect("it is there").to_owned();
    Person {
        refresh_token: text("refresh_token"),
        client: server.client.bearing(&text("token")),
        ..person.clone()
    }
}

async fn is_in(person: &Person) -> bool {
    let answer = person.client.get("/auth/me").await;
    if answer.status != 200 {
        answer.expect_error(401, "UNAUTHORIZED");
    }
    answer.status == 200
}

#[tokio::test]
async fn signing_in_gives_both_tokens_and_the_person() {
    let server = TestServer::start().await;
    let _ = server.register(ADA).await;
    let body = json!({ "email": " ADA@example.org ", "password": PASSWORD });
    let body = server.client.post("/auth/login", body).await.expect(200);
    assert_keys(&body, &["type", "token", "refresh_token", "expires_in", "user"]);
    assert_eq!(body["type"], "bearer");
    assert_signed_in(&body, ADA, "ada");
    server.stop().await;
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_answer_the_same() {
    let server = TestServer::start().await;
    let _ = server.register(ADA).await;
    let long = "x".repeat(129);
    let tries = [(ADA, "wrong-password"), ("nobody@example.org", PASSWORD), (ADA, ""), (ADA, long.as_str())];
    let mut texts = Vec::new();
    for (email, password) in tries {
        let answer = server.client.post("/auth/login", json!({ "email": email, "password": password })).await;
        answer.expect_error(401, "INVALID_CREDENTIALS");
        texts.push(answer.text);
    }
    texts.dedup();
    assert_eq!(texts.len(), 1, "{texts:?}");
    server.stop().await;
}

#[tokio::test]
async fn an_unverified_address_is_told_so_after_the_right_password_only() {
    let server = TestServer::start().await;
    let ada = server.register(ADA).await;
    let _ = ada.client.post("/auth/emails/", json!({ "email": "new@example.org" })).await.expect(201);
    let login = async |password: &str| {
        server.client.post("/auth/login", json!({ "email": "new@example.org", "password": password })).await
    };
    login("wrong-password").await.expect_error(401, "INVALID_CREDENTIALS");
    login(PASSWORD).await.expect_error(401, "EMAIL_NOT_VERIFIED");
    server.stop().await;
}

#[tokio::test]
async fn every_verified_address_of_an_account_signs_in() {
    let server = TestServer::start().await;
    let ada = server.register(ADA).await;
    server.add_email(&ada, "second@example.org").await;
    let body = json!({ "email": "second@example.org", "password": PASSWORD });
    let body = server.client.post("/auth/login", body).await.expect(200);
    assert_signed_in(&body, ADA, "ada");
    assert_eq!(body["user"]["id"], ada.id);
    server.stop().await;
}

#[tokio::test]
async fn a_bearer_token_lives_for_an_hour() {
    let server = TestServer::start().await;
    let ada = server.register(ADA).await;
    server.clock.advance(TimeDelta::seconds(3600 - 30));
    assert!(is_in(&ada).await);
    server.clock.advance(TimeDelta::seconds(30));
    assert!(!is_in(&ada).await);
    assert!(is_in(&refreshed(&server, &ada).await).await);
    server.stop().await;
}

#[tokio::test]
async fn refreshing_rotates_both_tokens() {
    let server = TestServer::start().await;
    let ada = server.register(ADA).await;
    let body = refresh(&server, &ada.refresh_token).await.expect(200);
    assert_keys(&body, &["type", "token", "refresh_token", "expires_in"]);
    assert_eq!((&body["type"], &body["expires_in"]), (&"bearer".into(), &3600.into()));
    assert_ne!(body["refresh_token"], ada.refresh_token);
    assert!(!is_in(&ada).await, "the old bearer token is dead");
    let token = body["token"].as_str().expect("there is a token");
    assert_eq!(server.client.bearing(token).get("/auth/me").await.expect(200)["id"], ada.id);
    server.stop().await;
}

#[tokio::test]
async fn the_reuse_of_a_refresh_token_ends_its_whole_family() {
    let server = TestServer::start().await;
    let first = server.register(ADA).await;
    let elsewhere = server.sign_in(ADA, PASSWORD).await;
    let second = refreshed(&server, &first).await;
    let third = refreshed(&server, &second).await;
    assert!(is_in(&third).await);

    refresh(&server, &first.refresh_token).await.expect_error(401, "INVALID_TOKEN");
    assert!(!is_in(&third).await, "the live bearer token is dead, too");
    for token in [&third.refresh_token, &second.refresh_token] {
        refresh(&server, token).await.expect_error(401, "INVALID_TOKEN");
    }
    assert!(is_in(&refreshed(&server, &elsewhere).await).await, "another sign-in is another family");
    server.stop().await;
}

#[tokio::test]
async fn a_refresh_token_lives_for_thirty_days_from_its_own_issue() {
    let server = TestServer::start().await;
    let ada = server.register(ADA).await;
    server.clock.advance(TimeDelta::days(30) - TimeDelta::seconds(30));
    let ada = refreshed(&server, &ada).await;
    assert!(is_in(&ada).await);
    server.clock.advance(TimeDelta::days(30));
    refresh(&server, &ada.refresh_token).await.expect_error(401, "TOKEN_EXPIRED");
    refresh(&server, "nonsense").await.expect_error(401, "INVALID_TOKEN");
    server.stop().await;
}

#[tokio::test]
async fn each_kind_of_token_opens_its_own_door_only() {
    let server = TestServer::start().await;
    let ada = server.register(ADA).await;
    let bearer = ada.client.token().expect("she is signed in");
    refresh(&server, bearer).await.expect_error(401, "INVALID_TOKEN");
    let with_refresh_token = server.client.bearing(&ada.refresh_token);
    with_refresh_token.get("/auth/me").await.expect_error(401, "UNAUTHORIZED");
    assert!(is_in(&ada).await);
    server.stop().await;
}

#[tokio::test]
async fn logging_out_ends_this_sign_in_and_no_other() {
    let server = TestServer::start().await;
    let here = server.register(ADA).await;
    let there = server.sign_in(ADA, PASSWORD).await;
    let answer = here.client.post_nothing("/auth/logout").await;
    answer.expect_message();
    assert_eq!(answer.json["message"], "Logged out successfully");
    assert!(!is_in(&here).await);
    refresh(&server, &here.refresh_token).await.expect_error(401, "INVALID_TOKEN");
    here.client.post_nothing("/auth/logout").await.expect_error(401, "UNAUTHORIZED");
    assert!(is_in(&there).await);
    server.stop().await;
}

#[tokio::test]
async fn a_person_who_is_locked_out_gets_in_by_no_door() {
    let server = TestServer::start().await;
    let ada = server.register(ADA).await;
    let changed = server.tables().change("UPDATE users SET state = 'disabled'");
    assert_eq!(changed, 1);
    assert!(!is_in(&ada).await);
    refresh(&server, &ada.refresh_token).await.expect_error(401, "INVALID_TOKEN");
    let body = json!({ "email": ADA, "password": PASSWORD });
    server.client.post("/auth/login", body).await.expect_error(401, "INVALID_CREDENTIALS");
    server.stop().await;
}

#[tokio::test]
async fn a_hash_with_older_parameters_is_renewed_at_the_next_sign_in() {
    // Of PASSWORD.
    let older = [
        "$argon2id$v=19$m=4096,t=1,p=1$c2FsdCBvZiBvbGQgZGF5cw$dYNp5PrHkb26Wx1LkA7ibm9ipkkaUzMYJp72s2/QaVg",
        "$argon2i$v=19$m=4096,t=3,p=1$c2FsdCBvZiBvbGQgZGF5cw$XWAgpyPql1WES/Kns41oQ46OenbdHAJGe1rc79Tjljs",
    ];
    let server = TestServer::start().await;
    let _ = server.register(ADA).await;
    let todays = "hash LIKE '$argon2id$v=19$m=19456,t=2,p=1$%'";
    for hash in older {
        let set = server.tables().change(&format!("UPDATE credentials SET hash = '{hash}'"));
        assert_eq!((set, server.tables().count("credentials", todays)), (1, 0));
        let body = json!({ "email": ADA, "password": "wrong-password" });
        server.client.post("/auth/login", body).await.expect_error(401, "INVALID_CREDENTIALS");
        assert_eq!(server.tables().count("credentials", todays), 0);
        let _ = server.sign_in(ADA, PASSWORD).await;
        assert_eq!(server.tables().count("credentials", todays), 1);
        let _ = server.sign_in(ADA, PASSWORD).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn prefix_and_lifetimes_are_settings() {
    let settings = [
        ("PORTICO_TOKEN_PREFIX", "club_"),
        ("PORTICO_ACCESS_TOKEN_TTL", "10m"),
        ("PORTICO_REFRESH_TOKEN_TTL", "2h"),
    ];
    let server = TestServer::start_with(&settings).await;
    let ada = server.register(ADA).await;
    assert!(ada.client.token().is_some_and(|token| token.starts_with("club_")));
    server.clock.advance(TimeDelta::minutes(10));
    assert!(!is_in(&ada).await);
    let body = refresh(&server, &ada.refresh_token).await.expect(200);
    assert_eq!(body["expires_in"], 600);
    assert!(body["token"].as_str().is_some_and(|token| token.starts_with("club_")));
    server.clock.advance(TimeDelta::hours(2));
    let token = body["refresh_token"].as_str().expect("there is one");
    refresh(&server, token).await.expect_error(401, "TOKEN_EXPIRED");
    server.stop().await;
}

#[tokio::test]
async fn one_sees_ones_own_record() {
    let server = TestServer::start().await;
    let ada = server.register(ADA).await;
    let me = ada.client.get("/auth/me").await.expect(200);
    assert_keys(
        &me,
        &[
            "id",
            "email",
            "name",
            "surname",
            "givenNames",
            "displayName",
            "nativeScript",
            "preferredOrder",
            "username",
            "emailVerified",
            "totpEnabled",
            "emails",
            "createdAt",
            "updatedAt",
        ],
    );
    assert_eq!(id(&me["id"]), ada.id);
    let strings = ["email", "name", "displayName"].map(|key| me[key].as_str().unwrap_or_default());
    assert_eq!(strings, [ADA, "ada", "ada"]);
    for key in ["surname", "givenNames", "nativeScript", "preferredOrder", "username"] {
        assert_eq!(me[key], Value::Null, "{key}");
    }
    assert_eq!((&me["emailVerified"], &me["totpEnabled"]), (&true.into(), &false.into()));
    let emails = me["emails"].as_array().expect("a list");
    assert_eq!(emails.len(), 1);
    assert_keys(&emails[0], &["id", "email", "isDefault", "isVerified"]);
    id(&emails[0]["id"]);
    assert!(instant(&me["createdAt"]) <= instant(&me["updatedAt"]));
    server.stop().await;
}
