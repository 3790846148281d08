//! Who calls: the proofs that handlers ask for (sign-up contract section 1).

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev, web};
use futures_util::{FutureExt as _, future::LocalBoxFuture};
use portico_application::{AuthenticateSignupError, UseCases};
use portico_domain::{ports::StoreError, signup::SignupBearer, token::PlainToken};
use utoipa::IntoParams;

use super::problem::Problem;
use crate::{bearer::bearer_token, observation::Trail, refuses::Refuses};

/// Where applications show their token.
const APP_TOKEN: &str = "x-app-token";
/// What clients without a token send in its place (T7).
const NO_TOKEN: [&str; 3] = ["", "undefined", "null"];

/// An application that may use this API: asked before anything else of every request. [`SignedIn`] and
/// [`OnDevice`](super::device::OnDevice) ask it by themselves.
pub(super) struct Application;

/// Somebody with an access token whose sign-in has not ended, in an application that may use this API. Only for routes
/// that need him: elsewhere a stale token must do no harm (T3).
pub(super) struct SignedIn(pub(super) SignupBearer);

/// The header of the token, for the description of the API.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only describes the header")]
pub(super) struct AppTokenHeader {
    /// The token of the application, where the operator asks for one
    #[param(rename = "x-app-token")]
    token: Option<String>,
}

impl Application {
    fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let use_cases = use_cases(request)?;
        let given = request.headers().get(APP_TOKEN).and_then(|token| token.to_str().ok()).map(str::trim);
        let token = given.filter(|token| !NO_TOKEN.contains(token)).map(PlainToken::presented);
        if use_cases.admit_application.execute(token.as_ref()) { Ok(Self) } else { Err(closed()) }
    }
}

/// Lets a request go on to whatever answers it, also when nothing does: what there is, is told to applications with a
/// token alone.
///
/// # Errors
/// 403 when the application shows none, or another.
pub(crate) fn admit(request: &HttpRequest) -> Result<(), Problem> {
    Application::of(request).map(drop)
}

impl FromRequest for Application {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

impl Refuses<Problem> for Application {
    fn refusals() -> Vec<Problem> {
        vec![closed()]
    }
}

impl FromRequest for SignedIn {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let shown = Application::of(request).and_then(|_| {
            let token = bearer_token(request.headers()).ok_or_else(not_signed_in)?;
            Ok((use_cases(request)?, token))
        });
        let trail = Trail::of(request);
        async move {
            let (use_cases, token) = shown?;
            let bearer = use_cases.authenticate_signup.execute(token).await?;
            trail.note_user(bearer.signup.user);
            Ok(Self(bearer))
        }
        .boxed_local()
    }
}

impl Refuses<Problem> for SignedIn {
    fn refusals() -> Vec<Problem> {
        [vec![not_signed_in()], StoreError::refusals()].concat()
    }
}

impl From<AuthenticateSignupError> for Problem {
    fn from(error: AuthenticateSignupError) -> Self {
        match error {
            AuthenticateSignupError::InvalidToken => not_signed_in(),
            AuthenticateSignupError::Store(error) => error.into(),
        }
    }
}

fn use_cases(request: &HttpRequest) -> Result<web::Data<UseCases>, Problem> {
    request.app_data::<web::Data<UseCases>>().cloned().ok_or_else(Problem::crashed)
}

/// 403: the application shows no token, or a wrong one.
fn closed() -> Problem {
    Problem::forbidden("Resource is closed")
}

/// 401: nobody is signed in, or not any more.
pub(super) fn not_signed_in() -> Problem {
    Problem::unauthorized("Unauthorized")
}
