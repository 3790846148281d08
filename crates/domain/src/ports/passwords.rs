//! Hashing of passwords, where it starves nobody.

use async_trait::async_trait;

use crate::password::{PasswordHash, PlainPassword};

/// Why a password was not hashed or compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordsError {
    /// It is easily guessed; the text says why.
    #[error("{0}")]
    Weak(String),
    /// Too many passwords wait already; nothing was done.
    #[error("too many passwords are being checked")]
    Busy,
    /// Hashing failed, or a hash at rest cannot be read.
    #[error("password hashing failed: {0}")]
    Failed(String),
}

/// What came of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// It is another password.
    Wrong,
    /// It is the password.
    Right {
        /// Its hash with today's parameters, when the one at rest has older ones.
        renewed: Option<PasswordHash>,
    },
}

/// Hashes and compares passwords on threads of its own. Called while no transaction is open.
#[async_trait]
pub trait Passwords: Send + Sync {
    /// Hashes a new password, unless it is easily guessed. `hints` are texts that a guesser would try first: the
    /// person's address and name.
    ///
    /// # Errors
    /// `Weak` when it is easily guessed, `Busy` when too much is waiting, `Failed` when hashing is not possible.
    async fn protect(
        &self,
        password: PlainPassword,
        hints: Vec<String>,
    ) -> Result<PasswordHash, PasswordsError>;

    /// Hashes a new password by whose rules somebody else judges: the password of a sign-up entity opens nothing but
    /// the sign-up API (sign-up contract section 3).
    ///
    /// # Errors
    /// `Busy` when too much is waiting, `Failed` when hashing is not possible.
    async fn hash(&self, password: PlainPassword) -> Result<PasswordHash, PasswordsError>;

    /// Compares a presented password with a hash. Without one it takes the same time and is wrong, so that an
    /// unknown person cannot be told from a wrong password.
    ///
    /// # Errors
    /// `Busy` when too much is waiting, `Failed` when the hash at rest cannot be read.
    async fn compare(
        &self,
        presented: PlainPassword,
        kept: Option<PasswordHash>,
    ) -> Result<Comparison, PasswordsError>;
}
