//! Many sign in at once: others hardly notice, memory stays, and who is too many is told so.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use integration_tests::{
    database::TestDatabase,
    process::{ServerProcess, errors, run},
    server::PASSWORD,
    settings,
};
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::{
    caller::Caller,
    journal::{Entry, Journal},
    machine,
    world::serve,
};

/// Clients that sign in at the same time.
const CLIENTS: usize = 64;
/// More than the queue in front of the hashing threads takes.
const TOO_MANY: usize = 160;
/// Tasks that send other requests.
const OTHERS: usize = 4;
/// Pairs of time slices, without sign-ins and with them.
const PAIRS: usize = 7;
/// The length of a slice.
const SLICE: Duration = Duration::from_millis(600);
/// The most memory that the process may ever have taken, in KiB.
const MEMORY: u64 = 150 * 1024;
/// Whoever is too many is told so by then.
const AT_ONCE: Duration = Duration::from_secs(2);
const EMAIL: &str = "ada@example.org";

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_clients_that_sign_in_leave_the_others_half_of_their_rate() {
    let _alone = machine::alone().await;
    for database in TestDatabase::create_each().await {
        let house = House::open(&database);
        let token = house.sign_in().await;
        let crowd = Crowd::gather(&house.caller);
        let others = Others::begin(&house.caller, &token);
        let mut kept: f64 = 0.0;
        // Whatever else runs on the machine takes from this figure and never adds to it: the best of three counts.
        for _ in 0..3 {
            kept = kept.max(rate_kept(&others, &crowd).await);
            if kept >= 0.5 {
                break;
            }
        }
        let signed_in = crowd.done();
        others.end().await;
        crowd.end().await;
        let memory = house.memory();
        eprintln!(
            "the others keep {kept:.2} of their rate; {signed_in} sign-ins; {} MiB at most",
            memory / 1024
        );
        assert_eq!(house.journal.faults(), [""; 0]);
        let answers = house.journal.since(house.opened);
        assert!(answers.iter().all(Entry::is_done), "64 clients are not too many");
        assert!(signed_in >= CLIENTS as u64, "{signed_in} sign-ins are no crowd");
        assert!(kept >= 0.5, "the others keep {kept:.2} of their rate");
        assert!(memory < MEMORY, "{memory} KiB");
        house.close(database).await;
    }
}

/// Which part of their rate the others keep while the crowd signs in.
async fn rate_kept(others: &Others, crowd: &Crowd) -> f64 {
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    for _ in 0..PAIRS {
        alone.push(others.rate().await);
        crowd.active.store(true, Ordering::Relaxed);
        crowd.wait_until_busy().await;
        beside.push(others.rate().await);
        crowd.active.store(false, Ordering::Relaxed);
        crowd.wait_until_idle().await;
    }
    alone.push(others.rate().await);
    eprintln!("others a second alone {alone:.0?}, beside {beside:.0?}");
    // Each slice is compared with the two around it: the machine may be slower or faster at another time.
    let around = alone.windows(2).map(|pair| f64::midpoint(pair[0], pair[1]));
    median(beside.iter().zip(around).map(|(beside, alone)| beside / alone).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_of_passwords_is_answered_at_once_and_everybody_else_is_served() {
    let _alone = machine::alone().await;
    for database in TestDatabase::create_each().await {
        let house = House::open(&database);
        let token = house.sign_in().await;
        let mut signing_in = JoinSet::new();
        for n in 0..TOO_MANY {
            let caller = house.caller.clone();
            // A wrong password costs as much as a right one.
            let password = if n % 2 == 0 { PASSWORD } else { "violet-harbour-50" };
            signing_in.spawn(async move {
                let body = json!({ "email": EMAIL, "password": password });
                let asked = Instant::now();
                let answer = caller.ask(Method::POST, "/auth/login", None, Some(&body)).await;
                (n % 2 == 0, answer, asked.elapsed())
            });
        }
        let mut served = 0;
        let (mut refused, mut slowest_refusal) = (0, Duration::ZERO);
        while let Some(ended) = signing_in.join_next().await {
            match ended.expect("nobody panics") {
                (true, Some((200, body)), _) if body["token"].is_string() => served += 1,
                (false, Some((401, body)), _) if body["code"] == "INVALID_CREDENTIALS" => served += 1,
                (_, None, took) => {
                    refused += 1;
                    slowest_refusal = slowest_refusal.max(took);
                }
                other => panic!("{other:?}"),
            }
        }
        eprintln!("{TOO_MANY} at once: {served} served, {refused} refused within {slowest_refusal:?}");
        assert!(slowest_refusal < AT_ONCE, "{slowest_refusal:?}");
        // The caller has looked at each 503, its body and its Retry-After.
        assert_eq!(house.journal.faults(), [""; 0]);
        let entries = house.journal.since(house.opened);
        assert!(entries.iter().all(|entry| entry.status.is_some()), "everybody was answered");
        assert!(served >= CLIENTS && refused > 0, "{served} served, {refused} refused");
        let me = house.caller.get("/auth/me", &token, 200).await.expect("it answers");
        assert_eq!(me["email"], EMAIL);
        let _ = house.sign_in().await;
        assert!(house.memory() < MEMORY, "{} KiB", house.memory());
        house.close(database).await;
    }
}

/// A server with one account.
struct House {
    server: ServerProcess,
    caller: Caller,
    journal: Arc<Journal>,
    opened: Instant,
    _folder: TempDir,
}

impl House {
    fn open(database: &TestDatabase) -> Self {
        let folder = TempDir::new().expect("a folder can be made");
        let further = [("PORTICO_RATE_LIMITS", "off"), ("PORTICO_LOG", "warn,portico=info")];
        let settings = settings::on(database.url(), &further);
        let server = serve(|| {
            let made = run(folder.path(), &settings, &["user", "create", "--email", EMAIL], PASSWORD);
            assert!(made.status.success(), "{}", errors(&made));
            ServerProcess::start(folder.path(), &settings)
        });
        let journal = Arc::default();
        let caller = Caller::new(&server, &journal);
        Self { server, caller, journal, opened: Instant::now(), _folder: folder }
    }

    async fn sign_in(&self) -> String {
        let body = json!({ "email": EMAIL, "password": PASSWORD });
        let body = self.caller.post("/auth/login", None, Some(body), 200).await.expect("a sign-in");
        body["token"].as_str().expect("there is a token").to_owned()
    }

    /// The most memory that the process ever had in use, in KiB.
    fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.server.id()));
        let status = status.expect("the process is there");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the kernel tells it");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }

    async fn close(self, database: TestDatabase) {
        drop(self.caller);
        self.server.terminate();
        database.drop().await;
    }
}

/// Clients that sign in again and again while they are active.
struct Crowd {
    active: Arc<AtomicBool>,
    over: Arc<AtomicBool>,
    waiting: Arc<AtomicU64>,
    done: Arc<AtomicU64>,
    clients: JoinSet<()>,
}

impl Crowd {
    fn gather(caller: &Caller) -> Self {
        let (active, over): (Arc<AtomicBool>, Arc<AtomicBool>) = (Arc::default(), Arc::default());
        let (waiting, done): (Arc<AtomicU64>, Arc<AtomicU64>) = (Arc::default(), Arc::default());
        let mut clients = JoinSet::new();
        for _ in 0..CLIENTS {
            let caller = caller.clone();
            let (active, over) = (Arc::clone(&active), Arc::clone(&over));
            let (waiting, done) = (Arc::clone(&waiting), Arc::clone(&done));
            clients.spawn(async move {
                while !over.load(Ordering::Relaxed) {
                    if !active.load(Ordering::Relaxed) {
                        tokio::time::sleep(Duration::from_millis(10)).await;
                        continue;
                    }
                    waiting.fetch_add(1, Ordering::Relaxed);
                    let body = json!({ "email": EMAIL, "password": PASSWORD });
                    let answer: Option<Value> = caller.post("/auth/login", None, Some(body), 200).await;
                    waiting.fetch_sub(1, Ordering::Relaxed);
                    done.fetch_add(u64::from(answer.is_some()), Ordering::Relaxed);
                }
            });
        }
        Self { active, over, waiting, done, clients }
    }

    fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    async fn wait_until_busy(&self) {
        self.wait(|waiting| waiting == CLIENTS as u64).await;
    }

    async fn wait_until_idle(&self) {
        self.wait(|waiting| waiting == 0).await;
    }

    async fn wait(&self, condition: impl Fn(u64) -> bool) {
        integration_tests::wait::until("the crowd", async || {
            condition(self.waiting.load(Ordering::Relaxed)).then_some(())
        })
        .await;
    }

    async fn end(mut self) {
        self.over.store(true, Ordering::Relaxed);
        while self.clients.join_next().await.is_some() {}
    }
}

/// Tasks that look at an account again and again.
struct Others {
    over: Arc<AtomicBool>,
    done: Arc<AtomicU64>,
    tasks: JoinSet<()>,
}

impl Others {
    fn begin(caller: &Caller, token: &str) -> Self {
        let (over, done): (Arc<AtomicBool>, Arc<AtomicU64>) = (Arc::default(), Arc::default());
        let mut tasks = JoinSet::new();
        for _ in 0..OTHERS {
            let (caller, token) = (caller.clone(), token.to_owned());
            let (over, done) = (Arc::clone(&over), Arc::clone(&done));
            tasks.spawn(async move {
                while !over.load(Ordering::Relaxed) {
                    let answer = caller.get("/auth/me", &token, 200).await;
                    done.fetch_add(u64::from(answer.is_some()), Ordering::Relaxed);
                }
            });
        }
        Self { over, done, tasks }
    }

    /// Requests a second, in one slice of time.
    async fn rate(&self) -> f64 {
        let (before, begun) = (self.done.load(Ordering::Relaxed), Instant::now());
        tokio::time::sleep(SLICE).await;
        let done = u32::try_from(self.done.load(Ordering::Relaxed) - before).expect("not that many");
        f64::from(done) / begun.elapsed().as_secs_f64()
    }

    async fn end(mut self) {
        self.over.store(true, Ordering::Relaxed);
        while self.tasks.join_next().await.is_some() {}
    }
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}
