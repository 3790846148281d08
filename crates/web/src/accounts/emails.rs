//! The caller's addresses (contract section 3, O3 and O16).

use actix_web::{get, http::StatusCode, post, web};
use portico_application::{AddEmailError, ResendEmailCodeError, UseCases, VerifyEmailError};
use portico_domain::{code::CodeRefusal, ports::StoreError};
use utoipa::OpenApi;

use super::{
    answers::{EmailAnswer, Message},
    caller::SignedIn,
    json_body::JsonBody,
    problem::Problem,
    refusals,
    refuses::{Refusals, Refuses},
    registration::{CodeBody, EmailBody},
};

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(list_emails, add_email, verify_email, resend_email_code))]
pub(crate) struct Description;

/// Registers the routes.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config.service(list_emails).service(add_email).service(verify_email).service(resend_email_code);
}

/// List your addresses
#[utoipa::path(
    tag = "Emails",
    security(("bearer" = [])),
    responses((status = 200, description = "All of them, verified or not", body = Vec<EmailAnswer>), Refusals<SignedIn>),
)]
#[get("/auth/emails")]
async fn list_emails(
    caller: SignedIn,
    use_cases: web::Data<UseCases>,
) -> Result<web::Json<Vec<EmailAnswer>>, Problem> {
    let emails = use_cases.list_emails.execute(&caller.0).await?;
    Ok(web::Json(emails.iter().map(EmailAnswer::from).collect()))
}

/// Add an address
///
/// Sends a letter with a code to it, good for ten minutes. An address that is yours but not verified may be added
/// again, for a new code.
#[utoipa::path(
    tag = "Emails",
    security(("bearer" = [])),
    request_body = EmailBody,
    responses((status = 201, description = "Added, still to be verified", body = EmailAnswer, example = json!({
        "id": "01a200e4-0b1c-7d2e-8f30-415263748596",
        "email": "ann@work.example",
        "isDefault": false,
        "isVerified": false,
    })), Refusals<(SignedIn, JsonBody<EmailBody>, AddEmailError)>),
)]
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

impl Refuses<Problem> for AddEmailError {
    fn refusals() -> Vec<Problem> {
        [vec![Self::AlreadyInUse.into()], StoreError::refusals()].concat()
    }
}

/// Prove an added address
///
/// Three wrong tries use a code up.
#[utoipa::path(
    tag = "Emails",
    security(("bearer" = [])),
    request_body = CodeBody,
    responses((status = 200, description = "The address is proved", body = Message, example = json!({ "message": "Email address verified" })), Refusals<(SignedIn, JsonBody<CodeBody>, VerifyEmailError)>),
)]
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

impl Refuses<Problem> for VerifyEmailError {
    fn refusals() -> Vec<Problem> {
        let own = [Self::NotFound, Self::AlreadyInUse].map(Problem::from);
        [own.into(), CodeRefusal::refusals(), StoreError::refusals()].concat()
    }
}

/// Ask for another code for an added address
///
/// The code before it is good for nothing any more. A minute must pass between two codes.
#[utoipa::path(
    tag = "Emails",
    security(("bearer" = [])),
    request_body = EmailBody,
    responses((status = 200, description = "A letter is on its way", body = Message, example = json!({ "message": "A new code has been sent to this email address" })), Refusals<(SignedIn, JsonBody<EmailBody>, ResendEmailCodeError)>),
)]
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

impl Refuses<Problem> for ResendEmailCodeError {
    fn refusals() -> Vec<Problem> {
        let own = vec![Self::NotFound.into(), Self::AlreadyVerified.into(), Problem::too_soon(42)];
        [own, StoreError::refusals()].concat()
    }
}
