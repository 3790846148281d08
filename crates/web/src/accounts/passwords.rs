//! Forgotten and changed passwords (contract section 2, O12 and O47).

use actix_web::{post, web};
use portico_application::{ChangePasswordError, ResetPasswordError, UseCases};
use portico_domain::{password::PlainPassword, token::PlainToken};
use serde::Deserialize;
use validator::Validate;

use super::{
    answers::Message,
    caller::SignedInAnyhow,
    fields::{Fields, any_text, token},
    given::{Given, right_kind},
    json_body::{Body, JsonBody},
    problem::Problem,
    registration::EmailBody,
};

/// Registers the routes.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config.service(request_reset).service(reset_password).service(change_password);
}

#[derive(Deserialize, Validate)]
struct ResetBody {
    #[validate(required, custom(function = right_kind))]
    token: Option<Given<String>>,
    #[validate(required, custom(function = right_kind))]
    password: Option<Given<String>>,
}

impl Body for ResetBody {
    type Command = (PlainToken, PlainPassword);

    fn read(self, mut fields: Fields) -> Result<(PlainToken, PlainPassword), Problem> {
        let shown = fields.required_text("token", self.token, any_text(token));
        let password = fields.required_text("password", self.password, PlainPassword::choose);
        fields.finish(|| Ok((shown?, password?)))
    }
}

#[derive(Deserialize, Validate)]
struct ChangeBody {
    #[validate(required, custom(function = right_kind))]
    old_password: Option<Given<String>>,
    #[validate(required, custom(function = right_kind))]
    new_password: Option<Given<String>>,
}

impl Body for ChangeBody {
    type Command = (PlainPassword, PlainPassword);

    fn read(self, mut fields: Fields) -> Result<(PlainPassword, PlainPassword), Problem> {
        let old = fields.required_text("old_password", self.old_password, any_text(PlainPassword::presented));
        let new = fields.required_text("new_password", self.new_password, PlainPassword::choose);
        fields.finish(|| Ok((old?, new?)))
    }
}

#[post("/auth/password/forgot")]
async fn request_reset(
    use_cases: web::Data<UseCases>,
    body: JsonBody<EmailBody>,
) -> Result<web::Json<Message>, Problem> {
    use_cases.request_password_reset.execute(body.parse()?).await?;
    Ok(web::Json(Message { message: "If this email exists, a reset link has been sent" }))
}

#[post("/auth/password/reset")]
async fn reset_password(
    use_cases: web::Data<UseCases>,
    body: JsonBody<ResetBody>,
) -> Result<web::Json<Message>, Problem> {
    let (token, password) = body.parse()?;
    use_cases.reset_password.execute(token, password).await?;
    Ok(web::Json(Message { message: "Password has been reset" }))
}

impl From<ResetPasswordError> for Problem {
    fn from(error: ResetPasswordError) -> Self {
        match error {
            ResetPasswordError::Refused(refusal) => refusal.into(),
            ResetPasswordError::Passwords(error) => Self::from_passwords(&error, "password"),
            ResetPasswordError::Store(error) => error.into(),
        }
    }
}

#[post("/auth/password/change")]
async fn change_password(
    caller: SignedInAnyhow,
    use_cases: web::Data<UseCases>,
    body: JsonBody<ChangeBody>,
) -> Result<web::Json<Message>, Problem> {
    let (old, new) = body.parse()?;
    use_cases.change_password.execute(&caller.0, old, new).await?;
    Ok(web::Json(Message { message: "Password has been changed" }))
}

impl From<ChangePasswordError> for Problem {
    fn from(error: ChangePasswordError) -> Self {
        match error {
            ChangePasswordError::WrongPassword => {
                Self::bad_request("INVALID_CREDENTIALS", "The old password is wrong")
            }
            ChangePasswordError::Passwords(error) => Self::from_passwords(&error, "new_password"),
            ChangePasswordError::Store(error) => error.into(),
        }
    }
}
