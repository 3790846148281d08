//! Signing in at the OpenID Connect provider (portal contract sections 3.1 and 6).

use actix_web::{
    HttpRequest, HttpResponse, ResponseError as _,
    http::{
        StatusCode,
        header::{HeaderValue, SET_COOKIE},
    },
    post, web,
};
use portico_application::{
    BeginPortalSignInError, FinishPortalSignInError, FinishPortalSignInRequest, UseCases,
};
use portico_domain::ports::{IdentityProviderError, StoreError};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use super::{
    answers::{Flat, flat},
    binding::{BindFault, Bound, Fields, Request},
    cookies,
    problem::Problem,
    refuses::Refusals,
};
use crate::{observation::Trail, refuses::Refuses, surroundings::PortalFace};

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(begin_sign_in, finish_sign_in))]
pub(super) struct Description;

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config.service(begin_sign_in).service(finish_sign_in);
}

#[derive(Serialize, ToSchema)]
#[schema(as = PortalRedirect, example = json!({ "redirect_url": "https://login.example.org/authorize?state=…" }))]
struct RedirectAnswer {
    /// Where to send the browser
    redirect_url: String,
}

/// Begin to sign in
///
/// Sets the cookie `misw-portal-state`, which is good for five minutes.
#[utoipa::path(
    tag = "Portal sign-in",
    responses((status = 200, description = "The way to the provider", body = Flat<RedirectAnswer>), Refusals<BeginPortalSignInError>),
)]
#[post("/api/public/login")]
async fn begin_sign_in(
    use_cases: web::Data<UseCases>,
    face: web::Data<PortalFace>,
) -> Result<HttpResponse, Problem> {
    let begun = use_cases.begin_portal_sign_in.execute().await?;
    let cookie = (SET_COOKIE, face.state_cookie(&begun.secret));
    let answer = flat(RedirectAnswer { redirect_url: begun.redirect_url });
    Ok(HttpResponse::Ok().append_header(cookie).json(answer))
}

impl From<BeginPortalSignInError> for Problem {
    fn from(error: BeginPortalSignInError) -> Self {
        match error {
            BeginPortalSignInError::Provider(error) => provider_problem(&error),
            BeginPortalSignInError::Store(error) => error.into(),
        }
    }
}

impl Refuses<Problem> for BeginPortalSignInError {
    fn refusals() -> Vec<Problem> {
        [StoreError::refusals(), provider_refusals()].concat()
    }
}

/// What the provider brought the browser back with.
#[derive(ToSchema)]
#[schema(as = PortalCallback, example = json!({ "code": "SplxlOBeZQQYbYS6WxSbIA", "state": "af0ifjsldkj" }))]
struct FinishBody {
    code: String,
    state: String,
}

impl Request for FinishBody {
    fn bind(fields: &mut Fields) -> Result<Self, BindFault> {
        Ok(Self { code: fields.text("code")?, state: fields.text("state")? })
    }

    fn refused(_: BindFault) -> Problem {
        Problem::bad_request("code and state is not set")
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = PortalFinished, example = json!({ "has_account": true }))]
struct FinishAnswer {
    /// Whether he is a member; otherwise the cookie is good for an hour, for signing up
    has_account: bool,
}

/// Finish signing in
///
/// Needs the cookie `misw-portal-state`; sets the cookie `misw-portal-token`.
#[utoipa::path(
    tag = "Portal sign-in",
    request_body = FinishBody,
    responses((status = 200, description = "Signed in", body = Flat<FinishAnswer>), Refusals<(Bound<FinishBody>, FinishPortalSignInError)>),
)]
#[post("/api/public/callback")]
async fn finish_sign_in(
    request: HttpRequest,
    use_cases: web::Data<UseCases>,
    face: web::Data<PortalFace>,
    body: Bound<FinishBody>,
) -> Result<HttpResponse, Problem> {
    let FinishBody { code, state } = body.read()?;
    let secret = cookies::state(request.headers()).ok_or_else(no_state)?;
    let finishing = FinishPortalSignInRequest { code, state, secret };
    let finished = match use_cases.finish_portal_sign_in.execute(finishing).await {
        Ok(finished) => finished,
        Err(error) => return Ok(not_finished(error, &face)),
    };
    if let Some(user) = finished.user {
        Trail::of(&request).note_user(user);
    }
    Ok(HttpResponse::Ok()
        .append_header((SET_COOKIE, face.no_state_cookie()))
        .append_header((SET_COOKIE, face.token_cookie(&finished.token)))
        .json(flat(FinishAnswer { has_account: finished.has_account })))
}

/// A refusal that also clears the state, unless the same may be tried again with it.
fn not_finished(error: FinishPortalSignInError, face: &PortalFace) -> HttpResponse {
    use FinishPortalSignInError as Error;

    let is_used_up = match &error {
        Error::NotBegun | Error::InvalidAddress | Error::Disabled => true,
        Error::Provider(error) => matches!(error, IdentityProviderError::Refused(_)),
        Error::StateMismatch | Error::Store(_) => false,
    };
    let mut answer = Problem::from(error).error_response();
    if is_used_up && let Ok(cookie) = HeaderValue::try_from(face.no_state_cookie()) {
        answer.headers_mut().append(SET_COOKIE, cookie);
    }
    answer
}

impl From<FinishPortalSignInError> for Problem {
    fn from(error: FinishPortalSignInError) -> Self {
        use FinishPortalSignInError as Error;

        match error {
            Error::StateMismatch
            | Error::NotBegun
            | Error::InvalidAddress
            | Error::Disabled
            | Error::Provider(IdentityProviderError::Refused(_)) => {
                tracing::warn!(reason = %error, "a sign-in at the portal was refused");
                not_validated()
            }
            Error::Provider(error) => provider_problem(&error),
            Error::Store(error) => error.into(),
        }
    }
}

impl Refuses<Problem> for FinishPortalSignInError {
    fn refusals() -> Vec<Problem> {
        [vec![no_state(), not_validated()], StoreError::refusals(), provider_refusals()].concat()
    }
}

fn no_state() -> Problem {
    Problem::bad_request("state is not set")
}

fn not_validated() -> Problem {
    Problem::bad_request("failed to validate token")
}

/// What the provider's absence means for people.
fn provider_problem(error: &IdentityProviderError) -> Problem {
    match error {
        IdentityProviderError::NotConfigured => no_provider(),
        IdentityProviderError::Unavailable(_) => {
            tracing::warn!(%error, "nobody can sign in at the portal");
            provider_away()
        }
        IdentityProviderError::Refused(_) => Problem::internal(error),
    }
}

fn no_provider() -> Problem {
    let text = "ログイン用のOpenID Connectプロバイダが設定されていません";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, text)
}

fn provider_away() -> Problem {
    let text = "ログイン用のOpenID Connectプロバイダに接続できません。しばらくしてからもう一度お試しください";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, text).soon_over()
}

fn provider_refusals() -> Vec<Problem> {
    vec![no_provider(), provider_away()]
}
