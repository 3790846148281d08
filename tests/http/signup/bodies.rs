//! Bodies whose fields are missing, twice there, of another type, or too much (sign-up contract sections 3 and 5, T5).

use integration_tests::{
    portal::{with, without},
    server::{PASSWORD, TestServer},
    signup::{Application, credentials, newcomer},
};
use serde_json::{Value, json};

use super::{ANN, MISSED};

/// A body of each route that is right, by what it is for.
fn examples() -> Vec<(&'static str, Value)> {
    let code = json!({ "userIdentifier": ANN, "eventIdentifier": "send_code", "code": "nonsense" });
    let passwords = json!({ "type": 2, "password1": PASSWORD, "password2": PASSWORD });
    vec![
        ("auth", json!({ "authData": credentials(ANN, PASSWORD) })),
        ("refresh", json!({ "refreshToken": "nonsense" })),
        ("logout", json!({ "refreshToken": "nonsense" })),
        ("generate-code", without(code.clone(), "code")),
        ("check-code", code.clone()),
        ("activate", without(code.clone(), "eventIdentifier")),
        ("change-password", with(without(code, "eventIdentifier"), passwords)),
    ]
}

/// Sends a body, which must be refused; answers why.
async fn refused(app: &Application, what: &str, body: Value) -> String {
    let answer = app.act(what, body.clone()).await;
    assert_eq!(answer.status, 400, "{what} {body}: {}", answer.text);
    answer.refused(400).to_owned()
}

#[tokio::test]
async fn a_field_that_is_missing_or_of_another_type_is_named() {
    let server = TestServer::start().await;
    let app = server.application();
    for (what, body) in examples() {
        for name in body.as_object().expect("it is an object").keys() {
            let missing = refused(&app, what, without(body.clone(), name)).await;
            let null = refused(&app, what, with(body.clone(), json!({ name: null }))).await;
            assert_eq!(missing, null, "{what} {name}");
            let told = if name == "authData" { MISSED.to_owned() } else { name.clone() };
            assert!(missing.starts_with(&told), "{what} without {name}: {missing}");
            for wrong in [json!(true), json!({}), json!([1]), json!({ "value": "x" }), json!([["x"]])] {
                let message = refused(&app, what, with(body.clone(), json!({ name: wrong }))).await;
                assert!(message.starts_with(name), "{what} {name} {wrong}: {message}");
            }
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn an_empty_text_is_none() {
    let server = TestServer::start().await;
    let app = server.application();
    for (what, body) in examples() {
        for name in body.as_object().expect("it is an object").keys() {
            let message = refused(&app, what, with(body.clone(), json!({ name: "" }))).await;
            let expected = match name.as_str() {
                "authData" => "authData must be an array".to_owned(),
                "type" => "type must be 1 or 2".to_owned(),
                name => format!("{name} should not be empty"),
            };
            assert_eq!(message, expected, "{what}");
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn of_a_field_that_is_there_twice_the_last_one_counts() {
    let server = TestServer::start().await;
    let app = server.application();
    let body = newcomer(ANN).to_string().replacen('{', r#"{"authData":[],"langCode":7,"#, 1);
    let body = body.replacen("\"formData\"", "\"langCode\":\"tr_TR\",\"formData\"", 1);
    let answer = app.post_text(&app.door("/users/sign-up"), body).await.expect(201);
    assert_eq!((&answer["identifier"], &answer["locale"]), (&ANN.into(), &"tr_TR".into()));
    server.stop().await;
}

#[tokio::test]
async fn fields_that_nobody_knows_do_no_harm() {
    let server = TestServer::start().await;
    let app = server.application();
    let further = json!({ "isActive": false, "version": 9, "systemCode": "123456", "moduleFormConfigs": [], "x": { "y": [] } });
    let answer = app.act("sign-up", with(newcomer(ANN), further)).await.expect(201);
    assert_eq!((&answer["isActive"], &answer["version"]), (&json!(true), &json!(1)));
    assert!(answer.get("systemCode").is_none());
    server.stop().await;
}

#[tokio::test]
async fn auth_data_are_objects_of_exactly_a_marker_and_a_value() {
    let server = TestServer::start().await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    let good = credentials(ANN, PASSWORD);
    for (item, message) in [
        (json!("login"), "authData.0 must be an object"),
        (json!([]), "authData.0 must be an object"),
        (json!(null), "authData.0.marker should not be empty"),
        (json!({}), "authData.0.marker should not be empty"),
        (json!({ "marker": "login" }), "authData.0.value should not be empty"),
        (json!({ "marker": "login", "value": "" }), "authData.0.value should not be empty"),
        (json!({ "marker": "login", "value": null }), "authData.0.value should not be empty"),
        (json!({ "marker": "", "value": ANN }), "authData.0.marker should not be empty"),
        (json!({ "marker": 7, "value": ANN }), "authData.0.marker must be a string"),
        (json!({ "marker": "login", "value": true }), "authData.0.value must be a string"),
        (json!({ "marker": "login", "value": [ANN] }), "authData.0.value must be a string"),
        (json!({ "marker": "login", "value": { "a": 1 } }), "authData.0.value must be a string"),
        (
            json!({ "marker": "login", "value": ANN, "type": "string" }),
            "property authData.0.type should not exist",
        ),
    ] {
        let mut data = good.clone();
        data[0] = item;
        for (what, body) in [("auth", json!({})), ("sign-up", newcomer("bob@example.org"))] {
            let body = with(body, json!({ "authData": data }));
            assert_eq!(refused(&app, what, body).await, message);
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn auth_data_are_login_and_password_and_nothing_else() {
    let server = TestServer::start().await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    let item = |marker: &str, value: &str| json!({ "marker": marker, "value": value });
    for data in [
        json!([]),
        json!([item("login", ANN)]),
        json!([item("password", PASSWORD)]),
        json!([item("login", ANN), item("password", PASSWORD), item("last_name", "Roe")]),
        json!([item("login", ANN), item("password", PASSWORD), item("login", ANN)]),
        json!([item("login", ANN), item("password", PASSWORD), item("password", PASSWORD)]),
        json!([item("Login", ANN), item("password", PASSWORD)]),
        json!([item("login", "  "), item("password", PASSWORD)]),
        json!([item("login", ANN), item("password", "   ")]),
        json!([item("login", "a\nb"), item("password", PASSWORD)]),
        json!([item("login", &"x".repeat(256)), item("password", PASSWORD)]),
        json!([item("login", ANN), item("password", "vio\u{0}let-harbour")]),
    ] {
        for (what, body) in [("auth", json!({})), ("sign-up", newcomer("bob@example.org"))] {
            let message = refused(&app, what, with(body, json!({ "authData": data }))).await;
            assert_eq!(message, MISSED, "{what} {data}");
        }
    }
    let many: Vec<Value> = (0..1001).map(|n| item(&n.to_string(), "x")).collect();
    for (what, body) in [("auth", json!({})), ("sign-up", newcomer("bob@example.org"))] {
        let _ = refused(&app, what, with(body, json!({ "authData": many }))).await;
    }
    server.stop().await;
}

#[tokio::test]
async fn a_number_stands_for_its_text_where_people_type() {
    let server = TestServer::start().await;
    let app = server.application();
    let data = json!([{ "marker": "login", "value": 4_915_112_345_i64 }, { "marker": "password", "value": 90_817_263 }]);
    let body = with(newcomer(ANN), json!({ "authData": data }));
    assert_eq!(app.act("sign-up", body).await.expect(201)["identifier"], "4915112345");
    let _ = app.auth("4915112345", "90817263").await.expect(201);
    let _ = app.act("auth", json!({ "authData": data })).await.expect(201);
    app.act("generate-code", json!({ "userIdentifier": 4_915_112_345_i64, "eventIdentifier": "auth" }))
        .await
        .expect_nothing();
    let code = server.mailed_code(ANN).await;
    app.check_code("4915112345", &code).await.expect_true(201);
    server.stop().await;
}

#[tokio::test]
async fn signing_in_takes_no_form_and_no_language() {
    let server = TestServer::start().await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    let data = credentials(ANN, PASSWORD);
    for name in ["formIdentifier", "langCode"] {
        let body = json!({ "authData": data, name: "reg" });
        assert_eq!(refused(&app, "auth", body).await, format!("property {name} should not exist"));
        let _ = app.act("auth", json!({ "authData": data, name: null })).await.expect(201);
    }
    server.stop().await;
}
