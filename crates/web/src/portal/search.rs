//! Looking members up, and taking them away as a file.

use actix_web::{HttpResponse, routes, web};
use portico_application::{ListProfilesRequest, UseCases};
use portico_domain::{page::MAX_PAGE, period::Period, profile::MemberRole, search_words::WordQuery};
use serde::Serialize;
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::{
    answers::{Flat, RoleWord, flat},
    binding::{BindFault, Bound, Fields, Request},
    caller::Steward,
    formats::{CSV, JSON_LINES, JsonLines, Table},
    listing::{Listing, Selection, period_in},
    member::ManagedUsers,
    problem::Problem,
    refusals::invalid_request,
    refuses::Refusals,
    streaming::file,
};
use crate::surroundings::PortalFace;

/// How many members a search shows unless somebody asks for another number.
const USUAL_LIMIT: u16 = 100;

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(search_members, export_table, export_lines))]
pub(super) struct Description;

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config.service(search_members).service(export_table).service(export_lines);
}

/// Which members.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct FilterQuery {
    /// Beginnings of words of name, kana, handle, address or student number
    #[param(value_type = Option<String>, example = "mis")]
    q: WordQuery,
    /// Those of this role alone
    #[param(value_type = Option<RoleWord>, example = "member")]
    role: Option<MemberRole>,
    /// Those who have, or have not, paid for the period
    paid: Option<bool>,
    /// Of which period the payments are shown; 0 and nothing are the one for which dues are collected
    #[param(value_type = Option<i64>, example = 202_610)]
    period: Option<Period>,
}

impl Request for FilterQuery {
    fn bind(fields: &mut Fields) -> Result<Self, BindFault> {
        Ok(Self {
            q: WordQuery::parse(&fields.text("q")?),
            role: match fields.text("role")?.as_str() {
                "" => None,
                word => Some(MemberRole::parse(word).ok_or_else(|| BindFault::must_be("role", "a role"))?),
            },
            paid: fields.given_flag("paid")?,
            period: period_in(fields)?,
        })
    }

    fn refused(fault: BindFault) -> Problem {
        invalid_request(&fault)
    }
}

impl From<FilterQuery> for Selection {
    fn from(FilterQuery { q: words, role, paid, period }: FilterQuery) -> Self {
        Self { period, words, role, paid }
    }
}

/// Which part of those found.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct PageQuery {
    /// The number of the last member seen: the list goes on behind him
    #[param(example = 134)]
    after: Option<i64>,
    /// How many at most; 100 when nothing is said
    #[param(value_type = Option<u16>, minimum = 1, maximum = 1000, example = 50)]
    limit: u16,
}

/// What is looked for.
struct SearchQuery {
    filter: FilterQuery,
    page: PageQuery,
}

impl Request for SearchQuery {
    fn bind(fields: &mut Fields) -> Result<Self, BindFault> {
        let filter = FilterQuery::bind(fields)?;
        let limit = fields.given_number("limit")?.map_or(Ok(USUAL_LIMIT), limit)?;
        Ok(Self { filter, page: PageQuery { after: fields.given_number("after")?, limit } })
    }

    fn refused(fault: BindFault) -> Problem {
        invalid_request(&fault)
    }
}

/// How many entries a list may have.
///
/// # Errors
/// When it is no number from 1 to 1000.
pub(super) fn limit(number: i64) -> Result<u16, BindFault> {
    let limit = u16::try_from(number).ok().filter(|limit| (1..=MAX_PAGE).contains(limit));
    limit.ok_or_else(|| BindFault::must_be("limit", "from 1 to 1000"))
}

#[derive(Serialize, ToSchema)]
#[schema(as = PortalFound)]
struct Found {
    #[serde(flatten)]
    members: ManagedUsers,
    #[serde(flatten)]
    way_on: WayOn,
}

#[derive(Serialize, ToSchema)]
#[schema(as = PortalNext, example = json!({ "next": null }))]
struct WayOn {
    /// What to give for `after` to see more; null when there is nobody more
    #[schema(required)]
    next: Option<i64>,
}

/// Look members up
///
/// In the order of their numbers, each with his payment for the period.
#[utoipa::path(
    tag = "Portal management",
    security(("portal" = []), ("bearer" = [])),
    params(FilterQuery, PageQuery),
    responses((status = 200, description = "Those found", body = Flat<Found>), Refusals<(Steward, Bound<SearchQuery>)>),
)]
#[routes]
#[get("/api/private/management/users/search")]
#[get("/api/management/users/search")]
async fn search_members(
    _steward: Steward,
    use_cases: web::Data<UseCases>,
    face: web::Data<PortalFace>,
    query: Bound<SearchQuery>,
) -> Result<web::Json<Flat<Found>>, Problem> {
    let SearchQuery { filter, page: PageQuery { after, limit } } = query.read()?;
    let FilterQuery { q: words, role, paid, period } = filter;
    let shown = usize::from(limit);
    // One more tells whether there is anybody more.
    let wanted = ListProfilesRequest { period, words, role, paid, after, limit: limit + 1 };
    let mut found = use_cases.list_profiles.execute(wanted).await?;
    let is_cut = found.len() > shown;
    found.truncate(shown);
    let next = found.last().filter(|_| is_cut).map(|last| last.record.profile.number);
    Ok(flat(Found { members: ManagedUsers::of(found, face.time_zone), way_on: WayOn { next } }))
}

/// Take members away as a table
///
/// As it can be imported again: UTF-8, with heads, commas between the cells. A cell that a spreadsheet would take for
/// a formula has an apostrophe before it.
#[utoipa::path(
    tag = "Portal management",
    security(("portal" = []), ("bearer" = [])),
    params(FilterQuery),
    responses((status = 200, description = "The file", body = String, content_type = "text/csv"), Refusals<(Steward, Bound<FilterQuery>)>),
)]
#[routes]
#[get("/api/private/management/users/export.csv")]
#[get("/api/management/users/export.csv")]
async fn export_table(
    _steward: Steward,
    use_cases: web::Data<UseCases>,
    face: web::Data<PortalFace>,
    query: Bound<FilterQuery>,
) -> Result<HttpResponse, Problem> {
    let listing = Listing::of(&use_cases, &face, query.read()?).await?;
    file(listing, CSV, "members.csv", Table).await
}

/// Take members away as lines
///
/// Each line is a member as the list shows him.
#[utoipa::path(
    tag = "Portal management",
    security(("portal" = []), ("bearer" = [])),
    params(FilterQuery),
    responses((status = 200, description = "The file", body = String, content_type = "application/x-ndjson"), Refusals<(Steward, Bound<FilterQuery>)>),
)]
#[routes]
#[get("/api/private/management/users/export.jsonl")]
#[get("/api/management/users/export.jsonl")]
async fn export_lines(
    _steward: Steward,
    use_cases: web::Data<UseCases>,
    face: web::Data<PortalFace>,
    query: Bound<FilterQuery>,
) -> Result<HttpResponse, Problem> {
    let listing = Listing::of(&use_cases, &face, query.read()?).await?;
    file(listing, JSON_LINES, "members.jsonl", JsonLines).await
}
