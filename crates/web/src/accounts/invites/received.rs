//! Invites, for those who got one (contract section 8).

use actix_web::{get, post, web};
use chrono::{DateTime, Utc};
use portico_application::{AcceptInviteError, InviteView, JoinedByInvite, UseCases, ViewInviteError};
use portico_domain::{invite::InviteRefusal, ports::StoreError, token::PlainToken};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use crate::accounts::{
    answers::Timestamp,
    caller::SignedIn,
    kinds::InvitedRole,
    problem::Problem,
    refusals,
    refuses::{Refusals, Refuses},
};

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(view_invite, accept_invite))]
pub(crate) struct Description;

/// Registers the routes.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config.service(view_invite).service(accept_invite);
}

/// An invite as its receiver sees it: three casings in one object, as documented.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "01a200e3-7c04-7af8-81c0-ab213193155d",
    "email": "bob@example.org",
    "role": "member",
    "project": { "name": "Chess Club", "slug": "chess-club" },
    "invitedBy": { "displayName": "ann" },
    "expiresAt": "2026-11-29T01:33:58.148Z",
    "is_expired": false,
}))]
struct InviteViewAnswer {
    id: Uuid,
    email: String,
    #[schema(value_type = InvitedRole)]
    role: &'static str,
    project: InvitingProject,
    #[serde(rename = "invitedBy")]
    invited_by: Inviter,
    #[serde(rename = "expiresAt")]
    expires_at: Timestamp,
    is_expired: bool,
}

#[derive(Serialize, ToSchema)]
struct InvitingProject {
    name: String,
    slug: String,
}

#[derive(Serialize, ToSchema)]
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

/// See an invite
///
/// For whoever has the link. Looking at it uses nothing up.
#[utoipa::path(
    tag = "Invites",
    params(("token" = String, Path, description = "The token at the end of the link in the letter", example = "vX7q6-GSV_DMxdwDHCp2W9bg1JPcGl3Zn93Tg6TBiQk")),
    responses((status = 200, description = "The invite", body = InviteViewAnswer), Refusals<ViewInviteError>),
)]
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

impl Refuses<Problem> for ViewInviteError {
    fn refusals() -> Vec<Problem> {
        vec![Self::NotFound.into(), Self::Expired.into(), Problem::busy()]
    }
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "project_slug": "go-club", "redirect_url": null }))]
struct AcceptAnswer {
    project_slug: String,
    /// What the invite was made with; null when with none
    #[schema(required)]
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

/// Accept an invite
///
/// The address that it was sent to must be one of your verified addresses.
#[utoipa::path(
    tag = "Invites",
    security(("bearer" = [])),
    params(("token" = String, Path, description = "The token at the end of the link in the letter", example = "vX7q6-GSV_DMxdwDHCp2W9bg1JPcGl3Zn93Tg6TBiQk")),
    responses((status = 200, description = "You are a member", body = AcceptAnswer), Refusals<(SignedIn, AcceptInviteError)>),
)]
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

impl Refuses<Problem> for AcceptInviteError {
    fn refusals() -> Vec<Problem> {
        [InviteRefusal::refusals(), StoreError::refusals()].concat()
    }
}
