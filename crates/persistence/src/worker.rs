//! What a thread of a lane does with its connection.

use std::{
    iter,
    sync::Arc,
    time::{Duration, Instant},
};

use diesel::{
    QueryResult,
    connection::{SimpleConnection as _, TransactionManager as _},
};
use portico_domain::ports::{Consistency, ReadWork, StoreError, WriteWork};
use tokio::sync::Notify;

use crate::{
    connection::{AnyConnection, ConnectError, Endpoint},
    lane::{Counters, Job},
    transaction::{Failure, store_error, unavailable},
    unit::{self, Manager, Outcome},
};

/// A connection unused for this long is tried before work is trusted to it.
const STALE_AFTER: Duration = Duration::from_secs(10);
/// How often work is run again that others stood in the way of.
const MOST_RERUNS: usize = 5;

pub(crate) struct Worker {
    endpoint: Endpoint,
    connection: Option<AnyConnection>,
    used: Instant,
    batch: usize,
    counters: Arc<Counters>,
    letters: Arc<Notify>,
}

impl Worker {
    pub(crate) fn connect(
        endpoint: &Endpoint,
        batch: usize,
        counters: Arc<Counters>,
        letters: Arc<Notify>,
    ) -> Result<Self, ConnectError> {
        let connection = Some(endpoint.open()?);
        Ok(Self { endpoint: endpoint.clone(), connection, used: Instant::now(), batch, counters, letters })
    }

    pub(crate) fn disconnect(&mut self) {
        self.connection = None;
    }

    fn ready(&mut self) -> Result<&mut AnyConnection, StoreError> {
        if self.used.elapsed() > STALE_AFTER {
            self.drop_if_dead();
        }
        self.used = Instant::now();
        match &mut self.connection {
            Some(connection) => Ok(connection),
            none => Ok(none.insert(self.endpoint.open().map_err(unavailable)?)),
        }
    }

    /// Answers whether it was dead. A file does not hang up.
    fn drop_if_dead(&mut self) -> bool {
        let dead = !self.endpoint.is_sqlite()
            && self.connection.as_mut().is_some_and(|c| c.batch_execute("SELECT 1").is_err());
        if dead {
            self.connection = None;
        }
        dead
    }

    /// Opens a transaction, on a new connection if the server had dropped the old one: no work has been done yet, so
    /// trying again is safe.
    fn begin(
        &mut self,
        open: fn(&mut AnyConnection) -> QueryResult<()>,
    ) -> Result<&mut AnyConnection, StoreError> {
        if let Err(error) = open(self.ready()?) {
            self.connection = None;
            if self.endpoint.is_sqlite() {
                return Err(store_error(error));
            }
            open(self.ready()?).map_err(store_error)?;
        }
        self.ready()
    }

    /// Does one reading job.
    pub(crate) fn read(
        &mut self,
        job: Job<(Consistency, ReadWork)>,
        _: &mut dyn Iterator<Item = Job<(Consistency, ReadWork)>>,
    ) {
        if job.is_forgotten() {
            return;
        }
        self.counters.count_unit(&job);
        let entered = job.span.clone().entered();
        let (consistency, work) = &job.work;
        let mut seen = self.look(*consistency, work);
        // Diesel takes a connection for sound when a lone statement on it fails. Reading again harms nobody.
        if seen.is_err() && self.drop_if_dead() {
            seen = self.look(*consistency, work);
        }
        drop(entered);
        job.answer(seen);
    }

    fn look(&mut self, consistency: Consistency, work: &ReadWork) -> Result<(), StoreError> {
        self.counters.count_batch();
        match consistency {
            Consistency::Latest => unit::look(self.ready()?, work),
            Consistency::Snapshot => {
                let connection = self.begin(unit::begin_snapshot)?;
                let seen = unit::look(connection, work);
                if Manager::commit_transaction(connection).is_err() {
                    self.connection = None;
                }
                seen
            }
        }
    }

    /// Does one writing job in a transaction of its own.
    pub(crate) fn write(&mut self, job: Job<WriteWork>, _: &mut dyn Iterator<Item = Job<WriteWork>>) {
        self.counters.count_unit(&job);
        let entered = job.span.clone().entered();
        let mut outcome = self.transact(&job.work);
        for _ in 0..MOST_RERUNS {
            match &outcome {
                Outcome::Failed(failure) if failure.passing => outcome = self.transact(&job.work),
                _ => break,
            }
        }
        drop(entered);
        if outcome.wrote_letters() {
            self.letters.notify_one();
        }
        job.answer(outcome.answer());
    }

    fn transact(&mut self, work: &WriteWork) -> Outcome {
        self.counters.count_batch();
        let connection = match self.begin(unit::begin) {
            Ok(connection) => connection,
            Err(error) => return Outcome::Failed(Failure { error, passing: false }),
        };
        unit::finish(connection, work).unwrap_or_else(|error| {
            self.connection = None;
            Outcome::Failed(error.into())
        })
    }

    /// Does many writing jobs in one transaction, each in a savepoint of its own; all are answered after the one
    /// commit.
    pub(crate) fn write_group(
        &mut self,
        first: Job<WriteWork>,
        more: &mut dyn Iterator<Item = Job<WriteWork>>,
    ) {
        self.counters.count_batch();
        let (batch, counters) = (self.batch, Arc::clone(&self.counters));
        counters.count_unit(&first);
        let connection = match self.begin(unit::begin) {
            Ok(connection) => connection,
            Err(error) => return first.answer(Err(error)),
        };
        let more = more.inspect(|job| counters.count_unit(job));
        let mut done = Vec::new();
        let mut fate = Ok(());
        for job in iter::once(first).chain(more).take(batch) {
            let entered = job.span.clone().entered();
            let ended =
                Manager::begin_transaction(connection).and_then(|()| unit::finish(connection, &job.work));
            drop(entered);
            match ended {
                Ok(outcome) => done.push((job, outcome)),
                // SQLite undid the whole transaction by itself, as it does when the disk is full: nothing of this
                // group is left, and what follows would be committed statement by statement.
                Err(error) => {
                    done.push((job, Outcome::Undone));
                    fate = Err(error);
                    break;
                }
            }
        }
        let fate = fate.and_then(|()| Manager::commit_transaction(connection)).map_err(store_error);
        self.answer_group(done, &fate);
    }

    /// Even a unit that failed may have failed over what a neighbour wrote, so without the commit no outcome stands.
    fn answer_group(&mut self, done: Vec<(Job<WriteWork>, Outcome)>, fate: &Result<(), StoreError>) {
        if fate.is_err() {
            self.connection = None;
        } else if done.iter().any(|(_, outcome)| outcome.wrote_letters()) {
            self.letters.notify_one();
        }
        for (job, outcome) in done {
            job.answer(fate.clone().and_then(|()| outcome.answer()));
        }
    }
}

#[cfg(test)]
mod tests;
