//! Opening a store, and the one server of an SQLite file.

use integration_tests::database::TestDatabase;
use portico_persistence::{DieselStore, OpenError, Options, Place, ServerLock, ServerLockError, migrations};

use crate::fixture::{Fixture, on_both, options};

on_both!(
    an_option_that_makes_no_sense_is_refused,
    one_server_runs_on_an_sqlite_file_and_any_number_on_postgresql,
    what_is_missing_is_named_by_the_store_too,
);

async fn an_option_that_makes_no_sense_is_refused(f: &Fixture) {
    let good = options(&f.database);
    for bad in [
        Options { readers: Some(0), ..good.clone() },
        Options { queue: 0, ..good.clone() },
        Options { batch: 0, ..good.clone() },
    ] {
        assert!(matches!(DieselStore::open(&bad), Err(OpenError::Nothing)), "{bad:?}");
    }
    let two = DieselStore::open(&Options { writers: Some(2), ..good });
    if f.database.is_sqlite() {
        assert!(matches!(two, Err(OpenError::SqliteWriters(2))));
    } else {
        two.unwrap().close().await;
    }
    let nowhere = DieselStore::open(&Options::new("mysql://localhost/portico"));
    assert!(matches!(nowhere, Err(OpenError::Place(_))));
}

async fn one_server_runs_on_an_sqlite_file_and_any_number_on_postgresql(f: &Fixture) {
    let first = ServerLock::acquire(f.database.url()).unwrap();
    let second = ServerLock::acquire(f.database.url());
    if f.database.is_sqlite() {
        let Err(ServerLockError::Taken(path)) = second else { panic!("{second:?}") };
        assert!(path.to_str().unwrap().ends_with("test.db.lock"));
        drop(first);
        ServerLock::acquire(f.database.url()).unwrap();
    } else {
        second.unwrap();
    }
}

async fn what_is_missing_is_named_by_the_store_too(f: &Fixture) {
    assert_eq!(f.read(|seen| seen.schema().list_missing()).await.unwrap(), Vec::<String>::new());
    let all = f.texts("SELECT version AS value FROM __diesel_schema_migrations ORDER BY version");
    f.sql("DELETE FROM __diesel_schema_migrations");
    let missing = f.read(|seen| seen.schema().list_missing()).await.unwrap();
    assert_eq!(missing.len(), all.len());
    assert_eq!(missing, migrations::missing(f.database.url()).unwrap());
    f.sql("DROP TABLE __diesel_schema_migrations");
    assert_eq!(f.read(|seen| seen.schema().list_missing()).await.unwrap(), missing);
}

#[tokio::test]
async fn the_file_of_a_new_database_and_its_journals_are_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let database = TestDatabase::create_sqlite();
    let url = database.url().replace("test.db", "some/new/folder/portico.db");
    migrations::migrate(&url).unwrap();
    let store = DieselStore::open(&Options::new(&url)).unwrap();
    let Place::Sqlite { path } = Place::parse(&url).unwrap() else { panic!("{url}") };
    for suffix in ["", "-wal", "-shm"] {
        let file = format!("{}{suffix}", path.display());
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    store.close().await;
}

#[test]
fn a_server_that_does_not_answer_is_no_store() {
    let nobody = DieselStore::open(&Options::new("postgres://nobody:secret@127.0.0.1:1/nothing"));
    let Err(error) = nobody else { panic!("nobody listens there") };
    assert!(matches!(error, OpenError::Unreachable(_)));
    assert!(!error.to_string().contains("secret"));
}
