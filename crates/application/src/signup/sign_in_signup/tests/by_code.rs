//! Signing in by a code.

use portico_domain::code::{CodeMac, VerificationCode};

use super::*;

/// The code beside the login, as newer clients send it.
fn beside(code: &str) -> SignInSignupRequest {
    SignInSignupRequest { code: Some(PlainCode::presented(code)), ..shows(&[("login", "test")]) }
}

/// The same code among the fields.
fn among(code: &str) -> SignInSignupRequest {
    shows(&[("login", "test"), ("code", code)])
}

/// A house whose door checks codes, where this is the code of whatever is asked for.
fn house(known: &[Signup], code: Option<VerificationCode>) -> House {
    let mut house = House::default();
    house.door(checking_codes(signup_provider()), signup_form());
    house.signups(known);
    house.users(&[ann()]);
    house.code(code);
    house
}

/// The code of Ann's entity, sent ten seconds ago.
fn sent() -> VerificationCode {
    signup_code(seconds(10), 0)
}

#[tokio::test]
async fn the_right_code_opens_a_sign_in_and_is_used_up() {
    for request in [beside("123456"), beside(" 123456\n"), among("123456")] {
        let mut house = house(&[signup()], Some(sent()));
        // The try of the code that is used up guards against a second use.
        let counted = house.counted_tries();
        house.removes_code(signup_subject());
        let opened = house.signup_sessions();
        house.signs_tokens();
        let house = house.open();
        let tokens = sign_in(&house, request).await.unwrap();

        let session = opened.only();
        assert_eq!((session.signup, &session.device, session.issued_at), (signup().id, &device(), now()));
        assert_eq!(tokens.refresh, refresh_token_of(&session));
        assert_eq!(counted.only().subject, signup_subject());
        assert_eq!(house.locks(), [Lock::User(ann().id), signup_code_lock()]);
        assert!(house.committed());
    }
}

#[tokio::test]
async fn codes_sign_in_only_where_the_provider_checks_them() {
    for request in [beside("123456"), among("123456")] {
        let mut house = House::default();
        house.door(signup_provider(), signup_form());
        let house = house.open();
        let refused = sign_in(&house, request).await;
        assert_refused!(refused, SignInSignupError::Submission(SubmissionFault::Credentials));
        assert!(house.wrote_nothing());
    }
}

#[tokio::test]
async fn a_wrong_code_is_counted_and_that_is_kept() {
    let mut house = house(&[signup()], Some(sent()));
    let counted = house.counted_tries();
    let house = house.open();
    assert_refused!(sign_in(&house, beside("654321")).await, SignInSignupError::InvalidCredentials);
    assert_eq!(counted.only().tries, 0);
    assert!(house.committed());
}

#[tokio::test]
async fn after_five_wrong_codes_even_the_right_one_is_refused() {
    let mut fifth = house(&[signup()], Some(signup_code(seconds(10), 4)));
    let counted = fifth.counted_tries();
    let fifth = fifth.open();
    assert_refused!(sign_in(&fifth, beside("654321")).await, SignInSignupError::TooManyTries);
    assert_eq!(counted.only().tries, 4);
    assert!(fifth.committed());

    let dead = house(&[signup()], Some(signup_code(seconds(10), 5))).open();
    assert_refused!(sign_in(&dead, beside("123456")).await, SignInSignupError::TooManyTries);
}

#[tokio::test]
async fn a_code_that_is_over_or_was_never_sent_opens_nothing() {
    for code in [None, Some(signup_code(seconds(120), 0))] {
        let house = house(&[signup()], code).open();
        assert_refused!(sign_in(&house, beside("123456")).await, SignInSignupError::InvalidCredentials);
    }
}

#[tokio::test]
async fn a_login_that_is_nobodys_is_answered_like_any_other() {
    let decoy = |tries| {
        let mac = CodeMac::from_bytes([7; 32]);
        Some(VerificationCode { mac: Some(mac), ..signup_code(seconds(10), tries) })
    };
    let mut wrong = house(&[], decoy(0));
    let counted = wrong.counted_tries();
    let wrong = wrong.open();
    assert_refused!(sign_in(&wrong, beside("123456")).await, SignInSignupError::InvalidCredentials);
    assert_eq!(counted.only().tries, 0);
    assert!(wrong.committed());

    let mut fifth = house(&[], decoy(4));
    fifth.counted_tries();
    assert_refused!(sign_in(&fifth.open(), beside("123456")).await, SignInSignupError::TooManyTries);
    let none = house(&[], None).open();
    assert_refused!(sign_in(&none, beside("123456")).await, SignInSignupError::InvalidCredentials);
}

#[tokio::test]
async fn the_code_of_an_account_that_is_gone_opens_nothing() {
    let house = house(&[], Some(sent())).open();
    assert_refused!(sign_in(&house, beside("123456")).await, SignInSignupError::InvalidCredentials);
}

#[tokio::test]
async fn the_code_of_whoever_is_not_active_is_not_used_up() {
    let waiting = as_status(SignupStatus::Waiting, signup());
    for (known, user) in [(waiting, ann()), (signup(), disabled(ann()))] {
        let mut house = House::default();
        house.door(checking_codes(signup_provider()), signup_form());
        house.signups(&[known]);
        house.users(&[user]);
        house.code(Some(sent()));
        assert_refused!(sign_in(&house.open(), beside("123456")).await, SignInSignupError::NotActive);
    }
}

#[tokio::test]
async fn of_two_who_show_one_code_at_once_the_second_is_refused() {
    let mut house = house(&[signup()], Some(sent()));
    house.tx.codes.expect_count_try().times(1).returning(|_| Err(StoreError::Stale));
    assert_refused!(sign_in(&house.open(), beside("123456")).await, SignInSignupError::InvalidCredentials);
}

#[tokio::test]
async fn a_sign_in_that_cannot_be_kept_leaves_the_code() {
    let mut house = house(&[signup()], Some(sent()));
    house.counted_tries();
    house.removes_code(signup_subject());
    house.tx.signup_sessions.expect_add().returning(|_| Err(StoreError::Closed));
    let house = house.open();
    let failed = sign_in(&house, beside("123456")).await;
    assert_refused!(failed, SignInSignupError::Store(StoreError::Closed));
    assert!(!house.committed());
}
