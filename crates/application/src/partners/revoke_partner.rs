//! Shutting a partner out.

use portico_domain::{
    id::PartnerId,
    ports::{Lock, StoreExt as _},
};

use super::faults::UnknownPartnerError;
use crate::ports::Ports;

/// Shuts a partner out at once (partner contract, "Management"). What it created and kept stays.
#[derive(Clone)]
pub struct RevokePartner {
    ports: Ports,
}

impl RevokePartner {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Shuts it out.
    ///
    /// # Errors
    /// `Unknown` when there is no such partner or it is revoked, or the store fails.
    pub async fn execute(&self, id: PartnerId) -> Result<(), UnknownPartnerError> {
        let now = self.ports.clock.now();
        self.ports
            .store
            .write(move |tx| {
                tx.lock(&Lock::Partner(id))?;
                Ok(tx.partners().revoke(id, now)?)
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;
    use portico_domain::ports::StoreError;

    use super::*;
    use crate::fixtures::*;

    async fn revoke(answer: Result<(), StoreError>) -> (Result<(), UnknownPartnerError>, OpenHouse) {
        let mut house = House::default();
        let asked = house.tx.partners.expect_revoke().with(eq(partner().id), eq(now()));
        asked.times(1).return_once(move |_, _| answer);
        let house = house.open();
        (house.does.revoke_partner.execute(partner().id).await, house)
    }

    #[tokio::test]
    async fn a_partner_is_shut_out_now() {
        let (outcome, house) = revoke(Ok(())).await;
        outcome.unwrap();
        assert_eq!(house.locks(), [Lock::Partner(partner().id)]);
        assert!(house.committed());
    }

    #[tokio::test]
    async fn one_that_is_not_there_or_revoked_is_not_shut_out() {
        let (outcome, house) = revoke(Err(StoreError::Stale)).await;
        assert_refused!(outcome, UnknownPartnerError::Unknown);
        assert!(!house.committed());
    }

    #[tokio::test]
    async fn a_store_that_fails_is_no_refusal() {
        let (outcome, _) = revoke(Err(StoreError::Closed)).await;
        assert_refused!(outcome, UnknownPartnerError::Store(StoreError::Closed));
    }
}
