//! Signing in, staying in, leaving (contract section 2).

use actix_web::{post, web};
use portico_application::{RefreshSessionError, SignInError, UseCases};
use portico_domain::{
    email::EmailAddress, password::PlainPassword, ports::StoreError, session::RefreshRefusal,
    token::PlainToken,
};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use validator::Validate;

use super::{
    answers::{LoginAnswer, Message, TokenFields},
    caller::SignedInAnyhow,
    fields::{Fields, any_text, token},
    given::{Given, right_kind},
    json_body::{Body, JsonBody},
    kinds::{CurrentPassword, MailAddress, TokenType},
    problem::Problem,
    refuses::{Refusals, Refuses},
};

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(log_in, log_out, refresh_session))]
pub(crate) struct Description;

/// Registers the routes.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config.service(log_in).service(log_out).service(refresh_session);
}

#[derive(Deserialize, ToSchema, Validate)]
#[schema(example = json!({ "email": "ann@example.org", "password": "violet-harbour-49" }))]
struct LoginBody {
    /// Any verified address of the account
    #[validate(required, custom(function = right_kind))]
    #[schema(value_type = MailAddress, required)]
    email: Option<Given<String>>,
    #[validate(required, custom(function = right_kind))]
    #[schema(value_type = CurrentPassword, required)]
    password: Option<Given<String>>,
}

impl Body for LoginBody {
    type Command = (EmailAddress, PlainPassword);

    fn read(self, mut fields: Fields) -> Result<(EmailAddress, PlainPassword), Problem> {
        let email = fields.required_text("email", self.email, EmailAddress::parse);
        let password = fields.required_text("password", self.password, any_text(PlainPassword::presented));
        fields.finish(|| Ok((email?, password?)))
    }
}

#[derive(Deserialize, ToSchema, Validate)]
#[schema(example = json!({
    "refresh_token": "7e25dbe3e9ab39dd9fb0b92e79682c97bd1ae68edbe0b35205331433817cb9ae",
}))]
struct RefreshBody {
    #[validate(required, custom(function = right_kind))]
    #[schema(value_type = String, required)]
    refresh_token: Option<Given<String>>,
}

impl Body for RefreshBody {
    type Command = PlainToken;

    fn read(self, mut fields: Fields) -> Result<PlainToken, Problem> {
        let shown = fields.required_text("refresh_token", self.refresh_token, any_text(token));
        fields.finish(|| shown)
    }
}

/// Sign in
///
/// With any verified address of the account. The bearer token is good for an hour, the refresh token for 30 days.
#[utoipa::path(
    tag = "Sessions",
    request_body = LoginBody,
    responses((status = 200, description = "Signed in", body = LoginAnswer), Refusals<(JsonBody<LoginBody>, SignInError)>),
)]
#[post("/auth/login")]
async fn log_in(
    use_cases: web::Data<UseCases>,
    body: JsonBody<LoginBody>,
) -> Result<web::Json<LoginAnswer>, Problem> {
    let (address, password) = body.parse()?;
    let signed_in = use_cases.sign_in.execute(address, password).await?;
    Ok(web::Json(signed_in.into()))
}

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::InvalidCredentials => {
                Self::unauthorized("INVALID_CREDENTIALS", "The email or the password is wrong")
            }
            SignInError::EmailNotVerified => {
                Self::unauthorized("EMAIL_NOT_VERIFIED", "The email address is not verified")
            }
            SignInError::Passwords(error) => Self::from_passwords(&error, "password"),
            SignInError::Store(error) => error.into(),
        }
    }
}

impl Refuses<Problem> for SignInError {
    fn refusals() -> Vec<Problem> {
        let own = [Self::InvalidCredentials, Self::EmailNotVerified].map(Problem::from);
        [own.into(), StoreError::refusals()].concat()
    }
}

/// Sign out
///
/// Ends this session alone, its refresh token included.
#[utoipa::path(
    tag = "Sessions",
    security(("bearer" = [])),
    responses((status = 200, description = "The token is good for nothing any more", body = Message, example = json!({ "message": "Logged out successfully" })), Refusals<(SignedInAnyhow, StoreError)>),
)]
#[post("/auth/logout")]
async fn log_out(
    caller: SignedInAnyhow,
    use_cases: web::Data<UseCases>,
) -> Result<web::Json<Message>, Problem> {
    use_cases.sign_out.execute(&caller.0).await?;
    Ok(web::Json(Message { message: "Logged out successfully" }))
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "type": "bearer",
    "token": "hitkey_8gJhWTDRW_vCFgIsLwqCktdluT_NxeouOJIj0BxFHpk",
    "refresh_token": "7e25dbe3e9ab39dd9fb0b92e79682c97bd1ae68edbe0b35205331433817cb9ae",
    "expires_in": 3600,
}))]
struct RefreshAnswer {
    #[schema(value_type = TokenType)]
    r#type: &'static str,
    #[serde(flatten)]
    tokens: TokenFields,
}

/// Get the next pair of tokens
///
/// Both old tokens are good for nothing any more. Whoever shows a used refresh token ends the whole session: it was
/// stolen from somebody.
#[utoipa::path(
    tag = "Sessions",
    request_body = RefreshBody,
    responses((status = 200, description = "The next pair", body = RefreshAnswer), Refusals<(JsonBody<RefreshBody>, RefreshSessionError)>),
)]
#[post("/auth/token/refresh")]
async fn refresh_session(
    use_cases: web::Data<UseCases>,
    body: JsonBody<RefreshBody>,
) -> Result<web::Json<RefreshAnswer>, Problem> {
    let issued = use_cases.refresh_session.execute(body.parse()?).await?;
    Ok(web::Json(RefreshAnswer { r#type: "bearer", tokens: issued.into() }))
}

impl From<RefreshSessionError> for Problem {
    fn from(error: RefreshSessionError) -> Self {
        match error {
            // That a token was stolen is not told to whoever shows it.
            RefreshSessionError::Refused(RefreshRefusal::Unknown | RefreshRefusal::Reused) => {
                Self::unauthorized("INVALID_TOKEN", "The refresh token is invalid")
            }
            RefreshSessionError::Refused(RefreshRefusal::Expired) => {
                Self::unauthorized("TOKEN_EXPIRED", "The refresh token has expired")
            }
            RefreshSessionError::Store(error) => error.into(),
        }
    }
}

impl Refuses<Problem> for RefreshSessionError {
    fn refusals() -> Vec<Problem> {
        let own =
            [RefreshRefusal::Unknown, RefreshRefusal::Expired].map(|refusal| Self::from(refusal).into());
        [own.into(), StoreError::refusals()].concat()
    }
}
