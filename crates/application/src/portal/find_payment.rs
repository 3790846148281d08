//! One payment, for an admin.

use portico_domain::{
    payment::PaymentStatus,
    period::Period,
    ports::{Consistency, StoreError, StoreExt as _},
};

use super::dues::period_asked_for;
use crate::ports::Ports;

/// Finds what a member paid for one period (portal contract section 3.3).
#[derive(Clone)]
pub struct FindPayment {
    ports: Ports,
}

impl FindPayment {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The payment of the member with this number for `period`, or for the one for which dues are collected; nothing
    /// when he has not paid, or there is no such member.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(
        &self,
        number: i64,
        period: Option<Period>,
    ) -> Result<Option<PaymentStatus>, StoreError> {
        self.ports
            .store
            .read(Consistency::Snapshot, move |seen| {
                let Some(member) = seen.profiles().find_by_number(number)? else { return Ok(None) };
                let period = period_asked_for(period, seen.payments())?;
                seen.payments().find(member.profile.user, period)
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::*;

    async fn find(number: i64, period: Option<Period>) -> Option<PaymentStatus> {
        let mut house = House::default();
        house.member_records(&[ann_member()]);
        house.default_periods();
        house.paid(&[paid_by(&ann_member(), 202_004), paid_by(&ann_member(), 201_904)]);
        house.open().does.find_payment.execute(number, period).await.unwrap()
    }

    #[tokio::test]
    async fn a_payment_is_found_by_its_period() {
        let found = find(ann().number, Some(period(201_904))).await;
        assert_eq!(found, Some(paid_by(&ann_member(), 201_904)));
    }

    #[tokio::test]
    async fn without_a_period_it_is_the_one_for_which_dues_are_collected() {
        assert_eq!(find(ann().number, None).await, Some(paid_by(&ann_member(), 202_004)));
    }

    #[tokio::test]
    async fn whoever_has_not_paid_or_is_nobody_has_none() {
        assert_eq!(find(ann().number, Some(period(201_910))).await, None);
        assert_eq!(find(77, None).await, None);
    }
}
