//! Laying the tables.

use std::{collections::BTreeSet, thread};

use integration_tests::database::TestDatabase;
use portico_persistence::migrations::{self, MigrationError};

use crate::fixture::{Fixture, on_both};

on_both!(
    up_down_and_up_again_lays_the_same_tables,
    processes_that_start_together_migrate_once,
    a_migrated_database_is_left_alone,
    a_database_of_a_newer_release_is_refused,
);

/// Everything that the database says of its tables, in an order of its own.
pub(crate) fn layout(f: &Fixture) -> Vec<String> {
    if f.database.is_sqlite() {
        return f.texts(
            "SELECT type || ' ' || name || ' ' || coalesce(sql, '') AS value FROM sqlite_schema ORDER BY 1",
        );
    }
    f.texts(
        "SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default, is_identity) AS value \
         FROM information_schema.columns WHERE table_schema = current_schema() \
         UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) \
         FROM pg_constraint WHERE connamespace = current_schema()::regnamespace \
         UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 1",
    )
}

async fn up_down_and_up_again_lays_the_same_tables(f: &Fixture) {
    let laid = layout(f);
    assert!(laid.len() > 30);
    let url = f.database.url();
    let reverted = migrations::revert_all(url).unwrap();
    let left: Vec<String> = layout(f);
    assert!(
        left.iter()
            .all(|line| line.contains("__diesel_schema_migrations") || line.contains("sqlite_sequence")),
        "{left:?}"
    );
    let applied = migrations::migrate(url).unwrap();
    assert_eq!(applied.len(), reverted.len());
    assert_eq!(layout(f), laid);
    f.person().await;
}

async fn processes_that_start_together_migrate_once(f: &Fixture) {
    let fresh = if f.database.is_sqlite() {
        TestDatabase::create_sqlite()
    } else {
        TestDatabase::create_postgres_schema().await.unwrap()
    };
    let missing = migrations::missing(fresh.url()).unwrap();
    assert_eq!(
        missing,
        [
            "2026-11-22-000001_accounts",
            "2026-11-22-000002_portal",
            "2026-11-22-000003_signup",
            "2026-11-22-000004_partners",
            "2026-11-30-000005_signup_rotations"
        ]
    );
    let applied: Vec<Vec<String>> = thread::scope(|scope| {
        let starters: Vec<_> =
            (0..8).map(|_| scope.spawn(|| migrations::migrate(fresh.url()).unwrap())).collect();
        starters.into_iter().map(|starter| starter.join().unwrap()).collect()
    });
    let worked: Vec<_> = applied.into_iter().filter(|names| !names.is_empty()).collect();
    assert_eq!(worked, [missing]);
    assert_eq!(migrations::missing(fresh.url()).unwrap(), Vec::<String>::new());
    fresh.drop().await;
}

async fn a_migrated_database_is_left_alone(f: &Fixture) {
    let id = f.person().await.id;
    assert_eq!(migrations::migrate(f.database.url()).unwrap(), Vec::<String>::new());
    assert!(f.knows(id).await);
}

async fn a_database_of_a_newer_release_is_refused(f: &Fixture) {
    f.sql("INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231235959')");
    let refused = migrations::migrate(f.database.url());
    assert!(
        matches!(&refused, Err(MigrationError::Unknown(version)) if version == "29991231235959"),
        "{refused:?}"
    );
    assert!(refused.unwrap_err().to_string().contains("29991231235959"));
}

#[test]
fn asking_what_is_missing_makes_no_file() {
    let database = TestDatabase::create_sqlite();
    assert_eq!(migrations::missing(database.url()).unwrap().len(), 5);
    assert!(!std::path::Path::new(database.url().strip_prefix("sqlite://").unwrap()).exists());
}

#[tokio::test]
async fn on_sqlite_no_rule_waits_for_the_commit_and_every_table_is_strict() {
    let f = Fixture::sqlite().await;
    let tables = f.texts(
        "SELECT name || ' ' || sql AS value FROM sqlite_schema \
         WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_\\_%' ESCAPE '\\'",
    );
    assert_eq!(tables.len(), 33);
    for table in tables {
        // One unit of work would fail its whole group at the commit.
        assert!(!table.to_uppercase().contains("DEFERRABLE"), "{table}");
        assert!(table.ends_with("STRICT"), "{table}");
    }
    f.end().await;
}

#[tokio::test]
async fn both_databases_have_the_same_tables_and_columns() {
    let Some(postgres) = Fixture::postgres().await else { return };
    let sqlite = Fixture::sqlite().await;
    let there = postgres.texts(
        "SELECT table_name || '.' || column_name AS value FROM information_schema.columns \
         WHERE table_schema = current_schema() AND table_name NOT LIKE '\\_\\_%'",
    );
    let here = sqlite.texts(
        "SELECT t.name || '.' || c.name AS value FROM sqlite_schema AS t, pragma_table_xinfo(t.name) AS c \
         WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
         AND t.name NOT LIKE '\\_\\_%' ESCAPE '\\'",
    );
    let sorted = |names: Vec<String>| BTreeSet::from_iter(names);
    assert_eq!(sorted(here), sorted(there));
    sqlite.end().await;
    postgres.end().await;
}
