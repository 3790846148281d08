//! What the outbox owed when it was last looked at.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use portico_domain::ports::{Backlog, Clock};

use super::figure::{Figure, count};

/// The last look into the outbox, shared by the worker that looks and by whoever asks. Ages go on growing between two
/// looks, also while the database is away.
#[derive(Clone)]
pub(crate) struct OutboxGauge {
    clock: Arc<dyn Clock>,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Clone, Copy)]
struct Seen {
    backlog: Backlog,
    at: DateTime<Utc>,
}

impl OutboxGauge {
    /// A gauge that has seen nothing yet.
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        let seen = Seen { backlog: Backlog::default(), at: clock.now() };
        Self { clock, seen: Arc::new(Mutex::new(seen)) }
    }

    /// Notes what is owed now.
    pub(crate) fn note(&self, backlog: Backlog) {
        let seen = Seen { backlog, at: self.clock.now() };
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = seen;
    }

    pub(super) fn figures(&self) -> Vec<Figure> {
        let seen = *self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        let age = |since: DateTime<Utc>| (now - since).to_std().unwrap_or_default().as_secs_f64();
        vec![
            Figure::gauge(
                "portico_outbox_letters",
                "Letters that are neither delivered nor given up.",
                Figure::lone(count(seen.backlog.letters)),
            ),
            Figure::gauge(
                "portico_outbox_oldest_letter_age_seconds",
                "Age of the oldest of these letters; 0 when there is none.",
                Figure::lone(seen.backlog.oldest.map_or(0.0, age)),
            ),
            Figure::gauge(
                "portico_outbox_seen_age_seconds",
                "Time since the outbox was last looked at; it grows while the database is away.",
                Figure::lone(age(seen.at)),
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use prometheus::{TextEncoder, proto::MetricFamily};

    use super::*;

    /// A clock that shows so many seconds.
    struct Seconds(AtomicI64);

    impl Clock for Seconds {
        fn now(&self) -> DateTime<Utc> {
            DateTime::from_timestamp(self.0.load(Ordering::Relaxed), 0).unwrap()
        }
    }

    fn values(gauge: &OutboxGauge) -> Vec<String> {
        let families: Vec<MetricFamily> = gauge.figures().into_iter().map(Into::into).collect();
        let text = TextEncoder::new().encode_to_string(&families).unwrap();
        let samples = text.lines().filter(|line| !line.starts_with('#'));
        samples.filter_map(|line| Some(line.split_once(' ')?.1.to_owned())).collect()
    }

    #[test]
    fn ages_grow_until_the_outbox_is_looked_at_again() {
        let clock = Arc::new(Seconds(AtomicI64::new(1000)));
        let gauge = OutboxGauge::new(Arc::<Seconds>::clone(&clock));
        assert_eq!(values(&gauge), ["0", "0", "0"]);
        gauge.note(Backlog { letters: 3, oldest: DateTime::from_timestamp(940, 0) });
        assert_eq!(values(&gauge), ["3", "60", "0"]);
        clock.0.store(1010, Ordering::Relaxed);
        assert_eq!(values(&gauge), ["3", "70", "10"]);
        gauge.note(Backlog::default());
        assert_eq!(values(&gauge), ["0", "0", "0"]);
    }

    #[test]
    fn a_letter_from_the_future_is_not_old() {
        let gauge = OutboxGauge::new(Arc::new(Seconds(AtomicI64::new(1000))));
        gauge.note(Backlog { letters: 1, oldest: DateTime::from_timestamp(1001, 0) });
        assert_eq!(values(&gauge), ["1", "0", "0"]);
    }
}
