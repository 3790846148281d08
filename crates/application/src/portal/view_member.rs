//! One member, for an admin.

use portico_domain::{
    ports::{Consistency, StoreError, StoreExt as _},
    profile::MemberWithDues,
};

use super::dues::period_asked_for;
use crate::ports::Ports;

/// Shows an admin one member, with what he paid for the period for which dues are collected (portal contract
/// section 3.3).
#[derive(Clone)]
pub struct ViewMember {
    ports: Ports,
}

impl ViewMember {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The member with this number; nothing when there is none.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(&self, number: i64) -> Result<Option<MemberWithDues>, StoreError> {
        self.ports
            .store
            .read(Consistency::Snapshot, move |seen| {
                let Some(record) = seen.profiles().find_by_number(number)? else { return Ok(None) };
                let period = period_asked_for(None, seen.payments())?;
                let payment = seen.payments().find(record.profile.user, period)?;
                Ok(Some(MemberWithDues { record, payment }))
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::*;

    #[tokio::test]
    async fn an_admin_sees_a_member_with_what_he_paid_for_the_payment_period() {
        for payment in [Some(paid_by(&ann_member(), 202_004)), None] {
            let mut house = House::default();
            house.member_records(&[ann_member()]);
            house.default_periods();
            let others = [paid_by(&ann_member(), 201_910), paid_by(&bob_admin(), 202_004)];
            house.paid(&payment.iter().cloned().chain(others).collect::<Vec<_>>());
            let seen = house.open().does.view_member.execute(ann().number).await.unwrap();
            assert_eq!(seen, Some(MemberWithDues { record: ann_member(), payment }));
        }
    }

    #[tokio::test]
    async fn nobody_is_nobody() {
        let mut house = House::default();
        house.member_records(&[]);
        assert_eq!(house.open().does.view_member.execute(ann().number).await.unwrap(), None);
    }
}
