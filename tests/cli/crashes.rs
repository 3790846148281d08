//! What a crash must not take away: letters that are owed.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use integration_tests::{
    database::TestDatabase,
    process::ServerProcess,
    settings,
    smtp::{Behaviour, SmtpServer, SmtpServerOptions},
    wait::until,
};
use serde_json::json;
use tempfile::TempDir;

/// Within this time of a restart every letter owed has left.
const SOON: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_owed_at_a_crash_leaves_within_ten_seconds_of_the_restart() {
    for database in TestDatabase::create_each().await {
        let folder = TempDir::new().expect("a folder can be made");
        let mail = SmtpServer::start(SmtpServerOptions::default()).await;
        let smtp = mail.url();
        let settings = settings::with_mail(database.url(), &smtp);
        mail.stop().await;
        let server = ServerProcess::start(folder.path(), &settings);
        for n in 0..5 {
            let body = json!({ "email": format!("ann{n}@example.org") });
            let _ = server.client.post("/auth/register/start", body).await.expect(200);
        }
        server.kill();

        mail.restart().await;
        let restarted = Instant::now();
        let server = ServerProcess::start(folder.path(), &settings);
        mail.wait_for(5).await;
        assert!(restarted.elapsed() < SOON, "{:?}", restarted.elapsed());
        server.terminate();
        let mut recipients: Vec<String> =
            mail.letters().into_iter().flat_map(|letter| letter.recipients).collect();
        recipients.sort();
        assert_eq!(
            recipients,
            ["ann0", "ann1", "ann2", "ann3", "ann4"].map(|name| format!("{name}@example.org"))
        );
        database.drop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_on_its_way_at_a_crash_is_sent_again() {
    for database in TestDatabase::create_each().await {
        let folder = TempDir::new().expect("a folder can be made");
        let mail = SmtpServer::start(SmtpServerOptions::default()).await;
        let smtp = mail.url();
        let settings = settings::with_mail(database.url(), &smtp);
        mail.behave(Behaviour::HangAfterData);
        let server = ServerProcess::start(folder.path(), &settings);
        let _ = server
            .client
            .post("/auth/register/start", json!({ "email": "ann@example.org" }))
            .await
            .expect(200);
        let sent = async || mail.commands().iter().any(|command| command == "DATA").then_some(());
        until("the letter at the mail server", sent).await;
        server.kill();

        mail.behave(Behaviour::Accept);
        let restarted = Instant::now();
        let server = ServerProcess::start(folder.path(), &settings);
        mail.wait_for(1).await;
        assert!(restarted.elapsed() < SOON, "{:?}", restarted.elapsed());
        server.terminate();
        // The mail server may have taken the first one too, in the moment of the crash: then it is the same letter.
        let ids: HashSet<String> = mail.letters().iter().map(|letter| message_id(&letter.data)).collect();
        assert_eq!(ids.len(), 1, "{ids:?}");
        database.drop().await;
    }
}

fn message_id(data: &str) -> String {
    let line = data.lines().find(|line| line.starts_with("Message-ID:"));
    line.unwrap_or_else(|| panic!("no Message-ID in {data}")).to_owned()
}
