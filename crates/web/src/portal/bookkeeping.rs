//! Recording payments and taking them back, for admins (portal contract sections 3.3 and 5).

use actix_web::{routes, web};
use portico_application::{RecordPaymentError, UseCases};
use portico_domain::{
    id::UserId, payment::RemovalReason, period::PeriodError, ports::StoreError, text::TextError,
};
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::{
    answers::{DONE, Done},
    binding::{BindFault, Bound, Fields, Request},
    caller::Steward,
    payments::period,
    problem::Problem,
    refusals::{already_paid, control_character, invalid_request, too_long, user_not_found},
    refuses::Refusals,
};
use crate::refuses::Refuses;

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(record_payment, record_payment_by_post, remove_payment))]
pub(super) struct Description;

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config.service(record_payment).service(record_payment_by_post).service(remove_payment);
}

/// Who has paid.
#[derive(ToSchema)]
#[schema(as = PortalPaymentRecord, example = json!({ "user_id": 134, "period": 202_610 }))]
struct RecordBody {
    user_id: i64,
    /// 0 and nothing are the period for which dues are collected
    #[schema(required = false)]
    period: i64,
}

impl Request for RecordBody {
    fn bind(fields: &mut Fields) -> Result<Self, BindFault> {
        Ok(Self { user_id: fields.number("user_id")?, period: fields.number("period")? })
    }

    fn refused(fault: BindFault) -> Problem {
        invalid_request(&fault)
    }
}

/// Record a payment
///
/// You are noted as the one who took the money. When the payment makes him a member at present, he becomes one, and is
/// mailed a receipt.
#[utoipa::path(
    tag = "Portal management",
    security(("portal" = []), ("bearer" = [])),
    request_body = RecordBody,
    responses((status = 200, description = "Recorded", body = Done), Refusals<(Steward, Bound<RecordBody>, RecordPaymentError)>),
)]
#[routes]
#[put("/api/private/management/payment_status")]
#[put("/api/management/payment_status")]
async fn record_payment(
    Steward(steward): Steward,
    use_cases: web::Data<UseCases>,
    body: Bound<RecordBody>,
) -> Result<web::Json<Done>, Problem> {
    record(&use_cases, steward, &body.read()?).await
}

/// Record a payment, for clients that cannot PUT
#[utoipa::path(
    tag = "Portal management",
    security(("portal" = []), ("bearer" = [])),
    request_body = RecordBody,
    responses((status = 200, description = "Recorded", body = Done), Refusals<(Steward, Bound<RecordBody>, RecordPaymentError)>),
)]
#[routes]
#[post("/api/private/management/payment_status")]
#[post("/api/management/payment_status")]
async fn record_payment_by_post(
    Steward(steward): Steward,
    use_cases: web::Data<UseCases>,
    body: Bound<RecordBody>,
) -> Result<web::Json<Done>, Problem> {
    record(&use_cases, steward, &body.read()?).await
}

async fn record(
    use_cases: &UseCases,
    steward: UserId,
    body: &RecordBody,
) -> Result<web::Json<Done>, Problem> {
    use_cases.record_payment.execute(steward, body.user_id, period(body.period)?).await?;
    Ok(web::Json(DONE))
}

impl From<RecordPaymentError> for Problem {
    fn from(error: RecordPaymentError) -> Self {
        match error {
            RecordPaymentError::NoSuchMember => user_not_found(),
            RecordPaymentError::AlreadyPaid => already_paid(),
            RecordPaymentError::Store(error) => error.into(),
        }
    }
}

impl Refuses<Problem> for RecordPaymentError {
    fn refusals() -> Vec<Problem> {
        let own = [Self::NoSuchMember, Self::AlreadyPaid].map(Problem::from);
        [PeriodError::refusals(), own.into(), StoreError::refusals()].concat()
    }
}

impl From<PeriodError> for Problem {
    fn from(error: PeriodError) -> Self {
        Self::bad_request(match error {
            PeriodError::Year => "年の値が不正です",
            PeriodError::Month => "4月または10月のみが許可されています",
        })
    }
}

impl Refuses<Problem> for PeriodError {
    fn refusals() -> Vec<Problem> {
        [Self::Year, Self::Month].map(Problem::from).into()
    }
}

/// Which payment is taken back, and why; in the query or in the body.
#[derive(IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
#[schema(as = PortalPaymentRemoval, example = json!({ "user_id": 134, "reason": "入力ミス" }))]
struct RemoveBody {
    /// The member's number
    #[param(required = false, example = 134)]
    user_id: i64,
    /// 0 and nothing are the period for which dues are collected
    #[param(required = false, example = 202_610)]
    #[schema(required = false)]
    period: i64,
    /// For the books
    #[param(required = false, max_length = 500)]
    #[schema(required = false, max_length = 500)]
    reason: String,
}

impl Request for RemoveBody {
    fn bind(fields: &mut Fields) -> Result<Self, BindFault> {
        Ok(Self {
            user_id: fields.number("user_id")?,
            period: fields.number("period")?,
            reason: fields.text("reason")?,
        })
    }

    fn refused(fault: BindFault) -> Problem {
        invalid_request(&fault)
    }
}

impl RemoveBody {
    fn reason(&self) -> Result<Option<RemovalReason>, Problem> {
        match RemovalReason::parse(&self.reason) {
            Ok(reason) => Ok(Some(reason)),
            Err(TextError::Empty) => Ok(None),
            Err(TextError::TooLong { max }) => Err(too_long("reason", max)),
            Err(TextError::ControlCharacter) => Err(control_character("reason")),
        }
    }
}

/// Take a payment back
///
/// When it made him a member, he is one no longer. Nothing happens when there is none.
#[utoipa::path(
    tag = "Portal management",
    security(("portal" = []), ("bearer" = [])),
    params(RemoveBody),
    request_body(content = Option<RemoveBody>, description = "What it says counts more than the query"),
    responses((status = 200, description = "There is none any more", body = Done), Refusals<(Steward, Bound<RemoveBody>, FaultyReason, StoreError)>),
)]
#[routes]
#[delete("/api/private/management/payment_status")]
#[delete("/api/management/payment_status")]
async fn remove_payment(
    Steward(steward): Steward,
    use_cases: web::Data<UseCases>,
    body: Bound<RemoveBody>,
) -> Result<web::Json<Done>, Problem> {
    let body = body.read()?;
    let reason = body.reason()?;
    // For what is no period there is nothing to take back.
    if let Ok(period) = period(body.period) {
        use_cases.remove_payment.execute(steward, body.user_id, period, reason).await?;
    }
    Ok(web::Json(DONE))
}

struct FaultyReason;

impl Refuses<Problem> for FaultyReason {
    fn refusals() -> Vec<Problem> {
        vec![too_long("reason", 500), control_character("reason")]
    }
}
