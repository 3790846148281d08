//! What waits for a thread.

use std::{
    sync::{Condvar, atomic::AtomicUsize},
    time::{Duration, Instant},
};

use super::*;

/// Waits until something is so, but not for ever.
fn until(condition: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !condition() {
        assert!(Instant::now() < deadline, "it did not happen in time");
        thread::yield_now();
    }
}

/// Entropy that makes a hashing thread wait until the gate is opened.
#[derive(Default)]
struct Gate {
    entered: AtomicUsize,
    open: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    fn open(&self) {
        *self.open.lock().unwrap() = true;
        self.opened.notify_all();
    }
}

impl Entropy for Gate {
    fn fill(&self, bytes: &mut [u8]) {
        self.entered.fetch_add(1, Ordering::SeqCst);
        drop(self.opened.wait_while(self.open.lock().unwrap(), |open| !*open).unwrap());
        bytes.fill(7);
    }
}

#[tokio::test]
async fn a_full_queue_refuses_at_once_and_the_others_get_their_answer() {
    let gate = Arc::new(Gate::default());
    let pool =
        Arc::new(HashingThreads::start(number(1), number(2), Arc::clone(&gate) as Arc<dyn Entropy>).unwrap());
    let ask = || {
        let pool = Arc::clone(&pool);
        async move { pool.compare(plain("x"), None).await }
    };
    let first = tokio::spawn(ask());
    tokio::task::yield_now().await;
    until(|| gate.entered.load(Ordering::SeqCst) == 1);
    let (second, third) = (tokio::spawn(ask()), tokio::spawn(ask()));
    tokio::task::yield_now().await;
    assert_eq!(ask().await, Err(PasswordsError::Busy));
    assert_eq!(pool.hash(plain("x")).await, Err(PasswordsError::Busy));
    let figures = pool.figures();
    assert_eq!((figures.queued, figures.done, figures.refused), (2, 1, 2));
    gate.open();
    for waiting in [first, second, third] {
        assert_eq!(waiting.await.unwrap(), Ok(Comparison::Wrong));
    }
    let figures = pool.figures();
    assert_eq!((figures.queued, figures.done, figures.refused), (0, 3, 2));
    assert_eq!(ask().await, Ok(Comparison::Wrong));
}

#[tokio::test]
async fn whoever_stops_waiting_is_skipped_and_makes_room() {
    let gate = Arc::new(Gate::default());
    let pool =
        Arc::new(HashingThreads::start(number(1), number(1), Arc::clone(&gate) as Arc<dyn Entropy>).unwrap());
    let ask = || {
        let pool = Arc::clone(&pool);
        async move { pool.compare(plain("x"), None).await }
    };
    let first = tokio::spawn(ask());
    tokio::task::yield_now().await;
    until(|| gate.entered.load(Ordering::SeqCst) == 1);
    let gone = tokio::spawn(ask());
    tokio::task::yield_now().await;
    gone.abort();
    assert!(gone.await.unwrap_err().is_cancelled());
    let gone = {
        let pool = Arc::clone(&pool);
        tokio::spawn(async move { pool.hash(plain("x")).await })
    };
    tokio::task::yield_now().await;
    gone.abort();
    assert!(gone.await.unwrap_err().is_cancelled());
    let last = tokio::spawn(ask());
    tokio::task::yield_now().await;
    gate.open();
    assert_eq!(first.await.unwrap(), Ok(Comparison::Wrong));
    assert_eq!(last.await.unwrap(), Ok(Comparison::Wrong));
    assert_eq!(pool.figures().blocks_filled, 2 * ONE_HASH);
}

#[tokio::test]
async fn closing_refuses_what_waits_and_what_comes() {
    let gate = Arc::new(Gate::default());
    let pool =
        Arc::new(HashingThreads::start(number(1), number(4), Arc::clone(&gate) as Arc<dyn Entropy>).unwrap());
    let ask = || {
        let pool = Arc::clone(&pool);
        async move { pool.compare(plain("x"), None).await }
    };
    let running = tokio::spawn(ask());
    tokio::task::yield_now().await;
    until(|| gate.entered.load(Ordering::SeqCst) == 1);
    let waiting = tokio::spawn(ask());
    tokio::task::yield_now().await;
    let closing = {
        let pool = Arc::clone(&pool);
        thread::spawn(move || pool.close())
    };
    assert!(matches!(waiting.await.unwrap(), Err(PasswordsError::Failed(_))));
    assert!(matches!(ask().await, Err(PasswordsError::Failed(_))));
    assert!(matches!(pool.hash(plain("x")).await, Err(PasswordsError::Failed(_))));
    gate.open();
    assert_eq!(running.await.unwrap(), Ok(Comparison::Wrong));
    closing.join().unwrap();
    pool.close();
}
