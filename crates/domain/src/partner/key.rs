//! The keys that partners call with.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    id::{PartnerId, PartnerKeyId},
    partner::Partner,
    ports::Entropy,
    token::{PlainToken, TokenDigest},
};

/// What every key begins with, so that one that lies about is recognised.
const PREFIX: &str = "portico_key_";
/// How many characters behind it a list shows: enough to tell keys apart, too few to guess the rest from.
const SHOWN: usize = 6;

/// How long the old key opens beside a new one (partner contract, "Management").
pub const KEY_OVERLAP: TimeDelta = TimeDelta::hours(24);
/// How exactly it is known when a key was last used: not every call is worth a write.
pub const USE_NOTED_EVERY: TimeDelta = TimeDelta::minutes(1);

/// A key of a partner, of which only the digest is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartnerKey {
    /// Which one.
    pub id: PartnerKeyId,
    /// Whose.
    pub partner: PartnerId,
    /// What is kept of it.
    pub digest: TokenDigest,
    /// What it begins with, for lists.
    pub prefix: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends; nothing for one that was not replaced.
    pub valid_until: Option<DateTime<Utc>>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
}

impl PartnerKey {
    /// Draws a key of a partner: what is kept, and the key itself, which is shown once.
    #[must_use]
    pub fn draw(partner: PartnerId, now: DateTime<Utc>, entropy: &dyn Entropy) -> (Self, PlainToken) {
        let plain = PlainToken::generate(PREFIX, entropy);
        let key = Self {
            id: PartnerKeyId::generate(now, entropy),
            partner,
            digest: plain.digest(),
            prefix: plain.reveal().chars().take(PREFIX.len() + SHOWN).collect(),
            created_at: now,
            valid_until: None,
            last_used_at: None,
        };
        (key, plain)
    }

    /// Whether it is long enough ago that its use was noted.
    #[must_use]
    pub fn is_use_worth_noting(&self, now: DateTime<Utc>) -> bool {
        self.last_used_at.is_none_or(|last| now - last >= USE_NOTED_EVERY)
    }
}

/// A key with the partner that shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartnerBearer {
    /// The partner.
    pub partner: Partner,
    /// The key.
    pub key: PartnerKey,
}

impl PartnerBearer {
    /// Whether the key still opens anything.
    #[must_use]
    pub fn is_valid(&self, now: DateTime<Utc>) -> bool {
        self.partner.revoked_at.is_none() && self.key.valid_until.is_none_or(|until| now < until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{partner::PartnerName, ports::mocks::CountingEntropy};

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000, 0).unwrap()
    }

    fn bearer() -> PartnerBearer {
        let entropy = CountingEntropy::default();
        let partner = Partner {
            id: PartnerId::generate(now(), &entropy),
            name: PartnerName::parse("Diktado").unwrap(),
            created_at: now(),
            revoked_at: None,
        };
        let (key, _) = PartnerKey::draw(partner.id, now(), &entropy);
        PartnerBearer { partner, key }
    }

    #[test]
    fn a_key_is_recognised_by_its_beginning_and_kept_as_a_digest() {
        let (key, plain) = PartnerKey::draw(bearer().partner.id, now(), &CountingEntropy::default());
        assert_eq!(plain.reveal().len(), PREFIX.len() + 43);
        assert_eq!((key.prefix.len(), plain.reveal().starts_with(&key.prefix)), (18, true));
        assert_eq!(key.digest, plain.digest());
        assert!(!format!("{key:?}").contains(plain.reveal()));
    }

    #[test]
    fn a_key_opens_until_it_ends_or_its_partner_is_revoked() {
        let mut bearer = bearer();
        assert!(bearer.is_valid(now()));
        bearer.key.valid_until = Some(now() + TimeDelta::seconds(1));
        assert!(bearer.is_valid(now()));
        assert!(!bearer.is_valid(now() + TimeDelta::seconds(1)));
        bearer.key.valid_until = None;
        bearer.partner.revoked_at = Some(now());
        assert!(!bearer.is_valid(now()));
    }

    #[test]
    fn a_use_is_noted_once_a_minute() {
        let mut key = bearer().key;
        assert!(key.is_use_worth_noting(now()));
        key.last_used_at = Some(now());
        assert!(!key.is_use_worth_noting(now() + TimeDelta::seconds(59)));
        assert!(key.is_use_worth_noting(now() + TimeDelta::seconds(60)));
    }
}
