//! Where requests for new passwords are kept.

use chrono::{DateTime, Utc};

use crate::{
    id::{PasswordResetId, UserId},
    password_reset::PasswordReset,
    ports::StoreError,
    token::TokenDigest,
};

/// Reads requests for new passwords.
pub trait PasswordResetLookup {
    /// The request with this token, open or not.
    ///
    /// # Errors
    /// When the store fails.
    fn find_by_token(&mut self, token: &TokenDigest) -> Result<Option<PasswordReset>, StoreError>;
}

/// Keeps requests for new passwords.
pub trait PasswordResetRepository: PasswordResetLookup {
    /// Adds a request.
    ///
    /// # Errors
    /// When the store fails.
    fn add(&mut self, reset: &PasswordReset) -> Result<(), StoreError>;

    /// Uses a request up, so that its link sets no second password.
    ///
    /// # Errors
    /// `Stale` when it was used or replaced before.
    fn close(&mut self, id: PasswordResetId, at: DateTime<Utc>) -> Result<(), StoreError>;

    /// Closes every open request of a person: a newer one takes their place, or the password was set (contract O12).
    ///
    /// # Errors
    /// When the store fails.
    fn close_all_of(&mut self, user: UserId, at: DateTime<Utc>) -> Result<(), StoreError>;
}
