//! Changing the default address.

use chrono::DateTime;
use portico_domain::{
    code::{CodeMac, CodeSubject, VerificationCode},
    email::{Email, EmailState},
    id::UserId,
    policy::Lifetimes,
    ports::{StoreError, Unique},
    profile::MemberRole,
};

use crate::fixture::{Fixture, address, assert_refused, later, new_email, now, on_both};

on_both!(
    a_first_address_becomes_the_default,
    another_address_takes_the_place_of_the_default,
    the_same_address_gets_its_state_and_spelling,
    an_address_that_he_has_already_becomes_the_default,
    an_address_that_somebody_else_holds_is_refused_and_nothing_changes,
    claims_of_others_are_left_alone,
);

const VERIFIED: EmailState = EmailState::Verified { at: DateTime::UNIX_EPOCH };

async fn replace(f: &Fixture, email: &Email) -> Result<(), StoreError> {
    let email = email.clone();
    f.write(move |tx| tx.emails().replace_default(&email)).await
}

async fn list_of(f: &Fixture, user: UserId) -> Vec<Email> {
    f.read(move |seen| seen.emails().list_of(user)).await.unwrap()
}

async fn send_code(f: &Fixture, email: &Email) {
    let life = Lifetimes::default().registration_code;
    let subject = CodeSubject::AddedAddress(email.id);
    let code = VerificationCode::issue(subject, CodeMac::from_bytes([7; 32]), now(), life);
    f.write(move |tx| tx.codes().put(&code)).await.unwrap();
}

async fn a_first_address_becomes_the_default(f: &Fixture) {
    for (index, state) in [EmailState::Claimed, EmailState::Provisioned, VERIFIED].into_iter().enumerate() {
        let user = f.person().await.id;
        let email = new_email(user, &format!("First{index}@Example.org"), state);
        replace(f, &email).await.unwrap();
        assert_eq!(list_of(f, user).await, [Email { is_default: true, ..email }]);
    }
}

async fn another_address_takes_the_place_of_the_default(f: &Fixture) {
    let (user, other) = (f.person().await.id, f.person().await.id);
    let old = f.default_address(user, "old@example.org", VERIFIED).await;
    let his = f.default_address(other, "his@example.org", EmailState::Claimed).await;
    let added = Email { created_at: later(-9), ..new_email(user, "added@example.org", EmailState::Claimed) };
    let kept = added.clone();
    f.write(move |tx| tx.emails().add(&kept)).await.unwrap();
    for email in [&old, &his, &added] {
        send_code(f, email).await;
    }
    let next = new_email(user, "Next@example.org", EmailState::Claimed);
    replace(f, &next).await.unwrap();
    assert_eq!(list_of(f, user).await, [added.clone(), Email { is_default: true, ..next }]);
    assert_eq!(list_of(f, other).await, std::slice::from_ref(&his));
    for (email, stays) in [(old, false), (his, true), (added, true)] {
        let subject = CodeSubject::AddedAddress(email.id);
        let code = f.read(move |seen| seen.codes().find(&subject)).await.unwrap();
        assert_eq!(code.is_some(), stays, "{email:?}");
    }
    // What he gave up is free.
    replace(f, &new_email(other, "old@example.org", VERIFIED)).await.unwrap();
}

async fn the_same_address_gets_its_state_and_spelling(f: &Fixture) {
    let user = f.person().await.id;
    let first = f.default_address(user, "ann@example.org", EmailState::Claimed).await;
    send_code(f, &first).await;
    let states =
        [EmailState::Provisioned, VERIFIED, EmailState::Verified { at: later(9) }, EmailState::Claimed];
    for (state, text) in
        states.into_iter().zip(["Ann@example.org", "ANN@example.org", "ann@Example.org", "aNN@example.org"])
    {
        let email = new_email(user, text, state);
        replace(f, &email).await.unwrap();
        assert_eq!(list_of(f, user).await, [Email { state, address: address(text), ..first.clone() }]);
    }
    let subject = CodeSubject::AddedAddress(first.id);
    assert!(f.read(move |seen| seen.codes().find(&subject)).await.unwrap().is_some());
}

async fn an_address_that_he_has_already_becomes_the_default(f: &Fixture) {
    let user = f.person().await.id;
    f.default_address(user, "old@example.org", EmailState::Provisioned).await;
    let added = new_email(user, "added@example.org", EmailState::Claimed);
    let kept = added.clone();
    f.write(move |tx| tx.emails().add(&kept)).await.unwrap();
    send_code(f, &added).await;
    replace(f, &new_email(user, "Added@example.org", VERIFIED)).await.unwrap();
    let expected =
        Email { state: VERIFIED, is_default: true, address: address("Added@example.org"), ..added.clone() };
    assert_eq!(list_of(f, user).await, [expected]);
    let subject = CodeSubject::AddedAddress(added.id);
    assert!(f.read(move |seen| seen.codes().find(&subject)).await.unwrap().is_some());
}

async fn an_address_that_somebody_else_holds_is_refused_and_nothing_changes(f: &Fixture) {
    let (profile, holder) = (f.member(MemberRole::Member).await, f.person().await.id);
    let user = profile.user;
    let old = f.default_address(user, "old@example.org", EmailState::Claimed).await;
    send_code(f, &old).await;
    f.default_address(holder, "held@example.org", EmailState::Provisioned).await;
    let claim = new_email(user, "held@example.org", EmailState::Claimed);
    for had in [false, true] {
        if had {
            let kept = claim.clone();
            f.write(move |tx| tx.emails().add(&kept)).await.unwrap();
        }
        let before = list_of(f, user).await;
        for state in [EmailState::Provisioned, VERIFIED] {
            let wanted = new_email(user, "Held@example.org", state);
            f.write(move |tx| {
                let refused = tx.emails().replace_default(&wanted);
                assert_refused!(refused, StoreError::Duplicate(Unique::HeldAddress));
                tx.emails().list_of(user).map(drop)
            })
            .await
            .unwrap();
        }
        assert_eq!(list_of(f, user).await, before);
        assert_eq!((f.search("old").await, f.search("held").await), (vec![profile.number], vec![]));
        let subject = CodeSubject::AddedAddress(old.id);
        assert!(f.read(move |seen| seen.codes().find(&subject)).await.unwrap().is_some());
    }
    // A claim blocks nobody, and is not blocked.
    replace(f, &new_email(user, "Held@example.org", EmailState::Claimed)).await.unwrap();
    assert_eq!((f.search("old").await, f.search("held").await), (vec![], vec![profile.number]));
}

async fn claims_of_others_are_left_alone(f: &Fixture) {
    let (user, other) = (f.person().await.id, f.person().await.id);
    let claim = f.default_address(other, "ann@example.org", EmailState::Claimed).await;
    replace(f, &new_email(user, "ann@example.org", VERIFIED)).await.unwrap();
    assert_eq!(list_of(f, other).await, [claim]);
}
