//! All members, page by page.

use chrono_tz::Tz;
use portico_application::{ListProfiles, ListProfilesRequest, UseCases};
use portico_domain::{
    period::Period,
    ports::StoreError,
    profile::{MemberRole, MemberWithDues},
    search_words::WordQuery,
};
use utoipa::IntoParams;

use super::{
    binding::{BindFault, Fields, Request},
    problem::Problem,
    streaming::{Part, Source},
};
use crate::surroundings::PortalFace;

/// The most members that are read at once.
const PAGE: u16 = 500;

/// Which period's payments a list shows.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PeriodQuery {
    /// Of which period the payments are shown; 0 and nothing are the one for which dues are collected
    #[param(value_type = Option<i64>, example = 202_610)]
    period: Option<Period>,
}

/// The period that a query names; nothing for the one for which dues are collected.
///
/// # Errors
/// When it names none.
pub(super) fn period_in(fields: &mut Fields) -> Result<Option<Period>, BindFault> {
    match fields.number("period")? {
        0 => Ok(None),
        number => Period::parse(number).map(Some).map_err(|_| BindFault::must_be("period", "a period")),
    }
}

impl Request for PeriodQuery {
    fn bind(fields: &mut Fields) -> Result<Self, BindFault> {
        Ok(Self { period: period_in(fields)? })
    }

    fn refused(_: BindFault) -> Problem {
        Problem::bad_request("invalid period")
    }
}

/// Which members a list shows, and which period's payments.
#[derive(Default)]
pub(super) struct Selection {
    /// Nothing is the period for which dues are collected.
    pub(super) period: Option<Period>,
    /// Beginnings of their words.
    pub(super) words: WordQuery,
    /// Their role.
    pub(super) role: Option<MemberRole>,
    /// Whether they have paid for the period.
    pub(super) paid: Option<bool>,
}

impl From<PeriodQuery> for Selection {
    fn from(PeriodQuery { period }: PeriodQuery) -> Self {
        Self { period, ..Self::default() }
    }
}

/// The members selected, in the order of their numbers.
pub(super) struct Listing {
    list_profiles: ListProfiles,
    /// Its period does not change while the list is written.
    selection: Selection,
    zone: Tz,
}

impl Listing {
    /// A list with the payments for that period, or for the one for which dues are collected when it begins.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) async fn of(
        use_cases: &UseCases,
        face: &PortalFace,
        selection: impl Into<Selection>,
    ) -> Result<Self, StoreError> {
        let mut selection = selection.into();
        if selection.period.is_none() {
            selection.period = Some(use_cases.view_periods.execute().await?.payment());
        }
        Ok(Self { list_profiles: use_cases.list_profiles.clone(), selection, zone: face.time_zone })
    }
}

impl Source for Listing {
    type Row = MemberWithDues;
    /// The number of a member.
    type Place = i64;
    type Error = StoreError;

    fn zone(&self) -> Tz {
        self.zone
    }

    async fn page(&self, after: Option<i64>) -> Result<Part<MemberWithDues, i64>, StoreError> {
        let Selection { period, ref words, role, paid } = self.selection;
        let request = ListProfilesRequest { period, words: words.clone(), role, paid, after, limit: PAGE };
        let rows = self.list_profiles.execute(request).await?;
        let last = rows.last().filter(|_| rows.len() == usize::from(PAGE));
        let end = last.map(|last| last.record.profile.number);
        Ok(Part { rows, end })
    }
}

#[cfg(test)]
mod tests;
