//! A clock that stands still and randomness that can be foretold.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use chrono::{DateTime, TimeDelta, Utc};

use crate::ports::{Clock, Entropy};

/// A clock that tells the time it was given until it is moved.
#[derive(Debug)]
pub struct FixedClock(Mutex<DateTime<Utc>>);

impl FixedClock {
    /// A clock that tells `now`.
    #[must_use]
    pub const fn at(now: DateTime<Utc>) -> Self {
        Self(Mutex::new(now))
    }

    /// Moves it forward.
    pub fn advance(&self, by: TimeDelta) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }
}

impl Default for FixedClock {
    /// Tells the 15th of January 2024, midnight: the instant of the seed page's example.
    fn default() -> Self {
        Self::at(DateTime::from_timestamp(1_705_276_800, 0).unwrap_or_default())
    }
}

impl Clock for FixedClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Bytes that differ from call to call, and are the same in every run.
#[derive(Debug, Default)]
pub struct CountingEntropy(AtomicU64);

impl Entropy for CountingEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        let counter = self.0.fetch_add(1, Ordering::Relaxed).to_le_bytes();
        for (byte, count) in bytes.iter_mut().zip(counter.iter().cycle()) {
            *byte = *count;
        }
    }
}
