//! Where the links that prove members' addresses are kept.

use chrono::{DateTime, Utc};

use crate::{email_verification::EmailVerification, ports::StoreError, token::TokenDigest};

/// Reads links that prove addresses.
pub trait EmailVerificationLookup {
    /// The link with this token, live or not, used or not.
    ///
    /// # Errors
    /// When the store fails.
    fn find(&mut self, token: &TokenDigest) -> Result<Option<EmailVerification>, StoreError>;
}

/// Keeps links that prove addresses.
pub trait EmailVerificationRepository: EmailVerificationLookup {
    /// Adds a link that is about to be mailed.
    ///
    /// # Errors
    /// When the store fails.
    fn add(&mut self, link: &EmailVerification) -> Result<(), StoreError>;

    /// Notes that a link was used.
    ///
    /// # Errors
    /// `Stale` when it was used before.
    fn close(&mut self, token: &TokenDigest, at: DateTime<Utc>) -> Result<(), StoreError>;
}
