//! Where dictations and what was checked of them are kept.

use chrono::{DateTime, Utc};

use crate::{
    id::PartnerId,
    partner::{
        CheckResult, CheckResultFilter, CheckResultPage, CheckResultStretch, Dictation, DictationId,
        ShownCheckResult,
    },
    ports::StoreError,
    token::TokenDigest,
};

/// Reads dictations.
pub trait DictationLookup {
    /// The partner's dictation with this id, retired or not.
    ///
    /// # Errors
    /// When the store fails.
    fn find(&mut self, partner: PartnerId, id: &DictationId) -> Result<Option<Dictation>, StoreError>;

    /// At most `limit` of the partner's dictations, retired ones included, in the order of their ids, byte by byte;
    /// those behind `after`, or from the beginning without one.
    ///
    /// # Errors
    /// When the store fails.
    fn list(
        &mut self,
        partner: PartnerId,
        after: Option<DictationId>,
        limit: u16,
    ) -> Result<Vec<Dictation>, StoreError>;
}

/// Keeps dictations.
pub trait DictationRepository: DictationLookup {
    /// Registers a dictation; a retired one comes back with another title and language.
    ///
    /// # Errors
    /// `Duplicate(Unique::Dictation)` when the partner has one of that id that is not retired.
    fn add(&mut self, dictation: &Dictation) -> Result<(), StoreError>;

    /// Retires a dictation.
    ///
    /// # Errors
    /// `Stale` when the partner has none of that id, or it is retired.
    fn retire(&mut self, partner: PartnerId, id: &DictationId, at: DateTime<Utc>) -> Result<(), StoreError>;
}

/// Reads results of checks.
pub trait CheckResultLookup {
    /// The result whose page has the token with this digest.
    ///
    /// # Errors
    /// When the store fails.
    fn find_by_page_token(&mut self, token: &TokenDigest) -> Result<Option<ShownCheckResult>, StoreError>;

    /// A part of the results that a filter lets through, in the order of their ids. Nothing beyond the part is read.
    ///
    /// # Errors
    /// When the store fails.
    fn list(
        &mut self,
        filter: &CheckResultFilter,
        page: CheckResultPage,
    ) -> Result<CheckResultStretch, StoreError>;
}

/// Keeps results of checks.
pub trait CheckResultRepository: CheckResultLookup {
    /// Adds a result, of a person and a dictation of the partner.
    ///
    /// # Errors
    /// When the store fails.
    fn add(&mut self, result: &CheckResult) -> Result<(), StoreError>;
}
