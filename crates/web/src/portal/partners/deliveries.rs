//! What became of what a partner was told.

use actix_web::{routes, web};
use chrono_tz::Tz;
use portico_application::{UnknownPartnerError, UseCases};
use portico_domain::{
    id::{DeliveryId, PartnerId, WebhookId},
    page::Page,
    partner::{Delivery, PartnerEvent},
};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::{
    paging::{PageQuery, USUAL_LIMIT, id},
    partner_id,
    webhooks::webhook_id,
};
use crate::{
    portal::{
        answers::{DeliveryWord, EventWord, Flat, Moment, flat},
        binding::Bound,
        caller::Steward,
        problem::Problem,
        refuses::Refusals,
    },
    surroundings::PortalFace,
};

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(list_deliveries, replay_delivery))]
pub(super) struct Description;

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config.service(list_deliveries).service(replay_delivery);
}

/// An event posted at one address.
#[derive(Serialize, ToSchema)]
#[schema(as = PortalDelivery)]
struct DeliveryAnswer {
    id: Uuid,
    /// Names the event: the same at every address and in every repetition
    event_id: Uuid,
    #[schema(value_type = EventWord)]
    event: PartnerEvent,
    #[schema(value_type = DeliveryWord)]
    state: &'static str,
    /// How often it was tried
    attempts: u32,
    created_at: Moment,
    #[schema(required)]
    last_attempt_at: Option<Moment>,
    /// The HTTP status of the last answer; null when there was none
    #[schema(required)]
    last_status: Option<u16>,
    /// Why the last try failed
    #[schema(required)]
    last_error: Option<String>,
}

impl DeliveryAnswer {
    fn of(delivery: Delivery, zone: Tz) -> Self {
        let Delivery { told, state, attempts, last_attempt_at, last_status, last_error } = delivery;
        Self {
            id: told.id.uuid(),
            event_id: told.event_id,
            event: told.event,
            state: state.name(),
            attempts,
            created_at: Moment::at(told.created_at, zone),
            last_attempt_at: last_attempt_at.map(|at| Moment::at(at, zone)),
            last_status,
            last_error,
        }
    }
}

/// A part of the log.
#[derive(Serialize, ToSchema)]
#[schema(as = PortalDeliveries, example = json!({
    "deliveries": [{
        "id": "01a200e3-7bf8-7cd8-b40e-2db83342eae8",
        "event_id": "01a200e3-7bf8-7cd8-b40e-2db83342eae9",
        "event": "check_result.saved",
        "state": "waiting",
        "attempts": 1,
        "created_at": "2026-11-22T10:33:58+09:00",
        "last_attempt_at": "2026-11-22T10:33:59+09:00",
        "last_status": 500,
        "last_error": "the answer was 500",
    }],
    "next": null,
}))]
struct DeliveriesAnswer {
    deliveries: Vec<DeliveryAnswer>,
    /// What to give for `after` to see more; null when there are no more
    #[schema(required)]
    next: Option<Uuid>,
}

/// See what was posted at a webhook
///
/// The newest first, 100 at once unless `limit` says otherwise.
#[utoipa::path(
    tag = "Partner management",
    security(("portal" = []), ("bearer" = [])),
    params(
        ("id" = Uuid, Path, description = "The partner"),
        ("webhook" = Uuid, Path, description = "The webhook"),
        PageQuery,
    ),
    responses((status = 200, description = "The log", body = Flat<DeliveriesAnswer>), Refusals<(Steward, Bound<PageQuery>, UnknownPartnerError)>),
)]
#[routes]
#[get("/api/private/management/partners/{id}/webhooks/{webhook}/deliveries")]
#[get("/api/management/partners/{id}/webhooks/{webhook}/deliveries")]
async fn list_deliveries(
    _steward: Steward,
    use_cases: web::Data<UseCases>,
    face: web::Data<PortalFace>,
    path: web::Path<(String, String)>,
    query: Bound<PageQuery>,
) -> Result<web::Json<Flat<DeliveriesAnswer>>, Problem> {
    let (partner, webhook) = path.into_inner();
    let (partner, webhook) = (partner_id(&partner)?, webhook_id(&webhook)?);
    let page = query.read()?.page(USUAL_LIMIT)?;
    let listed = use_cases.list_deliveries.execute(partner, webhook, page).await?;
    let last = listed.last().filter(|_| listed.len() == usize::from(page.limit()));
    let next = match last.map(|last| last.told.id) {
        Some(last) if has_more(&use_cases, partner, webhook, last).await? => Some(last.uuid()),
        _ => None,
    };
    let deliveries = listed.into_iter().map(|each| DeliveryAnswer::of(each, face.time_zone)).collect();
    Ok(flat(DeliveriesAnswer { deliveries, next }))
}

/// Whether there is anything behind an entry of the log.
async fn has_more(
    use_cases: &UseCases,
    partner: PartnerId,
    webhook: WebhookId,
    last: DeliveryId,
) -> Result<bool, UnknownPartnerError> {
    let Ok(one) = Page::new(1, Some(last.uuid())) else { return Ok(false) };
    Ok(!use_cases.list_deliveries.execute(partner, webhook, one).await?.is_empty())
}

/// What is posted once more.
#[derive(Serialize, ToSchema)]
#[schema(as = PortalReplayed, example = json!({ "delivery": {
    "id": "01a200e3-7bf8-7cd8-b40e-2db83342eae8",
    "event_id": "01a200e3-7bf8-7cd8-b40e-2db83342eae9",
    "event": "check_result.saved",
    "state": "waiting",
    "attempts": 0,
    "created_at": "2026-11-22T10:33:58+09:00",
    "last_attempt_at": null,
    "last_status": null,
    "last_error": null,
} }))]
struct ReplayedAnswer {
    delivery: DeliveryAnswer,
}

/// Post an event once more
///
/// As a delivery of its own, whatever became of the first one.
#[utoipa::path(
    tag = "Partner management",
    security(("portal" = []), ("bearer" = [])),
    params(
        ("id" = Uuid, Path, description = "The partner"),
        ("webhook" = Uuid, Path, description = "The webhook"),
        ("delivery" = Uuid, Path, description = "What was posted"),
    ),
    responses((status = 200, description = "It will be posted", body = Flat<ReplayedAnswer>), Refusals<(Steward, UnknownPartnerError)>),
)]
#[routes]
#[post("/api/private/management/partners/{id}/webhooks/{webhook}/deliveries/{delivery}/replay")]
#[post("/api/management/partners/{id}/webhooks/{webhook}/deliveries/{delivery}/replay")]
async fn replay_delivery(
    _steward: Steward,
    use_cases: web::Data<UseCases>,
    face: web::Data<PortalFace>,
    path: web::Path<(String, String, String)>,
) -> Result<web::Json<Flat<ReplayedAnswer>>, Problem> {
    let (partner, webhook, delivery) = path.into_inner();
    let (partner, webhook) = (partner_id(&partner)?, webhook_id(&webhook)?);
    let delivery = DeliveryId::from_uuid(id(&delivery)?);
    let replayed = use_cases.replay_delivery.execute(partner, webhook, delivery).await?;
    Ok(flat(ReplayedAnswer { delivery: DeliveryAnswer::of(replayed, face.time_zone) }))
}
