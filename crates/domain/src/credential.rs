//! What a person signs in with.

use chrono::{DateTime, Utc};

use crate::{id::UserId, password::PasswordHash};

/// The password of a person. A person has at most one, and may have none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// Whose it is.
    pub user: UserId,
    /// What is kept of it.
    pub hash: PasswordHash,
    /// Whether it was mailed and must be changed before anything else (contract O47).
    pub must_change: bool,
    /// When it was set. Renewing its hash leaves this as it is.
    pub changed_at: DateTime<Utc>,
}

impl Credential {
    /// Whether this is still the password that was read as `earlier`, its hash renewed meanwhile or not.
    #[must_use]
    pub fn is_same_password_as(&self, earlier: &Self) -> bool {
        self.user == earlier.user && (self.hash == earlier.hash || self.changed_at == earlier.changed_at)
    }
}
