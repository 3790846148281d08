//! Changing oneself (sign-up contract section 6, `updateUser`).

use integration_tests::{
    portal::with,
    server::{PASSWORD, TestServer},
    signup::{Account, ME, credentials, field, form, newcomer, ruled},
};
use serde_json::{Value, json};

use super::{ANN, BOB, EMPTY_SECTION, MISSED, TAKEN, WRONG_CREDENTIALS, wrong};

/// Ann at a provider with these further fields.
async fn ann_with(server: &TestServer, fields: Vec<Value>) -> Account {
    let fields = [vec![field("last_name", "string"), field("motto", "string")], fields].concat();
    server.apply(&[form("reg", fields)], &[]).await;
    server.application().join(ANN).await
}

/// Checks that a change is refused with this text, and that nothing of it is written.
async fn refused(account: &Account, body: Value, message: &str) {
    let before = account.me().await;
    account.update(body.clone()).await.expect_refused(400, message);
    assert_eq!(account.me().await, before, "{body}");
}

#[tokio::test]
async fn fields_are_merged_by_their_markers_and_what_is_not_given_stays() {
    let server = TestServer::start().await;
    let ann = ann_with(&server, vec![]).await;
    let before = ann.me().await;
    ann.update(json!({})).await.expect_true(200);
    assert_eq!(ann.me().await, before);
    ann.fill_in("motto", json!("On!")).await.expect_true(200);
    let item = |marker: &str, value: &str| json!({ "marker": marker, "type": "string", "value": value });
    let expected = json!([item("login", ANN), item("last_name", "Name"), item("motto", "On!")]);
    assert_eq!(ann.me().await["formData"], expected);
    // As the vendor's client library sends it: the form named, and a language.
    let body = json!({ "formIdentifier": "reg", "langCode": "en_US", "formData": { "en_US": [item("last_name", "Roe")] } });
    ann.update(body).await.expect_true(200);
    let expected = json!([item("login", ANN), item("last_name", "Roe"), item("motto", "On!")]);
    assert_eq!(ann.me().await, with(before, json!({ "formData": expected })));
    server.stop().await;
}

#[tokio::test]
async fn fields_are_merged_language_by_language() {
    let server = TestServer::start().await;
    let ann = ann_with(&server, vec![]).await;
    let item = |value: &str| json!([{ "marker": "last_name", "value": value }]);
    // The wrapper counts, whatever the language beside it.
    ann.update(json!({ "langCode": "de_DE", "formData": { "tr_TR": item("Soyad") } })).await.expect_true(200);
    ann.update(json!({ "langCode": "de_DE", "formData": item("Nachname") })).await.expect_true(200);
    for (code, value) in [("en_US", "Name"), ("tr_TR", "Soyad"), ("de_DE", "Nachname"), ("fr_FR", "Name")] {
        let me = ann.app.get(&format!("{ME}?langCode={code}")).await.expect(200);
        assert_eq!(me["formData"][1]["value"], value, "{code}");
    }
    server.stop().await;
}

#[tokio::test]
async fn an_update_obeys_the_form_like_a_sign_up_but_needs_no_field() {
    let server = TestServer::start().await;
    let fields = vec![
        ruled("nick", "string", json!({ "stringInspectionValidator": { "stringMin": 3 } })),
        ruled("must", "string", json!({ "requiredValidator": { "strict": true } })),
    ];
    let reg = form("reg", [vec![field("last_name", "string")], fields].concat());
    server.apply(&[reg], &[]).await;
    let app = server.application();
    let data = json!([{ "marker": "must", "value": "x" }]);
    let _ = app.act("sign-up", with(newcomer(ANN), json!({ "formData": data }))).await.expect(201);
    let ann = app.sign_in(ANN).await;
    let data = |marker: &str, value: Value| json!({ "formData": [{ "marker": "last_name", "value": "Roe" }, { "marker": marker, "value": value }] });
    for (body, marker) in [
        (data("nick", json!("ab")), "nick"),
        (data("must", json!("")), "must"),
        (data("must", Value::Null), "must"),
        (data("unknown", json!("x")), "unknown"),
        (data("password", json!(PASSWORD)), "password"),
        (data("last_name", json!("twice")), "last_name"),
        (json!({ "formData": [{ "marker": "last_name", "type": "integer", "value": 1 }] }), "last_name"),
    ] {
        refused(&ann, body, &wrong(marker)).await;
    }
    refused(&ann, json!({ "formData": [] }), EMPTY_SECTION).await;
    refused(&ann, json!({ "formData": {} }), EMPTY_SECTION).await;
    ann.update(json!({ "formData": [{ "marker": "nick", "value": "abc" }] })).await.expect_true(200);
    server.stop().await;
}

#[tokio::test]
async fn another_form_is_not_found() {
    let server = TestServer::start().await;
    let ann = ann_with(&server, vec![]).await;
    server.apply(&[form("other", vec![])], &[]).await;
    for form in ["other", "nothing"] {
        let answer = ann.update(json!({ "formIdentifier": form, "state": { "a": 1 } })).await;
        answer.expect_refused(404, &format!("Form \"{form}\" not found"));
    }
    assert_eq!(ann.me().await["state"], json!({}));
    server.stop().await;
}

#[tokio::test]
async fn a_new_password_ends_the_other_sign_ins() {
    let server = TestServer::start().await;
    let ann = ann_with(&server, vec![]).await;
    let other = ann.app.on("UQ_other").sign_in(ANN).await;
    let new = json!([{ "marker": "password", "value": "amber-lantern-73" }]);
    ann.update(json!({ "authData": new })).await.expect_true(200);
    assert!(ann.is_in().await && !other.is_in().await);
    ann.app.auth(ANN, PASSWORD).await.expect_refused(401, WRONG_CREDENTIALS);
    let _ = ann.app.on("UQ_third").auth(ANN, "amber-lantern-73").await.expect(201);
    server.stop().await;
}

#[tokio::test]
async fn a_new_password_stands_alone_in_auth_data() {
    let server = TestServer::start().await;
    let ann = ann_with(&server, vec![]).await;
    let item = |marker: &str, value: &str| json!({ "marker": marker, "value": value });
    for data in [
        json!([]),
        json!([item("login", BOB)]),
        json!([item("login", ANN), item("password", "amber-lantern-73")]),
        json!([item("password", "amber-lantern-73"), item("password", "amber-lantern-73")]),
        json!([item("password", "  ")]),
        json!([item("last_name", "Roe")]),
        json!([item("code", "nonsense")]),
    ] {
        refused(&ann, json!({ "authData": data, "state": { "a": 1 } }), MISSED).await;
    }
    refused(
        &ann,
        json!({ "authData": [{ "marker": "password", "value": "" }] }),
        "authData.0.value should not be empty",
    )
    .await;
    refused(&ann, json!({ "authData": "x" }), "authData must be an array").await;
    let _ = ann.app.on("UQ_other").sign_in(ANN).await;
    server.stop().await;
}

#[tokio::test]
async fn a_login_is_changed_among_the_form_data() {
    let server = TestServer::start().await;
    let ann = ann_with(&server, vec![]).await;
    let told = ann.me().await;
    ann.fill_in("login", json!("Anna@example.org")).await.expect_true(200);
    let me = ann.me().await;
    assert_eq!((&me["identifier"], &me["id"]), (&json!("Anna@example.org"), &told["id"]));
    assert_eq!(me["formData"][0]["value"], "Anna@example.org");
    assert_eq!(me["notificationData"], told["notificationData"]);
    ann.app.auth(ANN, PASSWORD).await.expect_refused(401, WRONG_CREDENTIALS);
    let again = ann.app.sign_in("Anna@example.org").await;
    // The same in other letters is no other login.
    again.fill_in("login", json!("anna@EXAMPLE.org")).await.expect_true(200);
    assert_eq!(again.me().await["identifier"], "anna@EXAMPLE.org");
    // The one before is free.
    let _ = server.application().sign_up(ANN).await;
    server.stop().await;
}

#[tokio::test]
async fn a_login_that_is_blank_or_taken_or_there_in_several_languages_is_refused_whole() {
    let server = TestServer::start().await;
    let ann = ann_with(&server, vec![]).await;
    let bob = server.application().join(BOB).await;
    let changed = |login: Value| {
        json!({
            "formData": { "en_US": [{ "marker": "last_name", "value": "Roe" }, { "marker": "login", "value": login }] },
            "notificationData": { "email": "new@example.org" },
            "authData": [{ "marker": "password", "value": "amber-lantern-73" }],
            "state": { "a": 1 },
        })
    };
    for login in
        [json!(""), json!("  "), Value::Null, json!(7), json!(["x"]), json!("a\nb"), json!("x".repeat(256))]
    {
        refused(&ann, changed(login), MISSED).await;
    }
    refused(&ann, changed(json!(BOB)), TAKEN).await;
    refused(&ann, changed(json!("BOB@example.org")), TAKEN).await;
    let login = |login: &str| json!([{ "marker": "login", "value": login }]);
    let both = json!({ "en_US": login("new@example.org"), "tr_TR": login("new@example.org") });
    refused(&ann, json!({ "formData": both, "state": { "a": 1 } }), MISSED).await;
    assert!(ann.is_in().await && bob.is_in().await);
    let _ = ann.app.on("UQ_other").sign_in(ANN).await;
    server.stop().await;
}

#[tokio::test]
async fn a_state_takes_the_place_of_the_one_before() {
    let server = TestServer::start().await;
    let ann = ann_with(&server, vec![]).await;
    for state in [
        json!({ "cart": [1, 2], "theme": "dark" }),
        json!({ "theme": "light" }),
        json!({ "en_US": { "a": null }, "deep": [[[{}]]], "big": "x".repeat(60_000) }),
        json!({}),
    ] {
        ann.update(json!({ "state": state })).await.expect_true(200);
        assert_eq!(ann.me().await["state"], state);
    }
    ann.update(json!({ "state": { "a": 1 } })).await.expect_true(200);
    ann.update(json!({ "state": null })).await.expect_true(200);
    let text = "state must be an object of at most 64 KiB";
    for state in [json!([]), json!("x"), json!(1), json!(true), json!({ "big": "x".repeat(64 * 1024) })] {
        refused(&ann, json!({ "state": state, "formData": [{ "marker": "motto", "value": "x" }] }), text)
            .await;
    }
    assert_eq!(ann.me().await["state"], json!({ "a": 1 }));
    server.stop().await;
}

#[tokio::test]
async fn the_ways_to_reach_somebody_change_one_by_one() {
    let server = TestServer::start().await;
    let ann = ann_with(&server, vec![]).await;
    let now = async || ann.me().await["notificationData"].clone();
    let mut expected = json!({ "email": ANN, "phonePush": ["+99999999999"], "phoneSMS": "+99999999999" });
    assert_eq!(now().await, expected);
    for (change, key, value) in [
        (json!({}), "email", json!(ANN)),
        (json!({ "email": "new@example.org" }), "email", json!("new@example.org")),
        (json!({ "phonePush": ["a", "b"] }), "phonePush", json!(["a", "b"])),
        (json!({ "phoneSMS": "+1" }), "phoneSMS", json!("+1")),
        (json!({ "phonePush": [] }), "phonePush", json!([])),
        (json!({ "phonePush": "c" }), "phonePush", json!(["c"])),
        (json!({ "email": null, "phonePush": null, "phoneSMS": null }), "phoneSMS", json!("+1")),
    ] {
        ann.update(json!({ "notificationData": change })).await.expect_true(200);
        expected[key] = value;
        assert_eq!(now().await, expected, "{change}");
    }
    // An empty number takes it away.
    ann.update(json!({ "notificationData": { "phoneSMS": "" } })).await.expect_true(200);
    assert_eq!(now().await, json!({ "email": "new@example.org", "phonePush": ["c"] }));
    for (change, text) in [
        (json!({ "email": "" }), "notificationData.email must be an email"),
        (json!({ "email": "nonsense" }), "notificationData.email must be an email"),
        (
            json!({ "phonePush": "a\nb" }),
            "notificationData.phonePush must be texts of at most 4096 bytes without control characters",
        ),
        (json!("x"), "notificationData must be an object"),
    ] {
        refused(&ann, json!({ "notificationData": change, "state": { "a": 1 } }), text).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn a_refused_part_keeps_all_others_from_being_written() {
    let server = TestServer::start().await;
    let ann = ann_with(&server, vec![]).await;
    let good = json!({
        "formData": [{ "marker": "motto", "value": "On!" }],
        "notificationData": { "email": "new@example.org" },
        "state": { "a": 1 },
    });
    for (part, value) in [
        ("formData", json!([{ "marker": "unknown", "value": "x" }])),
        ("notificationData", json!({ "email": "nonsense" })),
        ("state", json!([])),
        ("authData", json!([])),
        ("langCode", json!("english")),
        ("formIdentifier", json!(7)),
    ] {
        let before = ann.me().await;
        let answer = ann.update(with(good.clone(), json!({ part: value }))).await;
        let _ = answer.refused(400);
        assert_eq!(ann.me().await, before, "{part}");
    }
    ann.update(with(good, json!({ "authData": null, "isActive": false, "id": 1 }))).await.expect_true(200);
    assert_eq!(ann.me().await["state"], json!({ "a": 1 }));
    let body = json!({ "authData": credentials(ANN, PASSWORD) });
    assert_eq!(ann.app.act("auth", body).await.status, 201);
    server.stop().await;
}
