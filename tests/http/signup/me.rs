//! What somebody sees of himself (sign-up contract sections 2 and 6, `getUser`).

use integration_tests::{
    portal::with,
    server::{PASSWORD, TestServer},
    signup::{Account, ME, field, form, newcomer, provider},
};
use serde_json::{Value, json};

use super::{ANN, BOB};
use crate::shapes::assert_keys;

const KEYS: [&str; 11] = [
    "id",
    "identifier",
    "authProviderIdentifier",
    "formIdentifier",
    "formData",
    "notificationData",
    "groups",
    "state",
    "moduleFormConfigs",
    "rating",
    "total",
];

#[tokio::test]
async fn somebody_sees_himself() {
    let server = TestServer::start().await;
    let app = server.application();
    let told = app.sign_up(ANN).await;
    let ann = app.sign_in(ANN).await;
    let answer = ann.app.get(&format!("{ME}?langCode=en_US")).await;
    assert!(!answer.text.contains(PASSWORD), "{}", answer.text);
    let me = answer.expect(200);
    assert_keys(&me, &KEYS);
    for key in ["id", "identifier", "formIdentifier", "formData", "notificationData", "state"] {
        assert_eq!(me[key], told[key], "{key}");
    }
    let expected = json!([
        { "marker": "login", "type": "string", "value": ANN },
        { "marker": "last_name", "type": "string", "value": "Name" },
    ]);
    assert_eq!(me["formData"], expected);
    assert_eq!((&me["authProviderIdentifier"], &me["total"]), (&json!("email"), &json!("1")));
    assert_eq!((&me["groups"], &me["moduleFormConfigs"]), (&json!([1]), &json!([])));
    server.stop().await;
}

#[tokio::test]
async fn everybody_sees_himself_and_nobody_else() {
    let server = TestServer::start().await;
    let app = server.application();
    let (ann, bob) = (app.join(ANN).await, app.join(BOB).await);
    let (of_ann, of_bob) = (ann.me().await, bob.me().await);
    assert_eq!((&of_ann["identifier"], &of_bob["identifier"]), (&json!(ANN), &json!(BOB)));
    assert_ne!(of_ann["id"], of_bob["id"]);
    bob.fill_in("last_name", json!("Roe")).await.expect_true(200);
    assert_eq!(ann.me().await, of_ann);
    bob.app.delete(ME).await.expect_true(200);
    assert_eq!(ann.me().await, of_ann);
    server.stop().await;
}

#[tokio::test]
async fn form_data_are_told_in_the_language_that_is_asked_for_and_else_in_his_own() {
    let server = TestServer::start().await;
    server.apply(&[form("reg", vec![field("name", "string"), field("motto", "string")])], &[]).await;
    let app = server.application();
    let item = |marker: &str, value: &str| json!({ "marker": marker, "value": value });
    let data = json!({
        "tr_TR": [item("name", "Ad"), item("motto", "Söz")],
        "en_US": [item("name", "Name")],
    });
    let body = with(newcomer(ANN), json!({ "formData": data, "langCode": "tr_TR" }));
    let _ = app.act("sign-up", body).await.expect(201);
    let ann = app.sign_in(ANN).await;
    for (query, name) in [
        ("?langCode=en_US", "Name"),
        ("", "Name"),
        ("?langCode=tr_TR", "Ad"),
        ("?langCode=de_DE", "Ad"),
        ("?langCode=undefined", "Name"),
    ] {
        let me = ann.app.get(&format!("{ME}{query}")).await.expect(200);
        let values: Vec<&Value> =
            me["formData"].as_array().expect("a list").iter().map(|item| &item["value"]).collect();
        assert_eq!(values, [&json!(ANN), &json!(name), &json!("Söz")], "{query}");
    }
    server.stop().await;
}

#[tokio::test]
async fn the_group_of_the_provider_is_told_by_its_name_unless_it_is_that_of_guests() {
    let server = TestServer::start().await;
    let members = provider("members", "reg", json!({ "userGroupIdentifier": "members" }));
    server.apply(&[], &[members]).await;
    let app = server.application();
    assert_eq!(app.join(ANN).await.me().await["groups"], json!([1]));
    assert_eq!(app.at("members").join(ANN).await.me().await["groups"], json!(["members"]));
    server.stop().await;
}

#[tokio::test]
async fn every_kind_of_value_comes_back_as_it_was_sent() {
    let server = TestServer::start().await;
    let instant = json!({ "fullDate": "2024-05-07T21:02:00.000Z", "formattedValue": "07-05-2024", "formatString": "DD-MM-YYYY" });
    let file = json!({ "filename": "a.png", "downloadLink": "http://my-site.zone/a.png", "size": 1 });
    let picture = with(
        file.clone(),
        json!({ "previewLink": { "default": "http://my-site.zone/p.png" }, "contentType": "image/png" }),
    );
    let values = [
        ("string", json!("  Ann \"x\" é😀 ")),
        ("integer", json!(42)),
        ("integer", json!("42")),
        ("integer", Value::Null),
        ("real", json!(1.5)),
        ("float", json!("1.50")),
        ("date", instant.clone()),
        ("dateTime", instant.clone()),
        ("time", with(instant, json!({ "formatString": "HH:mm" }))),
        ("timeInterval", json!([["2024-05-07T21:02:00.000Z", "2024-05-07T22:02:00.000Z"]])),
        ("text", json!({ "htmlValue": "<p>Hi</p>", "plainValue": "", "params": {} })),
        ("text", json!([{ "plainValue": "Hi", "params": { "editorMode": "plain" } }])),
        ("text", json!([{ "mdValue": "# Hi" }])),
        (
            "textWithHeader",
            json!([{ "header": "A", "htmlValue": "<b>a</b>" }, { "header": "B", "plainValue": "b" }]),
        ),
        ("file", json!([file])),
        ("file", file),
        ("image", json!([picture])),
        ("groupOfImages", json!([picture, picture])),
        ("list", json!(["1", "2"])),
        ("list", json!([{ "title": "red", "value": "1", "extended": { "value": null, "type": null } }])),
        ("radioButton", json!("1")),
        ("radioButton", json!([{ "title": "red", "value": "1" }])),
        ("entity", json!([{ "id": "1", "title": "a", "value": "1", "parentId": "null" }])),
        ("entity", json!([25, "p-1-123"])),
        ("json", json!({ "z": [1, { "a": null }], "a": "x" })),
        ("json", json!("any text")),
    ];
    let titles = json!([{ "title": "red", "value": "1" }, { "title": "blue", "value": "2" }]);
    let fields = values.iter().enumerate().map(|(n, (kind, _))| {
        let listed = matches!(*kind, "list" | "radioButton");
        let field = field(&format!("f{n}"), kind);
        if listed { with(field, json!({ "listTitles": titles })) } else { field }
    });
    server.apply(&[form("reg", fields.collect())], &[]).await;
    let app = server.application();
    let data: Vec<Value> = values
        .iter()
        .enumerate()
        .map(|(n, (kind, value))| json!({ "marker": format!("f{n}"), "type": kind, "value": value }))
        .collect();
    let told = app.act("sign-up", with(newcomer(ANN), json!({ "formData": data }))).await.expect(201);
    let ann: Account = app.sign_in(ANN).await;
    let expected: Vec<Value> =
        [json!({ "marker": "login", "type": "string", "value": ANN })].into_iter().chain(data).collect();
    assert_eq!(told["formData"], json!(expected));
    assert_eq!(ann.me().await["formData"], json!(expected));
    server.stop().await;
}

#[tokio::test]
async fn foreign_html_is_made_harmless() {
    let server = TestServer::start().await;
    server
        .apply(
            &[form(
                "reg",
                vec![field("about", "text"), field("more", "textWithHeader"), field("word", "string")],
            )],
            &[],
        )
        .await;
    let app = server.application();
    let html = "<p onclick=\"steal()\">Hi <b>you</b><script>steal()</script><a href=\"javascript:steal()\">x</a></p>";
    let about =
        json!({ "htmlValue": html, "plainValue": "<script>", "params": { "isEditorDisabled": false } });
    let more = json!([{ "header": "A", "htmlValue": html }, { "header": "B", "htmlValue": "<p>fine</p>" }]);
    let data = json!([{ "marker": "about", "value": about }, { "marker": "more", "value": more }, { "marker": "word", "value": html }]);
    let told = app.act("sign-up", with(newcomer(ANN), json!({ "formData": data }))).await.expect(201);
    let ann = app.sign_in(ANN).await;
    let me = ann.me().await;
    assert_eq!(me["formData"], told["formData"]);
    let about = ann.field("about").await;
    for html in [&about["htmlValue"], &ann.field("more").await[0]["htmlValue"]] {
        let html = html.as_str().expect("it is a text");
        assert!(html.contains("Hi <b>you</b>"), "{html}");
        assert!(!html.contains("script") && !html.contains("onclick") && !html.contains("steal"), "{html}");
    }
    assert_eq!(about["params"], json!({ "isEditorDisabled": false }));
    assert_eq!(ann.field("more").await[1], json!({ "header": "B", "htmlValue": "<p>fine</p>" }));
    // What is no HTML is whatever it is.
    assert_eq!((&about["plainValue"], &ann.field("word").await), (&json!("<script>"), &json!(html)));
    let worse = json!({ "htmlValue": "<img src=x onerror=steal()><p>new</p>" });
    ann.fill_in("about", worse).await.expect_true(200);
    let html = ann.field("about").await["htmlValue"].as_str().expect("a text").to_owned();
    assert!(html.contains("<p>new</p>") && !html.contains("onerror"), "{html}");
    server.stop().await;
}
