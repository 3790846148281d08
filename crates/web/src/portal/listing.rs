//! All members, page by page: an answer of any length takes the memory of one page.

use actix_web::{HttpResponse, http::header, web::Bytes};
use chrono_tz::Tz;
use futures_util::{Stream, stream};
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

/// How members are written down.
pub(super) trait Format: 'static {
    /// What stands before all of them.
    ///
    /// # Errors
    /// When it cannot be written.
    fn begin(&mut self, _out: &mut Vec<u8>) -> Result<(), FormatError> {
        Ok(())
    }

    /// Some of them.
    ///
    /// # Errors
    /// When they cannot be written.
    fn add(&mut self, members: Vec<MemberWithDues>, zone: Tz, out: &mut Vec<u8>) -> Result<(), FormatError>;

    /// What stands behind all of them.
    fn end(&mut self, _out: &mut Vec<u8>) {}
}

/// Members could not be written down.
#[derive(Debug, thiserror::Error)]
pub(super) enum FormatError {
    /// As JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// As a table.
    #[error(transparent)]
    Csv(#[from] csv::Error),
}

/// Why a list broke off after its answer had begun. Then the connection breaks, so that nobody takes it for whole.
#[derive(Debug, thiserror::Error)]
enum BrokenOff {
    #[error("the store failed in the middle of a list")]
    Store(#[from] StoreError),
    #[error("a member cannot be written down")]
    Format(#[from] FormatError),
}

/// The members selected, in the order of their numbers.
pub(super) struct Listing {
    list_profiles: ListProfiles,
    /// Its period does not change while the list is written.
    selection: Selection,
    zone: Tz,
}

/// Which part of a list comes next.
enum Next {
    First(Vec<MemberWithDues>),
    Behind(i64),
    Nothing,
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

    /// Begins the answer once the first page is there, so that a store out of reach still gets its status.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) async fn answer(
        self,
        kind: &'static str,
        format: impl Format,
    ) -> Result<HttpResponse, Problem> {
        let first = Next::First(self.page(None).await?);
        Ok(HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, kind))
            .streaming(self.written(first, format)))
    }

    /// The page behind a member.
    async fn page(&self, after: Option<i64>) -> Result<Vec<MemberWithDues>, StoreError> {
        let Selection { period, ref words, role, paid } = self.selection;
        let request = ListProfilesRequest { period, words: words.clone(), role, paid, after, limit: PAGE };
        self.list_profiles.execute(request).await
    }

    fn written(self, first: Next, format: impl Format) -> impl Stream<Item = Result<Bytes, BrokenOff>> {
        stream::try_unfold((self, format, first), |(listing, mut format, next)| async {
            let chunk = listing.chunk(&mut format, next).await.inspect_err(|error| {
                tracing::error!(error = error as &dyn std::error::Error, "a list broke off");
            })?;
            Ok(chunk.map(|(bytes, next)| (bytes, (listing, format, next))))
        })
    }

    /// The next part of the answer, and what comes behind it.
    async fn chunk(&self, format: &mut impl Format, next: Next) -> Result<Option<(Bytes, Next)>, BrokenOff> {
        let mut out = Vec::new();
        let members = match next {
            Next::First(members) => {
                format.begin(&mut out)?;
                members
            }
            Next::Behind(number) => self.page(Some(number)).await?,
            Next::Nothing => return Ok(None),
        };
        let last = members.last().filter(|_| members.len() == usize::from(PAGE));
        let next = last.map_or(Next::Nothing, |last| Next::Behind(last.record.profile.number));
        format.add(members, self.zone, &mut out)?;
        if matches!(next, Next::Nothing) {
            format.end(&mut out);
        }
        Ok(Some((Bytes::from(out), next)))
    }
}

#[cfg(test)]
mod tests;
