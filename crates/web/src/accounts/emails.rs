//! The caller's addresses (contract section 3, O3 and O16).

use actix_web::{get, http::StatusCode, post, web};
use portico_application::{AddEmailError, ResendEmailCodeError, UseCases, VerifyEmailError};

use super::{
    answers::{EmailAnswer, Message},
    caller::SignedIn,
    json_body::JsonBody,
    problem::Problem,
    refusals,
    registration::{CodeBody, EmailBody},
};

/// Registers the routes.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config.service(list_emails).service(add_email).service(verify_email).service(resend_email_code);
}

#[get("/auth/emails")]
async fn list_emails(
    caller: SignedIn,
    use_cases: web::Data<UseCases>,
) -> Result<web::Json<Vec<EmailAnswer>>, Problem> {
    let emails = use_cases.list_emails.execute(&caller.0).await?;
    Ok(web::Json(emails.iter().map(EmailAnswer::from).collect()))
}

#[post("/auth/emails")]
async fn add_email(
    caller: SignedIn,
    use_cases: web::Data<UseCases>,
    body: JsonBody<EmailBody>,
) -> Result<(web::Json<EmailAnswer>, StatusCode), Problem> {
    let email = use_cases.add_email.execute(&caller.0, body.parse()?).await?;
    Ok((web::Json(EmailAnswer::from(&email)), StatusCode::CREATED))
}

impl From<AddEmailError> for Problem {
    fn from(error: AddEmailError) -> Self {
        match error {
            AddEmailError::AlreadyInUse => refusals::email_already_in_use(),
            AddEmailError::Store(error) => error.into(),
        }
    }
}

#[post("/auth/emails/verify")]
async fn verify_email(
    caller: SignedIn,
    use_cases: web::Data<UseCases>,
    body: JsonBody<CodeBody>,
) -> Result<web::Json<Message>, Problem> {
    let (address, code) = body.parse()?;
    use_cases.verify_email.execute(&caller.0, address, code).await?;
    Ok(web::Json(Message { message: "Email address verified" }))
}

impl From<VerifyEmailError> for Problem {
    fn from(error: VerifyEmailError) -> Self {
        match error {
            VerifyEmailError::NotFound => refusals::email_not_found(),
            VerifyEmailError::AlreadyInUse => refusals::email_already_in_use(),
            VerifyEmailError::Refused(refusal) => refusal.into(),
            VerifyEmailError::Store(error) => error.into(),
        }
    }
}

#[post("/auth/emails/resend")]
async fn resend_email_code(
    caller: SignedIn,
    use_cases: web::Data<UseCases>,
    body: JsonBody<EmailBody>,
) -> Result<web::Json<Message>, Problem> {
    use_cases.resend_email_code.execute(&caller.0, body.parse()?).await?;
    Ok(web::Json(Message { message: "A new code has been sent to this email address" }))
}

impl From<ResendEmailCodeError> for Problem {
    fn from(error: ResendEmailCodeError) -> Self {
        match error {
            ResendEmailCodeError::NotFound => refusals::email_not_found(),
            ResendEmailCodeError::AlreadyVerified => refusals::email_already_verified(),
            ResendEmailCodeError::TooSoon { retry_after } => refusals::too_soon(retry_after),
            ResendEmailCodeError::Store(error) => error.into(),
        }
    }
}
