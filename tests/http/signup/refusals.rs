//! Why somebody is not signed up, in the order and the words of the contract (sections 5 and 7).

use integration_tests::{
    client::Answer,
    portal::with,
    server::{PASSWORD, TestServer},
    signup::{credentials, field, form, login_field, newcomer, password_field, provider, ruled},
};
use serde_json::{Value, json};

use super::{ANN, EMPTY_SECTION, MISSED, NO_PROVIDER, TAKEN, wrong};

/// Signs up at the usual provider with these changes.
async fn sign_up(server: &TestServer, changes: Value) -> Answer {
    server.application().act("sign-up", with(newcomer(ANN), changes)).await
}

fn item(marker: &str, value: impl Into<Value>) -> Value {
    json!({ "marker": marker, "value": value.into() })
}

#[tokio::test]
async fn an_unknown_or_inactive_provider_and_another_form_are_not_found() {
    let server = TestServer::start().await;
    let shut = provider("shut", "reg", json!({ "isActive": false }));
    server.apply(&[form("other", vec![])], &[shut]).await;
    let app = server.application();
    for marker in ["shut", "nothing", "reg"] {
        app.at(marker).act("sign-up", newcomer(ANN)).await.expect_refused(404, NO_PROVIDER);
    }
    for form in ["other", "nothing", "", " reg"] {
        let answer = sign_up(&server, json!({ "formIdentifier": form })).await;
        answer.expect_refused(404, &format!("Form \"{form}\" not found"));
    }
    assert_eq!(server.tables().count("signups", "1 = 1"), 0);
    server.stop().await;
}

#[tokio::test]
async fn an_empty_part_of_the_form_data_is_refused() {
    let server = TestServer::start().await;
    for data in [
        json!([]),
        json!({}),
        json!({ "en_US": [] }),
        json!({ "en_US": {} }),
        json!({ "en_US": null }),
        json!([{}]),
    ] {
        let answer = sign_up(&server, json!({ "formData": data })).await;
        assert_eq!(answer.refused(400), EMPTY_SECTION, "{data}");
    }
    server.stop().await;
}

#[tokio::test]
async fn form_data_of_another_shape_are_refused() {
    let server = TestServer::start().await;
    let shape = "formData must be an array of items, one item, or an object of them by language";
    let good = item("last_name", "Roe");
    for data in [
        json!(1),
        json!("last_name"),
        json!(true),
        json!(["last_name"]),
        json!([[good]]),
        json!([null]),
        json!([{ "marker": 1, "value": "Roe" }]),
        json!([{ "type": "string", "value": "Roe" }]),
        json!([{ "marker": "last_name", "type": 1, "value": "Roe" }]),
        json!({ "en_US": "Roe" }),
    ] {
        let answer = sign_up(&server, json!({ "formData": data })).await;
        assert_eq!(answer.refused(400), shape, "{data}");
    }
    let deep = (0..9).fold(json!([good]), |inner, _| json!({ "en_US": inner, "de_DE": good }));
    let answer = sign_up(&server, json!({ "formData": deep })).await;
    assert_eq!(answer.refused(400), "formData must be wrapped in at most 8 objects of several languages");
    let many: Value = (0..1_001).map(|n| json!({ "marker": format!("field_{n}"), "value": 1 })).collect();
    let answer = sign_up(&server, json!({ "formData": many })).await;
    assert_eq!(answer.refused(400), "formData must hold at most 1000 values in all languages");
    for key in ["english", "last_name", "", "EN_us"] {
        let answer = sign_up(&server, json!({ "formData": { key: [good] } })).await;
        assert_eq!(answer.refused(400), "formData has an unknown language code", "{key}");
    }
    server.stop().await;
}

#[tokio::test]
async fn the_first_field_that_is_wrong_is_named() {
    let server = TestServer::start().await;
    let fields = vec![
        ruled("name", "string", json!({ "requiredValidator": { "strict": true } })),
        with(field("motto", "string"), json!({ "isSignUpRequired": true })),
        ruled(
            "age",
            "integer",
            json!({ "checkForNumberValidator": { "integerOnly": true, "minValue": "16", "maxValue": 130 } }),
        ),
        ruled(
            "nick",
            "string",
            json!({ "stringInspectionValidator": { "stringMin": "3", "stringMax": "8" } }),
        ),
        ruled("mail", "string", json!({ "emailInspectionValidator": true })),
        ruled("site", "string", json!({ "urlInspectionValidator": true })),
        ruled("plate", "string", json!({ "fieldMaskValidator": { "maskValue": "$99-99" } })),
        ruled("word", "string", json!({ "regExpValidator": { "patternValue": "^[a-z]+$" } })),
        with(field("colour", "list"), json!({ "listTitles": [{ "title": "red", "value": "1" }] })),
        field("day", "date"),
    ];
    server.apply(&[form("club", fields)], &[provider("club", "club", json!({}))]).await;
    let app = server.application().at("club");
    let good = [item("name", "Ann"), item("motto", "On!")];
    let refused = async |items: &[Value], marker: &str| {
        let body = json!({ "authData": credentials(ANN, PASSWORD), "formData": items, "notificationData": { "email": ANN } });
        app.act("sign-up", body).await.expect_refused(400, &wrong(marker));
    };
    for (further, marker) in [
        (item("age", "fifteen"), "age"),
        (item("age", 15), "age"),
        (item("age", 16.5), "age"),
        (item("nick", "ab"), "nick"),
        (item("nick", "abcdefghi"), "nick"),
        (item("mail", "nonsense"), "mail"),
        (item("site", "nonsense"), "site"),
        (item("plate", "99-99"), "plate"),
        (item("word", "Word"), "word"),
        (item("colour", json!(["2"])), "colour"),
        (item("colour", "red"), "colour"),
        (item("day", "2024-05-07"), "day"),
        (item("day", json!({ "fullDate": "2024-05-07T21:02:00.000Z" })), "day"),
        (json!({ "marker": "word", "type": "integer", "value": "word" }), "word"),
        (item("unknown", "x"), "unknown"),
        (item("name", "Ann"), "name"),
    ] {
        refused(&[good[0].clone(), good[1].clone(), further], marker).await;
    }
    // What is unknown comes before what is missing, that before what is wrong, and of these the form's own order counts.
    refused(&[item("word", "Word"), item("unknown", "x")], "unknown").await;
    refused(&[item("word", "Word"), good[1].clone()], "name").await;
    refused(&[good[0].clone()], "motto").await;
    refused(&[good[0].clone(), item("motto", "  ")], "motto").await;
    refused(&[good[0].clone(), good[1].clone(), item("word", "W"), item("age", 1)], "age").await;
    let further = [
        item("age", 16),
        item("nick", "abc"),
        item("mail", ANN),
        item("site", "https://example.org"),
        item("plate", "$12-34"),
        item("word", "word"),
        item("colour", json!(["1"])),
    ];
    let items: Vec<Value> = good.iter().cloned().chain(further).collect();
    let body = json!({ "authData": credentials(ANN, PASSWORD), "formData": items, "notificationData": { "email": ANN } });
    let _ = app.act("sign-up", body).await.expect(201);
    server.stop().await;
}

#[tokio::test]
async fn login_and_password_obey_the_validators_of_their_fields() {
    let server = TestServer::start().await;
    let fields = json!([
        with(login_field(), json!({ "validators": { "emailInspectionValidator": true } })),
        with(password_field(), json!({ "validators": { "stringInspectionValidator": { "stringMin": 6 } } })),
    ]);
    let club = json!({ "identifier": "club", "attributes": fields });
    server.apply(&[club], &[provider("club", "club", json!({}))]).await;
    let app = server.application().at("club");
    let body = |login: &str, password: &str| json!({ "authData": credentials(login, password), "notificationData": { "email": ANN } });
    app.act("sign-up", body("ann", "123456")).await.expect_refused(400, &wrong("login"));
    app.act("sign-up", body(ANN, "12345")).await.expect_refused(400, &wrong("password"));
    let _ = app.act("sign-up", body(ANN, "123456")).await.expect(201);
    server.stop().await;
}

#[tokio::test]
async fn a_login_is_taken_once_without_case_where_logins_are_addresses() {
    let server = TestServer::start().await;
    let names = provider("names", "reg", json!({ "type": "password" }));
    server.apply(&[], &[names]).await;
    let app = server.application();
    let _ = app.sign_up("Ann@Example.org").await;
    for login in ["Ann@Example.org", "ann@example.org", "ANN@EXAMPLE.ORG"] {
        app.act("sign-up", newcomer(login)).await.expect_refused(400, TAKEN);
    }
    // It is kept as it was sent, and signing in takes it to the letter.
    let ann = app.sign_in("Ann@Example.org").await;
    assert_eq!(ann.me().await["identifier"], "Ann@Example.org");
    assert_eq!(app.auth("ann@example.org", PASSWORD).await.status, 401);

    let names = app.at("names");
    let _ = names.sign_up("Ann@Example.org").await;
    let _ = names.sign_up("ann@example.org").await;
    names.act("sign-up", newcomer("ann@example.org")).await.expect_refused(400, TAKEN);
    server.stop().await;
}

#[tokio::test]
async fn ways_to_reach_somebody_must_reach_him() {
    let server = TestServer::start().await;
    let many: Vec<String> = (0..101).map(|n| format!("+{n}")).collect();
    for (notification, message) in [
        (json!({ "email": "nonsense" }), "notificationData.email must be an email"),
        (json!({ "email": 5 }), "notificationData.email must be a string"),
        (json!("ann@example.org"), "notificationData must be an object"),
        (json!([]), "notificationData must be an object"),
        (json!({ "phoneSMS": {} }), "notificationData.phoneSMS must be a string"),
        (json!({ "phoneSMS": "1".repeat(5_000) }), "notificationData.phoneSMS must be a phone number"),
        (json!({ "phonePush": [{}] }), "notificationData.phonePush must be a string or an array of strings"),
        (json!({ "phonePush": many }), "notificationData.phonePush must be at most 100 texts"),
        (
            json!({ "phonePush": ["a\nb"] }),
            "notificationData.phonePush must be texts of at most 4096 bytes without control characters",
        ),
    ] {
        let answer = sign_up(&server, json!({ "notificationData": notification })).await;
        assert_eq!(answer.refused(400), message);
    }
    // A login that is no address, and no address beside it.
    server.apply(&[form("bare", vec![])], &[provider("bare", "bare", json!({}))]).await;
    let body = json!({ "authData": credentials("ann", PASSWORD) });
    let answer = server.application().at("bare").act("sign-up", body).await;
    answer.expect_refused(400, "notificationData.email should not be empty");
    assert_eq!(server.tables().count("signups", "1 = 1") + server.tables().count("users", "1 = 1"), 0);
    server.stop().await;
}

#[tokio::test]
async fn without_a_password_nobody_is_signed_up() {
    let server = TestServer::start().await;
    let answer = sign_up(&server, json!({ "authData": null })).await;
    answer.expect_refused(400, MISSED);
    let answer = sign_up(&server, json!({ "authData": credentials(ANN, " ") })).await;
    answer.expect_refused(400, MISSED);
    server.stop().await;
}
