//! Drawing, sending and trying codes, with mocks.

use std::collections::VecDeque;

use mockall::Sequence;
use portico_domain::{
    code::{CodeShape, MAX_SIGNUP_TRIES},
    ports::StoreExt as _,
};

use super::*;
use crate::fixtures::*;

fn right() -> CodeMac {
    mac(&signup_subject(), "123456")
}

fn wrong() -> CodeMac {
    mac(&signup_subject(), "654321")
}

async fn attempt(house: &OpenHouse, mac: CodeMac) -> Result<Tried, StoreError> {
    house.ports.store.write(move |tx| try_code(tx, &signup_subject(), &mac, now())).await
}

#[tokio::test]
async fn the_right_code_is_right_until_its_time_is_over_and_is_not_counted() {
    for (age, tries, tried) in [
        (0, 0, Tried::Right),
        (119, MAX_SIGNUP_TRIES - 1, Tried::Right),
        (120, 0, Tried::None),
        (119, MAX_SIGNUP_TRIES, Tried::TooMany),
        (120, MAX_SIGNUP_TRIES, Tried::None),
    ] {
        let mut house = House::default();
        house.code(Some(signup_code(seconds(age), tries)));
        assert_eq!(attempt(&house.open(), right()).await.unwrap(), tried, "{age} {tries}");
    }
}

#[tokio::test]
async fn the_fifth_wrong_code_is_one_too_many() {
    for (tries, tried) in [(0, Tried::Wrong), (3, Tried::Wrong), (4, Tried::TooMany)] {
        let code = signup_code(seconds(1), tries);
        let mut house = House::default();
        house.code(Some(code.clone()));
        let counted = house.counted_tries();
        let house = house.open();
        assert_eq!(attempt(&house, wrong()).await.unwrap(), tried, "{tries}");
        assert_eq!(counted.only(), code);
        assert!(house.committed(), "the try is kept");
    }
}

#[tokio::test]
async fn a_dead_code_counts_nothing() {
    let used = VerificationCode { mac: None, ..signup_code(seconds(1), 0) };
    for (code, tried) in [
        (None, Tried::None),
        (Some(used), Tried::None),
        (Some(signup_code(seconds(120), 0)), Tried::None),
        (Some(signup_code(seconds(1), 5)), Tried::TooMany),
    ] {
        let mut house = House::default();
        house.code(code);
        assert_eq!(attempt(&house.open(), wrong()).await.unwrap(), tried);
    }
}

/// A house in which somebody else tries a code each time that it was looked at.
fn racing(codes: Vec<Option<VerificationCode>>, outcomes: &[Result<(), StoreError>]) -> House {
    let mut house = House::default();
    let mut codes = VecDeque::from(codes);
    house.tx.codes.expect_find().times(codes.len()).returning(move |_| Ok(codes.pop_front().unwrap()));
    let mut outcomes = VecDeque::from(outcomes.to_vec());
    let counting = house.tx.codes.expect_count_try();
    counting.times(outcomes.len()).returning(move |_| outcomes.pop_front().unwrap());
    house
}

#[tokio::test]
async fn a_try_beside_another_one_is_counted_after_it() {
    let code = |tries| Some(signup_code(seconds(1), tries));
    let (stale, counted) = (Err(StoreError::Stale), Ok(()));
    let house = racing(vec![code(2), code(3)], &[stale.clone(), counted.clone()]);
    assert_eq!(attempt(&house.open(), wrong()).await.unwrap(), Tried::Wrong);
    let house = racing(vec![code(3), code(4)], &[stale.clone(), counted]);
    assert_eq!(attempt(&house.open(), wrong()).await.unwrap(), Tried::TooMany);
    let house = racing(vec![code(4), code(5)], std::slice::from_ref(&stale));
    assert_eq!(attempt(&house.open(), wrong()).await.unwrap(), Tried::TooMany);
    let house = racing(vec![code(4), None], std::slice::from_ref(&stale));
    assert_eq!(attempt(&house.open(), wrong()).await.unwrap(), Tried::None);
    let (codes, outcomes) = (vec![code(0); 6], vec![stale; 6]);
    assert_refused!(attempt(&racing(codes, &outcomes).open(), wrong()).await, StoreError::Stale);
}

#[tokio::test]
async fn a_failing_store_is_no_answer() {
    let house = racing(vec![Some(signup_code(seconds(1), 4))], &[Err(StoreError::Overloaded)]);
    assert_refused!(attempt(&house.open(), wrong()).await, StoreError::Overloaded);
}

#[test]
fn whoever_must_show_the_right_code_is_told_only_when_he_tried_too_often() {
    assert!(Tried::Right.demand_right().is_ok());
    assert_refused!(Tried::Wrong.demand_right(), SystemCodeError::InvalidCode);
    assert_refused!(Tried::None.demand_right(), SystemCodeError::InvalidCode);
    assert_refused!(Tried::TooMany.demand_right(), SystemCodeError::TooManyTries);
}

#[tokio::test]
async fn of_two_who_use_a_code_up_at_once_one_comes_too_late() {
    let code = signup_code(seconds(1), 2);
    let use_it = |tx: &mut dyn Transaction| use_up(tx, &signup_subject());

    let mut house = House::default();
    house.uses_up(&code);
    let house = house.open();
    house.ports.store.write::<_, StoreError, _>(use_it).await.unwrap();
    assert!(house.committed());

    let house = racing(vec![Some(code)], &[Err(StoreError::Stale)]).open();
    assert_refused!(house.ports.store.write(use_it).await, StoreError::Stale);
    let house = racing(vec![None], &[]).open();
    assert_refused!(house.ports.store.write(use_it).await, StoreError::Stale);
}

fn full() -> Signup {
    let notification = NotificationData { phone_push: vec!["push".to_owned()], ..notification() };
    Signup { notification, fcm_tokens: vec!["fcm".to_owned()], ..signup() }
}

#[tokio::test]
async fn codes_go_by_mail_or_to_telephones_as_the_provider_says() {
    let house = House::default().open();
    let reader = full();
    for kind in [ProviderKind::Email, ProviderKind::Password] {
        let provider = of_kind(kind, signup_provider());
        let drawn = DrawnSystemCode::draw(&house.ports, &provider, &reader.login, now());
        let letter = drawn.letter(&provider, &Addressee::of(&reader), "reset").unwrap();
        assert_eq!(letter.to, ann_address().into());
        assert_eq!(letter.letter, Letter::SignupCode { login: "test".to_owned(), valid_seconds: 120 });
        assert_eq!(secret_of(&letter), drawn.code.reveal());
        assert_eq!((letter.created_at, letter.attempts), (now(), 0));
    }
    let provider = of_kind(ProviderKind::Phone, signup_provider());
    let drawn = DrawnSystemCode::draw(&house.ports, &provider, &reader.login, now());
    let letter = drawn.letter(&provider, &Addressee::of(&reader), "reset").unwrap();
    assert_eq!(letter.to, Recipient::Phone("+19991234567".to_owned()));
    let code = PhoneCode {
        provider: "email".to_owned(),
        event: "reset".to_owned(),
        login: "test".to_owned(),
        phone_sms: Some("+19991234567".to_owned()),
        phone_push: vec!["push".to_owned()],
        fcm_tokens: vec!["fcm".to_owned()],
        locale: "en_US".to_owned(),
        valid_seconds: 120,
    };
    assert_eq!(letter.letter, Letter::PhoneCode(code));
    assert_eq!(secret_of(&letter), drawn.code.reveal());
}

#[test]
fn whom_nothing_reaches_gets_no_letter() {
    let push = NotificationData { phone_sms: None, ..full().notification };
    let phone = channel(ProviderKind::Phone, &push);
    assert_eq!(phone, Some(Recipient::Phone("push".to_owned())));
    let none = NotificationData::default();
    for kind in [ProviderKind::Email, ProviderKind::Password, ProviderKind::Phone] {
        assert_eq!(channel(kind, &none), None);
    }
    let house = House::default().open();
    let drawn = DrawnSystemCode::draw(&house.ports, &signup_provider(), &signup().login, now());
    let reader = Signup { notification: none, ..signup() };
    assert_eq!(drawn.letter(&signup_provider(), &Addressee::of(&reader), "reset"), None);
}

#[tokio::test]
async fn a_code_has_the_shape_and_the_life_that_the_provider_wants() {
    let mut provider = signup_provider();
    provider.definition.config.code_shape = CodeShape { length: 9, digits_only: true };
    provider.definition.config.code_ttl = seconds(77);
    let mut house = House::default();
    let (kept, letters) = (house.codes(), house.letters());
    let house = house.open();
    let reader = signup();
    let drawn = DrawnSystemCode::draw(&house.ports, &provider, &reader.login, now());
    let letter = drawn.letter(&provider, &Addressee::of(&reader), "reset").unwrap();
    assert_eq!(letter.letter, Letter::SignupCode { login: "test".to_owned(), valid_seconds: 77 });
    let (put, owed) = (drawn.clone(), letter.clone());
    house.ports.store.write::<_, StoreError, _>(move |tx| put.put(tx, &owed)).await.unwrap();

    assert_eq!(letters.only(), letter);
    let code = kept.only();
    assert_eq!(code.subject, signup_subject());
    assert_eq!(code.mac, Some(mac(&signup_subject(), drawn.code.reveal())));
    assert_eq!((code.tries, code.sent_at, code.expires_at), (0, now(), now() + seconds(77)));
    assert_eq!(code.expires_at, drawn.expires_at());
    assert_eq!(drawn.code.reveal().len(), 9);
    assert!(drawn.code.reveal().bytes().all(|byte| byte.is_ascii_digit()));
}

#[tokio::test]
async fn a_decoy_is_a_code_that_nobody_can_know_and_nobody_is_sent() {
    let mut house = House::default();
    let kept = house.codes();
    let house = house.open();
    let drawn = DrawnSystemCode::draw(&house.ports, &signup_provider(), &signup().login, now());
    let decoy = drawn.clone();
    house.ports.store.write::<_, StoreError, _>(move |tx| decoy.put_decoy(tx)).await.unwrap();
    let code = kept.only();
    assert!(code.mac.is_some());
    assert_ne!(code.mac, Some(mac(&signup_subject(), drawn.code.reveal())));
    assert_eq!((code.subject, code.expires_at), (signup_subject(), now() + seconds(120)));
}

#[test]
fn codes_are_sent_for_the_events_that_the_provider_names() {
    let mut provider = signup_provider();
    assert!(check_event(&provider, "user_registration").is_ok());
    for event in ["", " "] {
        assert_refused!(check_event(&provider, event), SystemCodeError::EmptyEvent);
    }
    for event in ["User_registration", "party"] {
        let refused = check_event(&provider, event).unwrap_err();
        assert_eq!(refused.to_string(), format!("Event \"{event}\" with formType \"send_code\" not found"));
    }
    provider.definition.config.send_code_events = vec!["party".to_owned()];
    assert!(check_event(&provider, "party").is_ok());
    assert_refused!(check_event(&provider, "reset"), SystemCodeError::UnknownEvent(_));
}

#[tokio::test]
async fn an_account_is_looked_at_again_once_its_person_is_locked() {
    let find = |tx: &mut dyn Transaction| lock_account(tx, signup_provider().id, &login("test"));
    let changed = Signup { version: 2, ..signup() };
    let moved = Signup { user: bob().id, ..signup() };
    for (again, found) in [(Some(changed.clone()), Some(changed)), (Some(moved), None), (None, None)] {
        let mut house = House::default();
        let mut order = Sequence::new();
        let first = house.tx.signups.expect_find_by_login();
        first.times(1).in_sequence(&mut order).return_once(|_, _| Ok(Some(signup())));
        let second = house.tx.signups.expect_find_by_login();
        second.times(1).in_sequence(&mut order).return_once(|_, _| Ok(again));
        let house = house.open();
        assert_eq!(house.ports.store.write::<_, StoreError, _>(find).await.unwrap(), found);
        assert_eq!(house.locks(), [Lock::User(ann().id)]);
    }
    let mut house = House::default();
    house.signups(&[]);
    let house = house.open();
    assert_eq!(house.ports.store.write::<_, StoreError, _>(find).await.unwrap(), None);
    assert_eq!(house.locks(), []);
}
