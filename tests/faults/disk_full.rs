//! The disk under SQLite fills up, and has room again.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use integration_tests::{
    process::{ServerProcess, program},
    tables::Tables,
    wait::until,
};
use tempfile::TempDir;

use crate::{
    checker::{ask, compare, compare_letters, nothing_is_owed},
    journal::Entry,
    ledger::Ledger,
    machine,
    world::{World, serve},
};

/// The size of the small disk.
const DISK: &str = "size=24m";
/// The largest file of a process that is limited, in the shell's blocks of 512 bytes.
const LARGEST_FILE: &str = "6144";
/// Requests that must end in the way that is waited for.
const BUSY: usize = 60;
/// No phase takes longer.
const PHASE: Duration = Duration::from_mins(1);
/// Within this time of getting room everything works again.
const RECOVERY: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_writes_clearly_and_harms_nothing() {
    let _beside = machine::beside_others().await;
    let folder = TempDir::new().expect("a folder can be made");
    let Some(disk) = SmallDisk::mount(folder.path()) else { return };
    let filler = disk.path.join("filler");
    let start = |settings: &[(&str, &str)]| ServerProcess::start(folder.path(), settings);
    let fill = |_: &ServerProcess| fill(&filler);
    fill_and_free(&disk.path, start, fill, |_| fs::remove_file(&filler).expect("it can be removed")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_may_not_grow_refuses_writes_clearly_and_harms_nothing() {
    let _beside = machine::beside_others().await;
    let folder = TempDir::new().expect("a folder can be made");
    let start = |settings: &[(&str, &str)]| {
        // Without the trap the signal that comes with the limit would end the process.
        let limited = format!("trap '' XFSZ; ulimit -S -f {LARGEST_FILE}; exec \"$0\"");
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(limited).arg(program());
        shell.current_dir(folder.path()).env_clear().envs(settings.iter().copied());
        ServerProcess::launch(shell)
    };
    let free = |server: &ServerProcess| {
        let id = server.id().to_string();
        let raised = Command::new("prlimit").args(["--pid", &id, "--fsize=unlimited"]).status();
        assert!(raised.expect("prlimit is there").success(), "the limit can be raised");
    };
    fill_and_free(folder.path(), start, |_| (), free).await;
}

/// Runs a load on a server whose database lies in `disk`, through a full disk and out of it.
async fn fill_and_free(
    disk: &Path,
    start: impl FnOnce(&[(&str, &str)]) -> ServerProcess,
    fill: impl FnOnce(&ServerProcess),
    free: impl FnOnce(&ServerProcess),
) {
    let world = World::begin().await;
    let database = format!("sqlite://{}", disk.join("full.db").display());
    let settings = world.settings(&database);
    let server = serve(|| start(&settings));
    let caller = world.caller(&server);
    let beginning = Instant::now();
    let load = world.load(&caller);
    assert!(world.wait(PHASE, |world| !world.ledger().settled.is_empty()).await, "somebody can be looked at");
    busy(&world, beginning, |entry| entry.is_done() && entry.writes).await;

    fill(&server);
    busy(&world, beginning, |entry| entry.is_refused() && entry.writes).await;
    let filled = Instant::now();
    busy(&world, filled, |entry| entry.is_refused() && entry.writes).await;
    busy(&world, filled, |entry| entry.is_done() && !entry.writes).await;
    let reads_refused = world.journal.since(beginning).iter().filter(|e| !e.writes && !e.is_done()).count();
    assert_eq!(reads_refused, 0, "reading needs no room");

    free(&server);
    let freed = Instant::now();
    busy(&world, freed, |entry| entry.is_done() && entry.writes).await;
    load.end().await;
    let entries = world.journal.since(beginning);
    let last_refused = entries.iter().filter(|e| e.is_refused()).map(Entry::ended).max();
    let last_refused = last_refused.expect("there were some").saturating_duration_since(freed);
    eprintln!(
        "disk full: {} requests, {} of them 503, the last {last_refused:?} after there was room",
        entries.len(),
        entries.iter().filter(|entry| entry.is_refused()).count(),
    );
    assert!(last_refused < RECOVERY);

    until("every owed letter", async || nothing_is_owed(&database).then_some(())).await;
    ask(&world, &caller, &Ledger::default()).await;
    assert!(entries.iter().all(|entry| entry.status.is_some()), "every request was answered");
    assert_eq!(world.journal.faults(), [""; 0]);
    assert_eq!(compare(&world, &database), [""; 0]);
    assert_eq!(compare_letters(&world.post, &database), [""; 0]);
    assert_eq!(world.post.repeats(), 0, "a process that lives sends each letter once");
    drop(caller);
    server.terminate();
    let checked = Tables::of(&database).texts("SELECT integrity_check AS value FROM pragma_integrity_check");
    assert_eq!(checked, ["ok"]);
}

async fn busy(world: &World, since: Instant, ended: impl Fn(&Entry) -> bool) {
    let enough = world.wait(PHASE, |world| world.journal.count_since(since, &ended) >= BUSY).await;
    assert!(enough, "{BUSY} requests end as they must: {:?}", world.journal.faults());
}

/// Writes until there is no room left.
fn fill(path: &Path) {
    let mut file = fs::File::create(path).expect("it can be made");
    for size in [64 * 1024, 4096, 512, 1] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
}

/// A small disk in memory, gone when it is dropped.
struct SmallDisk {
    path: PathBuf,
}

impl SmallDisk {
    /// Mounts one below `folder`; nothing, and a line that says so, when this process may not.
    fn mount(folder: &Path) -> Option<Self> {
        let path = folder.join("disk");
        fs::create_dir(&path).expect("a folder can be made");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", DISK, "tmpfs"]).arg(&path).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self { path });
        }
        // Past the test harness, which keeps to itself what passing tests print.
        let _ = writeln!(
            std::io::stderr(),
            "note: no disk can be mounted here, so a full disk is tested as a limit to files alone"
        );
        None
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: a server that a failed test left may still have files open.
        let _ = Command::new("umount").arg("--lazy").arg(&self.path).status();
    }
}
