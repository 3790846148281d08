//! Invites, for those who send them (contract section 8).

pub(crate) mod received;

use actix_web::{delete, get, http::StatusCode, post, web};
use chrono::{DateTime, Utc};
use portico_application::{InviteRequest, InviteToProjectError, PendingInviteError, UseCases};
use portico_domain::{
    email::EmailAddress,
    id::InviteId,
    invite::{Invite, InviteRole},
    member::ProjectRefusal,
    ports::StoreError,
    redirect_url::RedirectUrl,
};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;
use validator::Validate;

use super::{
    answers::{Message, Timestamp},
    caller::SignedIn,
    fields::Fields,
    given::{Given, right_kind},
    json_body::{Body, JsonBody},
    kinds::{InvitedRole, MailAddress, RedirectTarget},
    paging::PageQuery,
    problem::Problem,
    projects::slug,
    refusals::{self, ManagersOnly},
    refuses::{Refusals, Refuses},
};

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(create_invite, list_invites, revoke_invite, resend_invite))]
pub(crate) struct Description;

/// Registers the routes.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .service(create_invite)
        .service(list_invites)
        .service(revoke_invite)
        .service(resend_invite)
        .configure(received::configure);
}

#[derive(Deserialize, ToSchema, Validate)]
#[schema(as = CreateInvite, example = json!({
    "email": "bob@example.org",
    "redirect_url": "https://chess.example.org/welcome",
}))]
struct CreateBody {
    #[validate(required, custom(function = right_kind))]
    #[schema(value_type = MailAddress, required)]
    email: Option<Given<String>>,
    /// A plain member when nothing is said
    #[validate(custom(function = right_kind))]
    #[schema(value_type = Option<InvitedRole>)]
    role: Option<Given<String>>,
    #[validate(custom(function = right_kind))]
    #[schema(value_type = Option<RedirectTarget>)]
    redirect_url: Option<Given<String>>,
}

impl Body for CreateBody {
    type Command = InviteRequest;

    fn read(self, mut fields: Fields) -> Result<InviteRequest, Problem> {
        let address = fields.required_text("email", self.email, EmailAddress::parse);
        let role = fields.optional_text("role", self.role, InviteRole::parse);
        let redirect_url = fields.optional_text("redirect_url", self.redirect_url, RedirectUrl::parse);
        fields.finish(|| {
            Ok(InviteRequest {
                address: address?,
                role: role?.unwrap_or(InviteRole::Member),
                redirect_url: redirect_url?,
            })
        })
    }
}

/// An invite as those who run the project see it: never with its token (contract O3).
#[derive(Serialize, ToSchema)]
#[schema(description = "An invite as those who run the project see it: never with its token", example = json!({
    "id": "01a200e3-7c04-7af8-81c0-ab213193155d",
    "email": "bob@example.org",
    "role": "member",
    "redirect_url": "https://chess.example.org/welcome",
    "expires_at": "2026-11-29T01:33:58.148Z",
    "is_expired": false,
    "created_at": "2026-11-22T01:33:58.148Z",
}))]
struct InviteAnswer {
    id: Uuid,
    email: String,
    #[schema(value_type = InvitedRole)]
    role: &'static str,
    #[schema(required)]
    redirect_url: Option<String>,
    expires_at: Timestamp,
    is_expired: bool,
    created_at: Timestamp,
}

impl InviteAnswer {
    fn of(invite: &Invite, now: DateTime<Utc>) -> Self {
        Self {
            id: invite.id.uuid(),
            email: invite.address.as_str().to_owned(),
            role: invite.role.as_str(),
            redirect_url: invite.redirect_url.as_ref().map(|url| url.as_str().to_owned()),
            expires_at: Timestamp(invite.expires_at),
            is_expired: invite.is_expired(now),
            created_at: Timestamp(invite.created_at),
        }
    }
}

/// The invite in a path.
fn invite_id(text: &str) -> Result<InviteId, Problem> {
    Uuid::parse_str(text).map(InviteId::from_uuid).map_err(|_| refusals::invite_not_found())
}

/// Invite somebody
///
/// For the owner and the admins; only the owner invites admins. A letter brings a link, good for seven days. The token
/// in it is in no answer.
#[utoipa::path(
    tag = "Invites",
    security(("bearer" = [])),
    params(("slug" = String, Path, description = "The project", example = "chess-club")),
    request_body = CreateBody,
    responses((status = 201, description = "Invited; a letter is on its way", body = InviteAnswer), Refusals<(SignedIn, JsonBody<CreateBody>, InviteToProjectError)>),
)]
#[post("/projects/{slug}/invites")]
async fn create_invite(
    caller: SignedIn,
    use_cases: web::Data<UseCases>,
    path: web::Path<String>,
    body: JsonBody<CreateBody>,
) -> Result<(web::Json<InviteAnswer>, StatusCode), Problem> {
    let invite = use_cases.invite_to_project.execute(&caller.0, &slug(&path)?, body.parse()?).await?;
    Ok((web::Json(InviteAnswer::of(&invite, use_cases.clock.now())), StatusCode::CREATED))
}

impl From<InviteToProjectError> for Problem {
    fn from(error: InviteToProjectError) -> Self {
        match error {
            InviteToProjectError::Refused(refusal) => refusal.into(),
            InviteToProjectError::AlreadyInvited => {
                Self::bad_request("INVITE_ALREADY_EXISTS", "This email address has a pending invite already")
            }
            InviteToProjectError::AlreadyMember => refusals::already_member(),
            InviteToProjectError::Store(error) => error.into(),
        }
    }
}

impl Refuses<Problem> for InviteToProjectError {
    fn refusals() -> Vec<Problem> {
        let own = [Self::AlreadyInvited, Self::AlreadyMember].map(Problem::from);
        [ManagersOnly::refusals(), own.into(), AdminsRole::refusals(), StoreError::refusals()].concat()
    }
}

/// List the pending invites
///
/// For the owner and the admins. Those that have expired are among them until somebody renews or cancels them.
#[utoipa::path(
    tag = "Invites",
    security(("bearer" = [])),
    params(("slug" = String, Path, description = "The project", example = "chess-club"), PageQuery),
    responses((status = 200, description = "The pending invites", body = Vec<InviteAnswer>), Refusals<(SignedIn, PageQuery, ManagersOnly)>),
)]
#[get("/projects/{slug}/invites")]
async fn list_invites(
    caller: SignedIn,
    use_cases: web::Data<UseCases>,
    path: web::Path<String>,
    page: PageQuery,
) -> Result<web::Json<Vec<InviteAnswer>>, Problem> {
    let invites = use_cases.list_invites.execute(&caller.0, &slug(&path)?, page.parse()?).await?;
    let now = use_cases.clock.now();
    Ok(web::Json(invites.iter().map(|invite| InviteAnswer::of(invite, now)).collect()))
}

/// Cancel an invite
///
/// For the owner and the admins; only the owner cancels the invite of an admin.
#[utoipa::path(
    tag = "Invites",
    security(("bearer" = [])),
    params(
        ("slug" = String, Path, description = "The project", example = "chess-club"),
        ("id" = String, Path, description = "The invite", example = "01a200e3-7c04-7af8-81c0-ab213193155d"),
    ),
    responses((status = 200, description = "Cancelled", body = Message, example = json!({ "message": "Invite cancelled" })), Refusals<(SignedIn, PendingInviteError, AdminsInvite)>),
)]
#[delete("/projects/{slug}/invites/{id}")]
async fn revoke_invite(
    caller: SignedIn,
    use_cases: web::Data<UseCases>,
    path: web::Path<(String, String)>,
) -> Result<web::Json<Message>, Problem> {
    let (project, id) = (slug(&path.0)?, invite_id(&path.1)?);
    use_cases.revoke_invite.execute(&caller.0, &project, id).await?;
    Ok(web::Json(Message { message: "Invite cancelled" }))
}

impl From<PendingInviteError> for Problem {
    fn from(error: PendingInviteError) -> Self {
        match error {
            PendingInviteError::Refused(refusal) => refusal.into(),
            PendingInviteError::NotFound => refusals::invite_not_found(),
            PendingInviteError::Store(error) => error.into(),
        }
    }
}

/// What both endpoints refuse.
impl Refuses<Problem> for PendingInviteError {
    fn refusals() -> Vec<Problem> {
        [ManagersOnly::refusals(), vec![Self::NotFound.into()], StoreError::refusals()].concat()
    }
}

/// An admin cancels the invite of an admin.
struct AdminsInvite;

impl Refuses<Problem> for AdminsInvite {
    fn refusals() -> Vec<Problem> {
        vec![ProjectRefusal::AdminCannotEditAdmin.into()]
    }
}

/// An admin gives the role of an admin.
struct AdminsRole;

impl Refuses<Problem> for AdminsRole {
    fn refusals() -> Vec<Problem> {
        vec![ProjectRefusal::OnlyOwnerAssignsAdmin.into()]
    }
}

/// Send an invite anew
///
/// With a new token and another seven days. The link in the letter before leads nowhere any more.
#[utoipa::path(
    tag = "Invites",
    security(("bearer" = [])),
    params(
        ("slug" = String, Path, description = "The project", example = "chess-club"),
        ("id" = String, Path, description = "The invite", example = "01a200e3-7c04-7af8-81c0-ab213193155d"),
    ),
    responses((status = 200, description = "Another letter is on its way", body = InviteAnswer), Refusals<(SignedIn, PendingInviteError, AdminsRole)>),
)]
#[post("/projects/{slug}/invites/{id}/resend")]
async fn resend_invite(
    caller: SignedIn,
    use_cases: web::Data<UseCases>,
    path: web::Path<(String, String)>,
) -> Result<web::Json<InviteAnswer>, Problem> {
    let (project, id) = (slug(&path.0)?, invite_id(&path.1)?);
    let invite = use_cases.resend_invite.execute(&caller.0, &project, id).await?;
    Ok(web::Json(InviteAnswer::of(&invite, use_cases.clock.now())))
}
