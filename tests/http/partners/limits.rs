//! Values at a limit, and just beyond it (partner contract, "Limits").

use integration_tests::{
    client::Client,
    partners::{AUTH_USER, SAVE, texts},
    portal::with,
    server::TestServer,
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::{ANN, BOB};

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// An address of so many characters.
fn address(length: usize) -> String {
    let (local, end) = ("a".repeat(64), ".example");
    let host = length - local.len() - 1 - end.len();
    let host: String = (0..host).map(|at| if at % 40 == 30 { '.' } else { 'b' }).collect();
    format!("{local}@{host}{end}")
}

/// A model of so many bytes.
fn model(bytes: usize) -> String {
    let (begin, end) = ("{\"mark\":4,\"x\":\"", "\"}");
    format!("{begin}{}{end}", "y".repeat(bytes - begin.len() - end.len()))
}

/// A model of so many levels.
fn nested(levels: usize, open: &str, close: &str) -> String {
    format!("{{\"a\":{}1{}}}", open.repeat(levels - 1), close.repeat(levels - 1))
}

#[tokio::test]
async fn a_login_has_150_characters_at_most() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    for (n, letter) in ["x", "ж", "🐴"].into_iter().enumerate() {
        let person = partner.program.person(&format!("ann{n}@example.org"));
        let of = |length: usize| with(person.clone(), json!({ "login": letter.repeat(length) }));
        let long = partner.program.post(AUTH_USER, &of(151)).await;
        long.expect_faulty(&[("login", "Must be at most 150 characters.")]);
        let _ = partner.program.post(AUTH_USER, &of(150)).await.expect_user();
    }
    assert_eq!(server.tables().count("partner_users", "1 = 1"), 3);
    server.stop().await;
}

#[tokio::test]
async fn an_address_has_254_characters_at_most() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let (longest, longer) = (address(254), address(255));
    assert_eq!((longest.len(), longer.len()), (254, 255));
    let answer = partner.program.auth_user(&longer).await;
    answer.expect_faulty(&[("email", "Must be at most 254 characters.")]);
    let answer = partner.program.auth_user(&"x".repeat(100_000)).await;
    answer.expect_faulty(&[("email", "Must be at most 254 characters.")]);
    let user = partner.program.user(&longest).await;
    assert_eq!(partner.program.user(&longest.to_uppercase()).await, user);
    server.stop().await;
}

#[tokio::test]
async fn a_text_has_256_kibibytes_at_most() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    let longest = ["x".repeat(256 * KIB), "ж".repeat(128 * KIB)];
    for text in &longest {
        let longer = partner.program.save(&user, json!({ "text": format!("{text}x") })).await;
        longer.expect_faulty(&[("text", "Must be at most 256 KiB.")]);
        partner.program.save(&user, json!({ "text": text })).await.expect_saved();
    }
    let kept: Vec<Value> =
        office.results(&partner, "").await.into_iter().map(|result| result["text"].clone()).collect();
    assert!(kept == longest);
    server.stop().await;
}

#[tokio::test]
async fn a_model_has_2_mebibytes_at_most() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    let longer = partner.program.save(&user, json!({ "model": model(2 * MIB + 1) })).await;
    longer.expect_faulty(&[("model", "Must be at most 2 MiB.")]);
    let longest = model(2 * MIB);
    partner.program.save(&user, json!({ "model": longest })).await.expect_saved();
    assert!(office.results(&partner, "").await[0]["model"] == longest.as_str());
    server.stop().await;
}

#[tokio::test]
async fn a_model_has_64_levels_at_most() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    for (open, close) in [("{\"a\":", "}"), ("[", "]"), ("[{\"a\":", "}]")] {
        let per_step = open.matches(['{', '[']).count();
        let steps = |levels: usize| (levels - 1) / per_step + 1;
        let deepest = nested(steps(if per_step == 1 { 64 } else { 63 }), open, close);
        partner.program.save(&user, json!({ "model": deepest })).await.expect_saved();
        for levels in [65, 66, 127, 128, 129, 1_000, 100_000] {
            let deep = nested(steps(levels), open, close);
            let answer = partner.program.save(&user, json!({ "model": deep })).await;
            answer.expect_faulty(&[("model", texts::MODEL)]);
        }
    }
    // Brackets in a string are no levels.
    let brackets = format!("{{\"a\":\"{}\"}}", "[{".repeat(1_000));
    partner.program.save(&user, json!({ "model": brackets })).await.expect_saved();
    assert_eq!(office.results(&partner, "").await.len(), 4);
    server.stop().await;
}

/// A body with white space behind it, of so many bytes.
fn padded(body: &Value, bytes: usize) -> String {
    let mut text = body.to_string();
    text.push_str(&" ".repeat(bytes - text.len()));
    text
}

#[tokio::test]
async fn a_body_has_16_mebibytes_at_most() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    for (path, body) in [(AUTH_USER, partner.program.person(BOB)), (SAVE, partner.program.result(&user))] {
        let answer = partner.program.post_bytes(path, padded(&body, 16 * MIB + 1)).await;
        assert!(!answer.detail(413).is_empty());
        assert_eq!(server.tables().count("partner_users", "1 = 1"), 1);
        assert!(office.results(&partner, "").await.is_empty());
    }
    let _ = partner
        .program
        .post_bytes(AUTH_USER, padded(&partner.program.person(BOB), 16 * MIB))
        .await
        .expect_user();
    partner.program.post_bytes(SAVE, padded(&partner.program.result(&user), 16 * MIB)).await.expect_saved();
    server.stop().await;
}

/// Answers to bytes on the wire.
async fn raw(client: &Client, parts: &[&[u8]]) -> String {
    let mut stream = TcpStream::connect(client.authority()).await.expect("the server listens");
    for part in parts {
        // The server may have heard enough.
        if stream.write_all(part).await.is_err() {
            break;
        }
    }
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_body_that_does_not_announce_its_size_is_cut_off_as_well() {
    let server = TestServer::start().await;
    let head = b"POST /api/public/auth_user/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
        Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    let chunk = [b"100000\r\n".as_slice(), &vec![b' '; MIB], b"\r\n"].concat();
    let mut parts: Vec<&[u8]> = vec![head];
    parts.extend([chunk.as_slice(); 16]);
    let mut beyond = parts.clone();
    parts.extend([b"2\r\n{}\r\n0\r\n\r\n".as_slice()]);
    beyond.extend([chunk.as_slice(), b"2\r\n{}\r\n0\r\n\r\n"]);
    let answer = raw(&server.client, &beyond).await.to_lowercase();
    assert!(answer.starts_with("http/1.1 413 ") && answer.contains("vary: accept\r\n"), "{answer}");
    assert!(answer.contains("allow: post, options\r\n") && answer.contains("{\"detail\":"), "{answer}");
    // 16 MiB and two bytes are beyond it, too.
    let answer = raw(&server.client, &parts).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    let small: &[&[u8]] = &[head, b"2\r\n{}\r\n0\r\n\r\n"];
    let answer = raw(&server.client, small).await;
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("\"login\""), "{answer}");
    server.stop().await;
}
