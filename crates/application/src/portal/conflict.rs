//! What stands in the way of a profile.

use portico_domain::ports::{StoreError, Unique};

/// Another member has the same of something that only one may have (portal contract section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfileConflict {
    /// The address.
    #[error("the email address is in use")]
    Address,
    /// The name at the provider.
    #[error("the account id is in use")]
    AccountId,
    /// The student number.
    #[error("the student id is in use")]
    StudentNumber,
    /// The telephone for emergencies.
    #[error("the emergency phone number is in use")]
    Phone,
    /// The name at Discord.
    #[error("the Discord id is in use")]
    DiscordId,
    /// The name at Twitter.
    #[error("the Twitter screen name is in use")]
    TwitterScreenName,
}

impl ProfileConflict {
    /// What somebody has already when this rule stands in the way; nothing when the rule is not about profiles.
    pub(crate) const fn of(rule: Unique) -> Option<Self> {
        match rule {
            Unique::HeldAddress => Some(Self::Address),
            Unique::ExternalIdentity => Some(Self::AccountId),
            Unique::StudentNumber => Some(Self::StudentNumber),
            Unique::Phone => Some(Self::Phone),
            Unique::DiscordId => Some(Self::DiscordId),
            Unique::TwitterScreenName => Some(Self::TwitterScreenName),
            _ => None,
        }
    }

    /// Turns an answer of the store into the error of a use case: a conflict when it is one.
    pub(crate) fn or_store<E: From<Self> + From<StoreError>>(error: StoreError) -> E {
        match error {
            StoreError::Duplicate(rule) => {
                Self::of(rule).map_or_else(|| StoreError::Duplicate(rule).into(), E::from)
            }
            other => other.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::assert_refused;

    #[derive(Debug, thiserror::Error)]
    enum Refusal {
        #[error(transparent)]
        Conflict(#[from] ProfileConflict),
        #[error(transparent)]
        Store(#[from] StoreError),
    }

    #[test]
    fn every_rule_about_profiles_names_what_is_taken() {
        for (rule, conflict) in [
            (Unique::HeldAddress, ProfileConflict::Address),
            (Unique::ExternalIdentity, ProfileConflict::AccountId),
            (Unique::StudentNumber, ProfileConflict::StudentNumber),
            (Unique::Phone, ProfileConflict::Phone),
            (Unique::DiscordId, ProfileConflict::DiscordId),
            (Unique::TwitterScreenName, ProfileConflict::TwitterScreenName),
        ] {
            match ProfileConflict::or_store(StoreError::Duplicate(rule)) {
                Refusal::Conflict(named) => assert_eq!(named, conflict),
                other @ Refusal::Store(_) => panic!("{other:?} is not {conflict:?}"),
            }
        }
    }

    #[test]
    fn what_is_no_conflict_of_profiles_stays_what_it_was() {
        let told = |error| Err::<(), Refusal>(ProfileConflict::or_store(error));
        assert_refused!(told(StoreError::Stale), Refusal::Store(StoreError::Stale));
        assert_refused!(
            told(StoreError::Duplicate(Unique::Profile)),
            Refusal::Store(StoreError::Duplicate(Unique::Profile))
        );
    }
}
