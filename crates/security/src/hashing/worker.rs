//! One thread that hashes.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use argon2::Block;
use portico_domain::{
    password::{MAX_PASSWORD_CHARS, PasswordHash, PlainPassword},
    ports::{Comparison, Entropy, PasswordsError},
};
use thread_priority::{ThreadPriority, set_current_thread_priority};
use tokio::sync::oneshot;
use tracing::Span;

use super::{
    argon::{Kept, Recipe, blocks_today},
    queue::Queue,
    strength,
};

type Reply<T> = oneshot::Sender<Result<T, PasswordsError>>;

/// What waits for a thread.
pub(super) enum Job {
    /// Judge a new password and hash it.
    Protect {
        /// The password.
        password: PlainPassword,
        /// What a guesser would try first.
        hints: Vec<String>,
        /// Who waits for the hash.
        reply: Reply<PasswordHash>,
    },
    /// Hash a new password that somebody else judged.
    Hash {
        /// The password.
        password: PlainPassword,
        /// Who waits for the hash.
        reply: Reply<PasswordHash>,
    },
    /// Compare a password with a hash, or with nothing at the same cost.
    Compare {
        /// What somebody typed.
        presented: PlainPassword,
        /// The hash at rest.
        kept: Option<PasswordHash>,
        /// Who waits for the result.
        reply: Reply<Comparison>,
    },
}

impl Job {
    /// Whether nobody waits for it any more.
    pub(super) fn is_abandoned(&self) -> bool {
        match self {
            Self::Protect { reply, .. } | Self::Hash { reply, .. } => reply.is_closed(),
            Self::Compare { reply, .. } => reply.is_closed(),
        }
    }
}

/// A job in the queue.
pub(super) struct Waiting {
    pub(super) job: Job,
    /// What the caller was doing, for the log.
    pub(super) span: Span,
}

/// What all threads count together.
#[derive(Default)]
pub(super) struct Counters {
    pub(super) done: AtomicU64,
    pub(super) refused: AtomicU64,
    pub(super) filled: AtomicU64,
}

/// What one thread works with.
pub(super) struct Worker {
    entropy: Arc<dyn Entropy>,
    counters: Arc<Counters>,
    memory: Vec<Block>,
}

impl Worker {
    pub(super) fn new(entropy: Arc<dyn Entropy>, counters: Arc<Counters>) -> Self {
        Self { entropy, counters, memory: Vec::new() }
    }

    /// Takes jobs until the queue is closed.
    pub(super) fn work_off(mut self, queue: &Queue<Waiting>) {
        step_back();
        while let Some(Waiting { job, span }) = queue.pop() {
            if job.is_abandoned() {
                continue;
            }
            self.counters.done.fetch_add(1, Ordering::Relaxed);
            let _entered = span.entered();
            // The memory holds nothing that must be whole: the next hash overwrites it.
            if catch_unwind(AssertUnwindSafe(|| self.perform(job))).is_err() {
                tracing::error!("hashing a password panicked");
            }
            // One hash with great parameters must not keep its memory for good.
            if self.memory.len() > blocks_today() {
                self.memory.truncate(blocks_today());
                self.memory.shrink_to_fit();
            }
        }
    }

    fn perform(&mut self, job: Job) {
        // An answer that nobody waits for any more is dropped.
        match job {
            Job::Protect { password, hints, reply } => drop(reply.send(self.protect(&password, &hints))),
            Job::Hash { password, reply } => drop(reply.send(self.hash(&password))),
            Job::Compare { presented, kept, reply } => {
                drop(reply.send(self.compare(&presented, kept.as_ref())));
            }
        }
    }

    fn protect(
        &mut self,
        password: &PlainPassword,
        hints: &[String],
    ) -> Result<PasswordHash, PasswordsError> {
        strength::check(password, hints)?;
        self.hash(password)
    }

    fn compare(
        &mut self,
        presented: &PlainPassword,
        kept: Option<&PasswordHash>,
    ) -> Result<Comparison, PasswordsError> {
        let text = beginning(presented);
        let Some(kept) = kept else {
            let recipe = Recipe::today(self.entropy.as_ref())?;
            self.count(&recipe);
            recipe.digest(text, &mut self.memory)?;
            return Ok(Comparison::Wrong);
        };
        let kept = Kept::read(kept)?;
        self.count(&kept.recipe);
        let right = kept.matches(text, &mut self.memory)?;
        if !right || presented.is_oversized() {
            return Ok(Comparison::Wrong);
        }
        let renewed = if kept.is_outdated() { Some(self.hash(presented)?) } else { None };
        Ok(Comparison::Right { renewed })
    }

    fn hash(&mut self, password: &PlainPassword) -> Result<PasswordHash, PasswordsError> {
        let recipe = Recipe::today(self.entropy.as_ref())?;
        self.count(&recipe);
        recipe.hash(password, &mut self.memory)
    }

    fn count(&self, recipe: &Recipe) {
        self.counters.filled.fetch_add(recipe.cost(), Ordering::Relaxed);
    }
}

/// As much of a text as a password may have: what is hashed is bounded.
fn beginning(presented: &PlainPassword) -> &str {
    let text = presented.reveal();
    text.char_indices().nth(MAX_PASSWORD_CHARS).map_or(text, |(end, _)| &text[..end])
}

/// Lets every other thread go first. A system that does not allow it hashes at normal priority.
fn step_back() {
    // Elsewhere the call would be for the whole process.
    if cfg!(any(target_os = "linux", target_os = "macos", windows))
        && let Err(error) = set_current_thread_priority(ThreadPriority::Min)
    {
        tracing::warn!(?error, "passwords are hashed at normal priority");
    }
}
