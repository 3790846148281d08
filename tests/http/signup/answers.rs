//! What somebody who signs up is told (sign-up contract section 4).

use chrono::TimeDelta;
use integration_tests::{
    portal::{with, without},
    server::{PASSWORD, TestServer},
    signup::{credentials, field, form, newcomer, provider},
};
use portico_domain::ports::Clock as _;
use serde_json::{Value, json};

use super::ANN;
use crate::shapes::{assert_keys, instant};

const KEYS: [&str; 17] = [
    "id",
    "updatedDate",
    "version",
    "identifier",
    "isActive",
    "authProviderId",
    "formIdentifier",
    "attributeSetId",
    "formData",
    "notificationData",
    "locale",
    "createdDate",
    "importId",
    "deletedAt",
    "isDeleted",
    "state",
    "rating",
];

#[tokio::test]
async fn a_newcomer_is_told_of_himself_and_nothing_else() {
    let server = TestServer::start().await;
    let begun = server.clock.now();
    let answer = server.application().sign_up(ANN).await;
    assert_keys(&answer, &KEYS);
    assert!(answer["id"].as_i64().is_some_and(|id| id > 0));
    assert_eq!((&answer["version"], &answer["isActive"]), (&json!(1), &json!(true)));
    assert_eq!((&answer["identifier"], &answer["locale"]), (&json!(ANN), &json!("en_US")));
    assert_eq!((&answer["importId"], &answer["deletedAt"]), (&Value::Null, &Value::Null));
    assert_eq!((&answer["isDeleted"], &answer["state"]), (&json!(false), &json!({})));
    assert_eq!((&answer["rating"], &answer["formIdentifier"]), (&json!({}), &json!("reg")));
    let expected = json!({ "email": ANN, "phonePush": ["+99999999999"], "phoneSMS": "+99999999999" });
    assert_eq!(answer["notificationData"], expected);
    let created = instant(&answer["createdDate"]);
    assert_eq!(created, instant(&answer["updatedDate"]));
    assert!(created >= begun - TimeDelta::milliseconds(1) && created <= server.clock.now());
    let app = server.application();
    let provider = app.get(&app.door("")).await.expect(200);
    let form = app.get("/api/content/forms/marker/reg").await.expect(200);
    assert_eq!(
        (&answer["authProviderId"], &answer["attributeSetId"]),
        (&provider["id"], &form["attributeSetId"])
    );
    server.stop().await;
}

#[tokio::test]
async fn the_form_data_begin_with_the_login_and_never_hold_the_password() {
    let server = TestServer::start().await;
    let fields = vec![field("first", "string"), field("second", "string")];
    let mut club = form("club", fields);
    // Wherever the fields stand, and whatever they are called.
    club["attributes"][0] =
        json!({ "marker": "email_reg", "type": "string", "isLogin": true, "position": 9 });
    club["attributes"][1] =
        json!({ "marker": "secret_reg", "type": "string", "isPassword": true, "position": 8 });
    server.apply(&[club], &[provider("club", "club", json!({}))]).await;
    let app = server.application().at("club");
    let data =
        json!([{ "marker": "second", "value": "2" }, { "marker": "first", "type": "string", "value": "1" }]);
    let auth =
        json!([{ "marker": "secret_reg", "value": PASSWORD }, { "marker": "email_reg", "value": ANN }]);
    let body = json!({ "formIdentifier": "club", "authData": auth, "formData": data, "notificationData": { "email": ANN } });
    let answer = app.act("sign-up", body).await;
    assert!(!answer.text.contains(PASSWORD), "{}", answer.text);
    let told = answer.expect(201);
    let expected = json!([
        { "marker": "email_reg", "type": "string", "value": ANN },
        { "marker": "second", "type": "string", "value": "2" },
        { "marker": "first", "type": "string", "value": "1" },
    ]);
    assert_eq!(told["formData"], expected);
    assert_eq!(told["notificationData"], json!({ "email": ANN, "phonePush": [] }));
    server.stop().await;
}

#[tokio::test]
async fn the_login_may_be_among_the_form_data_too_and_the_password_may_not() {
    let server = TestServer::start().await;
    let app = server.application();
    let login = json!({ "marker": "login", "type": "string", "value": ANN });
    let name = json!({ "marker": "last_name", "type": "string", "value": "Roe" });
    let another = json!({ "marker": "login", "type": "string", "value": "bob@example.org" });
    let password = json!({ "marker": "password", "type": "string", "value": PASSWORD });
    for (item, marker) in [(another, "login"), (password, "password")] {
        let body = with(newcomer(ANN), json!({ "formData": [name, item] }));
        app.act("sign-up", body).await.expect_refused(400, &super::wrong(marker));
    }
    let body = with(newcomer(ANN), json!({ "formData": [name, login] }));
    let answer = app.act("sign-up", body).await.expect(201);
    assert_eq!(answer["formData"], json!([login, name]));
    server.stop().await;
}

#[tokio::test]
async fn the_language_of_a_newcomer_is_his_own() {
    let server = TestServer::start().await;
    let app = server.application();
    let name = |value: &str| json!({ "marker": "last_name", "type": "string", "value": value });
    for (n, (form_data, code, locale)) in [
        (json!([name("Name")]), Value::Null, "en_US"),
        (json!({ "en_US": [name("Name")] }), json!("en_US"), "en_US"),
        (json!([name("Name")]), json!("tr_TR"), "tr_TR"),
        (json!({ "tr_TR": [name("Name")] }), json!("tr_TR"), "tr_TR"),
        // Only in another language than his own: better than nothing.
        (json!({ "de_DE": [name("Name")] }), json!("tr_TR"), "tr_TR"),
        (json!({ "de_DE": [name("x")], "tr_TR": [name("Name")] }), json!("tr_TR"), "tr_TR"),
    ]
    .into_iter()
    .enumerate()
    {
        let body = with(
            newcomer(&format!("ann{n}@example.org")),
            json!({ "formData": form_data, "langCode": code }),
        );
        let answer = app.act("sign-up", body).await.expect(201);
        assert_eq!((&answer["locale"], &answer["formData"][1]), (&json!(locale), &name("Name")));
    }
    for code in ["english", "EN_us", "en_US ", "", "../etc", "en_US_en_US_en_US_en_US_en_US_en_US_en_US"] {
        let body = with(newcomer("ann9@example.org"), json!({ "langCode": code }));
        app.act("sign-up", body).await.expect_refused(400, "langCode must be a language code such as en_US");
    }
    server.stop().await;
}

#[tokio::test]
async fn form_and_form_data_and_ways_to_reach_him_need_not_be_given() {
    let server = TestServer::start().await;
    let app = server.application();
    let bare = json!({ "authData": credentials(ANN, "12345") });
    let answer = app.act("sign-up", bare).await.expect(201);
    assert_keys(&answer, &KEYS);
    assert_eq!(answer["formData"].as_array().map(Vec::len), Some(1));
    // The field of the login is flagged as that of his address.
    assert_eq!(answer["notificationData"], json!({ "email": ANN, "phonePush": [] }));
    let null =
        json!({ "formIdentifier": null, "formData": null, "notificationData": null, "langCode": null });
    let body = with(without(newcomer("bob@example.org"), "formData"), null);
    assert_eq!(app.act("sign-up", body).await.expect(201)["notificationData"]["email"], "bob@example.org");
    server.stop().await;
}

#[tokio::test]
async fn fields_that_are_flagged_for_it_tell_how_to_reach_him() {
    let server = TestServer::start().await;
    let fields = vec![
        with(field("mail", "string"), json!({ "isNotificationEmail": true })),
        with(field("mobile", "string"), json!({ "isNotificationPhoneSMS": true })),
        with(field("phone", "string"), json!({ "isNotificationPhonePush": true })),
        with(field("tablet", "string"), json!({ "isNotificationPhonePush": true })),
    ];
    server.apply(&[form("club", fields)], &[provider("club", "club", json!({}))]).await;
    let app = server.application().at("club");
    let item = |marker: &str, value: &str| json!({ "marker": marker, "value": value });
    let data = json!([item("mail", ANN), item("mobile", "+1"), item("phone", "+2"), item("tablet", "+3")]);
    let body = json!({ "authData": credentials("ann", PASSWORD), "formData": data });
    let answer = app.act("sign-up", body.clone()).await.expect(201);
    assert_eq!(
        answer["notificationData"],
        json!({ "email": ANN, "phonePush": ["+2", "+3"], "phoneSMS": "+1" })
    );
    // What he says himself comes first.
    let said = json!({ "email": "elsewhere@example.org", "phonePush": ["+9"], "phoneSMS": "" });
    let body = with(body, json!({ "authData": credentials("bob", PASSWORD), "notificationData": said }));
    let answer = app.act("sign-up", body).await.expect(201);
    let expected = json!({ "email": "elsewhere@example.org", "phonePush": ["+9"], "phoneSMS": "+1" });
    assert_eq!(answer["notificationData"], expected);
    server.stop().await;
}
