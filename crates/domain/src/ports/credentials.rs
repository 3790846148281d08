//! Where password hashes are kept.

use crate::{credential::Credential, id::UserId, password::PasswordHash, ports::StoreError};

/// Reads people's passwords, which means their hashes.
pub trait CredentialLookup {
    /// The password of a person, if he has one.
    ///
    /// # Errors
    /// When the store fails.
    fn find(&mut self, user: UserId) -> Result<Option<Credential>, StoreError>;
}

/// Keeps people's passwords, which means their hashes: one for each person, or none.
pub trait CredentialRepository: CredentialLookup {
    /// Gives a person this password in place of any he had.
    ///
    /// # Errors
    /// When the store fails.
    fn set(&mut self, credential: &Credential) -> Result<(), StoreError>;

    /// Replaces a hash by one of the same password with today's parameters; `changed_at` stays as it is.
    ///
    /// # Errors
    /// `Stale` when the person's hash is no longer `old`.
    fn renew(&mut self, user: UserId, old: &PasswordHash, new: &PasswordHash) -> Result<(), StoreError>;
}
