//! Addresses.

use portico_domain::{
    code::{CodeMac, CodeSubject, VerificationCode},
    email::EmailState,
    policy::Lifetimes,
    ports::{StoreError, Unique},
};

use crate::fixture::{Fixture, address, assert_refused, later, new_email, now, on_both};

const HELD: EmailState = EmailState::Provisioned;

on_both!(
    an_address_comes_back_as_it_was_added,
    the_holder_is_whoever_proved_or_was_given_the_address,
    a_claim_blocks_nobody,
    a_held_address_is_refused_to_others,
    a_person_has_an_address_once,
    the_latest_claim_is_found,
    addresses_are_listed_the_oldest_first,
    proving_an_address_makes_it_verified,
    an_address_that_is_verified_or_gone_cannot_be_proved_again,
    an_address_that_another_holds_by_now_cannot_be_proved,
    voiding_claims_removes_them_with_their_codes,
);

async fn add(f: &Fixture, email: &portico_domain::email::Email) -> Result<(), StoreError> {
    let email = email.clone();
    f.write(move |tx| tx.emails().add(&email)).await
}

async fn an_address_comes_back_as_it_was_added(f: &Fixture) {
    let user = f.person().await.id;
    for (text, state) in [
        ("Claimed@Example.org", EmailState::Claimed),
        ("Given@Example.org", EmailState::Provisioned),
        ("Почта@Пример.example", EmailState::Verified { at: later(3) }),
    ] {
        let mut email = new_email(user, text, state);
        email.is_default = state == EmailState::Claimed;
        add(f, &email).await.unwrap();
        let canonical = email.address.canonical().clone();
        let found = f.read(move |seen| seen.emails().find_of(user, &canonical)).await.unwrap();
        assert_eq!(found, Some(email));
    }
}

async fn the_holder_is_whoever_proved_or_was_given_the_address(f: &Fixture) {
    let user = f.person().await.id;
    for state in [EmailState::Provisioned, EmailState::Verified { at: now() }] {
        let email = new_email(user, &format!("{}@example.org", crate::fixture::word()), state);
        let other = f.person().await.id;
        let claim = new_email(other, email.address.as_str(), EmailState::Claimed);
        add(f, &claim).await.unwrap();
        let canonical = email.address.canonical().clone();
        let ask = canonical.clone();
        assert_eq!(f.read(move |seen| seen.emails().find_holder(&ask)).await.unwrap(), None);
        add(f, &email).await.unwrap();
        assert_eq!(f.read(move |seen| seen.emails().find_holder(&canonical)).await.unwrap(), Some(email));
    }
}

async fn a_claim_blocks_nobody(f: &Fixture) {
    for state in [EmailState::Claimed, EmailState::Claimed, EmailState::Verified { at: now() }] {
        let user = f.person().await.id;
        add(f, &new_email(user, "wanted@example.org", state)).await.unwrap();
    }
    let late = new_email(f.person().await.id, "wanted@example.org", EmailState::Claimed);
    add(f, &late).await.unwrap();
}

async fn a_held_address_is_refused_to_others(f: &Fixture) {
    let (first, second) = (f.person().await.id, f.person().await.id);
    add(f, &new_email(first, "one@example.org", EmailState::Provisioned)).await.unwrap();
    for state in [EmailState::Provisioned, EmailState::Verified { at: now() }] {
        let email = new_email(second, "ONE@example.org", state);
        assert_refused!(add(f, &email).await, StoreError::Duplicate(Unique::HeldAddress));
    }
}

async fn a_person_has_an_address_once(f: &Fixture) {
    let user = f.person().await.id;
    add(f, &new_email(user, "one@example.org", EmailState::Claimed)).await.unwrap();
    let again = new_email(user, "One@Example.org", EmailState::Claimed);
    assert_refused!(add(f, &again).await, StoreError::Duplicate(Unique::UserAddress));
}

async fn the_latest_claim_is_found(f: &Fixture) {
    let canonical = address("wanted@example.org").canonical().clone();
    let ask = canonical.clone();
    assert_eq!(f.read(move |seen| seen.emails().find_latest_claim(&ask)).await.unwrap(), None);
    let mut latest = None;
    for (seconds, state) in
        [(1, EmailState::Claimed), (9, EmailState::Claimed), (5, EmailState::Claimed), (99, HELD)]
    {
        let mut email = new_email(f.person().await.id, "wanted@example.org", state);
        email.created_at = later(seconds);
        add(f, &email).await.unwrap();
        if seconds == 9 {
            latest = Some(email);
        }
    }
    assert_eq!(f.read(move |seen| seen.emails().find_latest_claim(&canonical)).await.unwrap(), latest);
}

async fn addresses_are_listed_the_oldest_first(f: &Fixture) {
    let (user, other) = (f.person().await.id, f.person().await.id);
    add(f, &new_email(other, "not-mine@example.org", EmailState::Claimed)).await.unwrap();
    for (name, seconds) in [("c", 3), ("a", 1), ("b", 2)] {
        let mut email = new_email(user, &format!("{name}@example.org"), EmailState::Claimed);
        email.created_at = later(seconds);
        add(f, &email).await.unwrap();
    }
    let listed = f.read(move |seen| seen.emails().list_of(user)).await.unwrap();
    let texts: Vec<&str> = listed.iter().map(|email| email.address.as_str()).collect();
    assert_eq!(texts, ["a@example.org", "b@example.org", "c@example.org"]);
}

async fn proving_an_address_makes_it_verified(f: &Fixture) {
    let user = f.person().await.id;
    for state in [EmailState::Claimed, EmailState::Provisioned] {
        let mut email = new_email(user, &format!("{}@example.org", crate::fixture::word()), state);
        add(f, &email).await.unwrap();
        let id = email.id;
        f.write(move |tx| tx.emails().verify(id, later(5))).await.unwrap();
        email.state = EmailState::Verified { at: later(5) };
        let canonical = email.address.canonical().clone();
        assert_eq!(f.read(move |seen| seen.emails().find_holder(&canonical)).await.unwrap(), Some(email));
    }
}

async fn an_address_that_is_verified_or_gone_cannot_be_proved_again(f: &Fixture) {
    let email = new_email(f.person().await.id, "one@example.org", EmailState::Verified { at: now() });
    let (id, unknown) = (email.id, new_email(email.user, "two@example.org", EmailState::Claimed).id);
    add(f, &email).await.unwrap();
    assert_refused!(f.write(move |tx| tx.emails().verify(id, later(1))).await, StoreError::Stale);
    assert_refused!(f.write(move |tx| tx.emails().verify(unknown, later(1))).await, StoreError::Stale);
}

async fn an_address_that_another_holds_by_now_cannot_be_proved(f: &Fixture) {
    let claim = new_email(f.person().await.id, "one@example.org", EmailState::Claimed);
    let held = new_email(f.person().await.id, "one@example.org", EmailState::Verified { at: now() });
    add(f, &claim).await.unwrap();
    add(f, &held).await.unwrap();
    let proved = f
        .write(move |tx| {
            let refused = tx.emails().verify(claim.id, now());
            assert_refused!(refused, StoreError::Duplicate(Unique::HeldAddress));
            // The refusal is an answer: the unit of work goes on.
            tx.emails().find_of(claim.user, claim.address.canonical())
        })
        .await
        .unwrap();
    assert_eq!(proved.unwrap().state, EmailState::Claimed);
}

async fn voiding_claims_removes_them_with_their_codes(f: &Fixture) {
    let owner = new_email(f.person().await.id, "one@example.org", EmailState::Verified { at: now() });
    let claims = [f.person().await.id, f.person().await.id]
        .map(|user| new_email(user, "One@example.org", EmailState::Claimed));
    let elsewhere = new_email(claims[0].user, "two@example.org", EmailState::Claimed);
    for email in [&owner, &claims[0], &claims[1], &elsewhere] {
        add(f, email).await.unwrap();
        let subject = CodeSubject::AddedAddress(email.id);
        let life = Lifetimes::default().registration_code;
        let code = VerificationCode::issue(subject, CodeMac::from_bytes([7; 32]), now(), life);
        f.write(move |tx| tx.codes().put(&code)).await.unwrap();
    }
    let canonical = owner.address.canonical().clone();
    f.write(move |tx| tx.emails().void_claims(&canonical)).await.unwrap();

    for (email, stays) in [(&owner, true), (&claims[0], false), (&claims[1], false), (&elsewhere, true)] {
        let (user, canonical) = (email.user, email.address.canonical().clone());
        let found = f.read(move |seen| seen.emails().find_of(user, &canonical)).await.unwrap();
        assert_eq!(found.is_some(), stays, "{email:?}");
        let subject = CodeSubject::AddedAddress(email.id);
        let code = f.read(move |seen| seen.codes().find(&subject)).await.unwrap();
        assert_eq!(code.is_some(), stays, "{email:?}");
    }
}
