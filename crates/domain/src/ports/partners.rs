//! Where partners, their keys and their people are kept.

use chrono::{DateTime, Utc};

use crate::{
    id::{PartnerId, PartnerKeyId, UserId},
    page::Page,
    partner::{Partner, PartnerBearer, PartnerKey, PartnerName, PartnerSummary},
    ports::StoreError,
    token::TokenDigest,
};

/// Reads partners.
pub trait PartnerLookup {
    /// The partner with this id, revoked or not.
    ///
    /// # Errors
    /// When the store fails.
    fn find(&mut self, id: PartnerId) -> Result<Option<Partner>, StoreError>;

    /// The partner of this name, of those not revoked.
    ///
    /// # Errors
    /// When the store fails.
    fn find_by_name(&mut self, name: &PartnerName) -> Result<Option<Partner>, StoreError>;

    /// Who shows a key with this digest, whether or not it still opens anything: one read of an index.
    ///
    /// # Errors
    /// When the store fails.
    fn find_bearer(&mut self, key: &TokenDigest) -> Result<Option<PartnerBearer>, StoreError>;

    /// Partners, revoked ones included, in the order of their ids.
    ///
    /// # Errors
    /// When the store fails.
    fn list(&mut self, page: Page) -> Result<Vec<PartnerSummary>, StoreError>;

    /// Whether a person is the partner's.
    ///
    /// # Errors
    /// When the store fails.
    fn has_user(&mut self, partner: PartnerId, user: UserId) -> Result<bool, StoreError>;
}

/// Keeps partners.
pub trait PartnerRepository: PartnerLookup {
    /// Adds a partner.
    ///
    /// # Errors
    /// `Duplicate(Unique::PartnerName)` when one that is not revoked has that name.
    fn add(&mut self, partner: &Partner) -> Result<(), StoreError>;

    /// Revokes a partner, and with it all of its keys.
    ///
    /// # Errors
    /// `Stale` when there is none, or it is revoked.
    fn revoke(&mut self, id: PartnerId, at: DateTime<Utc>) -> Result<(), StoreError>;

    /// Adds a key.
    ///
    /// # Errors
    /// When the store fails.
    fn add_key(&mut self, key: &PartnerKey) -> Result<(), StoreError>;

    /// Lets all keys of a partner end at `until` that would not end before.
    ///
    /// # Errors
    /// When the store fails.
    fn end_keys(&mut self, partner: PartnerId, until: DateTime<Utc>) -> Result<(), StoreError>;

    /// Notes that a key was used, unless it was noted within [`crate::partner::USE_NOTED_EVERY`] before `at`.
    ///
    /// # Errors
    /// When the store fails.
    fn note_use(&mut self, key: PartnerKeyId, at: DateTime<Utc>) -> Result<(), StoreError>;

    /// Notes that a person is the partner's; one who is already stays as he is.
    ///
    /// # Errors
    /// When the store fails.
    fn add_user(&mut self, partner: PartnerId, user: UserId, at: DateTime<Utc>) -> Result<(), StoreError>;
}
