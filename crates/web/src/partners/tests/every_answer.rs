//! What is answered besides what was asked for.

use actix_web::http::Method;
use portico_domain::ports::StoreError;

use super::*;
use crate::testing::bare_site;

async fn ask(site: &Site, method: &str, path: &str) -> Answer {
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    send(site, TestRequest::default().method(method).uri(path)).await
}

#[actix_web::test]
async fn a_path_says_what_it_is() {
    let site = bare_site();
    for path in [
        AUTH_USER,
        SAVE,
        "/api/public/auth_user",
        "/api/public/save_check_result?x=1",
        "//api/public/auth_user//",
    ] {
        let answer = ask(&site, "OPTIONS", path).await;
        let body = answer.json();
        assert_said(&answer, 200, &body);
        let keys: Vec<_> = body.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["name", "description", "renders", "parses"], "{path}");
        assert_eq!(
            (&body["renders"], &body["parses"]),
            (&json!(["application/json"]), &json!(["application/json"]))
        );
    }
    assert_eq!(ask(&site, "OPTIONS", SAVE).await.json()["name"], "Save Check Result");
}

#[actix_web::test]
async fn other_methods_are_refused_by_name() {
    let site = bare_site();
    for path in [AUTH_USER, SAVE] {
        for method in ["GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE", "SING"] {
            let detail = format!("Method \"{method}\" not allowed.");
            assert_said(&ask(&site, method, path).await, 405, &json!({ "detail": detail }));
        }
    }
}

#[actix_web::test]
async fn what_cannot_be_read_is_refused() {
    let site = bare_site();
    for path in [AUTH_USER, SAVE] {
        let send = async |body: String| {
            let request = TestRequest::post().uri(path).insert_header(("Content-Type", "text/plain"));
            send(&site, request.set_payload(body)).await
        };
        for body in ["", "nonsense", "[]"] {
            let answer = send(body.to_owned()).await;
            assert_said(&answer, 400, &json!({ "detail": "JSON parse error" }));
        }
        let answer = send(" ".repeat(16 * 1024 * 1024 + 1)).await;
        assert_said(&answer, 413, &json!({ "detail": "The body must be at most 16 MiB." }));
    }
    // Below these two paths alone.
    let answer = send(&site, TestRequest::post().uri("/api/public/auth_user/x")).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["message"]), (404, &json!("Not Found")));
    assert_eq!(answer.header("Allow"), "");
}

#[actix_web::test]
async fn a_store_that_fails_gets_its_status() {
    let failing = |error: StoreError| {
        let mut transaction = MockTransaction::default();
        transaction.partners.expect_find_bearer().returning(move |_| Err(error.clone()));
        transaction
    };
    let person = json!({ "key": KEY, "email": "ann@example.org", "login": "Ann" });
    for (path, body) in [(AUTH_USER, person), (SAVE, result())] {
        let answer = post(failing(StoreError::Overloaded), path, &body).await;
        let later = "Service temporarily unavailable, try again later.";
        assert_said(&answer, 503, &json!({ "detail": later }));
        assert_eq!(answer.header("Retry-After"), "1");
        let corrupt = StoreError::Corrupt { table: "partners", column: "name" };
        let answer = post(failing(corrupt), path, &body).await;
        assert_said(&answer, 500, &json!({ "detail": "Internal server error." }));
    }
}

#[actix_web::test]
async fn a_crash_is_answered_like_anything_else() {
    // A store that expects nothing panics.
    let answer = post(MockTransaction::default(), SAVE, &result()).await;
    assert_said(&answer, 500, &json!({ "detail": "Internal server error." }));
}
