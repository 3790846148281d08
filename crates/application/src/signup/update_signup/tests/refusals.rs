//! What is not taken, and that nothing is kept then.

use portico_domain::ports::PasswordsError;

use super::*;

/// Nothing is hashed and no unit of writing work begun.
async fn refused(request: UpdateSignupRequest) -> SignupError {
    let house = house(&signup()).open();
    let refusal = update(&house, request).await.unwrap_err();
    assert!(house.wrote_nothing());
    refusal
}

async fn fault(request: UpdateSignupRequest) -> SubmissionFault {
    match refused(request).await {
        SignupError::Submission(fault) => fault,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn auth_data_hold_the_password_and_nothing_else() {
    let twice = [("password", "a"), ("password", "b")];
    let with_login = [("login", "other"), ("password", "a")];
    for items in
        [&[][..], &twice, &with_login, &[("login", "other")], &[("password", "")], &[("last_name", "Lee")]]
    {
        assert_eq!(fault(auth(items)).await, SubmissionFault::Credentials, "{items:?}");
    }
}

#[tokio::test]
async fn fields_must_be_those_of_the_form() {
    for text in [
        r#"[{"marker":"unknown","value":"x"}]"#,
        r#"[{"marker":"last_name","type":"integer","value":1}]"#,
        r#"[{"marker":"last_name","value":[]}]"#,
        r#"[{"marker":"password","value":"another"}]"#,
        r#"[{"marker":"last_name","value":"a"},{"marker":"last_name","value":"b"}]"#,
    ] {
        assert!(matches!(fault(fields(text)).await, SubmissionFault::Field(_)), "{text}");
    }
    assert_eq!(fault(fields(r#""text""#)).await, SubmissionFault::Shape);
    assert_eq!(fault(fields(r#"{"no locale":[]}"#)).await, SubmissionFault::Locale);
}

#[tokio::test]
async fn a_login_is_there_once_and_not_blank() {
    for text in [
        r#"[{"marker":"login","value":" "}]"#,
        r#"{"en_US":[{"marker":"login","value":"a"}],"tr_TR":[{"marker":"login","value":"b"}]}"#,
    ] {
        assert_eq!(fault(fields(text)).await, SubmissionFault::Credentials, "{text}");
    }
}

#[tokio::test]
async fn a_login_that_is_taken_is_refused_and_nothing_kept() {
    let mut house = house(&signup());
    let taken = || StoreError::Duplicate(Unique::SignupLogin);
    house.tx.signups.expect_write().times(1).returning(move |_, _, _| Err(taken()));
    let house = house.open();
    let request =
        UpdateSignupRequest { state: Some(json("{}")), ..fields(r#"[{"marker":"login","value":"other"}]"#) };
    assert_refused!(update(&house, request).await, SignupError::LoginTaken);
    assert!(!house.committed());
}

#[tokio::test]
async fn another_form_is_not_found() {
    for name in ["other", "Reg", ""] {
        let request = UpdateSignupRequest { form_identifier: Some(name.to_owned()), ..nothing() };
        match refused(request).await {
            SignupError::UnknownForm(named) => assert_eq!(named, name),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn an_address_must_be_one_and_must_stay_where_codes_go_by_mail() {
    for email in ["", "nonsense", "a b@example.org"] {
        let given = NotificationRequest { email: Some(email.to_owned()), ..NotificationRequest::default() };
        let refusal = refused(reached_by(given)).await;
        assert!(matches!(refusal, SignupError::Notification(NotificationFault::Email)), "{refusal:?}");
    }
    let many = Some(vec!["x".to_owned(); 101]);
    let given = NotificationRequest { phone_push: many, ..NotificationRequest::default() };
    let refusal = refused(reached_by(given)).await;
    assert!(matches!(refusal, SignupError::Notification(NotificationFault::TooManyDevices)), "{refusal:?}");
}

#[test]
fn where_codes_go_to_telephones_the_last_one_stays_and_an_address_need_not() {
    let blank = |email, sms| NotificationRequest { email, phone_push: None, phone_sms: sms };
    let gone = notified(&notification(), &blank(None, Some(String::new())), ProviderKind::Phone);
    assert_refused!(gone, SignupError::Unreachable("phoneSMS"));
    let push = NotificationData { phone_push: vec!["a".to_owned()], ..notification() };
    assert!(notified(&push, &blank(None, Some(String::new())), ProviderKind::Phone).is_ok());
    let without = notified(&notification(), &blank(Some(String::new()), None), ProviderKind::Phone);
    assert_eq!(without.unwrap().email, "");
    let never = NotificationData { phone_sms: None, ..notification() };
    let other = blank(Some("other@example.org".to_owned()), None);
    assert!(notified(&never, &other, ProviderKind::Phone).is_ok());
    let by_mail = notified(&notification(), &blank(None, Some(String::new())), ProviderKind::Password);
    assert_eq!(by_mail.unwrap().phone_sms, None);
}

#[tokio::test]
async fn a_state_is_an_object_of_at_most_64_kib() {
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(200), "]".repeat(200));
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(64 * 1024 - 7));
    for text in ["null", "[]", "1", "\"{}\"", &deep, &large] {
        let request = UpdateSignupRequest { state: Some(json(text)), ..nothing() };
        assert!(matches!(refused(request).await, SignupError::State), "{} bytes", text.len());
    }
    let largest = json(&format!("{{\"a\":\"{}\"}}", "x".repeat(64 * 1024 - 8)));
    assert_eq!(largest.as_str().len(), 64 * 1024);
    let request = UpdateSignupRequest { state: Some(largest.clone()), ..nothing() };
    assert_eq!(written(house(&signup()), request).await.state, largest);
}

#[tokio::test]
async fn nothing_is_hashed_for_a_request_that_is_wrong_elsewhere() {
    let with_password = auth(&[("password", "another")]);
    for request in [
        UpdateSignupRequest { state: Some(RawJson::parse("[]").unwrap()), ..with_password.clone() },
        UpdateSignupRequest { form_data: Some(json("1")), ..with_password.clone() },
        UpdateSignupRequest {
            notification: Some(NotificationRequest {
                email: Some("nonsense".to_owned()),
                ..NotificationRequest::default()
            }),
            ..with_password
        },
    ] {
        refused(request).await;
    }
}

#[tokio::test]
async fn a_password_that_cannot_be_hashed_now_is_no_refusal() {
    let mut house = house(&signup());
    house.passwords.expect_hash().times(1).returning(|_| Err(PasswordsError::Busy));
    let house = house.open();
    let failed = update(&house, auth(&[("password", "another")])).await;
    assert_refused!(failed, SignupError::Passwords(PasswordsError::Busy));
    assert!(house.wrote_nothing());
}

#[tokio::test]
async fn an_account_that_is_gone_is_not_changed() {
    let mut house = House::default();
    house.door(signup_provider(), form());
    house.signups(&[]);
    let house = house.open();
    let failed = update(&house, fields(r#"{"marker":"last_name","value":"x"}"#)).await;
    assert_refused!(failed, SignupError::SignedOut);
    assert!(!house.committed());
}

#[tokio::test]
async fn a_sign_in_that_ended_meanwhile_changes_nothing() {
    let mut house = House::default();
    house.door(signup_provider(), form());
    house.ended_meanwhile();
    house.signups(&[signup()]);
    let house = house.open();
    let refused = update(&house, fields(r#"{"marker":"last_name","value":"x"}"#)).await;
    assert_refused!(refused, SignupError::SignedOut);
    assert!(!house.committed());
}
