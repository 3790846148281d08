//! The conversation with a mail server.

use std::time::Duration;

use lettre::{
    Address,
    address::Envelope,
    transport::smtp::{
        Error,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, TlsParameters},
        commands::{Data, Mail, Rcpt},
        extension::{ClientId, Extension, MailBodyParameter, MailParameter},
    },
};
use portico_domain::ports::MailerError;
use tokio::time::timeout;

use super::refusal::{self, Step};
use crate::{
    message::Message,
    smtp_url::{SmtpSecurity, SmtpUrl},
};

/// A mail server, and how to talk to it.
pub(super) struct Server {
    url: SmtpUrl,
    name: String,
    tls: Option<TlsParameters>,
    hello: ClientId,
    patience: Duration,
}

impl Server {
    /// Waits `patience` for the answer in each step.
    pub(super) fn new(url: SmtpUrl, tls: Option<TlsParameters>, patience: Duration) -> Self {
        let name = format!("{}:{}", url.host(), url.port());
        Self { url, name, tls, hello: ClientId::default(), patience }
    }

    /// Host and port, for error texts.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Connects, encrypts and signs in, as the settings ask.
    pub(super) async fn connect(&self) -> Result<AsyncSmtpConnection, MailerError> {
        let implicit = self.tls.clone().filter(|_| self.url.security() == SmtpSecurity::Implicit);
        let address = (self.url.host(), self.url.port());
        let opening =
            AsyncSmtpConnection::connect_tokio1(address, Some(self.patience), &self.hello, implicit, None);
        let mut connection = self.step(Step::Connect, opening).await?;
        self.encrypt(&mut connection).await?;
        if let Some(known) = self.url.credentials() {
            let credentials = Credentials::new(known.user.clone(), known.password.clone());
            self.step(Step::SignIn, connection.auth(DEFAULT_MECHANISMS, &credentials)).await?;
        }
        Ok(connection)
    }

    async fn encrypt(&self, connection: &mut AsyncSmtpConnection) -> Result<(), MailerError> {
        let offered = connection.can_starttls();
        match (self.url.security(), &self.tls) {
            (SmtpSecurity::Required | SmtpSecurity::Opportunistic, Some(tls)) if offered => {
                self.step(Step::Encrypt, connection.starttls(tls.clone(), &self.hello)).await
            }
            (SmtpSecurity::Required, _) => Err(MailerError::Temporary(format!(
                "{} offers no encryption (STARTTLS), and none leaves without it",
                self.name
            ))),
            _ => Ok(()),
        }
    }

    /// Whether a connection that was kept still works.
    pub(super) async fn is_alive(&self, connection: &mut AsyncSmtpConnection) -> bool {
        timeout(self.patience, connection.test_connected()).await.unwrap_or(false)
    }

    /// Hands one letter over. After an error nothing is known of the connection any more.
    pub(super) async fn send(
        &self,
        connection: &mut AsyncSmtpConnection,
        message: &Message,
    ) -> Result<(), MailerError> {
        let options = self.mail_options(connection, &message.envelope, &message.bytes)?;
        let from = Mail::new(message.envelope.from().cloned(), options);
        self.step(Step::Sender, connection.command(from)).await?;
        for to in message.envelope.to() {
            self.step(Step::Recipient, connection.command(Rcpt::new(to.clone(), vec![]))).await?;
        }
        self.step(Step::Letter, connection.command(Data)).await?;
        self.step(Step::Letter, connection.message(&message.bytes)).await?;
        Ok(())
    }

    /// What the letter needs beyond plain ASCII, if the server can do it.
    fn mail_options(
        &self,
        connection: &AsyncSmtpConnection,
        envelope: &Envelope,
        bytes: &[u8],
    ) -> Result<Vec<MailParameter>, MailerError> {
        let server = connection.server_info();
        let mut options = Vec::new();
        let is_plain = |address: &Address| address.user().is_ascii() && address.domain().is_ascii();
        if !envelope.from().into_iter().chain(envelope.to()).all(is_plain) {
            if !server.supports_feature(Extension::SmtpUtfEight) {
                return Err(refusal::international_address(&self.name));
            }
            options.push(MailParameter::SmtpUtfEight);
        }
        // Only an international address leaves the letter itself beyond ASCII: its parts are encoded.
        if !bytes.is_ascii() {
            if !server.supports_feature(Extension::EightBitMime) {
                return Err(refusal::international_address(&self.name));
            }
            options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        Ok(options)
    }

    async fn step<T>(
        &self,
        step: Step,
        answer: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, MailerError> {
        match timeout(self.patience, answer).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(refusal::classify(step, &self.name, &error)),
            Err(_) => Err(refusal::silence(&self.name, self.patience)),
        }
    }
}
