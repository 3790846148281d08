//! What a partner's own site found in what somebody wrote.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    id::{CheckResultId, PartnerId, UserId},
    partner::{Dictation, DictationId, FieldFault, Model, PartnerName},
    token::TokenDigest,
};

/// The most bytes of a text (partner contract, "Common").
pub const MAX_TEXT_BYTES: usize = 256 * 1024;

/// What somebody wrote: up to 256 KiB, kept as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultText(String);

impl ResultText {
    /// Takes a text.
    ///
    /// # Errors
    /// `TooLong` beyond 256 KiB; `Invalid` with U+0000, which no database of ours takes and nobody writes.
    pub fn parse(text: String) -> Result<Self, FieldFault> {
        if text.len() > MAX_TEXT_BYTES {
            return Err(FieldFault::TooLong { max: MAX_TEXT_BYTES });
        }
        if text.contains('\0') { Err(FieldFault::Invalid) } else { Ok(Self(text)) }
    }

    /// Takes a text from the store, where only parsed ones are put.
    #[must_use]
    pub const fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The text, as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The result of one check. A call of a partner adds one; none is ever changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckResult {
    /// Which one; ascends with the time of its making.
    pub id: CheckResultId,
    /// Who sent it.
    pub partner: PartnerId,
    /// Who wrote the text.
    pub user: UserId,
    /// The dictation that was written.
    pub dictation: DictationId,
    /// What was written.
    pub text: ResultText,
    /// What was found.
    pub model: Model,
    /// What is kept of the token of its page; nothing when no link was mailed.
    pub page_token: Option<TokenDigest>,
    /// When it was sent.
    pub created_at: DateTime<Utc>,
}

/// A result with what its page tells besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownCheckResult {
    /// The result.
    pub result: CheckResult,
    /// The dictation, retired or not.
    pub dictation: Dictation,
    /// What the partner is called.
    pub partner: PartnerName,
}

/// Which results of a partner a list shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckResultFilter {
    /// Whose.
    pub partner: PartnerId,
    /// Of this dictation alone.
    pub dictation: Option<DictationId>,
    /// Of this person alone.
    pub user: Option<UserId>,
    /// Sent at this instant or later.
    pub from: Option<DateTime<Utc>>,
    /// Sent before this instant.
    pub to: Option<DateTime<Utc>>,
}

impl CheckResultFilter {
    /// All results of a partner.
    #[must_use]
    pub const fn all_of(partner: PartnerId) -> Self {
        Self { partner, dictation: None, user: None, from: None, to: None }
    }
}

/// Which part of a list of results is asked for. Results differ in size by a million, so that a part is bounded in
/// bytes, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckResultPage {
    /// The id of the last result seen; the part begins behind it. Nothing for the beginning.
    pub after: Option<Uuid>,
    /// The most results, at least 1.
    pub limit: u16,
    /// The most bytes of texts and models together. The first result comes however large it is.
    pub budget: usize,
}

/// A part of a list of results, in the order of their ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckResultStretch {
    /// The results.
    pub results: Vec<CheckResult>,
    /// Whether there are others behind them.
    pub has_more: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_bounded_in_bytes_and_may_be_empty() {
        assert_eq!(ResultText::parse(String::new()).unwrap().as_str(), "");
        assert_eq!(ResultText::parse(" a\r\n\u{202e}".to_owned()).unwrap().as_str(), " a\r\n\u{202e}");
        assert!(ResultText::parse("ж".repeat(MAX_TEXT_BYTES / 2)).is_ok());
        let long = ResultText::parse("ж".repeat(MAX_TEXT_BYTES / 2 + 1));
        assert_eq!(long, Err(FieldFault::TooLong { max: MAX_TEXT_BYTES }));
        assert_eq!(ResultText::parse("a\0".to_owned()), Err(FieldFault::Invalid));
    }
}
