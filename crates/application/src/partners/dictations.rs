//! The dictations of which a partner's results are taken.

use portico_domain::{
    id::PartnerId,
    partner::{Dictation, DictationId, Language},
    ports::{Consistency, Snapshot, StoreError, StoreExt as _, Unique},
};

use super::faults::UnknownPartnerError;
use crate::ports::Ports;

/// Why a dictation was not registered.
#[derive(Debug, thiserror::Error)]
pub enum RegisterDictationError {
    /// There is no such partner, or it is revoked.
    #[error("there is no such partner")]
    UnknownPartner,
    /// The partner has one of that id.
    #[error("the partner has a dictation with this id already")]
    Registered,
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for RegisterDictationError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Duplicate(Unique::Dictation) => Self::Registered,
            error => Self::Store(error),
        }
    }
}

/// Registers a dictation of a partner; one that was retired comes back.
#[derive(Clone)]
pub struct RegisterDictation {
    ports: Ports,
}

impl RegisterDictation {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Registers it. `title` is one that [`Dictation::title`] has read.
    ///
    /// # Errors
    /// When there is no such partner, it has one of that id, or the store fails.
    pub async fn execute(
        &self,
        partner: PartnerId,
        id: DictationId,
        title: String,
        language: Language,
    ) -> Result<Dictation, RegisterDictationError> {
        let created_at = self.ports.clock.now();
        let dictation = Dictation { partner, id, title, language, created_at, retired_at: None };
        self.ports
            .store
            .write(move |tx| {
                let known = tx.partners().find(partner)?.filter(|partner| partner.revoked_at.is_none());
                known.ok_or(RegisterDictationError::UnknownPartner)?;
                tx.dictations().add(&dictation)?;
                Ok(dictation.clone())
            })
            .await
    }
}

/// Lists the dictations of a partner, retired ones included.
#[derive(Clone)]
pub struct ListDictations {
    ports: Ports,
}

impl ListDictations {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// At most `limit` of them behind `after`, in the order of their ids.
    ///
    /// # Errors
    /// `Unknown` when there is no such partner, or the store fails.
    pub async fn execute(
        &self,
        partner: PartnerId,
        after: Option<DictationId>,
        limit: u16,
    ) -> Result<Vec<Dictation>, UnknownPartnerError> {
        self.ports
            .store
            .read(Consistency::Snapshot, move |seen| {
                known(seen, partner)?;
                Ok(seen.dictations().list(partner, after.clone(), limit)?)
            })
            .await
    }
}

/// Makes sure that there is such a partner, revoked or not.
pub(super) fn known(seen: &mut dyn Snapshot, partner: PartnerId) -> Result<(), UnknownPartnerError> {
    seen.partners().find(partner)?.map(drop).ok_or(UnknownPartnerError::Unknown)
}

/// Retires a dictation of a partner: no more results of it are taken.
#[derive(Clone)]
pub struct RetireDictation {
    ports: Ports,
}

impl RetireDictation {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Retires it.
    ///
    /// # Errors
    /// `Unknown` when the partner has none of that id or it is retired, or the store fails.
    pub async fn execute(&self, partner: PartnerId, id: DictationId) -> Result<(), UnknownPartnerError> {
        let now = self.ports.clock.now();
        self.ports.store.write(move |tx| Ok(tx.dictations().retire(partner, &id, now)?)).await
    }
}

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;
    use portico_domain::partner::Partner;

    use super::*;
    use crate::fixtures::*;

    fn house(known: &[Partner]) -> House {
        let mut house = House::default();
        house.partners(known);
        house
    }

    async fn register(house: &OpenHouse) -> Result<Dictation, RegisterDictationError> {
        let Dictation { partner, id, title, language, .. } = dictation();
        house.does.register_dictation.execute(partner, id, title, language).await
    }

    #[tokio::test]
    async fn a_dictation_is_registered_for_its_partner() {
        let mut house = house(&[partner()]);
        let added: Kept<Dictation> = Kept::default();
        house.tx.dictations.expect_add().returning(added.keeper());
        let house = house.open();
        let registered = register(&house).await.unwrap();
        assert_eq!(registered, Dictation { created_at: now(), ..dictation() });
        assert_eq!(added.only(), registered);
        assert!(house.committed());
    }

    #[tokio::test]
    async fn nobody_and_whoever_is_revoked_registers_nothing() {
        for known in [vec![], vec![other_partner()], vec![revoked(partner())]] {
            let house = house(&known).open();
            assert_refused!(register(&house).await, RegisterDictationError::UnknownPartner);
            assert!(!house.committed());
        }
    }

    #[tokio::test]
    async fn an_id_names_one_dictation_of_a_partner() {
        let mut house = house(&[partner()]);
        let added = house.tx.dictations.expect_add();
        added.times(1).returning(|_| Err(StoreError::Duplicate(Unique::Dictation)));
        assert_refused!(register(&house.open()).await, RegisterDictationError::Registered);
    }

    #[tokio::test]
    async fn a_store_that_fails_is_no_refusal() {
        let mut house = house(&[partner()]);
        house.tx.dictations.expect_add().returning(|_| Err(StoreError::Closed));
        let failed = register(&house.open()).await;
        assert_refused!(failed, RegisterDictationError::Store(StoreError::Closed));
    }

    #[tokio::test]
    async fn a_partners_dictations_are_listed_also_when_it_is_revoked() {
        let mut house = house(&[revoked(partner())]);
        let after = Some(dictation_id("april"));
        let asked = house.tx.dictations.expect_list().with(eq(partner().id), eq(after.clone()), eq(3));
        asked.times(1).returning(|_, _, _| Ok(vec![dictation(), retired(dictation())]));
        let listed = house.open().does.list_dictations.execute(partner().id, after, 3).await;
        assert_eq!(listed.unwrap(), [dictation(), retired(dictation())]);
    }

    #[tokio::test]
    async fn of_nobody_there_is_no_list() {
        let listed =
            house(&[other_partner()]).open().does.list_dictations.execute(partner().id, None, 3).await;
        assert_refused!(listed, UnknownPartnerError::Unknown);
    }

    #[tokio::test]
    async fn a_dictation_is_retired_now_and_only_once() {
        for (answer, is_retired) in [(Ok(()), true), (Err(StoreError::Stale), false)] {
            let mut house = House::default();
            let asked = house.tx.dictations.expect_retire();
            asked
                .with(eq(partner().id), eq(dictation_id("autumn")), eq(now()))
                .times(1)
                .return_once(move |_, _, _| answer);
            let house = house.open();
            let outcome = house.does.retire_dictation.execute(partner().id, dictation_id("autumn")).await;
            match outcome {
                Ok(()) => assert!(is_retired),
                refused => assert_refused!(refused, UnknownPartnerError::Unknown),
            }
            assert_eq!(house.committed(), is_retired);
        }
    }
}
