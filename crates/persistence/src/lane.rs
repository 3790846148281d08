//! Threads that each own one connection and share one queue of work.

use std::{
    io, iter,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use portico_domain::ports::StoreError;
use tokio::sync::{Notify, oneshot};
use tracing::Span;

use crate::{
    connection::{ConnectError, Endpoint},
    queue::{Queue, Refused},
    transaction::unavailable,
    unit::panicked,
    worker::Worker,
};

/// A unit of work, and who waits for its end.
pub(crate) struct Job<W> {
    pub(crate) work: W,
    /// What the caller was doing, for the log.
    pub(crate) span: Span,
    queued: Instant,
    answer: oneshot::Sender<Result<(), StoreError>>,
}

impl<W> Job<W> {
    pub(crate) fn new(work: W) -> (Self, oneshot::Receiver<Result<(), StoreError>>) {
        let (answer, answered) = oneshot::channel();
        (Self { work, span: Span::current(), queued: Instant::now(), answer }, answered)
    }

    /// Whether nobody waits for the answer any more.
    pub(crate) fn is_forgotten(&self) -> bool {
        self.answer.is_closed()
    }

    /// Who waits may have gone away: the work is done all the same.
    pub(crate) fn answer(self, answer: Result<(), StoreError>) {
        let _ = self.answer.send(answer);
    }
}

/// The size of a lane.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub(crate) threads: usize,
    pub(crate) queue: usize,
    /// The most units of work of one commit.
    pub(crate) batch: usize,
}

/// What a lane counts since it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LaneFigures {
    /// Units of work that wait now.
    pub queued: usize,
    /// Units of work that were taken up.
    pub units: u64,
    /// Units of work that were refused because the queue was full.
    pub refused: u64,
    /// Transactions: on SQLite one keeps many units of work.
    pub batches: u64,
    /// The time that all units of work together waited in the queue.
    pub waited: Duration,
}

#[derive(Default)]
pub(crate) struct Counters {
    units: AtomicU64,
    refused: AtomicU64,
    batches: AtomicU64,
    waited_micros: AtomicU64,
}

impl Counters {
    pub(crate) fn count_unit<W>(&self, job: &Job<W>) {
        let waited = u64::try_from(job.queued.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.units.fetch_add(1, Relaxed);
        self.waited_micros.fetch_add(waited, Relaxed);
    }

    pub(crate) fn count_batch(&self) {
        self.batches.fetch_add(1, Relaxed);
    }
}

/// How a worker does one job, and perhaps more that wait behind it.
pub(crate) type Serve<W> = fn(&mut Worker, Job<W>, &mut dyn Iterator<Item = Job<W>>);

pub(crate) struct Lane<W> {
    queue: Arc<Queue<Job<W>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    counters: Arc<Counters>,
}

/// Why a lane was not opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LaneError {
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error("a thread cannot be started")]
    Thread(#[source] io::Error),
}

#[derive(Debug, thiserror::Error)]
#[error("the work was lost by its thread")]
struct Lost;

impl<W: Send + 'static> Lane<W> {
    /// Opens every connection before it answers: a store that cannot be reached must not start.
    pub(crate) fn start(
        name: &str,
        endpoint: &Endpoint,
        shape: Shape,
        letters: &Arc<Notify>,
        serve: Serve<W>,
    ) -> Result<Self, LaneError> {
        let counters = Arc::new(Counters::default());
        let lane = Self { queue: Arc::new(Queue::new(shape.queue)), threads: Mutex::default(), counters };
        for n in 0..shape.threads {
            let worker =
                Worker::connect(endpoint, shape.batch, Arc::clone(&lane.counters), Arc::clone(letters))?;
            let queue = Arc::clone(&lane.queue);
            let thread = thread::Builder::new()
                .name(format!("{name}-{n}"))
                .spawn(move || work_off(&queue, worker, serve))
                .map_err(LaneError::Thread)?;
            lane.threads.lock().unwrap_or_else(PoisonError::into_inner).push(thread);
        }
        Ok(lane)
    }

    /// Queues `work`. Once this was first polled the work will be done, whether or not anybody waits for the answer.
    pub(crate) async fn run(&self, work: W) -> Result<(), StoreError> {
        let (job, answered) = Job::new(work);
        self.queue.push(job).map_err(|refused| match refused {
            Refused::Closed => StoreError::Closed,
            Refused::Full => {
                self.counters.refused.fetch_add(1, Relaxed);
                StoreError::Overloaded
            }
        })?;
        answered.await.unwrap_or_else(|_| Err(unavailable(Lost)))
    }

    pub(crate) fn figures(&self) -> LaneFigures {
        LaneFigures {
            queued: self.queue.len(),
            units: self.counters.units.load(Relaxed),
            refused: self.counters.refused.load(Relaxed),
            batches: self.counters.batches.load(Relaxed),
            waited: Duration::from_micros(self.counters.waited_micros.load(Relaxed)),
        }
    }

    /// Takes no more work, does what is queued, and ends the threads. Blocks.
    pub(crate) fn drain(&self) {
        self.queue.close();
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            let _ = thread.join();
        }
    }
}

/// A lane that nobody can reach lets its threads go, without waiting for them.
impl<W> Drop for Lane<W> {
    fn drop(&mut self) {
        self.queue.close();
    }
}

/// The life of a thread: until the queue is closed and empty.
fn work_off<W>(queue: &Queue<Job<W>>, mut worker: Worker, serve: Serve<W>) {
    while let Some(job) = queue.pop() {
        let mut more = iter::from_fn(|| queue.try_pop());
        // The work's own panics are caught where it runs. Another one must not end the thread: on SQLite it is the
        // only writer.
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| serve(&mut worker, job, &mut more))) {
            tracing::error!(error = %panicked(payload), "a store thread panicked; it goes on with a new connection");
            worker.disconnect();
        }
    }
}
