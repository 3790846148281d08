//! Laying the tables, under a lock, so that any number of processes may start at once.

use diesel::{
    QueryResult, QueryableByName, RunQueryDsl as _,
    backend::Backend,
    connection::{SimpleConnection as _, TransactionManager as _},
    migration::{MigrationSource, MigrationVersion},
    sql_types::BigInt,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use sha2::{Digest as _, Sha256};

use crate::{
    connection::{AnyConnection, ConnectError, Endpoint},
    place::{Place, PlaceError},
    schema_state,
    transaction::{advisory_key, advisory_lock},
    unit::{self, Manager},
};

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRESQL: EmbeddedMigrations = embed_migrations!("../../migrations/postgresql");

/// Why the tables were not laid. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// The URL names no database.
    #[error(transparent)]
    Place(#[from] PlaceError),
    /// The database cannot be reached.
    #[error("the database cannot be opened")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The database was laid by a newer release, which this one would not understand.
    #[error("the database has the migration {0}, which this release does not know: use the newer release")]
    Unknown(String),
    /// A migration left references to records that do not exist.
    #[error("the migrations leave {0} dangling references")]
    Dangling(i64),
    /// A statement failed.
    #[error("a migration failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<ConnectError> for MigrationError {
    fn from(error: ConnectError) -> Self {
        Self::Unreachable(error.into())
    }
}

impl From<diesel::result::Error> for MigrationError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// Brings the database up to date, all or nothing; answers the names of the migrations that were applied.
///
/// # Errors
/// When the database cannot be reached, is newer than this release, or a migration fails.
pub fn migrate(url: &str) -> Result<Vec<String>, MigrationError> {
    alone(url, |connection| {
        let known = names(connection);
        let applied = schema_state::applied(connection)?;
        if let Some(unknown) =
            applied.iter().find(|&version| !known.iter().any(|(known, _)| known == version))
        {
            return Err(MigrationError::Unknown(unknown.clone()));
        }
        let missing = missing_from(connection, &applied);
        match connection {
            AnyConnection::Postgres(c) => c.run_pending_migrations(POSTGRESQL).map(drop),
            AnyConnection::Sqlite(c) => c.run_pending_migrations(SQLITE).map(drop),
        }
        .map_err(MigrationError::Failed)?;
        Ok(missing)
    })
}

/// The names of the migrations that [`migrate`] would apply. Changes nothing, and makes no file.
///
/// # Errors
/// When the database cannot be reached.
pub fn missing(url: &str) -> Result<Vec<String>, MigrationError> {
    let place = Place::parse(url)?;
    if let Place::Sqlite { path } = &place
        && !path.exists()
    {
        return Ok(all::<diesel::sqlite::Sqlite>(&SQLITE).map(|(_, name)| name).collect());
    }
    let mut connection = Endpoint::reading(place).open()?;
    let applied = schema_state::applied(&mut connection)?;
    Ok(missing_from(&connection, &applied))
}

/// Takes every table away, with all that is in it; answers the versions that were reverted. For tests.
///
/// # Errors
/// As [`migrate`].
pub fn revert_all(url: &str) -> Result<Vec<String>, MigrationError> {
    alone(url, |connection| {
        let reverted = match connection {
            AnyConnection::Postgres(c) => revert(c, POSTGRESQL),
            AnyConnection::Sqlite(c) => revert(c, SQLITE),
        };
        reverted.map_err(MigrationError::Failed)
    })
}

fn revert<C, DB>(connection: &mut C, source: EmbeddedMigrations) -> diesel::migration::Result<Vec<String>>
where
    C: MigrationHarness<DB>,
    DB: Backend,
{
    let versions: Vec<MigrationVersion<'_>> = connection.revert_all_migrations(source)?;
    Ok(versions.iter().map(ToString::to_string).collect())
}

/// Runs `work` in one transaction that no other process migrates in.
fn alone<T>(
    url: &str,
    work: impl FnOnce(&mut AnyConnection) -> Result<T, MigrationError>,
) -> Result<T, MigrationError> {
    let mut connection = Endpoint::writing(Place::parse(url)?).open()?;
    // Another process may be busy with a long migration. A table of SQLite is rebuilt under another name, which
    // references must not follow or refuse: they are checked at the end.
    match &mut connection {
        AnyConnection::Postgres(c) => c.batch_execute("SET lock_timeout = '10min'")?,
        AnyConnection::Sqlite(c) => {
            c.batch_execute("PRAGMA busy_timeout = 600000; PRAGMA foreign_keys = OFF")?;
        }
    }
    unit::begin(&mut connection)?;
    let outcome = lock(&mut connection)
        .map_err(MigrationError::from)
        .and_then(|()| work(&mut connection))
        .and_then(|answer| check_references(&mut connection).map(|()| answer));
    end(&mut connection, outcome)
}

fn end<T>(connection: &mut AnyConnection, outcome: Result<T, MigrationError>) -> Result<T, MigrationError> {
    match outcome {
        Ok(answer) => {
            Manager::commit_transaction(connection)?;
            Ok(answer)
        }
        Err(error) => {
            // The first error says more than that of the way back.
            let _ = Manager::rollback_transaction(connection);
            Err(error)
        }
    }
}

fn lock(connection: &mut AnyConnection) -> QueryResult<()> {
    advisory_lock(connection, advisory_key(Sha256::new().chain_update(b"migrations\0")))
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn check_references(connection: &mut AnyConnection) -> Result<(), MigrationError> {
    let AnyConnection::Sqlite(connection) = connection else { return Ok(()) };
    let dangling: Count =
        diesel::sql_query("SELECT count(*) AS count FROM pragma_foreign_key_check").get_result(connection)?;
    if dangling.count == 0 { Ok(()) } else { Err(MigrationError::Dangling(dangling.count)) }
}

/// Version and name of every migration of one database, in their order.
fn all<DB: Backend>(source: &EmbeddedMigrations) -> impl Iterator<Item = (String, String)> {
    let mut all: Vec<_> = MigrationSource::<DB>::migrations(source)
        .unwrap_or_default()
        .iter()
        .map(|migration| (migration.name().version().to_string(), migration.name().to_string()))
        .collect();
    all.sort_unstable();
    all.into_iter()
}

fn names(connection: &AnyConnection) -> Vec<(String, String)> {
    match connection {
        AnyConnection::Postgres(_) => all::<diesel::pg::Pg>(&POSTGRESQL).collect(),
        AnyConnection::Sqlite(_) => all::<diesel::sqlite::Sqlite>(&SQLITE).collect(),
    }
}

/// The names of the migrations that are not among these versions.
pub(crate) fn missing_from(connection: &AnyConnection, applied: &[String]) -> Vec<String> {
    let missing = |(version, _): &(String, String)| !applied.contains(version);
    names(connection).into_iter().filter(missing).map(|(_, name)| name).collect()
}
