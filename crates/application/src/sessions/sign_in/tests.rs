//! Signing in, against mocked ports.

use std::slice;

use mockall::predicate::eq;

use super::*;
use crate::{
    fixtures::*,
    sessions::{IssuedTokens, UserCard},
};

const RIGHT: Comparison = Comparison::Right { renewed: None };
const WRONG: Comparison = Comparison::Wrong;

fn renewing() -> Comparison {
    Comparison::Right { renewed: Some(hash("renewed")) }
}

fn mailed_password() -> Credential {
    Credential { must_change: true, ..credential(&ann()) }
}

/// A house where Ann has these records and her password compares like this.
fn house(email: Email, credential: &Credential, outcome: Comparison) -> House {
    let mut house = House::default();
    house.emails(slice::from_ref(&email));
    if email.state == EmailState::Claimed {
        house.holder(None);
        house.tx.emails.expect_find_latest_claim().returning(move |_| Ok(Some(email.clone())));
    } else {
        house.holder(Some(email));
    }
    house.users(&[ann()]);
    house.compares(Some(credential.hash.clone()), outcome);
    house
}

/// The same, her password staying as it is.
fn steady_house(email: Email, kept: Credential, outcome: Comparison) -> House {
    let mut house = house(email, &kept, outcome);
    house.credential(Some(kept));
    house
}

async fn sign_in(house: &OpenHouse) -> Result<SignedIn, SignInError> {
    house.does.sign_in.execute(address("ANN@example.org"), password("tuesday-fog-lamp")).await
}

#[tokio::test]
async fn the_right_password_opens_a_session() {
    let mut house = steady_house(ann_email(), credential(&ann()), RIGHT);
    let sessions = house.sessions();
    let house = house.open();
    let signed_in = sign_in(&house).await.unwrap();

    let session = sessions.only();
    let IssuedTokens { pair, expires_in } = signed_in.tokens;
    assert_eq!((session.token, session.refresh), (pair.token.digest(), pair.refresh.digest()));
    assert_eq!((session.user, session.expires_at), (ann().id, now() + expires_in));
    let UserCard { id, email, display_name } = signed_in.user;
    assert_eq!((id, email, display_name), (ann().id, Some(ann_address()), ann().display_name));
    assert!(!signed_in.password_change_required);
    assert_eq!(house.locks(), [Lock::User(ann().id)]);
    assert!(house.committed());
}

#[tokio::test]
async fn a_further_verified_address_signs_in_as_well() {
    let further = Email { is_default: false, ..ann_email() };
    let mut house = steady_house(further, credential(&ann()), RIGHT);
    house.sessions();
    sign_in(&house.open()).await.unwrap();
}

#[tokio::test]
async fn a_wrong_password_is_refused_whatever_the_address_is() {
    for state in [EmailState::Verified { at: now() }, EmailState::Claimed, EmailState::Provisioned] {
        let house = steady_house(in_state(state), credential(&ann()), WRONG).open();
        assert_refused!(sign_in(&house).await, SignInError::InvalidCredentials);
        assert!(house.wrote_nothing());
    }
}

#[tokio::test]
async fn an_unknown_address_takes_the_time_of_a_wrong_password() {
    let mut house = House::default();
    house.holder(None);
    house.tx.emails.expect_find_latest_claim().returning(|_| Ok(None));
    house.compares(None, WRONG);
    assert_refused!(sign_in(&house.open()).await, SignInError::InvalidCredentials);
}

#[tokio::test]
async fn a_person_without_a_password_takes_the_time_of_a_wrong_one() {
    let mut house = House::default();
    house.holder(Some(in_state(EmailState::Provisioned)));
    house.credential(None);
    house.compares(None, WRONG);
    assert_refused!(sign_in(&house.open()).await, SignInError::InvalidCredentials);
}

#[tokio::test]
async fn an_unproved_address_is_told_only_to_whoever_knows_the_password() {
    for state in [EmailState::Claimed, EmailState::Provisioned] {
        let house = steady_house(in_state(state), credential(&ann()), RIGHT).open();
        assert_refused!(sign_in(&house).await, SignInError::EmailNotVerified);
        assert!(house.wrote_nothing());
    }
}

#[tokio::test]
async fn a_mailed_password_does_not_prove_a_claimed_address() {
    let house = steady_house(in_state(EmailState::Claimed), mailed_password(), RIGHT).open();
    assert_refused!(sign_in(&house).await, SignInError::EmailNotVerified);
}

#[tokio::test]
async fn a_mailed_password_proves_the_address_it_was_mailed_to_and_must_be_changed() {
    let mut house = steady_house(in_state(EmailState::Provisioned), mailed_password(), RIGHT);
    house.tx.emails.expect_verify().with(eq(ann_email().id), eq(now())).times(1).returning(|_, _| Ok(()));
    house.settles_anns_address();
    house.sessions();
    let house = house.open();
    assert!(sign_in(&house).await.unwrap().password_change_required);
    let address = ann_address().canonical().clone();
    assert_eq!(house.locks(), [Lock::Address(address), Lock::User(ann().id)]);
}

#[tokio::test]
async fn an_address_proved_by_a_parallel_sign_in_is_not_proved_again() {
    let mut house = House::default();
    let provisioned = in_state(EmailState::Provisioned);
    house.tx.emails.expect_find_holder().times(1).return_once(|_| Ok(Some(provisioned)));
    house.holder(Some(ann_email()));
    house.users(&[ann()]);
    house.emails(&[ann_email()]);
    house.credential(Some(mailed_password()));
    house.compares(Some(hash("kept")), RIGHT);
    house.sessions();
    sign_in(&house.open()).await.unwrap();
}

#[tokio::test]
async fn whoever_is_locked_out_is_refused_like_a_wrong_password() {
    let mut house = House::default();
    house.holder(Some(ann_email()));
    house.users(&[disabled(ann())]);
    house.credential(Some(credential(&ann())));
    house.compares(Some(hash("kept")), RIGHT);
    let house = house.open();
    assert_refused!(sign_in(&house).await, SignInError::InvalidCredentials);
    assert!(house.wrote_nothing());
}

#[tokio::test]
async fn a_hash_with_older_parameters_is_renewed() {
    let mut house = steady_house(ann_email(), credential(&ann()), renewing());
    let renewed = house.tx.credentials.expect_renew();
    renewed.with(eq(ann().id), eq(hash("kept")), eq(hash("renewed"))).times(1).returning(|_, _, _| Ok(()));
    house.sessions();
    let house = house.open();
    sign_in(&house).await.unwrap();
    assert!(house.committed());
}

#[tokio::test]
async fn of_two_who_renew_one_hash_at_once_both_come_in() {
    let mut house = house(ann_email(), &credential(&ann()), renewing());
    let renewed_elsewhere = Credential { hash: hash("elsewhere"), ..credential(&ann()) };
    house.credential_then(credential(&ann()), Some(renewed_elsewhere));
    let sessions = house.sessions();
    sign_in(&house.open()).await.unwrap();
    assert_eq!(sessions.only().user, ann().id);
}

#[tokio::test]
async fn a_password_changed_between_comparing_and_keeping_opens_nothing() {
    let changed = Credential { hash: hash("changed"), changed_at: now(), ..credential(&ann()) };
    for current in [Some(changed), None] {
        let mut house = house(ann_email(), &credential(&ann()), renewing());
        house.credential_then(credential(&ann()), current);
        let house = house.open();
        assert_refused!(sign_in(&house).await, SignInError::InvalidCredentials);
        assert!(!house.committed());
    }
}

#[tokio::test]
async fn too_many_waiting_passwords_are_said_so() {
    let mut house = House::default();
    house.holder(Some(ann_email()));
    house.users(&[ann()]);
    house.credential(Some(credential(&ann())));
    house.passwords.expect_compare().times(1).returning(|_, _| Err(PasswordsError::Busy));
    assert_refused!(sign_in(&house.open()).await, SignInError::Passwords(PasswordsError::Busy));
}
