//! Sign-ins and their access tokens (sign-up contract section 3, "Sessions" and "Access token").

use chrono::TimeDelta;
use integration_tests::{
    server::{PASSWORD, TestServer},
    signup::{Account, Jwt, key_set, provider},
};
use portico_domain::ports::Clock as _;
use reqwest::{Method, header::AUTHORIZATION};
use serde_json::json;

use super::{ANN, BOB, NO_PROVIDER, NOT_ACTIVE, UNAUTHORIZED, WRONG_CREDENTIALS};
use crate::shapes::assert_keys;

#[tokio::test]
async fn an_access_token_says_who_signed_in_where_and_until_when() {
    let server = TestServer::start().await;
    let app = server.application().on("UQ_phone");
    let told = app.sign_up(ANN).await;
    let before = server.clock.now().timestamp();
    let ann = app.sign_in(ANN).await;
    let token = Jwt::read(&ann.access);
    let further = ["id", "authProviderIdentifier", "userIdentifier", "userAgent", "iat", "exp", "sid"];
    assert_keys(&token.claims, &further);
    assert_eq!(token.claims["id"], told["id"]);
    assert_eq!(token.claims["authProviderIdentifier"], "email");
    assert_eq!(token.claims["userIdentifier"], ANN);
    assert_eq!(token.claims["userAgent"], "Node.js/UQ_phone");
    let seconds = |key: &str| token.claims[key].as_i64().expect("it is a number");
    assert!((before..=server.clock.now().timestamp()).contains(&seconds("iat")));
    assert_eq!(seconds("exp") - seconds("iat"), 3600);
    server.stop().await;
}

#[tokio::test]
async fn anybody_can_check_an_access_token_by_the_published_key() {
    let server = TestServer::start().await;
    let ann = server.application().join(ANN).await;
    let token = Jwt::read(&ann.access);
    let keys = key_set(&server.client).await;
    assert_eq!(keys.len(), 1);
    assert_eq!((&token.header["alg"], &token.header["typ"]), (&json!("EdDSA"), &json!("JWT")));
    assert!(token.header["kid"].as_str().is_some_and(|kid| !kid.is_empty()));
    assert_eq!(token.header["kid"], keys[0]["kid"]);
    assert_eq!((&keys[0]["alg"], &keys[0]["use"]), (&json!("EdDSA"), &json!("sig")));
    assert!(keys[0].get("d").is_none(), "the private key is not published");
    assert!(token.is_signed_by(&keys[0]));
    // Another server has another key.
    let other =
        TestServer::start_with(&[("PORTICO_SECRET_KEY", "another secret for tests, as long as it")]).await;
    let foreign = key_set(&other.client).await;
    assert!(foreign[0]["kid"] != keys[0]["kid"] && !token.is_signed_by(&foreign[0]));
    assert_eq!(other.application().bearing(&ann.access).get("/api/content/users/me").await.status, 401);
    server.stop().await;
    other.stop().await;
}

#[tokio::test]
async fn what_is_no_access_token_opens_nothing() {
    let server = TestServer::start().await;
    let app = server.application();
    let (ann, bob) = (app.join(ANN).await, app.join(BOB).await);
    let person = server.register("member@example.org").await;
    let (signed, signature) = ann.access.rsplit_once('.').expect("three parts");
    let (header, claims) = signed.split_once('.').expect("three parts");
    let (_, of_bob) = bob.access.rsplit_once('.').expect("three parts");
    let bobs_claims = bob.access.split('.').nth(1).expect("three parts");
    // {"alg":"none"} and {"typ":"JWT","alg":"HS256"}
    let (none, hs256) = ("eyJhbGciOiJub25lIn0", "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9");
    for token in [
        format!("{none}.{claims}."),
        format!("{none}.{claims}.{signature}"),
        format!("{hs256}.{claims}.{signature}"),
        format!("{header}.{claims}."),
        format!("{header}.{claims}"),
        format!("{header}.{claims}.{of_bob}"),
        format!("{header}.{bobs_claims}.{signature}"),
        format!("{}x", ann.access),
        format!("{}.{}", ann.access, ann.access),
        ann.refresh.clone(),
        person.client.token().expect("he is signed in").to_owned(),
        person.refresh_token.clone(),
        "undefined".to_owned(),
        "x".repeat(7_000),
        "..".to_owned(),
    ] {
        app.bearing(&token).get("/api/content/users/me").await.expect_refused(401, UNAUTHORIZED);
    }
    for header in ["Bearer", "Bearer ", "Basic x", &ann.access, &format!("Token {}", ann.access)] {
        let request = app.request(Method::GET, "/api/content/users/me").header(AUTHORIZATION, header);
        app.send(request).await.expect_refused(401, UNAUTHORIZED);
    }
    app.get("/api/content/users/me").await.expect_refused(401, UNAUTHORIZED);
    // Nor do access tokens open the other APIs.
    assert_eq!(server.client.bearing(&ann.access).get("/auth/me").await.status, 401);
    assert_eq!(
        server.client.bearing(&ann.access).get("/api/private/management/signup/forms").await.status,
        401
    );
    server.stop().await;
}

#[tokio::test]
async fn an_access_token_is_good_for_its_time() {
    let server = TestServer::start().await;
    let ann = server.application().join(ANN).await;
    server.clock.advance(TimeDelta::seconds(3_500));
    assert!(ann.is_in().await);
    server.clock.advance(TimeDelta::seconds(100));
    assert!(!ann.is_in().await);
    server.stop().await;
}

#[tokio::test]
async fn leaving_ends_the_access_token_at_once() {
    let server = TestServer::start().await;
    let app = server.application();
    let first = app.join(ANN).await;
    let second = app.on("UQ_second").sign_in(ANN).await;
    // Whoever shows the refresh token need not show the other one.
    app.logout(&first.refresh).await.expect_true(201);
    assert!(!first.is_in().await && second.is_in().await);
    app.refresh(&first.refresh).await.expect_refused(401, UNAUTHORIZED);
    // A rotated token still knows its sign-in.
    let next = Account::of(&app, ANN, &app.refresh(&second.refresh).await);
    app.logout(&second.refresh).await.expect_true(201);
    assert!(!next.is_in().await && !second.is_in().await);
    server.stop().await;
}

#[tokio::test]
async fn leaving_everywhere_ends_all_sign_ins_of_one_account() {
    let server = TestServer::start().await;
    server.apply(&[], &[provider("other", "reg", json!({}))]).await;
    let app = server.application();
    let first = app.join(ANN).await;
    let second = app.on("UQ_second").sign_in(ANN).await;
    let (bob, elsewhere) = (app.join(BOB).await, app.at("other").join(ANN).await);
    let path = app.at("other").door("/users/logout-all");
    first.app.ask(Method::POST, &path).await.expect_refused(404, NO_PROVIDER);
    assert!(first.is_in().await);
    first.app.ask(Method::POST, &app.door("/users/logout-all")).await.expect_true(201);
    for gone in [&first, &second] {
        assert!(!gone.is_in().await);
        app.refresh(&gone.refresh).await.expect_refused(401, UNAUTHORIZED);
    }
    assert!(bob.is_in().await && elsewhere.is_in().await);
    let again = first.app.ask(Method::POST, &app.door("/users/logout-all")).await;
    again.expect_refused(401, UNAUTHORIZED);
    server.stop().await;
}

#[tokio::test]
async fn the_tokens_of_somebody_who_is_locked_out_open_nothing() {
    let server = TestServer::start().await;
    let app = server.application();
    let (ann, bob) = (app.join(ANN).await, app.join(BOB).await);
    let of_ann = "id = (SELECT user_id FROM signups WHERE login = 'ann@example.org')";
    assert_eq!(server.tables().change(&format!("UPDATE users SET state = 'disabled' WHERE {of_ann}")), 1);
    assert!(!ann.is_in().await && bob.is_in().await);
    app.refresh(&ann.refresh).await.expect_refused(401, UNAUTHORIZED);
    app.auth(ANN, PASSWORD).await.expect_refused(403, NOT_ACTIVE);
    app.auth(ANN, "amber-lantern-73").await.expect_refused(401, WRONG_CREDENTIALS);
    assert_eq!(server.tables().change(&format!("UPDATE users SET state = 'active' WHERE {of_ann}")), 1);
    assert!(ann.is_in().await);
    server.stop().await;
}

#[tokio::test]
async fn the_tokens_of_a_provider_that_is_shut_open_nothing() {
    let server = TestServer::start().await;
    let app = server.application();
    let ann = app.join(ANN).await;
    server.apply(&[], &[provider("email", "reg", json!({ "isActive": false }))]).await;
    assert!(!ann.is_in().await);
    app.refresh(&ann.refresh).await.expect_refused(404, NO_PROVIDER);
    app.auth(ANN, PASSWORD).await.expect_refused(404, NO_PROVIDER);
    server.apply(&[], &[provider("email", "reg", json!({}))]).await;
    assert!(ann.is_in().await);
    server.stop().await;
}

#[tokio::test]
async fn a_sign_in_lasts_as_long_as_it_is_refreshed() {
    let server = TestServer::start().await;
    let app = server.application();
    let mut ann = app.join(ANN).await;
    for _ in 0..5 {
        server.clock.advance(TimeDelta::days(29));
        assert!(!ann.is_in().await);
        // As the vendor's client library does it: with the stale access token beside it.
        ann = Account::of(&app, ANN, &ann.app.refresh(&ann.refresh).await);
        assert!(ann.is_in().await);
    }
    server.clock.advance(TimeDelta::days(30));
    app.refresh(&ann.refresh).await.expect_refused(401, UNAUTHORIZED);
    server.stop().await;
}
