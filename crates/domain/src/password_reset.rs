//! Requests for a new password by somebody who forgot his (contract section 2, O12).

use chrono::{DateTime, Utc};

use crate::{
    id::{PasswordResetId, UserId},
    token::TokenDigest,
};

/// Why a reset token set no password (contract section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordResetRefusal {
    /// It is unknown, was used, or a newer one took its place.
    #[error("the reset link is invalid")]
    Invalid,
    /// Its time is over.
    #[error("the reset link has expired")]
    Expired,
}

/// One request for a new password, good once, by default for a quarter of an hour (contract section 10). The newest
/// of a person voids his older ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordReset {
    /// Which one.
    pub id: PasswordResetId,
    /// Whose password; nobody's when the address has no account: such a request leaves the same trace, so that it
    /// takes the same time.
    pub user: Option<UserId>,
    /// What is kept of the token in the letter's link.
    pub token: TokenDigest,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// The first instant at which its time is over.
    pub expires_at: DateTime<Utc>,
    /// When it was used, or a newer one took its place; nothing while it is open.
    pub closed_at: Option<DateTime<Utc>>,
}

impl PasswordReset {
    /// Whose password may be set with it.
    ///
    /// # Errors
    /// `Invalid` when it was used or replaced, or is nobody's; else `Expired` when its time is over.
    pub fn check(&self, now: DateTime<Utc>) -> Result<UserId, PasswordResetRefusal> {
        let user = self.user.ok_or(PasswordResetRefusal::Invalid)?;
        if self.closed_at.is_some() {
            return Err(PasswordResetRefusal::Invalid);
        }
        if now >= self.expires_at {
            return Err(PasswordResetRefusal::Expired);
        }
        Ok(user)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::{ports::mocks::CountingEntropy, token::PlainToken};

    #[test]
    fn a_reset_token_works_once_for_a_quarter_of_an_hour() {
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let entropy = CountingEntropy::default();
        let user = UserId::generate(now, &entropy);
        let reset = PasswordReset {
            id: PasswordResetId::generate(now, &entropy),
            user: Some(user),
            token: PlainToken::presented("t").digest(),
            created_at: now,
            expires_at: now + TimeDelta::minutes(15),
            closed_at: None,
        };
        assert_eq!(reset.check(now), Ok(user));
        assert_eq!(reset.check(reset.expires_at), Err(PasswordResetRefusal::Expired));
        let closed = PasswordReset { closed_at: Some(now), ..reset.clone() };
        assert_eq!(closed.check(now), Err(PasswordResetRefusal::Invalid));
        let nobodys = PasswordReset { user: None, ..reset };
        assert_eq!(nobodys.check(now), Err(PasswordResetRefusal::Invalid));
    }
}
