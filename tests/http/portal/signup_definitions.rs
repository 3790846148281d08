//! Forms and providers of the sign-up API in the hands of admins.

mod putting;

use integration_tests::{
    portal::{Browser, Portal, with},
    server::TestServer,
    signup::{EMAIL, PROVIDERS, field, form, login_field, newcomer, provider, ruled},
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::shapes::assert_keys;

const FORMS: &str = "/api/private/management/signup/forms";
const DOORS: &str = "/api/private/management/signup/providers";
const NOT_SIGNED_IN: &str = "ログインしていません";
const DENIED: &str = "permission denied";

/// A form or a provider as it is at rest.
async fn seen(admin: &Browser, path: &str, kind: &str) -> Value {
    admin.get(path).await.expect_ok(&[kind])[kind].clone()
}

#[tokio::test]
async fn an_admin_sees_what_a_fresh_database_has() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let forms = admin.get(FORMS).await.expect_ok(&["forms"])["forms"].clone();
    let doors = admin.get(DOORS).await.expect_ok(&["providers"])["providers"].clone();
    assert_eq!(json!([seen(&admin, &format!("{FORMS}/reg"), "form").await]), forms);
    assert_eq!(json!([seen(&admin, &format!("{DOORS}/email"), "provider").await]), doors);
    assert_eq!((&forms[0]["identifier"], &forms[0]["version"]), (&json!("reg"), &json!(1)));
    assert_keys(
        &doors[0],
        &[
            "id",
            "version",
            "identifier",
            "type",
            "formIdentifier",
            "userGroupIdentifier",
            "isActive",
            "isCheckCode",
            "localizeInfos",
            "config",
        ],
    );
    // With every language, so that nothing is lost when it is put again.
    assert_eq!(doors[0]["localizeInfos"], json!({ "en_US": { "title": "Email" } }));
    server.stop().await;
}

#[tokio::test]
async fn what_an_admin_puts_counts_at_once() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let fields = vec![with(field("age", "integer"), json!({ "isSignUpRequired": true }))];
    let club = form("club", fields);
    let put = admin.put(&format!("{FORMS}/club"), club).await.expect_ok(&["form"]);
    assert_eq!((&put["form"]["identifier"], &put["form"]["version"]), (&json!("club"), &json!(1)));
    let door = json!({ "formIdentifier": "club", "userGroupIdentifier": "club", "localizeInfos": { "title": "Club" } });
    let put = admin.put(&format!("{DOORS}/club"), door).await.expect_ok(&["provider"]);
    assert_eq!(put["provider"], seen(&admin, &format!("{DOORS}/club"), "provider").await);
    let app = server.application().at("club");
    assert_eq!(app.get(&app.door("")).await.expect(200)["localizeInfos"], json!({ "title": "Club" }));
    let data = json!([{ "marker": "age", "value": 17 }]);
    let body = with(newcomer("ann@example.org"), json!({ "formIdentifier": "club", "formData": data }));
    let _ = app.act("sign-up", body).await.expect(201);
    // The other prefix leads to the same.
    let path = "/api/management/signup/providers/club";
    assert_eq!(admin.get(path).await.expect_ok(&["provider"]), put);
    server.stop().await;
}

#[tokio::test]
async fn putting_the_same_again_changes_nothing() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let (form_path, door_path) = (format!("{FORMS}/reg"), format!("{DOORS}/email"));
    let (before, door) = (seen(&admin, &form_path, "form").await, seen(&admin, &door_path, "provider").await);
    for _ in 0..2 {
        let put = admin.put(&form_path, before.clone()).await.expect_ok(&["form"]);
        assert_eq!(put["form"], before);
        let put = admin.put(&door_path, door.clone()).await.expect_ok(&["provider"]);
        assert_eq!(put["provider"], door);
    }
    // What is left out takes its default; numbers may be numbers.
    let same = json!({ "formIdentifier": "reg", "localizeInfos": { "title": "Email" }, "config": { "systemCodeLength": 6 } });
    assert_eq!(admin.put(&door_path, same).await.expect_ok(&["provider"])["provider"], door);
    let other = json!({ "formIdentifier": "reg", "config": { "systemCodeLength": 7 } });
    let put = admin.put(&door_path, other).await.expect_ok(&["provider"])["provider"].clone();
    assert_eq!((&put["version"], &put["config"]["systemCodeLength"]), (&json!(2), &json!("7")));
    assert_eq!((&put["id"], &put["localizeInfos"]), (&door["id"], &json!({})));
    server.stop().await;
}

#[tokio::test]
async fn a_form_in_use_keeps_its_login_field() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let before = seen(&admin, &format!("{FORMS}/reg"), "form").await;
    let fields = before["attributes"].clone();
    // A field without its flag, under a name that does not stand for it either.
    let other = |index: usize, flag: &str| {
        let mut changed = fields.clone();
        changed[index][flag] = json!(false);
        changed[index]["marker"] = json!("other");
        changed
    };
    for attributes in [
        json!([]),
        json!([fields[1], fields[2]]),
        other(0, "isLogin"),
        other(1, "isPassword"),
        json!([login_field(), fields[1], with(login_field(), json!({ "marker": "second" }))]),
        json!([fields[0], fields[1], field("captcha", "spam")]),
    ] {
        let answer = admin.put(&format!("{FORMS}/reg"), json!({ "attributes": attributes })).await;
        let message = answer.problem(409);
        assert!(message.contains("email") && message.contains("reg"), "{message}");
    }
    let typed = with(before.clone(), json!({ "type": "contact" }));
    let _ = admin.put(&format!("{FORMS}/reg"), typed).await.problem(409);
    assert_eq!(seen(&admin, &format!("{FORMS}/reg"), "form").await, before);
    // A form that nobody uses may be anything, but then no provider takes it.
    let contact = json!({ "type": "contact", "attributes": [field("question", "string")] });
    admin.put(&format!("{FORMS}/contact"), contact).await.expect_ok(&["form"]);
    let _ = admin.put(&format!("{DOORS}/email"), json!({ "formIdentifier": "contact" })).await.problem(409);
    assert_eq!(seen(&admin, &format!("{DOORS}/email"), "provider").await["formIdentifier"], "reg");
    server.stop().await;
}

#[tokio::test]
async fn what_is_in_use_is_not_removed() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let app = server.application();
    admin.delete(&format!("{FORMS}/reg")).await.expect_problem(409, "it is in use");
    let ann = app.join("ann@example.org").await;
    admin.delete(&format!("{DOORS}/email")).await.expect_problem(409, "it is in use");
    ann.app.delete("/api/content/users/me").await.expect_true(200);
    admin.delete(&format!("{DOORS}/email")).await.expect_problem(409, "it is in use");

    server.apply(&[form("club", vec![])], &[provider("club", "club", json!({}))]).await;
    admin.delete(&format!("{FORMS}/club")).await.expect_problem(409, "it is in use");
    admin.delete(&format!("{DOORS}/club")).await.expect_ok(&[]);
    admin.delete(&format!("{FORMS}/club")).await.expect_ok(&[]);
    for path in
        [format!("{FORMS}/club"), format!("{DOORS}/club"), format!("{FORMS}/a%20b"), format!("{DOORS}/%ff")]
    {
        admin.get(&path).await.expect_problem(404, "Not Found");
        admin.delete(&path).await.expect_problem(404, "Not Found");
    }
    assert_eq!(app.at("club").get(&app.at("club").door("")).await.status, 404);
    server.stop().await;
}

#[tokio::test]
async fn a_provider_keeps_its_type_once_somebody_came_through_it() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let path = format!("{DOORS}/email");
    let typed = |kind: &str| json!({ "formIdentifier": "reg", "type": kind });
    admin.put(&path, typed("password")).await.expect_ok(&["provider"]);
    admin.put(&path, typed("email")).await.expect_ok(&["provider"]);
    let ann = server.application().join("ann@example.org").await;
    let message =
        "provider email: its type cannot change from email to password, since people came through it";
    admin.put(&path, typed("password")).await.expect_problem(409, message);
    assert_eq!(seen(&admin, &path, "provider").await["type"], "email");
    let taken = server.application().act("sign-up", newcomer("ANN@example.org")).await;
    assert_eq!(taken.status, 400, "logins are still compared without case");
    // Whoever has left is still somebody who came through it.
    ann.app.delete("/api/content/users/me").await.expect_true(200);
    admin.put(&path, typed("password")).await.expect_problem(409, message);
    let with_title = with(typed("email"), json!({ "localizeInfos": { "title": "Mail" } }));
    admin.put(&path, with_title).await.expect_ok(&["provider"]);
    server.stop().await;
}

#[tokio::test]
async fn a_definition_that_cannot_be_read_is_refused_by_its_place() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let with_field = |validators: Value| form("x", vec![ruled("f", "string", validators)]);
    let pattern = |text: &str| with_field(json!({ "regExpValidator": { "patternValue": text } }));
    for (body, place) in [
        (json!({ "color": "red" }), "color: is unknown"),
        (
            json!({ "attributes": [{ "marker": "a", "type": "string", "isLogn": true }] }),
            "attributes[0].isLogn: is unknown",
        ),
        (
            json!({ "attributes": [{ "marker": "a", "type": "text-area" }] }),
            "attributes[0].type: must be one of ",
        ),
        (json!({ "attributes": [{ "type": "string" }] }), "attributes[0].marker: is missing"),
        (
            json!({ "attributes": [field("a", "string"), field("a", "string")] }),
            "attributes[1].marker: is that of another field",
        ),
        (json!({ "attributes": "a" }), "attributes: must be an array"),
        (json!({ "position": "first" }), "position: must be a whole number"),
        (json!({ "identifier": "other" }), "identifier: must be that of the path"),
        (pattern("(a+"), "attributes[2].validators.regExpValidator"),
        (pattern("(?=a)b"), "attributes[2].validators.regExpValidator"),
        (pattern(r"(a)\1"), "attributes[2].validators.regExpValidator"),
        (pattern("((a{1000}){1000}){1000}"), "attributes[2].validators.regExpValidator"),
        (pattern(&"(".repeat(5_000)), "attributes[2].validators.regExpValidator"),
        (
            with_field(json!({ "correctPasswordValidator": true })),
            "attributes[2].validators.correctPasswordValidator",
        ),
        (
            with_field(json!({ "stringInspectionValidator": { "stringMin": "many" } })),
            "attributes[2].validators.stringInspectionValidator",
        ),
    ] {
        let answer = admin.put(&format!("{FORMS}/x"), body).await;
        let message = answer.problem(400);
        assert!(message.starts_with(place), "{place}: {message}");
    }
    for (body, place) in [
        (json!({}), "formIdentifier: is missing"),
        (json!({ "formIdentifier": "reg", "isCheckcode": true }), "isCheckcode: is unknown"),
        (json!({ "formIdentifier": "reg", "type": "oauth" }), "type: must be email, phone or password"),
        (json!({ "formIdentifier": "reg", "config": { "ttl": 1 } }), "config.ttl: is unknown"),
        (
            json!({ "formIdentifier": "reg", "config": { "systemCodeLength": 3 } }),
            "config.systemCodeLength: must be a whole number from 4 to 32",
        ),
        (
            json!({ "formIdentifier": "reg", "config": { "accessTokenTtlSec": "soon" } }),
            "config.accessTokenTtlSec: must be a whole number",
        ),
        (
            json!({ "formIdentifier": "reg", "config": { "refreshTokenTtlMc": "604800e3" } }),
            "config.refreshTokenTtlMc: must be a whole number",
        ),
        (
            json!({ "formIdentifier": "reg", "config": { "sendCodeEvents": [] } }),
            "config.sendCodeEvents: must name an event",
        ),
        (json!({ "formIdentifier": "a b" }), "formIdentifier: must be 1 to 128 characters"),
        (json!({ "formIdentifier": "reg", "isActive": "yes" }), "isActive: must be true or false"),
    ] {
        let answer = admin.put(&format!("{DOORS}/x"), body).await;
        let message = answer.problem(400);
        assert!(message.starts_with(place), "{place}: {message}");
    }
    for (path, body) in [(FORMS, "[]"), (FORMS, "{"), (DOORS, "1"), (DOORS, "\"x\"")] {
        let request =
            admin.request(Method::PUT, &format!("{path}/x")).header("Content-Type", "application/json");
        let _ = admin.send(request.body(body)).await.problem(400);
    }
    let _ = admin.put(&format!("{DOORS}/x"), json!({ "formIdentifier": "nothing" })).await.problem(400);
    let _ = admin.put(&format!("{FORMS}/a%20b"), json!({})).await.problem(400);
    assert_eq!(admin.get(FORMS).await.expect_ok(&["forms"])["forms"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        admin.get(DOORS).await.expect_ok(&["providers"])["providers"].as_array().map(Vec::len),
        Some(1)
    );
    server.stop().await;
}

#[tokio::test]
async fn a_provider_that_needs_telephones_is_refused_when_none_can_be_reached() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    let sms = json!({ "type": "phone", "formIdentifier": "reg" });
    let answer = admin.put(&format!("{DOORS}/sms"), sms).await;
    let message = answer.problem(400);
    assert!(message.contains("sms") && message.contains("PORTICO_CODE_WEBHOOK_URL"), "{message}");
    admin.get(&format!("{DOORS}/sms")).await.expect_problem(404, "Not Found");
    server.stop().await;
}

#[tokio::test]
async fn only_admins_see_and_change_them_by_cookie_or_bearer_token() {
    let portal = Portal::start().await;
    let (ann, bob) = (portal.sign_up_admin("ann").await, portal.sign_up("bob").await);
    let operator = portal.admin().await;
    let account = portal.server.register("somebody@example.org").await;
    let signed_up = portal.server.application().join("cas@example.org").await;
    let stranger = portal.browser();
    let door = json!({ "formIdentifier": "reg", "isActive": false });
    let tries = [
        (Method::GET, FORMS.to_owned(), json!({})),
        (Method::GET, format!("{FORMS}/reg"), json!({})),
        (Method::PUT, format!("{FORMS}/reg"), json!({ "attributes": [] })),
        (Method::DELETE, format!("{FORMS}/reg"), json!({})),
        (Method::GET, DOORS.to_owned(), json!({})),
        (Method::GET, format!("{DOORS}/email"), json!({})),
        (Method::PUT, format!("{DOORS}/email"), door),
        (Method::DELETE, format!("{DOORS}/email"), json!({})),
    ];
    for (method, path, body) in &tries {
        for path in [path.clone(), path.replace("/private", "")] {
            let ask = async |browser: &Browser| browser.with_body(method.clone(), &path, body.clone()).await;
            ask(&stranger).await.expect_problem(401, NOT_SIGNED_IN);
            assert_eq!(ask(&stranger.bearing(&signed_up.access)).await.status, 401, "{method} {path}");
            ask(&bob.browser).await.expect_problem(403, DENIED);
            ask(&Browser::new(&account.client)).await.expect_problem(403, DENIED);
        }
    }
    for admin in [&ann.browser, &operator.browser] {
        let before = seen(admin, &format!("{DOORS}/{EMAIL}"), "provider").await;
        assert_eq!(before["isActive"], true);
        let put = admin.put(&format!("{DOORS}/{EMAIL}"), before.clone()).await.expect_ok(&["provider"]);
        assert_eq!(put["provider"], before);
    }
    assert_eq!(
        portal.server.application().get(PROVIDERS).await.expect(200).as_array().map(Vec::len),
        Some(1)
    );
    portal.stop().await;
}

#[tokio::test]
async fn a_path_that_is_asked_otherwise_says_how() {
    let server = TestServer::start().await;
    let admin = server.admin().await;
    for (method, path) in [
        (Method::POST, FORMS.to_owned()),
        (Method::PATCH, format!("{DOORS}/email")),
        (Method::DELETE, DOORS.to_owned()),
    ] {
        let answer = admin.with_body(method, &path, json!({})).await;
        answer.expect_problem(405, "Method Not Allowed");
        assert!(!answer.header("Allow").is_empty());
    }
    server.stop().await;
}
