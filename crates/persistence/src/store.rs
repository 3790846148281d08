//! The store proper: which work goes down which lane.

use std::{fmt, num::NonZero, sync::Arc, thread};

use async_trait::async_trait;
use diesel::{ExpressionMethods as _, RunQueryDsl as _};
use portico_domain::ports::{Consistency, OutboxWatch, ReadWork, Store, StoreError, WriteWork};
use tokio::sync::Notify;

use crate::{
    connection::Endpoint,
    lane::{Lane, LaneError, LaneFigures, Shape},
    place::{Place, PlaceError},
    schema::outbox,
    transaction::{store_error, unavailable},
    types::{Id, Instant},
    worker::Worker,
};

/// Where the database is, and how much of it is used at once.
#[derive(Clone)]
pub struct Options {
    /// `sqlite://path`, `postgres://…` or `postgresql://…`.
    pub url: String,
    /// Reading connections; without a number as many as there are processors on SQLite, at least 2, and 4 on
    /// PostgreSQL.
    pub readers: Option<usize>,
    /// Writing connections; without a number 1 on SQLite, which knows no other number, and 8 on PostgreSQL.
    pub writers: Option<usize>,
    /// The most units of work that may wait for the readers, and for the writers; more are refused.
    pub queue: usize,
    /// The most units of work of one commit on SQLite.
    pub batch: usize,
}

impl Options {
    /// The defaults for this database.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), readers: None, writers: None, queue: 4096, batch: 64 }
    }
}

/// Without what the URL may hold of a password.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("url", &self.url.split_once("://").map(|(scheme, _)| scheme))
            .field("readers", &self.readers)
            .field("writers", &self.writers)
            .field("queue", &self.queue)
            .field("batch", &self.batch)
            .finish()
    }
}

/// Why a store was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL names no database.
    #[error(transparent)]
    Place(#[from] PlaceError),
    /// SQLite has one writer.
    #[error("SQLite has exactly 1 writing connection, not {0}")]
    SqliteWriters(usize),
    /// Nothing would ever be done.
    #[error("readers, writers, queue and batch must be at least 1")]
    Nothing,
    /// The database cannot be reached, or its connections not be set up.
    #[error("the database cannot be opened")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<LaneError> for OpenError {
    fn from(error: LaneError) -> Self {
        Self::Unreachable(error.into())
    }
}

/// What both lanes count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StoreFigures {
    /// The reading lane.
    pub reads: LaneFigures,
    /// The writing lane.
    pub writes: LaneFigures,
}

/// The store in SQLite or PostgreSQL. Clones share connections and queues.
#[derive(Clone)]
pub struct DieselStore {
    place: Place,
    reads: Arc<Lane<(Consistency, ReadWork)>>,
    writes: Arc<Lane<WriteWork>>,
    letters: Arc<Notify>,
}

impl DieselStore {
    /// Opens all connections, which blocks, for seconds when a server is far away. The file of an SQLite database is made when it is missing, readable by its owner alone;
    /// its tables are laid by [`crate::migrations::migrate`].
    ///
    /// # Errors
    /// When an option makes no sense, or the database cannot be reached.
    pub fn open(options: &Options) -> Result<Self, OpenError> {
        let place = Place::parse(&options.url)?;
        let (reading, writing) = connections(&place, options)?;
        if [reading, writing, options.queue, options.batch].contains(&0) {
            return Err(OpenError::Nothing);
        }
        let shape = Shape { threads: writing, queue: options.queue, batch: options.batch };
        let letters = Arc::new(Notify::new());
        let serve = match place {
            Place::Sqlite { .. } => Worker::write_group,
            Place::Postgres { .. } => Worker::write,
        };
        let writes = Lane::start("store-write", &Endpoint::writing(place.clone()), shape, &letters, serve)?;
        let reads = Lane::start(
            "store-read",
            &Endpoint::reading(place.clone()),
            Shape { threads: reading, ..shape },
            &letters,
            Worker::read,
        )?;
        Ok(Self { place, reads: Arc::new(reads), writes: Arc::new(writes), letters })
    }

    /// Finishes what is queued and takes no more.
    pub async fn close(&self) {
        let store = self.clone();
        let drained = tokio::task::spawn_blocking(move || {
            store.writes.drain();
            store.reads.drain();
        });
        // It cannot fail: a thread that panicked is not waited for twice.
        let _ = drained.await;
    }

    /// What the lanes counted since the store was opened.
    #[must_use]
    pub fn figures(&self) -> StoreFigures {
        StoreFigures { reads: self.reads.figures(), writes: self.writes.figures() }
    }

    /// Voids the leases of letters that a server left behind when it ended. On SQLite, where there is one server, all
    /// are void at its start; on PostgreSQL another server may hold them, so nothing happens.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn void_leases(&self) -> Result<(), StoreError> {
        if matches!(self.place, Place::Postgres { .. }) {
            return Ok(());
        }
        let endpoint = Endpoint::writing(self.place.clone());
        let voided = tokio::task::spawn_blocking(move || {
            let mut connection = endpoint.open().map_err(unavailable)?;
            diesel::update(outbox::table)
                .filter(outbox::closed_at.is_null())
                .set((outbox::lease_holder.eq(None::<Id>), outbox::leased_until.eq(None::<Instant>)))
                .execute(&mut connection)
                .map(drop)
                .map_err(store_error)
        });
        voided.await.unwrap_or_else(|error| Err(unavailable(error)))
    }
}

fn connections(place: &Place, options: &Options) -> Result<(usize, usize), OpenError> {
    match (place, options.writers) {
        (Place::Sqlite { .. }, Some(writers)) if writers != 1 => Err(OpenError::SqliteWriters(writers)),
        (Place::Sqlite { .. }, _) => {
            let processors = thread::available_parallelism().map_or(2, NonZero::get);
            Ok((options.readers.unwrap_or(processors.max(2)), 1))
        }
        (Place::Postgres { .. }, writers) => Ok((options.readers.unwrap_or(4), writers.unwrap_or(8))),
    }
}

#[async_trait]
impl Store for DieselStore {
    async fn run_write(&self, work: WriteWork) -> Result<(), StoreError> {
        self.writes.run(work).await
    }

    async fn run_read(&self, consistency: Consistency, work: ReadWork) -> Result<(), StoreError> {
        self.reads.run((consistency, work)).await
    }
}

#[async_trait]
impl OutboxWatch for DieselStore {
    async fn written(&self) {
        self.letters.notified().await;
    }
}
