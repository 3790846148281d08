//! Mail servers that hang, refuse for a while, or refuse one recipient; and two processes with one outbox.

use std::time::{Duration, Instant};

use integration_tests::{
    database::TestDatabase, process::ServerProcess, smtp::Behaviour, tables::Tables, wait::until,
};
use serde_json::json;
use tempfile::TempDir;

use crate::{
    caller::Caller,
    checker::{compare_letters, nothing_is_owed},
    machine,
    world::{World, serve},
};

/// How long a request may take whatever the mail server does.
const PROMPT: Duration = Duration::from_secs(2);
/// How soon the letters of others come while one hangs.
const SOON: Duration = Duration::from_secs(6);
/// How soon everything has come when the mail server is well again: a hanging letter is given twelve seconds, and the
/// pause before the next try grows to three.
const IN_THE_END: Duration = Duration::from_secs(18);
/// Letters that one process has on their way at a time.
const AT_ONCE: usize = 8;

fn address(n: usize) -> String {
    format!("ann{n:03}@example.org")
}

/// Begins registrations; each is answered promptly.
async fn begin(caller: &Caller, people: std::ops::Range<usize>) {
    for n in people {
        let asked = Instant::now();
        let begun =
            caller.post("/auth/register/start", None, Some(json!({ "email": address(n) })), 200).await;
        assert!(begun.is_some() && asked.elapsed() < PROMPT, "{:?}", asked.elapsed());
    }
}

/// Everybody who was written to.
fn recipients(world: &World) -> Vec<String> {
    let mut recipients: Vec<String> = world.post.all().into_iter().map(|letter| letter.to).collect();
    recipients.sort();
    recipients
}

/// A server of this world.
struct House {
    server: ServerProcess,
    caller: Caller,
    folder: TempDir,
}

impl House {
    fn open(world: &World, database: &TestDatabase) -> Self {
        let folder = TempDir::new().expect("a folder can be made");
        let settings = world.settings(database.url());
        let server = serve(|| ServerProcess::start(folder.path(), &settings));
        let caller = world.caller(&server);
        Self { server, caller, folder }
    }

    fn close(self) {
        drop(self.caller);
        self.server.terminate();
        drop(self.folder);
    }
}

/// Everything has come, exactly once, and is noted as delivered.
async fn all_came_once(world: &World, database: &TestDatabase, people: usize) {
    until("the outcome of every letter", async || nothing_is_owed(database.url()).then_some(())).await;
    assert_eq!(recipients(world), (0..people).map(address).collect::<Vec<_>>());
    assert_eq!(compare_letters(&world.post, database.url()), [""; 0]);
    assert_eq!(world.journal.faults(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipient_over_whom_the_mail_server_hangs_holds_up_nobody_else() {
    let _beside = machine::beside_others().await;
    for database in TestDatabase::create_each().await {
        let world = World::begin().await;
        world.post.server.behave(Behaviour::HangAtRecipient { address: address(0) });
        let house = House::open(&world, &database);
        begin(&house.caller, 0..1).await;
        let hangs = |world: &World| world.post.server.commands().iter().any(|c| c.contains(&address(0)));
        assert!(world.wait(SOON, hangs).await, "the letter hangs");
        begin(&house.caller, 1..30).await;
        assert!(world.wait(SOON, |world| world.post.all().len() == 29).await, "{:?}", recipients(&world));

        world.post.server.behave(Behaviour::Accept);
        assert!(world.wait(IN_THE_END, |world| world.post.all().len() == 30).await, "the letter that hung");
        all_came_once(&world, &database, 30).await;
        house.close();
        database.drop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_hangs_with_every_letter_stops_no_request() {
    let _beside = machine::beside_others().await;
    for database in TestDatabase::create_each().await {
        let world = World::begin().await;
        world.post.server.behave(Behaviour::HangAfterData);
        let house = House::open(&world, &database);
        let ends = |world: &World| world.post.server.commands().iter().filter(|c| *c == ".").count();
        begin(&house.caller, 0..20).await;
        assert!(world.wait(SOON, |world| ends(world) == AT_ONCE).await, "all places are taken");
        begin(&house.caller, 20..40).await;
        assert_eq!(ends(&world), AT_ONCE, "no more are on their way than may be");

        world.post.server.behave(Behaviour::Accept);
        assert!(
            world.wait(IN_THE_END, |world| world.post.all().len() == 40).await,
            "{:?}",
            recipients(&world)
        );
        all_came_once(&world, &database, 40).await;
        house.close();
        database.drop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_refuses_everything_for_a_while_gets_every_letter_once_afterwards() {
    let _beside = machine::beside_others().await;
    for database in TestDatabase::create_each().await {
        let world = World::begin().await;
        let reply = "451 4.3.0 try again later".to_owned();
        world.post.server.behave(Behaviour::RefuseEverything { reply });
        let house = House::open(&world, &database);
        begin(&house.caller, 0..30).await;
        let tables = Tables::of(database.url());
        let refused = "attempts >= 2 AND outcome IS NULL AND last_error LIKE '%451%'";
        until("two tries of every letter", async || (tables.count("outbox", refused) == 30).then_some(()))
            .await;
        assert!(world.post.all().is_empty());

        world.post.server.behave(Behaviour::Accept);
        assert!(
            world.wait(IN_THE_END, |world| world.post.all().len() == 30).await,
            "{:?}",
            recipients(&world)
        );
        all_came_once(&world, &database, 30).await;
        house.close();
        database.drop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipient_refused_for_good_is_given_up_and_holds_up_nobody() {
    let _beside = machine::beside_others().await;
    for database in TestDatabase::create_each().await {
        let world = World::begin().await;
        let reply = "550 5.1.1 no such user".to_owned();
        world.post.server.behave(Behaviour::RefuseRecipient { address: address(7), reply });
        let house = House::open(&world, &database);
        begin(&house.caller, 0..30).await;
        until("the outcome of every letter", async || nothing_is_owed(database.url()).then_some(())).await;
        let others: Vec<String> = (0..30).filter(|n| *n != 7).map(address).collect();
        assert_eq!(recipients(&world), others);
        let given_up = format!("recipient = '{}' AND outcome = 'abandoned' AND attempts = 1", address(7));
        let tables = Tables::of(database.url());
        assert_eq!(tables.count("outbox", &given_up), 1);
        assert_eq!(tables.count("outbox", "outcome = 'delivered'"), 29);
        assert_eq!(world.journal.faults(), [""; 0]);
        house.close();
        database.drop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_share_an_outbox_and_one_that_is_killed_leaves_its_letters_to_the_other() {
    let _beside = machine::beside_others().await;
    let Some(database) = TestDatabase::create_postgres().await else { return };
    let world = World::begin().await;
    let (one, other) = (House::open(&world, &database), House::open(&world, &database));
    begin(&one.caller, 0..20).await;
    begin(&other.caller, 20..40).await;
    assert!(world.wait(SOON, |world| world.post.all().len() == 40).await);

    // Both have letters on their way that the mail server has read and not answered for.
    world.post.server.behave(Behaviour::HangAfterData);
    let read = world.post.server.commands().iter().filter(|c| *c == ".").count();
    begin(&one.caller, 40..60).await;
    begin(&other.caller, 60..80).await;
    let on_their_way =
        |world: &World| world.post.server.commands().iter().filter(|c| *c == ".").count() - read;
    assert!(world.wait(SOON, |world| on_their_way(world) == 2 * AT_ONCE).await, "{}", on_their_way(&world));
    one.server.kill();
    world.post.server.behave(Behaviour::Accept);

    begin(&other.caller, 80..100).await;
    assert!(world.wait(IN_THE_END, |world| world.post.all().len() >= 100).await, "{:?}", recipients(&world));
    all_came_once(&world, &database, 100).await;
    other.close();
    database.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_killed_among_deliveries_repeats_letters_only_under_their_id() {
    let _beside = machine::beside_others().await;
    let Some(database) = TestDatabase::create_postgres().await else { return };
    let world = World::begin().await;
    let (one, other) = (House::open(&world, &database), House::open(&world, &database));
    let people = 120;
    let writing = {
        let (caller, other) = (one.caller.clone(), other.caller.clone());
        tokio::spawn(async move {
            for n in 0..people {
                // The one that is killed may leave some unanswered; the other is asked then.
                let body = json!({ "email": address(n) });
                if caller.post("/auth/register/start", None, Some(body), 200).await.is_none() {
                    begin(&other, n..n + 1).await;
                }
            }
        })
    };
    assert!(world.wait(IN_THE_END, |world| world.post.all().len() >= 40).await);
    one.server.kill();
    writing.await.expect("nobody panics");

    let everybody = |world: &World| {
        let mut came = recipients(world);
        came.dedup();
        came.len() == people
    };
    assert!(world.wait(IN_THE_END, everybody).await, "{:?}", recipients(&world));
    until("the outcome of every letter", async || nothing_is_owed(database.url()).then_some(())).await;
    assert_eq!(compare_letters(&world.post, database.url()), [""; 0]);
    assert!(world.post.repeats() <= AT_ONCE, "{} letters came again", world.post.repeats());
    assert_eq!(Tables::of(database.url()).count("outbox", "1 = 1"), 120, "each was written once");
    assert_eq!(world.journal.faults(), [""; 0]);
    other.close();
    database.drop().await;
}
