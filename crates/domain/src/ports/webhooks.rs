//! Where it is kept at which addresses partners are told what happened, and the way out there.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    id::{DeliveryId, PartnerId, WebhookId},
    page::Page,
    partner::{Delivery, DeliveryAttempt, NewDelivery, Partner, PartnerEvent, Webhook, WebhookUrl},
    ports::StoreError,
    token::PlainToken,
};

/// A delivery with what must be known to make it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueDelivery {
    /// What is to be told.
    pub told: NewDelivery,
    /// Where; nothing is told at one that was removed.
    pub webhook: Webhook,
    /// To whom; nothing is told to one that is revoked.
    pub partner: Partner,
}

/// Reads webhooks and their deliveries.
pub trait WebhookLookup {
    /// The partner's webhook with this id, unless it was removed.
    ///
    /// # Errors
    /// When the store fails.
    fn find(&mut self, partner: PartnerId, id: WebhookId) -> Result<Option<Webhook>, StoreError>;

    /// The partner's webhooks but for those removed, in the order of their ids.
    ///
    /// # Errors
    /// When the store fails.
    fn list(&mut self, partner: PartnerId) -> Result<Vec<Webhook>, StoreError>;

    /// The delivery with this id, and where it goes, be that removed or not.
    ///
    /// # Errors
    /// When the store fails.
    fn find_due(&mut self, id: DeliveryId) -> Result<Option<DueDelivery>, StoreError>;

    /// The entry of the log with this id, of this webhook.
    ///
    /// # Errors
    /// When the store fails.
    fn find_delivery(&mut self, webhook: WebhookId, id: DeliveryId) -> Result<Option<Delivery>, StoreError>;

    /// Entries of the log of a webhook, the newest first; a page begins behind the entry in `page.after()`.
    ///
    /// # Errors
    /// When the store fails.
    fn list_deliveries(&mut self, webhook: WebhookId, page: Page) -> Result<Vec<Delivery>, StoreError>;
}

/// Keeps webhooks and their deliveries.
pub trait WebhookRepository: WebhookLookup {
    /// Adds a webhook.
    ///
    /// # Errors
    /// When the store fails.
    fn add(&mut self, webhook: &Webhook) -> Result<(), StoreError>;

    /// Removes a webhook; its log stays for a while.
    ///
    /// # Errors
    /// `Stale` when the partner has none of that id.
    fn remove(&mut self, partner: PartnerId, id: WebhookId, at: DateTime<Utc>) -> Result<(), StoreError>;

    /// Adds a delivery, waiting. The outbox owes it beside.
    ///
    /// # Errors
    /// When the store fails.
    fn add_delivery(&mut self, delivery: &NewDelivery) -> Result<(), StoreError>;

    /// Notes one try of a delivery. One whose entry is gone is not noted.
    ///
    /// # Errors
    /// When the store fails.
    fn note_attempt(&mut self, id: DeliveryId, attempt: &DeliveryAttempt) -> Result<(), StoreError>;
}

/// The secrets by which partners recognise what is posted to them. They are kept nowhere: each follows from the id of
/// the webhook and the server's key.
pub trait WebhookSecrets: Send + Sync {
    /// The secret of a webhook.
    fn secret_of(&self, webhook: WebhookId) -> PlainToken;
}

/// An event ready to be posted.
#[derive(Clone, Debug)]
pub struct OutgoingEvent {
    /// This delivery; tried again it has the same id.
    pub delivery: DeliveryId,
    /// The event itself, which a repetition has, too.
    pub event_id: Uuid,
    /// What happened.
    pub event: PartnerEvent,
    /// Where.
    pub url: WebhookUrl,
    /// What the signature is made with.
    pub secret: PlainToken,
    /// What is posted.
    pub body: String,
}

/// Why a partner was not told. It may be told later.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct WebhookSenderError {
    /// The status of the answer; nothing when there was none.
    pub status: Option<u16>,
    /// For the operator, without a secret.
    pub reason: String,
}

/// Posts events. Called while no transaction is open.
#[async_trait]
pub trait WebhookSender: Send + Sync {
    /// Posts an event; the status of the answer once the partner has taken it over.
    ///
    /// # Errors
    /// When the address leads inside, nobody answers there in time, or the answer has no status of the 200s.
    async fn send(&self, event: OutgoingEvent) -> Result<u16, WebhookSenderError>;
}
