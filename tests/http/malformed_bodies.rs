//! Bodies that are no JSON, of another kind, or too large (contract O38 and O41).

use std::time::Duration;

use integration_tests::{client::Client, server::TestServer};
use reqwest::{
    Method,
    header::{CONTENT_ENCODING, CONTENT_TYPE},
};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time,
};

use crate::bodies::{ENDPOINTS, caller};

const JSON: &str = "application/json";
const MIB: usize = 1024 * 1024;

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
    let end = stream.read_to_end(&mut answer);
    let _ = time::timeout(Duration::from_secs(20), end).await.expect("the server answers and closes");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn what_is_no_json_is_told_so_everywhere() {
    let server = TestServer::start().await;
    let (client, path_of) = caller(&server).await;
    let deep = "[".repeat(100_000);
    let deep_object = format!("{}1{}", "{\"email\":".repeat(5000), "}".repeat(5000));
    let bodies: [&[u8]; 15] = [
        b"{",
        b"nonsense",
        b"{\"email\":}",
        b"{\"email\":\"a@example.org\",}",
        b"{'email':'a@example.org'}",
        b"{\"email\":\"a@example.org\"} {}",
        b"{\"email\":\"a@example.org\"}x",
        b"email=a%40example.org",
        b"{\"email\":\"\xff\xfe\"}",
        b"{\"email\":\"\\ud800\"}",
        b"{\"email\":\"\\x\"}",
        b"{\"email\":\"a\nb\"}",
        b"{\"email\":NaN}",
        deep.as_bytes(),
        deep_object.as_bytes(),
    ];
    for (path, _) in ENDPOINTS {
        for body in bodies {
            client.post_bytes(&path_of(path), JSON, body).await.expect_error(400, "INVALID_JSON");
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn json_that_is_no_object_lacks_every_field() {
    let server = TestServer::start().await;
    let (client, path_of) = caller(&server).await;
    for (path, fields) in ENDPOINTS {
        let missing: Vec<(&str, &str)> = fields
            .iter()
            .filter(|(_, _, required)| *required)
            .map(|(name, _, _)| (*name, "required"))
            .collect();
        for body in ["", "  \n", "null", "[]", "[{\"email\":\"a@example.org\"}]", "5", "\"text\"", "true"] {
            client.post_bytes(&path_of(path), JSON, body).await.expect_invalid(&missing);
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn another_kind_of_body_is_not_supported() {
    let server = TestServer::start().await;
    let (client, path_of) = caller(&server).await;
    let body = "{\"email\":\"a@example.org\"}";
    for (path, _) in ENDPOINTS {
        for kind in
            ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "json", ""]
        {
            let answer = client.post_bytes(&path_of(path), kind, body).await;
            answer.expect_error(415, "UNSUPPORTED_MEDIA_TYPE");
        }
    }
    let packed =
        server.client.request(Method::POST, "/auth/password/forgot").header(CONTENT_ENCODING, "gzip");
    let packed = server.client.send(packed.header(CONTENT_TYPE, JSON).body(body)).await;
    packed.expect_error(415, "UNSUPPORTED_MEDIA_TYPE");
    for kind in ["application/json", "application/json; charset=utf-8", "Application/JSON"] {
        client.post_bytes("/auth/password/forgot", kind, body).await.expect_message();
    }
    server.stop().await;
}

#[tokio::test]
async fn a_body_has_a_mebibyte_at_most() {
    let server = TestServer::start().await;
    let (client, path_of) = caller(&server).await;
    let padded = |bytes: usize| {
        let body = "{\"email\":\"a@example.org\"";
        format!("{body}{}}}", " ".repeat(bytes - body.len() - 1))
    };
    client.post_bytes("/auth/password/forgot", JSON, padded(MIB)).await.expect_message();
    for (path, _) in ENDPOINTS {
        let answer = client.post_bytes(&path_of(path), JSON, padded(MIB + 1)).await;
        answer.expect_error(413, "PAYLOAD_TOO_LARGE");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_body_that_does_not_announce_its_size_is_cut_off_as_well() {
    let server = TestServer::start().await;
    let head = b"POST /auth/password/forgot HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
        Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    let chunk = [b"10000\r\n".as_slice(), &vec![b' '; 0x10000], b"\r\n"].concat();
    let mut parts: Vec<&[u8]> = vec![head];
    parts.extend([chunk.as_slice(); 17]);
    parts.push(b"0\r\n\r\n");
    let answer = raw(&server.client, &parts).await;
    assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("PAYLOAD_TOO_LARGE"), "{answer}");

    let small = b"19\r\n{\"email\":\"a@example.org\"}\r\n0\r\n\r\n";
    let answer = raw(&server.client, &[head, small]).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    server.stop().await;
}

#[tokio::test]
async fn of_a_key_that_comes_twice_the_last_counts() {
    let server = TestServer::start().await;
    let start = async |body: &str| server.client.post_bytes("/auth/register/start", JSON, body).await;
    start(r#"{"email":"a@example.org","email":5}"#).await.expect_invalid(&[("email", "string")]);
    start(r#"{"email":5,"email":"last@example.org"}"#).await.expect_message();
    assert_eq!(server.tables().letters_to("last@example.org"), 1);
    assert_eq!(server.tables().count("outbox", "1 = 1"), 1);
    server.stop().await;
}

#[tokio::test]
async fn a_token_is_asked_for_before_the_body_is_looked_at() {
    let server = TestServer::start().await;
    for path in ["/projects/", "/auth/emails/", "/auth/password/change", "/projects/x/invites"] {
        for (kind, body) in [(JSON, "{"), ("text/plain", "x"), (JSON, "{}")] {
            server.client.post_bytes(path, kind, body).await.expect_error(401, "UNAUTHORIZED");
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn any_text_of_any_script_comes_back_as_it_was() {
    let server = TestServer::start().await;
    let (client, _) = caller(&server).await;
    let text = "\u{202e}Żółć 🐴 \\ \" ' <b> %00 \u{1f468}\u{200d}\u{1f469} $1 ${x} {{x}}";
    let created = client.post("/projects/", json!({ "name": text, "description": text })).await.expect(201);
    assert_eq!((&created["name"], &created["description"]), (&text.into(), &text.into()));
    server.stop().await;
}
