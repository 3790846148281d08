//! The dictations of a partner (partner contract, "Management").

use actix_web::{routes, web};
use chrono_tz::Tz;
use portico_application::{RegisterDictationError, UnknownPartnerError, UseCases};
use portico_domain::{
    partner::{Dictation, DictationId, Language},
    ports::StoreError,
};
use serde::Serialize;
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::{
    paging::{USUAL_LIMIT, unknown},
    partner_id,
};
use crate::{
    portal::{
        answers::{DONE, Done, Flat, Moment, flat},
        binding::{BindFault, Bound, Fields, Request},
        caller::Steward,
        problem::Problem,
        refusals::invalid_request,
        refuses::Refusals,
        search::limit,
    },
    refuses::Refuses,
    surroundings::PortalFace,
};

/// The language of a dictation of which none is told.
const USUAL_LANGUAGE: &str = "ru";

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(list_dictations, register_dictation, retire_dictation))]
pub(super) struct Description;

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config.service(list_dictations).service(register_dictation).service(retire_dictation);
}

/// Which part of the list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct DictationsQuery {
    /// The id of the last dictation seen: the list goes on behind it
    #[param(value_type = Option<String>)]
    after: Option<DictationId>,
    /// How many at most; 100 when nothing is said
    #[param(value_type = Option<u16>, minimum = 1, maximum = 1000, example = 50)]
    limit: u16,
}

impl Request for DictationsQuery {
    fn bind(fields: &mut Fields) -> Result<Self, BindFault> {
        let after = given_dictation(fields, "after")?;
        let limit = fields.given_number("limit")?.map_or(Ok(USUAL_LIMIT), limit)?;
        Ok(Self { after, limit })
    }

    fn refused(fault: BindFault) -> Problem {
        invalid_request(&fault)
    }
}

/// The id of a dictation in a query, if there is one.
///
/// # Errors
/// When it is something else.
pub(super) fn given_dictation(
    fields: &mut Fields,
    name: &'static str,
) -> Result<Option<DictationId>, BindFault> {
    match fields.text(name)?.as_str() {
        "" => Ok(None),
        text => DictationId::parse(text).map(Some).map_err(|_| BindFault::must_be(name, MUST_BE)),
    }
}

/// What an id must be.
const MUST_BE: &str = "1 to 64 letters, digits, - and _";

/// A dictation.
#[derive(Serialize, ToSchema)]
#[schema(as = PortalDictation)]
struct DictationAnswer {
    id: String,
    title: String,
    language: String,
    created_at: Moment,
    /// Since when no results of it are taken
    #[schema(required)]
    retired_at: Option<Moment>,
}

impl DictationAnswer {
    fn of(Dictation { id, title, language, created_at, retired_at, .. }: Dictation, zone: Tz) -> Self {
        Self {
            id: id.as_str().to_owned(),
            title,
            language: language.as_str().to_owned(),
            created_at: Moment::at(created_at, zone),
            retired_at: retired_at.map(|at| Moment::at(at, zone)),
        }
    }
}

/// Dictations.
#[derive(Serialize, ToSchema)]
#[schema(as = PortalDictations, example = json!({
    "dictations": [{
        "id": "611c9e9b8ffa577616d4fa3c",
        "title": "Осень",
        "language": "ru",
        "created_at": "2026-10-19T14:28:14+09:00",
        "retired_at": null,
    }],
    "next": null,
}))]
struct DictationsAnswer {
    dictations: Vec<DictationAnswer>,
    /// What to give for `after` to see more; null when there are no more
    #[schema(required)]
    next: Option<String>,
}

/// List the dictations of a partner
///
/// Retired ones, too, in the order of their ids.
#[utoipa::path(
    tag = "Partner management",
    security(("portal" = []), ("bearer" = [])),
    params(("id" = Uuid, Path, description = "The partner"), DictationsQuery),
    responses((status = 200, description = "The dictations", body = Flat<DictationsAnswer>), Refusals<(Steward, Bound<DictationsQuery>, UnknownPartnerError)>),
)]
#[routes]
#[get("/api/private/management/partners/{id}/dictations")]
#[get("/api/management/partners/{id}/dictations")]
async fn list_dictations(
    _steward: Steward,
    use_cases: web::Data<UseCases>,
    face: web::Data<PortalFace>,
    partner: web::Path<String>,
    query: Bound<DictationsQuery>,
) -> Result<web::Json<Flat<DictationsAnswer>>, Problem> {
    let (partner, DictationsQuery { after, limit }) = (partner_id(&partner)?, query.read()?);
    let shown = usize::from(limit);
    // One more tells whether there is any more.
    let mut listed = use_cases.list_dictations.execute(partner, after, limit + 1).await?;
    let is_cut = listed.len() > shown;
    listed.truncate(shown);
    let next = listed.last().filter(|_| is_cut).map(|last| last.id.as_str().to_owned());
    let dictations = listed.into_iter().map(|each| DictationAnswer::of(each, face.time_zone)).collect();
    Ok(flat(DictationsAnswer { dictations, next }))
}

/// What to register.
#[derive(ToSchema)]
#[schema(as = PortalNewDictation, example = json!({ "id": "611c9e9b8ffa577616d4fa3c", "title": "Осень", "language": "ru" }))]
struct DictationBody {
    /// What the partner calls it
    #[schema(value_type = String, pattern = "^[A-Za-z0-9_-]{1,64}$")]
    id: DictationId,
    /// What people call it: one line
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// A tag such as `en-GB`; `ru` when nothing is said
    #[schema(value_type = String, required = false, max_length = 35)]
    language: Language,
}

impl Request for DictationBody {
    fn bind(fields: &mut Fields) -> Result<Self, BindFault> {
        let id = DictationId::parse(&fields.text("id")?);
        let title = Dictation::title(&fields.text("title")?);
        let language = fields.given_text("language")?;
        let language = Language::parse(language.as_deref().unwrap_or(USUAL_LANGUAGE));
        Ok(Self {
            id: id.map_err(|_| BindFault::must_be("id", MUST_BE))?,
            title: title.map_err(|_| BindFault::must_be("title", "one line of 1 to 200 characters"))?,
            language: language
                .map_err(|_| BindFault::must_be("language", "a language tag such as ru or en-GB"))?,
        })
    }

    fn refused(fault: BindFault) -> Problem {
        invalid_request(&fault)
    }
}

/// A registered dictation.
#[derive(Serialize, ToSchema)]
#[schema(as = PortalRegisteredDictation, example = json!({ "id": "611c9e9b8ffa577616d4fa3c", "title": "Осень", "language": "ru" }))]
struct RegisteredAnswer {
    id: String,
    title: String,
    language: String,
}

/// Register a dictation of a partner
///
/// From now on results of it are taken. One that was retired comes back, with this title and language.
#[utoipa::path(
    tag = "Partner management",
    security(("portal" = []), ("bearer" = [])),
    params(("id" = Uuid, Path, description = "The partner")),
    request_body = DictationBody,
    responses((status = 200, description = "Registered", body = Flat<RegisteredAnswer>), Refusals<(Steward, Bound<DictationBody>, RegisterDictationError)>),
)]
#[routes]
#[post("/api/private/management/partners/{id}/dictations")]
#[post("/api/management/partners/{id}/dictations")]
async fn register_dictation(
    steward: Steward,
    use_cases: web::Data<UseCases>,
    partner: web::Path<String>,
    body: Bound<DictationBody>,
) -> Result<web::Json<Flat<RegisteredAnswer>>, Problem> {
    let (partner, DictationBody { id, title, language }) = (partner_id(&partner)?, body.read()?);
    steward.still(&use_cases).await?;
    let Dictation { id, title, language, .. } =
        use_cases.register_dictation.execute(partner, id, title, language).await?;
    let (id, language) = (id.as_str().to_owned(), language.as_str().to_owned());
    Ok(flat(RegisteredAnswer { id, title, language }))
}

/// Retire a dictation of a partner
///
/// No more results of it are taken; those that there are stay.
#[utoipa::path(
    tag = "Partner management",
    security(("portal" = []), ("bearer" = [])),
    params(("id" = Uuid, Path, description = "The partner"), ("dict" = String, Path, description = "The dictation")),
    responses((status = 200, description = "Retired", body = Done), Refusals<(Steward, UnknownPartnerError)>),
)]
#[routes]
#[delete("/api/private/management/partners/{id}/dictations/{dict}")]
#[delete("/api/management/partners/{id}/dictations/{dict}")]
async fn retire_dictation(
    _steward: Steward,
    use_cases: web::Data<UseCases>,
    path: web::Path<(String, String)>,
) -> Result<web::Json<Done>, Problem> {
    let (partner, dictation) = path.into_inner();
    let dictation = DictationId::parse(&dictation).map_err(|_| unknown())?;
    use_cases.retire_dictation.execute(partner_id(&partner)?, dictation).await?;
    Ok(web::Json(DONE))
}

impl From<RegisterDictationError> for Problem {
    fn from(error: RegisterDictationError) -> Self {
        match error {
            RegisterDictationError::UnknownPartner => unknown(),
            RegisterDictationError::Registered => {
                Self::conflict("id: the partner has a dictation with it already")
            }
            RegisterDictationError::Store(error) => error.into(),
        }
    }
}

impl Refuses<Problem> for RegisterDictationError {
    fn refusals() -> Vec<Problem> {
        let own = [Self::UnknownPartner, Self::Registered].map(Problem::from).into();
        [own, StoreError::refusals()].concat()
    }
}
