//! Trying codes, with mocks.

use portico_domain::{code::VerificationCode, ports::StoreError, signup::Provider};

use super::*;
use crate::fixtures::*;

fn house(provider: Provider, code: Option<VerificationCode>) -> House {
    let mut house = House::default();
    house.door(provider, signup_form());
    house.code(code);
    house
}

async fn check(house: &OpenHouse, login: &str, event: &str, code: &str) -> Result<bool, SystemCodeError> {
    let (login, event, code) = (login.to_owned(), event.to_owned(), PlainCode::presented(code));
    house.does.check_system_code.execute("email".to_owned(), login, event, code).await
}

#[tokio::test]
async fn the_right_code_is_right_and_stays_so() {
    let house = house(signup_provider(), Some(signup_code(seconds(1), 4))).open();
    for typed in ["123456", " 123456\n"] {
        assert!(check(&house, "test", "reset", typed).await.unwrap());
    }
}

#[tokio::test]
async fn a_wrong_code_is_wrong_and_counts() {
    for typed in ["654321", "12345", ""] {
        let mut house = house(signup_provider(), Some(signup_code(seconds(1), 0)));
        let counted = house.counted_tries();
        let house = house.open();
        assert!(!check(&house, "test", "reset", typed).await.unwrap());
        assert_eq!(counted.only(), signup_code(seconds(1), 0));
        assert!(house.committed());
    }
}

#[tokio::test]
async fn the_fifth_wrong_code_is_refused_and_counts() {
    let mut house = house(signup_provider(), Some(signup_code(seconds(1), 4)));
    let counted = house.counted_tries();
    let house = house.open();
    assert_refused!(check(&house, "test", "reset", "654321").await, SystemCodeError::TooManyTries);
    assert_eq!(counted.all().len(), 1);
    assert!(house.committed());
}

#[tokio::test]
async fn after_that_the_right_one_is_refused_too() {
    let house = house(signup_provider(), Some(signup_code(seconds(1), 5))).open();
    assert_refused!(check(&house, "test", "reset", "123456").await, SystemCodeError::TooManyTries);
}

#[tokio::test]
async fn without_a_live_code_nothing_is_right_or_wrong() {
    for code in [None, Some(signup_code(seconds(120), 0))] {
        let house = house(signup_provider(), code).open();
        assert_refused!(check(&house, "test", "reset", "123456").await, SystemCodeError::InvalidCode);
    }
}

#[tokio::test]
async fn a_code_belongs_to_a_login_to_the_letter() {
    let mut house = House::default();
    house.door(signup_provider(), signup_form());
    let of_test = move |subject: &_| Ok((*subject == signup_subject()).then(|| signup_code(seconds(1), 0)));
    house.tx.codes.expect_find().returning(of_test);
    let house = house.open();
    assert!(check(&house, "test", "reset", "123456").await.unwrap());
    assert_refused!(check(&house, "Test", "reset", "123456").await, SystemCodeError::InvalidCode);
}

#[tokio::test]
async fn unknown_doors_events_and_logins_are_refused_before_any_code_is_looked_at() {
    for (provider, login, event, refusal) in [
        (shut(signup_provider()), "test", "reset", "there is no such provider"),
        (signup_provider(), "test", " ", "eventIdentifier should not be empty"),
        (signup_provider(), "test", "party", "Event \"party\" with formType \"send_code\" not found"),
        (signup_provider(), "a\nb", "reset", "the code is wrong or has expired"),
    ] {
        let mut house = House::default();
        house.door(provider, signup_form());
        let house = house.open();
        assert_eq!(check(&house, login, event, "123456").await.unwrap_err().to_string(), refusal);
        assert!(house.wrote_nothing());
    }
}

#[tokio::test]
async fn a_failing_store_is_no_answer() {
    let mut house = house(signup_provider(), Some(signup_code(seconds(1), 0)));
    house.tx.codes.expect_count_try().returning(|_| Err(StoreError::Overloaded));
    let house = house.open();
    let refused = check(&house, "test", "reset", "654321").await;
    assert_refused!(refused, SystemCodeError::Store(StoreError::Overloaded));
    assert!(!house.committed());
}
