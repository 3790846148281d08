//! What a person signs in with.

use chrono::{DateTime, Utc};

use crate::{id::UserId, password::PasswordHash};

/// The password of a person. A person has at most one, and may have none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// Whose it is.
    pub user: UserId,
    /// What is kept of it: never the password itself.
    pub hash: PasswordHash,
    /// Whether it was mailed and must be changed before anything else (contract O47).
    pub must_change: bool,
    /// When the person set it, or was mailed it. Renewing its hash leaves this as it is.
    pub changed_at: DateTime<Utc>,
}

impl Credential {
    /// Whether this is still the password that was read as `earlier`, its hash renewed meanwhile or not: a password
    /// compared outside the transaction must not sign in once it was changed.
    #[must_use]
    pub fn is_same_password_as(&self, earlier: &Self) -> bool {
        self.user == earlier.user && (self.hash == earlier.hash || self.changed_at == earlier.changed_at)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::ports::mocks::CountingEntropy;

    #[test]
    fn a_renewed_hash_is_of_the_same_password_and_a_changed_one_is_not() {
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let hash = |text: &str| PasswordHash::from_phc(text.to_owned());
        let user = UserId::generate(now, &CountingEntropy::default());
        let kept = Credential { user, hash: hash("kept"), must_change: false, changed_at: now };
        let renewed = Credential { hash: hash("renewed"), ..kept.clone() };
        let changed = Credential { changed_at: now + TimeDelta::seconds(1), ..renewed.clone() };
        let others = Credential {
            user: UserId::generate(changed.changed_at, &CountingEntropy::default()),
            ..kept.clone()
        };
        assert!(kept.is_same_password_as(&kept));
        assert!(renewed.is_same_password_as(&kept));
        assert!(!changed.is_same_password_as(&kept));
        assert!(!others.is_same_password_as(&kept));
    }
}
