//! Where sign-ins of the sign-up API are kept.

use chrono::{DateTime, Utc};

use crate::{
    id::{SignupId, SignupSessionId},
    ports::StoreError,
    signup::{Device, SignupBearer, SignupSession},
};

/// Reads sign-ins of the sign-up API.
pub trait SignupSessionLookup {
    /// What there is to know of a sign-in, live or not, in one read.
    ///
    /// # Errors
    /// When the store fails.
    fn find_bearer(&mut self, id: SignupSessionId) -> Result<Option<SignupBearer>, StoreError>;

    /// The devices of the sign-ins of an entity that have neither ended nor expired, the oldest first.
    ///
    /// # Errors
    /// When the store fails.
    fn list_devices(&mut self, signup: SignupId, now: DateTime<Utc>) -> Result<Vec<Device>, StoreError>;
}

/// Keeps sign-ins of the sign-up API.
pub trait SignupSessionRepository: SignupSessionLookup {
    /// Adds a sign-in, and ends the one of the same entity on the same device, if any.
    ///
    /// # Errors
    /// When the store fails.
    fn add(&mut self, session: &SignupSession) -> Result<(), StoreError>;

    /// Notes that the refresh token before that of `next` was used, and the pair that it gave.
    ///
    /// # Errors
    /// `Stale` when it was used before, or the sign-in has ended.
    fn rotate(&mut self, next: &SignupSession) -> Result<(), StoreError>;

    /// Ends a sign-in; nothing happens to one that has ended.
    ///
    /// # Errors
    /// When the store fails.
    fn end(&mut self, id: SignupSessionId, at: DateTime<Utc>) -> Result<(), StoreError>;

    /// Ends all sign-ins of an entity, but for the one named in `except`.
    ///
    /// # Errors
    /// When the store fails.
    fn end_all_of(
        &mut self,
        signup: SignupId,
        except: Option<SignupSessionId>,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError>;
}
