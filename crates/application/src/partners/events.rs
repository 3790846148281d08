//! Telling partners what happened.

use chrono::{DateTime, Utc};
use portico_domain::{
    id::{DeliveryId, LetterId, PartnerId, uuid_v7},
    letter::{Letter, OwedLetter, Recipient},
    partner::{NewDelivery, PartnerNews, Webhook},
    ports::{StoreError, Transaction},
};

use crate::ports::Ports;

/// Owes news to every webhook of a partner that is told such.
pub(super) fn announce(
    tx: &mut dyn Transaction,
    ports: &Ports,
    partner: PartnerId,
    news: &PartnerNews,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (entropy, event) = (ports.entropy.as_ref(), news.event());
    let event_id = uuid_v7(now, entropy);
    for webhook in tx.webhooks().list(partner)?.into_iter().filter(|webhook| webhook.events.contains(&event))
    {
        let told = NewDelivery {
            id: DeliveryId::generate(now, entropy),
            webhook: webhook.id,
            event_id,
            event,
            body: news.body(event_id, now),
            created_at: now,
        };
        owe(tx, &webhook, &told)?;
    }
    Ok(())
}

/// Writes a delivery into the log, and into the outbox under the same id.
pub(super) fn owe(tx: &mut dyn Transaction, webhook: &Webhook, told: &NewDelivery) -> Result<(), StoreError> {
    tx.webhooks().add_delivery(told)?;
    tx.outbox().add(&OwedLetter {
        id: LetterId::from_uuid(told.id.uuid()),
        to: Recipient::Webhook(webhook.url.as_str().to_owned()),
        letter: Letter::PartnerEvent { event: told.event },
        secret: None,
        created_at: told.created_at,
        attempts: 0,
    })
}
