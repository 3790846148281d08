//! Where it is kept who somebody is at an OpenID Connect provider, and who is on his way from there.

use chrono::{DateTime, Utc};

use crate::{
    external_identity::{ExternalIdentity, PendingSignIn, SignInAttempt, Subject},
    id::UserId,
    ports::StoreError,
    token::TokenDigest,
};

/// Reads who people are elsewhere.
pub trait ExternalIdentityLookup {
    /// Whoever the provider calls so; else whoever the operator named so before a provider was set.
    ///
    /// # Errors
    /// When the store fails.
    fn find_user(&mut self, issuer: &str, subject: &Subject) -> Result<Option<UserId>, StoreError>;

    /// Who a person is elsewhere; one name each.
    ///
    /// # Errors
    /// When the store fails.
    fn find_of(&mut self, user: UserId) -> Result<Option<ExternalIdentity>, StoreError>;

    /// The sign-in that waits behind this token for its form, live or not.
    ///
    /// # Errors
    /// When the store fails.
    fn find_pending(&mut self, token: &TokenDigest) -> Result<Option<PendingSignIn>, StoreError>;
}

/// Keeps who people are elsewhere.
pub trait ExternalIdentityRepository: ExternalIdentityLookup {
    /// Notes who a person is elsewhere, in place of what was noted before.
    ///
    /// # Errors
    /// `Duplicate` of `ExternalIdentity` when that is somebody else.
    fn put(&mut self, user: UserId, identity: &ExternalIdentity) -> Result<(), StoreError>;

    /// Forgets who a person is elsewhere.
    ///
    /// # Errors
    /// When the store fails.
    fn remove(&mut self, user: UserId) -> Result<(), StoreError>;

    /// Notes that a sign-in at the provider has begun.
    ///
    /// # Errors
    /// When the store fails.
    fn add_attempt(&mut self, attempt: &SignInAttempt) -> Result<(), StoreError>;

    /// Uses up a sign-in that has begun.
    ///
    /// # Errors
    /// `Stale` when there is none, it is used up, or its time is over at `now`.
    fn use_attempt(&mut self, digest: &TokenDigest, now: DateTime<Utc>) -> Result<(), StoreError>;

    /// Lets a newcomer wait for his form.
    ///
    /// # Errors
    /// When the store fails.
    fn add_pending(&mut self, pending: &PendingSignIn) -> Result<(), StoreError>;

    /// Ends his waiting.
    ///
    /// # Errors
    /// `Stale` when nobody waits behind this token.
    fn remove_pending(&mut self, token: &TokenDigest) -> Result<(), StoreError>;
}
