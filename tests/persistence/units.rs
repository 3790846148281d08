//! Units of work: each has its own fate, and none is answered before it is durable.

use portico_domain::{
    email::EmailState,
    member::Role,
    ports::{Store as _, StoreError, StoreExt as _, Unique, Verdict},
};

use crate::fixture::{Fixture, assert_refused, new_email, new_member, new_user, now, on_both};

on_both!(
    a_failed_unit_keeps_nothing,
    errors_panics_and_violations_stay_in_their_own_unit,
    a_swallowed_violation_is_never_a_commit,
    after_a_failed_statement_every_other_is_refused,
    a_refusal_by_a_rule_is_an_answer_and_the_unit_goes_on,
    a_refusal_in_a_savepoint_takes_nothing_else_with_it,
    a_panic_is_answered_with_its_text,
    a_reader_that_panics_harms_nobody,
    a_bare_rollback_is_no_failure,
);

async fn a_failed_unit_keeps_nothing(f: &Fixture) {
    let user = new_user("Gone");
    let id = user.id;
    let refused: Result<(), _> = f
        .write(move |tx| {
            tx.users().add(&user)?;
            Err(StoreError::Stale)
        })
        .await;
    assert_refused!(refused, StoreError::Stale);
    assert!(!f.knows(id).await);
}

async fn errors_panics_and_violations_stay_in_their_own_unit(f: &Fixture) {
    let plug = f.plug().await;
    let before = f.store.figures().writes;
    let mut units = Vec::new();
    for fate in (0..40).map(|n| n % 4) {
        let (store, user) = (f.store.clone(), new_user("Unit"));
        let id = user.id;
        let running = tokio::spawn(async move {
            store
                .write(move |tx| {
                    tx.users().add(&user)?;
                    match fate {
                        0 => Ok(()),
                        1 => Err(StoreError::Stale),
                        2 => panic!("unit of work"),
                        _ => tx.users().add(&user).map(drop),
                    }
                })
                .await
        });
        units.push((fate, id, running));
    }
    f.queued(40).await;
    plug.pull();
    for (fate, id, running) in units {
        let answer = running.await.unwrap();
        match fate {
            0 => answer.unwrap(),
            1 => assert_refused!(answer, StoreError::Stale),
            2 => assert_refused!(answer, StoreError::Unavailable(_)),
            _ => assert_refused!(answer, StoreError::Duplicate(Unique::Identity)),
        }
        assert_eq!(f.knows(id).await, fate == 0, "{fate}");
    }
    let after = f.store.figures().writes;
    assert_eq!(after.units - before.units, 40);
    // The plug's own transaction had begun before, and takes in what queued behind it.
    let expected = if f.database.is_sqlite() { 0 } else { 40 };
    assert_eq!(after.batches - before.batches, expected);
}

async fn a_swallowed_violation_is_never_a_commit(f: &Fixture) {
    let (first, second) = (new_user("First"), new_user("Second"));
    let ids = [first.id, second.id];
    let answer = f
        .write(move |tx| {
            tx.users().add(&first)?;
            assert_refused!(tx.users().add(&first), StoreError::Duplicate(Unique::Identity));
            let _ = tx.users().add(&second);
            Ok(())
        })
        .await;
    assert_refused!(answer, StoreError::Duplicate(Unique::Identity));
    for id in ids {
        assert!(!f.knows(id).await);
    }
    // Every connection still works.
    for _ in 0..16 {
        f.person().await;
    }
}

async fn after_a_failed_statement_every_other_is_refused(f: &Fixture) {
    let (known, fresh) = (f.person().await.id, new_user("Fresh"));
    let twin = portico_domain::user::NewUser { id: known, ..new_user("Twin") };
    let answer: Result<(), _> = f
        .write(move |tx| {
            let _ = tx.users().add(&twin);
            assert_refused!(tx.users().add(&fresh), StoreError::Duplicate(Unique::Identity));
            assert_refused!(tx.users().find(known), StoreError::Duplicate(Unique::Identity));
            let member =
                new_member(portico_domain::id::ProjectId::from_uuid(known.uuid()), known, Role::Member);
            assert_refused!(tx.members().add(&member), StoreError::Duplicate(Unique::Identity));
            // An error of the work's own is still its own.
            Err(StoreError::Stale)
        })
        .await;
    assert_refused!(answer, StoreError::Stale);
}

async fn a_refusal_by_a_rule_is_an_answer_and_the_unit_goes_on(f: &Fixture) {
    let project = f.project().await;
    let (owner, late) = (new_user("Owner"), new_user("Late"));
    let (owner_id, late_id) = (owner.id, late.id);
    let answer = f
        .write(move |tx| {
            tx.users().add(&owner)?;
            tx.members().add(&new_member(project.id, owner.id, Role::Owner))?;
            tx.users().add(&late)?;
            let refused = tx.members().add(&new_member(project.id, late.id, Role::Owner));
            assert_refused!(refused, StoreError::Duplicate(Unique::ProjectOwner));
            tx.members().add(&new_member(project.id, late.id, Role::Member))?;
            tx.members().find(project.id, late.id)
        })
        .await
        .unwrap();
    assert_eq!(answer.map(|member| member.role), Some(Role::Member));
    assert!(f.knows(owner_id).await && f.knows(late_id).await);
}

/// On SQLite each unit is a savepoint of its group, so the refused insert is the third level.
async fn a_refusal_in_a_savepoint_takes_nothing_else_with_it(f: &Fixture) {
    let user = f.person().await.id;
    let plug = f.plug().await;
    let mut running = Vec::new();
    for n in 0..8 {
        let store = f.store.clone();
        running.push(tokio::spawn(async move {
            store
                .write::<_, StoreError, _>(move |tx| {
                    let own = new_email(user, &format!("own-{n}@example.org"), EmailState::Claimed);
                    tx.emails().add(&own)?;
                    let twice = new_email(user, &format!("own-{n}@example.org"), EmailState::Claimed);
                    assert_refused!(tx.emails().add(&twice), StoreError::Duplicate(Unique::UserAddress));
                    let more = new_email(user, &format!("more-{n}@example.org"), EmailState::Claimed);
                    tx.emails().add(&more)?;
                    if n % 2 == 0 { Ok(()) } else { Err(StoreError::Stale) }
                })
                .await
        }));
    }
    f.queued(8).await;
    plug.pull();
    for (n, running) in running.into_iter().enumerate() {
        assert_eq!(running.await.unwrap().is_ok(), n % 2 == 0);
    }
    let kept = f.read(move |seen| seen.emails().list_of(user)).await.unwrap();
    let mut texts: Vec<&str> = kept.iter().map(|email| email.address.as_str()).collect();
    texts.sort_unstable();
    let mut expected: Vec<String> = [0, 2, 4, 6]
        .iter()
        .flat_map(|n| [format!("own-{n}@example.org"), format!("more-{n}@example.org")])
        .collect();
    expected.sort_unstable();
    assert_eq!(texts, expected);
}

async fn a_panic_is_answered_with_its_text(f: &Fixture) {
    let answer: Result<(), _> = f.write(|_| panic!("unit {}", 7)).await;
    let Err(StoreError::Unavailable(cause)) = answer else { panic!("{answer:?}") };
    assert_eq!(cause.to_string(), "the work panicked: unit 7");
}

async fn a_reader_that_panics_harms_nobody(f: &Fixture) {
    for _ in 0..4 {
        let answer: Result<(), _> = f.read(|_| panic!("reader")).await;
        assert_refused!(answer, StoreError::Unavailable(_));
    }
    let id = f.person().await.id;
    for _ in 0..4 {
        assert!(f.knows(id).await);
    }
}

async fn a_bare_rollback_is_no_failure(f: &Fixture) {
    let user = new_user("Gone");
    let id = user.id;
    f.store
        .run_write(Box::new(move |tx| {
            tx.users().add(&user).unwrap();
            let verified = new_email(user.id, "gone@example.org", EmailState::Verified { at: now() });
            tx.emails().add(&verified).unwrap();
            Verdict::Rollback
        }))
        .await
        .unwrap();
    assert!(!f.knows(id).await);
}
