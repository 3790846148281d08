//! Forms as clients see them (sign-up contract section 7).

use integration_tests::{
    portal::with,
    server::TestServer,
    signup::{FORMS, field, form},
};
use serde_json::{Value, json};

use crate::shapes::assert_keys;

const KEYS: [&str; 12] = [
    "id",
    "attributeSetId",
    "type",
    "localizeInfos",
    "version",
    "position",
    "identifier",
    "processingType",
    "templateId",
    "attributes",
    "moduleFormConfigs",
    "total",
];

const FIELD_KEYS: [&str; 17] = [
    "type",
    "marker",
    "position",
    "isVisible",
    "localizeInfos",
    "initialValue",
    "listTitles",
    "validators",
    "settings",
    "additionalFields",
    "isLogin",
    "isSignUp",
    "isPassword",
    "isSignUpRequired",
    "isNotificationEmail",
    "isNotificationPhoneSMS",
    "isNotificationPhonePush",
];

/// Checks what the vendor's client library needs of a form.
#[track_caller]
fn assert_form(form: &Value) {
    assert_keys(form, &KEYS);
    for key in ["id", "version", "position"] {
        assert!(form[key].is_i64(), "{key} in {form}");
    }
    assert!(form["identifier"].is_string() && form["processingType"].is_string(), "{form}");
    assert!(form["localizeInfos"].is_object() && form["moduleFormConfigs"].is_array(), "{form}");
    assert!(form["type"].is_string() || form["type"].is_null(), "{form}");
    for key in ["attributeSetId", "templateId"] {
        assert!(form[key].is_i64() || form[key].is_null(), "{key} in {form}");
    }
    assert!(form["total"].is_number() || form["total"].is_string(), "{form}");
    for field in form["attributes"].as_array().expect("a form has fields") {
        assert_keys(field, &FIELD_KEYS);
        assert!(field["additionalFields"].is_array() && field["listTitles"].is_array(), "{field}");
        assert!(field["validators"].is_object() && field["localizeInfos"].is_object(), "{field}");
        for key in FIELD_KEYS.iter().filter(|key| key.starts_with("is")) {
            assert!(field[key].is_boolean(), "{key} in {field}");
        }
    }
}

fn identifiers(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().expect("a list has items").iter();
    items.map(|form| form["identifier"].as_str().expect("a form has a name")).collect()
}

#[tokio::test]
async fn a_fresh_database_has_a_form_to_sign_up_with() {
    let server = TestServer::start().await;
    let app = server.application();
    let reg = app.get(&format!("{FORMS}/marker/reg?langCode=en_US")).await.expect(200);
    assert_form(&reg);
    assert_eq!((&reg["identifier"], &reg["type"]), (&json!("reg"), &json!("sing_in_up")));
    let fields = reg["attributes"].as_array().expect("a list");
    let markers: Vec<&Value> = fields.iter().map(|field| &field["marker"]).collect();
    assert_eq!(markers, ["login", "password", "last_name"]);
    let flagged = |key: &str| {
        fields
            .iter()
            .filter(|field| field[key] == true)
            .map(|field| field["marker"].clone())
            .collect::<Value>()
    };
    assert_eq!(flagged("isLogin"), json!(["login"]));
    assert_eq!(flagged("isPassword"), json!(["password"]));
    assert_eq!(flagged("isNotificationEmail"), json!(["login"]));
    let list = app.get(FORMS).await.expect(200);
    assert_keys(&list, &["total", "items"]);
    assert_eq!((&list["total"], &list["items"]), (&json!(1), &json!([reg])));
    server.stop().await;
}

#[tokio::test]
async fn a_list_of_forms_is_a_stretch_of_all_of_them() {
    let server = TestServer::start().await;
    let forms: Vec<Value> = (0..34).map(|n| form(&format!("form_{n:02}"), vec![])).collect();
    server.apply(&forms, &[]).await;
    let app = server.application();
    for (query, total, first, count) in [
        ("", 35, Some("reg"), 30),
        ("?offset=0&limit=30", 35, Some("reg"), 30),
        ("?offset=30", 35, Some("form_29"), 5),
        ("?limit=2&offset=1", 35, Some("form_00"), 2),
        ("?limit=1000", 35, Some("reg"), 35),
        ("?limit=999999999999999999999", 35, Some("reg"), 35),
        ("?limit=0", 35, None, 0),
        ("?offset=35", 35, None, 0),
        ("?offset=99999999999999999999", 35, None, 0),
    ] {
        let list = app.get(&format!("{FORMS}{query}")).await.expect(200);
        let found = identifiers(&list);
        assert_eq!(
            (list["total"].as_i64(), found.first().copied(), found.len()),
            (Some(total), first, count),
            "{query}"
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn texts_are_flat_in_the_language_asked_for_else_in_the_usual_one_else_in_the_first() {
    let server = TestServer::start().await;
    let infos = |tr: &str, de: &str| json!({ "tr_TR": { "title": tr }, "de_DE": { "title": de } });
    let titles = json!({
        "tr_TR": [{ "title": "kırmızı", "value": "1" }],
        "en_US": [{ "title": "red", "value": "1" }],
    });
    let colour = with(
        field("colour", "list"),
        json!({ "localizeInfos": { "en_US": { "title": "Colour" }, "tr_TR": { "title": "Renk" } }, "listTitles": titles }),
    );
    let club = with(form("club", vec![colour]), json!({ "localizeInfos": infos("Katıl", "Mitmachen") }));
    let flat = with(
        form("flat", vec![]),
        json!({ "localizeInfos": { "title": "Join", "successMessage": "Thanks" } }),
    );
    server.apply(&[club, flat], &[]).await;
    let app = server.application();
    for (query, title, field_title, choice) in [
        ("?langCode=tr_TR", "Katıl", "Renk", "kırmızı"),
        ("?langCode=de_DE", "Mitmachen", "Colour", "red"),
        ("?langCode=en_US", "Katıl", "Colour", "red"),
        ("", "Katıl", "Colour", "red"),
        ("?langCode=nonsense", "Katıl", "Colour", "red"),
    ] {
        let shown = app.get(&format!("{FORMS}/marker/club{query}")).await.expect(200);
        assert_form(&shown);
        let colour = &shown["attributes"][2];
        let told = [
            &shown["localizeInfos"]["title"],
            &colour["localizeInfos"]["title"],
            &colour["listTitles"][0]["title"],
        ];
        assert_eq!(told, [title, field_title, choice], "{query}");
    }
    let shown = app.get(&format!("{FORMS}/marker/flat?langCode=tr_TR")).await.expect(200);
    assert_eq!(shown["localizeInfos"], json!({ "title": "Join", "successMessage": "Thanks" }));
    server.stop().await;
}

#[tokio::test]
async fn what_an_operator_says_of_a_field_is_shown() {
    let server = TestServer::start().await;
    let validators = json!({
        "requiredValidator": { "strict": true, "customErrorText": "Please" },
        "stringInspectionValidator": { "stringMin": "3", "stringMax": 20, "stringLength": 0 },
        "sizeInPixelsValidator": { "maxX": "500", "maxY": "500" },
    });
    let name = with(
        field("name", "string"),
        json!({
            "position": 7,
            "isVisible": false,
            "validators": validators,
            "initialValue": { "a": [1] },
            "settings": { "width": 3 },
            "additionalFields": [{ "marker": "hint", "type": "string", "value": "x" }],
            "isSignUp": true,
            "isSignUpRequired": true,
        }),
    );
    let club = with(
        form("club", vec![name.clone(), field("photo", "image"), field("captcha", "button")]),
        json!({ "processingType": "db", "position": 4, "attributeSetId": 12, "templateId": 3, "moduleFormConfigs": [{ "id": 1 }] }),
    );
    server.apply(&[club], &[]).await;
    let shown = server.application().get(&format!("{FORMS}/marker/club")).await.expect(200);
    assert_form(&shown);
    let expected = json!({ "processingType": "db", "position": 4, "attributeSetId": 12, "templateId": 3, "moduleFormConfigs": [{ "id": 1 }] });
    for (key, value) in expected.as_object().expect("an object") {
        assert_eq!(&shown[key], value, "{key}");
    }
    let fields = shown["attributes"].as_array().expect("a list");
    let found = fields.iter().find(|field| field["marker"] == "name").expect("it is there");
    for (key, value) in name.as_object().expect("an object") {
        assert_eq!(&found[key], value, "{key}");
    }
    let places: Vec<i64> = fields.iter().filter_map(|field| field["position"].as_i64()).collect();
    assert!(places.is_sorted(), "{places:?}");
    server.stop().await;
}

#[tokio::test]
async fn a_form_that_is_not_there_is_not_found() {
    let server = TestServer::start().await;
    let app = server.application();
    for marker in ["nothing", "Reg", "email"] {
        let answer = app.get(&format!("{FORMS}/marker/{marker}")).await;
        answer.expect_refused(404, &format!("Form \"{marker}\" not found"));
    }
    server.stop().await;
}
