//! The sample bodies of the seed page, as they are there and as the vendor's client library sends them.

use integration_tests::{
    portal::with,
    server::TestServer,
    signup::{Application, field, form, provider},
};
use serde_json::{Value, json};

/// The sign-in of the samples: too short to be told from other words, and good all the same.
fn sample(login: &str, form_data: &Value, notification: &Value) -> Value {
    json!({
        "formIdentifier": "reg",
        "authData": [{ "marker": "login", "value": login }, { "marker": "password", "value": "12345" }],
        "formData": form_data,
        "notificationData": notification,
    })
}

/// A sample of the page that shows one type.
fn of_type(item: &Value) -> Value {
    let notification = json!({ "email": "test@test.zone", "phonePush": [], "phoneSMS": "+19991234567" });
    sample("test", &json!([item]), &notification)
}

fn minimal() -> Value {
    let item = json!({ "marker": "last_name", "type": "string", "value": "Name" });
    let email = "example@oneentry.cloud";
    let notification = json!({ "email": email, "phonePush": ["+99999999999"], "phoneSMS": "+99999999999" });
    sample(email, &json!([item]), &notification)
}

fn params() -> Value {
    json!({ "isEditorDisabled": false, "isImageCompressed": true })
}

fn moment() -> Value {
    json!({
        "fullDate": "2024-05-07T21:02:00.000Z",
        "formattedValue": "08-05-2024 00:02",
        "formatString": "DD-MM-YYYY HH:mm",
    })
}

fn picture() -> Value {
    let name = "files/project/page/10/image/Screenshot-from-2024-05-02-15-23-14.png";
    json!({
        "filename": name,
        "downloadLink": format!("http://my-site.zone/cloud-static/{name}"),
        "size": 392_585,
    })
}

fn selected() -> Value {
    json!([{ "title": "kırmızı", "value": "1", "extended": { "value": "red", "type": "string" } }])
}

/// Every sample but that of `textWithHeader`, whose field has the name of another type's.
fn samples() -> Vec<Value> {
    let text = json!({ "htmlValue": "<p>Bu benim</p>", "plainValue": "", "params": params() });
    let avatar = with(picture(), json!({ "previewLink": "", "params": { "isImageCompressed": true } }));
    let entity = json!([{ "id": "1", "title": "kırmızı", "value": "1", "parentId": "null" }]);
    let list = json!({ "marker": "selector", "type": "list", "value": selected() });
    vec![
        minimal(),
        of_type(&json!({ "marker": "last_name", "type": "string", "value": "Fyodor Ivanov" })),
        of_type(&json!({ "marker": "birthday", "type": "date", "value": moment() })),
        of_type(&json!({ "marker": "about", "type": "text", "value": text })),
        of_type(&json!({ "marker": "avatar", "type": "image", "value": [avatar] })),
        of_type(&json!({ "marker": "picture", "type": "file", "value": [picture()] })),
        of_type(&list),
        of_type(&json!({ "marker": "entity-selector", "type": "entity", "value": entity })),
        // With one name of a device, and with several, which are the same on the page.
        of_type(&list),
        of_type(&list),
    ]
}

fn with_header() -> Value {
    let value =
        json!({ "header": "Başlık", "htmlValue": "<p>Bu benim</p>", "plainValue": "", "params": params() });
    of_type(&json!({ "marker": "about", "type": "textWithHeader", "value": value }))
}

/// The form of the samples, in which `about` is of this type.
fn registration(about: &str) -> Value {
    let titles = json!([{
        "title": "kırmızı",
        "value": "1",
        "position": 1,
        "extended": { "value": "red", "type": "string" },
    }]);
    let fields = vec![
        field("last_name", "string"),
        field("birthday", "date"),
        field("about", about),
        field("avatar", "image"),
        field("picture", "file"),
        with(field("selector", "list"), json!({ "listTitles": titles })),
        field("entity-selector", "entity"),
    ];
    form("reg", fields)
}

/// As the client library sends a body: with a language, and the form data under it.
fn as_the_library_sends(body: &Value) -> Value {
    with(body.clone(), json!({ "formData": { "en_US": body["formData"] }, "langCode": "en_US" }))
}

/// Signs up with a sample; what comes back must be what was sent.
async fn check(app: &Application, body: Value) {
    let answer = app.act("sign-up", body.clone()).await.expect(201);
    let login = &body["authData"][0]["value"];
    let sent = body["formData"].get("en_US").unwrap_or(&body["formData"]);
    let expected = json!([{ "marker": "login", "type": "string", "value": login }, sent[0]]);
    assert_eq!((&answer["identifier"], &answer["formData"]), (login, &expected));
    assert_eq!(answer["notificationData"], body["notificationData"]);
    let ann = app.act("auth", json!({ "authData": body["authData"] })).await;
    let ann = integration_tests::signup::Account::of(app, "test", &ann);
    assert_eq!(ann.me().await["formData"], expected);
}

#[tokio::test]
async fn the_minimal_example_works_on_a_fresh_database() {
    let server = TestServer::start().await;
    check(&server.application(), minimal()).await;
    server.stop().await;
}

#[tokio::test]
async fn every_sample_body_signs_somebody_up() {
    let server = TestServer::start().await;
    let mut bodies = Vec::new();
    for body in samples() {
        bodies.push(as_the_library_sends(&body));
        bodies.push(body);
    }
    // Most of the samples are of one login: each gets a provider of its own.
    let providers: Vec<Value> =
        (0..bodies.len()).map(|n| provider(&format!("p{n}"), "reg", json!({}))).collect();
    server.apply(&[registration("text")], &providers).await;
    for (n, body) in bodies.into_iter().enumerate() {
        check(&server.application().at(&format!("p{n}")), body).await;
    }
    let providers = [provider("h0", "reg", json!({})), provider("h1", "reg", json!({}))];
    server.apply(&[registration("textWithHeader")], &providers).await;
    check(&server.application().at("h0"), with_header()).await;
    check(&server.application().at("h1"), as_the_library_sends(&with_header())).await;
    server.stop().await;
}

#[tokio::test]
async fn form_data_may_be_a_single_object() {
    let server = TestServer::start().await;
    let app = server.application();
    let item = json!({ "marker": "last_name", "type": "string", "value": "Name" });
    for (n, form_data) in [item.clone(), json!({ "en_US": item }), json!([item])].into_iter().enumerate() {
        let body = with(minimal(), json!({ "formData": form_data }));
        let login =
            json!([{ "marker": "login", "value": format!("ann{n}@example.org") }, body["authData"][1]]);
        let answer = app.act("sign-up", with(body, json!({ "authData": login }))).await.expect(201);
        assert_eq!(answer["formData"][1], item);
    }
    server.stop().await;
}

#[tokio::test]
async fn the_devices_of_the_schema_may_be_a_text() {
    let server = TestServer::start().await;
    let app = server.application();
    for (n, (given, kept)) in [
        (json!(""), json!([])),
        (json!("+999"), json!(["+999"])),
        (json!(["a", "b"]), json!(["a", "b"])),
        (json!([]), json!([])),
    ]
    .into_iter()
    .enumerate()
    {
        let login = format!("ann{n}@example.org");
        let notification =
            json!({ "email": "test@test.zone", "phonePush": given, "phoneSMS": "+19991234567" });
        let item = json!({ "marker": "last_name", "value": "Name" });
        let answer = app.act("sign-up", sample(&login, &json!([item]), &notification)).await.expect(201);
        assert_eq!(answer["notificationData"]["phonePush"], kept);
    }
    server.stop().await;
}
