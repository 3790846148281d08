//! Links that prove the address of a member (portal contract section 6).

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    email::{CanonicalAddress, EmailAddress},
    id::UserId,
    token::{PlainToken, TokenDigest},
};

/// How long a mailed link proves an address.
pub const VERIFICATION_LIFETIME: TimeDelta = TimeDelta::days(7);

/// A link that was mailed to an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailVerification {
    /// What is kept of the link's token.
    pub digest: TokenDigest,
    /// Whose address it proves.
    pub user: UserId,
    /// The address it was mailed to.
    pub address: CanonicalAddress,
    /// The first instant at which it proves nothing.
    pub expires_at: DateTime<Utc>,
    /// When it was used; from then on it opens no session.
    pub used_at: Option<DateTime<Utc>>,
}

/// Why a link proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerificationRefusal {
    /// No letter had such a link.
    #[error("unknown")]
    Unknown,
    /// Its time is over.
    #[error("expired")]
    Expired,
    /// The member has another address by now.
    #[error("the email address has been changed")]
    AddressChanged,
}

impl EmailVerification {
    /// The link with `token`, which goes to `address`.
    #[must_use]
    pub fn issue(user: UserId, address: &EmailAddress, token: &PlainToken, now: DateTime<Utc>) -> Self {
        Self {
            digest: token.digest(),
            user,
            address: address.canonical().clone(),
            expires_at: now + VERIFICATION_LIFETIME,
            used_at: None,
        }
    }

    /// Whether the link proves the address that the member has now.
    ///
    /// # Errors
    /// `Expired`, or `AddressChanged` when it went to another address.
    pub fn check(
        &self,
        address: Option<&EmailAddress>,
        now: DateTime<Utc>,
    ) -> Result<(), VerificationRefusal> {
        if now >= self.expires_at {
            return Err(VerificationRefusal::Expired);
        }
        if address.map(EmailAddress::canonical) != Some(&self.address) {
            return Err(VerificationRefusal::AddressChanged);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::mocks::CountingEntropy;

    #[test]
    fn a_link_proves_the_address_it_went_to_for_a_week() {
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let entropy = CountingEntropy::default();
        let token = PlainToken::generate("", &entropy);
        let ann = EmailAddress::parse("Ann@example.org").unwrap();
        let link = EmailVerification::issue(UserId::generate(now, &entropy), &ann, &token, now);
        let later = now + VERIFICATION_LIFETIME;
        assert_eq!(link.check(Some(&EmailAddress::parse("ann@example.org").unwrap()), now), Ok(()));
        assert_eq!(link.check(Some(&ann), later - TimeDelta::seconds(1)), Ok(()));
        assert_eq!(link.check(Some(&ann), later), Err(VerificationRefusal::Expired));
        let other = EmailAddress::parse("bob@example.org").unwrap();
        assert_eq!(link.check(Some(&other), now), Err(VerificationRefusal::AddressChanged));
        assert_eq!(link.check(None, now), Err(VerificationRefusal::AddressChanged));
    }
}
