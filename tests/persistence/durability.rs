//! What was answered is kept, even when the process is killed the moment after.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Command, Stdio},
    sync::Arc,
};

use integration_tests::database::TestDatabase;
use portico_domain::ports::{StoreError, StoreExt as _};
use portico_persistence::{DieselStore, migrations};
use uuid::Uuid;

use crate::fixture::{Fixture, new_user, options};

/// Tells the process of a test that it is the one to be killed, and the database to write to.
const WRITER: &str = "PORTICO_TEST_WRITER";
/// Before each identity that the store has answered for.
const ANSWERED: &str = "answered ";
/// Rounds of writing and killing.
const ROUNDS: usize = 4;
/// Answers to wait for in each round.
const ANSWERS: usize = 400;

#[test]
fn on_sqlite_a_kill_after_the_answer_loses_nothing() {
    if let Some(url) = told_to_write() {
        return write_until_killed(&url);
    }
    let database = TestDatabase::create_sqlite();
    kill_writers("durability::on_sqlite_a_kill_after_the_answer_loses_nothing", database);
}

#[test]
fn on_postgresql_a_kill_after_the_answer_loses_nothing() {
    if let Some(url) = told_to_write() {
        return write_until_killed(&url);
    }
    let Some(database) = runtime().block_on(TestDatabase::create_postgres()) else { return };
    kill_writers("durability::on_postgresql_a_kill_after_the_answer_loses_nothing", database);
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

#[expect(clippy::disallowed_methods, reason = "the way to tell a child process what to do")]
fn told_to_write() -> Option<String> {
    std::env::var(WRITER).ok()
}

/// Writes people, and their ids to the standard output as soon as the store has answered.
fn write_until_killed(url: &str) {
    let store = DieselStore::open(&portico_persistence::Options::new(url)).unwrap();
    runtime().block_on(async {
        let writers: Vec<_> = (0..16)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move {
                    loop {
                        let user = new_user("Durable");
                        let id = user.id;
                        store.write::<_, StoreError, _>(move |tx| tx.users().add(&user)).await.unwrap();
                        // Past the test harness, in one write that a kill cannot split.
                        let line = format!("{ANSWERED}{id}\n");
                        if std::io::stdout().write_all(line.as_bytes()).is_err() {
                            return;
                        }
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
    });
}

fn kill_writers(test: &str, database: TestDatabase) {
    migrations::migrate(database.url()).unwrap();
    let mut answered = Vec::new();
    for _ in 0..ROUNDS {
        answered.extend(kill_writer(test, database.url()));
    }
    assert!(answered.len() >= ROUNDS * ANSWERS);
    let store = DieselStore::open(&options(&database)).unwrap();
    let fixture = Fixture { store, database: Arc::new(database) };
    let column = if fixture.database.is_sqlite() { "lower(hex(id))" } else { "replace(id::text, '-', '')" };
    let kept = fixture.texts(&format!("SELECT {column} AS value FROM users ORDER BY 1"));
    for id in &answered {
        assert!(kept.binary_search(&id.simple().to_string()).is_ok(), "{id} was answered and is lost");
    }
    runtime().block_on(fixture.end());
}

/// Runs this very test as a writer, and kills it in full flow; gives what it was answered for.
fn kill_writer(test: &str, url: &str) -> Vec<Uuid> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(WRITER, url)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut answered = Vec::new();
    let mut running = true;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let Ok(line) = line else { break };
        // The harness may have begun a line of its own before the first.
        let id = line.split_once(ANSWERED).and_then(|(_, id)| Uuid::parse_str(id).ok());
        answered.extend(id);
        if answered.len() >= ANSWERS && running {
            child.kill().unwrap();
            running = false;
        }
    }
    child.wait().unwrap();
    assert!(!running, "the writer ended by itself");
    answered
}
