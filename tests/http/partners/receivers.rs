//! Receivers that misbehave (docs/partners.md, "Webhooks").

use std::net::TcpListener as StdTcpListener;

use integration_tests::{
    partners::{Office, Partner, Receiver, Webhook},
    server::TestServer,
    wait::until,
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    task::JoinHandle,
};

use super::{ANN, BOB};

const CREATED: [&str; 1] = ["user.created"];

/// Answers whoever comes with these bytes, again and again if they have no end, and hangs up.
async fn answering(bytes: &'static [u8], without_end: bool) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a port");
    let url = format!("http://{}/", listener.local_addr().expect("it is bound"));
    let answering = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(bytes).await;
            while without_end && stream.write_all(&[b'x'; 4096]).await.is_ok() {}
        }
    });
    (url, answering)
}

/// The one entry of a log, once it was tried.
async fn tried(office: &Office, partner: &Partner, webhook: &Webhook) -> Value {
    until("a try", async || {
        let mut entries = office.deliveries(partner, webhook).await;
        entries.pop().filter(|entry| entry["attempts"].as_i64() > Some(0))
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_is_taken_by_its_status_and_is_not_read_to_its_end() {
    let server = TestServer::start_with(&Receiver::SETTINGS).await;
    let (office, partner) = server.partner().await;
    let large = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n";
    let (url, answering) = answering(large, true).await;
    let webhook = office.webhook(&partner, &url, &CREATED).await;
    let _ = partner.program.user(ANN).await;
    let entry = tried(&office, &partner, &webhook).await;
    assert_eq!((&entry["state"], &entry["last_status"]), (&json!("delivered"), &json!(200)), "{entry}");
    answering.abort();
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_answer_is_tried_again() {
    for bytes in [
        &b""[..],
        b"HTTP/1.1 ",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n",
        b"\x15\x03\x01\x00\x02\x02\x28",
    ] {
        let server = TestServer::start_with(&Receiver::SETTINGS).await;
        let (office, partner) = server.partner().await;
        let (url, answering) = answering(bytes, false).await;
        let webhook = office.webhook(&partner, &url, &CREATED).await;
        let _ = partner.program.user(ANN).await;
        let entry = tried(&office, &partner, &webhook).await;
        assert_eq!(entry["state"], "waiting", "{entry}");
        assert!(entry["last_error"].as_str().is_some_and(|error| !error.is_empty()), "{entry}");
        assert!(entry["last_status"].is_null() || entry["last_status"] == 999, "{entry}");
        answering.abort();
        server.stop().await;
    }
}

#[tokio::test]
async fn nobody_who_listens_is_told_in_the_log() {
    let server = TestServer::start_with(&Receiver::SETTINGS).await;
    let (office, partner) = server.partner().await;
    let port = StdTcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
    let webhook = office.webhook(&partner, &format!("http://127.0.0.1:{port}/"), &CREATED).await;
    let _ = partner.program.user(ANN).await;
    let entry = tried(&office, &partner, &webhook).await;
    assert_eq!((&entry["state"], &entry["last_status"]), (&json!("waiting"), &Value::Null), "{entry}");
    assert!(entry["last_error"].is_string(), "{entry}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partner_that_answers_nothing_holds_up_no_letter() {
    let silent = StdTcpListener::bind("127.0.0.1:0").expect("there is a port");
    let server = TestServer::start_with(&Receiver::SETTINGS).await;
    let (office, partner) = server.partner().await;
    let url = format!("http://{}/", silent.local_addr().expect("it is bound"));
    for _ in 0..2 {
        let _ = office.webhook(&partner, &url, &CREATED).await;
    }
    for n in 0..6 {
        let _ = partner.program.user(&format!("ann{n}@example.org")).await;
    }
    // Twelve posts hang, and more than there are places for.
    for n in 0..6 {
        let _ = server.mailbox.take(&format!("ann{n}@example.org")).await;
    }
    let _ = server.register(BOB).await;
    drop(silent);
    server.stop().await;
}
