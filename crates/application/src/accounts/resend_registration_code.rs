//! Another code for a registration that has begun.

use chrono::TimeDelta;
use portico_domain::{
    code::CodeSubject,
    email::EmailAddress,
    ports::{Lock, StoreError, StoreExt as _},
};

use super::codes::{RegistrationMail, send_code};
use crate::ports::Ports;

/// Why no further code was sent.
#[derive(Debug, thiserror::Error)]
pub enum ResendRegistrationCodeError {
    /// No registration has begun at this address.
    #[error("no registration has begun")]
    NoCode,
    /// The last code was sent a moment ago (contract O8).
    #[error("a code was sent a moment ago")]
    TooSoon {
        /// How long to wait.
        retry_after: TimeDelta,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Mails a new code in place of the old one, with tries of its own (contract O7). An address that has an account is
/// treated as any other (contract O5).
#[derive(Clone)]
pub struct ResendRegistrationCode {
    ports: Ports,
}

impl ResendRegistrationCode {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Sends it.
    ///
    /// # Errors
    /// When no registration has begun, the last code is too fresh, or the store fails.
    pub async fn execute(&self, address: EmailAddress) -> Result<(), ResendRegistrationCodeError> {
        let now = self.ports.clock.now();
        let subject = CodeSubject::Registration(address.canonical().clone());
        let mail = RegistrationMail::draw(&self.ports, &subject, &address, now);
        let lifetimes = self.ports.policy.lifetimes;
        self.ports
            .store
            .write(move |tx| {
                tx.lock(&Lock::Address(address.canonical().clone()))?;
                let previous = tx.codes().find(&subject)?.ok_or(ResendRegistrationCodeError::NoCode)?;
                if let Some(retry_after) = previous.cooldown_left(now, lifetimes.resend_cooldown) {
                    return Err(ResendRegistrationCodeError::TooSoon { retry_after });
                }
                let drawn = mail.choose(tx, &address)?;
                Ok(send_code(tx, &subject, Some(previous), &drawn, lifetimes.registration_code)?)
            })
            .await
    }
}
