//! Where the forms and the providers of the sign-up API are kept.

use chrono::{DateTime, Utc};

use crate::{
    id::{FormId, ProviderId},
    ports::StoreError,
    signup::{Form, FormDefinition, Identifier, Provider, ProviderDefinition},
};

/// A stretch of a list in which clients count (sign-up contract sections 3 and 7: `offset` and `limit`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// How many to leave out.
    pub offset: u32,
    /// How many at most.
    pub limit: u16,
}

impl Stretch {
    /// As many as a list of an operator's making ever has.
    pub const ALL: Self = Self { offset: 0, limit: u16::MAX };
}

/// Reads forms.
pub trait SignupFormLookup {
    /// The form with this name.
    ///
    /// # Errors
    /// When the store fails.
    fn find(&mut self, identifier: &Identifier) -> Result<Option<Form>, StoreError>;

    /// Forms, in the order of their ids.
    ///
    /// # Errors
    /// When the store fails.
    fn list(&mut self, stretch: Stretch) -> Result<Vec<Form>, StoreError>;

    /// How many forms there are.
    ///
    /// # Errors
    /// When the store fails.
    fn count(&mut self) -> Result<u64, StoreError>;
}

/// Keeps forms.
pub trait SignupFormRepository: SignupFormLookup {
    /// Adds a form, of version 1.
    ///
    /// # Errors
    /// `Duplicate(Unique::SignupForm)` when there is one of that name.
    fn add(&mut self, definition: &FormDefinition, at: DateTime<Utc>) -> Result<FormId, StoreError>;

    /// Writes over the form of that name, whose version grows by one.
    ///
    /// # Errors
    /// `Stale` when there is none.
    fn write(&mut self, definition: &FormDefinition, at: DateTime<Utc>) -> Result<(), StoreError>;

    /// Removes a form that no provider uses.
    ///
    /// # Errors
    /// `Stale` when there is none.
    fn remove(&mut self, identifier: &Identifier) -> Result<(), StoreError>;
}

/// Reads providers.
pub trait SignupProviderLookup {
    /// The provider with this name, active or not.
    ///
    /// # Errors
    /// When the store fails.
    fn find(&mut self, identifier: &Identifier) -> Result<Option<Provider>, StoreError>;

    /// Providers, active or not, in the order of their ids.
    ///
    /// # Errors
    /// When the store fails.
    fn list(&mut self, stretch: Stretch) -> Result<Vec<Provider>, StoreError>;

    /// The active ones alone.
    ///
    /// # Errors
    /// When the store fails.
    fn list_active(&mut self, stretch: Stretch) -> Result<Vec<Provider>, StoreError>;

    /// The providers that use a form.
    ///
    /// # Errors
    /// When the store fails.
    fn list_by_form(&mut self, form: &Identifier) -> Result<Vec<Provider>, StoreError>;
}

/// Keeps providers.
pub trait SignupProviderRepository: SignupProviderLookup {
    /// Adds a provider, of version 1; its form is at rest.
    ///
    /// # Errors
    /// `Duplicate(Unique::SignupProvider)` when there is one of that name.
    fn add(&mut self, definition: &ProviderDefinition, at: DateTime<Utc>) -> Result<ProviderId, StoreError>;

    /// Writes over the provider of that name, whose version grows by one.
    ///
    /// # Errors
    /// `Stale` when there is none.
    fn write(&mut self, definition: &ProviderDefinition, at: DateTime<Utc>) -> Result<(), StoreError>;

    /// Removes a provider through which nobody came.
    ///
    /// # Errors
    /// `Stale` when there is none.
    fn remove(&mut self, identifier: &Identifier) -> Result<(), StoreError>;
}
