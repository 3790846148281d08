//! Becoming known: the three steps, and the one step with an invite (contract section 2).

use actix_web::{post, web};
use portico_application::{
    CompleteRegistrationError, CompleteRegistrationRequest, RegisterWithInviteError,
    RegisterWithInviteRequest, RegisteredWithInvite, ResendRegistrationCodeError, UseCases,
    VerifyRegistrationError,
};
use portico_domain::{
    code::{PlainCode, ProofRefusal},
    email::EmailAddress,
    password::PlainPassword,
};
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{
    answers::{LoginAnswer, Message, TokenFields, UserAnswer},
    fields::{Fields, any_text, token},
    given::{Given, right_kind},
    json_body::{Body, JsonBody},
    problem::{Fault, Problem, Rule},
    refusals,
};

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
#[derive(Deserialize, Validate)]
pub(crate) struct EmailBody {
    #[validate(required, custom(function = right_kind))]
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
#[derive(Deserialize, Validate)]
pub(crate) struct CodeBody {
    #[validate(required, custom(function = right_kind))]
    email: Option<Given<String>>,
    #[validate(required, custom(function = right_kind))]
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

#[derive(Deserialize, Validate)]
struct PasswordBody {
    #[validate(required, custom(function = right_kind))]
    email: Option<Given<String>>,
    #[validate(required, custom(function = right_kind))]
    password: Option<Given<String>>,
    #[validate(custom(function = right_kind))]
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

#[derive(Deserialize, Validate)]
struct WithInviteBody {
    #[validate(required, custom(function = right_kind))]
    invite_token: Option<Given<String>>,
    #[validate(required, custom(function = right_kind))]
    email: Option<Given<String>>,
    #[validate(required, custom(function = right_kind))]
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

#[post("/auth/register/start")]
async fn start_registration(
    use_cases: web::Data<UseCases>,
    body: JsonBody<EmailBody>,
) -> Result<web::Json<Message>, Problem> {
    use_cases.start_registration.execute(body.parse()?).await?;
    Ok(web::Json(Message { message: "A code has been sent to this email address" }))
}

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

#[derive(Serialize)]
struct VerifyAnswer {
    message: &'static str,
    verification_token: String,
}

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

#[derive(Serialize)]
struct WithInviteAnswer {
    #[serde(flatten)]
    tokens: TokenFields,
    user: UserAnswer,
    project_slug: String,
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
