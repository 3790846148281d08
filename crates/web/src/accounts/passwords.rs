//! Forgotten and changed passwords (contract section 2, O12 and O47).

use actix_web::{post, web};
use portico_application::{ChangePasswordError, ResetPasswordError, UseCases};
use portico_domain::{
    password::PlainPassword, password_reset::PasswordResetRefusal, ports::StoreError, token::PlainToken,
};
use serde::Deserialize;
use utoipa::{OpenApi, ToSchema};
use validator::Validate;

use super::{
    answers::Message,
    caller::SignedInAnyhow,
    fields::{Fields, any_text, token},
    given::{Given, right_kind},
    json_body::{Body, JsonBody},
    kinds::{CurrentPassword, NewPassword},
    problem::Problem,
    refusals,
    refuses::{Refusals, Refuses},
    registration::EmailBody,
};

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(request_reset, reset_password, change_password))]
pub(crate) struct Description;

/// Registers the routes.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config.service(request_reset).service(reset_password).service(change_password);
}

#[derive(Deserialize, ToSchema, Validate)]
#[schema(example = json!({
    "token": "Jc0Qm5l3m9z2uWq0m1xq4yq0R0b8o1r8mYx6kC3pT5s",
    "password": "amber-orchard-58",
}))]
struct ResetBody {
    /// The token at the end of the link in the letter
    #[validate(required, custom(function = right_kind))]
    #[schema(value_type = String, required)]
    token: Option<Given<String>>,
    #[validate(required, custom(function = right_kind))]
    #[schema(value_type = NewPassword, required)]
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

#[derive(Deserialize, ToSchema, Validate)]
#[schema(example = json!({ "old_password": "violet-harbour-49", "new_password": "amber-orchard-58" }))]
struct ChangeBody {
    #[validate(required, custom(function = right_kind))]
    #[schema(value_type = CurrentPassword, required)]
    old_password: Option<Given<String>>,
    #[validate(required, custom(function = right_kind))]
    #[schema(value_type = NewPassword, required)]
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

/// Ask for a link to a new password
///
/// The answer and its time are the same whether or not the address has an account. The link is good for 15 minutes;
/// a newer one takes its place.
#[utoipa::path(
    tag = "Passwords",
    request_body = EmailBody,
    responses((status = 200, description = "A letter is on its way, if there is an account", body = Message, example = json!({ "message": "If this email exists, a reset link has been sent" })), Refusals<(JsonBody<EmailBody>, StoreError)>),
)]
#[post("/auth/password/forgot")]
async fn request_reset(
    use_cases: web::Data<UseCases>,
    body: JsonBody<EmailBody>,
) -> Result<web::Json<Message>, Problem> {
    use_cases.request_password_reset.execute(body.parse()?).await?;
    Ok(web::Json(Message { message: "If this email exists, a reset link has been sent" }))
}

/// Set a new password with the link
///
/// Every session of the account ends.
#[utoipa::path(
    tag = "Passwords",
    request_body = ResetBody,
    responses((status = 200, description = "The password is set", body = Message, example = json!({ "message": "Password has been reset" })), Refusals<(JsonBody<ResetBody>, ResetPasswordError)>),
)]
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

impl Refuses<Problem> for ResetPasswordError {
    fn refusals() -> Vec<Problem> {
        let link = [PasswordResetRefusal::Invalid, PasswordResetRefusal::Expired].map(Problem::from);
        [link.into(), vec![refusals::weak_password("password")], StoreError::refusals()].concat()
    }
}

/// Change the password
///
/// Every other session of the account ends.
#[utoipa::path(
    tag = "Passwords",
    security(("bearer" = [])),
    request_body = ChangeBody,
    responses((status = 200, description = "The password is changed", body = Message, example = json!({ "message": "Password has been changed" })), Refusals<(SignedInAnyhow, JsonBody<ChangeBody>, ChangePasswordError)>),
)]
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

impl Refuses<Problem> for ChangePasswordError {
    fn refusals() -> Vec<Problem> {
        let own = vec![Self::WrongPassword.into(), refusals::weak_password("new_password")];
        [own, StoreError::refusals()].concat()
    }
}
