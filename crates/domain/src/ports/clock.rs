//! Time.

use chrono::{DateTime, Utc};

/// Tells the time. A use case asks once, and hands the instant to every rule.
pub trait Clock: Send + Sync {
    /// The current instant, in whole microseconds: the precision that both databases keep.
    fn now(&self) -> DateTime<Utc>;
}
