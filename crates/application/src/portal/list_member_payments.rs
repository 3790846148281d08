//! What a member has paid.

use portico_domain::{
    id::UserId,
    payment::PaymentStatus,
    ports::{Consistency, StoreError, StoreExt as _},
};

use crate::ports::Ports;

/// Lists what a member has paid, for an admin.
#[derive(Clone)]
pub struct ListMemberPayments {
    ports: Ports,
}

impl ListMemberPayments {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The payments of the member with this number, the newest period first; none when there is no such member.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(&self, number: i64) -> Result<Vec<PaymentStatus>, StoreError> {
        self.ports
            .store
            .read(Consistency::Snapshot, move |seen| match seen.profiles().find_by_number(number)? {
                Some(member) => seen.payments().list_of(member.profile.user),
                None => Ok(Vec::new()),
            })
            .await
    }
}

/// Lists what somebody has paid himself.
#[derive(Clone)]
pub struct ListOwnPayments {
    ports: Ports,
}

impl ListOwnPayments {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// His payments, the newest period first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(&self, user: UserId) -> Result<Vec<PaymentStatus>, StoreError> {
        self.ports.store.read(Consistency::Latest, move |seen| seen.payments().list_of(user)).await
    }
}

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;

    use super::*;
    use crate::fixtures::*;

    /// A house where Ann has paid twice.
    fn house() -> (OpenHouse, Vec<PaymentStatus>) {
        let mut house = House::default();
        house.member_records(&[ann_member()]);
        let paid = vec![paid_by(&ann_member(), 202_004), paid_by(&ann_member(), 201_910)];
        let found = paid.clone();
        house.tx.payments.expect_list_of().with(eq(ann().id)).returning(move |_| Ok(found.clone()));
        (house.open(), paid)
    }

    #[tokio::test]
    async fn an_admin_sees_what_a_member_paid() {
        let (house, paid) = house();
        assert_eq!(house.does.list_member_payments.execute(ann().number).await.unwrap(), paid);
    }

    #[tokio::test]
    async fn nobody_has_paid_nothing() {
        let (house, _) = house();
        assert_eq!(house.does.list_member_payments.execute(77).await.unwrap(), []);
    }

    #[tokio::test]
    async fn a_member_sees_what_he_paid() {
        let (house, paid) = house();
        assert_eq!(house.does.list_own_payments.execute(ann().id).await.unwrap(), paid);
    }
}
