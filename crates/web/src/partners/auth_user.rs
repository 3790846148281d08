//! Finding a person by his address, or creating him (partner contract, `auth_user`).

use actix_web::{options, post, web};
use portico_application::{FindOrCreateUserRequest, UseCases};
use portico_domain::{
    email::{EmailAddress, EmailAddressError},
    partner::{FieldFault, Given, PartnerField},
    ports::StoreError,
    user::DisplayName,
};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::{
    about::About,
    body::{Call, Fields, Request},
    problem::Problem,
    refuses::Refusals,
};

/// The most bytes of an address (partner contract, "Common").
const MAX_ADDRESS: usize = 254;

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(auth_user, about_auth_user))]
pub(super) struct Description;

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config.service(auth_user).service(about_auth_user);
}

/// Whom to find or create.
#[derive(ToSchema)]
#[schema(as = PartnerAuthUser, example = json!({
    "key": "portico_key_A3kVq0bX9sE2mJd7LhT4rYcNfWuZpG1iQoKxB5vS8ta",
    "email": "student@example.org",
    "login": "Анна",
}))]
#[expect(dead_code, reason = "only describes what is read field by field")]
struct AuthUserBody {
    /// The partner's key; `Authorization: Bearer` can take its place
    #[schema(required = false)]
    key: String,
    /// His address; white space around it does not count, nor does case
    #[schema(format = "idn-email", max_length = 254)]
    email: String,
    /// What to call him if he is new
    #[schema(min_length = 1, max_length = 150)]
    login: String,
}

impl Request for FindOrCreateUserRequest {
    const FIELDS: &'static [PartnerField] = &[PartnerField::Key, PartnerField::Email, PartnerField::Login];

    fn read(fields: &Fields<'_>) -> Self {
        Self {
            key: fields.key(),
            email: fields.text(PartnerField::Email).and_then(|text| address(&text)),
            login: fields.text(PartnerField::Login).and_then(|text| DisplayName::from_login(&text)),
        }
    }
}

fn address(text: &str) -> Given<EmailAddress> {
    EmailAddress::parse(text).map_err(|error| match error {
        EmailAddressError::TooLong => FieldFault::TooLong { max: MAX_ADDRESS },
        EmailAddressError::Invalid => FieldFault::Invalid,
    })
}

/// Who it is.
#[derive(Serialize, ToSchema)]
#[schema(as = PartnerUser, example = json!({ "success": true, "user": "01a200e3-7bf8-7cd8-b40e-2db83342eae8" }))]
struct UserAnswer {
    /// Always true
    success: bool,
    /// The user's id
    user: Uuid,
}

/// Find a user by his address, or create him
///
/// Whoever has the address is the user, and nothing about him changes. When nobody has it, a user is created, and a letter
/// with a password goes to the address; he sets another one when he first signs in. From now on he is one of the
/// partner's users.
///
/// `Accept-Language` chooses the language of what is said about faulty fields: `en`, `ru`, `ja`, `tr` or `kk`.
#[utoipa::path(
    tag = "Partners",
    request_body = AuthUserBody,
    responses((status = 200, description = "The user", body = UserAnswer), Refusals<(Call<FindOrCreateUserRequest>, StoreError)>),
)]
#[post("/api/public/auth_user")]
async fn auth_user(
    use_cases: web::Data<UseCases>,
    call: Call<FindOrCreateUserRequest>,
) -> Result<web::Json<UserAnswer>, Problem> {
    let language = call.language;
    let found = use_cases.find_or_create_user.execute(call.read()?).await;
    let user = found.map_err(|error| Problem::refused(error, language))?;
    Ok(web::Json(UserAnswer { success: true, user: user.uuid() }))
}

/// Learn what `auth_user` is
#[utoipa::path(
    tag = "Partners",
    responses((status = 200, description = "What it is", body = About, example = json!(ABOUT)), Refusals<()>),
)]
#[options("/api/public/auth_user")]
async fn about_auth_user() -> web::Json<About> {
    web::Json(ABOUT)
}

const ABOUT: About = About::of("Auth User", "Finds a user by an e-mail address, or creates one.");
