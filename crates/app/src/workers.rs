//! What works behind the requests: the delivery of letters, a look at what is still owed, and tidying up.

mod bells;

use std::time::Duration;

use portico_application::{DeliverLetters, MeasureBacklog, PurgeExpired, PurgeWaitingSignups};
use portico_domain::ports::StoreError;
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{self, MissedTickBehavior},
};

pub(crate) use self::bells::Bells;
use crate::metrics::OutboxGauge;

/// How often the outbox is measured.
const MEASURE_EVERY: Duration = Duration::from_secs(5);
/// How often is tidied up.
const TIDY_EVERY: Duration = Duration::from_hours(1);

/// The running workers.
pub(crate) struct Workers {
    stop: watch::Sender<bool>,
    running: JoinSet<()>,
}

impl Workers {
    /// Starts them.
    pub(crate) fn start(
        deliveries: Deliveries,
        purge: Tidying,
        measure: MeasureBacklog,
        gauge: OutboxGauge,
    ) -> Self {
        let (stop, stopped) = watch::channel(false);
        let mut running = JoinSet::new();
        for lane in deliveries.lanes {
            let stopped = stopped.clone();
            running.spawn(async move { lane.run(stopped).await });
        }
        running.spawn(deliveries.bells.ring(stopped.clone()));
        running.spawn(tidy(purge, stopped.clone()));
        running.spawn(watch_outbox(measure, gauge, stopped));
        Self { stop, running }
    }

    /// Asks them to end, and waits for that no longer than `patience`.
    pub(crate) async fn stop(mut self, patience: Duration) {
        // Nobody listens any more when they have ended by themselves.
        let _ = self.stop.send(true);
        let ended =
            time::timeout(patience, async { while self.running.join_next().await.is_some() {} }).await;
        if ended.is_err() {
            tracing::warn!("a worker did not end in time");
        }
    }
}

/// What delivers letters.
pub(crate) struct Deliveries {
    /// Each lane by itself: one that is held up holds up no other.
    pub(crate) lanes: Vec<DeliverLetters>,
    /// What tells them of new letters.
    pub(crate) bells: Bells,
}

/// What tidies up.
pub(crate) struct Tidying {
    /// Throws away what has no more use.
    pub(crate) expired: PurgeExpired,
    /// Forgets those who signed up and never became active.
    pub(crate) waiting: PurgeWaitingSignups,
}

impl Tidying {
    async fn execute(&self) -> Result<usize, StoreError> {
        Ok(self.expired.execute().await? + self.waiting.execute().await?)
    }
}

async fn tidy(purge: Tidying, mut stop: watch::Receiver<bool>) {
    let mut hour = time::interval(TIDY_EVERY);
    hour.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            _ = hour.tick() => match purge.execute().await {
                Ok(0) => {}
                Ok(removed) => tracing::info!(removed, "records of no more use removed"),
                Err(error) => tracing::warn!(%error, "tidying up failed"),
            },
        }
    }
}

async fn watch_outbox(measure: MeasureBacklog, gauge: OutboxGauge, mut stop: watch::Receiver<bool>) {
    let mut tick = time::interval(MEASURE_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            _ = tick.tick() => match measure.execute().await {
                Ok(backlog) => gauge.note(backlog),
                Err(error) => tracing::warn!(%error, "the outbox cannot be measured"),
            },
        }
    }
}
