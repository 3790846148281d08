//! Letters.

use std::time::Duration;

use chrono::{DateTime, Utc};
use portico_domain::{
    id::LetterId,
    invite::InviteRole,
    letter::{Lane, Letter, OwedLetter, PhoneCode, Recipient},
    ports::{Backlog, LeaseHolder, OutboxWatch as _, StoreError, StoreExt as _},
};
use tokio::time::timeout;

use crate::fixture::{Dice, Fixture, assert_refused, later, new_letter, new_user, now, on_both};

on_both!(
    every_kind_of_letter_comes_back_as_it_was_added,
    due_letters_are_listed_the_longest_due_first,
    a_letter_that_cannot_be_read_holds_up_nobody,
    a_code_for_a_telephone_names_it_and_no_mailbox,
    a_letter_goes_to_no_telephone_and_a_code_for_one_to_no_mailbox,
    a_kind_of_a_newer_release_is_left_to_it,
    the_backlog_counts_what_is_owed_and_nothing_else,
    one_of_many_processes_takes_a_letter,
    a_leased_letter_is_not_due_for_anybody_until_the_lease_is_over,
    a_lease_is_extended_by_its_holder_alone,
    a_delivered_letter_loses_its_secret_and_never_leaves_again,
    a_postponed_letter_is_due_later,
    an_abandoned_letter_loses_its_secret_and_never_leaves,
    whoever_lost_the_lease_can_do_nothing,
    leases_of_a_server_that_is_gone_are_void_on_sqlite_alone,
    a_commit_that_added_a_letter_is_told,
    a_rolled_back_letter_is_not_told,
);

async fn owed(f: &Fixture) -> OwedLetter {
    let letter = new_letter();
    add(f, &letter).await;
    letter
}

async fn add(f: &Fixture, letter: &OwedLetter) {
    let letter = letter.clone();
    f.write(move |tx| tx.outbox().add(&letter)).await.unwrap();
}

async fn due(f: &Fixture, now: DateTime<Utc>) -> Vec<OwedLetter> {
    f.read(move |seen| seen.outbox().list_due(Lane::People, now, 100)).await.unwrap()
}

async fn lease(
    f: &Fixture,
    id: LetterId,
    holder: LeaseHolder,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<(), StoreError> {
    f.write(move |tx| tx.outbox().lease(id, holder, now, until)).await
}

fn holder() -> LeaseHolder {
    LeaseHolder::draw(now(), &Dice)
}

/// A letter and the process that is delivering it.
async fn taken(f: &Fixture) -> (LetterId, LeaseHolder) {
    let (id, holder) = (owed(f).await.id, holder());
    lease(f, id, holder, now(), later(5)).await.unwrap();
    (id, holder)
}

async fn every_kind_of_letter_comes_back_as_it_was_added(f: &Fixture) {
    let invite = Letter::Invite {
        project: "Хор «Ала-Тау»".to_owned(),
        inviter: "Ünal \"the fox\"".to_owned(),
        role: InviteRole::Admin,
        expires_at: later(7),
    };
    let mut letters = Vec::new();
    for letter in [
        Letter::RegistrationCode { valid_minutes: 10 },
        invite,
        Letter::AddedAddressCode { valid_minutes: 10 },
        Letter::PasswordReset { valid_minutes: 15 },
        Letter::SignupCode { login: "Ünal \u{1f3b9}".to_owned(), valid_seconds: 120 },
    ] {
        letters.push(OwedLetter { letter, ..new_letter() });
    }
    letters.push(OwedLetter { letter: Letter::AlreadyRegistered, secret: None, ..new_letter() });
    for letter in &letters {
        add(f, letter).await;
    }
    letters.sort_unstable_by_key(|letter| letter.id);
    assert_eq!(due(f, now()).await, letters);
}

async fn due_letters_are_listed_the_longest_due_first(f: &Fixture) {
    let mut expected = Vec::new();
    for seconds in [3, 1, 2, 10] {
        let letter = OwedLetter { created_at: later(seconds), ..new_letter() };
        add(f, &letter).await;
        expected.push(letter);
    }
    expected.sort_unstable_by_key(|letter| letter.created_at);
    assert_eq!(due(f, later(9)).await, expected[..3]);
    assert_eq!(due(f, later(10)).await, expected);
    let some = f.read(|seen| seen.outbox().list_due(Lane::People, later(10), 2)).await.unwrap();
    assert_eq!(some, expected[..2]);
}

fn phone_code() -> OwedLetter {
    let code = PhoneCode {
        provider: "phone".to_owned(),
        event: "auth".to_owned(),
        login: "Ünal\0".to_owned(),
        phone_sms: None,
        phone_push: vec!["\u{1f4de}".to_owned()],
        fcm_tokens: vec!["token".to_owned()],
        locale: "tr_TR".to_owned(),
        valid_seconds: 120,
    };
    let to = Recipient::Phone("+99 (999) 'é' \u{1f4de}".to_owned());
    OwedLetter { to, letter: Letter::PhoneCode(code), ..new_letter() }
}

async fn a_code_for_a_telephone_names_it_and_no_mailbox(f: &Fixture) {
    let code = phone_code();
    add(f, &code).await;
    assert_eq!(due(f, now()).await, [code]);
    let (recipient, canonical) =
        (f.texts("SELECT recipient AS value FROM outbox"), f.texts("SELECT canonical AS value FROM outbox"));
    assert_eq!((recipient.len(), &recipient), (1, &canonical));
    // A text that looks like an address is none.
    f.sql("UPDATE outbox SET recipient = 'a@example.org'");
    assert_eq!(due(f, now()).await[0].to, Recipient::Phone("a@example.org".to_owned()));
}

async fn a_letter_goes_to_no_telephone_and_a_code_for_one_to_no_mailbox(f: &Fixture) {
    let (letter, code) = (new_letter(), phone_code());
    for crossed in [
        OwedLetter { to: code.to.clone(), ..letter.clone() },
        OwedLetter { to: letter.to.clone(), ..code.clone() },
    ] {
        let refused = f.write(move |tx| tx.outbox().add(&crossed)).await;
        assert_refused!(refused, StoreError::Corrupt { table: "outbox", column: "recipient" });
    }
    assert_eq!(f.number("SELECT count(*) AS value FROM outbox"), 0);
}

async fn a_letter_that_cannot_be_read_holds_up_nobody(f: &Fixture) {
    owed(f).await;
    f.sql("UPDATE outbox SET content = '{\"kind\":\"poem\"}'");
    let letter = owed(f).await;
    assert_eq!(due(f, later(1)).await, [letter]);
}

async fn a_kind_of_a_newer_release_is_left_to_it(f: &Fixture) {
    owed(f).await;
    f.sql("UPDATE outbox SET kind = 'poem'");
    let letter = owed(f).await;
    let first = f.read(|seen| seen.outbox().list_due(Lane::People, later(1), 1)).await.unwrap();
    assert_eq!(first, [letter]);
}

async fn the_backlog_counts_what_is_owed_and_nothing_else(f: &Fixture) {
    let backlog = async || f.read(|seen| seen.outbox().backlog()).await.unwrap();
    assert_eq!(backlog().await, Backlog::default());
    let (left, first) = taken(f).await;
    f.write(move |tx| tx.outbox().delivered(left, first, later(1))).await.unwrap();
    let (given_up, first) = taken(f).await;
    f.write(move |tx| tx.outbox().abandon(given_up, first, later(1), "550")).await.unwrap();
    assert_eq!(backlog().await, Backlog::default());
    add(f, &OwedLetter { created_at: later(7), ..new_letter() }).await;
    add(f, &OwedLetter { created_at: later(3), ..new_letter() }).await;
    f.sql("UPDATE outbox SET kind = 'poem' WHERE closed_at IS NULL");
    assert_eq!(backlog().await, Backlog { letters: 2, oldest: Some(later(3)) });
}

async fn one_of_many_processes_takes_a_letter(f: &Fixture) {
    let id = owed(f).await.id;
    let racers: Vec<_> = (0..16)
        .map(|_| {
            let (store, holder) = (f.store.clone(), holder());
            tokio::spawn(async move {
                store
                    .write::<_, StoreError, _>(move |tx| tx.outbox().lease(id, holder, now(), later(5)))
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

async fn a_leased_letter_is_not_due_for_anybody_until_the_lease_is_over(f: &Fixture) {
    let (id, first) = taken(f).await;
    assert_eq!(due(f, later(4)).await, []);
    assert_refused!(lease(f, id, holder(), later(4), later(9)).await, StoreError::Stale);
    // Its holder may take it again.
    lease(f, id, first, later(4), later(6)).await.unwrap();
    assert_eq!(due(f, later(5)).await, []);
    assert_eq!(due(f, later(6)).await.len(), 1);
    lease(f, id, holder(), later(6), later(9)).await.unwrap();

    let future = OwedLetter { created_at: later(60), ..new_letter() };
    add(f, &future).await;
    assert_refused!(lease(f, future.id, first, later(59), later(99)).await, StoreError::Stale);
    assert_refused!(lease(f, new_letter().id, first, later(99), later(100)).await, StoreError::Stale);
}

async fn a_lease_is_extended_by_its_holder_alone(f: &Fixture) {
    let (id, first) = taken(f).await;
    let stranger = holder();
    f.write(move |tx| tx.outbox().extend(id, first, later(20))).await.unwrap();
    assert_eq!(due(f, later(19)).await, []);
    assert_refused!(f.write(move |tx| tx.outbox().extend(id, stranger, later(30))).await, StoreError::Stale);
    assert_eq!(due(f, later(20)).await.len(), 1);
}

async fn a_delivered_letter_loses_its_secret_and_never_leaves_again(f: &Fixture) {
    let (id, first) = taken(f).await;
    f.write(move |tx| tx.outbox().delivered(id, first, later(1))).await.unwrap();
    assert_eq!(due(f, later(1_000_000)).await, []);
    let kept = "SELECT count(*) AS value FROM outbox WHERE outcome = 'delivered' AND secret IS NULL";
    assert_eq!(f.number(kept), 1);
    assert_refused!(lease(f, id, first, later(2), later(9)).await, StoreError::Stale);
    assert_refused!(f.write(move |tx| tx.outbox().delivered(id, first, later(2))).await, StoreError::Stale);
}

async fn a_postponed_letter_is_due_later(f: &Fixture) {
    let (id, first) = taken(f).await;
    f.write(move |tx| tx.outbox().postpone(id, first, later(60), "451 try\0again")).await.unwrap();
    assert_eq!(due(f, later(59)).await, []);
    let letters = due(f, later(60)).await;
    assert_eq!((letters[0].id, letters[0].attempts), (id, 1));
    assert!(letters[0].secret.is_some());
    assert_eq!(f.texts("SELECT last_error AS value FROM outbox"), ["451 try\u{FFFD}again"]);
    lease(f, id, holder(), later(60), later(65)).await.unwrap();
}

async fn an_abandoned_letter_loses_its_secret_and_never_leaves(f: &Fixture) {
    let (id, first) = taken(f).await;
    f.write(move |tx| tx.outbox().abandon(id, first, later(1), "550 no such user")).await.unwrap();
    assert_eq!(due(f, later(1_000_000)).await, []);
    let kept = "SELECT count(*) AS value FROM outbox WHERE outcome = 'abandoned' AND secret IS NULL";
    assert_eq!(f.number(kept), 1);
    assert_eq!(f.texts("SELECT last_error AS value FROM outbox"), ["550 no such user"]);
}

async fn whoever_lost_the_lease_can_do_nothing(f: &Fixture) {
    let (id, first) = taken(f).await;
    let second = holder();
    lease(f, id, second, later(5), later(10)).await.unwrap();
    assert_refused!(f.write(move |tx| tx.outbox().extend(id, first, later(9))).await, StoreError::Stale);
    assert_refused!(f.write(move |tx| tx.outbox().delivered(id, first, later(9))).await, StoreError::Stale);
    let postponed = f.write(move |tx| tx.outbox().postpone(id, first, later(9), "late")).await;
    assert_refused!(postponed, StoreError::Stale);
    let abandoned = f.write(move |tx| tx.outbox().abandon(id, first, later(9), "late")).await;
    assert_refused!(abandoned, StoreError::Stale);
    f.write(move |tx| tx.outbox().delivered(id, second, later(9))).await.unwrap();
}

async fn leases_of_a_server_that_is_gone_are_void_on_sqlite_alone(f: &Fixture) {
    taken(f).await;
    f.store.void_leases().await.unwrap();
    let expected = usize::from(f.database.is_sqlite());
    assert_eq!(due(f, now()).await.len(), expected);
}

async fn a_commit_that_added_a_letter_is_told(f: &Fixture) {
    let patience = Duration::from_secs(10);
    // One that happened before the question counts.
    owed(f).await;
    timeout(patience, f.store.written()).await.expect("the letter is told");
    let waiting = tokio::spawn({
        let store = f.store.clone();
        async move { timeout(patience, store.written()).await }
    });
    owed(f).await;
    waiting.await.unwrap().expect("the letter is told");
}

async fn a_rolled_back_letter_is_not_told(f: &Fixture) {
    let letter = new_letter();
    let refused: Result<(), _> = f
        .write(move |tx| {
            tx.outbox().add(&letter)?;
            Err(StoreError::Stale)
        })
        .await;
    assert_refused!(refused, StoreError::Stale);
    let user = new_user("No letter");
    f.write(move |tx| tx.users().add(&user)).await.unwrap();
    assert!(timeout(Duration::ZERO, f.store.written()).await.is_err());
    assert_eq!(due(f, later(9)).await, []);
}
