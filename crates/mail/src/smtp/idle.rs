//! Connections kept for the next letter.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use lettre::transport::smtp::client::AsyncSmtpConnection;
use tokio::time::{sleep, timeout};

/// How many are kept.
const MOST: usize = 2;
/// How long one is kept.
const LIFE: Duration = Duration::from_secs(10);
/// How long the server is given to say goodbye.
const FAREWELL: Duration = Duration::from_secs(2);

struct Kept {
    connection: AsyncSmtpConnection,
    since: Instant,
}

/// A few connections on which everything went well.
#[derive(Default)]
pub(super) struct Idle(Mutex<Vec<Kept>>);

impl Idle {
    fn lock(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the one that was used last.
    pub(super) fn take(&self) -> Option<AsyncSmtpConnection> {
        self.lock().pop().map(|kept| kept.connection)
    }

    /// Keeps one for a while, or hangs up when there are enough.
    pub(super) fn keep(self: &Arc<Self>, connection: AsyncSmtpConnection) {
        let mut kept = self.lock();
        if kept.len() >= MOST {
            drop(kept);
            hang_up(connection);
            return;
        }
        kept.push(Kept { connection, since: Instant::now() });
        drop(kept);
        let weak = Arc::downgrade(self);
        tokio::spawn(async move {
            sleep(LIFE).await;
            if let Some(idle) = weak.upgrade() {
                idle.end_old();
            }
        });
    }

    fn end_old(&self) {
        let old: Vec<Kept> = self.lock().extract_if(.., |kept| kept.since.elapsed() >= LIFE).collect();
        for kept in old {
            hang_up(kept.connection);
        }
    }
}

/// Says goodbye without anybody waiting for it.
pub(super) fn hang_up(mut connection: AsyncSmtpConnection) {
    tokio::spawn(async move {
        // A server that does not answer is left without a word.
        drop(timeout(FAREWELL, connection.abort()).await);
    });
}
