//! Signing in, staying in, leaving (sign-up contract section 3).

use actix_web::{HttpResponse, get, post, web};
use portico_application::{
    RefreshSignupSessionError, SignInSignupError, SignInSignupRequest, SignupTokens, UnknownDoorError,
    UseCases,
};
use portico_domain::{
    code::PlainCode,
    signup::{AuthData, Device, SubmissionFault},
    token::PlainToken,
};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use super::{
    body::{AuthItemBody, Bound, Fields, Request},
    caller::{AppTokenHeader, SignedIn},
    device::{DeviceHeader, OnDevice},
    problem::Problem,
    refuses::Refusals,
};

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(sign_in, refresh_tokens, sign_out, sign_out_everywhere, list_devices))]
pub(super) struct Description;

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config
        .service(sign_in)
        .service(refresh_tokens)
        .service(sign_out)
        .service(sign_out_everywhere)
        .service(list_devices);
}

/// What somebody shows to sign in.
#[derive(ToSchema)]
#[schema(as = SignupAuthBody, example = json!({
    "authData": [
        { "marker": "login", "value": "test@example.org" },
        { "marker": "password", "value": "12345" },
    ],
}))]
struct SignInBody {
    /// Login and password, by the markers of their fields; a code may stand for the password, under the marker `code`
    #[schema(rename = "authData", value_type = Vec<AuthItemBody>)]
    auth_data: AuthData,
    /// A code in the place of the password, where the provider checks codes
    #[schema(value_type = Option<String>)]
    code: Option<PlainCode>,
}

impl Request for SignInBody {
    const FIELDS: &'static [&'static str] = &["authData", "code", "formIdentifier", "langCode"];

    fn bind(mut fields: Fields) -> Result<Self, Problem> {
        fields.refuse("formIdentifier")?;
        fields.refuse("langCode")?;
        Ok(Self {
            auth_data: fields.auth_data()?.ok_or(SubmissionFault::Credentials)?,
            code: fields
                .given_scalar("code")?
                .filter(|code| !code.trim().is_empty())
                .map(|code| PlainCode::presented(&code)),
        })
    }
}

/// A refresh token.
#[derive(ToSchema)]
#[schema(as = SignupRefreshBody)]
struct RefreshBody {
    /// As it was given out last
    #[schema(rename = "refreshToken", value_type = String)]
    refresh_token: PlainToken,
}

impl Request for RefreshBody {
    const FIELDS: &'static [&'static str] = &["refreshToken"];

    fn bind(mut fields: Fields) -> Result<Self, Problem> {
        Ok(Self { refresh_token: PlainToken::presented(fields.text("refreshToken")?) })
    }
}

// Never a `statusCode`, by which clients know errors (T10).
/// What a sign-in or a refresh gives.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SignupTokens, example = json!({ "userIdentifier": "test@example.org", "authProviderIdentifier": "email", "accessToken": "eyJhbGciOiJFZERTQSJ9.e30.c2ln", "refreshToken": "AaIA-w" }))]
pub(super) struct TokensAnswer {
    /// The login
    user_identifier: String,
    auth_provider_identifier: String,
    /// A JWT, for `Authorization: Bearer`
    access_token: String,
    /// Gives the next tokens
    refresh_token: String,
}

impl From<SignupTokens> for TokensAnswer {
    fn from(SignupTokens { login, provider, access, refresh }: SignupTokens) -> Self {
        Self {
            user_identifier: login,
            auth_provider_identifier: provider,
            access_token: access.reveal().to_owned(),
            refresh_token: refresh.reveal().to_owned(),
        }
    }
}

/// Where somebody is signed in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SignupSession, example = json!({ "deviceInfo": { "os": "Node.js", "browser": "Node.js/22", "location": "en-US" } }))]
struct SessionAnswer {
    device_info: DeviceAnswer,
}

/// A device, as it described itself.
#[derive(Serialize, ToSchema)]
#[schema(as = SignupDevice, example = json!({ "os": "Node.js", "browser": "Node.js/22", "location": "en-US" }))]
struct DeviceAnswer {
    /// The operating system
    os: String,
    browser: String,
    /// The language of the place
    location: String,
}

impl From<Device> for SessionAnswer {
    fn from(Device { fingerprint: _, os, browser, location }: Device) -> Self {
        Self { device_info: DeviceAnswer { os, browser, location } }
    }
}

/// Sign in
///
/// By the password, or by a code where the provider checks codes. The sign-in before on the same device ends.
#[utoipa::path(
    tag = "Sign-up sessions",
    params(AppTokenHeader, DeviceHeader, ("marker" = String, Path, description = "The provider", example = "email")),
    request_body = SignInBody,
    responses((status = 201, description = "The tokens", body = TokensAnswer), Refusals<(OnDevice, Bound<SignInBody>, SignInSignupError)>),
)]
#[post("/api/content/users-auth-providers/marker/{marker}/users/auth")]
async fn sign_in(
    OnDevice(device): OnDevice,
    use_cases: web::Data<UseCases>,
    marker: web::Path<String>,
    body: Bound<SignInBody>,
) -> Result<HttpResponse, Problem> {
    let SignInBody { auth_data, code } = body.read()?;
    let request = SignInSignupRequest { auth_data, code, device };
    let tokens = use_cases.sign_in_signup.execute(marker.into_inner(), request).await?;
    Ok(HttpResponse::Created().json(TokensAnswer::from(tokens)))
}

/// Get the next tokens
///
/// A refresh token gives them once, and for 20 seconds the same ones again. Used later, it ends the sign-in.
#[utoipa::path(
    tag = "Sign-up sessions",
    params(AppTokenHeader, DeviceHeader, ("marker" = String, Path, description = "The provider", example = "email")),
    request_body = RefreshBody,
    responses((status = 201, description = "The tokens", body = TokensAnswer), Refusals<(OnDevice, Bound<RefreshBody>, RefreshSignupSessionError)>),
)]
#[post("/api/content/users-auth-providers/marker/{marker}/users/refresh")]
async fn refresh_tokens(
    OnDevice(device): OnDevice,
    use_cases: web::Data<UseCases>,
    marker: web::Path<String>,
    body: Bound<RefreshBody>,
) -> Result<HttpResponse, Problem> {
    let RefreshBody { refresh_token } = body.read()?;
    let refresh = &use_cases.refresh_signup_session;
    let tokens = refresh.execute(marker.into_inner(), refresh_token, device.fingerprint).await?;
    Ok(HttpResponse::Created().json(TokensAnswer::from(tokens)))
}

/// Sign out
///
/// Ends the sign-in of a refresh token; one that has ended stays so.
#[utoipa::path(
    tag = "Sign-up sessions",
    params(AppTokenHeader, DeviceHeader, ("marker" = String, Path, description = "The provider", example = "email")),
    request_body = RefreshBody,
    responses((status = 201, description = "Signed out", body = bool, content_type = "application/json", example = json!(true)), Refusals<(OnDevice, Bound<RefreshBody>, UnknownDoorError)>),
)]
#[post("/api/content/users-auth-providers/marker/{marker}/users/logout")]
async fn sign_out(
    _: OnDevice,
    use_cases: web::Data<UseCases>,
    marker: web::Path<String>,
    body: Bound<RefreshBody>,
) -> Result<HttpResponse, Problem> {
    let RefreshBody { refresh_token } = body.read()?;
    use_cases.end_signup_session.execute(marker.into_inner(), refresh_token).await?;
    Ok(HttpResponse::Created().json(true))
}

/// Sign out everywhere
///
/// Ends every sign-in of the user.
#[utoipa::path(
    tag = "Sign-up sessions",
    security(("signup" = [])),
    params(AppTokenHeader, ("marker" = String, Path, description = "The provider", example = "email")),
    responses((status = 201, description = "Signed out", body = bool, content_type = "application/json", example = json!(true)), Refusals<(SignedIn, UnknownDoorError)>),
)]
#[post("/api/content/users-auth-providers/marker/{marker}/users/logout-all")]
async fn sign_out_everywhere(
    SignedIn(bearer): SignedIn,
    use_cases: web::Data<UseCases>,
    marker: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    use_cases.end_all_signup_sessions.execute(marker.into_inner(), bearer).await?;
    Ok(HttpResponse::Created().json(true))
}

/// See where one is signed in
#[utoipa::path(
    tag = "Sign-up sessions",
    security(("signup" = [])),
    params(AppTokenHeader, ("marker" = String, Path, description = "The provider", example = "email")),
    responses((status = 200, description = "The devices, the oldest sign-in first", body = [SessionAnswer]), Refusals<(SignedIn, UnknownDoorError)>),
)]
#[get("/api/content/users-auth-providers/marker/{marker}/users/sessions")]
async fn list_devices(
    SignedIn(bearer): SignedIn,
    use_cases: web::Data<UseCases>,
    marker: web::Path<String>,
) -> Result<web::Json<Vec<SessionAnswer>>, Problem> {
    let devices = use_cases.list_signup_devices.execute(marker.into_inner(), bearer).await?;
    Ok(web::Json(devices.into_iter().map(Into::into).collect()))
}
