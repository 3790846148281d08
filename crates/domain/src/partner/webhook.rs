//! Where a partner is told what happened (docs/partners.md).

mod address;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

pub use self::address::{WebhookUrl, WebhookUrlError};
use crate::{
    id::{CheckResultId, DeliveryId, PartnerId, UserId, WebhookId},
    partner::DictationId,
};

/// The most webhooks of one partner.
pub const MAX_WEBHOOKS: usize = 10;

/// What a partner can be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PartnerEvent {
    /// The partner's call created a person.
    #[serde(rename = "user.created")]
    UserCreated,
    /// A result was kept.
    #[serde(rename = "check_result.saved")]
    CheckResultSaved,
}

impl PartnerEvent {
    /// Every event.
    pub const ALL: [Self; 2] = [Self::UserCreated, Self::CheckResultSaved];

    /// Its name in bodies and in the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::UserCreated => "user.created",
            Self::CheckResultSaved => "check_result.saved",
        }
    }

    /// The event of a name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.name() == name)
    }
}

/// Something that happened, as a partner is told of it: by ids alone, since what is posted is kept in a log, where
/// nobody's address and nobody's text should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartnerNews {
    /// The partner's call created a person.
    UserCreated {
        /// Whom.
        user: UserId,
    },
    /// A result was kept.
    CheckResultSaved {
        /// Which one.
        result: CheckResultId,
        /// Who wrote.
        user: UserId,
        /// What dictation.
        dictation: DictationId,
    },
}

impl PartnerNews {
    /// What kind of news it is.
    #[must_use]
    pub const fn event(&self) -> PartnerEvent {
        match self {
            Self::UserCreated { .. } => PartnerEvent::UserCreated,
            Self::CheckResultSaved { .. } => PartnerEvent::CheckResultSaved,
        }
    }

    /// What is posted: a JSON object with the event's own id, its type, when it happened, and the ids that it is about.
    #[must_use]
    pub fn body(&self, event_id: Uuid, at: DateTime<Utc>) -> String {
        let data = match self {
            Self::UserCreated { user } => json!({ "user": user.to_string() }),
            Self::CheckResultSaved { result, user, dictation } => json!({
                "result": result.to_string(),
                "user": user.to_string(),
                "dict": dictation.as_str(),
            }),
        };
        let body = json!({
            "id": event_id.to_string(),
            "type": self.event().name(),
            "created_at": at.to_rfc3339_opts(SecondsFormat::Millis, true),
            "data": data,
        });
        body.to_string()
    }
}

/// An address with the events that are told there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Which one; what is posted is signed with a secret that follows from it.
    pub id: WebhookId,
    /// Whose.
    pub partner: PartnerId,
    /// Where.
    pub url: WebhookUrl,
    /// What is told there, each once and at least one.
    pub events: Vec<PartnerEvent>,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    /// When it was removed, if it was: nothing is told there any more.
    pub removed_at: Option<DateTime<Utc>>,
}

/// What has become of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// It is still tried.
    Waiting,
    /// The partner took it.
    Delivered,
    /// It was given up.
    Failed,
}

impl DeliveryState {
    /// Its name in bodies and in the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }

    /// The state of a name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        [Self::Waiting, Self::Delivered, Self::Failed].into_iter().find(|state| state.name() == name)
    }
}

/// An event that is to be told at one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDelivery {
    /// Which one; the outbox owes it under the same id.
    pub id: DeliveryId,
    /// Where it goes.
    pub webhook: WebhookId,
    /// Names the event itself, the same at every address and in every repetition.
    pub event_id: Uuid,
    /// What happened.
    pub event: PartnerEvent,
    /// What is posted: a JSON object.
    pub body: String,
    /// When it was due first.
    pub created_at: DateTime<Utc>,
}

/// An event told at one address, with what became of it: an entry of the delivery log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// What was to be told.
    pub told: NewDelivery,
    /// What has become of it.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was last tried.
    pub last_attempt_at: Option<DateTime<Utc>>,
    /// The HTTP status of the last answer; nothing when there was none.
    pub last_status: Option<u16>,
    /// Why the last try failed.
    pub last_error: Option<String>,
}

/// How one try of a delivery ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryOutcome {
    /// The partner took it.
    Delivered,
    /// It is tried again later.
    Postponed,
    /// It is given up.
    Abandoned,
}

/// One try of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryAttempt {
    /// When it ended.
    pub at: DateTime<Utc>,
    /// How.
    pub outcome: DeliveryOutcome,
    /// The HTTP status of the answer; nothing when there was none.
    pub status: Option<u16>,
    /// Why it failed.
    pub error: Option<String>,
}

#[cfg(test)]
mod tests;
