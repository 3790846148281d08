//! Where addresses are kept.

use chrono::{DateTime, Utc};

use crate::{
    email::{CanonicalAddress, Email},
    id::{EmailId, UserId},
    ports::StoreError,
};

/// Reads people's addresses.
pub trait EmailLookup {
    /// The one record of this address that is verified or provisioned, whosever it is.
    ///
    /// # Errors
    /// When the store fails.
    fn find_holder(&mut self, address: &CanonicalAddress) -> Result<Option<Email>, StoreError>;

    /// The latest claim on this address, whosever it is.
    ///
    /// # Errors
    /// When the store fails.
    fn find_latest_claim(&mut self, address: &CanonicalAddress) -> Result<Option<Email>, StoreError>;

    /// This person's record of this address.
    ///
    /// # Errors
    /// When the store fails.
    fn find_of(&mut self, user: UserId, address: &CanonicalAddress) -> Result<Option<Email>, StoreError>;

    /// All addresses of a person, the oldest first.
    ///
    /// # Errors
    /// When the store fails.
    fn list_of(&mut self, user: UserId) -> Result<Vec<Email>, StoreError>;
}

/// Keeps people's addresses.
pub trait EmailRepository: EmailLookup {
    /// Adds an address.
    ///
    /// # Errors
    /// `Duplicate(Unique::HeldAddress)` when somebody holds it already (a claim blocks nobody),
    /// `Duplicate(Unique::UserAddress)` when this person has it already.
    fn add(&mut self, email: &Email) -> Result<(), StoreError>;

    /// Notes that a claimed or provisioned address was proved.
    ///
    /// # Errors
    /// `Duplicate(Unique::HeldAddress)` when somebody else holds it by now, `Stale` when it is verified or gone.
    fn verify(&mut self, id: EmailId, at: DateTime<Utc>) -> Result<(), StoreError>;

    /// Removes everybody's mere claims on an address, with their codes: somebody proved it.
    ///
    /// # Errors
    /// When the store fails.
    fn void_claims(&mut self, address: &CanonicalAddress) -> Result<(), StoreError>;

    /// Makes `email` the default address of its person, in place of the one before, which is forgotten. An address
    /// that he has already gets its state and its spelling.
    ///
    /// # Errors
    /// `Duplicate` of `HeldAddress` when somebody else holds it.
    fn replace_default(&mut self, email: &Email) -> Result<(), StoreError>;
}
