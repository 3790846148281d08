//! The way out for letters.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::{
    email::EmailAddress,
    id::LetterId,
    letter::{Letter, LetterSecret},
};

/// A letter ready to be rendered and sent.
#[derive(Clone, Debug)]
pub struct OutgoingLetter {
    /// Which one; a letter sent twice has the same `Message-ID`.
    pub id: LetterId,
    /// To whom.
    pub to: EmailAddress,
    /// What it says.
    pub letter: Letter,
    /// What it says in confidence, in clear: the code or the link's token.
    pub secret: Option<LetterSecret>,
    /// Its date: when its cause happened.
    pub written_at: DateTime<Utc>,
}

/// Why a letter did not leave. The texts are for the operator, and hold neither secret nor content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailerError {
    /// It may leave later.
    #[error("{0}")]
    Temporary(String),
    /// It will never leave: the mail server refuses this letter or its recipient.
    #[error("{0}")]
    Permanent(String),
}

/// Sends letters. Called while no transaction is open.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Hands a letter to the mail server; `Ok` once that server has taken it over.
    ///
    /// # Errors
    /// `Permanent` when the server refused the letter for good, else `Temporary`: it did not take it, or it is not
    /// known whether it did.
    async fn send(&self, letter: OutgoingLetter) -> Result<(), MailerError>;
}
