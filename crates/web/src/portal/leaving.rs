//! Leaving (portal contract sections 3.1, 3.2 and 6).

use actix_web::{HttpRequest, HttpResponse, http::header::SET_COOKIE, post, web};
use portico_application::UseCases;
use portico_domain::{ports::StoreError, token::PlainToken};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use super::{
    answers::{Flat, flat},
    caller::Visitor,
    cookies,
    problem::Problem,
    refuses::Refusals,
};
use crate::surroundings::PortalFace;

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(leave_provider, leave))]
pub(super) struct Description;

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config.service(leave_provider).service(leave);
}

#[derive(Serialize, ToSchema)]
#[schema(as = PortalLogout, example = json!({ "logout_url": "https://login.example.org/v2/logout?client_id=portal" }))]
struct LeaveAnswer {
    /// Where to send the browser, to end its session at the provider too
    logout_url: String,
}

/// Leave, before or after signing up
///
/// Ends whatever the cookie opens, and clears it.
#[utoipa::path(
    tag = "Portal sign-in",
    responses((status = 200, description = "The way out", body = Flat<LeaveAnswer>), Refusals<StoreError>),
)]
#[post("/api/public/logout")]
async fn leave_provider(
    request: HttpRequest,
    use_cases: web::Data<UseCases>,
    face: web::Data<PortalFace>,
) -> Result<HttpResponse, Problem> {
    go(&use_cases, &face, cookies::token(request.headers())).await
}

/// Leave
///
/// Ends this session, and clears the cookie.
#[utoipa::path(
    tag = "Portal sign-in",
    security(("portal" = [])),
    responses((status = 200, description = "The way out", body = Flat<LeaveAnswer>), Refusals<Visitor>),
)]
#[post("/api/private/logout")]
async fn leave(
    visitor: Visitor,
    use_cases: web::Data<UseCases>,
    face: web::Data<PortalFace>,
) -> Result<HttpResponse, Problem> {
    go(&use_cases, &face, Some(visitor.token)).await
}

async fn go(
    use_cases: &UseCases,
    face: &PortalFace,
    token: Option<PlainToken>,
) -> Result<HttpResponse, Problem> {
    let logout_url = use_cases.leave_portal.execute(token).await?;
    let mut answer = HttpResponse::Ok();
    for cookie in face.no_token_cookies() {
        answer.append_header((SET_COOKIE, cookie));
    }
    Ok(answer.json(flat(LeaveAnswer { logout_url })))
}
