//! The end of a server: what was begun is finished, what was accepted is kept, and it does not take for ever.

use std::time::{Duration, Instant};

use integration_tests::{
    database::TestDatabase,
    process::{ServerProcess, errors, run},
    server::PASSWORD,
    settings,
    smtp::{Behaviour, SmtpServer, SmtpServerOptions},
    tables::Tables,
    wait::until,
};
use serde_json::json;
use tempfile::TempDir;
use tokio::{net::TcpStream, task::JoinSet};

use crate::metrics::sample;

const LOGINS: i32 = 25;

/// Waits until the server has read every login: it is in flight, or answered already.
async fn every_login_arrived(server: &ServerProcess) {
    let answered = "portico_http_requests_total{method=\"POST\",route=\"/auth/login\",status=\"200\"}";
    // The request that asks is in flight, too.
    let expected = f64::from(LOGINS) + 1.0;
    until("every login at the server", async || {
        let text = server.client.get("/metrics").await.text;
        let in_flight = sample(&text, "portico_http_requests_in_flight")?;
        Some(in_flight + sample(&text, answered).unwrap_or_default()).filter(|arrived| *arrived >= expected)
    })
    .await;
}

async fn ends_in_order(signal: &str, database: TestDatabase) {
    let folder = TempDir::new().expect("a folder can be made");
    let mail = SmtpServer::start(SmtpServerOptions::default()).await;
    let smtp = mail.url();
    mail.stop().await;
    let further = [("PORTICO_SMTP_URL", smtp.as_str()), ("PORTICO_HASH_THREADS", "1")];
    let settings = settings::on(database.url(), &further);
    let create = ["user", "create", "--email", "ada@example.org"];
    let made = run(folder.path(), &settings, &create, PASSWORD);
    assert!(made.status.success(), "{}", errors(&made));
    let server = ServerProcess::start(folder.path(), &settings);
    for n in 0..3 {
        let body = json!({ "email": format!("ann{n}@example.org") });
        server.client.post("/auth/register/start", body).await.expect_message();
    }

    let mut logins = JoinSet::new();
    for _ in 0..LOGINS {
        let client = server.client.clone();
        let body = json!({ "email": "ada@example.org", "password": PASSWORD });
        logins.spawn(async move { client.post("/auth/login", body).await });
    }
    every_login_arrived(&server).await;
    server.ask_to_end(signal);
    let address = server.address.clone();
    until("new connections refused", async || TcpStream::connect(&address).await.err()).await;
    let mut answered = 0;
    while let Some(login) = logins.join_next().await {
        let login = login.expect("each request that was in flight has an answer").expect(200);
        assert!(login["token"].as_str().is_some_and(|token| !token.is_empty()));
        answered += 1;
    }
    assert_eq!(answered, LOGINS);
    let (status, log) = server.wait_for_end();
    assert_eq!(status, Some(0), "{log}");
    assert!(log.contains("portico has ended"), "{log}");

    let tables = Tables::of(database.url());
    assert_eq!(tables.count("sessions", "ended_at IS NULL"), i64::from(LOGINS));
    assert_eq!(tables.count("outbox", "closed_at IS NULL AND secret IS NOT NULL"), 3);
    mail.restart().await;
    let server = ServerProcess::start(folder.path(), &settings);
    let _ = mail.wait_for(3).await;
    server.terminate();
    database.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_in_flight_are_answered_and_nothing_accepted_is_lost_at_sigterm() {
    for database in TestDatabase::create_each().await {
        ends_in_order("TERM", database).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupt_ends_in_the_same_order() {
    ends_in_order("INT", TestDatabase::create().await).await;
}

/// A server that has a letter on its way which the mail server does not take.
async fn with_a_letter_that_hangs(database: &TestDatabase, folder: &TempDir) -> (ServerProcess, SmtpServer) {
    let mail = SmtpServer::start(SmtpServerOptions::default()).await;
    mail.behave(Behaviour::HangAfterData);
    let smtp = mail.url();
    let settings = settings::with_mail(database.url(), &smtp);
    let server = ServerProcess::start(folder.path(), &settings);
    let body = json!({ "email": "ann@example.org" });
    server.client.post("/auth/register/start", body).await.expect_message();
    let sent = async || mail.commands().iter().any(|command| command == "DATA").then_some(());
    until("the letter at the mail server", sent).await;
    (server, mail)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_hangs_delays_the_end_for_less_than_half_a_minute_and_loses_no_letter() {
    let database = TestDatabase::create().await;
    let folder = TempDir::new().expect("a folder can be made");
    let (server, _mail) = with_a_letter_that_hangs(&database, &folder).await;
    let asked = Instant::now();
    server.ask_to_end("TERM");
    let (status, log) = server.wait_for_end();
    assert!(asked.elapsed() < Duration::from_secs(30), "{:?}", asked.elapsed());
    assert_eq!(status, Some(0), "{log}");
    let tables = Tables::of(database.url());
    assert_eq!(tables.count("outbox", "closed_at IS NULL AND secret IS NOT NULL"), 1);
    database.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_ends_at_once() {
    for (signal, expected) in [("TERM", 143), ("INT", 130)] {
        let database = TestDatabase::create().await;
        let folder = TempDir::new().expect("a folder can be made");
        let (server, _mail) = with_a_letter_that_hangs(&database, &folder).await;
        server.ask_to_end("TERM");
        until("the server ending", async || server.log().contains("portico ends").then_some(())).await;
        let asked = Instant::now();
        server.ask_to_end(signal);
        let (status, log) = server.wait_for_end();
        assert!(asked.elapsed() < Duration::from_secs(4), "{:?}", asked.elapsed());
        assert_eq!(status, Some(expected), "{log}");
        assert!(log.contains("a second signal asked"), "{log}");
        database.drop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_connection_does_not_hold_the_server_up() {
    let folder = TempDir::new().expect("a folder can be made");
    let server = ServerProcess::start(folder.path(), &[]);
    let idle = TcpStream::connect(&server.address).await.expect("it listens");
    let _ = server.client.get("/health").await.expect(200);
    let asked = Instant::now();
    server.terminate();
    assert!(asked.elapsed() < Duration::from_secs(10), "{:?}", asked.elapsed());
    drop(idle);
}
