//! Answers to the letter of the contract, over a store of mocks.

mod callers;
mod codes;
mod providers;
mod signing_up;

use std::sync::Arc;

use actix_web::test::TestRequest;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use portico_application::{Ports, UseCases};
use portico_domain::{
    id::{FormId, ProviderId, SignupId},
    json::RawJson,
    policy::{Policy, SignupPolicy},
    ports::{
        AccessClaims, AccessTokenError,
        mocks::{CountingEntropy, MockAccessTokens, MockPasswords, MockTransaction},
    },
    signup::{
        Device, Form, FormData, FormDefinition, Locale, Login, NotificationData, Provider,
        ProviderDefinition, Signup, SignupBearer, SignupSession, SignupStatus,
    },
    token::PlainToken,
    user::UserState,
};
use serde_json::{Value, json};

use crate::{
    Site,
    testing::{Answer, now, ports, send, user},
};

/// Where the provider's people are.
pub(super) const USERS: &str = "/api/content/users-auth-providers/marker/email/users";
/// The access token of [`bearer`].
pub(super) const ACCESS: &str = "access-token";
/// The token of the only application, where one is asked for.
pub(super) const APP: &str = "app-token";

/// A device as clients tell of it.
pub(super) const DEVICE: &str =
    r#"{"fingerprint":"UQ_x","deviceInfo":{"os":"Node.js","browser":"Node.js/x","location":"en-US"}}"#;

/// The provider `email`, with these keys besides.
pub(super) fn provider(more: Value) -> Provider {
    let definition = with(json!({ "identifier": "email", "formIdentifier": "reg" }), more);
    let definition = ProviderDefinition::parse(&definition).unwrap();
    Provider { id: ProviderId::from_number(1), version: 3, definition }
}

/// The form `reg`, whose fields for login and password have odd names.
pub(super) fn form() -> Form {
    let field = |marker: &str, more| with(json!({ "marker": marker, "type": "string" }), more);
    let definition = FormDefinition::parse(&json!({
        "identifier": "reg",
        "type": "sing_in_up",
        "attributeSetId": 9,
        "attributes": [
            field("email_reg", json!({ "isLogin": true })),
            field("password_reg", json!({ "isPassword": true })),
            field("last_name", json!({})),
            field("about", json!({})),
        ],
    }));
    Form { id: FormId::from_number(2), version: 1, definition: definition.unwrap() }
}

/// Somebody who signed up a day ago.
pub(super) fn signup() -> Signup {
    let data = json!({
        "tr_TR": [{ "marker": "last_name", "type": "string", "value": "Soyadı" }],
        "en_US": [{ "marker": "last_name", "type": "string", "value": "Doe" }, { "marker": "about", "value": "" }],
    });
    let data = RawJson::of(&data);
    Signup {
        id: SignupId::from_number(1764),
        provider: ProviderId::from_number(1),
        login: Login::parse("Ann@Example.org").unwrap(),
        password: None,
        form_data: FormData::parse(&data, &Locale::default()).unwrap(),
        notification: NotificationData {
            email: "ann@example.org".to_owned(),
            phone_push: vec!["+999999999".to_owned()],
            phone_sms: Some("+9999999999".to_owned()),
        },
        fcm_tokens: Vec::new(),
        state: RawJson::parse(r#"{"z":1.0,"a":[1e2]}"#).unwrap(),
        locale: Locale::parse("tr_TR").unwrap(),
        status: SignupStatus::Active,
        version: 10,
        user: user().id,
        created_at: now() - TimeDelta::days(1),
        updated_at: now() + TimeDelta::microseconds(169_800),
    }
}

/// What [`ACCESS`] finds.
pub(super) fn bearer() -> SignupBearer {
    let provider = provider(json!({}));
    let (device, entropy) = (Device::parse(DEVICE).unwrap(), CountingEntropy::default());
    let session = SignupSession::open(signup().id, device, &provider.definition.config, now(), &entropy);
    SignupBearer { session, signup: signup(), provider, user_state: UserState::Active }
}

/// A store in which this provider is the only one, with the form `reg`.
pub(super) fn door(provider: Provider) -> MockTransaction {
    let mut transaction = MockTransaction::default();
    let found = move |name: &str| (name == provider.definition.identifier.as_str()).then(|| provider.clone());
    transaction.signup_providers.expect_find().returning(move |name| Ok(found(name.as_str())));
    let found = |name: &str| (name == "reg").then(form);
    transaction.signup_forms.expect_find().returning(move |name| Ok(found(name.as_str())));
    transaction
}

/// The same store, which knows the sign-in of [`ACCESS`] besides.
pub(super) fn signed_in(mut transaction: MockTransaction) -> MockTransaction {
    transaction
        .signup_sessions
        .expect_find_bearer()
        .returning(|session| Ok((session == bearer().session.id).then(bearer)));
    transaction
}

/// Access tokens of which [`ACCESS`] is the only one.
fn access_tokens() -> MockAccessTokens {
    let mut tokens = MockAccessTokens::new();
    tokens.expect_read().returning(|token: &PlainToken, at: DateTime<Utc>| {
        let claims = AccessClaims {
            session: bearer().session.id,
            signup: signup().id,
            provider: "email".to_owned(),
            login: signup().login.as_str().to_owned(),
            user_agent: "Node.js/x".to_owned(),
            issued_at: at,
            expires_at: at + TimeDelta::hours(1),
        };
        if token.reveal() == ACCESS { Ok(claims) } else { Err(AccessTokenError) }
    });
    tokens
}

/// Ports over mocks, which know [`ACCESS`].
pub(super) fn ports_of(transaction: MockTransaction) -> Ports {
    let mut ports = ports(transaction, MockPasswords::new());
    ports.access_tokens = Arc::new(access_tokens());
    ports
}

pub(super) fn site_of(ports: &Ports) -> Site {
    Site::new(UseCases::new(ports)).unwrap()
}

/// A site whose store answers as told, which knows [`ACCESS`].
pub(super) fn site(transaction: MockTransaction) -> Site {
    site_of(&ports_of(transaction))
}

/// The same, for applications with the token [`APP`] alone.
pub(super) fn closed_site(transaction: MockTransaction) -> Site {
    let mut ports = ports_of(transaction);
    let signup =
        SignupPolicy { app_tokens: vec![PlainToken::presented(APP).digest()], ..SignupPolicy::default() };
    ports.policy = Arc::new(Policy { signup, ..Policy::default() });
    site_of(&ports)
}

/// A request of a JSON text.
pub(super) fn posting(path: &str, body: &(impl ToString + ?Sized)) -> TestRequest {
    let request = TestRequest::post().uri(path).insert_header(("Content-Type", "application/json"));
    request.set_payload(body.to_string())
}

/// With further keys.
pub(super) fn with(mut object: Value, more: Value) -> Value {
    let Value::Object(more) = more else { panic!("no object: {more}") };
    object.as_object_mut().unwrap().extend(more);
    object
}

#[track_caller]
pub(super) fn assert_problem(answer: &Answer, status: u16, message: &str) {
    let timestamp = now().to_rfc3339_opts(SecondsFormat::Millis, true);
    let expected =
        json!({ "statusCode": status, "timestamp": timestamp, "message": message, "pageData": null });
    assert_eq!((answer.status.as_u16(), answer.json()), (status, expected), "{}", answer.body);
    assert_eq!(answer.header("Content-Type"), "application/json");
    assert_eq!(answer.header("Cache-Control"), "no-store");
}

/// Sends a request and expects it refused.
pub(super) async fn assert_refused(site: &Site, request: TestRequest, status: u16, message: &str) {
    assert_problem(&send(site, request).await, status, message);
}
