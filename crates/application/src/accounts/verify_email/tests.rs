//! Proving a further address, against mocked ports.

use mockall::predicate::eq;
use portico_domain::{
    code::VerificationCode,
    email::{Email, EmailState},
};

use super::*;
use crate::fixtures::*;

fn claimed() -> Email {
    in_state(EmailState::Claimed)
}

fn subject() -> CodeSubject {
    CodeSubject::AddedAddress(claimed().id)
}

/// A house where Ann has this record of the address, and the code is this.
fn house(email: Option<Email>, code: Option<VerificationCode>) -> House {
    let mut house = House::default();
    house.tx.emails.expect_find_of().returning(move |_, _| Ok(email.clone()));
    house.holder(None);
    house.code(code);
    house
}

/// A house that finds her record like this at first, and like that when the code is tried and gone.
fn house_where_the_code_is_gone(later: Option<Email>) -> House {
    let mut house = House::default();
    house.tx.emails.expect_find_of().times(1).return_once(|_, _| Ok(Some(claimed())));
    house.tx.emails.expect_find_of().times(1).return_once(|_, _| Ok(later));
    house.holder(None);
    house.code(None);
    house
}

async fn verify(house: &OpenHouse, digits: &str) -> Result<(), VerifyEmailError> {
    let code = PlainCode::parse(digits).unwrap();
    house.does.verify_email.execute(&actor(&ann()), ann_address(), code).await
}

#[tokio::test]
async fn the_right_code_proves_the_address_and_voids_every_other_attempt_at_it() {
    let mut house = house(Some(claimed()), Some(code_sent(subject(), seconds(5))));
    house.tx.codes.expect_remove().with(eq(subject())).times(1).returning(|_| Ok(()));
    house.tx.emails.expect_verify().with(eq(claimed().id), eq(now())).times(1).returning(|_, _| Ok(()));
    house.settles_anns_address();
    let house = house.open();
    verify(&house, "123456").await.unwrap();

    let lock = Lock::Address(ann_address().canonical().clone());
    assert_eq!(house.locks(), [lock, Lock::User(ann().id)]);
    assert!(house.committed());
}

#[tokio::test]
async fn a_wrong_try_is_counted_and_the_count_is_kept() {
    let sent = code_sent(subject(), seconds(5));
    let mut house = house(Some(claimed()), Some(sent.clone()));
    house.tx.codes.expect_count_try().with(eq(sent)).times(1).returning(|_| Ok(()));
    let house = house.open();
    assert_refused!(verify(&house, "654321").await, VerifyEmailError::Refused(CodeRefusal::Wrong));
    assert!(house.committed());
}

#[tokio::test]
async fn an_expired_code_and_one_tried_too_often_prove_nothing() {
    for (age, refusal) in [(600, CodeRefusal::Expired), (599, CodeRefusal::TooManyAttempts)] {
        let code = VerificationCode { tries: 3, ..code_sent(subject(), seconds(age)) };
        match verify(&house(Some(claimed()), Some(code)).open(), "123456").await {
            Err(VerifyEmailError::Refused(refused)) => assert_eq!(refused, refusal),
            other => panic!("{other:?} is not {refusal:?}"),
        }
    }
}

#[tokio::test]
async fn an_address_that_was_never_added_is_not_found() {
    let house = house(None, None).open();
    assert_refused!(verify(&house, "123456").await, VerifyEmailError::NotFound);
    assert!(house.wrote_nothing());
}

#[tokio::test]
async fn a_claim_that_somebody_else_made_void_says_so() {
    let mut house = House::default();
    house.tx.emails.expect_find_of().returning(|_, _| Ok(None));
    house.holder(Some(bobs(ann_email())));
    assert_refused!(verify(&house.open(), "123456").await, VerifyEmailError::AlreadyInUse);
}

#[tokio::test]
async fn an_address_proved_before_says_so() {
    let house = house(Some(ann_email()), None).open();
    let refused = verify(&house, "123456").await;
    assert_refused!(refused, VerifyEmailError::Refused(CodeRefusal::AlreadyVerified));
    assert!(house.wrote_nothing());
}

#[tokio::test]
async fn of_two_who_prove_one_address_at_once_the_second_learns_that_it_is_taken() {
    let house = house_where_the_code_is_gone(None).open();
    assert_refused!(verify(&house, "123456").await, VerifyEmailError::AlreadyInUse);
}

#[tokio::test]
async fn whoever_proves_his_address_twice_at_once_learns_that_it_is_verified() {
    let house = house_where_the_code_is_gone(Some(ann_email())).open();
    let refused = verify(&house, "123456").await;
    assert_refused!(refused, VerifyEmailError::Refused(CodeRefusal::AlreadyVerified));
}

#[tokio::test]
async fn a_code_thrown_away_long_after_its_time_has_expired() {
    let house = house_where_the_code_is_gone(Some(claimed())).open();
    assert_refused!(verify(&house, "123456").await, VerifyEmailError::Refused(CodeRefusal::Expired));
}

#[tokio::test]
async fn an_address_that_a_partner_provisioned_for_somebody_else_is_taken() {
    let mut house = house(Some(claimed()), Some(code_sent(subject(), seconds(5))));
    house.tx.codes.expect_remove().returning(|_| Ok(()));
    house.tx.emails.expect_verify().returning(|_, _| Err(StoreError::Duplicate(Unique::HeldAddress)));
    let house = house.open();
    assert_refused!(verify(&house, "123456").await, VerifyEmailError::AlreadyInUse);
    assert!(!house.committed());
}
