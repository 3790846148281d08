//! The process is killed while people write, again and again.

use std::time::Duration;

use integration_tests::{database::TestDatabase, process::ServerProcess, tables::Tables, wait::until};
use tempfile::TempDir;

use crate::{
    checker::{ask, ask_again, compare, compare_letters, nothing_is_owed},
    machine,
    world::{World, serve},
};

/// How often the process is killed.
const KILLS: usize = 10;
/// Answers before the first kill; each further round has a few more, so that kills fall on all steps of a life.
const ANSWERS: usize = 150;
/// No round takes longer to be busy.
const ROUND: Duration = Duration::from_secs(30);
/// Letters that one process has on their way at a time.
const AT_ONCE: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite_ten_kills_lose_nothing_and_double_nothing() {
    kill_again_and_again(TestDatabase::create_sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_postgresql_ten_kills_lose_nothing_and_double_nothing() {
    if let Some(database) = TestDatabase::create_postgres().await {
        kill_again_and_again(database).await;
    }
}

async fn kill_again_and_again(database: TestDatabase) {
    let _beside = machine::beside_others().await;
    let (world, folder) = (World::begin().await, TempDir::new().expect("a folder can be made"));
    let settings = world.settings(database.url());
    let mut checked = world.ledger().clone();
    for kill in 0..KILLS {
        let server = serve(|| ServerProcess::start(folder.path(), &settings));
        let caller = world.caller(&server);
        ask(&world, &caller, &checked).await;
        ask_again(&world, &caller).await;
        checked = world.ledger().clone();

        let load = world.load(&caller);
        let enough = checked.answers() + ANSWERS + 7 * kill;
        assert!(world.wait(ROUND, |world| world.ledger().answers() >= enough).await, "{}", server.log());
        server.kill();
        caller.lose();
        load.end().await;
        assert_eq!(compare(&world, database.url()), [""; 0], "after kill {kill}");
    }

    let server = serve(|| ServerProcess::start(folder.path(), &settings));
    let caller = world.caller(&server);
    ask(&world, &caller, &checked).await;
    ask_again(&world, &caller).await;
    until("every owed letter", async || nothing_is_owed(database.url()).then_some(())).await;
    assert_eq!(compare(&world, database.url()), [""; 0]);
    assert_eq!(compare_letters(&world.post, database.url()), [""; 0]);
    assert_eq!(world.journal.faults(), [""; 0]);
    let repeats = world.post.repeats();
    assert!(repeats <= KILLS * AT_ONCE, "{repeats} letters came again");
    let ledger = world.ledger().clone();
    assert!(!ledger.joined.is_empty() && !ledger.dead.is_empty(), "people came to the end of their lives");
    eprintln!(
        "{KILLS} kills: {} answers, {} accounts, {} letters, {repeats} of them again",
        ledger.answers(),
        ledger.accounts.len(),
        world.post.all().len(),
    );
    drop(caller);
    server.terminate();
    database.drop().await;
}

/// Ruins of a database, each with a word of what the checker must say of it.
const PLANTED: &[(&str, &str)] = &[
    ("DELETE FROM project_members WHERE role = 'member'", "the membership"),
    ("DELETE FROM project_members WHERE role = 'owner'", "a project without its owner"),
    ("DELETE FROM outbox WHERE kind = 'invite'", "has 0 letters"),
    ("UPDATE outbox SET kind = 'password_reset' WHERE kind = 'registration_code'", "have no cause"),
    ("DELETE FROM credentials", "a person without a password"),
    ("UPDATE emails SET address = 'x' || address, canonical = 'x' || canonical", "the account"),
    ("UPDATE projects SET name = 'other'", "there is []"),
    (
        "UPDATE invites SET state = 'pending', accepted_by = NULL, accepted_at = NULL",
        "a member who was never let in",
    ),
    ("DELETE FROM sessions WHERE rotated_at IS NULL", "a refreshed session without its successor"),
    ("UPDATE sessions SET rotated_at = NULL", "two live sessions"),
];

#[tokio::test(flavor = "multi_thread")]
async fn the_checker_sees_what_is_lost_doubled_or_done_by_half() {
    let _beside = machine::beside_others().await;
    let (world, folder) = (World::begin().await, TempDir::new().expect("a folder can be made"));
    let database = TestDatabase::create_sqlite();
    let settings = world.settings(database.url());
    let server = serve(|| ServerProcess::start(folder.path(), &settings));
    let caller = world.caller(&server);
    let load = world.load(&caller);
    assert!(world.wait(ROUND, |world| world.ledger().joined.len() >= 8).await);
    load.end().await;
    until("every owed letter", async || nothing_is_owed(database.url()).then_some(())).await;
    drop(caller);
    server.terminate();
    assert_eq!(compare(&world, database.url()), [""; 0]);
    assert_eq!(compare_letters(&world.post, database.url()), [""; 0]);

    let tables = Tables::of(database.url());
    let sound = tables.texts("SELECT sql AS value FROM sqlite_schema WHERE sql LIKE 'CREATE TABLE%'").len();
    assert!(sound > 5, "the tables are there");
    for (ruin, word) in PLANTED {
        let ruined = TempDir::new().expect("a folder can be made");
        let copy = format!("sqlite://{}", ruined.path().join("copy.db").display());
        let path = copy.trim_start_matches("sqlite://");
        let _ = tables.change(&format!("VACUUM INTO '{path}'"));
        assert!(Tables::of(&copy).change(ruin) > 0, "{ruin} ruins nothing");
        let said = compare(&world, &copy);
        assert!(said.iter().any(|fault| fault.contains(word)), "{ruin}: {said:?}");
    }
    let gone = "DELETE FROM outbox WHERE id = (SELECT min(id) FROM outbox)";
    assert_eq!(tables.change(gone), 1);
    assert!(compare_letters(&world.post, database.url()).iter().any(|fault| fault.contains("never owed")));
    database.drop().await;
}
