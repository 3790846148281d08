//! Where partners are told what happened, and what became of it.

use portico_domain::{
    id::{DeliveryId, PartnerId, WebhookId},
    page::Page,
    partner::{
        Delivery, DeliveryState, MAX_WEBHOOKS, NewDelivery, PartnerEvent, Webhook, WebhookUrl,
        WebhookUrlError,
    },
    ports::{Consistency, Lock, StoreError, StoreExt as _},
    token::PlainToken,
};

use super::{dictations::known, events::owe, faults::UnknownPartnerError};
use crate::ports::Ports;

/// A new webhook, with the secret that what is posted there is signed with.
#[derive(Clone, Debug)]
pub struct RegisteredWebhook {
    /// The webhook.
    pub webhook: Webhook,
    /// Its secret.
    pub secret: PlainToken,
}

/// Why no webhook was registered.
#[derive(Debug, thiserror::Error)]
pub enum RegisterWebhookError {
    /// There is no such partner, or it is revoked.
    #[error("there is no such partner")]
    UnknownPartner,
    /// The address is none that may be posted to.
    #[error("url: {0}")]
    Url(#[from] WebhookUrlError),
    /// The partner has enough.
    #[error("a partner has at most {MAX_WEBHOOKS} webhooks")]
    TooMany,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Registers an address at which a partner is told what happened.
#[derive(Clone)]
pub struct RegisterWebhook {
    ports: Ports,
}

impl RegisterWebhook {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Registers it for these events, of which there is at least one; the same one twice counts once.
    ///
    /// # Errors
    /// When there is no such partner, the address may not be posted to, there are too many, or the store fails.
    pub async fn execute(
        &self,
        partner: PartnerId,
        url: &str,
        events: &[PartnerEvent],
    ) -> Result<RegisteredWebhook, RegisterWebhookError> {
        let url = WebhookUrl::parse(url, self.ports.policy.partners.webhooks_to_loopback)?;
        let now = self.ports.clock.now();
        let webhook = Webhook {
            id: WebhookId::generate(now, self.ports.entropy.as_ref()),
            partner,
            url,
            events: PartnerEvent::ALL.into_iter().filter(|event| events.contains(event)).collect(),
            created_at: now,
            removed_at: None,
        };
        let added = webhook.clone();
        self.ports
            .store
            .write::<_, RegisterWebhookError, _>(move |tx| {
                tx.lock(&Lock::Partner(partner))?;
                let known = tx.partners().find(partner)?.filter(|partner| partner.revoked_at.is_none());
                known.ok_or(RegisterWebhookError::UnknownPartner)?;
                if tx.webhooks().list(partner)?.len() >= MAX_WEBHOOKS {
                    return Err(RegisterWebhookError::TooMany);
                }
                Ok(tx.webhooks().add(&added)?)
            })
            .await?;
        let secret = self.ports.webhook_secrets.secret_of(webhook.id);
        Ok(RegisteredWebhook { webhook, secret })
    }
}

/// Lists the webhooks of a partner.
#[derive(Clone)]
pub struct ListWebhooks {
    ports: Ports,
}

impl ListWebhooks {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// All of them, in the order of their ids.
    ///
    /// # Errors
    /// `Unknown` when there is no such partner, or the store fails.
    pub async fn execute(&self, partner: PartnerId) -> Result<Vec<Webhook>, UnknownPartnerError> {
        self.ports
            .store
            .read(Consistency::Snapshot, move |seen| {
                known(seen, partner)?;
                Ok(seen.webhooks().list(partner)?)
            })
            .await
    }
}

/// Removes a webhook of a partner: nothing is told there any more, not even what was owed.
#[derive(Clone)]
pub struct RemoveWebhook {
    ports: Ports,
}

impl RemoveWebhook {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Removes it.
    ///
    /// # Errors
    /// `Unknown` when the partner has none of that id, or the store fails.
    pub async fn execute(&self, partner: PartnerId, id: WebhookId) -> Result<(), UnknownPartnerError> {
        let now = self.ports.clock.now();
        self.ports.store.write(move |tx| Ok(tx.webhooks().remove(partner, id, now)?)).await
    }
}

/// Lists what was told at a webhook.
#[derive(Clone)]
pub struct ListDeliveries {
    ports: Ports,
}

impl ListDeliveries {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// A page of the log, the newest first.
    ///
    /// # Errors
    /// `Unknown` when the partner has no such webhook, or the store fails.
    pub async fn execute(
        &self,
        partner: PartnerId,
        webhook: WebhookId,
        page: Page,
    ) -> Result<Vec<Delivery>, UnknownPartnerError> {
        self.ports
            .store
            .read(Consistency::Snapshot, move |seen| {
                seen.webhooks().find(partner, webhook)?.ok_or(UnknownPartnerError::Unknown)?;
                Ok(seen.webhooks().list_deliveries(webhook, page)?)
            })
            .await
    }
}

/// Tells an event once more.
#[derive(Clone)]
pub struct ReplayDelivery {
    ports: Ports,
}

impl ReplayDelivery {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Owes what a delivery told as a new delivery, whatever became of the old one.
    ///
    /// # Errors
    /// `Unknown` when the partner has no such webhook, that webhook no such delivery, or the store fails.
    pub async fn execute(
        &self,
        partner: PartnerId,
        webhook: WebhookId,
        delivery: DeliveryId,
    ) -> Result<Delivery, UnknownPartnerError> {
        let now = self.ports.clock.now();
        let id = DeliveryId::generate(now, self.ports.entropy.as_ref());
        self.ports
            .store
            .write(move |tx| {
                let webhook = tx.webhooks().find(partner, webhook)?.ok_or(UnknownPartnerError::Unknown)?;
                let found = tx.webhooks().find_delivery(webhook.id, delivery)?;
                let old = found.ok_or(UnknownPartnerError::Unknown)?;
                let told = NewDelivery { id, created_at: now, ..old.told };
                owe(tx, &webhook, &told)?;
                Ok(Delivery {
                    told,
                    state: DeliveryState::Waiting,
                    attempts: 0,
                    last_attempt_at: None,
                    last_status: None,
                    last_error: None,
                })
            })
            .await
    }
}

#[cfg(test)]
mod tests;
