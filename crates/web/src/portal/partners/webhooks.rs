//! Where a partner is told what happened.

use actix_web::{routes, web};
use chrono_tz::Tz;
use portico_application::{RegisterWebhookError, RegisteredWebhook, UnknownPartnerError, UseCases};
use portico_domain::{
    id::WebhookId,
    partner::{PartnerEvent, Webhook, WebhookUrlError},
    ports::StoreError,
};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::{
    paging::{id, unknown},
    partner_id,
};
use crate::{
    portal::{
        answers::{DONE, Done, EventWord, Flat, Moment, flat},
        binding::{BindFault, Bound, Fields, Request},
        caller::Steward,
        problem::Problem,
        refusals::invalid_request,
        refuses::Refusals,
    },
    refuses::Refuses,
    surroundings::PortalFace,
};

/// The operations of this module.
#[derive(OpenApi)]
#[openapi(paths(list_webhooks, register_webhook, remove_webhook))]
pub(super) struct Description;

/// Registers the routes.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config.service(list_webhooks).service(register_webhook).service(remove_webhook);
}

/// A webhook.
#[derive(Serialize, ToSchema)]
#[schema(as = PortalWebhook)]
struct WebhookAnswer {
    id: Uuid,
    /// Where events are posted
    url: String,
    /// What is posted
    #[schema(value_type = Vec<EventWord>)]
    events: Vec<PartnerEvent>,
    created_at: Moment,
}

impl WebhookAnswer {
    fn of(webhook: Webhook, zone: Tz) -> Self {
        Self {
            id: webhook.id.uuid(),
            url: webhook.url.as_str().to_owned(),
            events: webhook.events,
            created_at: Moment::at(webhook.created_at, zone),
        }
    }
}

/// Webhooks.
#[derive(Serialize, ToSchema)]
#[schema(as = PortalWebhooks, example = json!({ "webhooks": [{
    "id": "01a200e3-7bf8-7cd8-b40e-2db83342eae8",
    "url": "https://partner.example/hook",
    "events": ["user.created", "check_result.saved"],
    "created_at": "2026-10-19T14:28:14+09:00",
}] }))]
struct WebhooksAnswer {
    webhooks: Vec<WebhookAnswer>,
}

/// List the webhooks of a partner
///
/// All of them, in the order of their making.
#[utoipa::path(
    tag = "Partner management",
    security(("portal" = []), ("bearer" = [])),
    params(("id" = Uuid, Path, description = "The partner")),
    responses((status = 200, description = "The webhooks", body = Flat<WebhooksAnswer>), Refusals<(Steward, UnknownPartnerError)>),
)]
#[routes]
#[get("/api/private/management/partners/{id}/webhooks")]
#[get("/api/management/partners/{id}/webhooks")]
async fn list_webhooks(
    _steward: Steward,
    use_cases: web::Data<UseCases>,
    face: web::Data<PortalFace>,
    partner: web::Path<String>,
) -> Result<web::Json<Flat<WebhooksAnswer>>, Problem> {
    let listed = use_cases.list_webhooks.execute(partner_id(&partner)?).await?;
    let webhooks = listed.into_iter().map(|each| WebhookAnswer::of(each, face.time_zone)).collect();
    Ok(flat(WebhooksAnswer { webhooks }))
}

/// Where to post what.
#[derive(ToSchema)]
#[schema(as = PortalNewWebhook, example = json!({ "url": "https://partner.example/hook", "events": ["check_result.saved"] }))]
struct WebhookBody {
    /// An `https` address that does not lead inside
    #[schema(format = "uri", max_length = 2000)]
    url: String,
    /// What is posted there; everything when nothing is said
    #[schema(value_type = Vec<EventWord>, required = false, min_items = 1)]
    events: Vec<PartnerEvent>,
}

impl Request for WebhookBody {
    fn bind(fields: &mut Fields) -> Result<Self, BindFault> {
        let url = fields.text("url")?;
        let events = fields.given_texts("events")?;
        let events = events.map_or_else(|| Some(PartnerEvent::ALL.into()), |names| events_of(&names));
        let must_be = || BindFault::must_be("events", "a list of user.created and check_result.saved");
        Ok(Self { url, events: events.ok_or_else(must_be)? })
    }

    fn refused(fault: BindFault) -> Problem {
        invalid_request(&fault)
    }
}

/// The events of these names, of which there is at least one.
fn events_of(names: &[String]) -> Option<Vec<PartnerEvent>> {
    let events: Option<Vec<_>> = names.iter().map(|name| PartnerEvent::of_name(name)).collect();
    events.filter(|events| !events.is_empty())
}

/// A new webhook.
#[derive(Serialize, ToSchema)]
#[schema(as = PortalRegisteredWebhook, example = json!({
    "id": "01a200e3-7bf8-7cd8-b40e-2db83342eae8",
    "url": "https://partner.example/hook",
    "events": ["check_result.saved"],
    "secret": "whsec_A3kVq0bX9sE2mJd7LhT4rYcNfWuZpG1iQoKxB5vS8ta",
}))]
struct RegisteredAnswer {
    id: Uuid,
    url: String,
    #[schema(value_type = Vec<EventWord>)]
    events: Vec<PartnerEvent>,
    /// What is posted is signed with it. Nobody can see it again
    secret: String,
}

/// Tell a partner what happens
///
/// The answer alone shows the secret that what is posted is signed with.
#[utoipa::path(
    tag = "Partner management",
    security(("portal" = []), ("bearer" = [])),
    params(("id" = Uuid, Path, description = "The partner")),
    request_body = WebhookBody,
    responses((status = 200, description = "Registered", body = Flat<RegisteredAnswer>), Refusals<(Steward, Bound<WebhookBody>, RegisterWebhookError)>),
)]
#[routes]
#[post("/api/private/management/partners/{id}/webhooks")]
#[post("/api/management/partners/{id}/webhooks")]
async fn register_webhook(
    steward: Steward,
    use_cases: web::Data<UseCases>,
    partner: web::Path<String>,
    body: Bound<WebhookBody>,
) -> Result<web::Json<Flat<RegisteredAnswer>>, Problem> {
    let (partner, WebhookBody { url, events }) = (partner_id(&partner)?, body.read()?);
    steward.still(&use_cases).await?;
    let RegisteredWebhook { webhook, secret } =
        use_cases.register_webhook.execute(partner, &url, &events).await?;
    Ok(flat(RegisteredAnswer {
        id: webhook.id.uuid(),
        url: webhook.url.as_str().to_owned(),
        events: webhook.events,
        secret: secret.reveal().to_owned(),
    }))
}

/// Tell a partner no more
///
/// Not even what is still to be posted there.
#[utoipa::path(
    tag = "Partner management",
    security(("portal" = []), ("bearer" = [])),
    params(("id" = Uuid, Path, description = "The partner"), ("webhook" = Uuid, Path, description = "The webhook")),
    responses((status = 200, description = "Removed", body = Done), Refusals<(Steward, UnknownPartnerError)>),
)]
#[routes]
#[delete("/api/private/management/partners/{id}/webhooks/{webhook}")]
#[delete("/api/management/partners/{id}/webhooks/{webhook}")]
async fn remove_webhook(
    _steward: Steward,
    use_cases: web::Data<UseCases>,
    path: web::Path<(String, String)>,
) -> Result<web::Json<Done>, Problem> {
    let (partner, webhook) = path.into_inner();
    use_cases.remove_webhook.execute(partner_id(&partner)?, webhook_id(&webhook)?).await?;
    Ok(web::Json(DONE))
}

/// The webhook that a path names.
///
/// # Errors
/// 404 when it is no id.
pub(super) fn webhook_id(text: &str) -> Result<WebhookId, Problem> {
    id(text).map(WebhookId::from_uuid)
}

impl From<RegisterWebhookError> for Problem {
    fn from(error: RegisterWebhookError) -> Self {
        match error {
            RegisterWebhookError::UnknownPartner => unknown(),
            RegisterWebhookError::Url(_) => Self::bad_request(error.to_string()),
            RegisterWebhookError::TooMany => Self::conflict("the partner has too many webhooks"),
            RegisterWebhookError::Store(error) => error.into(),
        }
    }
}

impl Refuses<Problem> for RegisterWebhookError {
    fn refusals() -> Vec<Problem> {
        let urls = [WebhookUrlError::Malformed, WebhookUrlError::Private].map(Self::Url);
        let own = urls.into_iter().chain([Self::UnknownPartner, Self::TooMany]).map(Problem::from).collect();
        [own, StoreError::refusals()].concat()
    }
}
