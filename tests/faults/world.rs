//! A mail server, a load of people, and what both remember, across any number of server processes.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use integration_tests::{process::ServerProcess, settings};
use tokio::task::{JoinSet, block_in_place};

use crate::{caller::Caller, journal::Journal, ledger::Ledger, lives, post::Post};

/// People who live at the same time.
const LIVES: usize = 8;
/// People who only look.
const READERS: usize = 2;

/// Everything outside the server.
pub(crate) struct World {
    /// Where letters go.
    pub(crate) post: Post,
    /// What came back.
    pub(crate) journal: Arc<Journal>,
    ledger: Mutex<Ledger>,
    people: AtomicUsize,
    smtp: String,
}

impl World {
    /// A world in which nothing has happened.
    pub(crate) async fn begin() -> Arc<Self> {
        let post = Post::open().await;
        let smtp = post.server.url();
        Arc::new(Self {
            post,
            journal: Arc::default(),
            ledger: Mutex::default(),
            people: AtomicUsize::new(0),
            smtp,
        })
    }

    /// The settings of a server in this world.
    pub(crate) fn settings<'a>(&'a self, database: &'a str) -> Vec<(&'a str, &'a str)> {
        let further = [("PORTICO_SMTP_URL", self.smtp.as_str()), ("PORTICO_RATE_LIMITS", "off")];
        settings::on(database, &further)
    }

    /// What the clients remember.
    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A client of this server.
    pub(crate) fn caller(&self, server: &ServerProcess) -> Caller {
        Caller::new(server, &self.journal)
    }

    /// The number of the next newcomer.
    pub(crate) fn newcomer(&self) -> usize {
        self.people.fetch_add(1, Ordering::Relaxed)
    }

    /// Lets people live on a server until the load is ended.
    pub(crate) fn load(self: &Arc<Self>, caller: &Caller) -> Load {
        let stop = Arc::new(AtomicBool::new(false));
        let mut people = JoinSet::new();
        for _ in 0..LIVES {
            let (world, caller, stop) = (Arc::clone(self), caller.clone(), Arc::clone(&stop));
            people.spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    if lives::live(&world, &caller).await.is_none() {
                        lives::breathe().await;
                    }
                }
            });
        }
        for reader in 0..READERS {
            let (world, caller, stop) = (Arc::clone(self), caller.clone(), Arc::clone(&stop));
            people.spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    lives::look(&world, &caller, reader).await;
                    lives::breathe().await;
                }
            });
        }
        Load { stop, people }
    }

    /// Waits until `condition` holds, for at most `patience`; answers whether it came to hold.
    pub(crate) async fn wait(&self, patience: Duration, condition: impl Fn(&Self) -> bool) -> bool {
        let deadline = Instant::now() + patience;
        while !condition(self) {
            if Instant::now() > deadline {
                return false;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        true
    }
}

/// People who live until they are asked to end.
pub(crate) struct Load {
    stop: Arc<AtomicBool>,
    people: JoinSet<()>,
}

impl Load {
    /// Lets everybody end what he has begun.
    pub(crate) async fn end(mut self) {
        self.stop.store(true, Ordering::Relaxed);
        while let Some(ended) = self.people.join_next().await {
            ended.expect("nobody panics");
        }
    }
}

/// Starts a server without stopping the mail server, which lives on the same threads.
pub(crate) fn serve(start: impl FnOnce() -> ServerProcess) -> ServerProcess {
    block_in_place(start)
}
