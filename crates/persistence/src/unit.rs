//! One unit of work on a connection that has a transaction open.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use diesel::{
    QueryResult,
    connection::{AnsiTransactionManager, Connection, TransactionManager},
};
use portico_domain::ports::{ReadWork, StoreError, Verdict, WriteWork};

use crate::{
    connection::AnyConnection,
    transaction::{DieselTransaction, Failure, Remains},
};

pub(crate) type Manager = <AnyConnection as Connection>::TransactionManager;

#[derive(Debug, thiserror::Error)]
#[error("the work panicked: {0}")]
struct Panicked(String);

pub(crate) fn panicked(payload: Box<dyn Any + Send>) -> StoreError {
    let text = payload
        .downcast::<String>()
        .map(|text| *text)
        .or_else(|payload| payload.downcast::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_else(|_| "without a text".to_owned());
    StoreError::Unavailable(Arc::new(Panicked(text)))
}

/// Begins a writing transaction. On SQLite it takes the write lock at once: there waiting for it is possible.
pub(crate) fn begin(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection {
        AnyConnection::Postgres(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN"),
        AnyConnection::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE"),
    }
}

/// Begins a transaction in which all reads see the same moment.
pub(crate) fn begin_snapshot(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection {
        AnyConnection::Postgres(c) => AnsiTransactionManager::begin_transaction_sql(
            c,
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        ),
        AnyConnection::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN DEFERRED"),
    }
}

/// How a unit of work ended.
pub(crate) enum Outcome {
    /// Its transaction was committed.
    Kept {
        /// Whether there is mail to deliver.
        wrote_letters: bool,
    },
    /// Its transaction was rolled back because it said so.
    Undone,
    /// Its transaction was rolled back because of a failure or a panic.
    Failed(Failure),
}

impl Outcome {
    pub(crate) const fn wrote_letters(&self) -> bool {
        matches!(self, Self::Kept { wrote_letters: true })
    }

    pub(crate) fn answer(self) -> Result<(), StoreError> {
        match self {
            Self::Kept { .. } | Self::Undone => Ok(()),
            Self::Failed(failure) => Err(failure.error),
        }
    }
}

/// Runs `work` and ends the innermost transaction as it asks. The outer result tells whether that transaction could
/// be ended.
pub(crate) fn finish(connection: &mut AnyConnection, work: &WriteWork) -> QueryResult<Outcome> {
    let mut tx = DieselTransaction::new(connection);
    let verdict = catch_unwind(AssertUnwindSafe(|| work(&mut tx)));
    let Remains { failure, wrote_letters } = tx.remains();
    let outcome = match (verdict, failure) {
        (Ok(Verdict::Commit), None) => {
            return Manager::commit_transaction(connection).map(|()| Outcome::Kept { wrote_letters });
        }
        // With a failed statement there is nothing to keep, even if the work looked away from it.
        (Ok(Verdict::Commit), Some(failure)) => Outcome::Failed(failure),
        // Work that others stood in the way of is run again, whatever it made of that.
        (Ok(Verdict::Rollback), Some(failure)) if failure.passing => Outcome::Failed(failure),
        (Ok(Verdict::Rollback), _) => Outcome::Undone,
        (Err(payload), _) => Outcome::Failed(Failure { error: panicked(payload), passing: false }),
    };
    Manager::rollback_transaction(connection).map(|()| outcome)
}

/// Runs reading work. A failed statement is never answered as a success.
pub(crate) fn look(connection: &mut AnyConnection, work: &ReadWork) -> Result<(), StoreError> {
    let mut seen = DieselTransaction::new(connection);
    let outcome = catch_unwind(AssertUnwindSafe(|| work(&mut seen))).map_err(panicked);
    match seen.remains().failure {
        Some(failure) => Err(failure.error),
        None => outcome,
    }
}
