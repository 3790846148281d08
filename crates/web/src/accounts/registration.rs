//! Becoming known: the three steps, and the one step with an invite (contract section 2).

use actix_web::{post, web};
use portico_application::{
    CompleteRegistrationError, CompleteRegistrationRequest, RegisterWithInviteError,
    RegisterWithInviteRequest, RegisteredWithInvite, ResendRegistrationCodeError, UseCases,
    VerifyRegistrationError,
};
use portico_domain::{
    code::{CodeRefusal, PlainCode, ProofRefusal},
    email::EmailAddress,
    invite::InviteRefusal,
    password::PlainPassword,
    ports::StoreError,
};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use validator::Validate;

use super::{
    answers::{LoginAnswer, Message, TokenFields, UserAnswer},
    fields::{Fields, any_text, token},
    given::{Given, right_kind},
    json_body::{Body, JsonBody},
    kinds::{LetterCode, MailAddress, NewPassword},
    problem::{Fault, Problem, Rule},
    refusals,
    refuses::{Refusals, Refuses},
};

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(start_registration, resend_code, verify_address, set_password, register_with_invite))]
pub(crate) struct Description;

/// Registers the routes.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .service(start_registration)
        .service(resend_code)
        .service(verify_address)
        .service(set_password)
        .service(register_with_invite);
}

/// A body that holds an address and nothing else.
#[derive(Deserialize, ToSchema, Validate)]
#[schema(example = json!({ "email": "ann@example.org" }))]
pub(crate) struct EmailBody {
    #[validate(required, custom(function = right_kind))]
    #[schema(value_type = MailAddress, required)]
    email: Option<Given<String>>,
}

impl Body for EmailBody {
    type Command = EmailAddress;

    fn read(self, mut fields: Fields) -> Result<EmailAddress, Problem> {
        let email = fields.required_text("email", self.email, EmailAddress::parse);
        fields.finish(|| email)
    }
}

/// A body that holds an address and the code sent to it.
#[derive(Deserialize, ToSchema, Validate)]
#[schema(example = json!({ "email": "ann@example.org", "code": "482913" }))]
pub(crate) struct CodeBody {
    #[validate(required, custom(function = right_kind))]
    #[schema(value_type = MailAddress, required)]
    email: Option<Given<String>>,
    #[validate(required, custom(function = right_kind))]
    #[schema(value_type = LetterCode, required)]
    code: Option<Given<String>>,
}

impl Body for CodeBody {
    type Command = (EmailAddress, PlainCode);

    fn read(self, mut fields: Fields) -> Result<(EmailAddress, PlainCode), Problem> {
        let email = fields.required_text("email", self.email, EmailAddress::parse);
        let code = fields.required_text("code", self.code, PlainCode::parse);
        fields.finish(|| Ok((email?, code?)))
    }
}

#[derive(Deserialize, ToSchema, Validate)]
#[schema(example = json!({ "email": "ann@example.org", "password": "violet-harbour-49" }))]
struct PasswordBody {
    #[validate(required, custom(function = right_kind))]
    #[schema(value_type = MailAddress, required)]
    email: Option<Given<String>>,
    #[validate(required, custom(function = right_kind))]
    #[schema(value_type = NewPassword, required)]
    password: Option<Given<String>>,
    /// The token of the second step; the operator may require it
    #[validate(custom(function = right_kind))]
    #[schema(value_type = Option<String>)]
    verification_token: Option<Given<String>>,
}

impl Body for PasswordBody {
    type Command = CompleteRegistrationRequest;

    fn read(self, mut fields: Fields) -> Result<CompleteRegistrationRequest, Problem> {
        let address = fields.required_text("email", self.email, EmailAddress::parse);
        let password = fields.required_text("password", self.password, PlainPassword::choose);
        let shown = fields.optional_text("verification_token", self.verification_token, any_text(token));
        fields.finish(|| {
            Ok(CompleteRegistrationRequest {
                address: address?,
                password: password?,
                verification_token: shown?,
            })
        })
    }
}

#[derive(Deserialize, ToSchema, Validate)]
#[schema(example = json!({
    "invite_token": "vX7q6-GSV_DMxdwDHCp2W9bg1JPcGl3Zn93Tg6TBiQk",
    "email": "bob@example.org",
    "password": "copper-lantern-73",
}))]
struct WithInviteBody {
    /// The token at the end of the link in the letter
    #[validate(required, custom(function = right_kind))]
    #[schema(value_type = String, required)]
    invite_token: Option<Given<String>>,
    #[validate(required, custom(function = right_kind))]
    #[schema(value_type = MailAddress, required)]
    email: Option<Given<String>>,
    #[validate(required, custom(function = right_kind))]
    #[schema(value_type = NewPassword, required)]
    password: Option<Given<String>>,
}

impl Body for WithInviteBody {
    type Command = RegisterWithInviteRequest;

    fn read(self, mut fields: Fields) -> Result<RegisterWithInviteRequest, Problem> {
        let shown = fields.required_text("invite_token", self.invite_token, any_text(token));
        let address = fields.required_text("email", self.email, EmailAddress::parse);
        let password = fields.required_text("password", self.password, PlainPassword::choose);
        fields.finish(|| {
            Ok(RegisterWithInviteRequest { invite_token: shown?, address: address?, password: password? })
        })
    }
}

/// Begin: ask for a code
///
/// Sends a letter with a code of six digits, good for ten minutes. The answer and its time are the same when the
/// address has an account (its owner is told by letter), and within the minute after the last code, when nothing is sent.
#[utoipa::path(
    tag = "Registration",
    request_body = EmailBody,
    responses((status = 200, description = "A letter is on its way", body = Message, example = json!({ "message": "A code has been sent to this email address" })), Refusals<(JsonBody<EmailBody>, StoreError)>),
)]
#[post("/auth/register/start")]
async fn start_registration(
    use_cases: web::Data<UseCases>,
    body: JsonBody<EmailBody>,
) -> Result<web::Json<Message>, Problem> {
    use_cases.start_registration.execute(body.parse()?).await?;
    Ok(web::Json(Message { message: "A code has been sent to this email address" }))
}

/// Ask for another code
///
/// The code before it is good for nothing any more. A minute must pass between two codes.
#[utoipa::path(
    tag = "Registration",
    request_body = EmailBody,
    responses((status = 200, description = "A letter is on its way", body = Message, example = json!({ "message": "A new code has been sent to this email address" })), Refusals<(JsonBody<EmailBody>, ResendRegistrationCodeError)>),
)]
#[post("/auth/register/resend")]
async fn resend_code(
    use_cases: web::Data<UseCases>,
    body: JsonBody<EmailBody>,
) -> Result<web::Json<Message>, Problem> {
    use_cases.resend_registration_code.execute(body.parse()?).await?;
    Ok(web::Json(Message { message: "A new code has been sent to this email address" }))
}

impl From<ResendRegistrationCodeError> for Problem {
    fn from(error: ResendRegistrationCodeError) -> Self {
        match error {
            ResendRegistrationCodeError::NoCode => refusals::no_code(),
            ResendRegistrationCodeError::TooSoon { retry_after } => refusals::too_soon(retry_after),
            ResendRegistrationCodeError::Store(error) => error.into(),
        }
    }
}

impl Refuses<Problem> for ResendRegistrationCodeError {
    fn refusals() -> Vec<Problem> {
        [vec![refusals::no_code(), Problem::too_soon(42)], StoreError::refusals()].concat()
    }
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "message": "Email address verified",
    "verification_token": "vX7q6-GSV_DMxdwDHCp2W9bg1JPcGl3Zn93Tg6TBiQk",
}))]
struct VerifyAnswer {
    message: &'static str,
    /// Shows at the last step that whoever sets the password is the one who proved the address
    verification_token: String,
}

/// Prove the address
///
/// Three wrong tries use a code up. The password must be set within 15 minutes.
#[utoipa::path(
    tag = "Registration",
    request_body = CodeBody,
    responses((status = 200, description = "The address is proved", body = VerifyAnswer), Refusals<(JsonBody<CodeBody>, VerifyRegistrationError)>),
)]
#[post("/auth/register/verify")]
async fn verify_address(
    use_cases: web::Data<UseCases>,
    body: JsonBody<CodeBody>,
) -> Result<web::Json<VerifyAnswer>, Problem> {
    let (address, code) = body.parse()?;
    let token = use_cases.verify_registration.execute(address, code).await?;
    let verification_token = token.reveal().to_owned();
    Ok(web::Json(VerifyAnswer { message: "Email address verified", verification_token }))
}

impl From<VerifyRegistrationError> for Problem {
    fn from(error: VerifyRegistrationError) -> Self {
        match error {
            VerifyRegistrationError::NoCode => refusals::no_code(),
            VerifyRegistrationError::Refused(refusal) => refusal.into(),
            VerifyRegistrationError::Store(error) => error.into(),
        }
    }
}

impl Refuses<Problem> for VerifyRegistrationError {
    fn refusals() -> Vec<Problem> {
        [vec![refusals::no_code()], CodeRefusal::refusals(), StoreError::refusals()].concat()
    }
}

/// Set the password, and be signed in
///
/// Within 15 minutes after the address was proved. An operator may require the `verification_token`.
#[utoipa::path(
    tag = "Registration",
    request_body = PasswordBody,
    responses((status = 200, description = "The account is made", body = LoginAnswer, example = json!({
        "type": "bearer",
        "token": "hitkey_8gJhWTDRW_vCFgIsLwqCktdluT_NxeouOJIj0BxFHpk",
        "refresh_token": "7e25dbe3e9ab39dd9fb0b92e79682c97bd1ae68edbe0b35205331433817cb9ae",
        "expires_in": 3600,
        "user": {
            "id": "01a200e3-7ba9-7cb8-8b47-a9057230174f",
            "email": "ann@example.org",
            "displayName": "ann",
        },
        "message": "Registration completed",
    })), Refusals<(JsonBody<PasswordBody>, CompleteRegistrationError)>),
)]
#[post("/auth/register/password")]
async fn set_password(
    use_cases: web::Data<UseCases>,
    body: JsonBody<PasswordBody>,
) -> Result<web::Json<LoginAnswer>, Problem> {
    let signed_in = use_cases.complete_registration.execute(body.parse()?).await?;
    Ok(web::Json(LoginAnswer::from(signed_in).saying("Registration completed")))
}

impl From<CompleteRegistrationError> for Problem {
    fn from(error: CompleteRegistrationError) -> Self {
        match error {
            CompleteRegistrationError::VerificationTokenRequired => {
                let fault = Fault::new("verification_token", Rule::Required, "must be defined");
                Self::invalid(vec![fault])
            }
            CompleteRegistrationError::Refused(ProofRefusal::Missing) => {
                Self::bad_request("NO_CODE", "The email address has not been verified")
            }
            CompleteRegistrationError::Refused(ProofRefusal::Lapsed) => {
                Self::bad_request("CODE_EXPIRED", "The verification has expired")
            }
            CompleteRegistrationError::Refused(ProofRefusal::WrongToken) => {
                Self::bad_request("INVALID_TOKEN", "The verification token is wrong")
            }
            CompleteRegistrationError::Passwords(error) => Self::from_passwords(&error, "password"),
            CompleteRegistrationError::Store(error) => error.into(),
        }
    }
}

impl Refuses<Problem> for CompleteRegistrationError {
    fn refusals() -> Vec<Problem> {
        let proof = [ProofRefusal::Missing, ProofRefusal::Lapsed, ProofRefusal::WrongToken];
        let proof = proof.map(|refusal| Self::Refused(refusal).into());
        [proof.into(), vec![refusals::weak_password("password")], StoreError::refusals()].concat()
    }
}

#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "token": "hitkey_k0J4b2mEwJ1c3yU1r0n8qf5Y7dZcQxH2sPvTgLaWmEo",
    "refresh_token": "0f2c7f9b5a1e4d3c8b7a69584736251403f2e1d0c9b8a7968574635241302f1e",
    "expires_in": 3600,
    "user": {
        "id": "01a200e3-9d01-7b7a-8f0e-5b1c6d2a9e34",
        "email": "bob@example.org",
        "displayName": "bob",
    },
    "project_slug": "chess-club",
    "redirect_url": "https://chess.example.org/welcome",
}))]
struct WithInviteAnswer {
    #[serde(flatten)]
    tokens: TokenFields,
    user: UserAnswer,
    project_slug: String,
    /// What the invite was made with; null when with none
    #[schema(required)]
    redirect_url: Option<String>,
}

impl From<RegisteredWithInvite> for WithInviteAnswer {
    fn from(registered: RegisteredWithInvite) -> Self {
        Self {
            tokens: registered.signed_in.tokens.into(),
            user: registered.signed_in.user.into(),
            project_slug: registered.joined.project.slug.to_string(),
            redirect_url: registered.joined.redirect_url.map(|url| url.as_str().to_owned()),
        }
    }
}

/// Register with an invite, in one step
///
/// The invite proves the address that it was sent to. The account is made and the invite accepted, or neither.
#[utoipa::path(
    tag = "Registration",
    request_body = WithInviteBody,
    responses((status = 200, description = "The account is made, and it is a member", body = WithInviteAnswer), Refusals<(JsonBody<WithInviteBody>, RegisterWithInviteError)>),
)]
#[post("/auth/register/with-invite")]
async fn register_with_invite(
    use_cases: web::Data<UseCases>,
    body: JsonBody<WithInviteBody>,
) -> Result<web::Json<WithInviteAnswer>, Problem> {
    let registered = use_cases.register_with_invite.execute(body.parse()?).await?;
    Ok(web::Json(registered.into()))
}

impl From<RegisterWithInviteError> for Problem {
    fn from(error: RegisterWithInviteError) -> Self {
        match error {
            RegisterWithInviteError::Refused(refusal) => refusal.into(),
            RegisterWithInviteError::EmailAlreadyInUse => refusals::email_already_in_use(),
            RegisterWithInviteError::Passwords(error) => Self::from_passwords(&error, "password"),
            RegisterWithInviteError::Store(error) => error.into(),
        }
    }
}

impl Refuses<Problem> for RegisterWithInviteError {
    fn refusals() -> Vec<Problem> {
        let own = vec![refusals::email_already_in_use(), refusals::weak_password("password")];
        [InviteRefusal::refusals(), own, StoreError::refusals()].concat()
    }
}
