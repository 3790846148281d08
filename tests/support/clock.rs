//! Time that a test can move.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use portico_domain::ports::Clock;
use portico_security::SystemClock;

/// The clock of the machine, ahead by as much as the test says.
#[derive(Debug, Default)]
pub struct MovableClock {
    ahead_micros: AtomicI64,
}

impl MovableClock {
    /// Moves it forward.
    ///
    /// # Panics
    /// When it is moved by thousands of centuries.
    pub fn advance(&self, by: TimeDelta) {
        let micros = by.num_microseconds().expect("a test moves time by less than centuries");
        self.ahead_micros.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for MovableClock {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now() + TimeDelta::microseconds(self.ahead_micros.load(Ordering::SeqCst))
    }
}
