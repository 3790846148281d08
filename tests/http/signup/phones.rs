//! Codes for telephones: posted to the gateway that the operator names (sign-up contract section 3).

use chrono::TimeDelta;
use integration_tests::{
    portal::with,
    server::{PASSWORD, TestServer},
    signup::{Gateway, credentials, form, is_moment},
    wait::until,
};
use serde_json::{Value, json};

use super::{ANN, WRONG_CODE};

const NUMBER: &str = "+4915112345678";

/// A gateway, and a server with a provider whose codes go there.
async fn start(further: &[(&str, &str)]) -> (Gateway, TestServer) {
    let gateway = Gateway::start().await;
    let settings = [gateway.settings().as_slice(), further].concat();
    let server = TestServer::start_with(&settings).await;
    server.apply(&[form("phone", vec![])], &[]).await;
    let admin = server.admin().await;
    let path = "/api/private/management/signup/providers/sms";
    let sms = json!({ "type": "phone", "formIdentifier": "phone", "isCheckCode": true });
    let _ = admin.put(path, sms).await.expect(200);
    (gateway, server)
}

/// What somebody fills in who has a telephone.
fn newcomer(number: &str, notification: &Value) -> Value {
    json!({ "authData": credentials(number, PASSWORD), "notificationData": notification })
}

#[tokio::test]
async fn a_newcomer_is_sent_his_code_by_the_gateway() {
    let (gateway, server) = start(&[]).await;
    let app = server.application().at("sms");
    let notification = json!({ "email": ANN, "phonePush": ["+1", "+2"], "phoneSMS": NUMBER });
    let body = with(newcomer(NUMBER, &notification), json!({ "langCode": "tr_TR" }));
    let told = app.act("sign-up", body).await.expect(201);
    assert_eq!(told["isActive"], false);
    assert!(told["systemCode"].get("value").is_none());
    let post = gateway.post(0).await;
    for (key, value) in [
        ("type", json!("code")),
        ("provider", json!("sms")),
        ("event", json!("user_registration")),
        ("login", json!(NUMBER)),
        ("phoneSMS", json!(NUMBER)),
        ("phonePush", json!(["+1", "+2"])),
        ("fcmTokens", json!([])),
        ("locale", json!("tr_TR")),
        ("validSeconds", json!(120)),
    ] {
        assert_eq!(post[key], value, "{key}");
    }
    assert!(post["createdAt"].as_str().is_some_and(is_moment), "{post}");
    let code = post["code"].as_str().expect("it is a text");
    assert_eq!(app.auth(NUMBER, PASSWORD).await.status, 403);
    app.activate(NUMBER, code).await.expect_true(201);
    assert!(app.sign_in(NUMBER).await.is_in().await);
    assert_eq!(server.tables().letters_to(ANN), 0, "no letter is sent beside it");
    assert_eq!(gateway.posts().await.len(), 1);
    server.stop().await;
}

#[tokio::test]
async fn the_devices_of_somebody_are_told_to_the_gateway() {
    let (gateway, server) = start(&[]).await;
    let app = server.application().at("sms");
    let body = newcomer(NUMBER, &json!({ "phonePush": "a-device-for-push" }));
    let _ = app.act("sign-up", body).await.expect(201);
    let post = gateway.post(0).await;
    assert_eq!((&post["phoneSMS"], &post["phonePush"]), (&Value::Null, &json!(["a-device-for-push"])));
    app.activate(NUMBER, post["code"].as_str().expect("a text")).await.expect_true(201);
    let ann = app.sign_in(NUMBER).await;
    let path = "/api/content/users/me/fcm-token/a-device-of-anns";
    ann.app.ask(reqwest::Method::POST, path).await.expect_true(201);
    server.clock.advance(TimeDelta::seconds(30));
    let body = json!({ "userIdentifier": NUMBER, "eventIdentifier": "auth" });
    app.act("generate-code", body).await.expect_nothing();
    let post = gateway.post(1).await;
    assert_eq!((&post["event"], &post["fcmTokens"]), (&json!("auth"), &json!(["a-device-of-anns"])));
    let _ = app.auth_by_code(NUMBER, post["code"].as_str().expect("a text")).await.expect(201);
    server.stop().await;
}

#[tokio::test]
async fn a_code_waits_for_a_gateway_that_fails() {
    let (gateway, server) = start(&[]).await;
    gateway.fails(503).await;
    let app = server.application().at("sms");
    let _ = app.act("sign-up", newcomer(NUMBER, &json!({ "phoneSMS": NUMBER }))).await.expect(201);
    let first = gateway.post(0).await;
    gateway.recovers().await;
    // `recovers` forgets what was posted before.
    let again = until("another try", async || {
        server.clock.advance(TimeDelta::seconds(1));
        gateway.posts().await.into_iter().next()
    })
    .await;
    assert_eq!((&again["id"], &again["code"]), (&first["id"], &first["code"]));
    app.activate(NUMBER, again["code"].as_str().expect("a text")).await.expect_true(201);
    server.stop().await;
}

#[tokio::test]
async fn a_newcomer_needs_a_telephone() {
    let (gateway, server) = start(&[]).await;
    let app = server.application().at("sms");
    for notification in [
        json!({}),
        json!({ "email": ANN }),
        json!({ "phoneSMS": "", "phonePush": [] }),
        json!({ "phonePush": [" "] }),
    ] {
        let answer = app.act("sign-up", newcomer(NUMBER, &notification)).await;
        answer.expect_refused(400, "notificationData.phoneSMS should not be empty");
    }
    // Whoever has one must keep it: his codes would go nowhere.
    let _ = app.act("sign-up", newcomer(NUMBER, &json!({ "phoneSMS": NUMBER }))).await.expect(201);
    let code = gateway.post(0).await["code"].as_str().expect("a text").to_owned();
    app.activate(NUMBER, &code).await.expect_true(201);
    let ann = app.sign_in(NUMBER).await;
    let cut = ann.update(json!({ "notificationData": { "phoneSMS": "" } })).await;
    cut.expect_refused(400, "notificationData.phoneSMS should not be empty");
    ann.update(json!({ "notificationData": { "phoneSMS": "+1555" } })).await.expect_true(200);
    server.clock.advance(TimeDelta::seconds(30));
    app.generate_code(NUMBER).await.expect_nothing();
    assert_eq!(gateway.post(1).await["phoneSMS"], "+1555");
    server.stop().await;
}

#[tokio::test]
async fn logins_are_taken_to_the_letter_and_nobody_learns_which_are_known() {
    let (gateway, server) = start(&[]).await;
    let app = server.application().at("sms");
    for login in ["Ann", "ann"] {
        let _ = app.act("sign-up", newcomer(login, &json!({ "phoneSMS": NUMBER }))).await.expect(201);
    }
    let again = app.act("sign-up", newcomer("ann", &json!({ "phoneSMS": NUMBER }))).await;
    again.expect_refused(400, super::TAKEN);
    let (first, second) = (gateway.post(0).await, gateway.post(1).await);
    assert_ne!(first["login"], second["login"]);
    app.generate_code("ANN").await.expect_nothing();
    app.activate("ANN", first["code"].as_str().expect("a text")).await.expect_refused(400, WRONG_CODE);
    for post in [first, second] {
        let text = |key: &str| post[key].as_str().expect("a text").to_owned();
        app.activate(&text("login"), &text("code")).await.expect_true(201);
    }
    assert_eq!(gateway.posts().await.len(), 2);
    server.stop().await;
}

#[tokio::test]
async fn a_proved_telephone_proves_no_address() {
    let (gateway, server) = start(&[]).await;
    let owner = server.register(ANN).await;
    let app = server.application().at("sms");
    let _ =
        app.act("sign-up", newcomer(NUMBER, &json!({ "email": ANN, "phoneSMS": NUMBER }))).await.expect(201);
    let code = gateway.post(0).await["code"].as_str().expect("a text").to_owned();
    app.activate(NUMBER, &code).await.expect_true(201);
    let of_owner =
        "EXISTS (SELECT 1 FROM emails WHERE emails.user_id = signups.user_id AND emails.state = 'verified')";
    assert_eq!(server.tables().count("signups", of_owner), 0, "{}", owner.email);
    server.stop().await;
}
