//! Letters that do not arrive.

use std::{sync::Arc, time::Instant};

use integration_tests::{smtp::Behaviour, wait::until};

use super::*;

const URL: &str = "smtp://127.0.0.1:{port}?tls=none";

fn refusing(address: &str, reply: &str) -> Behaviour {
    Behaviour::RefuseRecipient { address: address.to_owned(), reply: reply.to_owned() }
}

#[tokio::test]
async fn a_recipient_who_does_not_exist_is_final() {
    let server = server(Encryption::None).await;
    let mailer = mailer(&server, URL);
    for reply in
        ["550 5.1.1 no such user", "551 5.1.6 moved", "553 5.1.3 bad mailbox", "556 5.1.10 no mail here"]
    {
        server.behave(refusing("gone@example.org", reply));
        let text = permanent(mailer.send(letter_to("gone@example.org")).await);
        assert!(text.contains(&format!("refused the recipient: {reply}")), "{text}");
        mailer.send(letter_to("ann@example.org")).await.unwrap();
    }
    assert_eq!(server.letters().len(), 4);
}

#[tokio::test]
async fn a_recipient_who_is_busy_may_get_the_letter_later() {
    let server = server(Encryption::None).await;
    let mailer = mailer(&server, URL);
    for reply in ["450 4.2.1 greylisted", "452 4.2.2 over quota", "552 5.2.2 mailbox full"] {
        server.behave(refusing("ann@example.org", reply));
        let text = temporary(mailer.send(letter_to("ann@example.org")).await);
        assert!(text.contains(&format!("refused the recipient: {reply}")), "{text}");
    }
    server.behave(Behaviour::Accept);
    mailer.send(letter_to("ann@example.org")).await.unwrap();
    assert_eq!(server.letters().len(), 1);
}

#[tokio::test]
async fn a_refused_letter_is_final_unless_the_server_says_later() {
    let server = server(Encryption::None).await;
    let mailer = mailer(&server, URL);
    server.behave(Behaviour::RefuseLetters { reply: "554 5.7.1 code 271828 looks like spam".to_owned() });
    let text = permanent(mailer.send(letter_to("ann@example.org")).await);
    assert!(text.contains("refused the letter: 554 5.7.1 code … looks like spam"), "{text}");
    server.behave(Behaviour::RefuseLetters { reply: "451 4.3.0 try again".to_owned() });
    let text = temporary(mailer.send(letter_to("ann@example.org")).await);
    assert!(text.contains("451 4.3.0 try again"), "{text}");
}

#[tokio::test]
async fn a_server_that_refuses_the_sender_may_take_him_later() {
    let server = server(Encryption::None).await;
    let mailer = mailer(&server, URL);
    for reply in ["421 4.3.2 closing", "451 4.3.0 later", "550 5.7.1 sender unknown", "553 5.7.1 not yours"] {
        server.behave(Behaviour::RefuseEverything { reply: reply.to_owned() });
        let text = temporary(mailer.send(letter_to("ann@example.org")).await);
        assert!(text.contains(&format!("refused the sender: {reply}")), "{text}");
    }
}

#[tokio::test]
async fn a_server_that_closes_at_once_may_open_later() {
    let server = server(Encryption::None).await;
    let mailer = mailer(&server, URL);
    server.behave(Behaviour::CloseAtConnect);
    let text = temporary(mailer.send(letter_to("ann@example.org")).await);
    assert!(text.contains("the connection failed"), "{text}");
}

#[tokio::test]
async fn a_server_that_says_nothing_is_waited_for_no_longer_than_allowed() {
    let server = server(Encryption::None).await;
    let short = Duration::from_secs(1);
    let step = SmtpOptions { command_timeout: short, ..SmtpOptions::default() };
    let whole = SmtpOptions { send_timeout: short, ..SmtpOptions::default() };
    for options in [step, whole] {
        server.behave(Behaviour::HangAfterData);
        let mailer = mailer_with(&server, URL, options);
        let started = Instant::now();
        let text = temporary(mailer.send(letter_to("ann@example.org")).await);
        assert!(text.contains("did not answer within 1 s"), "{text}");
        assert!(started.elapsed() >= short && started.elapsed() < PATIENCE, "{:?}", started.elapsed());
        // The connection on which an answer is still owed is not used again.
        server.behave(Behaviour::Accept);
        let before = server.connections();
        mailer.send(letter_to("ann@example.org")).await.unwrap();
        assert_eq!(server.connections(), before + 1);
    }
    assert_eq!(server.letters().len(), 2);
}

#[tokio::test]
async fn a_letter_given_up_by_its_sender_leaves_no_half_used_connection() {
    let server = server(Encryption::None).await;
    let mailer = Arc::new(mailer(&server, URL));
    server.behave(Behaviour::HangAfterData);
    let given_up = tokio::spawn({
        let mailer = Arc::clone(&mailer);
        async move { mailer.send(letter_to("ann@example.org")).await }
    });
    until("a letter without an answer", async || server.commands().contains(&".".to_owned()).then_some(()))
        .await;
    given_up.abort();
    assert!(given_up.await.unwrap_err().is_cancelled());
    server.behave(Behaviour::Accept);
    mailer.send(letter_to("bob@example.org")).await.unwrap();
    assert_eq!(server.connections(), 2);
    let recipients: Vec<_> = server.letters().into_iter().flat_map(|letter| letter.recipients).collect();
    assert_eq!(recipients, ["bob@example.org"]);
}

#[tokio::test]
async fn an_international_address_is_refused_clearly_where_the_server_does_not_know_them() {
    let options = SmtpServerOptions { ascii_only: true, ..SmtpServerOptions::default() };
    let server = SmtpServer::start(options).await;
    let mailer = mailer(&server, URL);
    let text = permanent(mailer.send(letter_to("änn@example.org")).await);
    assert!(text.contains("cannot send to international addresses") && text.contains("SMTPUTF8"), "{text}");
    mailer.send(letter_to("ann@example.org")).await.unwrap();
}
