//! Sending codes, with mocks.

use portico_domain::{
    code::{CodeSubject, VerificationCode},
    letter::{Letter, Recipient},
    ports::{Lock, StoreError},
    signup::{NotificationData, ProviderKind, Signup, SignupStatus},
};

use super::*;
use crate::fixtures::*;

/// A house behind whose door these accounts are, the last code of any of them being this.
fn house(provider: Provider, accounts: &[Signup], last: Option<VerificationCode>) -> House {
    let mut house = House::default();
    house.door(provider, signup_form());
    house.signups(accounts);
    house.code(last);
    house
}

async fn send(house: &OpenHouse, login: &str, event: &str) -> Result<(), SystemCodeError> {
    let (marker, login, event) = ("email".to_owned(), login.to_owned(), event.to_owned());
    house.does.send_system_code.execute(marker, login, event).await
}

#[tokio::test]
async fn an_account_is_mailed_a_code_of_which_only_the_mac_is_kept() {
    // Also where the provider asks for no code, and also to somebody who is not active yet: it may be about a password.
    for provider in [signup_provider(), checking_codes(signup_provider())] {
        for status in [SignupStatus::Waiting, SignupStatus::Active] {
            let mut house = house(provider.clone(), &[as_status(status, signup())], None);
            let (codes, letters) = (house.codes(), house.letters());
            let house = house.open();
            send(&house, "test", "reset").await.unwrap();

            let (code, letter) = (codes.only(), letters.only());
            assert_eq!(letter.to, ann_address().into());
            let said = Letter::SignupCode { login: "test".to_owned(), valid_seconds: 120 };
            assert_eq!((letter.letter.clone(), letter.created_at), (said, now()));
            assert_eq!(code.subject, signup_subject());
            assert_eq!(code.mac, Some(mac(&signup_subject(), &secret_of(&letter))));
            assert_eq!((code.sent_at, code.expires_at), (now(), now() + seconds(120)));
            assert_eq!(house.locks(), [Lock::User(ann().id), signup_code_lock()]);
            assert!(house.committed());
        }
    }
}

#[tokio::test]
async fn where_codes_go_to_telephones_the_event_goes_with_them() {
    let mut house = house(of_kind(ProviderKind::Phone, signup_provider()), &[signup()], None);
    let (codes, letters) = (house.codes(), house.letters());
    send(&house.open(), "test", "auth").await.unwrap();
    let letter = letters.only();
    assert_eq!(letter.to, Recipient::Phone("+19991234567".to_owned()));
    let Letter::PhoneCode(code) = &letter.letter else { panic!("{letter:?}") };
    assert_eq!((code.event.as_str(), code.provider.as_str()), ("auth", "email"));
    assert_eq!(codes.only().mac, Some(mac(&signup_subject(), &secret_of(&letter))));
}

#[tokio::test]
async fn for_an_unknown_login_a_decoy_is_kept_and_nobody_is_written_to() {
    let archived = as_status(SignupStatus::Archived, signup());
    let elsewhere = Signup { provider: portico_domain::id::ProviderId::from_number(2), ..signup() };
    for (login, accounts) in
        [("Test", vec![signup()]), ("test", vec![archived]), ("test", vec![elsewhere]), ("test", vec![])]
    {
        let mut house = house(signup_provider(), &accounts, None);
        let codes = house.codes();
        let house = house.open();
        send(&house, login, "reset").await.unwrap();

        let code = codes.only();
        let subject = CodeSubject::Signup { provider: signup_provider().id, login: self::login(login) };
        assert_eq!(code.subject, subject);
        let drawn = house.drawn_macs.only();
        assert!(code.mac.is_some_and(|mac| mac != drawn), "the code that was drawn does not fit");
        assert_eq!((code.sent_at, code.expires_at), (now(), now() + seconds(120)));
        assert!(house.committed());
    }
}

#[tokio::test]
async fn within_half_a_minute_no_other_code_is_sent_to_anybody() {
    for accounts in [vec![signup()], vec![]] {
        for (age, retry_after) in [(0, 30), (29, 1)] {
            let house = house(signup_provider(), &accounts, Some(signup_code(seconds(age), 5))).open();
            match send(&house, "test", "reset").await {
                Err(SystemCodeError::TooSoon { retry_after: left }) => assert_eq!(left, retry_after),
                other => panic!("{other:?}"),
            }
            assert!(!house.committed());
        }
        let mut house = house(signup_provider(), &accounts, Some(signup_code(seconds(30), 5)));
        let codes = house.codes();
        house.letters();
        send(&house.open(), "test", "reset").await.unwrap();
        assert_eq!((codes.only().tries, codes.only().sent_at), (0, now()), "the tries begin again");
    }
}

#[test]
fn parts_of_a_second_count_as_a_whole_one() {
    assert_eq!(whole_seconds(seconds(29)), 29);
    assert_eq!(whole_seconds(TimeDelta::milliseconds(28_001)), 29);
    assert_eq!(whole_seconds(TimeDelta::microseconds(1)), 1);
}

#[tokio::test]
async fn an_account_that_nothing_reaches_is_answered_as_nobodys_and_only_a_decoy_is_kept() {
    let by_mail_alone = NotificationData { phone_sms: None, ..notification() };
    let by_phone_alone = NotificationData { email: String::new(), ..notification() };
    for (kind, notification) in [
        (ProviderKind::Phone, by_mail_alone),
        (ProviderKind::Email, by_phone_alone.clone()),
        (ProviderKind::Password, by_phone_alone),
    ] {
        let provider = of_kind(kind, signup_provider());
        let account = Signup { notification, ..signup() };
        let mut unreached = house(provider.clone(), std::slice::from_ref(&account), None);
        let codes = unreached.codes();
        let unreached = unreached.open();
        send(&unreached, "test", "reset").await.unwrap();

        let code = codes.only();
        let drawn = unreached.drawn_macs.only();
        assert!(code.mac.is_some_and(|mac| mac != drawn), "the code that was drawn does not fit");
        assert_eq!((code.subject, code.sent_at), (signup_subject(), now()));
        assert!(unreached.committed());

        let again = house(provider, &[account], Some(signup_code(seconds(29), 0))).open();
        assert_refused!(send(&again, "test", "reset").await, SystemCodeError::TooSoon { retry_after: 1 });
    }
}

#[tokio::test]
async fn unknown_doors_and_events_are_refused_before_anything_is_looked_at() {
    for (provider, event, refusal) in [
        (shut(signup_provider()), "party", "there is no such provider"),
        (signup_provider(), "", "eventIdentifier should not be empty"),
        (signup_provider(), "party", "Event \"party\" with formType \"send_code\" not found"),
    ] {
        let mut house = House::default();
        house.door(provider, signup_form());
        let house = house.open();
        assert_eq!(send(&house, "", event).await.unwrap_err().to_string(), refusal);
        assert!(house.wrote_nothing());
    }
}

#[tokio::test]
async fn a_text_that_is_nobodys_login_is_refused() {
    for login in ["", " ", "a\nb", "a\0b", &"a".repeat(256)] {
        let mut house = House::default();
        house.door(signup_provider(), signup_form());
        let house = house.open();
        assert_refused!(send(&house, login, "reset").await, SystemCodeError::InvalidCode);
        assert!(house.wrote_nothing());
    }
}

#[tokio::test]
async fn a_code_that_cannot_be_kept_is_not_sent() {
    let mut house = house(signup_provider(), &[signup()], None);
    house.tx.codes.expect_put().returning(|_| Err(StoreError::Overloaded));
    let house = house.open();
    let refused = send(&house, "test", "reset").await;
    assert_refused!(refused, SystemCodeError::Store(StoreError::Overloaded));
    assert!(!house.committed());
}
