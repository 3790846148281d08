//! What a member has paid, and how he offers to pay (portal contract sections 3.2 and 5.1).

mod qr;

use actix_web::{HttpResponse, get, http::header, post, web};
use portico_application::{OfferPaymentError, OfferedPayment, UseCases};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use super::{
    answers::{Flat, Moment, flat},
    caller::{Visitor, not_valid},
    member::PaymentsAnswer,
    problem::Problem,
    refuses::Refusals,
    turns::Turn,
};
use crate::surroundings::PortalFace;

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(list_own_payments, offer_payment, draw_offer))]
pub(super) struct Description;

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config.service(list_own_payments).service(offer_payment).service(draw_offer);
}

/// See what you have paid
///
/// The newest period first.
#[utoipa::path(
    tag = "Portal profile",
    security(("portal" = [])),
    responses((status = 200, description = "Your payments", body = Flat<PaymentsAnswer>), Refusals<Visitor>),
)]
#[get("/api/private/profile/payment_statuses")]
async fn list_own_payments(
    visitor: Visitor,
    use_cases: web::Data<UseCases>,
    face: web::Data<PortalFace>,
) -> Result<web::Json<Flat<PaymentsAnswer>>, Problem> {
    let payments = use_cases.list_own_payments.execute(visitor.user).await?;
    Ok(flat(PaymentsAnswer::of(payments, face.time_zone)))
}

#[derive(Serialize, ToSchema)]
#[schema(as = PortalOffer, example = json!({
    "token": "8gJhWTDRW_vCFgIsLwqCktdluT_NxeouOJIj0BxFHpk",
    "expired_at": "2026-11-22T10:34:58+09:00",
}))]
struct OfferAnswer {
    /// For the treasurer, once
    token: String,
    /// When it is good for nothing any more
    expired_at: Moment,
}

/// Offer to pay
///
/// The token is good for a minute. Earlier ones stay good for theirs.
#[utoipa::path(
    tag = "Portal profile",
    security(("portal" = [])),
    responses((status = 200, description = "The token", body = Flat<OfferAnswer>), Refusals<Visitor>),
)]
#[post("/api/private/profile/payment_transaction")]
async fn offer_payment(
    _turn: Turn,
    visitor: Visitor,
    use_cases: web::Data<UseCases>,
    face: web::Data<PortalFace>,
) -> Result<web::Json<Flat<OfferAnswer>>, Problem> {
    let OfferedPayment { token, expires_at } = use_cases.offer_payment.execute(visitor.user).await?;
    let expired_at = Moment::at(expires_at, face.time_zone);
    Ok(flat(OfferAnswer { token: token.reveal().to_owned(), expired_at }))
}

/// Offer to pay by a picture
///
/// A token as above, drawn as a QR code for the treasurer's camera.
#[utoipa::path(
    tag = "Portal profile",
    security(("portal" = [])),
    responses((status = 200, description = "The token", body = String, content_type = "image/svg+xml"), Refusals<Visitor>),
)]
#[get("/api/private/profile/payment_transaction.svg")]
async fn draw_offer(visitor: Visitor, use_cases: web::Data<UseCases>) -> Result<HttpResponse, Problem> {
    let offered = use_cases.offer_payment.execute(visitor.user).await?;
    let picture = qr::draw(offered.token.reveal()).map_err(|error| Problem::internal(&error))?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "image/svg+xml"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(picture))
}

impl From<OfferPaymentError> for Problem {
    fn from(error: OfferPaymentError) -> Self {
        match error {
            OfferPaymentError::Gone => not_valid(),
            OfferPaymentError::Store(error) => error.into(),
        }
    }
}
