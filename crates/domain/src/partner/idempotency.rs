//! Calls that are repeated because their answer was lost.

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest as _, Sha256};

use crate::id::PartnerId;

/// The most characters of an `Idempotency-Key`.
const MAX_CHARS: usize = 255;
/// How long a repetition is recognised (partner contract, `save_check_result`).
const LIFETIME: TimeDelta = TimeDelta::hours(24);

/// The name that a partner gave to a call, to repeat it without doing it twice: 1 to 255 visible ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(String);

/// A text that cannot name a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to {MAX_CHARS} visible ASCII characters")]
pub struct IdempotencyKeyError;

impl IdempotencyKey {
    /// Reads a name; it is taken to the letter.
    ///
    /// # Errors
    /// When it is empty, too long, or has other characters.
    pub fn parse(key: &str) -> Result<Self, IdempotencyKeyError> {
        if (1..=MAX_CHARS).contains(&key.len()) && key.chars().all(|c| c.is_ascii_graphic()) {
            Ok(Self(key.to_owned()))
        } else {
            Err(IdempotencyKeyError)
        }
    }

    /// The name, as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// SHA-256 of what a call asks for, 32 bytes: by it another request under the same name is told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestDigest([u8; 32]);

impl RequestDigest {
    /// The digest of the parts of a request, in their order.
    #[must_use]
    pub fn of(parts: &[&str]) -> Self {
        let mut digest = Sha256::new();
        for part in parts {
            // Its length first, so that no two lists of parts run together.
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        Self(digest.finalize().into())
    }

    /// Takes a digest that was stored.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes at rest.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// A call with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotentRequest {
    /// Whose call; the names of two partners never meet.
    pub partner: PartnerId,
    /// Its name.
    pub key: IdempotencyKey,
    /// What it asks for.
    pub digest: RequestDigest,
    /// When it came.
    pub at: DateTime<Utc>,
}

impl IdempotentRequest {
    /// When its name is free again.
    #[must_use]
    pub fn expires_at(&self) -> DateTime<Utc> {
        self.at + LIFETIME
    }
}

/// What a name of a call says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// No such call was made: it is to be done.
    New,
    /// This call was done: it is to be answered as it was then.
    Repeated,
    /// Another call has the name.
    Taken,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_name_is_visible_ascii() {
        for key in ["a", "550e8400-e29b-41d4-a716-446655440000", "\"quoted\"", &"x".repeat(255)] {
            assert_eq!(IdempotencyKey::parse(key).unwrap().as_str(), key);
        }
        for key in ["", " ", "a b", "ж", "a\n", &"x".repeat(256)] {
            assert_eq!(IdempotencyKey::parse(key), Err(IdempotencyKeyError), "{key:?}");
        }
    }

    #[test]
    fn requests_differ_in_any_part_and_in_where_a_part_ends() {
        let digest = RequestDigest::of(&["ab", "c"]);
        assert_eq!(digest, RequestDigest::of(&["ab", "c"]));
        for other in [vec!["a", "bc"], vec!["ab"], vec!["abc"], vec!["ab", "c", ""]] {
            assert_ne!(digest, RequestDigest::of(&other), "{other:?}");
        }
    }

    #[test]
    fn a_name_is_free_again_after_a_day() {
        let at = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let request = IdempotentRequest {
            partner: PartnerId::from_uuid(Uuid::nil()),
            key: IdempotencyKey::parse("a").unwrap(),
            digest: RequestDigest::of(&[]),
            at,
        };
        assert_eq!(request.expires_at(), at + TimeDelta::days(1));
    }

    #[test]
    fn a_digest_is_the_same_at_rest() {
        let digest = RequestDigest::of(&["a"]);
        assert_eq!(RequestDigest::from_bytes(*digest.as_bytes()), digest);
    }

    proptest! {
        #[test]
        fn no_two_lists_of_parts_have_one_digest(
            one in prop::collection::vec("[ab]{0,3}", 0..5),
            other in prop::collection::vec("[ab]{0,3}", 0..5),
        ) {
            let digest = |parts: &[String]| RequestDigest::of(&parts.iter().map(String::as_str).collect::<Vec<_>>());
            prop_assert_eq!(digest(&one) == digest(&other), one == other);
        }

        #[test]
        fn a_name_is_taken_to_the_letter(key in "[!-~]{1,255}") {
            let parsed = IdempotencyKey::parse(&key).unwrap();
            prop_assert_eq!(parsed.as_str(), key);
        }

        #[test]
        fn no_other_text_is_a_name(front in "[!-~]{0,20}", odd in "[^!-~]", back in "[!-~]{0,20}") {
            prop_assert_eq!(IdempotencyKey::parse(&format!("{front}{odd}{back}")), Err(IdempotencyKeyError));
        }
    }
}
