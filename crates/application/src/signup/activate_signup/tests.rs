//! Becoming active, with mocks.

mod address;

use portico_domain::{code::VerificationCode, signup::NotificationData};

use super::*;
use crate::fixtures::*;

fn waiting() -> Signup {
    as_status(SignupStatus::Waiting, signup())
}

fn active() -> Signup {
    signup()
}

fn by_phone() -> Provider {
    of_kind(ProviderKind::Phone, checking_codes(signup_provider()))
}

/// A house behind whose door these accounts are.
fn house(provider: Provider, accounts: &[Signup]) -> House {
    let mut house = House::default();
    house.door(provider, signup_form());
    house.signups(accounts);
    house
}

async fn activate(house: &OpenHouse, login: &str, code: &str) -> Result<(), SystemCodeError> {
    let (login, code) = (login.to_owned(), PlainCode::presented(code));
    house.does.activate_signup.execute("email".to_owned(), login, code).await
}

#[tokio::test]
async fn a_code_that_went_to_a_telephone_makes_active_and_proves_no_address() {
    let mut house = house(by_phone(), &[waiting()]);
    house.uses_up(&signup_code(seconds(1), 2));
    let written = house.writes_signups();
    let house = house.open();
    activate(&house, "test", "123456").await.unwrap();
    assert_eq!(written.only(), active());
    assert_eq!(house.locks(), [Lock::User(ann().id), signup_code_lock()]);
    assert!(house.committed());
}

#[tokio::test]
async fn nor_does_one_that_the_provider_shows_to_whoever_signs_up() {
    let mut provider = checking_codes(signup_provider());
    provider.definition.config.expose_system_code = true;
    let mut house = house(provider, &[waiting()]);
    house.uses_up(&signup_code(seconds(1), 0));
    let written = house.writes_signups();
    let house = house.open();
    activate(&house, "test", "123456").await.unwrap();
    assert_eq!(written.only(), active());
    assert_eq!(house.locks(), [Lock::User(ann().id), signup_code_lock()]);
}

#[tokio::test]
async fn whoever_names_no_address_becomes_active_by_whatever_code_he_has() {
    let notification = NotificationData { email: String::new(), ..notification() };
    let account = Signup { notification, ..waiting() };
    let mut house = house(signup_provider(), std::slice::from_ref(&account));
    house.uses_up(&signup_code(seconds(1), 0));
    let written = house.writes_signups();
    activate(&house.open(), "test", "123456").await.unwrap();
    assert_eq!(written.only(), as_status(SignupStatus::Active, account));
}

#[tokio::test]
async fn an_active_account_stays_so_and_the_code_is_used_up() {
    let mut house = house(by_phone(), &[active()]);
    house.uses_up(&signup_code(seconds(1), 0));
    let house = house.open();
    activate(&house, "test", "123456").await.unwrap();
    assert!(house.committed());
}

#[tokio::test]
async fn a_wrong_code_changes_nothing_but_counts() {
    for account in [waiting(), active()] {
        for (tries, is_last) in [(0, false), (4, true)] {
            let mut house = house(by_phone(), std::slice::from_ref(&account));
            house.code(Some(signup_code(seconds(1), tries)));
            let counted = house.counted_tries();
            let house = house.open();
            let refused = activate(&house, "test", "654321").await;
            if is_last {
                assert_refused!(refused, SystemCodeError::TooManyTries);
            } else {
                assert_refused!(refused, SystemCodeError::InvalidCode);
            }
            assert_eq!(counted.all().len(), 1);
            assert!(house.committed());
        }
    }
}

#[tokio::test]
async fn a_dead_code_changes_nothing() {
    let dead = signup_code(seconds(120), 0);
    for (code, is_worn_out) in [(None, false), (Some(dead), false), (Some(signup_code(seconds(1), 5)), true)]
    {
        let mut house = house(by_phone(), &[waiting()]);
        house.code(code);
        let refused = activate(&house.open(), "test", "123456").await;
        if is_worn_out {
            assert_refused!(refused, SystemCodeError::TooManyTries);
        } else {
            assert_refused!(refused, SystemCodeError::InvalidCode);
        }
    }
}

#[tokio::test]
async fn an_unknown_account_is_answered_like_one_without_a_code() {
    let archived = as_status(SignupStatus::Archived, signup());
    let of_nobody = VerificationCode { mac: None, ..signup_code(seconds(1), 0) };
    for accounts in [vec![], vec![archived]] {
        for code in [None, Some(of_nobody.clone()), Some(signup_code(seconds(1), 0))] {
            let mut house = house(signup_provider(), &accounts);
            house.code(code);
            let house = house.open();
            assert_refused!(activate(&house, "test", "123456").await, SystemCodeError::InvalidCode);
            assert_eq!(house.locks(), [signup_code_lock()]);
        }
    }
}

#[tokio::test]
async fn unknown_doors_and_impossible_logins_are_refused_before_any_code_is_looked_at() {
    for (provider, login, refusal) in [
        (shut(signup_provider()), "test", "there is no such provider"),
        (signup_provider(), "", "the code is wrong or has expired"),
        (signup_provider(), "a\0b", "the code is wrong or has expired"),
    ] {
        let mut house = House::default();
        house.door(provider, signup_form());
        let house = house.open();
        assert_eq!(activate(&house, login, "123456").await.unwrap_err().to_string(), refusal);
        assert!(house.wrote_nothing());
    }
}

#[tokio::test]
async fn a_code_that_somebody_else_uses_at_the_same_moment_is_wrong() {
    let mut house = house(by_phone(), &[waiting()]);
    house.code(Some(signup_code(seconds(1), 0)));
    house.tx.codes.expect_count_try().returning(|_| Err(StoreError::Stale));
    let house = house.open();
    assert_refused!(activate(&house, "test", "123456").await, SystemCodeError::InvalidCode);
    assert!(!house.committed());
}

#[tokio::test]
async fn a_failing_store_keeps_nothing() {
    let mut house = house(by_phone(), &[waiting()]);
    house.uses_up(&signup_code(seconds(1), 0));
    house.tx.signups.expect_write().returning(|_, _, _| Err(StoreError::Overloaded));
    let house = house.open();
    let refused = activate(&house, "test", "123456").await;
    assert_refused!(refused, SystemCodeError::Store(StoreError::Overloaded));
    assert!(!house.committed());
}
