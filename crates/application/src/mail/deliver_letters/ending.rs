//! How a try of a delivery ends, and how that is noted.

use chrono::{DateTime, Utc};
use portico_domain::{
    id::{DeliveryId, LetterId},
    letter::Lane,
    partner::{DeliveryAttempt, DeliveryOutcome},
    ports::{LeaseHolder, StoreError, Transaction},
};

use super::Outcome;

/// What has become of a letter.
pub(super) enum Ending {
    Delivered,
    Postponed { error: String, due: DateTime<Utc> },
    Abandoned { error: String },
}

impl Ending {
    pub(super) const fn outcome(&self) -> Outcome {
        match self {
            Self::Delivered => Outcome::Delivered,
            Self::Postponed { .. } => Outcome::Postponed,
            Self::Abandoned { .. } => Outcome::Abandoned,
        }
    }

    /// Tells the operator.
    pub(super) fn log(&self, id: LetterId, kind: &'static str, at: DateTime<Utc>) {
        match self {
            Self::Delivered => tracing::info!(letter = %id, kind, "letter delivered"),
            Self::Postponed { error, due } => {
                let seconds = (*due - at).num_seconds();
                tracing::warn!(letter = %id, kind, %error, retry_in_seconds = seconds, "letter not delivered");
            }
            Self::Abandoned { error } => tracing::error!(letter = %id, kind, %error, "letter given up"),
        }
    }
}

/// What is noted of a try.
pub(super) struct Noted {
    pub(super) lane: Lane,
    pub(super) holder: LeaseHolder,
    pub(super) at: DateTime<Utc>,
    pub(super) status: Option<u16>,
    pub(super) ending: Ending,
}

impl Noted {
    /// Notes it in the outbox, and of what partners are told in their log, too.
    pub(super) fn write(&self, tx: &mut dyn Transaction, id: LetterId) -> Result<(), StoreError> {
        let Self { lane, holder, at, status, ending } = self;
        let (outcome, error) = match ending {
            Ending::Delivered => {
                tx.outbox().delivered(id, *holder, *at)?;
                (DeliveryOutcome::Delivered, None)
            }
            Ending::Postponed { error, due } => {
                tx.outbox().postpone(id, *holder, *due, error)?;
                (DeliveryOutcome::Postponed, Some(error.clone()))
            }
            Ending::Abandoned { error } => {
                tx.outbox().abandon(id, *holder, *at, error)?;
                (DeliveryOutcome::Abandoned, Some(error.clone()))
            }
        };
        if *lane == Lane::Partners {
            let attempt = DeliveryAttempt { at: *at, outcome, status: *status, error };
            tx.webhooks().note_attempt(DeliveryId::from_uuid(id.uuid()), &attempt)?;
        }
        Ok(())
    }
}
