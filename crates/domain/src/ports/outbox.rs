//! Where letters wait.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    id::{LetterId, uuid_v7},
    letter::{Lane, OwedLetter},
    ports::{Entropy, StoreError},
};

/// Names one process that delivers letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseHolder(pub Uuid);

impl LeaseHolder {
    /// A name that no other process has.
    #[must_use]
    pub fn draw(now: DateTime<Utc>, entropy: &dyn Entropy) -> Self {
        Self(uuid_v7(now, entropy))
    }
}

/// How much the outbox owes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Letters that are neither delivered nor given up, also those that wait for their next try.
    pub letters: u64,
    /// When the oldest of them was written.
    pub oldest: Option<DateTime<Utc>>,
}

/// Reads the outbox.
pub trait OutboxLookup {
    /// Letters of a lane whose time has come and that nobody is delivering, the longest due first. Kinds that only a
    /// newer release knows are left to it; a letter that cannot be read is left out and logged, so that it holds up
    /// nobody.
    ///
    /// # Errors
    /// When the store fails.
    fn list_due(&mut self, lane: Lane, now: DateTime<Utc>, limit: u16)
    -> Result<Vec<OwedLetter>, StoreError>;

    /// How much is owed, letters of kinds that only a newer release knows included.
    ///
    /// # Errors
    /// When the store fails.
    fn backlog(&mut self) -> Result<Backlog, StoreError>;
}

/// Keeps letters until they are delivered. Every call but the first two needs the lease.
pub trait Outbox: OutboxLookup {
    /// Adds a letter, due at once. It leaves only when the transaction commits.
    ///
    /// # Errors
    /// When the store fails.
    fn add(&mut self, letter: &OwedLetter) -> Result<(), StoreError>;

    /// Takes a letter for delivery until `until`, so that no other process takes it too.
    ///
    /// # Errors
    /// `Stale` when it is delivered, not due, or somebody else's at `now`.
    fn lease(
        &mut self,
        id: LetterId,
        holder: LeaseHolder,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<(), StoreError>;

    /// Keeps a lease for longer.
    ///
    /// # Errors
    /// `Stale` when it is no longer the holder's.
    fn extend(&mut self, id: LetterId, holder: LeaseHolder, until: DateTime<Utc>) -> Result<(), StoreError>;

    /// Notes that the mail server took the letter, and erases its secret.
    ///
    /// # Errors
    /// `Stale` when the lease is no longer the holder's.
    fn delivered(&mut self, id: LetterId, holder: LeaseHolder, at: DateTime<Utc>) -> Result<(), StoreError>;

    /// Notes a failed try, and when the next is due.
    ///
    /// # Errors
    /// `Stale` when the lease is no longer the holder's.
    fn postpone(
        &mut self,
        id: LetterId,
        holder: LeaseHolder,
        due: DateTime<Utc>,
        error: &str,
    ) -> Result<(), StoreError>;

    /// Gives a letter up, and erases its secret.
    ///
    /// # Errors
    /// `Stale` when the lease is no longer the holder's.
    fn abandon(
        &mut self,
        id: LetterId,
        holder: LeaseHolder,
        at: DateTime<Utc>,
        error: &str,
    ) -> Result<(), StoreError>;
}

/// Tells a process that letters were written by itself, so that they leave at once.
#[async_trait]
pub trait OutboxWatch: Send + Sync {
    /// Returns after a commit of this process that added a letter. One that happened since the last call counts.
    async fn written(&self);
}
