//! Where it is kept at which addresses partners are told what happened, and what became of it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use portico_domain::{
    id::{DeliveryId, PartnerId, WebhookId},
    page::Page,
    partner::{
        Delivery, DeliveryAttempt, DeliveryOutcome, DeliveryState, NewDelivery, PartnerEvent, Webhook,
        WebhookUrl,
    },
    ports::{DueDelivery, StoreError, WebhookLookup, WebhookRepository},
};

use crate::{
    connection::MultiBackend,
    outbox::printable,
    partners::PartnerRow,
    schema::{deliveries, partners, webhooks},
    transaction::{DieselTransaction, unavailable},
    types::{Id, Instant},
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = webhooks, check_for_backend(MultiBackend))]
struct WebhookRow {
    id: Id,
    partner: Id,
    url: String,
    events: String,
    created_at: Instant,
    removed_at: Option<Instant>,
}

/// What is to be told.
#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = deliveries, check_for_backend(MultiBackend))]
struct ToldRow {
    id: Id,
    webhook: Id,
    event_id: Id,
    event: String,
    body: String,
    created_at: Instant,
}

/// What became of it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = deliveries, check_for_backend(MultiBackend))]
struct FateRow {
    state: String,
    attempts: i64,
    last_attempt_at: Option<Instant>,
    last_status: Option<i32>,
    last_error: Option<String>,
}

const fn corrupt_webhook(column: &'static str) -> StoreError {
    StoreError::Corrupt { table: "webhooks", column }
}

const fn corrupt(column: &'static str) -> StoreError {
    StoreError::Corrupt { table: "deliveries", column }
}

impl WebhookRow {
    fn new(webhook: &Webhook) -> Result<Self, StoreError> {
        Ok(Self {
            id: Id(webhook.id.uuid()),
            partner: Id(webhook.partner.uuid()),
            url: webhook.url.as_str().to_owned(),
            events: serde_json::to_string(&webhook.events).map_err(unavailable)?,
            created_at: Instant(webhook.created_at),
            removed_at: webhook.removed_at.map(Instant),
        })
    }
}

impl TryFrom<WebhookRow> for Webhook {
    type Error = StoreError;

    fn try_from(row: WebhookRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: WebhookId::from_uuid(row.id.0),
            partner: PartnerId::from_uuid(row.partner.0),
            url: WebhookUrl::from_stored(&row.url).map_err(|_| corrupt_webhook("url"))?,
            events: serde_json::from_str(&row.events).map_err(|_| corrupt_webhook("events"))?,
            created_at: row.created_at.0,
            removed_at: row.removed_at.map(|at| at.0),
        })
    }
}

impl From<&NewDelivery> for ToldRow {
    fn from(told: &NewDelivery) -> Self {
        Self {
            id: Id(told.id.uuid()),
            webhook: Id(told.webhook.uuid()),
            event_id: Id(told.event_id),
            event: told.event.name().to_owned(),
            body: told.body.clone(),
            created_at: Instant(told.created_at),
        }
    }
}

impl TryFrom<ToldRow> for NewDelivery {
    type Error = StoreError;

    fn try_from(row: ToldRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: DeliveryId::from_uuid(row.id.0),
            webhook: WebhookId::from_uuid(row.webhook.0),
            event_id: row.event_id.0,
            event: PartnerEvent::of_name(&row.event).ok_or(corrupt("event"))?,
            body: row.body,
            created_at: row.created_at.0,
        })
    }
}

fn delivery((told, fate): (ToldRow, FateRow)) -> Result<Delivery, StoreError> {
    let status = fate.last_status.map(u16::try_from).transpose();
    Ok(Delivery {
        told: told.try_into()?,
        state: DeliveryState::of_name(&fate.state).ok_or(corrupt("state"))?,
        attempts: fate.attempts.try_into().map_err(|_| corrupt("attempts"))?,
        last_attempt_at: fate.last_attempt_at.map(|at| at.0),
        last_status: status.map_err(|_| corrupt("last_status"))?,
        last_error: fate.last_error,
    })
}

/// The partner's webhooks but for those removed.
macro_rules! live {
    ($partner:expr) => {
        webhooks::table
            .filter(webhooks::partner.eq(Id($partner.uuid())))
            .filter(webhooks::removed_at.is_null())
            .select(WebhookRow::as_select())
    };
}

/// The log of a webhook.
macro_rules! log {
    ($webhook:expr) => {
        deliveries::table
            .filter(deliveries::webhook.eq(Id($webhook.uuid())))
            .select((ToldRow::as_select(), FateRow::as_select()))
    };
}

impl WebhookLookup for DieselTransaction<'_> {
    fn find(&mut self, partner: PartnerId, id: WebhookId) -> Result<Option<Webhook>, StoreError> {
        let row = self.run(|c| live!(partner).filter(webhooks::id.eq(Id(id.uuid()))).first(c).optional())?;
        row.map(Webhook::try_from).transpose()
    }

    fn list(&mut self, partner: PartnerId) -> Result<Vec<Webhook>, StoreError> {
        let rows: Vec<WebhookRow> = self.run(|c| live!(partner).order(webhooks::id).load(c))?;
        rows.into_iter().map(Webhook::try_from).collect()
    }

    fn find_due(&mut self, id: DeliveryId) -> Result<Option<DueDelivery>, StoreError> {
        let row: Option<(ToldRow, WebhookRow, PartnerRow)> = self.run(|c| {
            deliveries::table
                .inner_join(webhooks::table.inner_join(partners::table))
                .filter(deliveries::id.eq(Id(id.uuid())))
                .select((ToldRow::as_select(), WebhookRow::as_select(), PartnerRow::as_select()))
                .first(c)
                .optional()
        })?;
        row.map(|(told, webhook, partner)| {
            Ok(DueDelivery {
                told: told.try_into()?,
                webhook: webhook.try_into()?,
                partner: partner.try_into()?,
            })
        })
        .transpose()
    }

    fn find_delivery(&mut self, webhook: WebhookId, id: DeliveryId) -> Result<Option<Delivery>, StoreError> {
        let row = self.run(|c| log!(webhook).filter(deliveries::id.eq(Id(id.uuid()))).first(c).optional())?;
        row.map(delivery).transpose()
    }

    fn list_deliveries(&mut self, webhook: WebhookId, page: Page) -> Result<Vec<Delivery>, StoreError> {
        let mut found = log!(webhook)
            .order(deliveries::id.desc())
            .limit(page.limit().into())
            .into_boxed::<MultiBackend>();
        if let Some(after) = page.after() {
            found = found.filter(deliveries::id.lt(Id(after)));
        }
        let rows: Vec<(ToldRow, FateRow)> = self.run(|c| found.load(c))?;
        rows.into_iter().map(delivery).collect()
    }
}

/// What an outcome makes of a delivery.
const fn state(outcome: DeliveryOutcome) -> DeliveryState {
    match outcome {
        DeliveryOutcome::Delivered => DeliveryState::Delivered,
        DeliveryOutcome::Postponed => DeliveryState::Waiting,
        DeliveryOutcome::Abandoned => DeliveryState::Failed,
    }
}

impl WebhookRepository for DieselTransaction<'_> {
    fn add(&mut self, webhook: &Webhook) -> Result<(), StoreError> {
        let row = WebhookRow::new(webhook)?;
        self.run(|c| diesel::insert_into(webhooks::table).values(row).execute(c)).map(drop)
    }

    fn remove(&mut self, partner: PartnerId, id: WebhookId, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.guarded(|c| {
            diesel::update(webhooks::table.find(Id(id.uuid())))
                .filter(webhooks::partner.eq(Id(partner.uuid())))
                .filter(webhooks::removed_at.is_null())
                .set(webhooks::removed_at.eq(Some(Instant(at))))
                .execute(c)
        })
    }

    fn add_delivery(&mut self, delivery: &NewDelivery) -> Result<(), StoreError> {
        let told = ToldRow::from(delivery);
        let fate = (deliveries::state.eq(DeliveryState::Waiting.name()), deliveries::attempts.eq(0));
        self.run(|c| diesel::insert_into(deliveries::table).values((told, fate)).execute(c)).map(drop)
    }

    fn note_attempt(&mut self, id: DeliveryId, attempt: &DeliveryAttempt) -> Result<(), StoreError> {
        self.run(|c| {
            diesel::update(deliveries::table.find(Id(id.uuid())))
                .set((
                    deliveries::state.eq(state(attempt.outcome).name()),
                    deliveries::attempts.eq(deliveries::attempts + 1),
                    deliveries::last_attempt_at.eq(Some(Instant(attempt.at))),
                    deliveries::last_status.eq(attempt.status.map(i32::from)),
                    deliveries::last_error.eq(attempt.error.as_deref().map(printable)),
                ))
                .execute(c)
        })
        .map(drop)
    }
}
