//! Becoming a member, for whoever has signed in at the provider (portal contract sections 3.1 and 9, rows 5 to 7).

use std::fmt::Write as _;

use actix_web::{routes, web};
use portico_application::{
    PendingSignInError, ProfileConflict, RegisterMemberError, RegisterMemberRequest, UseCases,
};
use portico_domain::{ports::StoreError, token::PlainToken};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use super::{
    answers::{DONE, Done, Flat, flat},
    binding::Bound,
    caller::{Applicant, Newcomer, already_member},
    problem::Problem,
    profile_body::ProfileBody,
    refusals::{CONFLICTS_OF_DETAILS, faults_of_details, taken},
    refuses::Refusals,
};
use crate::refuses::Refuses;

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(view_pending, sign_up))]
pub(super) struct Description;

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config.service(view_pending).service(sign_up);
}

#[derive(Serialize, ToSchema)]
#[schema(as = PortalNewcomer, example = json!({
    "token": "9f86d081884c7d659a2feaa0c55ad015",
    "account_id": "oauth2|discord|1234",
    "acciunt_id": "oauth2|discord|1234",
    "email": "mischa@example.org",
}))]
struct PendingAnswer {
    /// Names this sign-in, and opens nothing
    token: String,
    account_id: String,
    /// The same, as the first documentation of this API spells it
    acciunt_id: String,
    email: String,
}

impl From<Newcomer> for PendingAnswer {
    fn from(Newcomer { pending, token }: Newcomer) -> Self {
        let account_id = pending.subject.as_str().to_owned();
        let email = pending.address.as_str().to_owned();
        Self { token: name_of(&token), acciunt_id: account_id.clone(), account_id, email }
    }
}

/// A name for a sign-in that tells nothing of its cookie, nor of what is kept of that.
fn name_of(token: &PlainToken) -> String {
    let digest = PlainToken::presented(format!("oidc_account {}", token.reveal())).digest();
    digest.as_bytes().iter().take(16).fold(String::new(), |mut name, byte| {
        let _ = write!(name, "{byte:02x}");
        name
    })
}

/// See who you are at the provider
#[utoipa::path(
    tag = "Portal sign-in",
    security(("portal" = [])),
    responses((status = 200, description = "What the provider says of you", body = Flat<PendingAnswer>), Refusals<Newcomer>),
)]
#[routes]
#[get("/api/public/oidc_account")]
#[get("/api/oidc_account")]
async fn view_pending(newcomer: Newcomer) -> web::Json<Flat<PendingAnswer>> {
    flat(PendingAnswer::from(newcomer))
}

/// Become a member
///
/// Account and address are those at the provider. A letter asks to prove the address. With a bearer token of the
/// accounts API beside the cookie, the profile belongs to that account.
#[utoipa::path(
    tag = "Portal sign-in",
    security(("portal" = [])),
    request_body = ProfileBody,
    responses((status = 200, description = "You are a member", body = Done), Refusals<(Applicant, Bound<ProfileBody>, RegisterMemberError)>),
)]
#[routes]
#[post("/api/public/oidc_account/signup")]
#[post("/api/oidc_account/signup")]
#[post("/api/private/signup")]
async fn sign_up(
    Applicant { token, account }: Applicant,
    use_cases: web::Data<UseCases>,
    body: Bound<ProfileBody>,
) -> Result<web::Json<Done>, Problem> {
    let body = body.read()?;
    let generation = body.generation();
    let request = RegisterMemberRequest { token, draft: body.into_draft(), generation, account };
    use_cases.register_member.execute(request).await?;
    Ok(web::Json(DONE))
}

impl From<RegisterMemberError> for Problem {
    fn from(error: RegisterMemberError) -> Self {
        match error {
            RegisterMemberError::Pending(error) => error.into(),
            RegisterMemberError::Fault(fault) => fault.into(),
            RegisterMemberError::Conflict(conflict) => Self::bad_request(taken(conflict)),
            RegisterMemberError::Registered => already_member(),
            RegisterMemberError::Store(error) => error.into(),
        }
    }
}

impl Refuses<Problem> for RegisterMemberError {
    fn refusals() -> Vec<Problem> {
        let conflicts = CONFLICTS_OF_DETAILS.into_iter().chain([ProfileConflict::Address]);
        let conflicts = conflicts.map(|conflict| Self::Conflict(conflict).into()).collect();
        let late = [Self::Pending(PendingSignInError::Unknown), Self::Registered].map(Problem::from);
        [faults_of_details(), conflicts, late.into(), StoreError::refusals()].concat()
    }
}
