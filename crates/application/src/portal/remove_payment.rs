//! A treasurer takes a payment back.

use portico_domain::{
    id::{PaymentRemovalId, UserId},
    payment::{PaymentRemoval, RemovalReason, is_paid},
    period::Period,
    ports::{Lock, StoreError, StoreExt as _},
};

use super::dues::follow_dues;
use crate::ports::Ports;

/// Takes back a payment that was recorded. When its period counts at present, the member's role follows; that it was
/// taken back is kept for the books (portal contract section 5).
#[derive(Clone)]
pub struct RemovePayment {
    ports: Ports,
}

impl RemovePayment {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Takes back the payment of the member with this number for `period`, or for the one for which dues are collected.
    /// Nothing happens when there is none.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(
        &self,
        manager: UserId,
        number: i64,
        period: Option<Period>,
        reason: Option<RemovalReason>,
    ) -> Result<(), StoreError> {
        let now = self.ports.clock.now();
        let id = PaymentRemovalId::generate(now, self.ports.entropy.as_ref());
        let removal = PaymentRemoval { id, removed_by: manager, reason, removed_at: now };
        self.ports
            .store
            .write(move |tx| {
                tx.lock(&Lock::Dues)?;
                let Some(member) = tx.profiles().find_by_number(number)? else { return Ok(()) };
                let (user, periods) = (member.profile.user, tx.payments().periods()?);
                let period = period.unwrap_or(periods.payment());
                if tx.payments().remove(user, period, &removal)? && periods.count(period) {
                    let left = tx.payments().list_of(user)?;
                    let left: Vec<Period> = left.iter().map(|status| status.payment.period).collect();
                    follow_dues(tx, member, is_paid(&left, periods), now)?;
                }
                Ok(())
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use mockall::predicate::{always, eq};
    use portico_domain::profile::{MemberRecord, MemberRole};

    use super::*;
    use crate::fixtures::*;

    /// A house where only Ann is known, in this role, and her payment for `removed` may be taken back.
    fn house(role: MemberRole, removed: i64, was_there: bool) -> (House, Kept<PaymentRemoval>) {
        let mut house = House::default();
        house.member_records(&[as_role(role, ann_member())]);
        house.default_periods();
        let kept: Kept<PaymentRemoval> = Kept::default();
        let keep = kept.keeper();
        let call = house.tx.payments.expect_remove();
        call.with(eq(ann().id), eq(period(removed)), always()).times(1).returning(move |_, _, removal| {
            keep(removal)?;
            Ok(was_there)
        });
        (house, kept)
    }

    /// Ann's payments for these periods are left.
    fn left(house: &mut House, numbers: &[i64]) {
        let left: Vec<_> = numbers.iter().map(|number| paid_by(&ann_member(), *number)).collect();
        house.tx.payments.expect_list_of().with(eq(ann().id)).times(1).return_once(move |_| Ok(left));
    }

    async fn remove(house: &OpenHouse, asked: Option<i64>) -> Result<(), StoreError> {
        let reason = Some(RemovalReason::parse("Wrong Ann").unwrap());
        house.does.remove_payment.execute(bob().id, ann().number, asked.map(period), reason).await
    }

    #[tokio::test]
    async fn a_payment_that_was_taken_back_is_kept_for_the_books() {
        let (mut house, removals) = house(MemberRole::Member, 202_004, true);
        left(&mut house, &[]);
        let roles = house.role_changes();
        let house = house.open();
        remove(&house, None).await.unwrap();

        let removal = removals.only();
        assert_eq!((removal.removed_by, removal.removed_at), (bob().id, now()));
        assert_eq!(removal.reason.unwrap().as_str(), "Wrong Ann");
        assert_eq!(roles.only(), (ann().id, MemberRole::Member, MemberRole::NotMember));
        assert_eq!(house.locks(), [Lock::Dues]);
        assert!(house.committed());
    }

    #[tokio::test]
    async fn the_role_follows_what_is_left() {
        use MemberRole::{Admin, Member, NotMember, Retired};
        for (role, paid, next) in [
            (Member, &[][..], Some(NotMember)),
            (Member, &[201_904, 202_010], Some(NotMember)),
            (Member, &[201_910], None),
            // An admin had made him none meanwhile.
            (NotMember, &[201_910], Some(Member)),
            (NotMember, &[], None),
            (Retired, &[], None),
            (Admin, &[], None),
        ] {
            let (mut house, _) = house(role, 202_004, true);
            left(&mut house, paid);
            let roles = house.role_changes();
            remove(&house.open(), Some(202_004)).await.unwrap();
            let changes: Vec<_> = next.map(|next| (ann().id, role, next)).into_iter().collect();
            assert_eq!(roles.all(), changes, "{role:?} {paid:?}");
        }
    }

    #[tokio::test]
    async fn no_role_follows_a_payment_that_was_not_there() {
        let (house, _) = house(MemberRole::Member, 202_004, false);
        let house = house.open();
        remove(&house, None).await.unwrap();
        assert!(house.committed());
    }

    #[tokio::test]
    async fn no_role_follows_a_payment_for_another_period() {
        for number in [201_904, 202_010] {
            let (house, removals) = house(MemberRole::Member, number, true);
            remove(&house.open(), Some(number)).await.unwrap();
            removals.only();
        }
    }

    #[tokio::test]
    async fn nothing_is_taken_back_from_nobody() {
        let mut house = House::default();
        house.member_records(&[] as &[MemberRecord]);
        remove(&house.open(), None).await.unwrap();
    }
}
