//! Passwords: hashed and compared on a few threads of lowest priority, so that a rush of sign-ins takes what other
//! requests leave and never stops them.

mod argon;
mod queue;
mod strength;
mod worker;

use std::{
    fmt, io, iter,
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError, atomic::Ordering},
    thread::{self, JoinHandle},
};

use async_trait::async_trait;
use portico_domain::{
    password::{PasswordHash, PlainPassword},
    ports::{Comparison, Entropy, Passwords, PasswordsError},
};
use tokio::sync::oneshot;
use tracing::Span;

use self::{
    queue::Queue,
    worker::{Counters, Job, Waiting, Worker},
};

/// What the hashing threads count since their start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HashingFigures {
    /// Passwords that wait now.
    pub queued: usize,
    /// Passwords that were taken up to be hashed or compared.
    pub done: u64,
    /// Passwords that were refused because too many waited.
    pub refused: u64,
    /// Memory that was filled, in blocks of 1 KiB: the measure of the cost.
    pub blocks_filled: u64,
}

/// The threads that hash passwords, with the queue in front of them. A full queue refuses at once; whoever stops
/// waiting for an answer is skipped. Dropping it ends the threads.
pub struct HashingThreads {
    queue: Arc<Queue<Waiting>>,
    counters: Arc<Counters>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl HashingThreads {
    /// Starts `threads` threads with room for `queue` waiting passwords. Each keeps the 19 MiB that one hash needs.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn start(threads: NonZeroUsize, queue: NonZeroUsize, entropy: Arc<dyn Entropy>) -> io::Result<Self> {
        let pool =
            Self { queue: Arc::new(Queue::new(queue)), counters: Arc::default(), threads: Mutex::default() };
        for (index, entropy) in iter::repeat_n(entropy, threads.get()).enumerate() {
            let worker = Worker::new(entropy, Arc::clone(&pool.counters));
            let queue = Arc::clone(&pool.queue);
            let thread = thread::Builder::new()
                .name(format!("passwords-{}", index + 1))
                .spawn(move || worker.work_off(&queue))?;
            pool.threads.lock().unwrap_or_else(PoisonError::into_inner).push(thread);
        }
        Ok(pool)
    }

    /// What was counted since the start, for metrics.
    #[must_use]
    pub fn figures(&self) -> HashingFigures {
        HashingFigures {
            queued: self.queue.len(),
            done: self.counters.done.load(Ordering::Relaxed),
            refused: self.counters.refused.load(Ordering::Relaxed),
            blocks_filled: self.counters.filled.load(Ordering::Relaxed),
        }
    }

    /// Ends the threads: hashes under way are finished, those that wait are refused. Takes as long as one hash.
    pub fn close(&self) {
        drop(self.queue.close());
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        for thread in threads.drain(..) {
            // A worker catches the panics of its jobs, and there is nothing to do about another one here.
            drop(thread.join());
        }
    }

    async fn ask<T>(&self, job: impl FnOnce(oneshot::Sender<T>) -> Job) -> Result<T, PasswordsError> {
        let (reply, answer) = oneshot::channel();
        let waiting = Waiting { job: job(reply), span: Span::current() };
        self.queue.push(waiting, |waiting| waiting.job.is_abandoned()).map_err(|refused| match refused {
            queue::Refused::Full => {
                self.counters.refused.fetch_add(1, Ordering::Relaxed);
                PasswordsError::Busy
            }
            queue::Refused::Closed => PasswordsError::Failed("the server is stopping".to_owned()),
        })?;
        answer.await.map_err(|_| PasswordsError::Failed("the hash was not finished".to_owned()))
    }
}

#[async_trait]
impl Passwords for HashingThreads {
    async fn protect(
        &self,
        password: PlainPassword,
        hints: Vec<String>,
    ) -> Result<PasswordHash, PasswordsError> {
        self.ask(|reply| Job::Protect { password, hints, reply }).await?
    }

    async fn hash(&self, password: PlainPassword) -> Result<PasswordHash, PasswordsError> {
        self.ask(|reply| Job::Hash { password, reply }).await?
    }

    async fn compare(
        &self,
        presented: PlainPassword,
        kept: Option<PasswordHash>,
    ) -> Result<Comparison, PasswordsError> {
        self.ask(|reply| Job::Compare { presented, kept, reply }).await?
    }
}

impl fmt::Debug for HashingThreads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HashingThreads").field("figures", &self.figures()).finish_non_exhaustive()
    }
}

impl Drop for HashingThreads {
    fn drop(&mut self) {
        self.close();
    }
}

#[cfg(test)]
mod tests;
