//! What `/metrics` shows besides requests: the store's lanes, the hashing threads, the outbox, the program itself.
//!
//! The adapters count by themselves; their figures are read when somebody asks for them. Only the outbox is looked at
//! by a worker, so that nobody who asks waits for the database.

mod figure;
mod outbox;

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};
use portico_persistence::{DieselStore, LaneFigures};
use portico_security::HashingThreads;
use prometheus::{
    Registry,
    core::{Collector, Desc},
    proto::MetricFamily,
};

use self::figure::{Figure, count};
pub(crate) use self::outbox::OutboxGauge;

/// What is counted outside the web.
pub(crate) struct Sources {
    /// The store.
    pub(crate) store: DieselStore,
    /// The threads that hash passwords.
    pub(crate) passwords: Arc<HashingThreads>,
    /// What the outbox owes.
    pub(crate) outbox: OutboxGauge,
    /// The name of the database.
    pub(crate) database: &'static str,
    /// When the program began to serve.
    pub(crate) began: DateTime<Utc>,
}

/// A registry that shows all of it.
///
/// # Errors
/// When a figure has a name that Prometheus does not allow.
pub(crate) fn registry(sources: Sources) -> Result<Registry, prometheus::Error> {
    let registry = Registry::new();
    let describe = |figure: Figure| {
        Desc::new(figure.name.to_owned(), figure.help.to_owned(), Vec::new(), HashMap::new())
    };
    let descriptions = sources.figures().into_iter().map(describe).collect::<Result<_, _>>()?;
    registry.register(Box::new(OnDemand { descriptions, sources }))?;
    Ok(registry)
}

/// Figures that are read when they are asked for.
struct OnDemand {
    descriptions: Vec<Desc>,
    sources: Sources,
}

impl Collector for OnDemand {
    fn desc(&self) -> Vec<&Desc> {
        self.descriptions.iter().collect()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        self.sources.figures().into_iter().map(MetricFamily::from).collect()
    }
}

impl Sources {
    fn figures(&self) -> Vec<Figure> {
        let mut figures = self.lanes();
        figures.extend(self.hashing());
        figures.extend(self.outbox.figures());
        figures.extend(self.program());
        figures
    }

    fn lanes(&self) -> Vec<Figure> {
        let store = self.store.figures();
        let both = |value: fn(&LaneFigures) -> f64| {
            vec![
                (vec![("lane", "read")], value(&store.reads)),
                (vec![("lane", "write")], value(&store.writes)),
            ]
        };
        vec![
            Figure::gauge(
                "portico_store_queue_length",
                "Units of work that wait for a connection.",
                both(|lane| count(lane.queued)),
            ),
            Figure::counter(
                "portico_store_units_total",
                "Units of work that were taken up.",
                both(|lane| count(lane.units)),
            ),
            Figure::counter(
                "portico_store_refused_total",
                "Units of work that were refused because the queue was full.",
                both(|lane| count(lane.refused)),
            ),
            Figure::counter(
                "portico_store_batches_total",
                "Transactions; on SQLite one commits many units of work.",
                both(|lane| count(lane.batches)),
            ),
            Figure::counter(
                "portico_store_wait_seconds_total",
                "Time that all units of work together waited in the queue.",
                both(|lane| lane.waited.as_secs_f64()),
            ),
        ]
    }

    fn hashing(&self) -> Vec<Figure> {
        let figures = self.passwords.figures();
        vec![
            Figure::gauge(
                "portico_hash_queue_length",
                "Passwords that wait to be hashed or compared.",
                Figure::lone(count(figures.queued)),
            ),
            Figure::counter(
                "portico_hash_done_total",
                "Passwords that were taken up to be hashed or compared.",
                Figure::lone(count(figures.done)),
            ),
            Figure::counter(
                "portico_hash_refused_total",
                "Passwords that were refused because too many waited.",
                Figure::lone(count(figures.refused)),
            ),
        ]
    }

    fn program(&self) -> Vec<Figure> {
        let labels = vec![("database", self.database), ("version", env!("CARGO_PKG_VERSION"))];
        vec![
            Figure::gauge("portico_build_info", "The release that runs.", vec![(labels, 1.0)]),
            Figure::gauge(
                "portico_start_time_seconds",
                "When the server was started, in seconds since 1970.",
                Figure::lone(count(self.began.timestamp().max(0))),
            ),
        ]
    }
}
