//! Changing one's own entity, against mocked ports.

mod refusals;

use portico_domain::{
    json::RawJson,
    ports::Lock,
    signup::{AttributeKind, AuthItem, Flags, Form, SubmissionFault},
};

use super::*;
use crate::{fixtures::*, signup::codes::subject_of};

/// The form with a field `about` of rich text.
fn form() -> Form {
    let mut form = signup_form();
    form.definition.attributes.push(attribute("about", AttributeKind::Text, Flags::default()));
    form
}

/// A request that changes nothing.
fn nothing() -> UpdateSignupRequest {
    UpdateSignupRequest {
        form_identifier: None,
        auth_data: None,
        form_data: None,
        notification: None,
        state: None,
        locale: Locale::default(),
    }
}

fn fields(text: &str) -> UpdateSignupRequest {
    UpdateSignupRequest { form_data: Some(json(text)), ..nothing() }
}

fn auth(items: &[(&str, &str)]) -> UpdateSignupRequest {
    let item =
        |&(marker, value): &(&str, &str)| AuthItem { marker: marker.to_owned(), value: password(value) };
    UpdateSignupRequest { auth_data: Some(AuthData(items.iter().map(item).collect())), ..nothing() }
}

fn reached_by(notification: NotificationRequest) -> UpdateSignupRequest {
    UpdateSignupRequest { notification: Some(notification), ..nothing() }
}

/// A house where Ann's entity is this.
fn house(known: &Signup) -> House {
    let mut house = House::default();
    house.door(signup_provider(), form());
    house.signups(std::slice::from_ref(known));
    house
}

async fn update(house: &OpenHouse, request: UpdateSignupRequest) -> Result<(), SignupError> {
    house.does.update_signup.execute(signup_bearer(), request).await
}

/// What Ann's entity is written over with.
async fn written(mut house: House, request: UpdateSignupRequest) -> Signup {
    let written = house.writes_signups();
    let house = house.open();
    update(&house, request).await.unwrap();
    assert!(house.committed());
    written.only()
}

#[tokio::test]
async fn what_is_not_named_stays_and_nothing_is_written() {
    for request in [
        nothing(),
        UpdateSignupRequest { form_identifier: Some("reg".to_owned()), ..nothing() },
        reached_by(NotificationRequest::default()),
        fields(r#"{"marker":"login","type":"string","value":"test"}"#),
    ] {
        let house = house(&signup()).open();
        update(&house, request).await.unwrap();
        assert_eq!(house.locks(), [Lock::User(ann().id)]);
    }
}

#[tokio::test]
async fn fields_take_the_places_of_those_that_were_there() {
    let request = fields(r#"{"en_US":[{"marker":"last_name","type":"string","value":"Other"}]}"#);
    assert_eq!(
        written(house(&signup()), request).await,
        Signup { form_data: last_name("Other"), ..signup() }
    );
}

#[tokio::test]
async fn fields_of_another_language_come_beside() {
    let request = UpdateSignupRequest {
        locale: Locale::parse("tr_TR").unwrap(),
        ..fields(r#"[{"marker":"last_name","type":"string","value":"Diğer"}]"#)
    };
    let written = written(house(&signup()), request).await;
    let expected = r#"{"en_US":[{"marker":"last_name","type":"string","value":"Lee"}],"tr_TR":[{"marker":"last_name","type":"string","value":"Diğer"}]}"#;
    assert_eq!(written.form_data.to_stored(), expected);
}

#[tokio::test]
async fn what_another_application_filled_in_at_the_same_moment_stays() {
    let newer = Signup { version: 2, form_data: last_name("Newer"), ..signup() };
    let mut house = House::default();
    house.door(signup_provider(), form());
    for found in [signup(), newer] {
        house.tx.signups.expect_find().times(1).return_once(move |_| Ok(Some(found)));
    }
    house.tx.signup_sessions.expect_find_bearer().returning(|_| Ok(Some(signup_bearer())));
    house.tx.signups.expect_write().times(1).returning(|_, _, _| Err(StoreError::Stale));
    house.html_sanitizer.expect_clean().returning(str::to_owned);
    let written = written(house, fields(r#"{"marker":"about","value":{"plainValue":"me"}}"#)).await;
    let shown = written.form_data.to_stored();
    assert!(shown.contains("Newer") && shown.contains("about"), "{shown}");
    assert_eq!(written.version, 2);
}

#[tokio::test]
async fn html_is_made_harmless() {
    let mut house = house(&signup());
    house.html_sanitizer.expect_clean().returning(|html| html.replace("<script>", ""));
    let request = fields(r#"{"marker":"about","type":"text","value":{"htmlValue":"<p><script>me</p>"}}"#);
    let written = written(house, request).await;
    assert!(written.form_data.to_stored().contains(r"<p>me</p>"), "{:?}", written.form_data);
}

#[tokio::test]
async fn with_another_password_every_other_sign_in_ends() {
    let mut house = house(&signup());
    house.hashes("another");
    house.ends_signup_sessions(&signup(), Some(signup_session().id));
    let written = written(house, auth(&[("password", "another")])).await;
    assert_eq!(written, Signup { password: Some(hash("new")), ..signup() });
}

#[tokio::test]
async fn another_login_leaves_no_code_of_the_old_or_the_new_one() {
    let mut house = house(&signup());
    house.removes_code(signup_subject());
    house.removes_code(subject_of(signup_provider().id, &login("other")));
    let request = fields(r#"[{"marker":"login","type":"string","value":"other"}]"#);
    assert_eq!(written(house, request).await, Signup { login: login("other"), ..signup() });
}

#[tokio::test]
async fn the_parts_of_the_ways_to_reach_somebody_that_are_given_replace_the_old_ones() {
    let known = notification();
    let to = |text: &str| Some(text.to_owned());
    for (given, expected) in [
        (
            NotificationRequest { email: to("other@example.org"), ..NotificationRequest::default() },
            NotificationData { email: "other@example.org".to_owned(), ..known.clone() },
        ),
        (
            NotificationRequest { phone_push: Some(vec!["a".to_owned()]), ..NotificationRequest::default() },
            NotificationData { phone_push: vec!["a".to_owned()], ..known.clone() },
        ),
        (
            NotificationRequest { phone_sms: to("+1"), ..NotificationRequest::default() },
            NotificationData { phone_sms: to("+1"), ..known.clone() },
        ),
        (
            NotificationRequest { phone_sms: to(""), ..NotificationRequest::default() },
            NotificationData { phone_sms: None, ..known.clone() },
        ),
    ] {
        let written = written(house(&signup()), reached_by(given)).await;
        assert_eq!(written, Signup { notification: expected, ..signup() });
    }
}

#[tokio::test]
async fn a_state_is_replaced_as_it_came() {
    let state = json(r#"{ "b": 1.0, "a": [1e2] }"#);
    let request = UpdateSignupRequest { state: Some(state.clone()), ..nothing() };
    assert_eq!(written(house(&signup()), request).await, Signup { state, ..signup() });
}

#[tokio::test]
async fn everything_at_once_is_one_writing() {
    let mut house = house(&signup());
    house.hashes("another");
    house.ends_signup_sessions(&signup(), Some(signup_session().id));
    house.removes_code(signup_subject());
    house.removes_code(subject_of(signup_provider().id, &login("other")));
    let request = UpdateSignupRequest {
        form_data: Some(json(r#"[{"marker":"login","value":"other"},{"marker":"last_name","value":"New"}]"#)),
        state: Some(json(r#"{"a":1}"#)),
        ..auth(&[("password", "another")])
    };
    let expected = Signup {
        login: login("other"),
        password: Some(hash("new")),
        form_data: last_name("New"),
        state: json(r#"{"a":1}"#),
        ..signup()
    };
    assert_eq!(written(house, request).await, expected);
}
