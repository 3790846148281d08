//! PostgreSQL goes away under load, and comes back.

use std::time::{Duration, Instant};

use integration_tests::{process::ServerProcess, tables::Tables, wait::until};
use tempfile::TempDir;
use tokio::task::block_in_place;

use crate::{
    checker::{ask, compare, compare_letters, nothing_is_owed},
    cluster::Cluster,
    journal::Entry,
    ledger::Ledger,
    machine,
    world::{World, serve},
};

/// Connections of the server under test.
const READERS: &str = "3";
const WRITERS: &str = "5";
const CONNECTIONS: i64 = 8;
/// How often the database goes away.
const RESTARTS: usize = 2;
/// Requests that must end before, and while, and after it is away.
const BUSY: usize = 60;
/// No phase takes longer to be busy.
const PHASE: Duration = Duration::from_secs(30);
/// Within this time of its return everything works again.
const RECOVERY: Duration = Duration::from_secs(5);
/// Nobody waits longer for an answer.
const LONGEST: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_of_postgresql_is_503s_while_it_lasts_and_nothing_afterwards() {
    let _beside = machine::beside_others().await;
    let Some(cluster) = block_in_place(Cluster::start) else { return };
    let (world, folder) = (World::begin().await, TempDir::new().expect("a folder can be made"));
    let database = cluster.url();
    let mut settings = world.settings(&database);
    settings.extend([("PORTICO_DATABASE_READERS", READERS), ("PORTICO_DATABASE_WRITERS", WRITERS)]);
    let server = serve(|| ServerProcess::start(folder.path(), &settings));
    let caller = world.caller(&server);
    let beginning = Instant::now();
    let load = world.load(&caller);
    busy(&world, beginning, Entry::is_done).await;
    assert!(world.wait(PHASE, |world| !world.ledger().settled.is_empty()).await, "somebody can be looked at");

    for _ in 0..RESTARTS {
        let leaving = Instant::now();
        block_in_place(|| cluster.go_away());
        let away = Instant::now();
        busy(&world, away, |entry| entry.writes && entry.is_refused()).await;
        busy(&world, away, |entry| !entry.writes && entry.is_refused()).await;
        let coming = Instant::now();
        block_in_place(|| cluster.come_back());
        let back = Instant::now();
        busy(&world, back, |entry| entry.is_done() && entry.writes).await;
        busy(&world, back, |entry| entry.is_done() && !entry.writes).await;
        judge(&world, [leaving, away, coming, back]);
    }

    load.end().await;
    until("every owed letter", async || nothing_is_owed(&database).then_some(())).await;
    ask(&world, &caller, &Ledger::default()).await;
    let ours = "backend_type = 'client backend' AND pid <> pg_backend_pid()";
    let connections = Tables::of(&database).count("pg_stat_activity", ours);
    assert!((1..=CONNECTIONS).contains(&connections), "{connections} connections");
    assert_eq!(compare(&world, &database), [""; 0]);
    assert_eq!(compare_letters(&world.post, &database), [""; 0]);
    assert_eq!(world.journal.faults(), [""; 0]);
    assert_eq!(world.post.repeats(), 0, "a process that lives sends each letter once");
    let entries = world.journal.since(beginning);
    let slowest = entries.iter().map(|entry| entry.took).max().unwrap_or_default();
    eprintln!(
        "{RESTARTS} restarts: {} requests, {} of them 503, the slowest in {slowest:?}, {connections} connections",
        entries.len(),
        entries.iter().filter(|entry| entry.is_refused()).count(),
    );
    assert!(slowest < LONGEST, "{slowest:?}");
    assert!(entries.iter().all(|entry| entry.status.is_some()), "every request was answered");
    drop(caller);
    server.terminate();
}

async fn busy(world: &World, since: Instant, ended: impl Fn(&Entry) -> bool) {
    let enough = world.wait(PHASE, |world| world.journal.count_since(since, &ended) >= BUSY).await;
    assert!(enough, "{BUSY} requests end as they must: {:?}", world.journal.faults());
}

/// Nothing is done while the database is away, and nothing is refused any more once it is back for a while.
fn judge(world: &World, [leaving, away, coming, back]: [Instant; 4]) {
    let entries = world.journal.since(leaving);
    let done_without = entries.iter().filter(|e| e.asked > away && e.ended() < coming && e.is_done()).count();
    assert_eq!(done_without, 0, "nothing can be done without a database");
    let first = |writes: bool| {
        let done = entries.iter().filter(|e| e.writes == writes && e.is_done() && e.ended() > coming);
        done.map(Entry::ended).min().expect("something was done again").saturating_duration_since(back)
    };
    let last_refused = entries.iter().filter(|e| e.is_refused()).map(Entry::ended).max();
    let last_refused = last_refused.map(|ended| ended.saturating_duration_since(back)).unwrap_or_default();
    eprintln!(
        "back for reads after {:?}, for writes after {:?}, the last 503 after {last_refused:?}",
        first(false),
        first(true)
    );
    assert!(first(false) < RECOVERY && first(true) < RECOVERY && last_refused < RECOVERY);
}
