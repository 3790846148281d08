//! The work of a thread, on a database of its own: groups that SQLite undoes, and spans in the log.

use std::{collections::VecDeque, io, sync::Mutex};

use portico_domain::{
    email::EmailAddress,
    id::LetterId,
    letter::{Lane, Letter, OwedLetter, SealedSecret},
    ports::Verdict,
};
use tempfile::TempDir;
use tokio::sync::oneshot;
use tracing_subscriber::fmt::MakeWriter;
use uuid::Uuid;

use super::*;
use crate::{migrations, place::Place};

type Answer = oneshot::Receiver<Result<(), StoreError>>;

struct Fixture {
    _folder: TempDir,
    place: Place,
}

impl Fixture {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        migrations::migrate(&url).unwrap();
        Self { _folder: folder, place: Place::parse(&url).unwrap() }
    }

    fn writer(&self) -> Worker {
        let endpoint = Endpoint::writing(self.place.clone());
        Worker::connect(&endpoint, 64, Arc::default(), Arc::default()).unwrap()
    }

    fn letters(&self) -> Vec<LetterId> {
        let mut reader =
            Worker::connect(&Endpoint::reading(self.place.clone()), 1, Arc::default(), Arc::default())
                .unwrap();
        let found = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&found);
        let (job, mut answered) = Job::new((
            Consistency::Latest,
            Box::new(move |snapshot: &mut dyn portico_domain::ports::Snapshot| {
                *seen.lock().unwrap() =
                    snapshot.outbox().list_due(Lane::People, chrono::DateTime::UNIX_EPOCH, 99).unwrap();
            }) as ReadWork,
        ));
        reader.read(job, &mut iter::empty());
        answered.try_recv().unwrap().unwrap();
        found.lock().unwrap().iter().map(|letter| letter.id).collect()
    }
}

/// A unit of work that keeps so many kilobytes.
fn keeping(n: u128, kilobytes: usize) -> (LetterId, Job<WriteWork>, Answer) {
    let id = LetterId::from_uuid(Uuid::from_u128(n));
    let letter = OwedLetter {
        id,
        to: EmailAddress::parse("reader@example.org").unwrap().into(),
        letter: Letter::AlreadyRegistered,
        secret: Some(SealedSecret::from_bytes(vec![7; kilobytes * 1024])),
        created_at: chrono::DateTime::UNIX_EPOCH,
        attempts: 0,
    };
    let (job, answered) =
        Job::new(Box::new(
            move |tx: &mut dyn portico_domain::ports::Transaction| {
                if tx.outbox().add(&letter).is_ok() { Verdict::Commit } else { Verdict::Rollback }
            },
        ) as WriteWork);
    (id, job, answered)
}

#[test]
fn a_group_that_sqlite_undid_by_itself_is_answered_as_failed_and_the_rest_goes_on() {
    let fixture = Fixture::new();
    let mut worker = fixture.writer();
    worker.ready().unwrap().batch_execute("PRAGMA max_page_count = 120").unwrap();
    let mut queue = VecDeque::new();
    let mut answers = Vec::new();
    for (n, kilobytes) in (1..).zip([1, 1000, 1, 1]) {
        let (id, job, answered) = keeping(n, kilobytes);
        queue.push_back(job);
        answers.push((id, answered));
    }
    let mut groups = 0;
    while let Some(first) = queue.pop_front() {
        groups += 1;
        worker.write_group(first, &mut iter::from_fn(|| queue.pop_front()));
    }
    assert_eq!(groups, 2);
    let kept = fixture.letters();
    for ((id, mut answered), fits) in answers.into_iter().zip([false, false, true, true]) {
        let answer = answered.try_recv().unwrap();
        assert_eq!(answer.is_ok(), fits, "{answer:?}");
        assert_eq!(kept.contains(&id), fits);
    }
}

#[test]
fn a_group_is_one_transaction_of_at_most_so_many_units() {
    let fixture = Fixture::new();
    let mut worker = fixture.writer();
    worker.batch = 3;
    let (mut jobs, mut answers) = (VecDeque::new(), Vec::new());
    for n in 1..=5 {
        let (_, job, answered) = keeping(n, 1);
        jobs.push_back(job);
        answers.push(answered);
    }
    let first = jobs.pop_front().unwrap();
    worker.write_group(first, &mut iter::from_fn(|| jobs.pop_front()));
    assert_eq!(jobs.len(), 2);
    assert_eq!(answers.iter_mut().filter_map(|answered| answered.try_recv().ok()).count(), 3);
    assert_eq!(fixture.letters().len(), 3);
}

#[test]
fn a_reading_connection_refuses_to_write() {
    let fixture = Fixture::new();
    let mut connection = Endpoint::reading(fixture.place.clone()).open().unwrap();
    let refused = connection.batch_execute("DELETE FROM outbox").unwrap_err();
    assert!(refused.to_string().contains("readonly"), "{refused}");
}

#[test]
fn references_and_durability_are_on_for_every_connection() {
    let fixture = Fixture::new();
    for endpoint in [Endpoint::writing(fixture.place.clone()), Endpoint::reading(fixture.place.clone())] {
        let AnyConnection::Sqlite(mut connection) = endpoint.open().unwrap() else { panic!("it is a file") };
        for (pragma, expected) in [("foreign_keys", "1"), ("synchronous", "2"), ("journal_mode", "wal")] {
            let query = diesel::dsl::sql::<diesel::sql_types::Text>(&format!(
                "SELECT CAST({pragma} AS TEXT) FROM pragma_{pragma}"
            ));
            let value: String = diesel::RunQueryDsl::get_result(query, &mut connection).unwrap();
            assert_eq!(value, expected, "{pragma}");
        }
    }
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[test]
fn the_log_of_the_work_tells_on_whose_behalf_it_was_done() {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt().with_writer(lines.clone()).with_ansi(false).finish();
    let dispatch = tracing::Dispatch::new(subscriber);
    let job = tracing::dispatcher::with_default(&dispatch, || {
        let _request = tracing::info_span!("request", id = 7).entered();
        Job::new(Box::new(|_: &mut dyn portico_domain::ports::Transaction| {
            tracing::info!("at work");
            Verdict::Commit
        }) as WriteWork)
        .0
    });
    let mut worker = Fixture::new().writer();
    tracing::dispatcher::with_default(&dispatch, || worker.write_group(job, &mut iter::empty()));
    let log = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("request{id=7}") && log.contains("at work"), "{log}");
}
