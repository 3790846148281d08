//! What waits for a connection: bounded, drained, and done even for callers that went away.

use std::{future::poll_fn, pin::pin, task::Poll, time::Duration};

use portico_domain::{
    id::UserId,
    ports::{StoreError, StoreExt as _},
};
use portico_persistence::{DieselStore, Options};
use tokio::time::timeout;

use crate::fixture::{Fixture, assert_refused, new_user, on_both, options};

on_both!(
    a_caller_that_goes_away_neither_loses_nor_blocks_anything,
    a_call_that_was_never_polled_does_nothing,
    a_full_queue_refuses_at_once,
    closing_finishes_what_is_queued_and_takes_no_more,
    dropping_a_store_ends_its_threads,
    what_the_lanes_did_is_counted,
);

async fn add(store: DieselStore) -> Result<UserId, StoreError> {
    let user = new_user("Queued");
    store.write(move |tx| tx.users().add(&user).map(|user| user.id)).await
}

async fn a_caller_that_goes_away_neither_loses_nor_blocks_anything(f: &Fixture) {
    let plug = f.plug().await;
    let mut ids = Vec::new();
    for _ in 0..20 {
        let user = new_user("Left alone");
        ids.push(user.id);
        let mut call = pin!(f.write(move |tx| tx.users().add(&user)));
        let polled = poll_fn(|context| Poll::Ready(call.as_mut().poll(context).is_pending())).await;
        assert!(polled, "the writers are busy");
    }
    assert_eq!(f.store.figures().writes.queued, 20);
    plug.pull();
    // What is written later is answered later, so the abandoned units are done by the end of all connections.
    f.store.close().await;
    let another = f.another_store();
    for id in ids {
        let found = another
            .read::<_, StoreError, _>(portico_domain::ports::Consistency::Latest, move |seen| {
                seen.users().find(id)
            });
        assert!(found.await.unwrap().is_some());
    }
    another.close().await;
}

async fn a_call_that_was_never_polled_does_nothing(f: &Fixture) {
    let user = new_user("Never asked");
    let id = user.id;
    drop(f.write(move |tx| tx.users().add(&user)));
    f.person().await;
    assert!(!f.knows(id).await);
}

async fn a_full_queue_refuses_at_once(f: &Fixture) {
    f.store.close().await;
    let small = Options { queue: 4, ..options(&f.database) };
    let small = f.with_store(DieselStore::open(&small).unwrap());
    let plug = small.plug().await;
    let mut running = Vec::new();
    for _ in 0..4 {
        running.push(tokio::spawn(add(small.store.clone())));
    }
    small.queued(4).await;
    for _ in 0..6 {
        assert_refused!(add(small.store.clone()).await, StoreError::Overloaded);
    }
    plug.pull();
    for running in running {
        running.await.unwrap().unwrap();
    }
    assert_eq!(small.store.figures().writes.refused, 6);
    add(small.store.clone()).await.unwrap();
    small.store.close().await;
}

async fn closing_finishes_what_is_queued_and_takes_no_more(f: &Fixture) {
    let plug = f.plug().await;
    let running: Vec<_> = (0..200).map(|_| tokio::spawn(add(f.store.clone()))).collect();
    f.queued(200).await;
    let closing = tokio::spawn({
        let store = f.store.clone();
        async move { store.close().await }
    });
    integration_tests::wait::until("the end of the queue", async || {
        // Until the queue is closed, a further unit of work is queued and waits like the others.
        let answer = timeout(Duration::ZERO, add(f.store.clone())).await;
        matches!(answer, Ok(Err(StoreError::Closed))).then_some(())
    })
    .await;
    plug.pull();
    closing.await.unwrap();
    for running in running {
        running.await.unwrap().unwrap();
    }
    assert_refused!(f.read(|seen| seen.schema().list_missing()).await, StoreError::Closed);
    assert!(f.number("SELECT count(*) AS value FROM users") >= 200);
}

async fn dropping_a_store_ends_its_threads(f: &Fixture) {
    let store = f.another_store();
    add(store.clone()).await.unwrap();
    if f.database.is_sqlite() {
        drop(store);
        return;
    }
    let connections = "SELECT count(*) AS value FROM pg_stat_activity \
                       WHERE application_name = current_setting('application_name') \
                       AND pid <> pg_backend_pid()";
    let both = f.number(connections);
    drop(store);
    integration_tests::wait::until("fewer connections", async || {
        (f.number(connections) < both).then_some(())
    })
    .await;
}

async fn what_the_lanes_did_is_counted(f: &Fixture) {
    let before = f.store.figures();
    for _ in 0..3 {
        f.person().await;
    }
    f.read(|seen| seen.schema().list_missing()).await.unwrap();
    let after = f.store.figures();
    assert_eq!(after.writes.units - before.writes.units, 3);
    assert_eq!(after.writes.batches - before.writes.batches, 3);
    assert_eq!(after.reads.units - before.reads.units, 1);
    assert_eq!((after.reads.queued, after.writes.queued, after.writes.refused), (0, 0, 0));
    assert!(after.writes.waited > before.writes.waited);
}
