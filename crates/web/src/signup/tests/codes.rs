//! Codes.

use portico_domain::{
    code::{CodeMac, CodeSubject, VerificationCode},
    letter::SealedSecret,
    password::PasswordHash,
    ports::mocks::{MockCodeAuthenticator, MockSealer},
};

use super::*;

fn subject() -> CodeSubject {
    CodeSubject::Signup { provider: ProviderId::from_number(1), login: signup().login }
}

/// A site that sent a code to [`signup`] `age` ago, after `tries` wrong ones. The right code is `123456`.
fn site_with(age: TimeDelta, tries: u16) -> Site {
    let mut transaction = door(provider(json!({})));
    let mac = CodeMac::from_bytes([1; 32]);
    let code = VerificationCode::issue(subject(), mac, now() - age, TimeDelta::minutes(2));
    let code = VerificationCode { tries, ..code };
    transaction.codes.expect_find().returning(move |asked| Ok((*asked == subject()).then(|| code.clone())));
    transaction.codes.expect_count_try().returning(|_| Ok(()));
    transaction.codes.expect_remove().returning(|_| Ok(()));
    transaction
        .signups
        .expect_find_by_login()
        .returning(|_, login| Ok((*login == signup().login).then(signup)));
    transaction.emails.expect_find_holder().returning(|_| Ok(None));
    transaction.signups.expect_write().returning(|_, _, _| Ok(()));
    transaction.signup_sessions.expect_end_all_of().returning(|_, _, _| Ok(()));
    let mut codes = MockCodeAuthenticator::new();
    codes.expect_mac().returning(|_, code| CodeMac::from_bytes([u8::from(code.reveal() == "123456"); 32]));
    let mut passwords = MockPasswords::new();
    passwords.expect_hash().returning(|_| Ok(PasswordHash::from_phc("hash".to_owned())));
    let mut ports = ports(transaction, passwords);
    (ports.codes, ports.sealer) = (Arc::new(codes), Arc::new(sealer()));
    site_of(&ports)
}

/// A sealer of whatever there is.
pub(super) fn sealer() -> MockSealer {
    let mut sealer = MockSealer::new();
    sealer.expect_seal().returning(|_, _| SealedSecret::from_bytes(vec![1]));
    sealer
}

fn fresh() -> Site {
    site_with(TimeDelta::seconds(5), 0)
}

/// What a client sends along with a code.
fn tried(code: &Value) -> Value {
    json!({ "userIdentifier": "Ann@Example.org", "eventIdentifier": "auth", "code": code })
}

#[actix_web::test]
async fn a_code_that_is_checked_is_right_or_wrong() {
    let (site, path) = (fresh(), format!("{USERS}/check-code"));
    for (code, right) in [(json!("123456"), "true"), (json!(123_456), "true"), (json!("1"), "false")] {
        let answer = send(&site, posting(&path, &tried(&code))).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (201, right));
        assert_eq!(answer.header("Content-Type"), "application/json");
    }
    let request = posting(&path, &tried(&json!("1")));
    assert_refused(&site_with(TimeDelta::zero(), 4), request, 429, "Too many wrong codes were tried").await;
    let old = site_with(TimeDelta::minutes(2), 0);
    assert_refused(&old, posting(&path, &tried(&json!("123456"))), 400, "Code is wrong or has expired").await;
    let body = with(tried(&json!("1")), json!({ "eventIdentifier": "x\"y" }));
    let text = "Event \"x\"y\" with formType \"send_code\" not found";
    assert_refused(&site, posting(&path, &body), 404, text).await;
}

#[actix_web::test]
async fn a_code_that_was_sent_just_now_is_not_sent_again() {
    let answer = send(&site_with(TimeDelta::milliseconds(12_500), 0), generate()).await;
    assert_problem(&answer, 429, "User already has a code");
    assert_eq!(answer.header("Retry-After"), "18");
}

fn generate() -> TestRequest {
    let body = json!({ "userIdentifier": "Ann@Example.org", "eventIdentifier": "auth" });
    posting(&format!("{USERS}/generate-code"), &body)
}

#[actix_web::test]
async fn a_code_on_its_way_is_answered_without_a_body() {
    let mut transaction = door(provider(json!({})));
    transaction.codes.expect_find().returning(|_| Ok(None));
    transaction.codes.expect_put().times(1).returning(|_| Ok(()));
    transaction.signups.expect_find_by_login().returning(|_, _| Ok(None));
    let mut codes = MockCodeAuthenticator::new();
    codes.expect_mac().returning(|_, _| CodeMac::from_bytes([1; 32]));
    let mut ports = ports_of(transaction);
    (ports.codes, ports.sealer) = (Arc::new(codes), Arc::new(sealer()));
    let answer = send(&site_of(&ports), generate()).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (201, ""));
}

#[actix_web::test]
async fn a_code_makes_active() {
    let (site, path) = (fresh(), format!("{USERS}/activate"));
    let body = json!({ "userIdentifier": "Ann@Example.org", "code": "123456" });
    let answer = send(&site, posting(&path, &body)).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (201, "true"));
    for wrong in [json!({ "code": "1" }), json!({ "userIdentifier": "nobody" })] {
        let request = posting(&path, &with(body.clone(), wrong));
        assert_refused(&site, request, 400, "Code is wrong or has expired").await;
    }
}

/// What a client sends to change its password.
fn change(more: Value) -> Value {
    let whole = json!({ "type": 2, "password1": "54321", "password2": "54321" });
    with(with(tried(&json!("123456")), whole), more)
}

#[actix_web::test]
async fn a_code_allows_another_password() {
    let (site, path) = (fresh(), format!("{USERS}/change-password"));
    for more in [
        json!({}),
        json!({ "type": 1 }),
        json!({ "type": "1" }),
        json!({ "type": "2", "eventIdentifier": "unknown" }),
        json!({ "eventIdentifier": null }),
        json!({ "password1": 54321 }),
    ] {
        let answer = send(&site, posting(&path, &change(more.clone()))).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (201, "true"), "{more}");
    }
    for (more, text) in [
        (json!({ "type": 3 }), "type must be 1 or 2"),
        (json!({ "type": "one" }), "type must be 1 or 2"),
        (json!({ "type": null }), "type must be 1 or 2"),
        (json!({ "type": true }), "type must be a string"),
        (json!({ "password2": "other" }), "Passwords are empty or differ"),
        (json!({ "password1": "" }), "password1 should not be empty"),
        (json!({ "code": "1" }), "Code is wrong or has expired"),
    ] {
        assert_refused(&site, posting(&path, &change(more)), 400, text).await;
    }
}

#[actix_web::test]
async fn each_body_names_its_first_missing_field() {
    let site = fresh();
    for (path, fields) in [
        ("generate-code", vec!["userIdentifier", "eventIdentifier"]),
        ("check-code", vec!["userIdentifier", "eventIdentifier", "code"]),
        ("activate", vec!["userIdentifier", "code"]),
        ("change-password", vec!["userIdentifier", "code", "password1", "password2"]),
    ] {
        for field in fields {
            for nothing in [json!(null), json!("")] {
                let mut body = change(json!({}));
                body[field] = nothing;
                let text = format!("{field} should not be empty");
                assert_refused(&site, posting(&format!("{USERS}/{path}"), &body), 400, &text).await;
            }
            let mut body = change(json!({}));
            body[field] = json!(["x"]);
            let text = format!("{field} must be a string");
            assert_refused(&site, posting(&format!("{USERS}/{path}"), &body), 400, &text).await;
        }
    }
}
