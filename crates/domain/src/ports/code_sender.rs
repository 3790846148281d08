//! The way out for codes that go to telephones.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::{
    id::LetterId,
    letter::{LetterSecret, PhoneCode},
    ports::MailerError,
};

/// A code ready to be sent.
#[derive(Clone, Debug)]
pub struct OutgoingCode {
    /// Which one; a code sent twice has the same id.
    pub id: LetterId,
    /// To whom, and what for.
    pub code: PhoneCode,
    /// The code, in clear.
    pub secret: LetterSecret,
    /// When its cause happened.
    pub written_at: DateTime<Utc>,
}

/// Sends codes to telephones and devices. Called while no transaction is open.
#[async_trait]
pub trait CodeSender: Send + Sync {
    /// Whether there is any way to a telephone; without one, no provider may need it.
    fn is_configured(&self) -> bool;

    /// Hands a code to whoever sends it; `Ok` once he has taken it over.
    ///
    /// # Errors
    /// `Permanent` when it was refused for good, else `Temporary`.
    async fn send(&self, code: OutgoingCode) -> Result<(), MailerError>;
}
