//! A treasurer records a payment.

use portico_domain::{
    id::UserId,
    payment::Payment,
    period::Period,
    ports::{Lock, StoreError, StoreExt as _},
};

use super::dues::take_dues;
use crate::ports::Ports;

/// Why nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordPaymentError {
    /// Nobody has this number.
    #[error("there is no such member")]
    NoSuchMember,
    /// The member has paid for the period.
    #[error("the dues are paid already")]
    AlreadyPaid,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Records that a member paid. When the period counts at present, his role follows and he is sent a receipt (portal
/// contract section 5).
#[derive(Clone)]
pub struct RecordPayment {
    ports: Ports,
}

impl RecordPayment {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Records a payment for `period`, or for the one for which dues are collected, taken by `manager`.
    ///
    /// # Errors
    /// When there is no such member, he has paid for the period, or the store fails.
    pub async fn execute(
        &self,
        manager: UserId,
        number: i64,
        period: Option<Period>,
    ) -> Result<(), RecordPaymentError> {
        let (ports, now) = (self.ports.clone(), self.ports.clock.now());
        self.ports
            .store
            .write(move |tx| {
                tx.lock(&Lock::Dues)?;
                let member = tx.profiles().find_by_number(number)?.ok_or(RecordPaymentError::NoSuchMember)?;
                let periods = tx.payments().periods()?;
                let payment = Payment {
                    user: member.profile.user,
                    period: period.unwrap_or(periods.payment()),
                    authorizer: manager,
                    created_at: now,
                    updated_at: now,
                };
                let recorded = take_dues(&ports, tx, member, &payment, periods)?;
                if recorded { Ok(()) } else { Err(RecordPaymentError::AlreadyPaid) }
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use portico_domain::{
        letter::{Letter, OwedLetter},
        mail_template::{LetterKind, WrittenLetter},
        ports::Unique,
        profile::{MemberRecord, MemberRole},
    };

    use super::*;
    use crate::fixtures::*;

    /// What was kept.
    struct Recorded {
        payments: Kept<Payment>,
        roles: Kept<RoleChange>,
        letters: Kept<OwedLetter>,
    }

    /// A house where only this member is known, and receipts say his role.
    fn house(member: MemberRecord) -> (House, Recorded) {
        let mut house = House::default();
        house.member_records(&[member]);
        house.default_periods();
        house.words(LetterKind::PaymentReceipt, "Paid", "{{.User.Role}}");
        let (payments, roles, letters) = (house.payments(), house.role_changes(), house.letters());
        (house, Recorded { payments, roles, letters })
    }

    async fn record(house: &OpenHouse, period: Option<Period>) -> Result<(), RecordPaymentError> {
        house.does.record_payment.execute(bob().id, ann().number, period).await
    }

    fn said(letter: &OwedLetter) -> String {
        let secret = portico_domain::letter::LetterSecret::new(secret_of(letter));
        WrittenLetter::from_secret(&secret).unwrap().body().to_owned()
    }

    #[tokio::test]
    async fn dues_that_count_make_a_member_who_is_sent_a_receipt() {
        for (asked, recorded) in [(None, 202_004), (Some(202_004), 202_004), (Some(201_910), 201_910)] {
            let (house, kept) = house(as_role(MemberRole::NotMember, ann_member()));
            let house = house.open();
            record(&house, asked.map(period)).await.unwrap();

            let (user, authorizer, period) = (ann().id, bob().id, period(recorded));
            let payment = Payment { user, period, authorizer, created_at: now(), updated_at: now() };
            assert_eq!(kept.payments.only(), payment);
            assert_eq!(kept.roles.only(), (user, MemberRole::NotMember, MemberRole::Member));
            let letter = kept.letters.only();
            assert_eq!((&letter.letter, &letter.to), (&Letter::PaymentReceipt, &ann_address().into()));
            assert_eq!(said(&letter), "member", "the receipt shows what he is from now on");
            assert_eq!(house.locks(), [Lock::Dues]);
            assert!(house.committed());
        }
    }

    #[tokio::test]
    async fn whoever_is_anything_else_stays_it_and_is_sent_a_receipt() {
        for role in [MemberRole::Admin, MemberRole::Retired, MemberRole::Member] {
            let (house, kept) = house(as_role(role, ann_member()));
            record(&house.open(), None).await.unwrap();
            assert_eq!(kept.roles.all(), []);
            assert_eq!(said(&kept.letters.only()), role.as_str());
        }
    }

    #[tokio::test]
    async fn dues_for_another_period_are_recorded_and_nothing_else() {
        for number in [201_904, 202_010] {
            let (house, kept) = house(as_role(MemberRole::NotMember, ann_member()));
            let house = house.open();
            record(&house, Some(period(number))).await.unwrap();
            assert_eq!(kept.payments.only().period, period(number));
            assert_eq!((kept.roles.all().len(), kept.letters.all().len()), (0, 0));
            assert!(house.committed());
        }
    }

    #[tokio::test]
    async fn dues_of_a_member_without_an_address_are_recorded_without_a_receipt() {
        let (house, kept) = house(at(None, as_role(MemberRole::NotMember, ann_member())));
        record(&house.open(), None).await.unwrap();
        assert_eq!((kept.payments.all().len(), kept.roles.all().len(), kept.letters.all().len()), (1, 1, 0));
    }

    #[tokio::test]
    async fn nobody_pays_twice_for_a_period() {
        let mut house = House::default();
        house.member_records(&[ann_member()]);
        house.default_periods();
        let added = house.tx.payments.expect_add();
        added.times(1).returning(|_| Err(StoreError::Duplicate(Unique::Payment)));
        let house = house.open();
        assert_refused!(record(&house, None).await, RecordPaymentError::AlreadyPaid);
        assert!(!house.committed());
    }

    #[tokio::test]
    async fn nobody_pays_for_nobody() {
        let mut house = House::default();
        house.member_records(&[bob_admin()]);
        let house = house.open();
        assert_refused!(record(&house, None).await, RecordPaymentError::NoSuchMember);
        assert!(!house.committed());
    }

    #[tokio::test]
    async fn a_payment_whose_role_cannot_follow_is_not_kept() {
        let mut house = House::default();
        house.member_records(&[as_role(MemberRole::NotMember, ann_member())]);
        house.default_periods();
        house.payments();
        house.tx.profiles.expect_change_role().times(1).returning(|_, _, _, _| Err(StoreError::Stale));
        let house = house.open();
        assert_refused!(record(&house, None).await, RecordPaymentError::Store(StoreError::Stale));
        assert!(!house.committed());
    }
}
