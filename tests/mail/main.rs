//! Letters to a mail server: every way there, and what its answers mean.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod delivery;
mod encryption;
mod refusals;

use std::time::Duration;

use integration_tests::smtp::{Encryption, SmtpServer, SmtpServerOptions};
use portico_domain::{
    email::EmailAddress,
    id::LetterId,
    letter::{Letter, LetterSecret},
    ports::{Clock as _, Mailer as _, MailerError, OutgoingLetter},
};
use portico_mail::{Links, Renderer, Sender, SmtpMailer, SmtpOptions, SmtpUrl};
use portico_security::{SystemClock, SystemEntropy};

const PATIENCE: Duration = Duration::from_secs(8);

/// A server with one way of encryption.
async fn server(encryption: Encryption) -> SmtpServer {
    SmtpServer::start(SmtpServerOptions { encryption, ..SmtpServerOptions::default() }).await
}

/// A mailer for `url`, where `{port}` stands for the server's port, that trusts the server's authority.
fn mailer(server: &SmtpServer, url: &str) -> SmtpMailer {
    let options = SmtpOptions { extra_roots: Some(server.authority().to_owned()), ..SmtpOptions::default() };
    mailer_with(server, url, options)
}

fn mailer_with(server: &SmtpServer, url: &str, options: SmtpOptions) -> SmtpMailer {
    let url = SmtpUrl::parse(&url.replace("{port}", &server.port().to_string())).unwrap();
    let sender = Sender::parse("Portico <no-reply@portico.example>").unwrap();
    let links = Links::new(
        "https://portico.example",
        "{public_url}/invite/{token}",
        "{public_url}/reset-password?token={token}",
    );
    SmtpMailer::new(url, Renderer::new(sender, links.unwrap()).unwrap(), options).unwrap()
}

/// A letter with the code 271828.
fn letter_to(address: &str) -> OutgoingLetter {
    let now = SystemClock.now();
    OutgoingLetter {
        id: LetterId::generate(now, &SystemEntropy),
        to: EmailAddress::parse(address).unwrap(),
        letter: Letter::RegistrationCode { valid_minutes: 10 },
        secret: Some(LetterSecret::new("271828")),
        written_at: now,
    }
}

/// The text of an error that may pass; it never holds the code, and is one line.
fn temporary(sent: Result<(), MailerError>) -> String {
    let Err(MailerError::Temporary(text)) = sent else { panic!("{sent:?}") };
    assert!(!text.contains("271828") && !text.contains('\n'), "{text}");
    text
}

/// The text of an error that is final.
fn permanent(sent: Result<(), MailerError>) -> String {
    let Err(MailerError::Permanent(text)) = sent else { panic!("{sent:?}") };
    assert!(!text.contains("271828") && !text.contains('\n'), "{text}");
    text
}
