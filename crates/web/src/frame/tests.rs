//! The frame around handlers of its own.

mod cors;
mod observed;
mod slow;

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
};

use actix_web::{
    HttpServer, dev::ServerHandle, get, http::header::CACHE_CONTROL, post, rt, test::TestRequest,
};
use portico_domain::{
    ports::mocks::{CountingEntropy, FixedClock},
    token::PlainToken,
};

use super::*;
use crate::{
    connection::watched,
    payload,
    testing::{Answer, send_to},
};

/// How long a connection of a server under test may be without a request.
const IDLE: std::time::Duration = std::time::Duration::from_millis(400);

#[get("/auth/panics")]
async fn panics_in_accounts() -> HttpResponse {
    panic!("a secret cause")
}

#[get("/api/public/panics")]
async fn panics_in_portal() -> HttpResponse {
    panic!("a secret cause")
}

#[get("/api/content/panics")]
async fn panics_in_signup() -> HttpResponse {
    panic!("a secret cause")
}

#[post("/api/public/auth_user")]
async fn panics_in_partners() -> HttpResponse {
    panic!("a secret cause")
}

#[get("/invite/panics")]
async fn panics_in_pages() -> HttpResponse {
    panic!("a secret cause")
}

#[get("/echo")]
async fn echo() -> HttpResponse {
    HttpResponse::Ok().body("five!")
}

#[get("/cached")]
async fn cached() -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "public")).finish()
}

#[get("/secret/{token}")]
async fn secret(token: web::Path<String>, request: actix_web::HttpRequest) -> HttpResponse {
    let _ = PlainToken::presented(token.as_str());
    tracing::info!("a use case says something");
    Trail::of(&request).note_user(crate::testing::user().id);
    HttpResponse::Ok().finish()
}

#[get("/busy")]
async fn busy() -> HttpResponse {
    HttpResponse::ServiceUnavailable().finish()
}

#[get("/slow")]
async fn takes_long() -> HttpResponse {
    rt::time::sleep(2 * IDLE).await;
    HttpResponse::Ok().body("slow!")
}

#[get("/hangs")]
async fn hangs() -> HttpResponse {
    std::future::pending().await
}

#[post("/reads")]
async fn reads(request: actix_web::HttpRequest, body: web::Payload) -> HttpResponse {
    let mut body = body.into_inner();
    match payload::read(&request, &mut body, 100).await {
        Ok(bytes) => HttpResponse::Ok().body(bytes),
        Err(error) => {
            let status = if error == payload::PayloadError::TooSlow { 408 } else { 400 };
            HttpResponse::build(StatusCode::from_u16(status).unwrap()).body("no body")
        }
    }
}

#[post("/post-only")]
async fn post_only() -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn frame() -> Frame {
    frame_in(Surroundings::default())
}

fn frame_in(surroundings: Surroundings) -> Frame {
    let (clock, entropy) =
        (Arc::new(FixedClock::at(crate::testing::now())), Arc::new(CountingEntropy::default()));
    Frame::new(Pages::embedded("").unwrap(), surroundings, clock, entropy).unwrap()
}

fn configure(config: &mut web::ServiceConfig) {
    config
        .service(panics_in_accounts)
        .service(panics_in_portal)
        .service(panics_in_signup)
        .service(panics_in_partners)
        .service(panics_in_pages)
        .service(echo)
        .service(cached)
        .service(secret)
        .service(busy)
        .service(hangs)
        .service(takes_long)
        .service(reads)
        .service(post_only);
}

async fn get(path: &str) -> Answer {
    send_to(framed(&frame(), &configure), TestRequest::get().uri(path)).await
}

#[actix_web::test]
async fn a_panic_becomes_an_answer_in_the_dialect_of_the_path() {
    let answer = get("/auth/panics").await;
    assert_eq!(answer.status, 500);
    assert_eq!(answer.body, r#"{"error":"Internal server error","code":"INTERNAL_ERROR"}"#);
    assert_eq!(answer.header("X-Content-Type-Options"), "nosniff");
    let answer = get("/api/public/panics").await;
    let text = "Internal Server Error";
    let expected = format!(r#"{{"status":"{text}","status_code":500,"message":"{text}"}}"#);
    assert_eq!((answer.status.as_u16(), answer.body), (500, expected));
    let answer = get("/api/content/panics").await;
    let timestamp = "2024-01-15T00:00:00.000Z";
    let expected =
        format!(r#"{{"statusCode":500,"timestamp":"{timestamp}","message":"{text}","pageData":null}}"#);
    assert_eq!((answer.status.as_u16(), answer.body), (500, expected));
    let request = TestRequest::post().uri("/api/public/auth_user/");
    let answer = send_to(framed(&frame(), &configure), request).await;
    let expected = r#"{"detail":"Internal server error."}"#;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (500, expected));
    assert_eq!((answer.header("Allow"), answer.header("Vary")), ("POST, OPTIONS", "Accept"));
    assert_eq!(answer.header("Content-Type"), "application/json");
    let answer = get("/invite/panics").await;
    assert_eq!((answer.status.as_u16(), answer.header("Content-Type")), (500, "text/html; charset=utf-8"));
    assert!(!answer.body.contains("secret"), "{}", answer.body);
}

#[actix_web::test]
async fn slashes_at_the_end_and_in_a_row_do_not_matter() {
    for path in ["/echo", "/echo/", "//echo", "/echo///", "/echo/?x=1"] {
        assert_eq!(get(path).await.body, "five!", "{path}");
    }
}

#[actix_web::test]
async fn every_answer_protects_itself() {
    for path in ["/echo", "/nothing", "/invite/nothing", "/post-only", "/auth/panics", "/invite/panics"] {
        let answer = get(path).await;
        assert_eq!(answer.header("X-Frame-Options"), "DENY", "{path}");
        assert_eq!(answer.header("Cross-Origin-Resource-Policy"), "same-origin", "{path}");
        assert_eq!(answer.header("Strict-Transport-Security"), "", "{path}");
        let policy = answer.header("Content-Security-Policy");
        assert!(policy.starts_with("default-src 'none'; "), "{path}: {policy}");
        assert!(policy.ends_with("frame-ancestors 'none'"), "{path}: {policy}");
        assert_eq!(answer.header("X-Content-Type-Options"), "nosniff", "{path}");
        assert_eq!(answer.header("Referrer-Policy"), "no-referrer", "{path}");
        assert_eq!(answer.header("Cache-Control"), "no-store", "{path}");
    }
    assert_eq!(get("/cached").await.header("Cache-Control"), "public");
}

#[actix_web::test]
async fn browsers_stay_with_https_where_people_come_by_it() {
    let frame = frame_in(Surroundings { https: true, ..Surroundings::default() });
    for path in ["/echo", "/nothing", "/auth/panics"] {
        let answer = send_to(framed(&frame, &configure), TestRequest::get().uri(path)).await;
        assert_eq!(answer.header("Strict-Transport-Security"), "max-age=31536000", "{path}");
    }
}

/// Sends bytes to a server and gives what comes back until it closes the connection.
fn exchange(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn start() -> (SocketAddr, ServerHandle) {
    start_with(frame())
}

fn start_with(frame: Frame) -> (SocketAddr, ServerHandle) {
    let server = HttpServer::new(move || framed(&frame, &configure))
        .workers(1)
        .disable_signals()
        .on_connect(watched(IDLE))
        .bind(("127.0.0.1", 0))
        .unwrap();
    let address = server.addrs()[0];
    let server = server.run();
    let handle = server.handle();
    rt::spawn(server);
    (address, handle)
}

#[actix_web::test]
async fn a_real_server_answers_head_like_get_and_outlives_panics() {
    let (address, handle) = start();
    let ask = async |method: &str, path: &str| {
        let request = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        rt::task::spawn_blocking(move || exchange(address, &request)).await.unwrap()
    };

    let panicked = ask("GET", "/auth/panics").await;
    assert!(panicked.starts_with("HTTP/1.1 500") && panicked.contains("INTERNAL_ERROR"), "{panicked}");
    let seen = ask("GET", "/echo").await;
    assert!(seen.starts_with("HTTP/1.1 200") && seen.ends_with("\r\n\r\nfive!"), "{seen}");
    let head = ask("HEAD", "/echo/").await;
    assert!(head.starts_with("HTTP/1.1 200") && head.ends_with("\r\n\r\n"), "{head}");
    assert!(head.to_ascii_lowercase().contains("content-length: 5"), "{head}");
    let nothing = ask("HEAD", "/nothing").await;
    assert!(nothing.starts_with("HTTP/1.1 404") && nothing.ends_with("\r\n\r\n"), "{nothing}");
    handle.stop(false).await;
}

#[actix_web::test]
async fn whoever_sends_a_large_body_that_nobody_reads_still_gets_his_answer() {
    let (address, handle) = start();
    let body = "x".repeat(4 * 1024 * 1024);
    let request =
        format!("POST /post-only HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let answer = rt::task::spawn_blocking(move || exchange(address, &request)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    handle.stop(false).await;
}
