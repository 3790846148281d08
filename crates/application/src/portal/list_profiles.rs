//! The members, for an admin.

use portico_domain::{
    period::Period,
    ports::{Consistency, MemberFilter, StoreError, StoreExt as _},
    profile::{MemberRole, MemberWithDues},
    search_words::WordQuery,
};

use super::dues::period_asked_for;
use crate::ports::Ports;

/// Which members are wanted, and from where on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListProfilesRequest {
    /// The period whose payments are shown and asked for; the one for which dues are collected when absent.
    pub period: Option<Period>,
    /// Only those with words that begin with each of these; everybody when there are none.
    pub words: WordQuery,
    /// Only those of this role.
    pub role: Option<MemberRole>,
    /// Only those who have, or have not, paid for the period.
    pub paid: Option<bool>,
    /// Only those with a greater number than this: the last one seen.
    pub after: Option<i64>,
    /// The most members wanted.
    pub limit: u16,
}

/// Lists members with what they paid for a period (portal contract section 3.3).
#[derive(Clone)]
pub struct ListProfiles {
    ports: Ports,
}

impl ListProfiles {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// One page of them, in the order of their numbers.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(&self, request: ListProfilesRequest) -> Result<Vec<MemberWithDues>, StoreError> {
        let ListProfilesRequest { period, words, role, paid, after, limit } = request;
        self.ports
            .store
            .read(Consistency::Snapshot, move |seen| {
                let period = period_asked_for(period, seen.payments())?;
                seen.profiles().list(&MemberFilter { period, words: words.clone(), role, paid, after, limit })
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;

    use super::*;
    use crate::fixtures::*;

    fn request(period: Option<Period>) -> ListProfilesRequest {
        ListProfilesRequest {
            period,
            words: WordQuery::parse("lee"),
            role: Some(MemberRole::Member),
            paid: Some(true),
            after: Some(7),
            limit: 50,
        }
    }

    #[tokio::test]
    async fn members_are_listed_with_their_payments_for_the_period_asked_for() {
        for (asked, shown) in [(Some(period(202_010)), 202_010), (None, 202_004)] {
            let mut house = House::default();
            if asked.is_none() {
                house.default_periods();
            }
            let filter = MemberFilter {
                period: period(shown),
                words: WordQuery::parse("lee"),
                role: Some(MemberRole::Member),
                paid: Some(true),
                after: Some(7),
                limit: 50,
            };
            let found =
                vec![MemberWithDues { record: ann_member(), payment: Some(paid_by(&ann_member(), shown)) }];
            let page = found.clone();
            let listed = house.tx.profiles.expect_list().with(eq(filter));
            listed.times(1).return_once(move |_| Ok(page));
            let house = house.open();
            assert_eq!(house.does.list_profiles.execute(request(asked)).await.unwrap(), found);
            assert!(house.wrote_nothing());
        }
    }
}
