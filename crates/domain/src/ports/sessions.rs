//! Where sign-ins are kept.

use chrono::{DateTime, Utc};

use crate::{
    id::{FamilyId, SessionId, UserId},
    ports::StoreError,
    session::{Bearer, Session},
    token::TokenDigest,
};

/// Reads sign-ins.
pub trait SessionLookup {
    /// What there is to know of a bearer token, live or not, in one read.
    ///
    /// # Errors
    /// When the store fails.
    fn find_bearer(&mut self, token: &TokenDigest) -> Result<Option<Bearer>, StoreError>;

    /// The pair with this refresh token, live or not.
    ///
    /// # Errors
    /// When the store fails.
    fn find_by_refresh(&mut self, refresh: &TokenDigest) -> Result<Option<Session>, StoreError>;
}

/// Keeps sign-ins.
pub trait SessionRepository: SessionLookup {
    /// Adds a pair that is about to be given out.
    ///
    /// # Errors
    /// When the store fails.
    fn add(&mut self, session: &Session) -> Result<(), StoreError>;

    /// Notes that a pair's refresh token was used: both its tokens are dead from then on (contract O10).
    ///
    /// # Errors
    /// `Stale` when it was used or ended before.
    fn rotate(&mut self, id: SessionId, at: DateTime<Utc>) -> Result<(), StoreError>;

    /// Ends a sign-in with all its pairs: somebody signed out, or a refresh token was used twice (contract O10, O11).
    ///
    /// # Errors
    /// When the store fails.
    fn end_family(&mut self, family: FamilyId, at: DateTime<Utc>) -> Result<(), StoreError>;

    /// Ends all sign-ins of a person, but for the one named in `except`: his password changed (contract O12, O47).
    ///
    /// # Errors
    /// When the store fails.
    fn end_all_of(
        &mut self,
        user: UserId,
        except: Option<FamilyId>,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError>;
}
