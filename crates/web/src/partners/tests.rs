//! Answers to the letter of the contract, over a store of mocks.

mod anything;
mod every_answer;
mod languages;

use std::sync::Arc;

use actix_web::test::TestRequest;
use chrono::TimeDelta;
use portico_application::{Ports, UseCases};
use portico_domain::{
    email::{Email, EmailAddress, EmailState},
    id::{EmailId, PartnerId, PartnerKeyId, UserId},
    letter::SealedSecret,
    partner::{
        CheckResult, Claim, Dictation, DictationId, Language as DictationLanguage, Partner, PartnerBearer,
        PartnerKey, PartnerName,
    },
    ports::mocks::{CountingEntropy, MockPasswords, MockSealer, MockTransaction},
    token::PlainToken,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Site,
    testing::{Answer, now, ports, send, site, user},
};

const AUTH_USER: &str = "/api/public/auth_user/";
const SAVE: &str = "/api/public/save_check_result/";
/// The key of [`partner`].
const KEY: &str = "portico_key_x";
const MODEL: &str = " {\"mark\" : 4.0,\"\\u0000\":[1e2]}\n";

fn partner() -> Partner {
    Partner {
        id: PartnerId::from_uuid(Uuid::from_u128(7)),
        name: PartnerName::parse("Diktado").unwrap(),
        created_at: now(),
        revoked_at: None,
    }
}

/// A store that knows the partner, its person [`user`], who has every address, and its dictation `autumn`.
fn known() -> MockTransaction {
    let mut transaction = MockTransaction::default();
    transaction.partners.expect_find_bearer().returning(|digest| {
        let key = PartnerKey {
            id: PartnerKeyId::generate(now(), &CountingEntropy::default()),
            partner: partner().id,
            digest: PlainToken::presented(KEY).digest(),
            prefix: KEY.to_owned(),
            created_at: now(),
            valid_until: None,
            last_used_at: Some(now()),
        };
        Ok((*digest == key.digest).then(|| PartnerBearer { partner: partner(), key }))
    });
    transaction.partners.expect_has_user().returning(|_, person| Ok(person == user().id));
    transaction.emails.expect_find_holder().returning(|_| Ok(Some(holder())));
    transaction.dictations.expect_find().returning(|partner, id| {
        let language = DictationLanguage::parse("ru").unwrap();
        let (title, created_at) = ("Осень".to_owned(), now());
        let dictation = Dictation { partner, id: id.clone(), title, language, created_at, retired_at: None };
        Ok((id.as_str() == "autumn").then_some(dictation))
    });
    transaction
}

fn holder() -> Email {
    Email {
        id: EmailId::generate(now(), &CountingEntropy::default()),
        user: user().id,
        address: EmailAddress::parse("ann@example.org").unwrap(),
        state: EmailState::Verified { at: now() - TimeDelta::days(1) },
        is_default: true,
        created_at: now(),
    }
}

/// The same, that keeps results; each is looked at.
fn keeping(look: impl Fn(&CheckResult) + Send + 'static) -> MockTransaction {
    let mut transaction = known();
    transaction.check_results.expect_add().returning(move |result| {
        look(result);
        Ok(())
    });
    transaction.webhooks.expect_list().returning(|_| Ok(Vec::new()));
    transaction
}

fn result() -> Value {
    json!({
        "key": KEY,
        "user": user().id.to_string(),
        "dict": "autumn",
        "text": "Осень",
        "model": MODEL,
    })
}

/// With other fields.
fn with(mut body: Value, more: &Value) -> Value {
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

async fn post(transaction: MockTransaction, path: &str, body: &Value) -> Answer {
    send(&site(transaction), TestRequest::post().uri(path).set_payload(body.to_string())).await
}

/// What every answer carries, besides what it says.
#[track_caller]
fn assert_said(answer: &Answer, status: u16, body: &Value) {
    assert_eq!((answer.status.as_u16(), &answer.json()), (status, body), "{}", answer.body);
    let said = ["Allow", "Content-Type", "Vary"].map(|name| {
        let all: Vec<_> = answer.headers.get_all(name).map(|value| value.to_str().unwrap()).collect();
        all.join(" | ")
    });
    assert_eq!(said, ["POST, OPTIONS", "application/json", "Accept"]);
}

#[actix_web::test]
async fn whoever_has_an_address_is_found() {
    for login in ["Ann", &"ж".repeat(150)] {
        let body = json!({ "key": KEY, "email": " Ann@Example.org ", "login": login });
        let answer = post(known(), AUTH_USER, &body).await;
        assert_said(&answer, 200, &json!({ "success": true, "user": user().id.to_string() }));
        let user = answer.body.find("user").unwrap();
        assert!(answer.body.find("success").unwrap() < user, "{}", answer.body);
    }
    let request = TestRequest::post()
        .uri("/api/public/auth_user")
        .insert_header(("Authorization", format!("Bearer {KEY}")));
    let body = json!({ "email": "ann@example.org", "login": "Ann" }).to_string();
    let answer = send(&site(known()), request.set_payload(body)).await;
    assert_said(&answer, 200, &json!({ "success": true, "user": user().id.to_string() }));
}

#[actix_web::test]
async fn all_faulty_fields_of_a_person_are_told_at_once() {
    let email = "Введите корректный адрес электронной почты.";
    let faults = json!({ "key": ["Please enter a valid key."], "email": [email] });
    let answer = post(known(), AUTH_USER, &json!({ "key": "x", "email": "nobody", "login": "Ann" })).await;
    assert_said(&answer, 400, &faults);
    assert_eq!(answer.body, faults.to_string());
    let required = ["Обязательное поле."];
    let all = json!({ "key": required, "email": required, "login": required });
    for body in [json!({}), json!({ "key": null, "email": null, "login": "  " })] {
        let body = with(body, &json!({ "dict": 1 }));
        assert_said(&post(MockTransaction::default(), AUTH_USER, &body).await, 400, &all);
    }
    let long = json!({
        "key": KEY,
        "email": format!("{}@example.org", "x".repeat(250)),
        "login": "ж".repeat(151),
    });
    let faults = json!({
        "email": ["Must be at most 254 characters."],
        "login": ["Must be at most 150 characters."],
    });
    assert_said(&post(known(), AUTH_USER, &long).await, 400, &faults);
    let odd = json!({ "key": [KEY], "email": 7, "login": "a\nb" });
    let login = "Please enter a valid login.";
    let faults = json!({ "key": ["Please enter a valid key."], "email": [email], "login": [login] });
    assert_said(&post(MockTransaction::default(), AUTH_USER, &odd).await, 400, &faults);
}

#[actix_web::test]
async fn a_result_is_kept_byte_for_byte() {
    let kept = keeping(|result| {
        assert_eq!((result.partner, result.user), (partner().id, user().id));
        assert_eq!(result.dictation, DictationId::parse("autumn").unwrap());
        assert_eq!((result.text.as_str(), result.model.as_str()), ("Осень", MODEL));
        assert!(result.page_token.is_none());
    });
    assert_said(&post(kept, SAVE, &result()).await, 200, &json!({ "success": true }));
}

#[actix_web::test]
async fn a_link_to_a_result_is_mailed_to_whoever_wrote() {
    for (wish, letters) in [(json!({ "sendEmailToUser": true }), 1), (json!({ "sendEmailToUser": false }), 0)]
    {
        let mut transaction = keeping(move |result| assert_eq!(result.page_token.is_some(), letters == 1));
        transaction.emails.expect_list_of().returning(|_| Ok(vec![holder()]));
        transaction.outbox.expect_add().times(letters).returning(|_| Ok(()));
        let mut sealer = MockSealer::new();
        sealer.expect_seal().returning(|_, _| SealedSecret::from_bytes(b"sealed".to_vec()));
        let ports = Ports { sealer: Arc::new(sealer), ..ports(transaction, MockPasswords::new()) };
        let site = Site::new(UseCases::new(&ports)).unwrap();
        let body = with(result(), &wish).to_string();
        let answer = send(&site, TestRequest::post().uri(SAVE).set_payload(body)).await;
        assert_said(&answer, 200, &json!({ "success": true }));
    }
}

#[actix_web::test]
async fn all_faulty_fields_of_a_result_are_told_at_once() {
    let body =
        json!({ "key": "x", "user": "611c9e9b8ffa577616d4fa3c", "dict": "x/y", "text": "", "model": "[]" });
    let faults = json!({
        "key": ["Please enter a valid key."],
        "user": ["Please enter a valid user."],
        "dict": ["Please enter a valid dict."],
        "model": ["Please enter a valid model."],
    });
    let answer = post(known(), SAVE, &body).await;
    assert_said(&answer, 400, &faults);
    assert_eq!(answer.body, faults.to_string());
    let required = ["Обязательное поле."];
    let all = json!({
        "key": required,
        "user": required,
        "dict": required,
        "text": required,
        "model": required,
        "sendEmailToUser": ["Must be a valid boolean."],
    });
    let body = json!({ "sendEmailToUser": null });
    assert_said(&post(MockTransaction::default(), SAVE, &body).await, 400, &all);
    let large =
        json!({ "text": "x".repeat(256 * 1024 + 1), "model": format!("{{}}{}", " ".repeat(2 << 20)) });
    let faults = json!({ "text": ["Must be at most 256 KiB."], "model": ["Must be at most 2 MiB."] });
    assert_said(&post(known(), SAVE, &with(result(), &large)).await, 400, &faults);
    // Nobody's person and nobody's dictation are told like other people's.
    for (field, value) in
        [("user", UserId::from_uuid(Uuid::nil()).to_string()), ("dict", "winter".to_owned())]
    {
        let answer = post(known(), SAVE, &with(result(), &json!({ field: value }))).await;
        assert_said(&answer, 400, &json!({ field: [format!("Please enter a valid {field}.")] }));
    }
}

#[actix_web::test]
async fn a_call_under_a_name_is_done_once() {
    let named = async |transaction, name: &str| {
        let request = TestRequest::post().uri(SAVE).insert_header(("Idempotency-Key", name.to_owned()));
        send(&site(transaction), request.set_payload(result().to_string())).await
    };
    for (claim, status, body) in [
        (Claim::New, 200, json!({ "success": true })),
        (Claim::Repeated, 200, json!({ "success": true })),
        (Claim::Taken, 409, json!({ "detail": "Another call has this Idempotency-Key." })),
    ] {
        let mut store = keeping(move |_| assert_eq!(claim, Claim::New));
        store.idempotency_keys.expect_claim().times(1).returning(move |request| {
            assert_eq!((request.partner, request.key.as_str()), (partner().id, "call-1"));
            Ok(claim)
        });
        assert_said(&named(store, "call-1").await, status, &body);
    }
    let answer = named(MockTransaction::default(), "two words").await;
    let faults = json!({ "Idempotency-Key": ["Please enter a valid Idempotency-Key."] });
    assert_said(&answer, 400, &faults);
}
