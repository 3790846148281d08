//! One connection type for both databases.

use std::{
    io,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use diesel::{
    Connection as _, ConnectionError, PgConnection, QueryResult, SqliteConnection,
    connection::SimpleConnection as _,
};

use crate::place::{Place, create_file};

/// A connection to either database. Never made by the derived `establish`, which guesses.
#[derive(diesel::MultiConnection)]
pub(crate) enum AnyConnection {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

/// Runs the same statement on the connection inside, for what the enum cannot say.
macro_rules! on_either {
    ($connection:expr, $inner:ident => $statement:expr) => {
        match $connection {
            $crate::connection::AnyConnection::Postgres($inner) => $statement,
            $crate::connection::AnyConnection::Sqlite($inner) => $statement,
        }
    };
}
pub(crate) use on_either;

/// Why a connection was not opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectError {
    #[error("the database file cannot be made")]
    File(#[source] io::Error),
    #[error("the database cannot be reached")]
    Connection(#[source] ConnectionError),
}

/// Where a connection leads, and whether it may write.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    pub(crate) place: Place,
    pub(crate) read_only: bool,
}

impl Endpoint {
    pub(crate) const fn writing(place: Place) -> Self {
        Self { place, read_only: false }
    }

    pub(crate) const fn reading(place: Place) -> Self {
        Self { place, read_only: true }
    }

    pub(crate) const fn is_sqlite(&self) -> bool {
        matches!(self.place, Place::Sqlite { .. })
    }

    pub(crate) fn open(&self) -> Result<AnyConnection, ConnectError> {
        match &self.place {
            Place::Postgres { url } => self.open_postgres(url).map(AnyConnection::Postgres),
            Place::Sqlite { path } => {
                create_file(path).map_err(ConnectError::File)?;
                self.open_sqlite(path).map(AnyConnection::Sqlite)
            }
        }
    }

    fn open_postgres(&self, url: &str) -> Result<PgConnection, ConnectError> {
        let mut connection = PgConnection::establish(url).map_err(without_url)?;
        // Deadlocks are known by their English text. A server that does not let us choose speaks English, or its
        // deadlocks are answered instead of being run again.
        let _ = connection.batch_execute("SET lc_messages = 'C'");
        connection
            .batch_execute(&format!(
                "SET default_transaction_read_only = {}; SET lock_timeout = '5s'; \
                 SET idle_in_transaction_session_timeout = '30s'",
                self.read_only
            ))
            .map_err(ConnectionError::CouldntSetupConfiguration)?;
        Ok(connection)
    }

    fn open_sqlite(&self, path: &Path) -> Result<SqliteConnection, ConnectError> {
        let path = path.to_str().ok_or_else(|| ConnectError::File(io::ErrorKind::InvalidFilename.into()))?;
        let mut connection = SqliteConnection::establish(path)?;
        connection
            .batch_execute("PRAGMA busy_timeout = 5000")
            .map_err(ConnectionError::CouldntSetupConfiguration)?;
        persistently(|| connection.batch_execute("PRAGMA journal_mode = WAL"))
            .map_err(ConnectionError::CouldntSetupConfiguration)?;
        connection
            .batch_execute(&format!(
                "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA query_only = {}",
                self.read_only
            ))
            .map_err(ConnectionError::CouldntSetupConfiguration)?;
        Ok(connection)
    }
}

impl From<ConnectionError> for ConnectError {
    fn from(error: ConnectionError) -> Self {
        Self::Connection(error)
    }
}

/// What libpq says of a URL that it cannot read repeats parts of it, the password among them.
fn without_url(error: ConnectionError) -> ConnectionError {
    match error {
        ConnectionError::BadConnection(text) if text.contains("URI") || text.contains("percent-encoded") => {
            ConnectionError::InvalidConnectionUrl("the URL of the database cannot be read".to_owned())
        }
        other => other,
    }
}

/// SQLite does not wait for another process while it changes the journal's mode, so this does.
fn persistently(mut statement: impl FnMut() -> QueryResult<()>) -> QueryResult<()> {
    let give_up = Instant::now() + Duration::from_secs(5);
    loop {
        match statement() {
            Err(error) if Instant::now() < give_up && error.to_string().contains("locked") => {
                thread::sleep(Duration::from_millis(10));
            }
            outcome => return outcome,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    /// Without its lock on the file, a server beside which somebody opens and closes the database loses its journal.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_connection_keeps_its_lock_on_the_file_when_another_one_is_opened() {
        use std::{fs, os::unix::fs::MetadataExt as _};

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("portico.db");
        let endpoint = Endpoint::writing(Place::Sqlite { path: path.clone() });
        let mut first = endpoint.open().unwrap();
        first.batch_execute("SELECT 1 FROM sqlite_schema").unwrap();
        let file = format!(":{} ", fs::metadata(&path).unwrap().ino());
        let locks = || fs::read_to_string("/proc/locks").unwrap().matches(&file).count();
        assert_eq!(locks(), 1);
        let second = endpoint.open().unwrap();
        assert_eq!(locks(), 1);
        drop((first, second));
        assert_eq!(locks(), 0);
    }

    #[test]
    fn a_url_that_cannot_be_read_is_not_repeated() {
        for url in ["postgres://portico:secret@[::1/d", "postgres://portico:secret%zz@h/d"] {
            let endpoint = Endpoint::writing(Place::parse(url).unwrap());
            let error = endpoint.open().map(drop).unwrap_err();
            let cause = error.source().map(ToString::to_string).unwrap();
            assert_eq!(cause, "the URL of the database cannot be read");
        }
    }
}
