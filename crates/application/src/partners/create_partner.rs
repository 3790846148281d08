//! Letting a partner in.

use portico_domain::{
    id::PartnerId,
    partner::{Partner, PartnerKey, PartnerName},
    ports::{StoreError, StoreExt as _, Unique},
    token::PlainToken,
};

use crate::ports::Ports;

/// A new partner, with the key that is shown this once.
#[derive(Clone, Debug)]
pub struct CreatedPartner {
    /// The partner.
    pub partner: Partner,
    /// Its key.
    pub key: PlainToken,
}

/// Why no partner was let in.
#[derive(Debug, thiserror::Error)]
pub enum CreatePartnerError {
    /// Another one has the name.
    #[error("a partner has this name already")]
    NameTaken,
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for CreatePartnerError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Duplicate(Unique::PartnerName) => Self::NameTaken,
            error => Self::Store(error),
        }
    }
}

/// Lets a partner in (partner contract, "Management").
#[derive(Clone)]
pub struct CreatePartner {
    ports: Ports,
}

impl CreatePartner {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Lets it in, with its first key.
    ///
    /// # Errors
    /// When another partner has the name, or the store fails.
    pub async fn execute(&self, name: PartnerName) -> Result<CreatedPartner, CreatePartnerError> {
        let (now, entropy) = (self.ports.clock.now(), self.ports.entropy.as_ref());
        let partner =
            Partner { id: PartnerId::generate(now, entropy), name, created_at: now, revoked_at: None };
        let (kept, key) = PartnerKey::draw(partner.id, now, entropy);
        let added = partner.clone();
        self.ports
            .store
            .write::<_, CreatePartnerError, _>(move |tx| {
                tx.partners().add(&added)?;
                Ok(tx.partners().add_key(&kept)?)
            })
            .await?;
        Ok(CreatedPartner { partner, key })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::*;

    async fn create(house: &OpenHouse) -> Result<CreatedPartner, CreatePartnerError> {
        house.does.create_partner.execute(PartnerName::parse("Diktado").unwrap()).await
    }

    #[tokio::test]
    async fn a_partner_is_let_in_with_a_key_of_which_only_the_digest_is_kept() {
        let mut house = House::default();
        let (partners, keys): (Kept<Partner>, Kept<PartnerKey>) = (Kept::default(), Kept::default());
        house.tx.partners.expect_add().returning(partners.keeper());
        house.tx.partners.expect_add_key().returning(keys.keeper());
        let house = house.open();
        let created = create(&house).await.unwrap();

        let (partner, kept, key) = (partners.only(), keys.only(), created.key);
        assert_eq!(partner, created.partner);
        assert_eq!((partner.name.as_str(), partner.created_at, partner.revoked_at), ("Diktado", now(), None));
        assert_eq!((kept.partner, kept.digest), (partner.id, key.digest()));
        assert_eq!((kept.created_at, kept.valid_until, kept.last_used_at), (now(), None, None));
        assert!(key.reveal().starts_with("portico_key_") && key.reveal().starts_with(&kept.prefix));
        assert!(!format!("{kept:?}").contains(key.reveal()));
        assert!(house.committed());
    }

    #[tokio::test]
    async fn a_name_that_a_partner_has_is_refused_and_no_key_kept() {
        let mut house = House::default();
        house
            .tx
            .partners
            .expect_add()
            .times(1)
            .returning(|_| Err(StoreError::Duplicate(Unique::PartnerName)));
        let house = house.open();
        assert_refused!(create(&house).await, CreatePartnerError::NameTaken);
        assert!(!house.committed());
    }

    #[tokio::test]
    async fn a_partner_without_its_key_is_not_kept() {
        let mut house = House::default();
        house.tx.partners.expect_add().returning(|_| Ok(()));
        house.tx.partners.expect_add_key().returning(|_| Err(StoreError::Overloaded));
        let house = house.open();
        assert_refused!(create(&house).await, CreatePartnerError::Store(StoreError::Overloaded));
        assert!(!house.committed());
    }
}
