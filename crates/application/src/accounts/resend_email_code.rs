//! Another code for a further address.

use chrono::TimeDelta;
use portico_domain::{
    code::CodeSubject,
    email::EmailAddress,
    ports::{Lock, StoreError, StoreExt as _},
};

use super::codes::{DrawnCode, send_code};
use crate::{actor::Actor, ports::Ports};

/// Why no further code was sent.
#[derive(Debug, thiserror::Error)]
pub enum ResendEmailCodeError {
    /// The caller has no such address.
    #[error("there is no such address on this account")]
    NotFound,
    /// It is proved already.
    #[error("the address is verified already")]
    AlreadyVerified,
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

/// Mails a new code to an address that the caller added (contract O16).
#[derive(Clone)]
pub struct ResendEmailCode {
    ports: Ports,
}

impl ResendEmailCode {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Sends it.
    ///
    /// # Errors
    /// When the caller did not add the address, has proved it, the last code is too fresh, or the store fails.
    pub async fn execute(&self, actor: &Actor, address: EmailAddress) -> Result<(), ResendEmailCodeError> {
        let (user, now) = (actor.user, self.ports.clock.now());
        let ports = self.ports.clone();
        self.ports
            .store
            .write(move |tx| {
                tx.lock(&Lock::User(user))?;
                let email =
                    tx.emails().find_of(user, address.canonical())?.ok_or(ResendEmailCodeError::NotFound)?;
                if email.is_verified() {
                    return Err(ResendEmailCodeError::AlreadyVerified);
                }
                let subject = CodeSubject::AddedAddress(email.id);
                let previous = tx.codes().find(&subject)?;
                let lifetimes = ports.policy.lifetimes;
                let left =
                    previous.as_ref().and_then(|code| code.cooldown_left(now, lifetimes.resend_cooldown));
                if let Some(retry_after) = left {
                    return Err(ResendEmailCodeError::TooSoon { retry_after });
                }
                let drawn = DrawnCode::draw(&ports, &subject, &email.address, now);
                Ok(send_code(tx, &subject, previous, &drawn, lifetimes.registration_code)?)
            })
            .await
    }
}
