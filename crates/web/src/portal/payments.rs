//! What members have paid, for admins (portal contract section 3.3).

use actix_web::{routes, web};
use portico_application::UseCases;
use portico_domain::{
    payment::PaymentStatus,
    period::{Period, PeriodError},
};
use serde::Serialize;
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::{
    answers::{Flat, flat},
    binding::{BindFault, Bound, Fields, Request},
    caller::Steward,
    member::{PaymentAnswer, PaymentsAnswer},
    problem::Problem,
    refusals::invalid_request,
    refuses::Refusals,
};
use crate::{refuses::Refuses, surroundings::PortalFace};

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(view_payment, list_payments))]
pub(super) struct Description;

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config.service(view_payment).service(list_payments);
}

/// Which payment.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct PaymentQuery {
    /// The member's number
    #[param(value_type = Option<i64>, example = 134)]
    user_id: i64,
    /// 0 and nothing are the period for which dues are collected
    #[param(value_type = Option<i64>, example = 202_610)]
    period: i64,
}

impl Request for PaymentQuery {
    fn bind(fields: &mut Fields) -> Result<Self, BindFault> {
        Ok(Self { user_id: fields.number("user_id")?, period: fields.number("period")? })
    }

    fn refused(fault: BindFault) -> Problem {
        invalid_request(&fault)
    }
}

/// The period that a number stands for; nothing for the one for which dues are collected.
///
/// # Errors
/// When it stands for none.
pub(super) fn period(number: i64) -> Result<Option<Period>, PeriodError> {
    if number == 0 { Ok(None) } else { Period::parse(number).map(Some) }
}

#[derive(Serialize, ToSchema)]
#[schema(as = PortalOnePayment, example = json!({ "payment_status": {
    "user_id": 134,
    "authorizer": 1,
    "period": 202_610,
    "created_at": "2026-10-19T14:28:14+09:00",
    "updated_at": "2026-10-19T14:28:14+09:00",
} }))]
struct OnePayment {
    payment_status: PaymentAnswer,
}

/// See a payment
#[utoipa::path(
    tag = "Portal management",
    security(("portal" = []), ("bearer" = [])),
    params(PaymentQuery),
    responses((status = 200, description = "The payment", body = Flat<OnePayment>), Refusals<(Steward, Bound<PaymentQuery>, NoPayment)>),
)]
#[routes]
#[get("/api/private/management/payment_status")]
#[get("/api/management/payment_status")]
async fn view_payment(
    _steward: Steward,
    use_cases: web::Data<UseCases>,
    face: web::Data<PortalFace>,
    query: Bound<PaymentQuery>,
) -> Result<web::Json<Flat<OnePayment>>, Problem> {
    let query = query.read()?;
    // Nobody can have paid for what is no period.
    let period = period(query.period).map_err(|_| no_payment())?;
    let found = use_cases.find_payment.execute(query.user_id, period).await?.ok_or_else(no_payment)?;
    Ok(flat(OnePayment { payment_status: PaymentAnswer::of(&found, face.time_zone) }))
}

struct NoPayment;

impl Refuses<Problem> for NoPayment {
    fn refusals() -> Vec<Problem> {
        vec![no_payment()]
    }
}

fn no_payment() -> Problem {
    Problem::not_found("存在しない支払い情報です")
}

/// Whose payments.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct PaymentsQuery {
    /// The member's number
    #[param(example = 134)]
    user_id: Option<i64>,
    /// The payment for this period alone; 0 is the one for which dues are collected
    #[param(example = 202_610)]
    period: Option<i64>,
}

impl Request for PaymentsQuery {
    fn bind(fields: &mut Fields) -> Result<Self, BindFault> {
        Ok(Self { user_id: fields.given_number("user_id")?, period: fields.given_number("period")? })
    }

    fn refused(fault: BindFault) -> Problem {
        invalid_request(&fault)
    }
}

/// List the payments of a member
///
/// The newest period first.
#[utoipa::path(
    tag = "Portal management",
    security(("portal" = []), ("bearer" = [])),
    params(PaymentsQuery),
    responses((status = 200, description = "The payments", body = Flat<PaymentsAnswer>), Refusals<(Steward, Bound<PaymentsQuery>, NotOffered)>),
)]
#[routes]
#[get("/api/private/management/payment_statuses")]
#[get("/api/management/payment_statuses")]
async fn list_payments(
    _steward: Steward,
    use_cases: web::Data<UseCases>,
    face: web::Data<PortalFace>,
    query: Bound<PaymentsQuery>,
) -> Result<web::Json<Flat<PaymentsAnswer>>, Problem> {
    let payments = payments(&use_cases, &query.read()?).await?;
    Ok(flat(PaymentsAnswer::of(payments, face.time_zone)))
}

async fn payments(use_cases: &UseCases, query: &PaymentsQuery) -> Result<Vec<PaymentStatus>, Problem> {
    match (query.user_id, query.period) {
        (Some(number), None) => Ok(use_cases.list_member_payments.execute(number).await?),
        (Some(number), Some(of)) => match period(of) {
            Ok(period) => Ok(use_cases.find_payment.execute(number, period).await?.into_iter().collect()),
            Err(_) => Ok(Vec::new()),
        },
        (None, Some(_)) => Err(not_of_a_period()),
        (None, None) => Err(not_of_everybody()),
    }
}

struct NotOffered;

impl Refuses<Problem> for NotOffered {
    fn refusals() -> Vec<Problem> {
        vec![not_of_a_period(), not_of_everybody()]
    }
}

fn not_of_a_period() -> Problem {
    Problem::bad_request("特定のperiodに対する支払い情報一覧を取得する機能は未実装です")
}

fn not_of_everybody() -> Problem {
    Problem::bad_request("全支払い情報を一括で取得する機能は提供されていません")
}
