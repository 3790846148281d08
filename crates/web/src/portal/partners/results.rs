//! What a partner's site has checked: to look at, and to take away (partner contract, "Management").

mod formats;

use actix_web::{HttpResponse, routes, web};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use portico_application::{ListCheckResults, UnknownPartnerError, UseCases};
use portico_domain::{
    id::{PartnerId, UserId},
    partner::{CheckResult, CheckResultFilter, CheckResultPage, CheckResultStretch, DictationId},
};
use utoipa::{IntoParams, OpenApi};
use uuid::Uuid;

use self::formats::{ResultLines, ResultTable, ResultsAnswer, page_of};
use super::{
    dictations::given_dictation,
    paging::{USUAL_LIMIT, given_id},
    partner_id,
};
use crate::{
    portal::{
        answers::Flat,
        binding::{BindFault, Bound, Fields, Request},
        caller::Steward,
        formats::{CSV, JSON_LINES},
        problem::Problem,
        refusals::invalid_request,
        refuses::Refusals,
        search::limit,
        streaming::{Part, Source, file},
    },
    surroundings::PortalFace,
};

/// The most bytes of texts and models in one page of the list.
const PAGE_BYTES: usize = 16 * 1024 * 1024;
/// The most results that a file reads at once, and the most bytes.
const FILE_PAGE: u16 = 500;
const FILE_PAGE_BYTES: usize = 1024 * 1024;

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(list_results, export_result_table, export_result_lines))]
pub(super) struct Description;

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config.service(list_results).service(export_result_table).service(export_result_lines);
}

/// Which results.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct FilterQuery {
    /// Those of this dictation alone
    #[param(value_type = Option<String>, example = "611c9e9b8ffa577616d4fa3c")]
    dict: Option<DictationId>,
    /// Those of this user alone
    user: Option<Uuid>,
    /// Those sent at this instant or later
    #[param(value_type = Option<String>, format = DateTime, example = "2026-10-01T00:00:00+09:00")]
    from: Option<DateTime<Utc>>,
    /// Those sent before this instant
    #[param(value_type = Option<String>, format = DateTime, example = "2026-11-01T00:00:00+09:00")]
    to: Option<DateTime<Utc>>,
}

impl Request for FilterQuery {
    fn bind(fields: &mut Fields) -> Result<Self, BindFault> {
        Ok(Self {
            dict: given_dictation(fields, "dict")?,
            user: given_id(fields, "user")?,
            from: given_instant(fields, "from")?,
            to: given_instant(fields, "to")?,
        })
    }

    fn refused(fault: BindFault) -> Problem {
        invalid_request(&fault)
    }
}

/// An instant in a query, if there is one.
fn given_instant(fields: &mut Fields, name: &'static str) -> Result<Option<DateTime<Utc>>, BindFault> {
    let text = fields.text(name)?;
    if text.is_empty() {
        return Ok(None);
    }
    // In a query that was written by hand, the plus before the zone is a space.
    let text = match text.rsplit_once(' ') {
        Some((before, zone)) if zone.len() == "09:00".len() => format!("{before}+{zone}"),
        _ => text,
    };
    let instant = DateTime::parse_from_rfc3339(&text).map(|instant| Some(instant.to_utc()));
    instant.map_err(|_| BindFault::must_be(name, "an instant such as 2026-10-01T00:00:00+09:00"))
}

impl FilterQuery {
    fn of(self, partner: PartnerId) -> CheckResultFilter {
        let Self { dict: dictation, user, from, to } = self;
        CheckResultFilter { partner, dictation, user: user.map(UserId::from_uuid), from, to }
    }
}

/// Which part of those found.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct PartQuery {
    /// The id of the last result seen: the list goes on behind it
    after: Option<Uuid>,
    /// How many at most; 100 when nothing is said
    #[param(value_type = Option<u16>, minimum = 1, maximum = 1000, example = 50)]
    limit: u16,
}

/// What is looked for.
struct ResultsQuery {
    filter: FilterQuery,
    part: PartQuery,
}

impl Request for ResultsQuery {
    fn bind(fields: &mut Fields) -> Result<Self, BindFault> {
        let filter = FilterQuery::bind(fields)?;
        let limit = fields.given_number("limit")?.map_or(Ok(USUAL_LIMIT), limit)?;
        Ok(Self { filter, part: PartQuery { after: given_id(fields, "after")?, limit } })
    }

    fn refused(fault: BindFault) -> Problem {
        invalid_request(&fault)
    }
}

/// List the results of a partner
///
/// In the order in which they came. Where texts and models are large, there can be fewer than `limit` at once: 16 MiB of
/// them at most, or a single result.
#[utoipa::path(
    tag = "Partner management",
    security(("portal" = []), ("bearer" = [])),
    params(("id" = Uuid, Path, description = "The partner"), FilterQuery, PartQuery),
    responses((status = 200, description = "The results", body = Flat<ResultsAnswer>), Refusals<(Steward, Bound<ResultsQuery>, UnknownPartnerError)>),
)]
#[routes]
#[get("/api/private/management/partners/{id}/results")]
#[get("/api/management/partners/{id}/results")]
async fn list_results(
    _steward: Steward,
    use_cases: web::Data<UseCases>,
    face: web::Data<PortalFace>,
    partner: web::Path<String>,
    query: Bound<ResultsQuery>,
) -> Result<HttpResponse, Problem> {
    let (partner, ResultsQuery { filter, part }) = (partner_id(&partner)?, query.read()?);
    let PartQuery { after, limit } = part;
    let page = CheckResultPage { after, limit, budget: PAGE_BYTES };
    let found = use_cases.list_check_results.execute(filter.of(partner), page).await?;
    Ok(HttpResponse::Ok().content_type("application/json").streaming(page_of(found, face.time_zone)))
}

/// Take the results of a partner away as a table
///
/// UTF-8, with heads, commas between the cells and CRLF behind the rows (RFC 4180). A cell that a spreadsheet would take
/// for a formula has an apostrophe before it. To get back what was sent, byte for byte, take the first apostrophe away
/// from each cell that has, behind one or more apostrophes at its beginning, one of `=`, `+`, `-`, `@`, a tab, a carriage
/// return, or the full-width forms of these signs.
#[utoipa::path(
    tag = "Partner management",
    security(("portal" = []), ("bearer" = [])),
    params(("id" = Uuid, Path, description = "The partner"), FilterQuery),
    responses((status = 200, description = "The file", body = String, content_type = "text/csv"), Refusals<(Steward, Bound<FilterQuery>, UnknownPartnerError)>),
)]
#[routes]
#[get("/api/private/management/partners/{id}/results.csv")]
#[get("/api/management/partners/{id}/results.csv")]
async fn export_result_table(
    _steward: Steward,
    use_cases: web::Data<UseCases>,
    face: web::Data<PortalFace>,
    partner: web::Path<String>,
    query: Bound<FilterQuery>,
) -> Result<HttpResponse, Problem> {
    let results = Results::of(&use_cases, &face, query.read()?.of(partner_id(&partner)?));
    file(results, CSV, "results.csv", ResultTable).await
}

/// Take the results of a partner away as lines
///
/// Each line is a result as the list shows it.
#[utoipa::path(
    tag = "Partner management",
    security(("portal" = []), ("bearer" = [])),
    params(("id" = Uuid, Path, description = "The partner"), FilterQuery),
    responses((status = 200, description = "The file", body = String, content_type = "application/x-ndjson"), Refusals<(Steward, Bound<FilterQuery>, UnknownPartnerError)>),
)]
#[routes]
#[get("/api/private/management/partners/{id}/results.jsonl")]
#[get("/api/management/partners/{id}/results.jsonl")]
async fn export_result_lines(
    _steward: Steward,
    use_cases: web::Data<UseCases>,
    face: web::Data<PortalFace>,
    partner: web::Path<String>,
    query: Bound<FilterQuery>,
) -> Result<HttpResponse, Problem> {
    let results = Results::of(&use_cases, &face, query.read()?.of(partner_id(&partner)?));
    file(results, JSON_LINES, "results.jsonl", ResultLines).await
}

/// The results that a filter lets through, in the order in which they came.
struct Results {
    use_case: ListCheckResults,
    filter: CheckResultFilter,
    zone: Tz,
}

impl Results {
    fn of(use_cases: &UseCases, face: &PortalFace, filter: CheckResultFilter) -> Self {
        Self { use_case: use_cases.list_check_results.clone(), filter, zone: face.time_zone }
    }
}

impl Source for Results {
    type Row = CheckResult;
    /// The id of a result.
    type Place = Uuid;
    type Error = UnknownPartnerError;

    fn zone(&self) -> Tz {
        self.zone
    }

    async fn page(&self, after: Option<Uuid>) -> Result<Part<CheckResult, Uuid>, UnknownPartnerError> {
        let page = CheckResultPage { after, limit: FILE_PAGE, budget: FILE_PAGE_BYTES };
        let CheckResultStretch { results: rows, has_more } =
            self.use_case.execute(self.filter.clone(), page).await?;
        let end = rows.last().filter(|_| has_more).map(|last| last.id.uuid());
        Ok(Part { rows, end })
    }
}
