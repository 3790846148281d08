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
    /// When it was set.
    pub changed_at: DateTime<Utc>,
}
