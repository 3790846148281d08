//! Where sign-up entities are kept.

use chrono::{DateTime, Utc};

use crate::{
    id::{ProviderId, SignupId, UserId},
    ports::StoreError,
    signup::{Login, NewSignup, ProviderKind, Signup},
};

/// Reads sign-up entities.
pub trait SignupLookup {
    /// The entity with this number, archived or not.
    ///
    /// # Errors
    /// When the store fails.
    fn find(&mut self, id: SignupId) -> Result<Option<Signup>, StoreError>;

    /// Whoever signs in at a provider with this login, to the letter; not an archived one.
    ///
    /// # Errors
    /// When the store fails.
    fn find_by_login(&mut self, provider: ProviderId, login: &Login) -> Result<Option<Signup>, StoreError>;

    /// The entity through which a person came in at a provider, the oldest if there are several; not an archived one.
    ///
    /// # Errors
    /// When the store fails.
    fn find_of_user(&mut self, provider: ProviderId, user: UserId) -> Result<Option<Signup>, StoreError>;

    /// Whether this login, or one that counts as the same, is taken at a provider.
    ///
    /// # Errors
    /// When the store fails.
    fn is_taken(
        &mut self,
        provider: ProviderId,
        kind: ProviderKind,
        login: &Login,
    ) -> Result<bool, StoreError>;

    /// Whether anybody came through a provider, archived or not.
    ///
    /// # Errors
    /// When the store fails.
    fn has_any(&mut self, provider: ProviderId) -> Result<bool, StoreError>;

    /// Entities of a provider that have waited for their activation since before `before`, the oldest first.
    ///
    /// # Errors
    /// When the store fails.
    fn list_waiting(
        &mut self,
        provider: ProviderId,
        before: DateTime<Utc>,
        limit: u16,
    ) -> Result<Vec<Signup>, StoreError>;
}

/// Keeps sign-up entities.
pub trait SignupRepository: SignupLookup {
    /// Adds an entity, of version 1, with an empty state. `kind` is that of its provider: it decides which logins are
    /// the same. The provider stays as it is until the transaction ends.
    ///
    /// # Errors
    /// `Duplicate(Unique::SignupLogin)` when the login is taken at the provider; `Stale` when the provider is of another
    /// kind at rest, or gone.
    fn add(&mut self, signup: &NewSignup, kind: ProviderKind) -> Result<Signup, StoreError>;

    /// Writes everything of an entity that can change: its login, password, data, devices, state, language, status and
    /// person. `signup` is what shall be, with the version that was read; at rest the version grows by one, and the
    /// instant of the last writing is `at`.
    ///
    /// # Errors
    /// `Stale` when the version at rest is another, or the entity is gone or archived;
    /// `Duplicate(Unique::SignupLogin)` when its login is taken.
    fn write(&mut self, signup: &Signup, kind: ProviderKind, at: DateTime<Utc>) -> Result<(), StoreError>;

    /// Removes an entity with its sign-ins.
    ///
    /// # Errors
    /// `Stale` when it is gone.
    fn remove(&mut self, id: SignupId) -> Result<(), StoreError>;
}
