//! Identities: UUIDs (contract section 1) of version 7, so that they ascend with the time of their making. Each kind is
//! a type of its own, so that none is taken for another.

use std::fmt;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::ports::Entropy;

macro_rules! typed_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl $name {
            /// Makes a new identity: the milliseconds of `now`, then 74 random bits.
            #[must_use]
            pub fn generate(now: DateTime<Utc>, entropy: &dyn Entropy) -> Self {
                Self(uuid_v7(now, entropy))
            }
            /// Takes an identity that was made before, from the store or a request; any UUID will do.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }
            /// The bare UUID, for the store and for answers.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

typed_id! {
    /// Names a person.
    UserId,
    /// Names one mail address of one person.
    EmailId,
    /// Names one pair of tokens that was given out.
    SessionId,
    /// Names a sign-in: all pairs of tokens that descend from it by refreshing (contract O10).
    FamilyId,
    /// Names a request for a new password.
    PasswordResetId,
    /// Names a project.
    ProjectId,
    /// Names somebody's membership of a project; not the person (contract O20).
    MemberId,
    /// Names an invite.
    InviteId,
    /// Names a letter in the outbox; its `Message-ID` is made from it.
    LetterId,
    /// Names a payment that was taken back.
    PaymentRemovalId,
    /// Names a sign-in of the sign-up API.
    SignupSessionId,
    /// Names a partner.
    PartnerId,
    /// Names a key of a partner.
    PartnerKeyId,
    /// Names a result that a partner saved.
    CheckResultId,
    /// Names an address at which a partner is told what happened.
    WebhookId,
    /// Names an event told at such an address.
    DeliveryId,
}

macro_rules! numbered_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(i64);

        impl $name {
            /// Takes a number that the store gave, or that a request names.
            #[must_use]
            pub const fn from_number(number: i64) -> Self {
                Self(number)
            }
            /// The bare number, for the store and for answers.
            #[must_use]
            pub const fn number(self) -> i64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

numbered_id! {
    /// Names a form of the sign-up API: ascending, never given twice.
    FormId,
    /// Names a provider of the sign-up API: ascending, never given twice.
    ProviderId,
    /// Names a sign-up entity: ascending, never given twice.
    SignupId,
}

/// Makes a UUID of version 7: the milliseconds of `now`, then 74 random bits. Identities of records have types of their
/// own; this is for what has no record.
#[must_use]
pub fn uuid_v7(now: DateTime<Utc>, entropy: &dyn Entropy) -> Uuid {
    let mut random = [0; 10];
    entropy.fill(&mut random);
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::ports::mocks::CountingEntropy;

    #[test]
    fn identities_ascend_with_time() {
        let entropy = CountingEntropy::default();
        let early = DateTime::from_timestamp_millis(1_700_000_000_000).unwrap();
        let first = UserId::generate(early, &entropy);
        let second = UserId::generate(early + TimeDelta::milliseconds(1), &entropy);
        assert!(first < second);
        assert_eq!(first.uuid().get_version_num(), 7);
    }
}
