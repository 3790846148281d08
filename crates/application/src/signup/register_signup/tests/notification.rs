//! How newcomers are reached.

use portico_domain::signup::{Attribute, AttributeKind, Flags, NotificationFault};

use super::*;

const KINDS: [ProviderKind; 3] = [ProviderKind::Email, ProviderKind::Password, ProviderKind::Phone];

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

fn given(email: Option<&str>, push: Option<&[&str]>, sms: Option<&str>) -> NotificationRequest {
    NotificationRequest {
        email: email.map(str::to_owned),
        phone_push: push.map(texts),
        phone_sms: sms.map(str::to_owned),
    }
}

fn data(email: &str, push: &[&str], sms: Option<&str>) -> NotificationData {
    NotificationData { email: email.to_owned(), phone_push: texts(push), phone_sms: sms.map(str::to_owned) }
}

fn flagged() -> Reach {
    Reach {
        email: Some("form@example.org".to_owned()),
        phone_push: texts(&["form"]),
        phone_sms: Some("+1".to_owned()),
    }
}

#[test]
fn what_a_newcomer_says_counts_before_what_his_form_data_tell() {
    let said = given(Some("said@example.org"), Some(&["said", ""]), Some("+2"));
    let told = notified(said, flagged(), ProviderKind::Email).unwrap();
    assert_eq!(told, data("said@example.org", &["said"], Some("+2")));
}

#[test]
fn where_he_says_nothing_they_tell() {
    let told = data("form@example.org", &["form"], Some("+1"));
    for said in [
        NotificationRequest::default(),
        given(Some(""), Some(&[]), Some("")),
        given(Some(" "), Some(&[" "]), Some(" ")),
    ] {
        for kind in KINDS {
            assert_eq!(notified(said.clone(), flagged(), kind).unwrap(), told);
        }
    }
}

#[test]
fn there_must_be_an_address_where_codes_are_mailed() {
    let phones = given(None, Some(&["push"]), Some("+2"));
    for kind in [ProviderKind::Email, ProviderKind::Password] {
        let refused = notified(phones.clone(), Reach::default(), kind);
        assert_refused!(refused, SignupError::Unreachable("email"));
    }
    let told = notified(phones, Reach::default(), ProviderKind::Phone).unwrap();
    assert_eq!(told, data("", &["push"], Some("+2")));
}

#[test]
fn there_must_be_a_telephone_or_a_device_where_codes_go_there() {
    let mail = given(Some("ann@example.org"), Some(&[]), None);
    let refused = notified(mail.clone(), Reach::default(), ProviderKind::Phone);
    assert_refused!(refused, SignupError::Unreachable("phoneSMS"));
    for one in [given(None, Some(&["push"]), None), given(None, None, Some("+2"))] {
        assert!(notified(one, Reach::default(), ProviderKind::Phone).is_ok());
    }
    assert!(notified(mail, Reach::default(), ProviderKind::Email).is_ok());
}

#[test]
fn what_reaches_nobody_is_refused_wherever_it_comes_from() {
    let long = "1".repeat(4097);
    let odd = Reach { email: Some("nonsense".to_owned()), ..flagged() };
    for (said, reach, fault) in [
        (given(Some("nonsense"), None, None), flagged(), NotificationFault::Email),
        (given(None, None, None), odd, NotificationFault::Email),
        (given(None, Some(&["a\nb"]), None), flagged(), NotificationFault::PhonePush),
        (given(None, None, Some(&long)), flagged(), NotificationFault::PhoneSms),
    ] {
        match notified(said, reach, ProviderKind::Email) {
            Err(SignupError::Notification(refused)) => assert_eq!(refused, fault),
            other => panic!("{other:?}"),
        }
    }
}

fn field(marker: &str, flags: Flags) -> Attribute {
    attribute(marker, AttributeKind::String, flags)
}

#[tokio::test]
async fn fields_that_are_flagged_for_it_tell_how_to_reach_a_newcomer() {
    let mut form = signup_form();
    form.definition.attributes[0].flags.is_notification_email = true;
    let sms = Flags { is_notification_phone_sms: true, ..Flags::default() };
    form.definition.attributes.push(field("phone", sms));
    let (mut house, kept) = house(signup_provider(), form);
    house.hashes("12345");
    house.tx.codes.expect_remove().returning(|_| Ok(()));
    let request = RegisterSignupRequest {
        auth_data: auth_data(&[("login", "Ann@example.org"), ("password", "12345")]),
        form_data: Some(json(r#"{"en_US":[{"marker":"phone","type":"string","value":"+3"}]}"#)),
        notification: NotificationRequest::default(),
        ..request()
    };
    register(&house.open(), request).await.unwrap();
    assert_eq!(kept.signups.only().notification, data("Ann@example.org", &[], Some("+3")));
    assert_eq!(kept.emails.only().address, address("Ann@example.org"));
}

#[tokio::test]
async fn whoever_is_reached_by_telephone_alone_claims_no_address() {
    let (mut house, kept) = house(of_kind(ProviderKind::Phone, signup_provider()), signup_form());
    house.hashes("12345");
    house.removes_code(signup_subject());
    let request = RegisterSignupRequest { notification: given(None, None, Some("+2")), ..request() };
    register(&house.open(), request).await.unwrap();
    assert_eq!(kept.emails.all(), []);
    assert_eq!(kept.users.only().display_name.as_str(), "test");
}
