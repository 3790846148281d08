//! The members, for admins (portal contract section 3.3).

use actix_web::{HttpResponse, routes, web};
use portico_application::{OverwriteMemberError, ProfileConflict, SetMemberRoleError, UseCases};
use portico_domain::{
    ports::StoreError,
    profile::{LastAdmin, MemberRole, ProfileFault},
};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use super::{
    answers::{DONE, Done, Flat, RoleWord, flat},
    binding::{BindFault, Bound, Fields, Request},
    caller::Steward,
    formats::JsonList,
    listing::{Listing, PeriodQuery},
    member::{ManagedAnswer, ManagedUsers},
    member_body::OverwriteBody,
    problem::Problem,
    refusals::{CONFLICTS_OF_DETAILS, faults_of_details, invalid_request, taken, user_not_found},
    refuses::Refusals,
    streaming::answer,
};
use crate::{refuses::Refuses, surroundings::PortalFace};

const JSON: &str = "application/json";

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(list_members, list_members_bare, view_member, overwrite_member, change_role))]
pub(super) struct Description;

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config
        .service(list_members)
        .service(list_members_bare)
        .service(view_member)
        .service(overwrite_member)
        .service(change_role);
}

/// List all members
///
/// In the order of their numbers, each with his payment for one period.
#[utoipa::path(
    tag = "Portal management",
    security(("portal" = []), ("bearer" = [])),
    params(PeriodQuery),
    responses((status = 200, description = "Everybody", body = Flat<ManagedUsers>), Refusals<(Steward, Bound<PeriodQuery>)>),
)]
#[routes]
#[get("/api/private/management/users")]
#[get("/api/management/users")]
async fn list_members(
    _steward: Steward,
    use_cases: web::Data<UseCases>,
    face: web::Data<PortalFace>,
    query: Bound<PeriodQuery>,
) -> Result<HttpResponse, Problem> {
    let listing = Listing::of(&use_cases, &face, query.read()?).await?;
    answer(listing, JSON, JsonList::FLAT).await
}

/// List all members, without an object around them
#[utoipa::path(
    tag = "Portal management",
    security(("portal" = []), ("bearer" = [])),
    params(PeriodQuery),
    responses((status = 200, description = "Everybody", body = Vec<ManagedAnswer>), Refusals<(Steward, Bound<PeriodQuery>)>),
)]
#[routes]
#[get("/api/private/management/list_users")]
#[get("/api/management/list_users")]
async fn list_members_bare(
    _steward: Steward,
    use_cases: web::Data<UseCases>,
    face: web::Data<PortalFace>,
    query: Bound<PeriodQuery>,
) -> Result<HttpResponse, Problem> {
    let listing = Listing::of(&use_cases, &face, query.read()?).await?;
    answer(listing, JSON, JsonList::BARE).await
}

/// Which member.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct MemberQuery {
    /// The member's number
    #[param(value_type = Option<i64>, example = 134)]
    user_id: i64,
}

impl Request for MemberQuery {
    fn bind(fields: &mut Fields) -> Result<Self, BindFault> {
        Ok(Self { user_id: fields.number("user_id")? })
    }

    fn refused(fault: BindFault) -> Problem {
        invalid_request(&fault)
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = PortalOneUser, example = json!({ "user": {
    "id": 134,
    "email": "mischa@example.org",
    "generation": 61,
    "name": "みす ちゃん",
    "kana": "ミス チャン",
    "handle": "mischa",
    "sex": "female",
    "university": { "name": "早稲田大学", "department": "基幹理工学部", "subject": "情報理工学科" },
    "student_id": "1W260000",
    "emergency_phone_number": "08041111111",
    "other_circles": "",
    "workshops": ["CG"],
    "squads": [],
    "role": "not_member",
    "account_id": "oauth2|discord|1234",
    "email_verified": true,
    "card_published": false,
    "created_at": "2026-04-17T16:59:56+09:00",
    "updated_at": "2026-04-19T14:30:28+09:00",
    "payment_status": null,
} }))]
struct OneMember {
    user: ManagedAnswer,
}

/// See a member
///
/// With his payment for the period for which dues are collected.
#[utoipa::path(
    tag = "Portal management",
    security(("portal" = []), ("bearer" = [])),
    params(MemberQuery),
    responses((status = 200, description = "The member", body = Flat<OneMember>), Refusals<(Steward, Bound<MemberQuery>, NoMember)>),
)]
#[routes]
#[get("/api/private/management/user")]
#[get("/api/management/user")]
async fn view_member(
    _steward: Steward,
    use_cases: web::Data<UseCases>,
    face: web::Data<PortalFace>,
    query: Bound<MemberQuery>,
) -> Result<web::Json<Flat<OneMember>>, Problem> {
    let found = use_cases.view_member.execute(query.read()?.user_id).await?;
    let user = ManagedAnswer::of(found.ok_or_else(user_not_found)?, face.time_zone);
    Ok(flat(OneMember { user }))
}

struct NoMember;

impl Refuses<Problem> for NoMember {
    fn refusals() -> Vec<Problem> {
        vec![user_not_found()]
    }
}

/// Write over a member
///
/// Everything but when he was made and changed. His role stays as it is written until his dues change, or a period.
/// Nothing happens when nobody has this number.
#[utoipa::path(
    tag = "Portal management",
    security(("portal" = []), ("bearer" = [])),
    request_body = OverwriteBody,
    responses((status = 200, description = "Written", body = Done), Refusals<(Steward, Bound<OverwriteBody>, OverwriteMemberError)>),
)]
#[routes]
#[post("/api/private/management/user")]
#[post("/api/management/user")]
async fn overwrite_member(
    steward: Steward,
    use_cases: web::Data<UseCases>,
    body: Bound<OverwriteBody>,
) -> Result<web::Json<Done>, Problem> {
    let (number, draft) = body.read()?.into_draft();
    steward.still(&use_cases).await?;
    use_cases.overwrite_member.execute(number, draft).await?;
    Ok(web::Json(DONE))
}

impl From<OverwriteMemberError> for Problem {
    fn from(error: OverwriteMemberError) -> Self {
        match error {
            OverwriteMemberError::Fault(fault) => fault.into(),
            OverwriteMemberError::Conflict(conflict) => Self::conflict(taken(conflict)),
            OverwriteMemberError::LastAdmin => LastAdmin.into(),
            OverwriteMemberError::Store(error) => error.into(),
        }
    }
}

impl Refuses<Problem> for OverwriteMemberError {
    fn refusals() -> Vec<Problem> {
        let faults = [ProfileFault::Email, ProfileFault::Role, ProfileFault::AccountId].map(Problem::from);
        let conflicts = CONFLICTS_OF_DETAILS.into_iter();
        let conflicts = conflicts.chain([ProfileConflict::Address, ProfileConflict::AccountId]);
        let conflicts = conflicts.map(|conflict| Self::Conflict(conflict).into()).collect();
        let own = vec![Self::LastAdmin.into()];
        [faults_of_details(), faults.into(), conflicts, own, StoreError::refusals()].concat()
    }
}

/// Who is to be what.
#[derive(ToSchema)]
#[schema(as = PortalRoleChange, example = json!({ "user_id": 134, "role": "member" }))]
struct RoleBody {
    user_id: i64,
    /// `Role` is taken for the same
    #[schema(value_type = RoleWord)]
    role: String,
}

impl Request for RoleBody {
    fn bind(fields: &mut Fields) -> Result<Self, BindFault> {
        let user_id = fields.number("user_id")?;
        let role = match fields.given_text("role")? {
            Some(role) => role,
            None => fields.text("Role")?,
        };
        Ok(Self { user_id, role })
    }

    fn refused(fault: BindFault) -> Problem {
        invalid_request(&fault)
    }
}

/// Change the role of a member
///
/// It stays until his dues change, or a period. Nothing happens when nobody has this number.
#[utoipa::path(
    tag = "Portal management",
    security(("portal" = []), ("bearer" = [])),
    request_body = RoleBody,
    responses((status = 200, description = "Changed", body = Done), Refusals<(Steward, Bound<RoleBody>, SetMemberRoleError)>),
)]
#[routes]
#[patch("/api/private/management/user")]
#[patch("/api/management/user")]
async fn change_role(
    steward: Steward,
    use_cases: web::Data<UseCases>,
    body: Bound<RoleBody>,
) -> Result<web::Json<Done>, Problem> {
    let RoleBody { user_id, role } = body.read()?;
    let role = MemberRole::parse(&role).ok_or(ProfileFault::Role)?;
    steward.still(&use_cases).await?;
    use_cases.set_member_role.execute(user_id, role).await?;
    Ok(web::Json(DONE))
}

impl From<SetMemberRoleError> for Problem {
    fn from(error: SetMemberRoleError) -> Self {
        match error {
            SetMemberRoleError::LastAdmin => LastAdmin.into(),
            SetMemberRoleError::Store(error) => error.into(),
        }
    }
}

impl Refuses<Problem> for SetMemberRoleError {
    fn refusals() -> Vec<Problem> {
        let own = vec![ProfileFault::Role.into(), Self::LastAdmin.into()];
        [own, StoreError::refusals()].concat()
    }
}
