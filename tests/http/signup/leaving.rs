//! Leaving, with the data kept or for good (sign-up contract sections 3 and 6).

use integration_tests::{
    server::{PASSWORD, TestServer},
    signup::{Account, ME, provider},
};
use serde_json::json;

use super::{ANN, BOB, UNAUTHORIZED, WRONG_CREDENTIALS};

const ACCOUNT: &str = "/api/content/users/me/account";

/// Checks that nothing of an account opens anything any more.
async fn assert_gone(account: &Account) {
    assert!(!account.is_in().await);
    account.app.refresh(&account.refresh).await.expect_refused(401, UNAUTHORIZED);
    account.app.auth(&account.login, PASSWORD).await.expect_refused(401, WRONG_CREDENTIALS);
    account.app.put(ME, json!({})).await.expect_refused(401, UNAUTHORIZED);
    account.app.delete(ME).await.expect_refused(401, UNAUTHORIZED);
    account.app.delete(ACCOUNT).await.expect_refused(401, UNAUTHORIZED);
    account.app.logout(&account.refresh).await.expect_true(201);
}

#[tokio::test]
async fn an_archived_account_is_kept_and_its_login_is_free() {
    let server = TestServer::start().await;
    let app = server.application();
    let ann = app.join(ANN).await;
    let other = app.on("UQ_other").sign_in(ANN).await;
    let before = ann.me().await;
    ann.app.delete(ME).await.expect_true(200);
    assert_gone(&ann).await;
    assert!(!other.is_in().await);
    let tables = server.tables();
    let archived = "status = 'archived' AND login = 'ann@example.org'";
    assert_eq!((tables.count("signups", archived), tables.count("users", "1 = 1")), (1, 1));

    let again = app.join(ANN).await;
    assert_ne!(again.me().await["id"], before["id"]);
    assert!(!ann.is_in().await && !other.is_in().await);
    again.app.delete(ME).await.expect_true(200);
    assert_eq!(tables.count("signups", archived), 2);
    server.stop().await;
}

#[tokio::test]
async fn a_deleted_account_leaves_nothing_when_no_other_door_knows_its_person() {
    let server = TestServer::start().await;
    let app = server.application();
    let (ann, bob) = (app.join(ANN).await, app.join(BOB).await);
    let other = app.on("UQ_other").sign_in(ANN).await;
    ann.app.delete(ACCOUNT).await.expect_true(200);
    assert_gone(&ann).await;
    assert!(!other.is_in().await && bob.is_in().await);
    let tables = server.tables();
    let counted = ["signups", "users", "emails", "signup_sessions"].map(|table| tables.count(table, "1 = 1"));
    assert_eq!(counted, [1, 1, 1, 1]);
    let again = app.join(ANN).await;
    assert!(again.is_in().await && !ann.is_in().await);
    server.stop().await;
}

#[tokio::test]
async fn a_person_whom_another_door_knows_outlives_his_account() {
    let server = TestServer::start_with_codes(json!({})).await;
    let app = server.application();
    let owner = server.register(ANN).await;
    let _ = app.sign_up(ANN).await;
    let code = server.mailed_code(ANN).await;
    app.activate(ANN, &code).await.expect_true(201);
    let ann = app.sign_in(ANN).await;
    assert_eq!(server.tables().count("users", "1 = 1"), 1);
    ann.app.delete(ACCOUNT).await.expect_true(200);
    assert_gone(&ann).await;
    assert_eq!(server.tables().count("users", "1 = 1"), 1);
    let me = owner.client.get("/auth/me").await.expect(200);
    assert_eq!(me["email"], ANN);
    assert_eq!(server.sign_in(ANN, PASSWORD).await.id, owner.id);
    server.stop().await;
}

#[tokio::test]
async fn the_other_account_of_a_person_outlives_the_first() {
    let server = TestServer::start_with_codes(json!({})).await;
    server.apply(&[], &[provider("other", "reg", json!({ "isCheckCode": true }))]).await;
    let app = server.application();
    let mut accounts = Vec::new();
    for marker in ["email", "other"] {
        let app = app.at(marker);
        let _ = app.sign_up(ANN).await;
        let code = server.mailed_code(ANN).await;
        app.activate(ANN, &code).await.expect_true(201);
        accounts.push(app.sign_in(ANN).await);
    }
    // The second proved the address that the first had proved before: both are one person's.
    assert_eq!(server.tables().count("users", "1 = 1"), 1);
    accounts[0].app.delete(ACCOUNT).await.expect_true(200);
    assert_gone(&accounts[0]).await;
    assert!(accounts[1].is_in().await);
    accounts[1].app.delete(ACCOUNT).await.expect_true(200);
    assert_eq!(server.tables().count("users", "1 = 1"), 0);
    server.stop().await;
}

#[tokio::test]
async fn an_archived_account_does_not_keep_its_person_from_leaving_for_good_elsewhere() {
    let server = TestServer::start().await;
    let app = server.application();
    let ann = app.join(ANN).await;
    ann.app.delete(ME).await.expect_true(200);
    let again = app.join(ANN).await;
    again.app.delete(ACCOUNT).await.expect_true(200);
    // Two accounts, two persons, since nobody proved an address: the archived one is kept.
    let tables = server.tables();
    assert_eq!((tables.count("signups", "1 = 1"), tables.count("users", "1 = 1")), (1, 1));
    server.stop().await;
}
