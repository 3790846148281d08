//! Scripts of other sites.

use actix_web::http::Method;

use super::*;

const APP: &str = "https://app.example.org";
const KEPT: [&str; 4] = [
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Headers",
    "Access-Control-Max-Age",
];

fn allowing() -> Frame {
    let cors_origins = vec!["http://localhost:3000".to_owned(), APP.to_owned()];
    frame_in(Surroundings { cors_origins, ..Surroundings::default() })
}

async fn ask(
    frame: &Frame,
    method: Method,
    path: &str,
    origin: &str,
    headers: &[(&'static str, &'static str)],
) -> Answer {
    let request =
        TestRequest::default().method(method).uri(path).insert_header(("Origin", origin.to_owned()));
    let request = headers.iter().fold(request, |request, header| request.insert_header(*header));
    send_to(framed(frame, &configure), request).await
}

/// A browser's question beforehand.
async fn preflight(origin: &str, path: &str, method: &'static str, headers: &'static str) -> Answer {
    let asked = [("Access-Control-Request-Method", method), ("Access-Control-Request-Headers", headers)];
    ask(&allowing(), Method::OPTIONS, path, origin, &asked).await
}

/// The headers that say who may call; those that are not there are empty.
fn said(answer: &Answer) -> [&str; 4] {
    KEPT.map(|name| answer.header(name))
}

/// The words of a list in a header, in order.
fn words(list: &str) -> Vec<String> {
    let mut words: Vec<String> = list.split(',').map(|word| word.trim().to_ascii_lowercase()).collect();
    words.sort();
    words
}

#[actix_web::test]
async fn a_browser_is_told_beforehand_what_scripts_of_an_allowed_origin_may_do() {
    let headers = "content-type, x-app-token, x-device-metadata, idempotency-key, authorization, accept";
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        let answer = preflight(APP, "/post-only", method, headers).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, ""), "{method}");
        let [origin, methods, allowed, age] = said(&answer);
        assert_eq!((origin, age), (APP, "3600"));
        assert_eq!(words(methods), words("GET, POST, PUT, PATCH, DELETE"));
        assert_eq!(words(allowed), words(headers));
        assert_eq!(answer.header("Access-Control-Allow-Credentials"), "");
        assert!(answer.header("Vary").starts_with("Origin"), "{}", answer.header("Vary"));
        assert_eq!((answer.header("X-Request-Id").len(), answer.header("X-Frame-Options")), (32, "DENY"));
    }
}

#[actix_web::test]
async fn scripts_of_an_allowed_origin_may_read_whatever_is_answered() {
    for path in ["/echo", "/busy", "/nothing", "/post-only", "/auth/panics", "/api/content/panics"] {
        let answer = ask(&allowing(), Method::GET, path, APP, &[]).await;
        assert_eq!(said(&answer), [APP, "", "", ""], "{path}");
        assert_eq!(answer.header("Access-Control-Expose-Headers"), "retry-after", "{path}");
        assert!(answer.header("Vary").starts_with("Origin"), "{path}");
        assert_eq!(answer.header("X-Request-Id").len(), 32, "{path}");
        assert_eq!(answer.header("X-Frame-Options"), "DENY", "{path}");
    }
}

#[actix_web::test]
async fn requests_from_elsewhere_are_answered_as_ever_and_not_for_scripts() {
    for origin in [
        "https://evil.example",
        "https://app.example.org.evil.example",
        "https://APP.example.org",
        "null",
        "",
    ] {
        let answer = ask(&allowing(), Method::GET, "/echo", origin, &[]).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, "five!"), "{origin}");
        assert_eq!(said(&answer), [""; 4], "{origin}");
        assert_eq!(answer.header("Access-Control-Expose-Headers"), "", "{origin}");
        assert!(answer.header("Vary").starts_with("Origin"), "{origin}");
    }
    let answer = send_to(framed(&allowing(), &configure), TestRequest::get().uri("/echo")).await;
    assert_eq!((answer.body.as_str(), said(&answer)), ("five!", [""; 4]));
}

#[actix_web::test]
async fn a_question_beforehand_that_is_refused_is_an_error_in_the_dialect_of_the_path() {
    let origin = "Scripts of this origin may not call";
    for (from, method, headers, why) in [
        ("https://evil.example", "POST", "content-type", origin),
        (APP, "TRACE", "content-type", "Scripts of other origins may not call with this method"),
        (APP, "POST", "content-type, x-other", "Scripts of other origins may not send such headers"),
        (APP, "POST", "content type", "The preflight request is malformed"),
    ] {
        let answer = preflight(from, "/api/content/users/me", method, headers).await;
        let (status, said_why) = (answer.json()["statusCode"].clone(), answer.json()["message"].clone());
        assert_eq!((answer.status.as_u16(), status, said_why), (400, 400.into(), why.into()));
        assert_eq!(answer.json()["timestamp"], "2024-01-15T00:00:00.000Z");
        assert_eq!(said(&answer), [""; 4]);
        assert!(answer.header("Vary").starts_with("Origin"));
        assert_eq!(answer.header("X-Request-Id").len(), 32);
        let answer = preflight(from, "/auth/login", method, headers).await;
        assert_eq!(answer.body, format!(r#"{{"error":"{why}","code":"PREFLIGHT_REFUSED"}}"#));
        let answer = preflight(from, "/api/private/profile", method, headers).await;
        let text = "Bad Request";
        assert_eq!(answer.body, format!(r#"{{"status":"{text}","status_code":400,"message":"{text}"}}"#));
        let answer = preflight(from, "/invite/x", method, headers).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("Content-Type")),
            (400, "text/html; charset=utf-8")
        );
    }
}

#[actix_web::test]
async fn where_no_origin_is_named_there_is_no_such_thing() {
    let asked = [("Access-Control-Request-Method", "POST")];
    let answer = ask(&frame(), Method::OPTIONS, "/echo", APP, &asked).await;
    assert_eq!((answer.status.as_u16(), said(&answer), answer.header("Vary")), (404, [""; 4], ""));
    let answer = ask(&frame(), Method::GET, "/echo", APP, &[]).await;
    assert_eq!((answer.body.as_str(), said(&answer), answer.header("Vary")), ("five!", [""; 4], ""));
}

#[actix_web::test]
async fn the_paths_of_partners_carry_their_headers_beside_those_for_scripts() {
    let path = "/api/public/auth_user";
    let vary = "Accept, Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
    let asked = [("Access-Control-Request-Method", "POST")];
    let beforehand = ask(&allowing(), Method::OPTIONS, path, APP, &asked).await;
    let refused = ask(&allowing(), Method::OPTIONS, path, "https://evil.example", &asked).await;
    let crashed = ask(&allowing(), Method::POST, path, APP, &[]).await;
    let statuses = [&beforehand, &refused, &crashed].map(|answer| answer.status.as_u16());
    assert_eq!((statuses, said(&beforehand)[0], said(&refused)), ([200, 400, 500], APP, [""; 4]));
    assert_eq!(said(&crashed), [APP, "", "", ""]);
    assert_eq!(refused.json()["detail"], "Scripts of this origin may not call");
    for answer in [beforehand, refused, crashed] {
        assert_eq!((answer.header("Allow"), answer.header("Vary")), ("POST, OPTIONS", vary));
        assert_eq!(answer.header("Content-Type"), "application/json");
    }
}
