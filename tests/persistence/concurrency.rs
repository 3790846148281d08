//! Racing units of work.

use std::sync::{
    Arc, Barrier, Mutex,
    atomic::{AtomicUsize, Ordering::SeqCst},
    mpsc,
};

use portico_domain::{
    email::EmailState,
    id::ProjectId,
    invite::{Invite, InviteState},
    member::Role,
    page::Page,
    ports::{Consistency, Lock, StoreError, StoreExt as _, Unique},
};

use crate::fixture::{
    Fixture, assert_refused, later, new_email, new_invite, new_member, new_user, now, on_both, on_postgresql,
};

on_both!(
    of_64_that_accept_an_invite_one_gets_in,
    of_16_that_prove_an_address_one_holds_it,
    of_16_that_set_a_password_each_succeeds,
    a_rule_over_several_rows_holds_under_its_lock,
    locks_of_different_things_do_not_meet,
    a_snapshot_sees_one_moment,
);

on_postgresql!(
    a_deadlock_is_run_again,
    what_others_stand_in_the_way_of_is_run_again_at_most_five_times,
    a_commit_that_fails_is_answered_as_a_failure,
    somebody_who_keeps_a_lock_is_not_waited_for_forever,
);

async fn of_64_that_accept_an_invite_one_gets_in(f: &Fixture) {
    let project = f.project().await;
    let (guest, invite) = (f.person().await.id, new_invite(&project, "guest@example.org"));
    let pending = invite.clone();
    f.write(move |tx| tx.invites().add(&pending)).await.unwrap();
    let accepted = Invite { state: InviteState::Accepted { by: guest, at: later(1) }, ..invite };
    let racers: Vec<_> = (0..64)
        .map(|_| {
            let (store, accepted) = (f.store.clone(), accepted.clone());
            tokio::spawn(async move {
                store
                    .write::<_, StoreError, _>(move |tx| {
                        tx.invites().close(&accepted)?;
                        tx.members().add(&new_member(accepted.project, guest, Role::Member))
                    })
                    .await
            })
        })
        .collect();
    let mut won = 0;
    for racer in racers {
        match racer.await.unwrap() {
            Ok(()) => won += 1,
            refused => assert_refused!(refused, StoreError::Stale),
        }
    }
    assert_eq!(won, 1);
    assert_eq!(f.number("SELECT count(*) AS value FROM project_members"), 1);
}

async fn of_16_that_prove_an_address_one_holds_it(f: &Fixture) {
    let mut racers = Vec::new();
    for _ in 0..16 {
        let claim = new_email(f.person().await.id, "wanted@example.org", EmailState::Claimed);
        let id = claim.id;
        f.write(move |tx| tx.emails().add(&claim)).await.unwrap();
        racers.push(id);
    }
    let racers: Vec<_> = racers
        .into_iter()
        .map(|id| {
            let store = f.store.clone();
            tokio::spawn(async move {
                store.write::<_, StoreError, _>(move |tx| tx.emails().verify(id, later(1))).await
            })
        })
        .collect();
    let mut won = 0;
    for racer in racers {
        match racer.await.unwrap() {
            Ok(()) => won += 1,
            refused => assert_refused!(refused, StoreError::Duplicate(Unique::HeldAddress)),
        }
    }
    assert_eq!(won, 1);
}

async fn of_16_that_set_a_password_each_succeeds(f: &Fixture) {
    use portico_domain::{credential::Credential, password::PasswordHash};

    let user = f.person().await.id;
    let racers: Vec<_> = (0..16)
        .map(|n| {
            let hash = PasswordHash::from_phc(format!("$argon2id${n}"));
            let credential = Credential { user, hash, must_change: false, changed_at: now() };
            let store = f.store.clone();
            tokio::spawn(async move {
                store.write::<_, StoreError, _>(move |tx| tx.credentials().set(&credential)).await
            })
        })
        .collect();
    for racer in racers {
        racer.await.unwrap().unwrap();
    }
    assert!(f.read(move |seen| seen.credentials().find(user)).await.unwrap().is_some());
}

async fn a_rule_over_several_rows_holds_under_its_lock(f: &Fixture) {
    let project = f.project().await;
    let racers: Vec<_> = (0..16)
        .map(|n| {
            let (store, invite) = (f.store.clone(), new_invite(&project, &format!("guest-{n}@example.org")));
            tokio::spawn(async move {
                store
                    .write::<_, StoreError, _>(move |tx| {
                        tx.lock(&Lock::Project(invite.project))?;
                        let pending = tx.invites().list_pending(invite.project, Page::first())?;
                        if pending.is_empty() { tx.invites().add(&invite) } else { Err(StoreError::Stale) }
                    })
                    .await
            })
        })
        .collect();
    let mut won = 0;
    for racer in racers {
        match racer.await.unwrap() {
            Ok(()) => won += 1,
            refused => assert_refused!(refused, StoreError::Stale),
        }
    }
    assert_eq!(won, 1);
}

async fn locks_of_different_things_do_not_meet(f: &Fixture) {
    let (project, user) = (f.project().await.id, f.person().await.id);
    let address = crate::fixture::address("one@example.org").canonical().clone();
    // The same bytes under another heading are another lock.
    let twin = ProjectId::from_uuid(user.uuid());
    f.write(move |tx| {
        tx.lock(&Lock::Address(address.clone()))?;
        tx.lock(&Lock::User(user))?;
        tx.lock(&Lock::Project(project))?;
        tx.lock(&Lock::Project(twin))?;
        tx.lock(&Lock::Admins)?;
        tx.lock(&Lock::Dues)?;
        tx.lock(&Lock::SignupForms)
    })
    .await
    .unwrap();
    if f.database.is_sqlite() {
        return;
    }
    let (held, release) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let holder = tokio::spawn({
        let (store, held, release) = (f.store.clone(), Arc::clone(&held), Arc::clone(&release));
        async move {
            store
                .write::<_, StoreError, _>(move |tx| {
                    tx.lock(&Lock::User(user))?;
                    tx.lock(&Lock::Admins)?;
                    held.wait();
                    release.wait();
                    Ok(())
                })
                .await
        }
    });
    tokio::task::spawn_blocking(move || held.wait()).await.unwrap();
    f.write(move |tx| {
        tx.lock(&Lock::Project(twin))?;
        tx.lock(&Lock::Dues)?;
        tx.lock(&Lock::SignupForms)
    })
    .await
    .unwrap();
    tokio::task::spawn_blocking(move || release.wait()).await.unwrap();
    holder.await.unwrap().unwrap();
}

async fn a_snapshot_sees_one_moment(f: &Fixture) {
    for (consistency, expected) in [(Consistency::Snapshot, (0, 0)), (Consistency::Latest, (0, 1))] {
        let user = new_user("Appears");
        let id = user.id;
        let (looked, first_look) = mpsc::channel();
        let (written, go_on) = mpsc::channel();
        let (looked, go_on) = (Mutex::new(looked), Mutex::new(go_on));
        let reader = tokio::spawn({
            let store = f.store.clone();
            async move {
                store
                    .read::<_, StoreError, _>(consistency, move |seen| {
                        let first = seen.users().find(id)?.iter().count();
                        looked.lock().unwrap().send(()).unwrap();
                        go_on.lock().unwrap().recv().unwrap();
                        Ok((first, seen.users().find(id)?.iter().count()))
                    })
                    .await
            }
        });
        tokio::task::spawn_blocking(move || first_look.recv().unwrap()).await.unwrap();
        f.write(move |tx| tx.users().add(&user)).await.unwrap();
        written.send(()).unwrap();
        assert_eq!(reader.await.unwrap().unwrap(), expected, "{consistency:?}");
    }
}

async fn a_deadlock_is_run_again(f: &Fixture) {
    let (first, second) = (f.project().await.id, f.project().await.id);
    let meeting = Arc::new(Barrier::new(2));
    let runs = Arc::new(AtomicUsize::new(0));
    let units: Vec<_> = [(first, second), (second, first)]
        .map(|(mine, his)| {
            let (store, meeting, runs) = (f.store.clone(), Arc::clone(&meeting), Arc::clone(&runs));
            tokio::spawn(async move {
                let is_first = Mutex::new(true);
                store
                    .write::<_, StoreError, _>(move |tx| {
                        runs.fetch_add(1, SeqCst);
                        tx.lock(&Lock::Project(mine))?;
                        if std::mem::take(&mut *is_first.lock().unwrap()) {
                            meeting.wait();
                        }
                        tx.lock(&Lock::Project(his))?;
                        tx.users().add(&new_user("Patient")).map(drop)
                    })
                    .await
            })
        })
        .into_iter()
        .collect();
    for unit in units {
        unit.await.unwrap().unwrap();
    }
    assert_eq!(runs.load(SeqCst), 3);
    assert_eq!(f.number("SELECT count(*) AS value FROM users WHERE display_name = 'Patient'"), 2);
}

/// Makes adding a person fail with this state, at once or at the commit.
fn fail_additions(f: &Fixture, state: &str, when: &str) {
    f.sql(&format!(
        "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '{state}'; END $$; \
         DROP TRIGGER IF EXISTS refuse ON users; \
         CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON users {when} \
         FOR EACH ROW EXECUTE FUNCTION refuse()"
    ));
}

/// Adds a person, and tells how often that was tried.
async fn runs_until_answered(f: &Fixture) -> usize {
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let answer = f
        .write(move |tx| {
            counted.fetch_add(1, SeqCst);
            tx.users().add(&new_user("Refused")).map(drop)
        })
        .await;
    assert_refused!(answer, StoreError::Unavailable(_));
    runs.load(SeqCst)
}

async fn what_others_stand_in_the_way_of_is_run_again_at_most_five_times(f: &Fixture) {
    for when in ["", "DEFERRABLE INITIALLY DEFERRED"] {
        fail_additions(f, "40001", when);
        assert_eq!(runs_until_answered(f).await, 6);
        // Any other failure would only be repeated.
        fail_additions(f, "P0001", when);
        assert_eq!(runs_until_answered(f).await, 1);
    }
    f.sql("DROP TRIGGER refuse ON users");
    assert_eq!(f.number("SELECT count(*) AS value FROM users"), 0);
    f.person().await;
}

async fn a_commit_that_fails_is_answered_as_a_failure(f: &Fixture) {
    let project = f.project().await;
    fail_additions(f, "P0001", "DEFERRABLE INITIALLY DEFERRED");
    let letter = crate::fixture::new_letter();
    let answer = f
        .write(move |tx| {
            tx.outbox().add(&letter)?;
            tx.members().add(&new_member(project.id, project.owner, Role::Owner))?;
            tx.users().add(&new_user("Refused")).map(drop)
        })
        .await;
    assert_refused!(answer, StoreError::Unavailable(_));
    assert_eq!(f.number("SELECT count(*) AS value FROM project_members"), 0);
    assert_eq!(f.number("SELECT count(*) AS value FROM outbox"), 0);
    f.sql("DROP TRIGGER refuse ON users");
    for _ in 0..8 {
        f.person().await;
    }
}

async fn somebody_who_keeps_a_lock_is_not_waited_for_forever(f: &Fixture) {
    let project = f.project().await.id;
    let (held, release) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let holder = tokio::spawn({
        let (store, held, release) = (f.store.clone(), Arc::clone(&held), Arc::clone(&release));
        async move {
            store
                .write::<_, StoreError, _>(move |tx| {
                    tx.lock(&Lock::Project(project))?;
                    held.wait();
                    release.wait();
                    Ok(())
                })
                .await
        }
    });
    tokio::task::spawn_blocking(move || held.wait()).await.unwrap();
    let answer = f.write(move |tx| tx.lock(&Lock::Project(project))).await;
    assert_refused!(answer, StoreError::Unavailable(_));
    tokio::task::spawn_blocking(move || release.wait()).await.unwrap();
    holder.await.unwrap().unwrap();
    f.write(move |tx| tx.lock(&Lock::Project(project))).await.unwrap();
}
