//! Proving an address by the link in a letter (portal contract section 6).

use actix_web::{HttpRequest, HttpResponse, http::header::SET_COOKIE, routes, web};
use portico_application::{ProfileConflict, UseCases, VerifyMemberAddressError};
use portico_domain::{email_verification::VerificationRefusal, ports::StoreError, token::PlainToken};
use utoipa::{OpenApi, ToSchema};

use super::{
    answers::{DONE, Done},
    binding::{BindFault, Bound, Fields, Request},
    cookies,
    problem::Problem,
    refusals::taken,
    refuses::Refusals,
};
use crate::{refuses::Refuses, surroundings::PortalFace};

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(verify_email))]
pub(super) struct Description;

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config.service(verify_email);
}

/// What a link in a letter holds.
#[derive(ToSchema)]
#[schema(as = PortalVerification, example = json!({ "token": "8gJhWTDRW_vCFgIsLwqCktdluT_NxeouOJIj0BxFHpk" }))]
struct VerifyBody {
    token: String,
}

impl Request for VerifyBody {
    fn bind(fields: &mut Fields) -> Result<Self, BindFault> {
        Ok(Self { token: fields.text("token")? })
    }

    fn refused(_: BindFault) -> Problem {
        Problem::bad_request("token is missing")
    }
}

/// Prove your address
///
/// With the token of the link that was mailed to it. The first time, it signs in: it sets the cookie
/// `misw-portal-token`.
#[utoipa::path(
    tag = "Portal sign-in",
    request_body = VerifyBody,
    responses((status = 200, description = "Proved", body = Done), Refusals<(Bound<VerifyBody>, VerifyMemberAddressError)>),
)]
#[routes]
#[post("/api/public/verify_email")]
#[post("/api/public/veryfy_email")]
async fn verify_email(
    request: HttpRequest,
    use_cases: web::Data<UseCases>,
    face: web::Data<PortalFace>,
    body: Bound<VerifyBody>,
) -> Result<HttpResponse, Problem> {
    let token = PlainToken::presented(body.read()?.token);
    let session = use_cases.verify_member_address.execute(token).await?;
    let mut answer = HttpResponse::Ok();
    // A link of somebody else must not put another person into a browser that somebody is signed in with.
    if let Some(session) = session
        && !is_anothers(&use_cases, cookies::token(request.headers()), &session).await
    {
        answer.append_header((SET_COOKIE, face.token_cookie(&session)));
    }
    Ok(answer.json(DONE))
}

/// Whether the cookie of a browser opens a living session of another person than `session` does.
async fn is_anothers(use_cases: &UseCases, cookie: Option<PlainToken>, session: &PlainToken) -> bool {
    let Some(cookie) = cookie else { return false };
    let Ok(visitor) = use_cases.identify_visitor.execute(&cookie).await else { return false };
    use_cases.identify_visitor.execute(session).await.is_ok_and(|proved| proved.user != visitor.user)
}

impl From<VerifyMemberAddressError> for Problem {
    fn from(error: VerifyMemberAddressError) -> Self {
        match error {
            VerifyMemberAddressError::Refused(VerificationRefusal::AddressChanged) => {
                Self::bad_request("Your email address has been changed")
            }
            VerifyMemberAddressError::Refused(refusal) => {
                Self::bad_request(format!("invalid token({refusal})"))
            }
            VerifyMemberAddressError::Conflict(conflict) => Self::conflict(taken(conflict)),
            VerifyMemberAddressError::Store(error) => error.into(),
        }
    }
}

impl Refuses<Problem> for VerifyMemberAddressError {
    fn refusals() -> Vec<Problem> {
        use VerificationRefusal as Refusal;

        let refusals = [Refusal::Unknown, Refusal::Expired, Refusal::AddressChanged];
        let own = refusals.map(|refusal| Problem::from(Self::from(refusal)));
        let conflict = Self::Conflict(ProfileConflict::Address).into();
        [own.into(), vec![conflict], StoreError::refusals()].concat()
    }
}
