//! Signing in, against mocked ports.

mod by_code;

use mockall::predicate::eq;
use portico_domain::{id::SignupId, signup::AuthItem};

use super::*;
use crate::fixtures::*;

/// What somebody shows in these fields.
fn shows(fields: &[(&str, &str)]) -> SignInSignupRequest {
    let item =
        |&(marker, value): &(&str, &str)| AuthItem { marker: marker.to_owned(), value: password(value) };
    SignInSignupRequest {
        auth_data: AuthData(fields.iter().map(item).collect()),
        code: None,
        device: device(),
    }
}

fn right() -> SignInSignupRequest {
    shows(&[("login", "test"), ("password", "12345")])
}

const RIGHT: Comparison = Comparison::Right { renewed: None };

fn old_hash() -> Comparison {
    Comparison::Right { renewed: Some(hash("renewed")) }
}

/// A house with the door `email`, where these entities are Ann's.
fn house(known: &[Signup]) -> House {
    let mut house = House::default();
    house.door(signup_provider(), signup_form());
    house.signups(known);
    house.users(&[ann()]);
    house
}

async fn sign_in(house: &OpenHouse, request: SignInSignupRequest) -> Result<SignupTokens, SignInSignupError> {
    house.does.sign_in_signup.execute("email".to_owned(), request).await
}

#[tokio::test]
async fn the_right_password_opens_a_sign_in_on_the_device() {
    let mut house = house(&[signup()]);
    house.compares(Some(hash("kept")), RIGHT);
    let opened = house.signup_sessions();
    house.signs_tokens();
    let house = house.open();
    let tokens = sign_in(&house, right()).await.unwrap();

    let session = opened.only();
    assert_eq!((session.signup, &session.device), (signup().id, &device()));
    assert_eq!((session.generation, session.issued_at), (0, now()));
    assert_eq!((tokens.login.as_str(), tokens.provider.as_str()), ("test", "email"));
    assert_eq!(tokens.refresh, refresh_token_of(&session));
    assert_eq!(house.locks(), [Lock::User(ann().id)]);
    assert!(house.committed());
}

#[tokio::test]
async fn an_unknown_or_shut_provider_is_told_so() {
    let open = house(&[signup()]).open();
    for marker in ["other", "Email", "", "a/b"] {
        let refused = open.does.sign_in_signup.execute(marker.to_owned(), right()).await;
        assert_refused!(refused, SignInSignupError::UnknownProvider);
    }
    let mut closed = House::default();
    closed.door(shut(signup_provider()), signup_form());
    assert_refused!(sign_in(&closed.open(), right()).await, SignInSignupError::UnknownProvider);
}

#[tokio::test]
async fn without_login_or_password_nothing_is_looked_at() {
    for request in [
        shows(&[]),
        shows(&[("login", "test")]),
        shows(&[("password", "12345")]),
        shows(&[("login", "test"), ("password", "")]),
        shows(&[("login", "test"), ("password", "12345"), ("last_name", "Lee")]),
        shows(&[("login", &"x".repeat(256)), ("password", "12345")]),
    ] {
        let house = house(&[signup()]).open();
        let refused = sign_in(&house, request).await;
        assert_refused!(refused, SignInSignupError::Submission(SubmissionFault::Credentials));
        assert!(house.wrote_nothing());
    }
}

#[tokio::test]
async fn a_wrong_password_opens_nothing() {
    let mut house = house(&[signup()]);
    house.compares(Some(hash("kept")), Comparison::Wrong);
    let house = house.open();
    assert_refused!(sign_in(&house, right()).await, SignInSignupError::InvalidCredentials);
    assert!(house.wrote_nothing());
}

#[tokio::test]
async fn nobody_with_a_password_is_refused_in_the_same_time() {
    let archived = as_status(SignupStatus::Archived, signup());
    let without = Signup { password: None, ..signup() };
    let of_others = Signup { login: login("Test"), ..signup() };
    for known in [vec![], vec![archived], vec![without], vec![of_others]] {
        let mut house = house(&known);
        house.compares(None, Comparison::Wrong);
        let house = house.open();
        assert_refused!(sign_in(&house, right()).await, SignInSignupError::InvalidCredentials);
        assert!(house.wrote_nothing());
    }
}

#[tokio::test]
async fn whoever_is_not_active_is_told_so_after_the_right_password_only() {
    let waiting = as_status(SignupStatus::Waiting, signup());
    for (known, user) in [(waiting, ann()), (signup(), disabled(ann()))] {
        for (outcome, is_right) in [(RIGHT, true), (old_hash(), true), (Comparison::Wrong, false)] {
            let mut house = House::default();
            house.door(signup_provider(), signup_form());
            house.signups(std::slice::from_ref(&known));
            house.users(std::slice::from_ref(&user));
            house.compares(Some(hash("kept")), outcome);
            let house = house.open();
            match sign_in(&house, right()).await {
                Err(SignInSignupError::NotActive) => assert!(is_right),
                Err(SignInSignupError::InvalidCredentials) => assert!(!is_right),
                other => panic!("{other:?}"),
            }
            assert!(house.wrote_nothing());
        }
    }
}

#[tokio::test]
async fn an_old_hash_is_renewed_beside_the_sign_in() {
    let mut house = house(&[signup()]);
    house.compares(Some(hash("kept")), old_hash());
    let written = house.writes_signups();
    let opened = house.signup_sessions();
    house.signs_tokens();
    let house = house.open();
    sign_in(&house, right()).await.unwrap();
    assert_eq!(written.only(), Signup { password: Some(hash("renewed")), ..signup() });
    assert_eq!(opened.only().signup, signup().id);
    assert!(house.committed());
}

#[tokio::test]
async fn a_hash_that_cannot_be_renewed_now_keeps_nobody_out() {
    let mut house = house(&[signup()]);
    house.compares(Some(hash("kept")), old_hash());
    house.tx.signups.expect_write().times(1).returning(|_, _, _| Err(StoreError::Stale));
    let opened = house.signup_sessions();
    house.signs_tokens();
    sign_in(&house.open(), right()).await.unwrap();
    assert_eq!(opened.only().signup, signup().id);
}

/// A house where Ann's entity is as usual when it is first looked at, and this afterwards.
fn house_where_it_becomes(later: Option<Signup>) -> House {
    let mut house = House::default();
    house.door(signup_provider(), signup_form());
    house.users(&[ann()]);
    house.tx.signups.expect_find_by_login().times(1).return_once(|_, _| Ok(Some(signup())));
    let found = later.clone();
    house.tx.signups.expect_find().with(eq(signup().id)).returning(move |_| Ok(found.clone()));
    house.tx.signups.expect_find_by_login().returning(move |_, _| Ok(later.clone()));
    house
}

#[tokio::test]
async fn a_password_changed_while_the_old_one_was_compared_keeps_the_old_one_out() {
    let changed = Signup { version: 2, password: Some(hash("new")), ..signup() };
    let mut house = house_where_it_becomes(Some(changed));
    house.compares(Some(hash("kept")), RIGHT);
    house.compares(Some(hash("new")), Comparison::Wrong);
    house.signs_tokens();
    assert_refused!(sign_in(&house.open(), right()).await, SignInSignupError::InvalidCredentials);
}

#[tokio::test]
async fn a_hash_that_another_sign_in_renewed_at_once_lets_both_in() {
    let renewed = Signup { version: 2, password: Some(hash("renewed")), ..signup() };
    let mut house = house_where_it_becomes(Some(renewed));
    house.compares(Some(hash("kept")), old_hash());
    house.compares(Some(hash("renewed")), RIGHT);
    let opened = house.signup_sessions();
    house.signs_tokens();
    sign_in(&house.open(), right()).await.unwrap();
    assert_eq!(opened.only().signup, signup().id);
}

#[tokio::test]
async fn an_account_that_left_while_its_password_was_compared_is_not_signed_in() {
    let archived = as_status(SignupStatus::Archived, signup());
    let mut house = House::default();
    house.door(signup_provider(), signup_form());
    house.users(&[ann()]);
    house.tx.signups.expect_find_by_login().times(1).return_once(|_, _| Ok(Some(signup())));
    house.tx.signups.expect_find().returning(move |_| Ok(Some(archived.clone())));
    house.tx.signups.expect_find_by_login().returning(|_, _| Ok(None));
    house.compares(Some(hash("kept")), RIGHT);
    house.compares(None, Comparison::Wrong);
    house.signs_tokens();
    assert_refused!(sign_in(&house.open(), right()).await, SignInSignupError::InvalidCredentials);
}

#[tokio::test]
async fn an_account_that_changes_all_the_time_is_not_tried_for_ever() {
    let mut house = House::default();
    house.door(signup_provider(), signup_form());
    house.users(&[ann()]);
    house.tx.signups.expect_find_by_login().times(3).returning(|_, _| Ok(Some(signup())));
    let other = Signup { id: SignupId::from_number(7), login: login("other"), ..signup() };
    house.tx.signups.expect_find().returning(move |_| Ok(Some(other.clone())));
    house.passwords.expect_compare().times(3).returning(|_, _| Ok(RIGHT));
    house.signs_tokens();
    let failed = sign_in(&house.open(), right()).await;
    assert_refused!(failed, SignInSignupError::Store(StoreError::Stale));
}

#[tokio::test]
async fn a_password_that_cannot_be_compared_now_is_no_refusal() {
    let mut house = house(&[signup()]);
    house.passwords.expect_compare().times(1).returning(|_, _| Err(PasswordsError::Busy));
    let failed = sign_in(&house.open(), right()).await;
    assert_refused!(failed, SignInSignupError::Passwords(PasswordsError::Busy));
}

#[tokio::test]
async fn a_code_beside_the_right_password_is_not_looked_at() {
    let mut house = House::default();
    house.door(checking_codes(signup_provider()), signup_form());
    house.signups(&[signup()]);
    house.users(&[ann()]);
    house.compares(Some(hash("kept")), RIGHT);
    house.signup_sessions();
    house.signs_tokens();
    let request = SignInSignupRequest { code: Some(PlainCode::presented("123456")), ..right() };
    assert!(sign_in(&house.open(), request).await.is_ok());
}
