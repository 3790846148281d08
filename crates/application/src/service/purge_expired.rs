//! Throwing away what has no more use.

use chrono::TimeDelta;
use portico_domain::ports::{Disposable, StoreError, StoreExt as _};

use crate::ports::Ports;

/// Records removed in one unit of work: few enough to hold nobody up.
const BATCH: u16 = 500;

/// Removes what ended long ago. Used refresh tokens stay until their own time is over, so that their reuse is noticed.
#[derive(Clone)]
pub struct PurgeExpired {
    ports: Ports,
}

impl PurgeExpired {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// How many records were removed.
    ///
    /// # Errors
    /// When the store fails; what was removed before stays so.
    pub async fn execute(&self) -> Result<usize, StoreError> {
        let kinds = [
            (Disposable::Sessions, TimeDelta::days(1)),
            (Disposable::VerificationCodes, TimeDelta::days(1)),
            (Disposable::PasswordResets, TimeDelta::days(1)),
            (Disposable::Letters, TimeDelta::days(30)),
            (Disposable::PortalSessions, TimeDelta::days(1)),
            // Anybody can begin a sign-in, and a newcomer's says who he is: neither stays long.
            (Disposable::SignInAttempts, TimeDelta::hours(1)),
            (Disposable::PendingSignIns, TimeDelta::hours(1)),
            // Whoever follows an old letter is to learn that its link is used or expired.
            (Disposable::EmailVerifications, TimeDelta::days(30)),
            (Disposable::PaymentTransactions, TimeDelta::days(1)),
            (Disposable::SignupSessions, TimeDelta::days(1)),
            (Disposable::IdempotencyKeys, TimeDelta::zero()),
            (Disposable::Deliveries, TimeDelta::days(30)),
        ];
        let mut removed = 0;
        for (what, age) in kinds {
            let before = self.ports.clock.now() - age;
            loop {
                let batch: usize = self
                    .ports
                    .store
                    .write::<_, StoreError, _>(move |tx| tx.housekeeping().purge(what, before, BATCH))
                    .await?;
                removed += batch;
                if batch < usize::from(BATCH) {
                    break;
                }
            }
        }
        Ok(removed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::*;

    #[tokio::test]
    async fn each_kind_is_thrown_away_some_time_after_its_end() {
        let asked = Kept::default();
        let mut house = House::default();
        let keep = asked.clone();
        house.tx.housekeeping.expect_purge().returning(move |what, before, limit| {
            keep.put((what, now() - before, limit));
            Ok(1)
        });
        assert_eq!(house.open().does.purge_expired.execute().await.unwrap(), 12);
        let (hour, day) = (TimeDelta::hours(1), TimeDelta::days(1));
        let kinds = [
            (Disposable::Sessions, day, 500),
            (Disposable::VerificationCodes, day, 500),
            (Disposable::PasswordResets, day, 500),
            (Disposable::Letters, TimeDelta::days(30), 500),
            (Disposable::PortalSessions, day, 500),
            (Disposable::SignInAttempts, hour, 500),
            (Disposable::PendingSignIns, hour, 500),
            (Disposable::EmailVerifications, TimeDelta::days(30), 500),
            (Disposable::PaymentTransactions, day, 500),
            (Disposable::SignupSessions, day, 500),
            (Disposable::IdempotencyKeys, TimeDelta::zero(), 500),
            (Disposable::Deliveries, TimeDelta::days(30), 500),
        ];
        assert_eq!(asked.all(), kinds);
    }

    #[tokio::test]
    async fn many_records_go_in_batches_each_a_unit_of_its_own() {
        let mut left = 1200;
        let mut house = House::default();
        house.tx.housekeeping.expect_purge().returning(move |what, _, limit| {
            let batch = if what == Disposable::Letters { left.min(usize::from(limit)) } else { 0 };
            left -= batch;
            Ok(batch)
        });
        let house = house.open();
        assert_eq!(house.does.purge_expired.execute().await.unwrap(), 1200);
        assert_eq!(house.store.verdicts().len(), 11 + 3);
    }

    #[tokio::test]
    async fn a_failing_store_ends_the_round() {
        let mut house = House::default();
        house.tx.housekeeping.expect_purge().times(1).returning(|_, _, _| Err(StoreError::Overloaded));
        assert_refused!(house.open().does.purge_expired.execute().await, StoreError::Overloaded);
    }
}
