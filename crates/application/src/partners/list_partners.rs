//! Who the partners are.

use portico_domain::{
    id::PartnerId,
    page::Page,
    partner::{Partner, PartnerName, PartnerSummary},
    ports::{Consistency, StoreError, StoreExt as _},
};

use super::faults::UnknownPartnerError;
use crate::ports::Ports;

/// Lists partners, revoked ones included.
#[derive(Clone)]
pub struct ListPartners {
    ports: Ports,
}

impl ListPartners {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// A page of them, in the order of their ids.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(&self, page: Page) -> Result<Vec<PartnerSummary>, StoreError> {
        self.ports.store.read(Consistency::Latest, move |seen| seen.partners().list(page)).await
    }
}

/// Finds a partner as people call it.
#[derive(Clone)]
pub struct FindPartner {
    ports: Ports,
}

impl FindPartner {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The partner of this name, unless it is revoked.
    ///
    /// # Errors
    /// `Unknown` when there is none, or the store fails.
    pub async fn by_name(&self, name: PartnerName) -> Result<Partner, UnknownPartnerError> {
        let found = self
            .ports
            .store
            .read(Consistency::Latest, move |seen| seen.partners().find_by_name(&name))
            .await
            .map_err(UnknownPartnerError::Store)?;
        found.ok_or(UnknownPartnerError::Unknown)
    }

    /// The partner with this id, revoked or not.
    ///
    /// # Errors
    /// `Unknown` when there is none, or the store fails.
    pub async fn by_id(&self, id: PartnerId) -> Result<Partner, UnknownPartnerError> {
        let found = self
            .ports
            .store
            .read(Consistency::Latest, move |seen| seen.partners().find(id))
            .await
            .map_err(UnknownPartnerError::Store)?;
        found.ok_or(UnknownPartnerError::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::*;

    #[tokio::test]
    async fn partners_are_listed_page_by_page_without_their_keys() {
        let page = Page::new(2, Some(partner().id.uuid())).unwrap();
        let summary = PartnerSummary {
            partner: revoked(partner()),
            key_prefix: bearer().key.prefix,
            last_used_at: Some(now()),
        };
        let listed = vec![summary.clone()];
        let mut house = House::default();
        let asked = house.tx.partners.expect_list().withf(move |asked| *asked == page);
        asked.times(1).return_once(move |_| Ok(listed));
        assert_eq!(house.open().does.list_partners.execute(page).await.unwrap(), [summary]);
    }

    #[tokio::test]
    async fn a_partner_is_found_by_its_name_and_by_its_id() {
        let mut house = House::default();
        house.partners(&[revoked(partner())]);
        let named = house.tx.partners.expect_find_by_name();
        named.returning(|name| Ok(Some(partner()).filter(|partner| partner.name == *name)));
        let house = house.open();
        let find = &house.does.find_partner;
        assert_eq!(find.by_name(partner().name).await.unwrap(), partner());
        assert_refused!(find.by_name(other_partner().name).await, UnknownPartnerError::Unknown);
        assert_eq!(find.by_id(partner().id).await.unwrap(), revoked(partner()));
        assert_refused!(find.by_id(other_partner().id).await, UnknownPartnerError::Unknown);
    }

    #[tokio::test]
    async fn a_store_that_fails_is_no_answer() {
        let mut house = House::default();
        house.tx.partners.expect_find().returning(|_| Err(StoreError::Closed));
        house.tx.partners.expect_find_by_name().returning(|_| Err(StoreError::Closed));
        let house = house.open();
        let find = &house.does.find_partner;
        assert_refused!(find.by_id(partner().id).await, UnknownPartnerError::Store(StoreError::Closed));
        assert_refused!(find.by_name(partner().name).await, UnknownPartnerError::Store(StoreError::Closed));
    }
}
