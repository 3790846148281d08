//! Taking payments by the tokens that members show, and reminding of those that are owed (portal contract sections 3.3
//! and 5.1).

use actix_web::{http::StatusCode, routes, web};
use portico_application::{
    AuthorizePaymentError, FailedReminder, PaymentPreview, PreviewPaymentError, UseCases,
};
use portico_domain::{ports::StoreError, profile::Generation, token::PlainToken};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use super::{
    answers::{DONE, Done, Flat, PeriodNumber, flat},
    binding::{BindFault, Bound, Fields, Request},
    caller::Steward,
    problem::Problem,
    refusals::{already_paid, invalid_request},
    refuses::Refusals,
};
use crate::refuses::Refuses;

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(authorize_payment, preview_payment, remind_unpaid))]
pub(super) struct Description;

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config.service(authorize_payment).service(preview_payment).service(remind_unpaid);
}

/// What a member shows.
#[derive(ToSchema)]
#[schema(as = PortalTransaction, example = json!({ "token": "8gJhWTDRW_vCFgIsLwqCktdluT_NxeouOJIj0BxFHpk" }))]
struct TokenBody {
    token: String,
}

impl Request for TokenBody {
    fn bind(fields: &mut Fields) -> Result<Self, BindFault> {
        Ok(Self { token: fields.text("token")? })
    }

    fn refused(fault: BindFault) -> Problem {
        invalid_request(&fault)
    }
}

/// Take a payment
///
/// By the token that the member shows, once. It is recorded for the period for which dues are collected.
#[utoipa::path(
    tag = "Portal management",
    security(("portal" = []), ("bearer" = [])),
    request_body = TokenBody,
    responses((status = 200, description = "Recorded", body = Done), Refusals<(Steward, Bound<TokenBody>, AuthorizePaymentError)>),
)]
#[routes]
#[post("/api/private/management/authorize_transaction")]
#[post("/api/management/authorize_transaction")]
async fn authorize_payment(
    Steward(steward): Steward,
    use_cases: web::Data<UseCases>,
    body: Bound<TokenBody>,
) -> Result<web::Json<Done>, Problem> {
    let token = PlainToken::presented(body.read()?.token);
    use_cases.authorize_payment.execute(steward, token).await?;
    Ok(web::Json(DONE))
}

impl From<AuthorizePaymentError> for Problem {
    fn from(error: AuthorizePaymentError) -> Self {
        match error {
            AuthorizePaymentError::InvalidToken => invalid_token(),
            AuthorizePaymentError::AlreadyPaid => already_paid(),
            AuthorizePaymentError::Store(error) => error.into(),
        }
    }
}

impl Refuses<Problem> for AuthorizePaymentError {
    fn refusals() -> Vec<Problem> {
        let own = [Self::InvalidToken, Self::AlreadyPaid].map(Problem::from);
        [own.into(), StoreError::refusals()].concat()
    }
}

fn invalid_token() -> Problem {
    Problem::bad_request("無効なトークンです")
}

#[derive(Serialize, ToSchema)]
#[schema(as = PortalPreview, example = json!({
    "user_id": 134,
    "handle": "mischa",
    "generation": 61,
    "period": 202_610,
    "already_paid": false,
}))]
struct PreviewAnswer {
    user_id: i64,
    handle: String,
    /// 0 in a profile that an operator made
    generation: i32,
    /// For which period he would pay
    #[schema(value_type = PeriodNumber)]
    period: i32,
    already_paid: bool,
}

impl From<PaymentPreview> for PreviewAnswer {
    fn from(PaymentPreview { record, period, already_paid }: PaymentPreview) -> Self {
        let profile = record.profile;
        Self {
            user_id: profile.number,
            handle: profile.details.handle,
            generation: profile.generation.map(Generation::number).unwrap_or_default(),
            period: period.number(),
            already_paid,
        }
    }
}

/// See whose payment it would be
///
/// Uses nothing up.
#[utoipa::path(
    tag = "Portal management",
    security(("portal" = []), ("bearer" = [])),
    request_body = TokenBody,
    responses((status = 200, description = "Who shows the token", body = Flat<PreviewAnswer>), Refusals<(Steward, Bound<TokenBody>, PreviewPaymentError)>),
)]
#[routes]
#[post("/api/private/management/authorize_transaction/preview")]
#[post("/api/management/authorize_transaction/preview")]
async fn preview_payment(
    _steward: Steward,
    use_cases: web::Data<UseCases>,
    body: Bound<TokenBody>,
) -> Result<web::Json<Flat<PreviewAnswer>>, Problem> {
    let token = PlainToken::presented(body.read()?.token);
    Ok(flat(PreviewAnswer::from(use_cases.preview_payment.execute(token).await?)))
}

impl From<PreviewPaymentError> for Problem {
    fn from(error: PreviewPaymentError) -> Self {
        match error {
            PreviewPaymentError::InvalidToken => invalid_token(),
            PreviewPaymentError::Store(error) => error.into(),
        }
    }
}

impl Refuses<Problem> for PreviewPaymentError {
    fn refusals() -> Vec<Problem> {
        [vec![Self::InvalidToken.into()], StoreError::refusals()].concat()
    }
}

/// Who is reminded.
#[derive(ToSchema)]
#[schema(as = PortalReminder, example = json!({ "filter": [134] }))]
struct RemindBody {
    /// Members' numbers; empty for everybody who owes
    #[schema(required = false)]
    filter: Vec<i64>,
}

impl Request for RemindBody {
    fn bind(fields: &mut Fields) -> Result<Self, BindFault> {
        Ok(Self { filter: fields.numbers("filter")? })
    }

    fn refused(fault: BindFault) -> Problem {
        invalid_request(&fault)
    }
}

/// Remind of dues
///
/// Mails admins and members who have not paid for the period for which dues are collected. When some cannot be mailed,
/// the others are all the same, and the error names them.
#[utoipa::path(
    tag = "Portal management",
    security(("portal" = []), ("bearer" = [])),
    request_body(content = Option<RemindBody>, description = "Nothing for everybody"),
    responses((status = 200, description = "The letters leave", body = Done), Refusals<(Steward, Bound<RemindBody>, NotAllReminded)>),
)]
#[routes]
#[post("/api/private/management/remind_payment")]
#[post("/api/management/remind_payment")]
async fn remind_unpaid(
    _steward: Steward,
    use_cases: web::Data<UseCases>,
    body: Bound<RemindBody>,
) -> Result<web::Json<Done>, Problem> {
    let failed = use_cases.remind_unpaid.execute(body.read()?.filter).await?;
    if failed.is_empty() { Ok(web::Json(DONE)) } else { Err(not_all_reminded(&failed)) }
}

struct NotAllReminded;

impl Refuses<Problem> for NotAllReminded {
    fn refusals() -> Vec<Problem> {
        let (address, reason) = ("mischa@example.org".to_owned(), "no letter can be written".to_owned());
        vec![not_all_reminded(&[FailedReminder { number: 134, address, reason }])]
    }
}

fn not_all_reminded(failed: &[FailedReminder]) -> Problem {
    let lines = failed
        .iter()
        .map(|FailedReminder { number, address, reason }| format!("{number}({address}): {reason}"));
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, lines.collect::<Vec<_>>().join("\n"))
}
