//! Every refusal is the error object with its status in it (sign-up contract section 5, T5).

use integration_tests::{
    portal::with,
    server::{PASSWORD, TestServer},
    signup::{Application, FORMS, ME, PROVIDERS, credentials, form, newcomer, provider},
};
use reqwest::{
    Method,
    header::{CONTENT_ENCODING, CONTENT_TYPE},
};
use serde_json::{Value, json};

use super::{ANN, NO_PROVIDER, UNAUTHORIZED};

/// What a body may be at most, in bytes.
const LIMIT: usize = 4 * 1024 * 1024;

/// The routes that read a body, with their methods.
fn with_bodies(app: &Application) -> Vec<(Method, String)> {
    let users = ["sign-up", "generate-code", "check-code", "activate", "auth", "refresh", "logout"];
    let users = users.iter().chain(&["change-password"]).map(|what| app.door(&format!("/users/{what}")));
    let posts = users.chain([app.door("/oauth")]).map(|path| (Method::POST, path));
    posts.chain([(Method::PUT, ME.to_owned())]).collect()
}

#[tokio::test]
async fn t5_a_path_that_names_nothing_is_told_as_an_error_object() {
    let server = TestServer::start().await;
    let app = server.application();
    let ann = app.join(ANN).await;
    for path in [
        "/api/content",
        "/api/content/nothing",
        "/api/content/users",
        "/api/content/users/me/nothing",
        "/api/content/users/me/fcm-token",
        "/api/content/users-auth-providers/marker",
        "/api/content/users-auth-providers/marker/email/users",
        "/api/content/users-auth-providers/marker/email/users/nothing",
        "/api/content/users-auth-providers/marker/email/users/auth/more",
        "/api/content/users-auth-providers/marker/a/b",
        "/api/content/forms/reg",
        "/api/content/form-data",
    ] {
        for app in [&app, &ann.app] {
            for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE] {
                let answer = app.ask(method.clone(), path).await;
                answer.expect_refused(404, &format!("Cannot {method} {path}"));
            }
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn t5_a_marker_that_names_nothing_is_told_as_an_error_object() {
    let server = TestServer::start().await;
    let app = server.application();
    for marker in
        ["nothing", "Email", "email%20", "%F0%9F%98%80", "a%2Fb", "%ff", "%zz", "%", "%00", "e%0Amail"]
    {
        let other = app.at(marker);
        other.get(&other.door("")).await.expect_refused(404, NO_PROVIDER);
        other.act("sign-up", newcomer(ANN)).await.expect_refused(404, NO_PROVIDER);
        other.auth(ANN, PASSWORD).await.expect_refused(404, NO_PROVIDER);
        other.refresh("nonsense").await.expect_refused(404, NO_PROVIDER);
        other.logout("nonsense").await.expect_refused(404, NO_PROVIDER);
        other.generate_code(ANN).await.expect_refused(404, NO_PROVIDER);
        other.check_code(ANN, "nonsense").await.expect_refused(404, NO_PROVIDER);
        other.activate(ANN, "nonsense").await.expect_refused(404, NO_PROVIDER);
        other.change_password(ANN, "nonsense", PASSWORD).await.expect_refused(404, NO_PROVIDER);
        let form = app.get(&format!("{FORMS}/marker/{marker}")).await;
        assert!(form.refused(404).starts_with("Form \""), "{}", form.text);
    }
    let long = app.at(&"x".repeat(5_000));
    long.get(&long.door("")).await.expect_refused(404, NO_PROVIDER);
    let form = app.get(&format!("{FORMS}/marker/{}", "x".repeat(5_000))).await;
    let _ = form.refused(404);
    server.stop().await;
}

#[tokio::test]
async fn escapes_in_a_path_are_undone() {
    let server = TestServer::start().await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    let escaped = app.at("%65m%61il").sign_in(ANN).await;
    assert_eq!(escaped.me().await["authProviderIdentifier"], "email");
    assert_eq!(app.get(&format!("{FORMS}/marker/%72eg")).await.expect(200)["identifier"], "reg");
    // Clients paste markers into paths as they are; what is no ASCII is escaped on the way.
    server.apply(&[form("kayıt", vec![])], &[provider("kapı:ü", "reg", json!({}))]).await;
    let door = app.at("kapı:ü");
    assert_eq!(door.get(&door.door("")).await.expect(200)["identifier"], "kapı:ü");
    let ann = door.join(ANN).await;
    assert_eq!(ann.me().await["authProviderIdentifier"], "kapı:ü");
    assert_eq!(app.get(&format!("{FORMS}/marker/kayıt")).await.expect(200)["identifier"], "kayıt");
    server.stop().await;
}

#[tokio::test]
async fn t5_a_method_that_a_path_does_not_answer_is_told_as_an_error_object() {
    let server = TestServer::start().await;
    let app = server.application();
    let ann = app.join(ANN).await;
    let (users, door) = (app.door("/users/auth"), app.door(""));
    for (path, wrong) in [
        (PROVIDERS, vec![Method::POST, Method::PUT, Method::DELETE, Method::PATCH]),
        (&door, vec![Method::POST, Method::PUT, Method::DELETE]),
        (&users, vec![Method::GET, Method::PUT, Method::DELETE]),
        (FORMS, vec![Method::POST, Method::DELETE]),
        (ME, vec![Method::POST, Method::PATCH]),
        ("/api/content/users/me/account", vec![Method::GET, Method::POST]),
        ("/api/content/users/me/fcm-token/x", vec![Method::GET, Method::PUT]),
    ] {
        for method in wrong {
            for app in [&app, &ann.app] {
                let answer = app.ask(method.clone(), path).await;
                answer.expect_refused(405, "Method Not Allowed");
                let allowed = answer.header("Allow");
                assert!(
                    !allowed.is_empty() && !allowed.contains(method.as_str()),
                    "{method} {path}: {allowed}"
                );
            }
        }
    }
    assert!(ann.is_in().await);
    server.stop().await;
}

#[tokio::test]
async fn t5_a_body_that_is_too_large_is_told_as_an_error_object() {
    let server = TestServer::start().await;
    let app = server.application();
    let ann = app.join(ANN).await;
    for (method, path) in with_bodies(&app) {
        let body = " ".repeat(LIMIT + 1);
        let answer = ann.app.send(ann.app.request(method, &path).body(body)).await;
        answer.expect_refused(413, "The body must be at most 4 MiB");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_body_of_four_mebibytes_is_read() {
    let server = TestServer::start().await;
    let app = server.application();
    let mut body = newcomer(ANN).to_string();
    body.push_str(&" ".repeat(LIMIT - body.len()));
    let _ = app.post_text(&app.door("/users/sign-up"), body).await.expect(201);
    server.stop().await;
}

#[tokio::test]
async fn t5_a_body_that_is_no_json_is_told_as_an_error_object() {
    let server = TestServer::start().await;
    let app = server.application();
    let ann = app.join(ANN).await;
    for (method, path) in with_bodies(&app) {
        for (body, message) in [
            (&b"{"[..], "The body is not valid JSON"),
            (b"{}{}", "The body is not valid JSON"),
            (b"{'a':1}", "The body is not valid JSON"),
            (b"\xff\xfe", "The body is not valid JSON"),
            (b"{\"a\":\"\xff\"}", "The body is not valid JSON"),
            (b"{\"a\":\"\\ud800\"}x", "The body is not valid JSON"),
            (b"authData=x", "The body is not valid JSON"),
            (b"[]", "The body must be a JSON object"),
            (b"1", "The body must be a JSON object"),
            (b"true", "The body must be a JSON object"),
            (b"\"text\"", "The body must be a JSON object"),
        ] {
            let answer = ann.app.send(ann.app.request(method.clone(), &path).body(body.to_vec())).await;
            answer.expect_refused(400, message);
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn t5_a_body_of_another_kind_is_told_as_an_error_object() {
    let server = TestServer::start().await;
    let app = server.application();
    let ann = app.join(ANN).await;
    let client = ann.app.client();
    for (method, path) in with_bodies(&app) {
        let request = || {
            let device = integration_tests::signup::device("UQ_x");
            client.request(method.clone(), &path).header("x-device-metadata", device).body("{}")
        };
        for kind in
            ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "json", ""]
        {
            let answer = client.send(request().header(CONTENT_TYPE, kind)).await;
            answer.expect_refused(415, "The body must be JSON (Content-Type: application/json)");
        }
        let packed = request().header(CONTENT_TYPE, "application/json").header(CONTENT_ENCODING, "gzip");
        client
            .send(packed)
            .await
            .expect_refused(415, "The body must be JSON (Content-Type: application/json)");
        for kind in ["application/json; charset=utf-8", "Application/JSON"] {
            let answer = client.send(request().header(CONTENT_TYPE, kind)).await;
            assert_ne!(answer.status, 415, "{kind}: {}", answer.text);
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn t5_whoever_is_not_signed_in_is_told_so_before_anything_else() {
    let server = TestServer::start().await;
    let app = server.application();
    for token in [None, Some("nonsense")] {
        let app = token.map_or_else(|| app.clone(), |token| app.bearing(token));
        for body in ["{", "[]", r#"{"state":1}"#, &" ".repeat(LIMIT + 1)] {
            let answer = app.send(app.request(Method::PUT, ME).body(body.to_owned())).await;
            answer.expect_refused(401, UNAUTHORIZED);
        }
        let path = app.at("nothing").door("/users/sessions");
        app.get(&path).await.expect_refused(401, UNAUTHORIZED);
    }
    server.stop().await;
}

#[tokio::test]
async fn t5_what_a_query_asks_for_wrongly_is_told_as_an_error_object() {
    let server = TestServer::start().await;
    let app = server.application();
    for path in [PROVIDERS, FORMS] {
        for value in ["-1", "1.5", "ten", "%ff", "0x1", "NaN"] {
            for name in ["offset", "limit"] {
                let answer = app.get(&format!("{path}?{name}={value}")).await;
                answer.expect_refused(400, &format!("{name} must be a whole number"));
            }
        }
        for query in
            ["langCode=%ff", "langCode=undefined", "langCode=", "%zz=%", "&&&=", "offset=&limit=", "a[]=1"]
        {
            let _ = app.get(&format!("{path}?{query}")).await.expect(200);
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn t5_no_refusal_has_the_shape_of_another_api() {
    let server = TestServer::start().await;
    let app = server.application();
    let mut body = newcomer(ANN);
    body["authData"] = json!([]);
    let refused = app.act("sign-up", body).await;
    let keys: Vec<&String> = refused.json.as_object().expect("it is an object").keys().collect();
    assert_eq!(keys, ["statusCode", "timestamp", "message", "pageData"]);
    let (earlier, later) = (server.application(), server.application());
    let at = |answer: &Value| answer["timestamp"].as_str().map(str::to_owned).expect("it is a text");
    let first = at(&earlier.get("/api/content/nothing").await.json);
    server.clock.advance(chrono::TimeDelta::days(1));
    let second = at(&later.get("/api/content/nothing").await.json);
    assert!(first[..10] < second[..10], "{first} {second}");
    server.stop().await;
}

#[tokio::test]
async fn a_head_request_is_answered_like_a_get_without_its_body() {
    let server = TestServer::start().await;
    let app = server.application();
    for (path, status) in [(PROVIDERS, 200), (FORMS, 200), (ME, 401), ("/api/content/nothing", 404)] {
        let answer = app.ask(Method::HEAD, path).await;
        assert_eq!((answer.status, answer.text.as_str()), (status, ""), "{path}");
    }
    server.stop().await;
}

#[tokio::test]
async fn slashes_at_the_end_and_in_a_row_do_not_matter() {
    let server = TestServer::start().await;
    let app = server.application();
    let body = with(newcomer(ANN), json!({ "authData": credentials(ANN, "12345") }));
    let path = app.door("/users/sign-up/").replace("/api/content/", "//api/content//");
    let _ = app.post(&path, body).await.expect(201);
    server.stop().await;
}
