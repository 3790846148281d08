//! Setting passwords by codes, with mocks.

use portico_domain::{
    code::VerificationCode,
    ports::{Lock, PasswordsError},
    signup::{Form, SignupStatus, SubmissionFault},
};

use super::*;
use crate::fixtures::*;

fn request() -> ChangeSignupPasswordRequest {
    ChangeSignupPasswordRequest {
        login: "test".to_owned(),
        code: PlainCode::presented("123456"),
        password: password("12345"),
        repeated: password("12345"),
    }
}

fn house(accounts: &[Signup], code: Option<VerificationCode>) -> House {
    let mut house = House::default();
    house.door(signup_provider(), signup_form());
    house.signups(accounts);
    house.hashes("12345");
    match code {
        Some(code) if code.tries == 0 => house.uses_up(&code),
        code => house.code(code),
    }
    house
}

async fn change(house: &OpenHouse, request: ChangeSignupPasswordRequest) -> Result<(), SystemCodeError> {
    house.does.change_signup_password.execute("email".to_owned(), request).await
}

#[tokio::test]
async fn the_right_code_sets_the_password_and_ends_every_sign_in() {
    // Becoming active is another thing.
    for status in [SignupStatus::Active, SignupStatus::Waiting] {
        let account = as_status(status, signup());
        let mut house = house(std::slice::from_ref(&account), Some(signup_code(seconds(1), 0)));
        let written = house.writes_signups();
        house.ends_signup_sessions(&account, None);
        let house = house.open();
        change(&house, request()).await.unwrap();
        assert_eq!(written.only(), Signup { password: Some(hash("new")), ..account });
        assert_eq!(house.locks(), [Lock::User(ann().id), signup_code_lock()]);
        assert!(house.committed());
    }
}

#[tokio::test]
async fn a_wrong_code_changes_nothing_but_counts() {
    for (tries, is_last) in [(1, false), (4, true)] {
        let mut house = house(&[signup()], Some(signup_code(seconds(1), tries)));
        let counted = house.counted_tries();
        let house = house.open();
        let wrong = ChangeSignupPasswordRequest { code: PlainCode::presented("654321"), ..request() };
        let refused = change(&house, wrong).await;
        if is_last {
            assert_refused!(refused, SystemCodeError::TooManyTries);
        } else {
            assert_refused!(refused, SystemCodeError::InvalidCode);
        }
        assert_eq!(counted.all().len(), 1);
        assert!(house.committed());
    }
}

#[tokio::test]
async fn a_dead_code_changes_nothing() {
    let live = signup_code(seconds(1), 1);
    let dead = VerificationCode { expires_at: now(), ..live.clone() };
    for code in [None, Some(dead)] {
        let house = house(&[signup()], code).open();
        assert_refused!(change(&house, request()).await, SystemCodeError::InvalidCode);
    }
    let worn_out = house(&[signup()], Some(VerificationCode { tries: 5, ..live })).open();
    assert_refused!(change(&worn_out, request()).await, SystemCodeError::TooManyTries);
}

#[tokio::test]
async fn for_an_unknown_account_the_same_is_done_and_said() {
    let archived = as_status(SignupStatus::Archived, signup());
    for accounts in [vec![], vec![archived]] {
        let unknown = house(&accounts, None).open();
        assert_refused!(change(&unknown, request()).await, SystemCodeError::InvalidCode);
        // A code may be left of somebody who has gone.
        let gone = house(&accounts, Some(signup_code(seconds(1), 1))).open();
        assert_refused!(change(&gone, request()).await, SystemCodeError::InvalidCode);
    }
}

#[tokio::test]
async fn passwords_that_differ_or_are_empty_are_refused_before_any_code_is_looked_at() {
    for (first, second) in [("12345", "12346"), ("12345", ""), ("", "12345"), ("", ""), ("12345", "12345 ")] {
        let mut house = House::default();
        house.door(signup_provider(), signup_form());
        let house = house.open();
        let request = ChangeSignupPasswordRequest {
            password: password(first),
            repeated: password(second),
            ..request()
        };
        assert_refused!(change(&house, request).await, SystemCodeError::PasswordsDiffer);
        assert!(house.wrote_nothing());
    }
}

fn without_password() -> Form {
    let mut form = signup_form();
    form.definition.attributes.retain(|field| field.marker.as_str() != "password");
    form
}

#[tokio::test]
async fn a_password_that_the_form_refuses_is_not_hashed() {
    let long = "a".repeat(129);
    for (form, text) in [(signup_form(), " "), (signup_form(), &long), (without_password(), "12345")] {
        let mut house = House::default();
        house.door(signup_provider(), form);
        let house = house.open();
        let request =
            ChangeSignupPasswordRequest { password: password(text), repeated: password(text), ..request() };
        let refused = change(&house, request).await;
        assert_refused!(refused, SystemCodeError::Submission(SubmissionFault::Credentials));
        assert!(house.wrote_nothing());
    }
}

#[tokio::test]
async fn unknown_doors_and_impossible_logins_are_refused_before_anything_is_hashed() {
    let mut house = House::default();
    house.door(shut(signup_provider()), signup_form());
    assert_refused!(change(&house.open(), request()).await, SystemCodeError::UnknownProvider);
    let mut house = House::default();
    house.door(signup_provider(), signup_form());
    let request = ChangeSignupPasswordRequest { login: " ".to_owned(), ..request() };
    assert_refused!(change(&house.open(), request).await, SystemCodeError::InvalidCode);
}

#[tokio::test]
async fn a_password_that_cannot_be_hashed_now_tries_no_code() {
    let mut house = House::default();
    house.door(signup_provider(), signup_form());
    house.passwords.expect_hash().times(1).returning(|_| Err(PasswordsError::Busy));
    let house = house.open();
    assert_refused!(change(&house, request()).await, SystemCodeError::Passwords(PasswordsError::Busy));
    assert!(house.wrote_nothing());
}

#[tokio::test]
async fn a_code_that_somebody_else_uses_at_the_same_moment_is_wrong() {
    let mut house = house(&[signup()], Some(signup_code(seconds(1), 1)));
    house.tx.codes.expect_count_try().returning(|_| Err(StoreError::Stale));
    let house = house.open();
    assert_refused!(change(&house, request()).await, SystemCodeError::InvalidCode);
    assert!(!house.committed());
}

#[tokio::test]
async fn a_failing_store_keeps_nothing() {
    let mut house = house(&[signup()], Some(signup_code(seconds(1), 0)));
    house.tx.signups.expect_write().returning(|_, _, _| Err(StoreError::Overloaded));
    let house = house.open();
    assert_refused!(change(&house, request()).await, SystemCodeError::Store(StoreError::Overloaded));
    assert!(!house.committed());
}
