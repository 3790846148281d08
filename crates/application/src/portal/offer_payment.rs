//! A member offers to pay.

use chrono::{DateTime, Utc};
use portico_domain::{
    id::UserId,
    payment::PaymentTransaction,
    ports::{StoreError, StoreExt as _},
    token::PlainToken,
};

use crate::ports::Ports;

/// An offer, for the telephone of the member who made it.
#[derive(Clone, Debug)]
pub struct OfferedPayment {
    /// What the treasurer takes.
    pub token: PlainToken,
    /// The first instant at which it is good for nothing.
    pub expires_at: DateTime<Utc>,
}

/// Why there is no offer.
#[derive(Debug, thiserror::Error)]
pub enum OfferPaymentError {
    /// He has no profile.
    #[error("there is no such member")]
    Gone,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Gives a member a token by which a treasurer records his payment, once and within a minute. Earlier ones of his stay
/// good (portal contract section 5.1).
#[derive(Clone)]
pub struct OfferPayment {
    ports: Ports,
}

impl OfferPayment {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Makes the offer.
    ///
    /// # Errors
    /// When he has no profile, or the store fails.
    pub async fn execute(&self, user: UserId) -> Result<OfferedPayment, OfferPaymentError> {
        let token = PlainToken::generate("", self.ports.entropy.as_ref());
        let lifetime = self.ports.policy.portal.transaction;
        let transaction = PaymentTransaction::issue(user, &token, lifetime, self.ports.clock.now());
        let expires_at = transaction.expires_at;
        self.ports
            .store
            .write(move |tx| {
                tx.profiles().find(user)?.ok_or(OfferPaymentError::Gone)?;
                Ok::<_, OfferPaymentError>(tx.payments().add_transaction(&transaction)?)
            })
            .await?;
        Ok(OfferedPayment { token, expires_at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::*;

    #[tokio::test]
    async fn a_member_is_given_a_token_for_a_minute_of_which_the_digest_is_kept() {
        let mut house = House::default();
        house.member_records(&[ann_member()]);
        let kept = Kept::default();
        house.tx.payments.expect_add_transaction().returning(kept.keeper());
        let house = house.open();
        let offered = house.does.offer_payment.execute(ann().id).await.unwrap();

        let transaction: PaymentTransaction = kept.only();
        assert_eq!((transaction.user, transaction.digest), (ann().id, offered.token.digest()));
        assert_eq!(offered.token.reveal().len(), 43);
        assert_eq!((transaction.expires_at, offered.expires_at), (now() + seconds(60), now() + seconds(60)));
        assert!(house.committed());
    }

    #[tokio::test]
    async fn the_operator_can_give_it_another_life() {
        let mut house = House::default();
        house.policy.portal.transaction = seconds(300);
        house.member_records(&[ann_member()]);
        house.tx.payments.expect_add_transaction().times(1).returning(|_| Ok(()));
        let offered = house.open().does.offer_payment.execute(ann().id).await.unwrap();
        assert_eq!(offered.expires_at, now() + seconds(300));
    }

    #[tokio::test]
    async fn whoever_is_no_member_offers_nothing() {
        let mut house = House::default();
        house.member_records(&[]);
        let house = house.open();
        assert_refused!(house.does.offer_payment.execute(ann().id).await, OfferPaymentError::Gone);
        assert!(!house.committed());
    }
}
