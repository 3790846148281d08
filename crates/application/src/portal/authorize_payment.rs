//! A treasurer takes a payment by its token.

use portico_domain::{
    id::UserId,
    payment::Payment,
    ports::{Lock, StoreError, StoreExt as _},
    token::PlainToken,
};

use super::dues::take_dues;
use crate::ports::Ports;

/// Why nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum AuthorizePaymentError {
    /// The token is unknown, used up, or its minute is over.
    #[error("the payment token is not valid")]
    InvalidToken,
    /// The member has paid for the period; the token stays good.
    #[error("the dues are paid already")]
    AlreadyPaid,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Records the payment of whoever shows a token, for the period for which dues are collected, and uses the token up
/// (portal contract section 5.1). Of two treasurers with one token one records the payment.
#[derive(Clone)]
pub struct AuthorizePayment {
    ports: Ports,
}

impl AuthorizePayment {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Records it, taken by `manager`.
    ///
    /// # Errors
    /// When the token is not good, the member has paid, or the store fails.
    pub async fn execute(&self, manager: UserId, token: PlainToken) -> Result<(), AuthorizePaymentError> {
        let (digest, now) = (token.digest(), self.ports.clock.now());
        let ports = self.ports.clone();
        self.ports
            .store
            .write(move |tx| {
                tx.lock(&Lock::Dues)?;
                let offer = tx.payments().find_transaction(&digest)?.filter(|offer| offer.is_live(now));
                let user = offer.ok_or(AuthorizePaymentError::InvalidToken)?.user;
                let member = tx.profiles().find(user)?.ok_or(AuthorizePaymentError::InvalidToken)?;
                let periods = tx.payments().periods()?;
                let payment = Payment {
                    user,
                    period: periods.payment(),
                    authorizer: manager,
                    created_at: now,
                    updated_at: now,
                };
                if !take_dues(&ports, tx, member, &payment, periods)? {
                    return Err(AuthorizePaymentError::AlreadyPaid);
                }
                match tx.payments().use_transaction(&digest, now) {
                    Err(StoreError::Stale) => Err(AuthorizePaymentError::InvalidToken),
                    other => Ok(other?),
                }
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;
    use portico_domain::{letter::Letter, payment::PaymentTransaction, ports::Unique, profile::MemberRole};

    use super::*;
    use crate::fixtures::*;

    /// A house where the token `offer` is good for this, and Ann has not become a member yet.
    fn house(offer: Option<PaymentTransaction>) -> House {
        let mut house = House::default();
        house.member_records(&[as_role(MemberRole::NotMember, ann_member())]);
        house.default_periods();
        house.offer(offer);
        house
    }

    async fn authorize(house: &OpenHouse) -> Result<(), AuthorizePaymentError> {
        house.does.authorize_payment.execute(bob().id, token("offer")).await
    }

    #[tokio::test]
    async fn payment_role_and_receipt_are_kept_with_the_use_of_the_token() {
        let mut house = house(Some(offer_of(&ann())));
        house.words_letters(&ann());
        let (payments, roles, letters) = (house.payments(), house.role_changes(), house.letters());
        let call = house.tx.payments.expect_use_transaction();
        call.with(eq(token("offer").digest()), eq(now())).times(1).returning(|_, _| Ok(()));
        let house = house.open();
        authorize(&house).await.unwrap();

        let (user, authorizer) = (ann().id, bob().id);
        let period = period(202_004);
        let recorded = Payment { user, period, authorizer, created_at: now(), updated_at: now() };
        assert_eq!(payments.only(), recorded);
        assert_eq!(roles.only(), (user, MemberRole::NotMember, MemberRole::Member));
        let letter = letters.only();
        assert_eq!((letter.letter, letter.to), (Letter::PaymentReceipt, ann_address().into()));
        assert_eq!(house.locks(), [Lock::Dues]);
        assert!(house.committed());
    }

    #[tokio::test]
    async fn a_token_that_is_not_good_pays_nothing() {
        for offer in [None, Some(late_offer_of(&ann())), Some(offer_of(&bob()))] {
            let house = house(offer).open();
            assert_refused!(authorize(&house).await, AuthorizePaymentError::InvalidToken);
            assert!(!house.committed());
        }
    }

    #[tokio::test]
    async fn a_token_of_somebody_who_has_paid_stays_good() {
        let mut house = house(Some(offer_of(&ann())));
        let added = house.tx.payments.expect_add();
        added.times(1).returning(|_| Err(StoreError::Duplicate(Unique::Payment)));
        let house = house.open();
        assert_refused!(authorize(&house).await, AuthorizePaymentError::AlreadyPaid);
        assert!(!house.committed());
    }

    #[tokio::test]
    async fn of_two_treasurers_with_one_token_the_later_one_records_nothing() {
        let mut house = house(Some(offer_of(&ann())));
        house.words_letters(&ann());
        house.payments();
        house.role_changes();
        house.letters();
        house.tx.payments.expect_use_transaction().times(1).returning(|_, _| Err(StoreError::Stale));
        let house = house.open();
        assert_refused!(authorize(&house).await, AuthorizePaymentError::InvalidToken);
        assert!(!house.committed());
    }
}
