//! What a partner's site has checked.

use portico_domain::{
    partner::{CheckResultFilter, CheckResultPage, CheckResultStretch},
    ports::{Consistency, StoreExt as _},
};

use super::{dictations::known, faults::UnknownPartnerError};
use crate::ports::Ports;

/// Lists the results of a partner, for pages and exports (partner contract, "Management").
#[derive(Clone)]
pub struct ListCheckResults {
    ports: Ports,
}

impl ListCheckResults {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// A part of them, in the order in which they came.
    ///
    /// # Errors
    /// `Unknown` when there is no such partner, or the store fails.
    pub async fn execute(
        &self,
        filter: CheckResultFilter,
        page: CheckResultPage,
    ) -> Result<CheckResultStretch, UnknownPartnerError> {
        self.ports
            .store
            .read(Consistency::Snapshot, move |seen| {
                known(seen, filter.partner)?;
                Ok(seen.check_results().list(&filter, page)?)
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use portico_domain::ports::StoreError;

    use super::*;
    use crate::fixtures::*;

    fn wanted() -> (CheckResultFilter, CheckResultPage) {
        let filter = CheckResultFilter {
            dictation: Some(dictation_id("autumn")),
            user: Some(ann().id),
            from: Some(now() - seconds(60)),
            to: Some(now()),
            ..CheckResultFilter::all_of(partner().id)
        };
        (filter, CheckResultPage { after: Some(told().event_id), limit: 7, budget: 1 << 24 })
    }

    #[tokio::test]
    async fn a_part_of_a_partners_results_is_shown_also_when_it_is_revoked() {
        let (filter, page) = wanted();
        let expected = wanted();
        let mut house = House::default();
        house.partners(&[revoked(partner())]);
        let asked = house.tx.check_results.expect_list();
        asked
            .withf(move |filter, page| (filter, *page) == (&expected.0, expected.1))
            .times(1)
            .returning(|_, _| Ok(CheckResultStretch { results: Vec::new(), has_more: true }));
        let house = house.open();
        let stretch = house.does.list_check_results.execute(filter, page).await.unwrap();
        assert_eq!(stretch, CheckResultStretch { results: Vec::new(), has_more: true });
        assert!(house.wrote_nothing());
    }

    #[tokio::test]
    async fn of_nobody_there_are_no_results() {
        let (filter, page) = wanted();
        let mut house = House::default();
        house.partners(&[other_partner()]);
        let listed = house.open().does.list_check_results.execute(filter, page).await;
        assert_refused!(listed, UnknownPartnerError::Unknown);
    }

    #[tokio::test]
    async fn a_store_that_fails_is_no_refusal() {
        let (filter, page) = wanted();
        let mut house = House::default();
        house.partners(&[partner()]);
        house.tx.check_results.expect_list().returning(|_, _| Err(StoreError::Closed));
        let listed = house.open().does.list_check_results.execute(filter, page).await;
        assert_refused!(listed, UnknownPartnerError::Store(StoreError::Closed));
    }
}
