//! The partners of the partner API, for admins (partner contract, "Management").

mod deliveries;
mod dictations;
mod paging;
mod results;
mod webhooks;

use actix_web::{routes, web};
use chrono_tz::Tz;
use portico_application::{
    CreatePartnerError, CreatedPartner, RotatedPartnerKey, UnknownPartnerError, UseCases,
};
use portico_domain::{
    id::PartnerId,
    page::MAX_PAGE,
    partner::{PartnerName, PartnerSummary},
    ports::StoreError,
};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema, openapi::OpenApi as Described};
use uuid::Uuid;

use self::paging::{PageQuery, id};
use super::{
    answers::{DONE, Done, Flat, Moment, flat},
    binding::{BindFault, Bound, Fields, Request},
    caller::Steward,
    problem::Problem,
    refusals::invalid_request,
    refuses::Refusals,
};
use crate::{refuses::Refuses, surroundings::PortalFace};

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(list_partners, create_partner, rotate_partner_key, revoke_partner))]
struct Description;

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config
        .service(list_partners)
        .service(create_partner)
        .service(rotate_partner_key)
        .service(revoke_partner)
        .configure(dictations::configure)
        .configure(results::configure)
        .configure(webhooks::configure)
        .configure(deliveries::configure);
}

/// What the operations of this part of the portal say of themselves.
pub(super) fn descriptions() -> [Described; 5] {
    [
        Description::openapi(),
        dictations::Description::openapi(),
        results::Description::openapi(),
        webhooks::Description::openapi(),
        deliveries::Description::openapi(),
    ]
}

/// A partner.
#[derive(Serialize, ToSchema)]
#[schema(as = PortalPartner)]
struct PartnerAnswer {
    id: Uuid,
    name: String,
    /// What its newest key begins with
    key_prefix: String,
    created_at: Moment,
    /// When one of its keys was last used, to the minute
    #[schema(required)]
    last_used_at: Option<Moment>,
    /// Since when none of its keys opens anything
    #[schema(required)]
    revoked_at: Option<Moment>,
}

impl PartnerAnswer {
    fn of(PartnerSummary { partner, key_prefix, last_used_at }: PartnerSummary, zone: Tz) -> Self {
        Self {
            id: partner.id.uuid(),
            name: partner.name.as_str().to_owned(),
            key_prefix,
            created_at: Moment::at(partner.created_at, zone),
            last_used_at: last_used_at.map(|at| Moment::at(at, zone)),
            revoked_at: partner.revoked_at.map(|at| Moment::at(at, zone)),
        }
    }
}

/// Partners.
#[derive(Serialize, ToSchema)]
#[schema(as = PortalPartners, example = json!({ "partners": [{
    "id": "01a200e3-7bf8-7cd8-b40e-2db83342eae8",
    "name": "Diktado",
    "key_prefix": "portico_key_A3kVq0",
    "created_at": "2026-10-19T14:28:14+09:00",
    "last_used_at": "2026-11-22T10:33:00+09:00",
    "revoked_at": null,
}] }))]
struct PartnersAnswer {
    partners: Vec<PartnerAnswer>,
}

/// List the partners
///
/// Revoked ones, too, in the order of their making; at most 1,000 at once.
#[utoipa::path(
    tag = "Partner management",
    security(("portal" = []), ("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "The partners", body = Flat<PartnersAnswer>), Refusals<(Steward, Bound<PageQuery>)>),
)]
#[routes]
#[get("/api/private/management/partners")]
#[get("/api/management/partners")]
async fn list_partners(
    _steward: Steward,
    use_cases: web::Data<UseCases>,
    face: web::Data<PortalFace>,
    query: Bound<PageQuery>,
) -> Result<web::Json<Flat<PartnersAnswer>>, Problem> {
    let listed = use_cases.list_partners.execute(query.read()?.page(MAX_PAGE)?).await?;
    let partners = listed.into_iter().map(|partner| PartnerAnswer::of(partner, face.time_zone)).collect();
    Ok(flat(PartnersAnswer { partners }))
}

/// What to call a partner.
#[derive(ToSchema)]
#[schema(as = PortalNewPartner, example = json!({ "name": "Diktado" }))]
struct PartnerBody {
    /// One line
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    name: PartnerName,
}

impl Request for PartnerBody {
    fn bind(fields: &mut Fields) -> Result<Self, BindFault> {
        let name = PartnerName::parse(&fields.text("name")?);
        Ok(Self { name: name.map_err(|_| BindFault::must_be("name", "one line of 1 to 100 characters"))? })
    }

    fn refused(fault: BindFault) -> Problem {
        invalid_request(&fault)
    }
}

/// A new partner.
#[derive(Serialize, ToSchema)]
#[schema(as = PortalCreatedPartner, example = json!({
    "id": "01a200e3-7bf8-7cd8-b40e-2db83342eae8",
    "name": "Diktado",
    "key": "portico_key_A3kVq0bX9sE2mJd7LhT4rYcNfWuZpG1iQoKxB5vS8ta",
}))]
struct CreatedAnswer {
    id: Uuid,
    name: String,
    /// Its key. Nobody can see it again
    key: String,
}

/// Let a partner in
///
/// The answer alone shows its key.
#[utoipa::path(
    tag = "Partner management",
    security(("portal" = []), ("bearer" = [])),
    request_body = PartnerBody,
    responses((status = 200, description = "It is in", body = Flat<CreatedAnswer>), Refusals<(Steward, Bound<PartnerBody>, CreatePartnerError)>),
)]
#[routes]
#[post("/api/private/management/partners")]
#[post("/api/management/partners")]
async fn create_partner(
    steward: Steward,
    use_cases: web::Data<UseCases>,
    body: Bound<PartnerBody>,
) -> Result<web::Json<Flat<CreatedAnswer>>, Problem> {
    let PartnerBody { name } = body.read()?;
    steward.still(&use_cases).await?;
    let CreatedPartner { partner, key } = use_cases.create_partner.execute(name).await?;
    Ok(flat(CreatedAnswer {
        id: partner.id.uuid(),
        name: partner.name.as_str().to_owned(),
        key: key.reveal().to_owned(),
    }))
}

/// The next key.
#[derive(Serialize, ToSchema)]
#[schema(as = PortalRotatedKey, example = json!({
    "key": "portico_key_A3kVq0bX9sE2mJd7LhT4rYcNfWuZpG1iQoKxB5vS8ta",
    "old_key_valid_until": "2026-11-23T10:33:58+09:00",
}))]
struct RotatedAnswer {
    /// The key. Nobody can see it again
    key: String,
    /// When the key before it ends
    old_key_valid_until: Moment,
}

/// Give a partner another key
///
/// The keys that it has end in 24 hours, if not before. The answer alone shows the new one.
#[utoipa::path(
    tag = "Partner management",
    security(("portal" = []), ("bearer" = [])),
    params(("id" = Uuid, Path, description = "The partner")),
    responses((status = 200, description = "The key", body = Flat<RotatedAnswer>), Refusals<(Steward, UnknownPartnerError)>),
)]
#[routes]
#[post("/api/private/management/partners/{id}/rotate")]
#[post("/api/management/partners/{id}/rotate")]
async fn rotate_partner_key(
    _steward: Steward,
    use_cases: web::Data<UseCases>,
    face: web::Data<PortalFace>,
    partner: web::Path<String>,
) -> Result<web::Json<Flat<RotatedAnswer>>, Problem> {
    let rotated = use_cases.rotate_partner_key.execute(partner_id(&partner)?).await?;
    let RotatedPartnerKey { key, old_key_valid_until } = rotated;
    let old_key_valid_until = Moment::at(old_key_valid_until, face.time_zone);
    Ok(flat(RotatedAnswer { key: key.reveal().to_owned(), old_key_valid_until }))
}

/// Revoke a partner
///
/// None of its keys opens anything from now on. What it created and kept stays.
#[utoipa::path(
    tag = "Partner management",
    security(("portal" = []), ("bearer" = [])),
    params(("id" = Uuid, Path, description = "The partner")),
    responses((status = 200, description = "Revoked", body = Done), Refusals<(Steward, UnknownPartnerError)>),
)]
#[routes]
#[delete("/api/private/management/partners/{id}")]
#[delete("/api/management/partners/{id}")]
async fn revoke_partner(
    _steward: Steward,
    use_cases: web::Data<UseCases>,
    partner: web::Path<String>,
) -> Result<web::Json<Done>, Problem> {
    use_cases.revoke_partner.execute(partner_id(&partner)?).await?;
    Ok(web::Json(DONE))
}

/// The partner that a path names.
///
/// # Errors
/// 404 when it is no id.
fn partner_id(text: &str) -> Result<PartnerId, Problem> {
    id(text).map(PartnerId::from_uuid)
}

impl From<CreatePartnerError> for Problem {
    fn from(error: CreatePartnerError) -> Self {
        match error {
            CreatePartnerError::NameTaken => Self::conflict("name: another partner has it already"),
            CreatePartnerError::Store(error) => error.into(),
        }
    }
}

impl Refuses<Problem> for CreatePartnerError {
    fn refusals() -> Vec<Problem> {
        [vec![Self::NameTaken.into()], StoreError::refusals()].concat()
    }
}

impl From<UnknownPartnerError> for Problem {
    fn from(error: UnknownPartnerError) -> Self {
        match error {
            UnknownPartnerError::Unknown => paging::unknown(),
            UnknownPartnerError::Store(error) => error.into(),
        }
    }
}

impl Refuses<Problem> for UnknownPartnerError {
    fn refusals() -> Vec<Problem> {
        [vec![Self::Unknown.into()], StoreError::refusals()].concat()
    }
}
