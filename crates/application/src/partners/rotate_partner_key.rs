//! A partner's next key.

use chrono::{DateTime, Utc};
use portico_domain::{
    id::PartnerId,
    partner::{KEY_OVERLAP, PartnerKey},
    ports::{Lock, StoreExt as _},
    token::PlainToken,
};

use super::faults::UnknownPartnerError;
use crate::ports::Ports;

/// A new key, shown this once, and how long older ones open beside it.
#[derive(Clone, Debug)]
pub struct RotatedPartnerKey {
    /// The key.
    pub key: PlainToken,
    /// When the key before it ends.
    pub old_key_valid_until: DateTime<Utc>,
}

/// Gives a partner another key (partner contract, "Management").
#[derive(Clone)]
pub struct RotatePartnerKey {
    ports: Ports,
}

impl RotatePartnerKey {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Gives it; the keys it has end in 24 hours, if not before.
    ///
    /// # Errors
    /// `Unknown` when there is no such partner or it is revoked, or the store fails.
    pub async fn execute(&self, id: PartnerId) -> Result<RotatedPartnerKey, UnknownPartnerError> {
        let now = self.ports.clock.now();
        let (kept, key) = PartnerKey::draw(id, now, self.ports.entropy.as_ref());
        let old_key_valid_until = now + KEY_OVERLAP;
        self.ports
            .store
            .write::<_, UnknownPartnerError, _>(move |tx| {
                tx.lock(&Lock::Partner(id))?;
                let partner = tx.partners().find(id)?.filter(|partner| partner.revoked_at.is_none());
                partner.ok_or(UnknownPartnerError::Unknown)?;
                tx.partners().end_keys(id, old_key_valid_until)?;
                Ok(tx.partners().add_key(&kept)?)
            })
            .await?;
        Ok(RotatedPartnerKey { key, old_key_valid_until })
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use mockall::{Sequence, predicate::eq};
    use portico_domain::{partner::Partner, ports::StoreError};

    use super::*;
    use crate::fixtures::*;

    fn house(known: &[Partner]) -> House {
        let mut house = House::default();
        house.partners(known);
        house
    }

    async fn rotate(house: &OpenHouse) -> Result<RotatedPartnerKey, UnknownPartnerError> {
        house.does.rotate_partner_key.execute(partner().id).await
    }

    #[tokio::test]
    async fn the_keys_of_before_end_in_a_day_and_the_new_one_does_not() {
        let mut house = house(&[partner()]);
        let (mut order, until) = (Sequence::new(), now() + TimeDelta::hours(24));
        // The other way round the new one would end as well.
        let ended = house.tx.partners.expect_end_keys().with(eq(partner().id), eq(until));
        ended.times(1).in_sequence(&mut order).returning(|_, _| Ok(()));
        let keys: Kept<PartnerKey> = Kept::default();
        house.tx.partners.expect_add_key().times(1).in_sequence(&mut order).returning(keys.keeper());
        let house = house.open();
        let rotated = rotate(&house).await.unwrap();

        let kept = keys.only();
        assert_eq!(rotated.old_key_valid_until, until);
        assert_eq!((kept.partner, kept.digest), (partner().id, rotated.key.digest()));
        assert_eq!((kept.created_at, kept.valid_until, kept.last_used_at), (now(), None, None));
        assert_eq!(house.locks(), [Lock::Partner(partner().id)]);
        assert!(house.committed());
    }

    #[tokio::test]
    async fn nobody_and_whoever_is_revoked_gets_no_key() {
        for known in [vec![], vec![other_partner()], vec![revoked(partner())]] {
            let house = house(&known).open();
            assert_refused!(rotate(&house).await, UnknownPartnerError::Unknown);
            assert!(!house.committed());
        }
    }

    #[tokio::test]
    async fn keys_do_not_end_without_a_new_one() {
        let mut house = house(&[partner()]);
        house.tx.partners.expect_end_keys().returning(|_, _| Ok(()));
        house.tx.partners.expect_add_key().returning(|_| Err(StoreError::Overloaded));
        let house = house.open();
        assert_refused!(rotate(&house).await, UnknownPartnerError::Store(StoreError::Overloaded));
        assert!(!house.committed());
    }
}
