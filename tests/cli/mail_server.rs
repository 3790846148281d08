//! The outbox against a mail server: away at first, refusing somebody, and shared by two servers.

use std::time::{Duration, Instant};

use integration_tests::{
    client::Client,
    database::TestDatabase,
    process::ServerProcess,
    settings,
    smtp::{Behaviour, SmtpServer, SmtpServerOptions},
    tables::Tables,
    wait::until,
};
use serde_json::json;
use tempfile::TempDir;

async fn start_registration(client: &Client, email: &str) {
    let _ = client.post("/auth/register/start", json!({ "email": email })).await.expect(200);
}

fn recipients(mail: &SmtpServer) -> Vec<String> {
    let mut recipients: Vec<String> =
        mail.letters().into_iter().flat_map(|letter| letter.recipients).collect();
    recipients.sort();
    recipients
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_is_away_at_first_gets_every_letter_within_fifteen_seconds_of_its_return() {
    let database = TestDatabase::create().await;
    let folder = TempDir::new().expect("a folder can be made");
    let mail = SmtpServer::start(SmtpServerOptions::default()).await;
    let smtp = mail.url();
    let settings = settings::with_mail(database.url(), &smtp);
    mail.stop().await;
    let server = ServerProcess::start(folder.path(), &settings);
    for n in 0..10 {
        start_registration(&server.client, &format!("ann{n}@example.org")).await;
    }
    let tables = Tables::of(database.url());
    let tried = async || (tables.count("outbox", "attempts >= 3") == 10).then_some(());
    until("three tries of every letter", tried).await;

    mail.restart().await;
    let back = Instant::now();
    mail.wait_for(10).await;
    assert!(back.elapsed() < Duration::from_secs(15), "{:?}", back.elapsed());
    let log = server.terminate_with_log();
    assert!(log.contains("letter not delivered"), "{log}");
    let expected: Vec<String> = (0..10).map(|n| format!("ann{n}@example.org")).collect();
    assert_eq!(recipients(&mail), expected);
    database.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_recipient_holds_up_nobody_and_is_given_up() {
    let database = TestDatabase::create().await;
    let folder = TempDir::new().expect("a folder can be made");
    let mail = SmtpServer::start(SmtpServerOptions::default()).await;
    let smtp = mail.url();
    let settings = settings::with_mail(database.url(), &smtp);
    mail.behave(Behaviour::RefuseRecipient {
        address: "nobody@example.org".to_owned(),
        reply: "550 5.1.1 no such user".to_owned(),
    });
    let server = ServerProcess::start(folder.path(), &settings);
    for email in ["nobody@example.org", "ann@example.org", "bob@example.org"] {
        start_registration(&server.client, email).await;
    }
    mail.wait_for(2).await;
    assert_eq!(recipients(&mail), ["ann@example.org", "bob@example.org"]);
    let tables = Tables::of(database.url());
    let given_up = "outcome = 'abandoned' AND secret IS NULL AND last_error LIKE '%550%'";
    until("the letter given up", async || (tables.count("outbox", given_up) == 1).then_some(())).await;
    let log = server.terminate_with_log();
    assert!(log.contains("letter given up") && !log.contains("nobody@example.org"), "{log}");
    database.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_on_one_database_send_one_letter_a_cause() {
    let Some(database) = TestDatabase::create_postgres().await else { return };
    let folder = TempDir::new().expect("a folder can be made");
    let mail = SmtpServer::start(SmtpServerOptions::default()).await;
    let smtp = mail.url();
    let settings = settings::with_mail(database.url(), &smtp);
    let servers =
        [ServerProcess::start(folder.path(), &settings), ServerProcess::start(folder.path(), &settings)];
    let mut expected = Vec::new();
    for n in 0..60 {
        let email = format!("ann{n:02}@example.org");
        start_registration(&servers[n % 2].client, &email).await;
        expected.push(email);
    }
    mail.wait_for(60).await;
    let settled = async || (Tables::of(database.url()).count("outbox", "outcome IS NULL") == 0).then_some(());
    until("every letter noted", settled).await;
    assert_eq!(recipients(&mail), expected);
    for server in servers {
        server.terminate();
    }
    assert_eq!(recipients(&mail), expected);
    database.drop().await;
}
