//! Which scripts of other sites may call (sign-up contract section 1, "CORS").

use integration_tests::{
    client::Answer,
    server::TestServer,
    signup::{Application, ME, PROVIDERS},
};
use reqwest::Method;

use super::{ANN, UNAUTHORIZED};

const SETTING: &str = "PORTICO_CORS_ORIGINS";
const SHOP: &str = "https://shop.example";
const LOCAL: &str = "http://localhost:3000";
const SENT: &str = "authorization,content-type,x-app-token,x-device-metadata";

/// Asks beforehand as a browser does; without the headers that it adds by itself.
async fn preflight(app: &Application, origin: &str, method: &str, headers: &str, path: &str) -> Answer {
    let request = app.client().request(Method::OPTIONS, path).header("Origin", origin);
    let request = request.header("Access-Control-Request-Method", method);
    let request =
        if headers.is_empty() { request } else { request.header("Access-Control-Request-Headers", headers) };
    app.send(request).await
}

/// The words of a header, sorted and in lower case.
fn words(answer: &Answer, header: &str) -> Vec<String> {
    let mut words: Vec<String> =
        answer.header(header).split(',').map(|word| word.trim().to_lowercase()).collect();
    words.sort_unstable();
    words
}

#[tokio::test]
async fn scripts_of_a_named_origin_may_call() {
    let origins = format!("{SHOP},{LOCAL}");
    let server = TestServer::start_with(&[(SETTING, &origins)]).await;
    let app = server.application();
    let auth = app.door("/users/auth");
    for origin in [SHOP, LOCAL] {
        for (method, path) in [
            ("POST", &*auth),
            ("GET", PROVIDERS),
            ("PUT", ME),
            ("DELETE", ME),
            ("POST", "/api/content/nothing"),
        ] {
            let answer = preflight(&app, origin, method, SENT, path).await;
            assert_eq!(answer.status, 200, "{method} {path}: {}", answer.text);
            assert_eq!(answer.header("Access-Control-Allow-Origin"), origin);
            let methods = words(&answer, "Access-Control-Allow-Methods");
            assert!(
                ["get", "post", "put", "delete"].iter().all(|name| methods.iter().any(|other| other == name)),
                "{methods:?}"
            );
            let headers = words(&answer, "Access-Control-Allow-Headers");
            assert!(SENT.split(',').all(|name| headers.iter().any(|other| other == name)), "{headers:?}");
            assert!(!answer.header("Access-Control-Max-Age").is_empty());
            // No cookies are used.
            assert_eq!(answer.header("Access-Control-Allow-Credentials"), "");
        }
        let answer = app.send(app.request(Method::GET, PROVIDERS).header("Origin", origin)).await;
        assert_eq!((answer.status, answer.header("Access-Control-Allow-Origin")), (200, origin));
        assert!(answer.header("Vary").to_lowercase().contains("origin"), "{}", answer.header("Vary"));
    }
    server.stop().await;
}

#[tokio::test]
async fn their_scripts_can_read_refusals_too_and_when_to_come_back() {
    let server = TestServer::start_with(&[(SETTING, SHOP)]).await;
    let app = server.application();
    let _ = app.sign_up(ANN).await;
    let ask =
        async |method: Method, path: &str| app.send(app.request(method, path).header("Origin", SHOP)).await;
    let refused = ask(Method::GET, ME).await;
    refused.expect_refused(401, UNAUTHORIZED);
    assert_eq!(refused.header("Access-Control-Allow-Origin"), SHOP);
    let nothing = ask(Method::GET, "/api/content/nothing").await;
    assert_eq!((nothing.status, nothing.header("Access-Control-Allow-Origin")), (404, SHOP));
    let wrong = ask(Method::DELETE, PROVIDERS).await;
    assert_eq!((wrong.status, wrong.header("Access-Control-Allow-Origin")), (405, SHOP));
    app.generate_code(ANN).await.expect_nothing();
    let body = serde_json::json!({ "userIdentifier": ANN, "eventIdentifier": "auth" }).to_string();
    let request = app.request(Method::POST, &app.door("/users/generate-code")).header("Origin", SHOP);
    let soon = app.send(request.body(body)).await;
    assert_eq!((soon.status, soon.header("Access-Control-Allow-Origin")), (429, SHOP));
    assert!(!soon.header("Retry-After").is_empty());
    assert!(words(&soon, "Access-Control-Expose-Headers").contains(&"retry-after".to_owned()));
    server.stop().await;
}

#[tokio::test]
async fn scripts_of_other_origins_may_not() {
    let server = TestServer::start_with(&[(SETTING, SHOP)]).await;
    let app = server.application();
    for origin in [
        "https://evil.example",
        "https://shop.example.evil.example",
        "http://shop.example",
        "https://shop.example:8443",
        "null",
    ] {
        let answer = preflight(&app, origin, "GET", "", PROVIDERS).await;
        let _ = answer.refused(400);
        assert_eq!(answer.header("Access-Control-Allow-Origin"), "", "{origin}");
        // The answer is there, and their browsers keep it from them.
        let answer = app.send(app.request(Method::GET, PROVIDERS).header("Origin", origin)).await;
        assert_eq!((answer.status, answer.header("Access-Control-Allow-Origin")), (200, ""), "{origin}");
        assert!(answer.header("Vary").to_lowercase().contains("origin"));
    }
    for (method, headers) in
        [("TRACE", ""), ("CONNECT", ""), ("GET", "x-other"), ("GET", "cookie,x-app-token")]
    {
        let answer = preflight(&app, SHOP, method, headers, PROVIDERS).await;
        let _ = answer.refused(400);
    }
    server.stop().await;
}

#[tokio::test]
async fn without_named_origins_nobody_is_asked_about_any() {
    let server = TestServer::start().await;
    let app = server.application();
    let answer = preflight(&app, SHOP, "GET", "", PROVIDERS).await;
    answer.expect_refused(405, "Method Not Allowed");
    assert_eq!(answer.header("Access-Control-Allow-Origin"), "");
    let answer = app.send(app.request(Method::GET, PROVIDERS).header("Origin", SHOP)).await;
    assert_eq!((answer.status, answer.header("Access-Control-Allow-Origin")), (200, ""));
    server.stop().await;
}

#[tokio::test]
async fn a_preflight_is_answered_before_the_token_of_the_application_is_asked_for() {
    let server =
        TestServer::start_with(&[(SETTING, SHOP), ("PORTICO_APP_TOKEN", "an-application-6214")]).await;
    let app = server.application();
    let answer = preflight(&app, SHOP, "POST", SENT, &app.door("/users/auth")).await;
    assert_eq!((answer.status, answer.header("Access-Control-Allow-Origin")), (200, SHOP));
    let refused = app.send(app.request(Method::GET, PROVIDERS).header("Origin", SHOP)).await;
    refused.expect_refused(403, super::CLOSED);
    assert_eq!(refused.header("Access-Control-Allow-Origin"), SHOP);
    server.stop().await;
}
