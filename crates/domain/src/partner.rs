//! Partners: organisations whose programs create people here and keep what their own sites have checked (partner
//! contract).

mod check_result;
mod dictation;
mod idempotency;
mod key;
mod model;
mod report;
mod request;
mod webhook;

use chrono::{DateTime, Utc};

pub use self::{
    check_result::{
        CheckResult, CheckResultFilter, CheckResultPage, CheckResultStretch, MAX_TEXT_BYTES, ResultText,
        ShownCheckResult,
    },
    dictation::{Dictation, DictationId, DictationIdError, Language, LanguageError},
    idempotency::{Claim, IdempotencyKey, IdempotencyKeyError, IdempotentRequest, RequestDigest},
    key::{KEY_OVERLAP, PartnerBearer, PartnerKey, USE_NOTED_EVERY},
    model::{MAX_MODEL_BYTES, MAX_MODEL_LEVELS, Model},
    report::{
        Contents, CountName, Decimal, Excerpt, Figure, KindOfMistake, MarkName, Mistake, MistakeKind,
        Outline, Report,
    },
    request::{FieldFault, FieldFaults, Given, MAX_LOGIN_CHARS, PartnerField},
    webhook::{
        Delivery, DeliveryAttempt, DeliveryOutcome, DeliveryState, MAX_WEBHOOKS, NewDelivery, PartnerEvent,
        PartnerNews, Webhook, WebhookUrl, WebhookUrlError,
    },
};
use crate::{
    id::PartnerId,
    text::{self, TextError},
};

/// What a partner is called: one line of 1 to 100 characters. Of those not revoked each has a name of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartnerName(String);

/// The most characters of a partner's name.
const MAX_NAME_CHARS: usize = 100;

impl PartnerName {
    /// Reads a name; white space around it does not count.
    ///
    /// # Errors
    /// When it is empty, too long, or holds control characters.
    pub fn parse(name: &str) -> Result<Self, TextError> {
        text::line(name, MAX_NAME_CHARS).map(Self)
    }

    /// The name, as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An organisation whose programs may call (partner contract, "Management").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partner {
    /// Which one.
    pub id: PartnerId,
    /// What it is called.
    pub name: PartnerName,
    /// When it was let in.
    pub created_at: DateTime<Utc>,
    /// When it was shut out, if it was: none of its keys opens anything since.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A partner as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartnerSummary {
    /// The partner.
    pub partner: Partner,
    /// What its newest key begins with.
    pub key_prefix: String,
    /// When any of its keys was last used, to the minute; nothing when none was.
    pub last_used_at: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line() {
        assert_eq!(PartnerName::parse("  Diktado ").unwrap().as_str(), "Diktado");
        assert_eq!(PartnerName::parse(" "), Err(TextError::Empty));
        assert_eq!(PartnerName::parse(&"ж".repeat(101)), Err(TextError::TooLong { max: 100 }));
        assert_eq!(PartnerName::parse("a\nb"), Err(TextError::ControlCharacter));
    }
}
