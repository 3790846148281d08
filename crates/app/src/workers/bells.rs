//! Who is told of new letters.

use std::sync::Arc;

use async_trait::async_trait;
use portico_domain::ports::OutboxWatch;
use tokio::sync::{Notify, watch};

/// Passes the news of new letters on. The store tells them to one listener, and every lane has to hear them at once.
pub(crate) struct Bells {
    source: Arc<dyn OutboxWatch>,
    bells: Vec<Arc<Bell>>,
}

/// What one lane hears.
#[derive(Default)]
pub(crate) struct Bell(Notify);

impl Bells {
    /// Listens to `source`, in place of everybody else.
    pub(crate) const fn new(source: Arc<dyn OutboxWatch>) -> Self {
        Self { source, bells: Vec::new() }
    }

    /// One more bell.
    pub(crate) fn hang(&mut self) -> Arc<Bell> {
        let bell = Arc::<Bell>::default();
        self.bells.push(Arc::clone(&bell));
        bell
    }

    /// Rings all of them whenever letters were written, until `stop` turns true.
    pub(super) async fn ring(self, mut stop: watch::Receiver<bool>) {
        loop {
            tokio::select! {
                _ = stop.changed() => return,
                () = self.source.written() => self.bells.iter().for_each(|bell| bell.0.notify_one()),
            }
        }
    }
}

#[async_trait]
impl OutboxWatch for Bell {
    async fn written(&self) {
        self.0.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    /// Longer than anything here takes.
    const LONG: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn every_lane_hears_of_a_letter_once_also_one_that_was_busy() {
        let source = Arc::<Bell>::default();
        let mut bells = Bells::new(Arc::<Bell>::clone(&source));
        let (people, partners) = (bells.hang(), bells.hang());
        let (stop, stopped) = watch::channel(false);
        let ringing = tokio::spawn(bells.ring(stopped));
        for _ in 0..3 {
            for lane in [&people, &partners] {
                assert!(timeout(Duration::ZERO, lane.written()).await.is_err());
            }
            source.0.notify_one();
            // One after the other: the second was not listening when it rang.
            for lane in [&people, &partners] {
                timeout(LONG, lane.written()).await.unwrap();
            }
        }
        stop.send(true).unwrap();
        timeout(LONG, ringing).await.unwrap().unwrap();
    }
}
