//! Whom a payment token belongs to.

use portico_domain::{
    period::Period,
    ports::{Consistency, StoreError, StoreExt as _},
    profile::MemberRecord,
    token::PlainToken,
};

use super::dues::period_asked_for;
use crate::ports::Ports;

/// What the treasurer sees before he takes the money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentPreview {
    /// Who would pay.
    pub record: MemberRecord,
    /// For what.
    pub period: Period,
    /// Whether he has paid for it before.
    pub already_paid: bool,
}

/// Why there is nothing to see.
#[derive(Debug, thiserror::Error)]
pub enum PreviewPaymentError {
    /// The token is unknown, used up, or its minute is over.
    #[error("the payment token is not valid")]
    InvalidToken,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Shows a treasurer whom a payment token belongs to, and uses nothing up.
#[derive(Clone)]
pub struct PreviewPayment {
    ports: Ports,
}

impl PreviewPayment {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// What authorising the token would record.
    ///
    /// # Errors
    /// When the token is not good, or the store fails.
    pub async fn execute(&self, token: PlainToken) -> Result<PaymentPreview, PreviewPaymentError> {
        let (digest, now) = (token.digest(), self.ports.clock.now());
        self.ports
            .store
            .read(Consistency::Snapshot, move |seen| {
                let offer = seen.payments().find_transaction(&digest)?.filter(|offer| offer.is_live(now));
                let user = offer.ok_or(PreviewPaymentError::InvalidToken)?.user;
                let record = seen.profiles().find(user)?.ok_or(PreviewPaymentError::InvalidToken)?;
                let period = period_asked_for(None, seen.payments())?;
                let already_paid = seen.payments().find(user, period)?.is_some();
                Ok(PaymentPreview { record, period, already_paid })
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use portico_domain::payment::PaymentTransaction;

    use super::*;
    use crate::fixtures::*;

    /// A house where the token `offer` is good for this, and nothing but Ann's payment for `paid` is known.
    fn house(offer: Option<PaymentTransaction>, paid: i64) -> OpenHouse {
        let mut house = House::default();
        house.member_records(&[ann_member()]);
        house.default_periods();
        house.offer(offer);
        house.paid(&[paid_by(&ann_member(), paid)]);
        house.open()
    }

    #[tokio::test]
    async fn the_treasurer_sees_whose_token_it_is_and_uses_nothing_up() {
        for (paid, already_paid) in [(201_910, false), (202_004, true)] {
            let house = house(Some(offer_of(&ann())), paid);
            let preview = house.does.preview_payment.execute(token("offer")).await.unwrap();
            let period = period(202_004);
            assert_eq!(preview, PaymentPreview { record: ann_member(), period, already_paid });
            assert!(house.wrote_nothing());
        }
    }

    #[tokio::test]
    async fn a_token_that_is_not_good_shows_nobody() {
        for offer in [None, Some(late_offer_of(&ann())), Some(offer_of(&bob()))] {
            let refused = house(offer, 201_910).does.preview_payment.execute(token("offer")).await;
            assert_refused!(refused, PreviewPaymentError::InvalidToken);
        }
    }
}
