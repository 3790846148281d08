//! Signing in, staying in, leaving (contract section 2).

use actix_web::{post, web};
use portico_application::{RefreshSessionError, SignInError, UseCases};
use portico_domain::{
    email::EmailAddress, password::PlainPassword, session::RefreshRefusal, token::PlainToken,
};
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{
    answers::{LoginAnswer, Message, TokenFields},
    caller::SignedInAnyhow,
    fields::{Fields, any_text, token},
    given::{Given, right_kind},
    json_body::{Body, JsonBody},
    problem::Problem,
};

/// Registers the routes.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config.service(log_in).service(log_out).service(refresh_session);
}

#[derive(Deserialize, Validate)]
struct LoginBody {
    #[validate(required, custom(function = right_kind))]
    email: Option<Given<String>>,
    #[validate(required, custom(function = right_kind))]
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

#[derive(Deserialize, Validate)]
struct RefreshBody {
    #[validate(required, custom(function = right_kind))]
    refresh_token: Option<Given<String>>,
}

impl Body for RefreshBody {
    type Command = PlainToken;

    fn read(self, mut fields: Fields) -> Result<PlainToken, Problem> {
        let shown = fields.required_text("refresh_token", self.refresh_token, any_text(token));
        fields.finish(|| shown)
    }
}

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

#[post("/auth/logout")]
async fn log_out(
    caller: SignedInAnyhow,
    use_cases: web::Data<UseCases>,
) -> Result<web::Json<Message>, Problem> {
    use_cases.sign_out.execute(&caller.0).await?;
    Ok(web::Json(Message { message: "Logged out successfully" }))
}

#[derive(Serialize)]
struct RefreshAnswer {
    r#type: &'static str,
    #[serde(flatten)]
    tokens: TokenFields,
}

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
