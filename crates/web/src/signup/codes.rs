//! Codes: sending and trying them, and what they are good for (sign-up contract section 3).

use actix_web::{HttpResponse, post, web};
use portico_application::{ChangeSignupPasswordRequest, SystemCodeError, UseCases};
use portico_domain::{code::PlainCode, password::PlainPassword, ports::StoreError, signup::SubmissionFault};
use utoipa::{OpenApi, ToSchema};

use super::{
    body::{Bound, Fields, Request},
    caller::{AppTokenHeader, Application},
    problem::Problem,
    refuses::Refusals,
};
use crate::refuses::Refuses;

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(generate_code, check_code, activate, change_password))]
pub(super) struct Description;

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config.service(generate_code).service(check_code).service(activate).service(change_password);
}

/// Who wants a code, and what for.
#[derive(ToSchema)]
#[schema(as = SignupCodeBody, rename_all = "camelCase", example = json!({
    "userIdentifier": "test@example.org",
    "eventIdentifier": "user_registration",
}))]
struct GenerateCodeBody {
    /// The login
    user_identifier: String,
    /// One of the events of the provider
    event_identifier: String,
}

impl Request for GenerateCodeBody {
    const FIELDS: &'static [&'static str] = &["userIdentifier", "eventIdentifier"];

    fn bind(mut fields: Fields) -> Result<Self, Problem> {
        Ok(Self {
            user_identifier: fields.scalar("userIdentifier")?,
            event_identifier: fields.text("eventIdentifier")?,
        })
    }
}

/// A code to try.
#[derive(ToSchema)]
#[schema(as = SignupCodeCheckBody, rename_all = "camelCase", example = json!({
    "userIdentifier": "test@example.org",
    "eventIdentifier": "user_registration",
    "code": "90BDCX",
}))]
struct CheckCodeBody {
    /// The login
    user_identifier: String,
    /// One of the events of the provider
    event_identifier: String,
    #[schema(value_type = String)]
    code: PlainCode,
}

impl Request for CheckCodeBody {
    const FIELDS: &'static [&'static str] = &["userIdentifier", "eventIdentifier", "code"];

    fn bind(mut fields: Fields) -> Result<Self, Problem> {
        Ok(Self {
            user_identifier: fields.scalar("userIdentifier")?,
            event_identifier: fields.text("eventIdentifier")?,
            code: PlainCode::presented(&fields.scalar("code")?),
        })
    }
}

/// A code that makes active.
#[derive(ToSchema)]
#[schema(as = SignupActivationBody, rename_all = "camelCase", example = json!({
    "userIdentifier": "test@example.org",
    "code": "90BDCX",
}))]
struct ActivateBody {
    /// The login
    user_identifier: String,
    #[schema(value_type = String)]
    code: PlainCode,
}

impl Request for ActivateBody {
    const FIELDS: &'static [&'static str] = &["userIdentifier", "code"];

    fn bind(mut fields: Fields) -> Result<Self, Problem> {
        Ok(Self {
            user_identifier: fields.scalar("userIdentifier")?,
            code: PlainCode::presented(&fields.scalar("code")?),
        })
    }
}

/// A new password, and the code that allows it.
#[derive(ToSchema)]
#[schema(as = SignupPasswordBody, example = json!({
    "userIdentifier": "test@example.org",
    "eventIdentifier": "password_reset",
    "type": 2,
    "code": "90BDCX",
    "password1": "54321",
    "password2": "54321",
}))]
struct ChangePasswordBody {
    /// The login
    #[schema(rename = "userIdentifier")]
    user_identifier: String,
    /// 1: a change, 2: a forgotten password. It makes no difference
    #[schema(rename = "type", minimum = 1, maximum = 2)]
    #[expect(dead_code, reason = "only its form matters")]
    kind: i64,
    #[schema(value_type = String)]
    code: PlainCode,
    #[schema(value_type = String)]
    password1: PlainPassword,
    /// The same again
    #[schema(value_type = String)]
    password2: PlainPassword,
}

impl Request for ChangePasswordBody {
    const FIELDS: &'static [&'static str] = &["userIdentifier", "type", "code", "password1", "password2"];

    fn bind(mut fields: Fields) -> Result<Self, Problem> {
        Ok(Self {
            user_identifier: fields.scalar("userIdentifier")?,
            kind: match fields.given_scalar("type")?.as_deref() {
                Some("1") => 1,
                Some("2") => 2,
                _ => return Err(Problem::bad_request("type must be 1 or 2")),
            },
            code: PlainCode::presented(&fields.scalar("code")?),
            password1: PlainPassword::presented(&fields.scalar("password1")?),
            password2: PlainPassword::presented(&fields.scalar("password2")?),
        })
    }
}

macro_rules! refusing {
    ($($(#[$doc:meta])+ $name:ident: $errors:expr;)+) => {$(
        $(#[$doc])+
        struct $name;

        impl Refuses<Problem> for $name {
            fn refusals() -> Vec<Problem> {
                let own = $errors.into_iter().map(Problem::from);
                own.chain(StoreError::refusals()).collect()
            }
        }
    )+};
}

refusing! {
    /// How sending a code is refused.
    Sending: [
        SystemCodeError::UnknownProvider,
        SystemCodeError::EmptyEvent,
        unknown_event(),
        // Of a text that can be nobody's login.
        SystemCodeError::InvalidCode,
        SystemCodeError::TooSoon { retry_after: 30 },
    ];
    /// How trying a code is refused.
    Checking: [
        SystemCodeError::UnknownProvider,
        SystemCodeError::EmptyEvent,
        unknown_event(),
        SystemCodeError::InvalidCode,
        SystemCodeError::TooManyTries,
    ];
    /// How becoming active by a code is refused.
    Activating: [
        SystemCodeError::UnknownProvider,
        SystemCodeError::InvalidCode,
        SystemCodeError::TooManyTries,
    ];
    /// How setting another password by a code is refused.
    Changing: [
        SystemCodeError::UnknownProvider,
        SystemCodeError::PasswordsDiffer,
        SystemCodeError::Submission(SubmissionFault::Field("password".to_owned())),
        SystemCodeError::InvalidCode,
        SystemCodeError::TooManyTries,
    ];
}

fn unknown_event() -> SystemCodeError {
    SystemCodeError::UnknownEvent("contact".to_owned())
}

/// Send a code
///
/// By the way of the provider: a letter, or a message to a telephone. Nobody learns whether there is such a user.
#[utoipa::path(
    tag = "Sign-up",
    params(AppTokenHeader, ("marker" = String, Path, description = "The provider", example = "email")),
    request_body = GenerateCodeBody,
    responses((status = 201, description = "The code is on its way; there is no body"), Refusals<(Bound<GenerateCodeBody>, Sending)>),
)]
#[post("/api/content/users-auth-providers/marker/{marker}/users/generate-code")]
async fn generate_code(
    _: Application,
    use_cases: web::Data<UseCases>,
    marker: web::Path<String>,
    body: Bound<GenerateCodeBody>,
) -> Result<HttpResponse, Problem> {
    let GenerateCodeBody { user_identifier, event_identifier } = body.read()?;
    use_cases.send_system_code.execute(marker.into_inner(), user_identifier, event_identifier).await?;
    Ok(HttpResponse::Created().finish())
}

/// Try a code
///
/// A right one stays good. Five wrong ones make it worthless.
#[utoipa::path(
    tag = "Sign-up",
    params(AppTokenHeader, ("marker" = String, Path, description = "The provider", example = "email")),
    request_body = CheckCodeBody,
    responses((status = 201, description = "Whether it is right", body = bool, content_type = "application/json", example = json!(true)), Refusals<(Bound<CheckCodeBody>, Checking)>),
)]
#[post("/api/content/users-auth-providers/marker/{marker}/users/check-code")]
async fn check_code(
    _: Application,
    use_cases: web::Data<UseCases>,
    marker: web::Path<String>,
    body: Bound<CheckCodeBody>,
) -> Result<HttpResponse, Problem> {
    let CheckCodeBody { user_identifier, event_identifier, code } = body.read()?;
    let check = &use_cases.check_system_code;
    let is_right = check.execute(marker.into_inner(), user_identifier, event_identifier, code).await?;
    Ok(HttpResponse::Created().json(is_right))
}

/// Become active
///
/// By the code that came with signing up, which is used up.
#[utoipa::path(
    tag = "Sign-up",
    params(AppTokenHeader, ("marker" = String, Path, description = "The provider", example = "email")),
    request_body = ActivateBody,
    responses((status = 201, description = "The user is active", body = bool, content_type = "application/json", example = json!(true)), Refusals<(Bound<ActivateBody>, Activating)>),
)]
#[post("/api/content/users-auth-providers/marker/{marker}/users/activate")]
async fn activate(
    _: Application,
    use_cases: web::Data<UseCases>,
    marker: web::Path<String>,
    body: Bound<ActivateBody>,
) -> Result<HttpResponse, Problem> {
    let ActivateBody { user_identifier, code } = body.read()?;
    use_cases.activate_signup.execute(marker.into_inner(), user_identifier, code).await?;
    Ok(HttpResponse::Created().json(true))
}

/// Set another password
///
/// By a code, which is used up. All sign-ins of the user end.
#[utoipa::path(
    tag = "Sign-up",
    params(AppTokenHeader, ("marker" = String, Path, description = "The provider", example = "email")),
    request_body = ChangePasswordBody,
    responses((status = 201, description = "The password is set", body = bool, content_type = "application/json", example = json!(true)), Refusals<(Bound<ChangePasswordBody>, Changing)>),
)]
#[post("/api/content/users-auth-providers/marker/{marker}/users/change-password")]
async fn change_password(
    _: Application,
    use_cases: web::Data<UseCases>,
    marker: web::Path<String>,
    body: Bound<ChangePasswordBody>,
) -> Result<HttpResponse, Problem> {
    let request = body.read()?.into();
    use_cases.change_signup_password.execute(marker.into_inner(), request).await?;
    Ok(HttpResponse::Created().json(true))
}

impl From<ChangePasswordBody> for ChangeSignupPasswordRequest {
    fn from(body: ChangePasswordBody) -> Self {
        let ChangePasswordBody { user_identifier: login, kind: _, code, password1, password2 } = body;
        Self { login, code, password: password1, repeated: password2 }
    }
}
