//! Connections that break, and what they may do.

use std::sync::{Arc, Barrier};

use portico_domain::{
    ports::{Consistency, StoreError, StoreExt as _},
    user::NewUser,
};

use crate::fixture::{Fixture, assert_refused, new_user, on_both, on_postgresql};

on_both!(two_stores_see_each_others_commits_at_once);

on_postgresql!(
    connections_that_the_server_ended_are_made_anew_without_a_failed_call,
    work_that_loses_its_connection_halfway_keeps_nothing,
    a_reading_connection_cannot_write,
);

async fn two_stores_see_each_others_commits_at_once(f: &Fixture) {
    let another = f.with_store(f.another_store());
    for _ in 0..8 {
        assert!(f.knows(another.person().await.id).await);
        assert!(another.knows(f.person().await.id).await);
    }
    another.store.close().await;
}

fn end_all_connections(f: &Fixture) {
    f.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
         WHERE application_name = current_setting('application_name') AND pid <> pg_backend_pid()",
    );
}

async fn connections_that_the_server_ended_are_made_anew_without_a_failed_call(f: &Fixture) {
    let id = f.person().await.id;
    for consistency in [Consistency::Latest, Consistency::Snapshot] {
        end_all_connections(f);
        for _ in 0..64 {
            f.person().await;
        }
        end_all_connections(f);
        for _ in 0..64 {
            let found = f.store.read::<_, StoreError, _>(consistency, move |seen| seen.users().find(id));
            assert!(found.await.unwrap().is_some());
        }
    }
}

async fn work_that_loses_its_connection_halfway_keeps_nothing(f: &Fixture) {
    let (begun, ended) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let (first, second) = (new_user("First"), new_user("Second"));
    let id = first.id;
    let running = tokio::spawn({
        let (store, begun, ended) = (f.store.clone(), Arc::clone(&begun), Arc::clone(&ended));
        async move {
            store
                .write::<NewUser, StoreError, _>(move |tx| {
                    tx.users().add(&first)?;
                    begun.wait();
                    ended.wait();
                    tx.users().add(&second)?;
                    Ok(second.clone())
                })
                .await
        }
    });
    tokio::task::spawn_blocking(move || begun.wait()).await.unwrap();
    end_all_connections(f);
    tokio::task::spawn_blocking(move || ended.wait()).await.unwrap();
    assert_refused!(running.await.unwrap(), StoreError::Unavailable(_));
    for _ in 0..16 {
        f.person().await;
    }
    assert!(!f.knows(id).await);
}

/// A view that writes whenever it is read.
const MEDDLER: &str = "CREATE FUNCTION meddle() RETURNS boolean LANGUAGE sql VOLATILE AS \
    'UPDATE users SET locale = ''xx'' RETURNING true'; \
    ALTER TABLE projects RENAME TO plain_projects; \
    CREATE VIEW projects AS SELECT * FROM plain_projects WHERE meddle();";

async fn a_reading_connection_cannot_write(f: &Fixture) {
    let project = f.project().await;
    f.sql(MEDDLER);
    let id = project.id;
    for consistency in [Consistency::Latest, Consistency::Snapshot] {
        let read = f.store.read::<_, StoreError, _>(consistency, move |seen| seen.projects().find(id)).await;
        let Err(StoreError::Unavailable(cause)) = read else { panic!("{read:?}") };
        assert!(cause.to_string().contains("read-only transaction"), "{cause}");
    }
    assert_eq!(f.number("SELECT count(*) AS value FROM users WHERE locale = 'xx'"), 0);
    // The same on a writing connection writes, so the view is what it says.
    let written = f.write(move |tx| tx.projects().find(id)).await.unwrap();
    assert_eq!(written, Some(project));
    assert_eq!(f.number("SELECT count(*) AS value FROM users WHERE locale = 'xx'"), 1);
}
