//! The people behind accounts: who is who in the house (sign-up contract section 3, "Ids").

use integration_tests::{
    portal::with,
    server::{PASSWORD, TestServer},
    signup::{newcomer, provider},
};
use serde_json::json;

use super::{ANN, BOB};
use crate::provisioned::{PAT, first_sign_in, provision};

/// How many accounts belong to whoever holds this address.
fn accounts_of_holder(server: &TestServer, address: &str) -> i64 {
    let held = format!(
        "EXISTS (SELECT 1 FROM emails WHERE emails.user_id = signups.user_id \
         AND emails.canonical = '{address}' AND emails.state = 'verified')"
    );
    server.tables().count("signups", &held)
}

fn users(server: &TestServer) -> i64 {
    server.tables().count("users", "1 = 1")
}

#[tokio::test]
async fn a_sign_up_makes_a_new_person_who_claims_his_address() {
    let server = TestServer::start().await;
    let owner = server.register(ANN).await;
    let ann = server.application().join(ANN).await;
    // Without a code nobody proved anything: he is somebody else, whatever his login says.
    assert_eq!((users(&server), accounts_of_holder(&server, ANN)), (2, 0));
    let tables = server.tables();
    assert_eq!(tables.count("emails", "canonical = 'ann@example.org' AND state = 'claimed'"), 1);
    assert!(ann.is_in().await);
    assert_eq!(owner.client.get("/auth/me").await.expect(200)["email"], ANN);
    server.stop().await;
}

#[tokio::test]
async fn a_code_proves_the_address_to_which_it_was_mailed() {
    let server = TestServer::start_with_codes(json!({})).await;
    let app = server.application();
    let told = app.sign_up(ANN).await;
    assert_eq!(accounts_of_holder(&server, ANN), 0);
    let code = server.mailed_code(ANN).await;
    app.activate(ANN, &code).await.expect_true(201);
    assert_eq!((users(&server), accounts_of_holder(&server, ANN)), (1, 1));
    assert_eq!(app.sign_in(ANN).await.me().await["id"], told["id"]);
    server.stop().await;
}

#[tokio::test]
async fn an_account_whose_address_somebody_in_the_house_holds_becomes_his() {
    let server = TestServer::start_with_codes(json!({})).await;
    let app = server.application();
    let owner = server.register(ANN).await;
    let told = app.sign_up(ANN).await;
    assert_eq!((users(&server), accounts_of_holder(&server, ANN)), (2, 0));
    let code = server.mailed_code(ANN).await;
    app.activate(ANN, &code).await.expect_true(201);
    // The person who was made for the sign-up is gone: nothing else knows him.
    assert_eq!((users(&server), accounts_of_holder(&server, ANN)), (1, 1));
    let ann = app.sign_in(ANN).await;
    assert_eq!(ann.me().await["id"], told["id"], "the number of the account stays");
    assert_eq!(server.sign_in(ANN, PASSWORD).await.id, owner.id);
    let me = owner.client.get("/auth/me").await.expect(200);
    assert_eq!(me["email"], ANN);
    server.stop().await;
}

#[tokio::test]
async fn it_is_the_address_that_is_proved_and_not_the_login() {
    let server = TestServer::start_with_codes(json!({})).await;
    let app = server.application();
    let _ = (server.register(ANN).await, server.register(BOB).await);
    let mine = json!({ "email": BOB, "phonePush": [] });
    let _ = app.act("sign-up", with(newcomer(ANN), json!({ "notificationData": mine }))).await.expect(201);
    let code = server.mailed_code(BOB).await;
    app.activate(ANN, &code).await.expect_true(201);
    assert_eq!((accounts_of_holder(&server, ANN), accounts_of_holder(&server, BOB)), (0, 1));
    assert_eq!(users(&server), 2);
    server.stop().await;
}

#[tokio::test]
async fn a_person_whom_a_partner_made_is_recognised_by_his_address() {
    let server = TestServer::start_with_codes(json!({})).await;
    let id = provision(&server, true).await;
    let app = server.application();
    let _ = app.sign_up(PAT).await;
    assert_eq!(users(&server), 2);
    let code = server.mailed_code(PAT).await;
    app.activate(PAT, &code).await.expect_true(201);
    assert_eq!((users(&server), accounts_of_holder(&server, PAT)), (1, 1));
    assert!(app.sign_in(PAT).await.is_in().await);
    assert_eq!(first_sign_in(&server).await.id, id);
    server.stop().await;
}

#[tokio::test]
async fn a_claim_keeps_nobody_from_an_address() {
    let server = TestServer::start_with_codes(json!({})).await;
    server.apply(&[], &[provider("open", "reg", json!({}))]).await;
    let app = server.application();
    // Two claims of one address, by nobody and by somebody who is active without having proved it.
    let _ = app.sign_up(ANN).await;
    let code = server.mailed_code(ANN).await;
    let squatter = app.at("open").join(ANN).await;
    let owner = server.register(ANN).await;
    assert_eq!(accounts_of_holder(&server, ANN), 0);
    assert!(squatter.is_in().await, "his account is his, the address is not");
    app.activate(ANN, &code).await.expect_true(201);
    assert_eq!(accounts_of_holder(&server, ANN), 1);
    let me = owner.client.get("/auth/me").await.expect(200);
    assert_eq!(me["email"], ANN);
    let second = server.register(BOB).await;
    server.add_email(&second, "third@example.org").await;
    server.stop().await;
}

#[tokio::test]
async fn an_address_that_is_changed_later_proves_nothing() {
    let server = TestServer::start().await;
    let _ = server.register(BOB).await;
    let app = server.application();
    let ann = app.join(ANN).await;
    ann.update(json!({ "notificationData": { "email": BOB } })).await.expect_true(200);
    app.generate_code(ANN).await.expect_nothing();
    let code = server.mailed_code(BOB).await;
    // He is active already: the code makes nobody of him.
    app.activate(ANN, &code).await.expect_true(201);
    assert_eq!((users(&server), accounts_of_holder(&server, BOB)), (2, 0));
    server.stop().await;
}

#[tokio::test]
async fn somebody_who_is_locked_out_does_not_come_in_by_an_account() {
    let server = TestServer::start_with_codes(json!({})).await;
    let _ = server.register(ANN).await;
    assert_eq!(server.tables().change("UPDATE users SET state = 'disabled'"), 1);
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    let code = server.mailed_code(ANN).await;
    app.activate(ANN, &code).await.expect_true(201);
    app.auth(ANN, PASSWORD).await.expect_refused(403, super::NOT_ACTIVE);
    server.stop().await;
}

#[tokio::test]
async fn the_address_of_an_account_is_shown_to_its_person_in_the_house() {
    let server = TestServer::start_with_codes(json!({})).await;
    let owner = server.register(ANN).await;
    let app = server.application();
    let _ = app
        .act("sign-up", with(newcomer(ANN), json!({ "notificationData": { "email": "Ann@Example.org" } })))
        .await
        .expect(201);
    let code = server.mailed_code("Ann@Example.org").await;
    app.activate(ANN, &code).await.expect_true(201);
    // Addresses are one whatever their case; the one he registered with is kept as it was.
    let emails = owner.client.get("/auth/emails").await.expect(200);
    assert!(emails.to_string().contains(ANN) && !emails.to_string().contains("Ann@Example.org"), "{emails}");
    assert_eq!(accounts_of_holder(&server, ANN), 1);
    server.stop().await;
}
