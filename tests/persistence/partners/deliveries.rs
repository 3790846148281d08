//! What partners are told, and the log of it.

use portico_domain::{
    page::Page,
    partner::{
        Delivery, DeliveryAttempt, DeliveryOutcome, DeliveryState, NewDelivery, PartnerEvent, Webhook,
    },
    ports::{DueDelivery, StoreError},
};

use crate::fixture::{Fixture, assert_refused, later, new_delivery, new_webhook, now, on_both};

on_both!(
    a_delivery_comes_back_waiting_and_as_it_was_added,
    a_delivery_is_found_with_its_webhook_and_partner_whatever_became_of_them,
    an_entry_of_the_log_is_one_of_its_webhook,
    each_try_is_noted,
    what_a_server_says_is_kept_printable,
    a_try_of_an_entry_that_is_gone_is_not_noted,
    of_16_tries_at_once_all_are_counted,
    the_log_comes_in_pages_the_newest_first,
    a_delivery_to_nowhere_is_refused,
);

async fn delivery(f: &Fixture) -> NewDelivery {
    let webhook = f.webhook(f.partner().await.id).await.id;
    f.deliver(new_delivery(webhook, now())).await
}

async fn note(f: &Fixture, delivery: &NewDelivery, attempt: DeliveryAttempt) {
    let id = delivery.id;
    f.write(move |tx| tx.webhooks().note_attempt(id, &attempt)).await.unwrap();
}

async fn find_due(f: &Fixture, delivery: &NewDelivery) -> Option<DueDelivery> {
    let id = delivery.id;
    f.read(move |seen| seen.webhooks().find_due(id)).await.unwrap()
}

fn waiting(told: NewDelivery) -> Delivery {
    Delivery {
        told,
        state: DeliveryState::Waiting,
        attempts: 0,
        last_attempt_at: None,
        last_status: None,
        last_error: None,
    }
}

async fn a_delivery_comes_back_waiting_and_as_it_was_added(f: &Fixture) {
    let webhook = f.webhook(f.partner().await.id).await.id;
    let bodies = [r#"{"z":1.0, "a":"\u0000 é"}"#, " {}\r\n", "{\"\u{1f342}\":\"'; --\"}"];
    for event in PartnerEvent::ALL {
        for body in bodies {
            let told = NewDelivery { event, body: body.to_owned(), ..new_delivery(webhook, later(3)) };
            f.deliver(told.clone()).await;
            assert_eq!(f.logged(&told).await, Some(waiting(told)));
        }
    }
}

async fn a_delivery_is_found_with_its_webhook_and_partner_whatever_became_of_them(f: &Fixture) {
    let partner = f.partner().await;
    let webhook = f.webhook(partner.id).await;
    f.deliver(new_delivery(f.webhook(partner.id).await.id, now())).await;
    let told = f.deliver(new_delivery(webhook.id, now())).await;
    let mut due = DueDelivery { told: told.clone(), webhook, partner };
    assert_eq!(find_due(f, &told).await.as_ref(), Some(&due));
    let (partner, webhook) = (due.partner.id, due.webhook.id);
    f.write(move |tx| {
        tx.webhooks().remove(partner, webhook, later(1))?;
        tx.partners().revoke(partner, later(2))
    })
    .await
    .unwrap();
    due.webhook.removed_at = Some(later(1));
    due.partner.revoked_at = Some(later(2));
    assert_eq!(find_due(f, &told).await.as_ref(), Some(&due));
    let unknown = new_delivery(webhook, now());
    assert_eq!(find_due(f, &unknown).await, None);
}

async fn an_entry_of_the_log_is_one_of_its_webhook(f: &Fixture) {
    let partner = f.partner().await.id;
    let (first, second) = (f.webhook(partner).await.id, f.webhook(partner).await.id);
    let told = f.deliver(new_delivery(first, now())).await;
    let stray = NewDelivery { webhook: second, ..told.clone() };
    assert_eq!(f.logged(&stray).await, None);
    assert_eq!(f.logged(&new_delivery(first, now())).await, None);
    // The log of one that was removed stays.
    f.write(move |tx| tx.webhooks().remove(partner, first, later(1))).await.unwrap();
    assert_eq!(f.logged(&told).await, Some(waiting(told)));
}

async fn each_try_is_noted(f: &Fixture) {
    let (told, other) = (delivery(f).await, delivery(f).await);
    let mut expected = waiting(told.clone());
    for (seconds, outcome, state, status, error) in [
        (1, DeliveryOutcome::Postponed, DeliveryState::Waiting, Some(503), Some("503")),
        (2, DeliveryOutcome::Postponed, DeliveryState::Waiting, None, Some("connection refused")),
        (3, DeliveryOutcome::Abandoned, DeliveryState::Failed, Some(100), Some("ё\u{1f342}")),
        (4, DeliveryOutcome::Delivered, DeliveryState::Delivered, Some(u16::MAX), None),
    ] {
        let error = error.map(str::to_owned);
        let attempt = DeliveryAttempt { at: later(seconds), outcome, status, error: error.clone() };
        note(f, &told, attempt).await;
        expected.attempts += 1;
        (expected.state, expected.last_attempt_at) = (state, Some(later(seconds)));
        (expected.last_status, expected.last_error) = (status, error);
        assert_eq!(f.logged(&told).await.as_ref(), Some(&expected));
    }
    assert_eq!(f.logged(&other).await, Some(waiting(other)));
}

async fn what_a_server_says_is_kept_printable(f: &Fixture) {
    let told = delivery(f).await;
    let error = Some("no\0good\r\n".to_owned());
    let attempt = DeliveryAttempt { at: now(), outcome: DeliveryOutcome::Postponed, status: None, error };
    note(f, &told, attempt).await;
    assert_eq!(f.logged(&told).await.unwrap().last_error.as_deref(), Some("no\u{FFFD}good\r\n"));
}

async fn a_try_of_an_entry_that_is_gone_is_not_noted(f: &Fixture) {
    let told = delivery(f).await;
    let gone = new_delivery(told.webhook, now());
    let attempt =
        DeliveryAttempt { at: now(), outcome: DeliveryOutcome::Delivered, status: Some(200), error: None };
    note(f, &gone, attempt).await;
    assert_eq!(f.logged(&gone).await, None);
    assert_eq!(f.logged(&told).await, Some(waiting(told)));
}

async fn of_16_tries_at_once_all_are_counted(f: &Fixture) {
    let told = delivery(f).await;
    let id = told.id;
    let answers = f
        .race(16, |_| {
            let attempt =
                DeliveryAttempt { at: now(), outcome: DeliveryOutcome::Postponed, status: None, error: None };
            Box::new(move |tx| tx.webhooks().note_attempt(id, &attempt))
        })
        .await;
    for answer in answers {
        answer.unwrap();
    }
    assert_eq!(f.logged(&told).await.unwrap().attempts, 16);
}

async fn the_log_comes_in_pages_the_newest_first(f: &Fixture) {
    let partner = f.partner().await.id;
    let (Webhook { id: webhook, .. }, other) = (f.webhook(partner).await, f.webhook(partner).await.id);
    let list = async |page| f.read(move |seen| seen.webhooks().list_deliveries(webhook, page)).await.unwrap();
    assert_eq!(list(Page::first()).await, []);
    let mut added = Vec::new();
    for seconds in [3, 1, 4, 1, 5, 9, 2, 6] {
        added.push(waiting(f.deliver(new_delivery(webhook, later(seconds))).await));
        f.deliver(new_delivery(other, later(seconds))).await;
    }
    added.sort_unstable_by_key(|delivery| std::cmp::Reverse(delivery.told.id));
    assert_eq!(list(Page::first()).await, added);
    assert!(added.is_sorted_by(|one, next| one.told.created_at >= next.told.created_at));
    for limit in [1, 2, 3, 8, 9] {
        let mut seen: Vec<Delivery> = Vec::new();
        loop {
            let after = seen.last().map(|delivery| delivery.told.id.uuid());
            let part = list(Page::new(limit, after).unwrap()).await;
            assert!(part.len() <= usize::from(limit));
            if part.is_empty() {
                break;
            }
            seen.extend(part);
        }
        assert_eq!(seen, added);
    }
}

async fn a_delivery_to_nowhere_is_refused(f: &Fixture) {
    let nowhere = new_delivery(new_webhook(f.partner().await.id).id, now());
    let refused = f.write(move |tx| tx.webhooks().add_delivery(&nowhere)).await;
    assert_refused!(refused, StoreError::Unavailable(_));
}
