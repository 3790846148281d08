//! Whom `auth_user` finds (partner contract, `auth_user`).

use integration_tests::{
    partners::{AUTH_USER, texts},
    portal::with,
    server::{PASSWORD, TestServer},
    signup::newcomer,
};
use serde_json::json;

use super::{ANN, BOB};
use crate::shapes::id;

#[tokio::test]
async fn the_same_person_is_found_again_whatever_his_name_is_said_to_be() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let person = partner.program.person(ANN);
    let user = partner.program.post(AUTH_USER, &person).await.expect_user();
    for login in ["Somebody else", "x", &"ж".repeat(150), "<b>", "=1+1"] {
        let again = partner.program.post(AUTH_USER, &with(person.clone(), json!({ "login": login }))).await;
        assert_eq!(again.expect_user(), user);
    }
    let names =
        server.tables().texts("SELECT display_name AS value FROM users WHERE display_name = 'Каролина'");
    assert_eq!(names.len(), 1);
    assert_eq!(server.tables().letters_to(ANN), 1);
    server.stop().await;
}

#[tokio::test]
async fn an_address_is_the_same_however_it_is_spelled() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let user = partner.program.user("Ann.Lee@Bücher.example").await;
    for email in [
        "ann.lee@bücher.example",
        "ANN.LEE@BÜCHER.EXAMPLE",
        " ann.lee@bücher.example ",
        "\tAnn.lee@Bücher.Example\n",
        "ann.lee@xn--bcher-kva.example",
    ] {
        assert_eq!(partner.program.user(email).await, user, "{email:?}");
    }
    // A dot and a tag make another mailbox: only its owner's provider knows better.
    assert_ne!(partner.program.user("annlee@bücher.example").await, user);
    assert_ne!(partner.program.user("ann.lee+1@bücher.example").await, user);
    assert_eq!(server.tables().count("partner_users", "1 = 1"), 3);
    server.stop().await;
}

#[tokio::test]
async fn an_account_of_the_house_is_found_and_stays_as_it_is() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let ann = server.register(ANN).await;
    server.add_email(&ann, "second@example.org").await;
    let before = ann.client.get("/auth/me").await.expect(200);
    for email in [ANN, "second@example.org"] {
        let body = with(partner.program.person(email), json!({ "login": "Mallory" }));
        assert_eq!(partner.program.post(AUTH_USER, &body).await.expect_user(), ann.id);
    }
    assert_eq!(ann.client.get("/auth/me").await.expect(200), before);
    assert_eq!(server.sign_in(ANN, PASSWORD).await.id, ann.id);
    let passwords = server.tables().count("outbox", "kind = 'provisioned_password'");
    assert_eq!(passwords, 0);
    partner.program.save(&ann.id, json!({})).await.expect_saved();
    server.stop().await;
}

#[tokio::test]
async fn an_address_in_an_unfinished_registration_is_nobody() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let _ = server.start_registration(ANN).await;
    let _ = server.prove(BOB).await;
    let ann = partner.program.user(ANN).await;
    let bob = partner.program.user(BOB).await;
    assert_ne!(ann, bob);
    assert_eq!(server.tables().count("outbox", "kind = 'provisioned_password'"), 2);
    server.stop().await;
}

#[tokio::test]
async fn an_address_that_somebody_merely_claims_is_not_his() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let ada = server.register("ada@example.org").await;
    let _ = ada.client.post("/auth/emails/", json!({ "email": ANN })).await.expect(201);
    let code = server.mailbox.take(ANN).await.code();
    let user = partner.program.user(ANN).await;
    assert_ne!(user, ada.id);
    assert_eq!(partner.program.user(ANN).await, user);
    // He was faster, and proves it now too late.
    let late = ada.client.post("/auth/emails/verify", json!({ "email": ANN, "code": code })).await;
    assert_eq!(late.status, 400, "{}", late.text);
    assert_eq!(partner.program.user(ANN).await, user);
    server.stop().await;
}

#[tokio::test]
async fn whoever_waits_for_his_code_at_a_provider_is_nobody() {
    let server = TestServer::start_with_codes(json!({})).await;
    let (_, partner) = server.partner().await;
    let app = server.application();
    let _ = app.act("sign-up", newcomer(ANN)).await.expect(201);
    let user = partner.program.user(ANN).await;
    assert_eq!(partner.program.user(ANN).await, user);
    assert_eq!(server.tables().count("outbox", "kind = 'provisioned_password'"), 1);
    server.stop().await;
}

#[tokio::test]
async fn two_partners_find_the_same_person_and_he_is_each_ones_only_from_then_on() {
    let server = TestServer::start().await;
    let (office, first) = server.partner().await;
    let second = office.partner("Second").await;
    let user = first.program.user(ANN).await;
    second.program.save(&user, json!({})).await.expect_faulty(&[("user", texts::USER)]);
    assert_eq!(second.program.user(ANN).await, user);
    second.program.save(&user, json!({})).await.expect_saved();
    first.program.save(&user, json!({})).await.expect_saved();
    assert_eq!((office.results(&first, "").await.len(), office.results(&second, "").await.len()), (1, 1));
    assert_eq!(server.tables().letters_to(ANN), 1, "he has a password already");
    server.stop().await;
}

#[tokio::test]
async fn the_id_is_that_of_the_account() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    id(&json!(user));
    let _ = server.mailbox.take(ANN).await;
    let ann = server.register(ANN).await;
    assert_eq!((ann.id, partner.program.user(ANN).await), (user.clone(), user));
    server.stop().await;
}

#[tokio::test]
async fn a_name_is_shown_with_at_most_a_hundred_characters() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let login = format!("  {}  ", "ж".repeat(150));
    let body = with(partner.program.person(ANN), json!({ "login": login }));
    let _ = partner.program.post(AUTH_USER, &body).await.expect_user();
    let _ = server.mailbox.take(ANN).await;
    let ann = server.register(ANN).await;
    assert_eq!(ann.client.get("/auth/me").await.expect(200)["displayName"], "ж".repeat(100));
    server.stop().await;
}

#[tokio::test]
async fn a_call_that_is_refused_creates_nobody() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let people =
        || ["users", "emails", "partner_users", "outbox"].map(|table| server.tables().count(table, "1 = 1"));
    let before = people();
    for changes in [json!({ "key": super::NO_KEY }), json!({ "login": "" }), json!({ "email": "ann" })] {
        let answer = partner.program.post(AUTH_USER, &with(partner.program.person(ANN), changes)).await;
        assert_eq!(answer.status, 400);
    }
    office.revoke(&partner).await;
    partner.program.auth_user(ANN).await.expect_faulty(&[("key", texts::KEY)]);
    assert_eq!(people(), before);
    server.stop().await;
}
