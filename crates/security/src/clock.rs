//! The time of the machine.

use chrono::{DateTime, SubsecRound as _, Utc};
use portico_domain::ports::Clock;

/// The clock of the operating system, in whole microseconds: the precision that both databases keep.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock behind the port")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_tells_whole_microseconds_and_goes_forward() {
        let first = SystemClock.now();
        assert_eq!(first.timestamp_subsec_nanos() % 1_000, 0);
        assert!(first.timestamp() > 1_700_000_000);
        assert!(SystemClock.now() >= first);
    }
}
