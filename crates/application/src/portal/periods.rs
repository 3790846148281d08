//! The periods that count.

use portico_domain::{
    period::{Period, Periods, PeriodsRefusal},
    ports::{Consistency, Lock, StoreError, StoreExt as _},
};

use crate::ports::Ports;

/// Shows the periods that count (portal contract section 7).
#[derive(Clone)]
pub struct ViewPeriods {
    ports: Ports,
}

impl ViewPeriods {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Both of them; the default ones as long as nobody has set any.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(&self) -> Result<Periods, StoreError> {
        self.ports.store.read(Consistency::Latest, |seen| seen.payments().periods()).await
    }
}

/// Which of the two is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodChange {
    /// The one that people must have paid for to count as members.
    Current(Period),
    /// The one for which dues are collected.
    Payment(Period),
}

/// Why it was not set.
#[derive(Debug, thiserror::Error)]
pub enum SetPeriodError {
    /// It does not belong to the other one.
    #[error(transparent)]
    Refused(#[from] PeriodsRefusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Sets one of the periods that count; everybody's role follows at once (portal contract section 5).
#[derive(Clone)]
pub struct SetPeriod {
    ports: Ports,
}

impl SetPeriod {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Sets it.
    ///
    /// # Errors
    /// When it does not belong to the other one, or the store fails.
    pub async fn execute(&self, change: PeriodChange) -> Result<(), SetPeriodError> {
        let now = self.ports.clock.now();
        self.ports
            .store
            .write(move |tx| {
                tx.lock(&Lock::Dues)?;
                let periods = tx.payments().periods()?;
                let next = match change {
                    PeriodChange::Current(current) => periods.with_current(current)?,
                    PeriodChange::Payment(payment) => periods.with_payment(payment)?,
                };
                tx.payments().set_periods(next, now)?;
                tx.profiles().follow_dues(next, now)?;
                Ok(())
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;

    use super::*;
    use crate::fixtures::*;

    #[tokio::test]
    async fn the_periods_that_count_are_shown() {
        let mut house = House::default();
        house.default_periods();
        assert_eq!(house.open().does.view_periods.execute().await.unwrap(), Periods::default());
    }

    #[tokio::test]
    async fn with_a_period_everybodys_role_follows_also_when_it_is_the_same() {
        for (change, current, payment) in [
            (PeriodChange::Current(period(202_004)), 202_004, 202_004),
            (PeriodChange::Current(period(201_910)), 201_910, 202_004),
            (PeriodChange::Payment(period(201_910)), 201_910, 201_910),
            (PeriodChange::Payment(period(202_004)), 201_910, 202_004),
        ] {
            let next = Periods::from_stored(period(current), period(payment)).unwrap();
            let mut house = House::default();
            house.default_periods();
            let set = house.tx.payments.expect_set_periods();
            set.with(eq(next), eq(now())).times(1).returning(|_, _| Ok(()));
            let followed = house.tx.profiles.expect_follow_dues();
            followed.with(eq(next), eq(now())).times(1).returning(|_, _| Ok(3));
            let house = house.open();
            house.does.set_period.execute(change).await.unwrap();
            assert_eq!(house.locks(), [Lock::Dues]);
            assert!(house.committed());
        }
    }

    #[tokio::test]
    async fn a_period_out_of_reach_is_not_set() {
        for (change, refusal) in [
            (PeriodChange::Current(period(202_010)), PeriodsRefusal::CurrentOutOfReach),
            (PeriodChange::Current(period(201_904)), PeriodsRefusal::CurrentOutOfReach),
            (PeriodChange::Payment(period(202_010)), PeriodsRefusal::PaymentOutOfReach),
            (PeriodChange::Payment(period(201_904)), PeriodsRefusal::PaymentOutOfReach),
        ] {
            let mut house = House::default();
            house.default_periods();
            let house = house.open();
            match house.does.set_period.execute(change).await {
                Err(SetPeriodError::Refused(told)) => assert_eq!(told, refusal),
                other => panic!("{other:?} is not {refusal:?}"),
            }
            assert!(!house.committed());
        }
    }

    #[tokio::test]
    async fn a_period_that_roles_cannot_follow_is_not_kept() {
        let mut house = House::default();
        house.default_periods();
        house.tx.payments.expect_set_periods().returning(|_, _| Ok(()));
        house.tx.profiles.expect_follow_dues().returning(|_, _| Err(StoreError::Closed));
        let house = house.open();
        let refused = house.does.set_period.execute(PeriodChange::Current(period(202_004))).await;
        assert_refused!(refused, SetPeriodError::Store(StoreError::Closed));
        assert!(!house.committed());
    }
}
