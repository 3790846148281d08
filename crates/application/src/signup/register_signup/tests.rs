//! Signing up, with mocks.

mod notification;
mod refusals;

use portico_domain::{
    email::{Email, EmailState},
    letter::Letter,
    signup::{AttributeKind, AuthItem, Flags, FormItem, Localized},
    user::NewUser,
};

use super::*;
use crate::fixtures::*;

fn auth_data(items: &[(&str, &str)]) -> AuthData {
    let item =
        |(marker, value): &(&str, &str)| AuthItem { marker: (*marker).to_owned(), value: password(value) };
    AuthData(items.iter().map(item).collect())
}

/// What the seed's minimal example sends, for the login `test`.
fn request() -> RegisterSignupRequest {
    RegisterSignupRequest {
        form_identifier: Some("reg".to_owned()),
        auth_data: auth_data(&[("login", "test"), ("password", "12345")]),
        form_data: Some(json(r#"[{"marker":"last_name","type":"string","value":"Lee"}]"#)),
        notification: NotificationRequest {
            email: Some("ann@example.org".to_owned()),
            phone_push: Some(Vec::new()),
            phone_sms: Some("+19991234567".to_owned()),
        },
        locale: Locale::default(),
    }
}

async fn register(
    house: &OpenHouse,
    request: RegisterSignupRequest,
) -> Result<RegisteredSignup, SignupError> {
    house.does.register_signup.execute("email".to_owned(), request).await
}

/// What a house keeps of newcomers.
struct Register {
    users: Kept<NewUser>,
    emails: Kept<Email>,
    signups: Kept<NewSignup>,
}

/// A house that takes newcomers in.
fn house(provider: Provider, form: Form) -> (House, Register) {
    let mut house = House::default();
    house.door(provider, form);
    house.login_taken(false);
    let emails: Kept<Email> = Kept::default();
    house.tx.emails.expect_add().returning(emails.keeper());
    let kept = Register { users: house.adds_users(), emails, signups: house.adds_signups() };
    (house, kept)
}

#[tokio::test]
async fn a_newcomer_becomes_a_person_with_an_entity_that_is_active_at_once() {
    let (mut house, kept) = house(signup_provider(), signup_form());
    house.hashes("12345");
    house.removes_code(signup_subject());
    let house = house.open();
    let registered = register(&house, request()).await.unwrap();

    let (user, email, signup) = (kept.users.only(), kept.emails.only(), kept.signups.only());
    assert_eq!((user.display_name.as_str(), user.locale.as_deref()), ("ann", Some("en-US")));
    assert_eq!((email.user, email.address, email.state), (user.id, ann_address(), EmailState::Claimed));
    let expected = NewSignup {
        provider: signup_provider().id,
        login: login("test"),
        password: Some(hash("new")),
        form_data: last_name("Lee"),
        notification: notification(),
        locale: Locale::default(),
        status: SignupStatus::Active,
        user: user.id,
        created_at: now(),
    };
    assert_eq!(signup, expected);
    assert_eq!((registered.provider, registered.form), (signup_provider(), signup_form()));
    assert_eq!((registered.signup.login, registered.signup.user), (login("test"), user.id));
    assert!(registered.code.is_none());
    assert!(house.committed());
}

#[tokio::test]
async fn without_a_form_in_the_request_the_providers_is_meant() {
    let (mut house, kept) = house(signup_provider(), signup_form());
    house.hashes("12345");
    house.removes_code(signup_subject());
    let request = RegisterSignupRequest { form_identifier: None, form_data: None, ..request() };
    register(&house.open(), request).await.unwrap();
    assert!(kept.signups.only().form_data.is_empty());
}

#[tokio::test]
async fn where_codes_are_checked_a_newcomer_waits_and_is_mailed_one() {
    for kind in [ProviderKind::Email, ProviderKind::Password] {
        let provider = of_kind(kind, checking_codes(signup_provider()));
        let (mut house, kept) = house(provider, signup_form());
        house.hashes("12345");
        let (codes, letters) = (house.codes(), house.letters());
        let house = house.open();
        let registered = register(&house, request()).await.unwrap();

        assert_eq!(kept.signups.only().status, SignupStatus::Waiting);
        let (code, letter) = (codes.only(), letters.only());
        assert_eq!(letter.to, ann_address().into());
        assert_eq!(letter.letter, Letter::SignupCode { login: "test".to_owned(), valid_seconds: 120 });
        assert_eq!(code.subject, signup_subject());
        assert_eq!(code.mac, Some(mac(&signup_subject(), &secret_of(&letter))));
        let sent = registered.code.unwrap();
        assert_eq!((sent.expires_at, code.expires_at), (now() + seconds(120), now() + seconds(120)));
        assert_eq!(sent.value, None, "the letter alone tells the code");
        assert!(house.committed());
    }
}

#[tokio::test]
async fn where_codes_go_to_telephones_the_code_does_too() {
    let provider = of_kind(ProviderKind::Phone, checking_codes(signup_provider()));
    let (mut house, kept) = house(provider, signup_form());
    house.hashes("12345");
    let (codes, letters) = (house.codes(), house.letters());
    let request = RegisterSignupRequest { locale: Locale::parse("tr_TR").unwrap(), ..request() };
    register(&house.open(), request).await.unwrap();
    let letter = letters.only();
    let Letter::PhoneCode(code) = &letter.letter else { panic!("{letter:?}") };
    assert_eq!((code.event.as_str(), code.locale.as_str()), ("user_registration", "tr_TR"));
    assert_eq!(code.phone_sms.as_deref(), Some("+19991234567"));
    assert_eq!(codes.only().mac, Some(mac(&signup_subject(), &secret_of(&letter))));
    assert_eq!(kept.signups.only().status, SignupStatus::Waiting);
}

#[tokio::test]
async fn only_a_provider_that_exposes_codes_tells_one_in_its_answer() {
    let mut provider = checking_codes(signup_provider());
    provider.definition.config.expose_system_code = true;
    let (mut house, _) = house(provider, signup_form());
    house.hashes("12345");
    house.codes();
    let letters = house.letters();
    let registered = register(&house.open(), request()).await.unwrap();
    let told = registered.code.unwrap().value.unwrap();
    assert_eq!(told.reveal(), secret_of(&letters.only()));
}

#[tokio::test]
async fn a_form_without_a_password_needs_none() {
    let mut form = signup_form();
    form.definition.attributes.retain(|field| field.marker.as_str() != "password");
    let (mut house, kept) = house(checking_codes(signup_provider()), form);
    house.codes();
    house.letters();
    let request = RegisterSignupRequest { auth_data: auth_data(&[("login", "test")]), ..request() };
    register(&house.open(), request).await.unwrap();
    assert_eq!(kept.signups.only().password, None);
}

#[tokio::test]
async fn html_is_harmless_before_it_is_kept() {
    let mut form = signup_form();
    form.definition.attributes.push(attribute("about", AttributeKind::Text, Flags::default()));
    let (mut house, kept) = house(signup_provider(), form);
    house.hashes("12345");
    house.removes_code(signup_subject());
    let cleaned = house.html_sanitizer.expect_clean();
    cleaned.withf(|html| html == "<p onclick=x>A</p>").returning(|_| "<p>A</p>".to_owned());
    let about =
        r#"[{"marker":"about","type":"text","value":{"htmlValue":"<p onclick=x>A</p>","plainValue":""}}]"#;
    let request = RegisterSignupRequest { form_data: Some(json(about)), ..request() };
    register(&house.open(), request).await.unwrap();
    let item = FormItem {
        marker: "about".to_owned(),
        kind: Some("text".to_owned()),
        value: json(r#"{"htmlValue":"<p>A</p>","plainValue":""}"#),
    };
    assert_eq!(kept.signups.only().form_data, FormData(Localized::plain(vec![item])));
}
