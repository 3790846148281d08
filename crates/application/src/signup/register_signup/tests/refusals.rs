//! Who is not signed up, and that nothing is kept then.

use portico_domain::{
    ports::PasswordsError,
    signup::{NotificationFault, SubmissionFault},
};

use super::*;

/// A house in which only the door is looked at.
fn shut_house(provider: Provider) -> OpenHouse {
    let mut house = House::default();
    house.door(provider, signup_form());
    house.open()
}

async fn refused(request: RegisterSignupRequest) -> SignupError {
    let house = shut_house(signup_provider());
    let error = register(&house, request).await.unwrap_err();
    assert!(house.wrote_nothing());
    error
}

#[tokio::test]
async fn an_unknown_door_comes_before_everything() {
    let nonsense = RegisterSignupRequest {
        form_identifier: Some("other".to_owned()),
        auth_data: AuthData::default(),
        ..request()
    };
    let house = shut_house(shut(signup_provider()));
    assert_refused!(register(&house, nonsense.clone()).await, SignupError::UnknownProvider);
    let elsewhere = house.does.register_signup.execute("phone".to_owned(), nonsense).await;
    assert_refused!(elsewhere, SignupError::UnknownProvider);
}

#[tokio::test]
async fn faults_are_told_in_their_order() {
    let all_wrong = RegisterSignupRequest {
        form_identifier: Some("Reg".to_owned()),
        auth_data: auth_data(&[("login", "test")]),
        form_data: Some(json("[1]")),
        notification: NotificationRequest { email: Some("nonsense".to_owned()), ..Default::default() },
        ..request()
    };
    let error = refused(all_wrong.clone()).await;
    assert_eq!(error.to_string(), "Form \"Reg\" not found");

    let wrong = RegisterSignupRequest { form_identifier: None, ..all_wrong };
    let error = refused(wrong.clone()).await;
    assert!(matches!(error, SignupError::Submission(SubmissionFault::Credentials)), "{error:?}");

    let wrong = RegisterSignupRequest { auth_data: request().auth_data, ..wrong };
    let error = refused(wrong.clone()).await;
    assert!(matches!(error, SignupError::Submission(SubmissionFault::Shape)), "{error:?}");

    let unknown = json(r#"[{"marker":"nickname","type":"string","value":"x"}]"#);
    let wrong = RegisterSignupRequest { form_data: Some(unknown), ..wrong };
    let error = refused(wrong.clone()).await;
    assert_eq!(error.to_string(), "formData's marker 'nickname' value is missing or incorrect");

    let wrong = RegisterSignupRequest { form_data: None, ..wrong };
    let error = refused(wrong.clone()).await;
    assert!(matches!(error, SignupError::Notification(NotificationFault::Email)), "{error:?}");

    let wrong = RegisterSignupRequest { notification: NotificationRequest::default(), ..wrong };
    let error = refused(wrong).await;
    assert_eq!(error.to_string(), "notificationData.email should not be empty");
}

#[tokio::test]
async fn form_data_hold_no_password_and_no_other_login() {
    for (marker, value) in [("password", "12345"), ("login", "other")] {
        let data = json(&format!(r#"[{{"marker":"{marker}","type":"string","value":"{value}"}}]"#));
        let error = refused(RegisterSignupRequest { form_data: Some(data), ..request() }).await;
        let SignupError::Submission(SubmissionFault::Field(field)) = error else { panic!("{error:?}") };
        assert_eq!(field, marker);
    }
}

#[tokio::test]
async fn a_login_that_is_taken_costs_no_hashing() {
    let mut house = House::default();
    house.door(signup_provider(), signup_form());
    let asked = house.tx.signups.expect_is_taken();
    asked
        .withf(|provider, kind, name| {
            (*provider, *kind, name) == (signup_provider().id, ProviderKind::Email, &login("test"))
        })
        .times(1)
        .returning(|_, _, _| Ok(true));
    let house = house.open();
    assert_refused!(register(&house, request()).await, SignupError::LoginTaken);
    assert!(house.wrote_nothing());
}

/// A house that hashes the password, and whose store refuses the entity like this.
fn refusing_house(error: StoreError) -> OpenHouse {
    let mut house = House::default();
    house.door(checking_codes(signup_provider()), signup_form());
    house.login_taken(false);
    house.hashes("12345");
    house.adds_users();
    house.tx.emails.expect_add().returning(|_| Ok(()));
    house.tx.signups.expect_add().returning(move |_, _| Err(error.clone()));
    house.open()
}

#[tokio::test]
async fn of_two_who_take_a_login_at_once_one_comes_too_late() {
    let house = refusing_house(StoreError::Duplicate(Unique::SignupLogin));
    assert_refused!(register(&house, request()).await, SignupError::LoginTaken);
    assert!(!house.committed());
}

#[tokio::test]
async fn a_failing_store_keeps_nothing() {
    let house = refusing_house(StoreError::Overloaded);
    assert_refused!(register(&house, request()).await, SignupError::Store(StoreError::Overloaded));
    assert!(!house.committed());
}

#[tokio::test]
async fn a_password_that_cannot_be_hashed_now_signs_nobody_up() {
    let mut house = House::default();
    house.door(signup_provider(), signup_form());
    house.login_taken(false);
    house.passwords.expect_hash().times(1).returning(|_| Err(PasswordsError::Busy));
    let house = house.open();
    assert_refused!(register(&house, request()).await, SignupError::Passwords(PasswordsError::Busy));
    assert!(house.wrote_nothing());
}

#[tokio::test]
async fn a_letter_that_cannot_be_owed_signs_nobody_up() {
    let (mut house, _) = super::house(checking_codes(signup_provider()), signup_form());
    house.hashes("12345");
    house.codes();
    house.tx.outbox.expect_add().returning(|_| Err(StoreError::Overloaded));
    let house = house.open();
    assert_refused!(register(&house, request()).await, SignupError::Store(StoreError::Overloaded));
    assert!(!house.committed());
}
