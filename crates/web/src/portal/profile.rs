//! A member's own profile, and the cards that everybody may see (portal contract sections 3.1, 3.2 and 4.1).

use actix_web::{get, post, web};
use portico_application::{UpdateProfileError, UpdateProfileRequest, UseCases};
use portico_domain::ports::StoreError;
use utoipa::OpenApi;

use super::{
    answers::{Flat, flat},
    binding::Bound,
    caller::{Visitor, not_valid},
    member::{CardAnswer, MemberAnswer},
    problem::Problem,
    profile_body::ProfileBody,
    refusals::{CONFLICTS_OF_DETAILS, faults_of_details, taken},
    refuses::Refusals,
    turns::Turn,
};
use crate::{refuses::Refuses, surroundings::PortalFace};

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(view_profile, update_profile, view_card))]
pub(super) struct Description;

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config.service(view_profile).service(update_profile).service(view_card);
}

/// See your profile
#[utoipa::path(
    tag = "Portal profile",
    security(("portal" = [])),
    responses((status = 200, description = "Your profile", body = Flat<MemberAnswer>), Refusals<Visitor>),
)]
#[get("/api/private/profile")]
async fn view_profile(
    visitor: Visitor,
    use_cases: web::Data<UseCases>,
    face: web::Data<PortalFace>,
) -> Result<web::Json<Flat<MemberAnswer>>, Problem> {
    let found = use_cases.view_profile.execute(visitor.user).await?;
    Ok(flat(MemberAnswer::of(found.ok_or_else(not_valid)?, face.time_zone)))
}

/// Change your profile
///
/// Replaces everything that a member tells of himself: what is missing is empty from now on. Number, role, account,
/// address and pictures stay, as does the generation once there is one. Changes of one session are made in the order
/// in which they arrive.
#[utoipa::path(
    tag = "Portal profile",
    security(("portal" = [])),
    request_body = ProfileBody,
    responses((status = 200, description = "Your profile from now on", body = Flat<MemberAnswer>), Refusals<(Visitor, Bound<ProfileBody>, UpdateProfileError)>),
)]
#[post("/api/private/profile")]
async fn update_profile(
    _turn: Turn,
    visitor: Visitor,
    use_cases: web::Data<UseCases>,
    face: web::Data<PortalFace>,
    body: Bound<ProfileBody>,
) -> Result<web::Json<Flat<MemberAnswer>>, Problem> {
    let body = body.read()?;
    let generation = body.generation();
    let request = UpdateProfileRequest { draft: body.into_draft(), generation };
    let changed = use_cases.update_profile.execute(visitor.user, request).await?;
    Ok(flat(MemberAnswer::of(changed, face.time_zone)))
}

impl From<UpdateProfileError> for Problem {
    fn from(error: UpdateProfileError) -> Self {
        match error {
            UpdateProfileError::Gone => not_valid(),
            UpdateProfileError::Fault(fault) => fault.into(),
            UpdateProfileError::Conflict(conflict) => Self::conflict(taken(conflict)),
            UpdateProfileError::Store(error) => error.into(),
        }
    }
}

impl Refuses<Problem> for UpdateProfileError {
    fn refusals() -> Vec<Problem> {
        let conflicts = CONFLICTS_OF_DETAILS.map(|conflict| Self::Conflict(conflict).into());
        [faults_of_details(), conflicts.into(), StoreError::refusals()].concat()
    }
}

/// Nobody publishes a card under this number.
struct NoCard;

impl Refuses<Problem> for NoCard {
    fn refusals() -> Vec<Problem> {
        [vec![not_a_number("abc"), no_card(7)], StoreError::refusals()].concat()
    }
}

/// See the card of a member
///
/// If he publishes it.
#[utoipa::path(
    tag = "Portal profile",
    params(("id" = i64, Path, description = "The member's number", example = 134)),
    responses((status = 200, description = "The card", body = Flat<CardAnswer>), Refusals<NoCard>),
)]
#[get("/api/public/card/{id}")]
async fn view_card(
    use_cases: web::Data<UseCases>,
    path: web::Path<String>,
) -> Result<web::Json<Flat<CardAnswer>>, Problem> {
    let number = path.parse().map_err(|_| not_a_number(&path))?;
    let found = use_cases.view_card.execute(number).await?;
    Ok(flat(CardAnswer::from(found.ok_or_else(|| no_card(number))?)))
}

fn not_a_number(text: &str) -> Problem {
    Problem::bad_request(format!("expect int value, but got \"{text}\""))
}

fn no_card(number: i64) -> Problem {
    Problem::not_found(format!("card not found for user({number})"))
}
