//! Letters that arrive.

use super::*;

#[tokio::test]
async fn a_letter_arrives_as_it_was_written() {
    let server = server(Encryption::None).await;
    let letter = letter_to("Ann@example.org");
    mailer(&server, "smtp://127.0.0.1:{port}?tls=none").send(letter.clone()).await.unwrap();
    let [received] = &server.letters()[..] else { panic!("{:?}", server.letters()) };
    assert_eq!(received.from, "no-reply@portico.example");
    assert_eq!(received.recipients, ["Ann@example.org"]);
    assert!(received.data.contains(&format!("Message-ID: <{}@portico.example>\r\n", letter.id)));
    assert!(received.data.contains("To: Ann@example.org\r\n"));
    assert!(received.data.contains("271828"));
    assert!(!received.encrypted);
}

#[tokio::test]
async fn a_letter_sent_twice_has_the_same_content() {
    let server = server(Encryption::None).await;
    let mailer = mailer(&server, "smtp://127.0.0.1:{port}?tls=none");
    let letter = letter_to("ann@example.org");
    mailer.send(letter.clone()).await.unwrap();
    mailer.send(letter).await.unwrap();
    let letters = server.letters();
    assert_eq!(letters[0].data, letters[1].data);
}

#[tokio::test]
async fn letters_one_after_the_other_share_a_connection() {
    let server = server(Encryption::None).await;
    let mailer = mailer(&server, "smtp://127.0.0.1:{port}?tls=none");
    for _ in 0..5 {
        mailer.send(letter_to("ann@example.org")).await.unwrap();
    }
    assert_eq!((server.letters().len(), server.connections()), (5, 1));
}

#[tokio::test]
async fn a_server_that_was_away_is_found_again() {
    let server = server(Encryption::None).await;
    let mailer = mailer(&server, "smtp://127.0.0.1:{port}?tls=none");
    mailer.send(letter_to("ann@example.org")).await.unwrap();
    server.stop().await;
    let text = temporary(mailer.send(letter_to("ann@example.org")).await);
    assert!(text.contains(&format!("127.0.0.1:{}", server.port())) && text.contains("refused"), "{text}");
    server.restart().await;
    mailer.send(letter_to("ann@example.org")).await.unwrap();
    assert_eq!(server.wait_for(2).await.len(), 2);
}

#[tokio::test]
async fn an_international_address_goes_to_a_server_that_knows_them() {
    let server = server(Encryption::None).await;
    let mailer = mailer(&server, "smtp://127.0.0.1:{port}?tls=none");
    mailer.send(letter_to("änn@bücher.example")).await.unwrap();
    assert_eq!(server.letters()[0].recipients, ["änn@xn--bcher-kva.example"]);
    assert!(server.commands().iter().any(|line| line.starts_with("MAIL") && line.contains("SMTPUTF8")));
}

#[tokio::test]
async fn an_international_domain_goes_to_any_server() {
    let options = SmtpServerOptions { ascii_only: true, ..SmtpServerOptions::default() };
    let server = SmtpServer::start(options).await;
    let mailer = mailer(&server, "smtp://127.0.0.1:{port}?tls=none");
    mailer.send(letter_to("ann@bücher.example")).await.unwrap();
    assert_eq!(server.letters()[0].recipients, ["ann@xn--bcher-kva.example"]);
}
