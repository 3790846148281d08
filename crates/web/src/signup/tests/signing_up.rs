//! Signing up.

use portico_domain::{
    code::CodeMac, password::PasswordHash, ports::mocks::MockCodeAuthenticator, signup::NewSignup,
};

use super::{codes::sealer, *};

/// A site at whose provider nobody has signed up, and that takes the password `12345`.
fn welcoming(more: Value) -> Site {
    let mut transaction = door(provider(more));
    transaction.signups.expect_is_taken().returning(|_, _, _| Ok(false));
    transaction.users.expect_add().returning(|_| Ok(user()));
    transaction.emails.expect_add().returning(|_| Ok(()));
    transaction.codes.expect_remove().returning(|_| Ok(()));
    transaction.codes.expect_put().returning(|_| Ok(()));
    transaction.outbox.expect_add().returning(|_| Ok(()));
    transaction.signups.expect_add().returning(|new: &NewSignup, _| {
        let NewSignup { login, form_data, notification, locale, status, .. } = new.clone();
        let state = RawJson::empty_object();
        Ok(Signup { login, form_data, notification, locale, status, state, version: 1, ..signup() })
    });
    let mut passwords = MockPasswords::new();
    let asked = passwords.expect_hash().withf(|password| password.reveal() == "12345");
    asked.returning(|_| Ok(PasswordHash::from_phc("hash".to_owned())));
    let mut codes = MockCodeAuthenticator::new();
    codes.expect_mac().returning(|_, _| CodeMac::from_bytes([1; 32]));
    let mut ports = ports(transaction, passwords);
    (ports.codes, ports.sealer) = (Arc::new(codes), Arc::new(sealer()));
    site_of(&ports)
}

/// The least that is asked for.
fn least() -> Value {
    json!({
        "authData": [
            { "marker": "email_reg", "value": "Ann@Example.org" },
            { "marker": "password_reg", "value": "12345" },
        ],
        "notificationData": { "email": "ann@example.org" },
    })
}

fn sign_up(body: &Value) -> TestRequest {
    posting(&format!("{USERS}/sign-up"), body)
}

/// What is answered to [`least`], but for the system code.
fn newcomer() -> Value {
    json!({
        "id": 1764,
        "updatedDate": "2024-01-15T00:00:00.169Z",
        "version": 1,
        "identifier": "Ann@Example.org",
        "isActive": true,
        "authProviderId": 1,
        "formIdentifier": "reg",
        "attributeSetId": 9,
        "formData": [{ "marker": "email_reg", "type": "string", "value": "Ann@Example.org" }],
        "notificationData": { "email": "ann@example.org", "phonePush": [] },
        "locale": "en_US",
        "createdDate": "2024-01-14T00:00:00.000Z",
        "importId": null,
        "deletedAt": null,
        "isDeleted": false,
        "state": {},
        "rating": {},
    })
}

#[actix_web::test]
async fn a_newcomer_is_shown_whole_and_without_his_password() {
    let answer = send(&welcoming(json!({})), sign_up(&least())).await;
    assert_eq!((answer.status.as_u16(), answer.json()), (201, newcomer()), "{}", answer.body);
    assert!(!answer.body.contains("12345"), "{}", answer.body);
}

#[actix_web::test]
async fn what_he_filled_in_comes_back_flat_in_his_language() {
    let site = welcoming(json!({}));
    let item = json!({ "marker": "last_name", "type": "string", "value": "İkinci isim" });
    let login = json!({ "marker": "email_reg", "type": "string", "value": "Ann@Example.org" });
    for form_data in [
        json!({ "tr_TR": [item] }),
        json!([item]),
        item.clone(),
        // T8: a client that tries again wraps once more.
        json!({ "tr_TR": [{ "tr_TR": [item] }] }),
    ] {
        let body =
            with(least(), json!({ "formData": form_data, "langCode": "tr_TR", "formIdentifier": "reg" }));
        let answer = send(&site, sign_up(&body)).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        assert_eq!(answer.json()["formData"], json!([login, item]), "{form_data}");
        assert_eq!(answer.json()["locale"], "tr_TR");
    }
}

#[actix_web::test]
async fn the_code_is_told_where_the_provider_exposes_it_and_its_end_always() {
    let checked = json!({ "isCheckCode": true });
    let answer = send(&welcoming(checked.clone()), sign_up(&least())).await;
    let code = json!({ "systemCode": { "expiredDate": "2024-01-15T00:02:00.000Z" }, "isActive": false });
    assert_eq!(answer.json(), with(newcomer(), code), "{}", answer.body);
    let config = json!({ "config": { "exposeSystemCode": true, "systemCodeLength": "4" } });
    let answer = send(&welcoming(with(checked, config)), sign_up(&least())).await;
    assert_eq!(answer.json()["systemCode"]["value"].as_str().map(str::len), Some(4), "{}", answer.body);
}

#[actix_web::test]
async fn ways_to_reach_him_come_back_as_texts() {
    let site = welcoming(json!({}));
    for (given, expected) in [
        (
            json!({ "phonePush": "", "phoneSMS": 79_991_234_567_u64 }),
            json!({ "phonePush": [], "phoneSMS": "79991234567" }),
        ),
        (json!({ "phonePush": "+99", "phoneSMS": "" }), json!({ "phonePush": ["+99"] })),
        (json!({ "phonePush": ["+99", 88], "phoneSMS": null }), json!({ "phonePush": ["+99", "88"] })),
        (json!({ "phonePush": null }), json!({ "phonePush": [] })),
    ] {
        let email = json!({ "email": "ann@example.org" });
        let body = with(least(), json!({ "notificationData": with(email.clone(), given) }));
        let answer = send(&site, sign_up(&body)).await;
        assert_eq!(answer.json()["notificationData"], with(email, expected), "{}", answer.body);
    }
}

#[actix_web::test]
async fn what_is_wrong_with_his_form_is_told() {
    let site = welcoming(json!({}));
    let credentials = "Login or password values are missed";
    let item = |more| json!([with(json!({ "marker": "last_name", "type": "string", "value": "x" }), more)]);
    let fields = "formData's marker 'last_name' value is missing or incorrect";
    for (more, status, text) in [
        (json!({ "authData": null }), 400, credentials),
        (json!({ "authData": [] }), 400, credentials),
        (json!({ "authData": {} }), 400, "authData must be an array"),
        (json!({ "authData": [7] }), 400, "authData.0 must be an object"),
        (json!({ "authData": [{}] }), 400, "authData.0.marker should not be empty"),
        (
            json!({ "authData": [{ "marker": "x", "value": "" }] }),
            400,
            "authData.0.value should not be empty",
        ),
        (json!({ "authData": [{ "marker": "x", "value": true }] }), 400, "authData.0.value must be a string"),
        (
            json!({ "authData": [{ "marker": "x", "value": "y", "type": "string" }] }),
            400,
            "property authData.0.type should not exist",
        ),
        (json!({ "formIdentifier": "contact" }), 404, "Form \"contact\" not found"),
        (json!({ "formIdentifier": 7 }), 400, "formIdentifier must be a string"),
        (json!({ "formData": item(json!({ "type": "integer" })) }), 400, fields),
        (
            json!({ "formData": "text" }),
            400,
            "formData must be an array of items, one item, or an object of them by language",
        ),
        (json!({ "formData": [] }), 400, "empty form data section"),
        (json!({ "langCode": "english" }), 400, "langCode must be a language code such as en_US"),
        (json!({ "langCode": 7 }), 400, "langCode must be a string"),
        (json!({ "notificationData": null }), 400, "notificationData.email should not be empty"),
        (json!({ "notificationData": "x" }), 400, "notificationData must be an object"),
        (json!({ "notificationData": { "email": 7 } }), 400, "notificationData.email must be a string"),
        (json!({ "notificationData": { "email": "x" } }), 400, "notificationData.email must be an email"),
        (
            json!({ "notificationData": { "phonePush": {} } }),
            400,
            "notificationData.phonePush must be a string or an array of strings",
        ),
        (
            json!({ "notificationData": { "phoneSMS": [] } }),
            400,
            "notificationData.phoneSMS must be a string",
        ),
    ] {
        let request = sign_up(&with(least(), more));
        assert_refused(&site, request, status, text).await;
    }
    let elsewhere = format!("{USERS}/sign-up").replace("email", "other");
    assert_refused(&site, posting(&elsewhere, &least()), 404, "Auth provider not found").await;
}

#[actix_web::test]
async fn a_login_that_is_taken_is_told() {
    let mut transaction = door(provider(json!({})));
    transaction.signups.expect_is_taken().returning(|_, _, _| Ok(true));
    let text = "User with this login already exists";
    assert_refused(&site(transaction), sign_up(&least()), 400, text).await;
}

#[actix_web::test]
async fn numbers_in_auth_data_are_taken_for_their_texts() {
    let mut body = least();
    body["authData"][1]["value"] = json!(12345);
    assert_eq!(send(&welcoming(json!({})), sign_up(&body)).await.status, 201);
}
