//! Letters to a mail server.

mod connection;
mod idle;
mod refusal;

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use lettre::transport::smtp::client::{Certificate, TlsParameters};
use portico_domain::{
    letter::LetterSecret,
    ports::{Mailer, MailerError, OutgoingLetter},
};
use tokio::time::timeout;

use self::{connection::Server, idle::Idle};
use crate::{
    message::Message,
    rendering::Renderer,
    smtp_url::{SmtpSecurity, SmtpUrl},
};

/// How long a mail server is waited for, and whom to trust.
#[derive(Clone, Debug)]
pub struct SmtpOptions {
    /// For one step: connecting, one command, the letter itself.
    pub command_timeout: Duration,
    /// For a whole letter.
    pub send_timeout: Duration,
    /// Certificates in PEM form that are trusted beside those of the operating system.
    pub extra_roots: Option<String>,
}

impl Default for SmtpOptions {
    /// Eight seconds a step, twelve in all.
    fn default() -> Self {
        Self {
            command_timeout: Duration::from_secs(8),
            send_timeout: Duration::from_secs(12),
            extra_roots: None,
        }
    }
}

/// Encryption that cannot be set up.
#[derive(Debug, thiserror::Error)]
#[error("the encrypted way to the mail server cannot be set up: {0}")]
pub struct SmtpMailerError(String);

/// Sends letters by SMTP. A connection is kept for the next letter for a few seconds, and only if all went well on
/// it; one whose sending failed or was given up half-way is never used again.
pub struct SmtpMailer {
    server: Server,
    renderer: Renderer,
    idle: Arc<Idle>,
    send_timeout: Duration,
}

impl SmtpMailer {
    /// Prepares to send through the mail server at `url`. Does not connect.
    ///
    /// # Errors
    /// When the certificates to trust cannot be read.
    pub fn new(url: SmtpUrl, renderer: Renderer, options: SmtpOptions) -> Result<Self, SmtpMailerError> {
        let SmtpOptions { command_timeout, send_timeout, extra_roots } = options;
        let tls = match url.security() {
            SmtpSecurity::None => None,
            _ => Some(trust(url.host(), extra_roots.as_deref())?),
        };
        let server = Server::new(url, tls, command_timeout);
        Ok(Self { server, renderer, idle: Arc::default(), send_timeout })
    }

    async fn deliver(&self, message: &Message) -> Result<(), MailerError> {
        let reused = match self.idle.take() {
            Some(mut kept) => self.server.is_alive(&mut kept).await.then_some(kept),
            None => None,
        };
        let mut connection = match reused {
            Some(connection) => connection,
            None => self.server.connect().await?,
        };
        match self.server.send(&mut connection, message).await {
            Ok(()) => {
                self.idle.keep(connection);
                Ok(())
            }
            Err(error) => {
                idle::hang_up(connection);
                Err(error)
            }
        }
    }
}

fn trust(host: &str, extra_roots: Option<&str>) -> Result<TlsParameters, SmtpMailerError> {
    let refused = |error| SmtpMailerError(refusal::cause(&error));
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(pem) = extra_roots {
        builder = builder.add_root_certificate(Certificate::from_pem(pem.as_bytes()).map_err(refused)?);
    }
    builder.build().map_err(refused)
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, letter: OutgoingLetter) -> Result<(), MailerError> {
        let message =
            self.renderer.render(&letter).map_err(|error| MailerError::Permanent(error.to_string()))?;
        let sent = timeout(self.send_timeout, self.deliver(&message)).await;
        let secret = letter.secret.as_ref().map(LetterSecret::reveal);
        sent.unwrap_or_else(|_| Err(refusal::silence(self.server.name(), self.send_timeout)))
            .map_err(|error| refusal::without(secret, error))
    }
}

impl fmt::Debug for SmtpMailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpMailer").field("server", &self.server.name()).finish_non_exhaustive()
    }
}
