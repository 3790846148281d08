//! Throwing away.

use chrono::TimeDelta;
use portico_domain::{
    partner::{Claim, DeliveryAttempt, DeliveryOutcome, NewDelivery},
    ports::Disposable,
};

use super::claims::call;
use crate::fixture::{Fixture, later, new_delivery, now, on_both};

on_both!(
    names_of_calls_go_when_their_time_is_over,
    no_more_names_go_at_once_than_was_asked_for,
    a_name_that_was_taken_anew_stays,
    deliveries_go_some_time_after_their_last_try,
    a_delivery_that_still_waits_stays_however_old,
    no_more_deliveries_go_at_once_than_was_asked_for,
);

/// Seconds before the end that tests ask for.
const OLD: i64 = 1000;

async fn purge(f: &Fixture, what: Disposable, limit: u16) -> usize {
    f.write(move |tx| tx.housekeeping().purge(what, later(OLD), limit)).await.unwrap()
}

async fn names_of_calls_go_when_their_time_is_over(f: &Fixture) {
    let partners = [f.partner().await.id, f.partner().await.id];
    let day = TimeDelta::hours(24);
    for partner in partners {
        for (name, end) in [("over", OLD - 1), ("live", OLD), ("long", OLD + 1)] {
            let claimed = call(partner, name, "one", later(end) - day);
            f.write(move |tx| tx.idempotency_keys().claim(&claimed)).await.unwrap();
        }
    }
    assert_eq!(purge(f, Disposable::IdempotencyKeys, 10).await, 2);
    let left = f.texts("SELECT key AS value FROM idempotency_keys ORDER BY key");
    assert_eq!(left, ["live", "live", "long", "long"]);
    assert_eq!(purge(f, Disposable::IdempotencyKeys, 10).await, 0);
}

async fn no_more_names_go_at_once_than_was_asked_for(f: &Fixture) {
    let partners = [f.partner().await.id, f.partner().await.id];
    let day = TimeDelta::hours(24);
    // Of one name and of one instant there are several.
    for (name, end) in [("c", 3), ("a", 1), ("b", 2), ("b2", 2)] {
        for partner in partners {
            let claimed = call(partner, name, "one", later(end) - day);
            f.write(move |tx| tx.idempotency_keys().claim(&claimed)).await.unwrap();
        }
    }
    for (limit, gone, left) in [(0, 0, 8), (3, 3, 5), (3, 3, 2), (3, 2, 0), (3, 0, 0)] {
        assert_eq!(purge(f, Disposable::IdempotencyKeys, limit).await, gone);
        assert_eq!(f.number("SELECT count(*) AS value FROM idempotency_keys"), left);
        if left == 5 || left == 2 {
            // The oldest go first.
            let names = f.texts("SELECT key AS value FROM idempotency_keys ORDER BY key DESC LIMIT 2");
            assert_eq!(names, ["c", "c"]);
        }
    }
}

async fn a_name_that_was_taken_anew_stays(f: &Fixture) {
    let partner = f.partner().await.id;
    let old = call(partner, "a", "one", now() - TimeDelta::hours(24));
    let new = call(partner, "a", "two", now());
    f.write(move |tx| {
        assert_eq!(tx.idempotency_keys().claim(&old)?, Claim::New);
        assert_eq!(tx.idempotency_keys().claim(&new)?, Claim::New);
        assert_eq!(tx.housekeeping().purge(Disposable::IdempotencyKeys, later(OLD), 9)?, 0);
        assert_eq!(tx.idempotency_keys().claim(&new)?, Claim::Repeated);
        Ok(())
    })
    .await
    .unwrap();
}

async fn note(f: &Fixture, delivery: &NewDelivery, at: i64, outcome: DeliveryOutcome) {
    let (id, attempt) = (delivery.id, DeliveryAttempt { at: later(at), outcome, status: None, error: None });
    f.write(move |tx| tx.webhooks().note_attempt(id, &attempt)).await.unwrap();
}

async fn deliveries_go_some_time_after_their_last_try(f: &Fixture) {
    let webhook = f.webhook(f.partner().await.id).await.id;
    let mut cases = Vec::new();
    for outcome in [DeliveryOutcome::Delivered, DeliveryOutcome::Abandoned] {
        for (end, stays) in [(OLD - 1, false), (OLD, true), (OLD + 1, true)] {
            let delivery = f.deliver(new_delivery(webhook, now())).await;
            note(f, &delivery, 1, DeliveryOutcome::Postponed).await;
            note(f, &delivery, end, outcome).await;
            cases.push((delivery, stays));
        }
    }
    assert_eq!(purge(f, Disposable::Deliveries, 10).await, 2);
    for (delivery, stays) in cases {
        assert_eq!(f.logged(&delivery).await.is_some(), stays);
    }
}

async fn a_delivery_that_still_waits_stays_however_old(f: &Fixture) {
    let webhook = f.webhook(f.partner().await.id).await.id;
    let untried = f.deliver(new_delivery(webhook, now())).await;
    let tried = f.deliver(new_delivery(webhook, now())).await;
    note(f, &tried, 1, DeliveryOutcome::Postponed).await;
    assert_eq!(purge(f, Disposable::Deliveries, 10).await, 0);
    assert!(f.logged(&untried).await.is_some() && f.logged(&tried).await.is_some());
}

async fn no_more_deliveries_go_at_once_than_was_asked_for(f: &Fixture) {
    let webhook = f.webhook(f.partner().await.id).await.id;
    let mut deliveries = Vec::new();
    for end in [3, 1, 2, 2, 5] {
        let delivery = f.deliver(new_delivery(webhook, now())).await;
        note(f, &delivery, end, DeliveryOutcome::Delivered).await;
        deliveries.push(delivery);
    }
    assert_eq!(purge(f, Disposable::Deliveries, 0).await, 0);
    assert_eq!(purge(f, Disposable::Deliveries, 2).await, 2);
    assert!(f.logged(&deliveries[1]).await.is_none() && f.logged(&deliveries[0]).await.is_some());
    assert_eq!(purge(f, Disposable::Deliveries, 2).await, 2);
    assert!(f.logged(&deliveries[4]).await.is_some());
    assert_eq!(purge(f, Disposable::Deliveries, 2).await, 1);
    assert_eq!(purge(f, Disposable::Deliveries, 2).await, 0);
}
