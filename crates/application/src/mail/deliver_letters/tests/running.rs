//! Delivering until told to stop. Time is the runtime's, and stands still while anything can be done.

use std::sync::Mutex;

use tokio::{task::JoinHandle, time::Instant};

use super::*;

/// Far more than any of these tests takes.
const MINUTE: Duration = Duration::from_mins(1);

/// Letters that wait, and a process that delivers them.
struct Office {
    waiting: Arc<Mutex<Vec<OwedLetter>>>,
    bell: Arc<Bell>,
    stop: watch::Sender<bool>,
    run: JoinHandle<()>,
    opened: Instant,
}

impl Office {
    /// Opens it; whatever is asked of the outbox besides the list of what is due, `tx` expects.
    fn open(mut tx: MockTransaction, mailer: Arc<dyn Mailer>) -> Self {
        let (waiting, bell) = (Arc::<Mutex<Vec<OwedLetter>>>::default(), Arc::<Bell>::default());
        let due = Arc::clone(&waiting);
        tx.outbox.expect_list_due().returning(move |_, _, limit| {
            let mut due = due.lock().unwrap();
            let count = due.len().min(usize::from(limit));
            Ok(due.drain(..count).collect())
        });
        tx.outbox.expect_lease().returning(|_, _, _, _| Ok(()));
        let delivery = delivery(tx, mailer, Arc::clone(&bell));
        let (stop, stopped) = watch::channel(false);
        let run = tokio::spawn(async move { delivery.run(stopped).await });
        Self { waiting, bell, stop, run, opened: Instant::now() }
    }

    fn write(&self, letters: impl IntoIterator<Item = OwedLetter>) {
        self.waiting.lock().unwrap().extend(letters);
    }

    fn age(&self) -> Duration {
        self.opened.elapsed()
    }

    /// Tells it to stop, and waits until it has.
    async fn close(self) {
        self.stop.send(true).unwrap();
        time::timeout(MINUTE, self.run).await.expect("it stops").unwrap();
    }
}

async fn until_taken(mailer: &SlowMailer, count: usize) {
    let all = async {
        while mailer.taken.all().len() < count {
            mailer.took.notified().await;
        }
    };
    time::timeout(MINUTE, all).await.expect("the letters are taken");
}

#[tokio::test(start_paused = true)]
async fn a_letter_leaves_as_soon_as_it_is_written() {
    let (mut tx, mailer) = (MockTransaction::default(), SlowMailer::taking(0));
    let noted = delivers(&mut tx);
    let office = Office::open(tx, Arc::<SlowMailer>::clone(&mailer));
    time::sleep(Duration::from_millis(300)).await;
    office.write([letter(1)]);
    office.bell.0.notify_one();
    until_taken(&mailer, 1).await;
    assert!(office.age() < Duration::from_millis(310), "{:?}", office.age());
    office.close().await;
    assert_eq!(noted.only(), letter(1).id);
}

#[tokio::test(start_paused = true)]
async fn a_letter_that_nobody_tells_of_is_found_within_a_second() {
    let (mut tx, mailer) = (MockTransaction::default(), SlowMailer::taking(0));
    let noted = delivers(&mut tx);
    let office = Office::open(tx, Arc::<SlowMailer>::clone(&mailer));
    time::sleep(Duration::from_millis(300)).await;
    office.write([letter(1)]);
    until_taken(&mailer, 1).await;
    assert!(office.age() < Duration::from_millis(1310), "{:?}", office.age());
    office.close().await;
    assert_eq!(noted.only(), letter(1).id);
}

#[tokio::test(start_paused = true)]
async fn eight_letters_are_on_their_way_at_once_and_the_next_ones_follow_at_once() {
    let (mut tx, mailer) = (MockTransaction::default(), SlowMailer::taking(1));
    let noted = delivers(&mut tx);
    let office = Office::open(tx, Arc::<SlowMailer>::clone(&mailer));
    office.write((1..=20).map(letter));
    until_taken(&mailer, 20).await;
    assert!(office.age() < Duration::from_millis(3010), "three rounds, not {:?}", office.age());
    office.close().await;
    assert_eq!(mailer.busiest.load(Ordering::Relaxed), 8);
    assert_eq!(noted.all().len(), 20);
}

#[tokio::test(start_paused = true)]
async fn letters_on_their_way_are_seen_through_when_it_stops() {
    let (mut tx, mailer) = (MockTransaction::default(), SlowMailer::taking(3));
    tx.outbox.expect_extend().returning(|_, _, _| Ok(()));
    let noted = delivers(&mut tx);
    let office = Office::open(tx, mailer);
    office.write([letter(1)]);
    time::sleep(Duration::from_secs(1)).await;
    office.write([letter(2)]);
    office.close().await;
    assert_eq!(noted.only(), letter(1).id, "and no other is begun");
}

#[tokio::test(start_paused = true)]
async fn it_stops_when_nobody_is_left_to_tell_it_to() {
    let Office { stop, run, .. } = Office::open(MockTransaction::default(), Arc::new(MockMailer::new()));
    drop(stop);
    time::timeout(MINUTE, run).await.expect("it stops").unwrap();
}

#[tokio::test]
async fn it_does_nothing_when_told_to_stop_before() {
    let tx = MockTransaction::default();
    let (_stop, stopped) = watch::channel(true);
    delivery(tx, Arc::new(MockMailer::new()), Arc::default()).run(stopped).await;
}

#[tokio::test(start_paused = true)]
async fn an_outbox_that_cannot_be_read_is_looked_at_again() {
    let (mut tx, mailer) = (MockTransaction::default(), SlowMailer::taking(0));
    tx.outbox.expect_list_due().times(3).returning(|_, _, _| Err(StoreError::Closed));
    let noted = delivers(&mut tx);
    let office = Office::open(tx, Arc::<SlowMailer>::clone(&mailer));
    office.write([letter(1)]);
    until_taken(&mailer, 1).await;
    office.close().await;
    assert_eq!(noted.only(), letter(1).id);
}

#[tokio::test(start_paused = true)]
async fn a_letter_whose_outcome_cannot_be_noted_yet_is_not_sent_again_when_its_lease_ends() {
    let (mut tx, mailer) = (MockTransaction::default(), SlowMailer::taking(0));
    tx.outbox.expect_delivered().times(20).returning(|_, _, _| Err(StoreError::Closed));
    let noted = delivers(&mut tx);
    let office = Office::open(tx, Arc::<SlowMailer>::clone(&mailer));
    office.write([letter(1)]);
    until_taken(&mailer, 1).await;
    // The lease has ended, so that the letter is due again.
    time::sleep(Duration::from_secs(6)).await;
    office.write([letter(1)]);
    office.bell.0.notify_one();
    time::sleep(Duration::from_secs(6)).await;
    office.close().await;
    assert_eq!(mailer.taken.only(), letter(1).id);
    assert_eq!(noted.only(), letter(1).id);
}
