//! Invites: those who send them, and those who got one (contract section 8).

use actix_web::{delete, get, http::StatusCode, post, web};
use chrono::{DateTime, Utc};
use portico_application::{
    AcceptInviteError, InviteRequest, InviteToProjectError, InviteView, JoinedByInvite, ResendInviteError,
    RevokeInviteError, UseCases, ViewInviteError,
};
use portico_domain::{
    email::EmailAddress,
    id::InviteId,
    invite::{Invite, InviteRole},
    redirect_url::RedirectUrl,
    token::PlainToken,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use validator::Validate;

use super::{
    answers::{Message, Timestamp},
    caller::SignedIn,
    fields::Fields,
    given::{Given, right_kind},
    json_body::{Body, JsonBody},
    paging::PageQuery,
    problem::Problem,
    projects::slug,
    refusals,
};

/// Registers the routes.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .service(create_invite)
        .service(list_invites)
        .service(revoke_invite)
        .service(resend_invite)
        .service(view_invite)
        .service(accept_invite);
}

#[derive(Deserialize, Validate)]
struct CreateBody {
    #[validate(required, custom(function = right_kind))]
    email: Option<Given<String>>,
    #[validate(custom(function = right_kind))]
    role: Option<Given<String>>,
    #[validate(custom(function = right_kind))]
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
#[derive(Serialize)]
struct InviteAnswer {
    id: Uuid,
    email: String,
    role: &'static str,
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

impl From<RevokeInviteError> for Problem {
    fn from(error: RevokeInviteError) -> Self {
        match error {
            RevokeInviteError::Refused(refusal) => refusal.into(),
            RevokeInviteError::NotFound => refusals::invite_not_found(),
            RevokeInviteError::Store(error) => error.into(),
        }
    }
}

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

impl From<ResendInviteError> for Problem {
    fn from(error: ResendInviteError) -> Self {
        match error {
            ResendInviteError::Refused(refusal) => refusal.into(),
            ResendInviteError::NotFound => refusals::invite_not_found(),
            ResendInviteError::Store(error) => error.into(),
        }
    }
}

/// An invite as its receiver sees it: three casings in one object, as documented.
#[derive(Serialize)]
struct InviteViewAnswer {
    id: Uuid,
    email: String,
    role: &'static str,
    project: InvitingProject,
    #[serde(rename = "invitedBy")]
    invited_by: Inviter,
    #[serde(rename = "expiresAt")]
    expires_at: Timestamp,
    is_expired: bool,
}

#[derive(Serialize)]
struct InvitingProject {
    name: String,
    slug: String,
}

#[derive(Serialize)]
struct Inviter {
    #[serde(rename = "displayName")]
    display_name: String,
}

impl InviteViewAnswer {
    fn of(view: &InviteView, now: DateTime<Utc>) -> Self {
        let InviteView { invite, project, inviter } = view;
        Self {
            id: invite.id.uuid(),
            email: invite.address.as_str().to_owned(),
            role: invite.role.as_str(),
            project: InvitingProject {
                name: project.name.as_str().to_owned(),
                slug: project.slug.to_string(),
            },
            invited_by: Inviter { display_name: inviter.as_str().to_owned() },
            expires_at: Timestamp(invite.expires_at),
            is_expired: invite.is_expired(now),
        }
    }
}

#[get("/invites/{token}")]
async fn view_invite(
    use_cases: web::Data<UseCases>,
    path: web::Path<String>,
) -> Result<web::Json<InviteViewAnswer>, Problem> {
    let view = use_cases.view_invite.execute(&PlainToken::presented(path.into_inner())).await?;
    Ok(web::Json(InviteViewAnswer::of(&view, use_cases.clock.now())))
}

impl From<ViewInviteError> for Problem {
    fn from(error: ViewInviteError) -> Self {
        match error {
            ViewInviteError::NotFound => refusals::invite_not_found(),
            // Looking at an expired invite finds nothing; accepting one is a bad request (contract C4).
            ViewInviteError::Expired => Self::not_found("INVITE_EXPIRED", "The invite has expired"),
            ViewInviteError::Store(error) => error.into(),
        }
    }
}

#[derive(Serialize)]
struct AcceptAnswer {
    project_slug: String,
    redirect_url: Option<String>,
}

impl From<JoinedByInvite> for AcceptAnswer {
    fn from(joined: JoinedByInvite) -> Self {
        Self {
            project_slug: joined.project.slug.to_string(),
            redirect_url: joined.redirect_url.map(|url| url.as_str().to_owned()),
        }
    }
}

#[post("/invites/{token}/accept")]
async fn accept_invite(
    caller: SignedIn,
    use_cases: web::Data<UseCases>,
    path: web::Path<String>,
) -> Result<web::Json<AcceptAnswer>, Problem> {
    let token = PlainToken::presented(path.into_inner());
    Ok(web::Json(use_cases.accept_invite.execute(&caller.0, &token).await?.into()))
}

impl From<AcceptInviteError> for Problem {
    fn from(error: AcceptInviteError) -> Self {
        match error {
            AcceptInviteError::Refused(refusal) => refusal.into(),
            AcceptInviteError::Store(error) => error.into(),
        }
    }
}
