//! Who may call, and that nobody else learns anything.

use std::sync::Arc;

use actix_web::http::Method;
use portico_domain::ports::StoreError;
use prometheus::{Registry, TextEncoder};

use super::*;
use crate::Surroundings;

const SESSIONS: &str = "/api/content/users-auth-providers/marker/email/users/sessions";
const REFRESH: &str = "/api/content/users-auth-providers/marker/email/users/refresh";

fn with_header(request: TestRequest, name: &'static str, value: &str) -> TestRequest {
    request.insert_header((name, value.to_owned()))
}

fn get(path: &str) -> TestRequest {
    TestRequest::get().uri(path)
}

#[actix_web::test]
async fn every_route_is_closed_to_applications_without_the_token() {
    let site = closed_site(MockTransaction::default());
    for (path, methods) in crate::routes::METHODS {
        if !path.starts_with("/api/content") {
            continue;
        }
        for method in methods.split(", ") {
            let path = path.replace(['{', '}'], "");
            let method = method.parse().unwrap();
            // Nothing else counts yet: no bearer, no device, no body, no marker.
            let request = posting(&path, "{").method(method);
            assert_refused(&site, request, 403, "Resource is closed").await;
        }
    }
    for path in ["/api/content", "/api/content/nothing", "//api/content/x/", &format!("{USERS}/sign-up")] {
        assert_refused(&site, get(path), 403, "Resource is closed").await;
    }
}

#[actix_web::test]
async fn t7_undefined_null_and_nothing_are_no_tokens() {
    let (open, closed) = (site(MockTransaction::default()), closed_site(MockTransaction::default()));
    for token in ["undefined", "null", "", " ", "other", "app-token2", "App-Token"] {
        let request = with_header(get("/api/content/nothing"), "x-app-token", token);
        assert_refused(&closed, request, 403, "Resource is closed").await;
    }
    // Where no token is asked for, none does any harm.
    for token in ["undefined", "null", "", "other"] {
        let request = with_header(get("/api/content/nothing"), "x-app-token", token);
        let text = "Cannot GET /api/content/nothing";
        assert_refused(&open, request, 404, text).await;
    }
    let request = with_header(get("/api/content/nothing"), "x-app-token", APP);
    let text = "Cannot GET /api/content/nothing";
    assert_refused(&closed, request, 404, text).await;
}

#[actix_web::test]
async fn guarded_routes_ask_for_a_living_access_token_behind_that_of_the_application() {
    let unknown = site(MockTransaction::default());
    assert_refused(&unknown, get(SESSIONS), 401, "Unauthorized").await;
    for shown in ["", "Bearer", "Bearer other", "Basic access-token", "access-token"] {
        let request = with_header(get(SESSIONS), "Authorization", shown);
        assert_refused(&unknown, request, 401, "Unauthorized").await;
    }
    let bearer = || with_header(get(SESSIONS), "Authorization", &format!("Bearer {ACCESS}"));
    assert_refused(&closed_site(MockTransaction::default()), bearer(), 403, "Resource is closed").await;
    let mut ended = MockTransaction::default();
    ended.signup_sessions.expect_find_bearer().returning(|_| {
        let session = SignupSession { ended_at: Some(now()), ..bearer_session() };
        Ok(Some(SignupBearer { session, ..super::bearer() }))
    });
    assert_refused(&site(ended), bearer(), 401, "Unauthorized").await;
    let mut away = MockTransaction::default();
    let cause = StoreError::Unavailable(Arc::new(std::io::Error::other("a secret host")));
    away.signup_sessions.expect_find_bearer().returning(move |_| Err(cause.clone()));
    let answer = send(&site(away), bearer()).await;
    assert_problem(&answer, 503, "Service Unavailable");
    assert_eq!(answer.header("Retry-After"), "1");
}

#[actix_web::test]
async fn a_living_access_token_opens_guarded_routes() {
    let mut transaction = signed_in(door(provider(json!({}))));
    transaction.signup_sessions.expect_list_devices().returning(|_, _| Ok(Vec::new()));
    let request = with_header(get(SESSIONS), "Authorization", &format!("Bearer {ACCESS}"));
    let answer = send(&site(transaction), request).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, "[]"));
}

fn bearer_session() -> SignupSession {
    super::bearer().session
}

#[actix_web::test]
async fn t3_a_stale_access_token_does_no_harm_on_a_public_route() {
    let request = with_header(get("/api/content/users-auth-providers/marker/x"), "Authorization", "Bearer x");
    assert_refused(&site(door(provider(json!({})))), request, 404, "Auth provider not found").await;
}

#[actix_web::test]
async fn what_opens_or_ends_a_sign_in_asks_for_the_device_before_the_body() {
    let site = site(MockTransaction::default());
    let missing = "Missing x-device-metadata header";
    assert_refused(&site, posting(REFRESH, "{"), 400, missing).await;
    assert_refused(&site, with_header(posting(REFRESH, "{"), "x-device-metadata", " "), 400, missing).await;
    for device in ["undefined", "{}", "[]", r#"{"fingerprint":7,"deviceInfo":{}}"#, r#"{"fingerprint":"x"}"#]
    {
        let request = with_header(posting(REFRESH, "{"), "x-device-metadata", device);
        assert_refused(&site, request, 400, "Invalid x-device-metadata format").await;
    }
    let request =
        posting(REFRESH, "{").insert_header(("x-device-metadata", &b"{\"fingerprint\":\"\xff\"}"[..]));
    assert_refused(&site, request, 400, "Invalid x-device-metadata format").await;
    let request = with_header(posting(REFRESH, "{"), "x-device-metadata", DEVICE);
    assert_refused(&site, request, 400, "The body is not valid JSON").await;
    let closed = closed_site(MockTransaction::default());
    let request = with_header(posting(REFRESH, "{"), "x-device-metadata", "{}");
    assert_refused(&closed, request, 403, "Resource is closed").await;
}

#[actix_web::test]
async fn t5_whatever_goes_wrong_is_told_as_the_error_object() {
    let site = site(MockTransaction::default());
    for (path, told) in [
        ("/api/content", "/api/content"),
        ("/api/content/nothing?x=1", "/api/content/nothing"),
        ("/api/content/%00%0a%zz%", "/api/content/%00%0a%zz%"),
    ] {
        assert_refused(&site, get(path), 404, &format!("Cannot GET {told}")).await;
    }
    let long = format!("/api/content/{}", "x".repeat(1000));
    assert!(send(&site, get(&long)).await.body.len() < 500);
    let post = posting("/api/content/users-auth-providers", "{}");
    let answer = send(&site, post).await;
    assert_problem(&answer, 405, "Method Not Allowed");
    assert_eq!(answer.header("Allow"), "GET, HEAD");
    let large = posting(&format!("{USERS}/sign-up"), &"x".repeat(4 * 1024 * 1024 + 1));
    assert_refused(&site, large, 413, "The body must be at most 4 MiB").await;
    let broken = get("/api/content/users-auth-providers/marker/%ff%00%zz");
    assert_refused(&site, broken, 404, "Auth provider not found").await;
}

#[actix_web::test]
async fn a_browser_that_asks_beforehand_need_not_show_a_token() {
    let mut ports = ports_of(MockTransaction::default());
    let app_tokens = vec![PlainToken::presented(APP).digest()];
    let signup = SignupPolicy { app_tokens, ..SignupPolicy::default() };
    ports.policy = Arc::new(Policy { signup, ..Policy::default() });
    let origin = "https://app.example.org";
    let surroundings = Surroundings { cors_origins: vec![origin.to_owned()], ..Surroundings::default() };
    let site = Site::within(surroundings, UseCases::new(&ports)).unwrap();
    let request = with_header(get(SESSIONS), "Origin", origin);
    let preflight =
        TestRequest::default().method(Method::OPTIONS).uri(SESSIONS).insert_header(("Origin", origin));
    let preflight = with_header(preflight, "Access-Control-Request-Method", "GET");
    let headers = "x-app-token,authorization";
    let answer = send(&site, with_header(preflight, "Access-Control-Request-Headers", headers)).await;
    assert_eq!((answer.status.as_u16(), answer.header("Access-Control-Allow-Origin")), (200, origin));
    let answer = send(&site, request).await;
    assert_problem(&answer, 403, "Resource is closed");
    assert_eq!(answer.header("Access-Control-Allow-Origin"), origin);
}

#[actix_web::test]
async fn no_marker_and_no_device_token_becomes_a_figure() {
    let registry = Registry::new();
    let surroundings = Surroundings { registry: registry.clone(), ..Surroundings::default() };
    let ports = ports_of(door(provider(json!({}))));
    let site = Site::within(surroundings, UseCases::new(&ports)).unwrap();
    for path in [
        "/api/content/users/me/fcm-token/secret-device",
        "/api/content/users/me/fcm-token/secret-device/secret",
        "/api/content/users-auth-providers/marker/secret-marker",
        "/api/content/users-auth-providers/marker/secret-marker/users/auth",
        "/api/content/forms/marker/secret-marker",
    ] {
        let _ = send(&site, get(path)).await;
        let _ = send(&site, posting(path, "{")).await;
    }
    let figures = TextEncoder::new().encode_to_string(&registry.gather()).unwrap();
    assert!(!figures.contains("secret"), "{figures}");
    for route in
        ["/api/content/users/me/fcm-token/{token}", "/api/content/users-auth-providers/marker/{marker}"]
    {
        assert!(figures.contains(&format!("route=\"{route}\"")), "{figures}");
    }
}
