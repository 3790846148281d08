//! Webhooks of partners.

use portico_domain::{
    id::{PartnerId, WebhookId},
    partner::{PartnerEvent, Webhook, WebhookUrl},
    ports::StoreError,
};

use crate::fixture::{Fixture, assert_refused, later, new_partner, new_webhook, on_both};

on_both!(
    a_webhook_comes_back_as_it_was_added,
    webhooks_are_listed_in_the_order_of_their_ids,
    a_removed_webhook_is_found_no_more,
    a_webhook_is_removed_by_its_partner_alone,
    of_16_that_remove_a_webhook_at_once_one_does,
    a_webhook_of_nobody_is_refused,
);

async fn find(f: &Fixture, partner: PartnerId, id: WebhookId) -> Option<Webhook> {
    f.read(move |seen| seen.webhooks().find(partner, id)).await.unwrap()
}

async fn list(f: &Fixture, partner: PartnerId) -> Vec<Webhook> {
    f.read(move |seen| seen.webhooks().list(partner)).await.unwrap()
}

async fn remove(f: &Fixture, partner: PartnerId, id: WebhookId) -> Result<(), StoreError> {
    f.write(move |tx| tx.webhooks().remove(partner, id, later(1))).await
}

async fn a_webhook_comes_back_as_it_was_added(f: &Fixture) {
    let partner = f.partner().await.id;
    let url = |text: &str| WebhookUrl::parse(text, true).unwrap();
    for webhook in [
        new_webhook(partner),
        Webhook { events: vec![PartnerEvent::UserCreated], ..new_webhook(partner) },
        Webhook { url: url("http://127.0.0.1:8000/a"), ..new_webhook(partner) },
        Webhook { url: url("https://bücher.example/ü?\u{1f342}"), ..new_webhook(partner) },
    ] {
        let kept = f.keep_webhook(webhook).await;
        assert_eq!(find(f, partner, kept.id).await, Some(kept));
    }
}

async fn webhooks_are_listed_in_the_order_of_their_ids(f: &Fixture) {
    let (partner, other) = (f.partner().await.id, f.partner().await.id);
    assert_eq!(list(f, partner).await, []);
    let mut added = Vec::new();
    for _ in 0..10 {
        added.push(f.webhook(partner).await);
        f.webhook(other).await;
    }
    added.sort_unstable_by_key(|webhook| webhook.id);
    assert_eq!(list(f, partner).await, added);
    let removed = added.remove(4);
    remove(f, partner, removed.id).await.unwrap();
    assert_eq!(list(f, partner).await, added);
    assert_eq!(list(f, new_partner("Nobody").id).await, []);
}

async fn a_removed_webhook_is_found_no_more(f: &Fixture) {
    let partner = f.partner().await.id;
    let webhook = f.webhook(partner).await;
    remove(f, partner, webhook.id).await.unwrap();
    assert_eq!(find(f, partner, webhook.id).await, None);
    assert_refused!(remove(f, partner, webhook.id).await, StoreError::Stale);
}

async fn a_webhook_is_removed_by_its_partner_alone(f: &Fixture) {
    let (partner, other) = (f.partner().await.id, f.partner().await.id);
    let webhook = f.webhook(partner).await;
    assert_eq!(find(f, other, webhook.id).await, None);
    assert_refused!(remove(f, other, webhook.id).await, StoreError::Stale);
    assert_refused!(remove(f, partner, new_webhook(partner).id).await, StoreError::Stale);
    assert_eq!(find(f, partner, webhook.id).await, Some(webhook));
}

async fn of_16_that_remove_a_webhook_at_once_one_does(f: &Fixture) {
    let partner = f.partner().await.id;
    let id = f.webhook(partner).await.id;
    let answers = f.race(16, |_| Box::new(move |tx| tx.webhooks().remove(partner, id, later(1)))).await;
    let mut won = 0;
    for answer in answers {
        match answer {
            Ok(()) => won += 1,
            refused => assert_refused!(refused, StoreError::Stale),
        }
    }
    assert_eq!(won, 1);
}

async fn a_webhook_of_nobody_is_refused(f: &Fixture) {
    let webhook = new_webhook(new_partner("Nobody").id);
    assert_refused!(f.write(move |tx| tx.webhooks().add(&webhook)).await, StoreError::Unavailable(_));
}
