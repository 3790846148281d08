//! Encryption and signing in.

use super::*;

fn with_credentials(encryption: Encryption, mechanisms: &str) -> SmtpServerOptions {
    SmtpServerOptions {
        encryption,
        credentials: Some(("ann@example.org".to_owned(), "p@ss:wörd".to_owned())),
        mechanisms: mechanisms.to_owned(),
        ..SmtpServerOptions::default()
    }
}

/// What an eavesdropper could have used.
fn revealing(commands: &[String]) -> Vec<&String> {
    commands
        .iter()
        .filter(|line| !line.starts_with("EHLO") && !line.starts_with("STARTTLS") && *line != "QUIT")
        .collect()
}

#[tokio::test]
async fn starttls_is_used() {
    let server = server(Encryption::StartTls).await;
    mailer(&server, "smtp://localhost:{port}").send(letter_to("ann@example.org")).await.unwrap();
    assert!(server.letters()[0].encrypted);
}

#[tokio::test]
async fn no_letter_leaves_in_clear_when_starttls_is_required() {
    let server = server(Encryption::None).await;
    let text = temporary(
        mailer(&server, "smtp://ann:secret@127.0.0.1:{port}").send(letter_to("ann@example.org")).await,
    );
    assert!(text.contains("offers no encryption (STARTTLS)"), "{text}");
    assert!(server.letters().is_empty());
    assert!(revealing(&server.commands()).is_empty(), "{:?}", server.commands());
}

#[tokio::test]
async fn opportunistic_encryption_is_used_where_it_is_offered() {
    for (encryption, encrypted) in [(Encryption::StartTls, true), (Encryption::None, false)] {
        let server = server(encryption).await;
        let mailer = mailer(&server, "smtp://localhost:{port}?tls=opportunistic");
        mailer.send(letter_to("ann@example.org")).await.unwrap();
        assert_eq!(server.letters()[0].encrypted, encrypted);
    }
}

#[tokio::test]
async fn tls_none_stays_in_clear_even_where_encryption_is_offered() {
    let server = server(Encryption::StartTls).await;
    mailer(&server, "smtp://127.0.0.1:{port}?tls=none").send(letter_to("ann@example.org")).await.unwrap();
    assert!(!server.letters()[0].encrypted);
}

#[tokio::test]
async fn implicit_encryption_is_used() {
    let server = server(Encryption::Implicit).await;
    mailer(&server, "smtps://localhost:{port}").send(letter_to("ann@example.org")).await.unwrap();
    assert!(server.letters()[0].encrypted);
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused() {
    for (encryption, url) in [
        (Encryption::StartTls, "smtp://ann:secret@localhost:{port}"),
        (Encryption::StartTls, "smtp://ann:secret@localhost:{port}?tls=opportunistic"),
        (Encryption::Implicit, "smtps://ann:secret@localhost:{port}"),
    ] {
        let server = server(encryption).await;
        let mailer = mailer_with(&server, url, SmtpOptions::default());
        let text = temporary(mailer.send(letter_to("ann@example.org")).await);
        assert!(text.contains("certificate"), "{text}");
        assert!(server.letters().is_empty());
        assert!(revealing(&server.commands()).is_empty(), "{:?}", server.commands());
    }
}

#[tokio::test]
async fn a_certificate_for_another_host_is_refused() {
    let server = server(Encryption::Implicit).await;
    // It leads to the server, but is not in its certificate.
    let mailer = mailer(&server, "smtps://127.0.0.1:{port}");
    let text = temporary(mailer.send(letter_to("ann@example.org")).await);
    assert!(text.contains("certificate not valid for name"), "{text}");
    assert!(server.letters().is_empty());
}

#[tokio::test]
async fn the_mailer_signs_in_with_decoded_credentials() {
    for mechanisms in ["PLAIN", "LOGIN", "PLAIN LOGIN"] {
        let server = SmtpServer::start(with_credentials(Encryption::StartTls, mechanisms)).await;
        let mailer = mailer(&server, "smtp://ann%40example.org:p%40ss%3Aw%C3%B6rd@localhost:{port}");
        mailer.send(letter_to("ann@example.org")).await.unwrap();
        assert_eq!(server.letters()[0].user.as_deref(), Some("ann@example.org"), "{mechanisms}");
    }
}

#[tokio::test]
async fn a_refused_sign_in_may_pass_and_is_told_without_the_password() {
    let server = SmtpServer::start(with_credentials(Encryption::StartTls, "")).await;
    let mailer = mailer(&server, "smtp://ann%40example.org:hunter2@localhost:{port}");
    let text = temporary(mailer.send(letter_to("ann@example.org")).await);
    assert!(text.contains("refused the sign-in: 535 5.7.8 wrong user or password"), "{text}");
    assert!(!text.contains("hunter2"));
    assert!(server.letters().is_empty());
}

#[tokio::test]
async fn a_server_that_wants_a_sign_in_may_get_it_later() {
    let server = SmtpServer::start(with_credentials(Encryption::None, "")).await;
    let text = temporary(
        mailer(&server, "smtp://127.0.0.1:{port}?tls=none").send(letter_to("ann@example.org")).await,
    );
    assert!(text.contains("530 5.7.0 sign in first"), "{text}");
}
