//! The card of a member.

use portico_domain::{
    ports::{Consistency, Snapshot, StoreError, StoreExt as _},
    profile::MemberRecord,
};

use crate::ports::Ports;

/// Shows everybody the card that a member published (portal contract section 3.1).
#[derive(Clone)]
pub struct ViewCard {
    ports: Ports,
}

impl ViewCard {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The member with this number; nothing when there is none, or when he published no card.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(&self, number: i64) -> Result<Option<MemberRecord>, StoreError> {
        let find = move |seen: &mut dyn Snapshot| seen.profiles().find_by_number(number);
        let member = self.ports.store.read(Consistency::Latest, find).await?;
        Ok(member.filter(|member| member.profile.details.card_published))
    }
}

#[cfg(test)]
mod tests {
    use portico_domain::profile::{Details, Profile};

    use super::*;
    use crate::fixtures::*;

    fn with_card(published: bool) -> MemberRecord {
        let details = Details { card_published: published, ..details() };
        MemberRecord { profile: Profile { details, ..ann_member().profile }, ..ann_member() }
    }

    async fn card(number: i64, published: bool) -> Option<MemberRecord> {
        let mut house = House::default();
        house.member_records(&[with_card(published)]);
        house.open().does.view_card.execute(number).await.unwrap()
    }

    #[tokio::test]
    async fn a_published_card_is_for_everybody() {
        assert_eq!(card(ann().number, true).await, Some(with_card(true)));
    }

    #[tokio::test]
    async fn a_card_that_is_not_published_cannot_be_told_from_none() {
        assert_eq!(card(ann().number, false).await, None);
        assert_eq!(card(77, true).await, None);
    }
}
