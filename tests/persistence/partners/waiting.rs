//! On PostgreSQL transactions run beside each other: whoever comes second waits for the first, and goes by what became
//! of him.

use std::sync::{
    Mutex,
    mpsc::{Sender, channel},
};

use integration_tests::wait::until;
use portico_domain::{
    partner::{Claim, Dictation, IdempotentRequest},
    ports::{Disposable, StoreError, StoreExt as _, Transaction, Unique},
};
use tokio::task::JoinHandle;

use super::claims::call;
use crate::fixture::{Fixture, assert_refused, later, new_dictation, new_partner, now, on_postgresql};

on_postgresql!(
    a_claim_waits_for_the_first_and_is_repeated_when_he_commits,
    a_claim_waits_for_the_first_and_is_new_when_he_rolls_back,
    another_call_of_the_name_waits_and_is_told_when_the_first_commits,
    a_claim_of_a_name_whose_time_is_over_waits_for_who_takes_it_over,
    a_claim_is_not_purged_under_whoever_reads_it,
    a_dictation_waits_for_the_first_of_its_id,
    a_name_of_a_partner_waits_for_the_first_who_takes_it,
    a_person_waits_for_whoever_adds_him,
);

/// How a transaction that was held open ends.
#[derive(Clone, Copy, Debug)]
enum End {
    Commit,
    Rollback,
}

/// A transaction that has done its work and is still open.
struct Held {
    end: Sender<End>,
    ended: JoinHandle<Result<(), StoreError>>,
}

impl Held {
    async fn end(self, end: End) {
        self.end.send(end).unwrap();
        match (end, self.ended.await.unwrap()) {
            (End::Commit, Ok(())) | (End::Rollback, Err(StoreError::Stale)) => {}
            other => panic!("{other:?}"),
        }
    }
}

/// Does work and leaves its transaction open.
async fn hold(
    f: &Fixture,
    work: impl Fn(&mut dyn Transaction) -> Result<(), StoreError> + Send + 'static,
) -> Held {
    let ((end, told), (done, doing)) = (channel(), channel());
    let (told, store) = (Mutex::new(told), f.store.clone());
    let ended = tokio::spawn(async move {
        store
            .write(move |tx| {
                work(tx)?;
                done.send(()).unwrap();
                match told.lock().unwrap().recv().unwrap() {
                    End::Commit => Ok(()),
                    End::Rollback => Err(StoreError::Stale),
                }
            })
            .await
    });
    let doing = Mutex::new(doing);
    until("the first transaction", async || doing.lock().unwrap().try_recv().ok()).await;
    Held { end, ended }
}

/// Begins work that waits for what is held.
async fn follow<T: Send + 'static>(
    f: &Fixture,
    work: impl Fn(&mut dyn Transaction) -> Result<T, StoreError> + Send + 'static,
) -> JoinHandle<Result<T, StoreError>> {
    let store = f.store.clone();
    let following = tokio::spawn(async move { store.write(work).await });
    let waiting = "SELECT count(*) AS value FROM pg_stat_activity \
                   WHERE application_name = current_setting('application_name') AND wait_event_type = 'Lock'";
    until("a transaction that waits", async || (f.number(waiting) == 1).then_some(())).await;
    assert!(!following.is_finished());
    following
}

/// What a call is told that comes while another one is being done, which ends so.
async fn told(f: &Fixture, first: IdempotentRequest, end: End, second: IdempotentRequest) -> Claim {
    let held = hold(f, move |tx| {
        assert_eq!(tx.idempotency_keys().claim(&first)?, Claim::New);
        Ok(())
    })
    .await;
    let following = follow(f, move |tx| tx.idempotency_keys().claim(&second)).await;
    held.end(end).await;
    following.await.unwrap().unwrap()
}

async fn a_claim_waits_for_the_first_and_is_repeated_when_he_commits(f: &Fixture) {
    let claimed = call(f.partner().await.id, "a", "one", now());
    assert_eq!(told(f, claimed.clone(), End::Commit, claimed).await, Claim::Repeated);
}

async fn a_claim_waits_for_the_first_and_is_new_when_he_rolls_back(f: &Fixture) {
    let partner = f.partner().await.id;
    for (name, asked) in [("a", "one"), ("b", "two")] {
        let (first, second) = (call(partner, name, "one", now()), call(partner, name, asked, now()));
        assert_eq!(told(f, first, End::Rollback, second).await, Claim::New);
    }
}

async fn another_call_of_the_name_waits_and_is_told_when_the_first_commits(f: &Fixture) {
    let partner = f.partner().await.id;
    let (first, second) = (call(partner, "a", "one", now()), call(partner, "a", "two", now()));
    assert_eq!(told(f, first, End::Commit, second).await, Claim::Taken);
}

async fn a_claim_of_a_name_whose_time_is_over_waits_for_who_takes_it_over(f: &Fixture) {
    let partner = f.partner().await.id;
    for (day, end, asked, expected) in [
        (0, End::Commit, "one", Claim::Repeated),
        (2, End::Commit, "two", Claim::Taken),
        (4, End::Rollback, "two", Claim::New),
    ] {
        let old = call(partner, "a", "old", later(day * 86_400));
        assert_eq!(f.write(move |tx| tx.idempotency_keys().claim(&old)).await.unwrap(), Claim::New);
        let at = later((day + 1) * 86_400);
        let (first, second) = (call(partner, "a", "one", at), call(partner, "a", asked, at));
        assert_eq!(told(f, first, end, second).await, expected, "{end:?} {asked}");
    }
}

async fn a_claim_is_not_purged_under_whoever_reads_it(f: &Fixture) {
    let claimed = call(f.partner().await.id, "a", "one", now());
    let first = claimed.clone();
    f.write(move |tx| tx.idempotency_keys().claim(&first)).await.unwrap();
    let held = hold(f, move |tx| {
        assert_eq!(tx.idempotency_keys().claim(&claimed)?, Claim::Repeated);
        Ok(())
    })
    .await;
    let purging =
        follow(f, |tx| tx.housekeeping().purge(Disposable::IdempotencyKeys, later(2 * 86_400), 9)).await;
    held.end(End::Commit).await;
    assert_eq!(purging.await.unwrap().unwrap(), 1);
}

async fn a_dictation_waits_for_the_first_of_its_id(f: &Fixture) {
    let partner = f.partner().await.id;
    for (id, end) in [("a", End::Commit), ("b", End::Rollback)] {
        let first = new_dictation(partner, id);
        let second = Dictation { title: "Second".to_owned(), ..first.clone() };
        let held = hold(f, move |tx| tx.dictations().add(&first)).await;
        let following = follow(f, move |tx| tx.dictations().add(&second)).await;
        held.end(end).await;
        match (end, following.await.unwrap()) {
            (End::Rollback, Ok(())) => {}
            (_, refused) => assert_refused!(refused, StoreError::Duplicate(Unique::Dictation)),
        }
    }
}

async fn a_name_of_a_partner_waits_for_the_first_who_takes_it(f: &Fixture) {
    for (name, end) in [("One", End::Commit), ("Two", End::Rollback)] {
        let (first, second) = (new_partner(name), new_partner(name));
        let held = hold(f, move |tx| tx.partners().add(&first)).await;
        let following = follow(f, move |tx| tx.partners().add(&second)).await;
        held.end(end).await;
        match (end, following.await.unwrap()) {
            (End::Rollback, Ok(())) => {}
            (_, refused) => assert_refused!(refused, StoreError::Duplicate(Unique::PartnerName)),
        }
    }
}

async fn a_person_waits_for_whoever_adds_him(f: &Fixture) {
    let partner = f.partner().await.id;
    for end in [End::Commit, End::Rollback] {
        let user = f.person().await.id;
        let held = hold(f, move |tx| tx.partners().add_user(partner, user, now())).await;
        let following = follow(f, move |tx| {
            tx.partners().add_user(partner, user, later(1))?;
            tx.partners().has_user(partner, user)
        })
        .await;
        held.end(end).await;
        assert!(following.await.unwrap().unwrap());
    }
}
