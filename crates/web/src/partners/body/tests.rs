//! What bodies can hold, over a path that answers what it was asked.

use std::time::Duration;

use actix_web::{FromRequest as _, http::header::AUTHORIZATION, test::TestRequest};
use futures_util::stream;

use super::*;
use crate::surroundings::BodyTime;

/// What was asked, as a text.
struct Asked(String);

impl Request for Asked {
    const FIELDS: &'static [PartnerField] =
        &[PartnerField::Key, PartnerField::Text, PartnerField::SendEmailToUser];

    fn read(fields: &Fields<'_>) -> Self {
        let key = fields.key().map(|key| key.reveal().to_owned());
        let text = fields.text(PartnerField::Text);
        let flag = fields.flag(PartnerField::SendEmailToUser);
        Self(format!("{key:?} {text:?} {flag:?}"))
    }
}

async fn send(request: TestRequest) -> Call<Asked> {
    let (request, mut payload) = request.to_http_parts();
    let Ok(call) = Call::from_request(&request, &mut payload).await;
    call
}

async fn asked(body: impl Into<actix_web::web::Bytes>) -> Result<String, Problem> {
    let call = send(TestRequest::post().set_payload(body)).await;
    call.read().map(|Asked(text)| text)
}

const NOTHING: &str = "Err(Required) Err(Required) Ok(false)";

#[actix_web::test]
async fn what_is_missing_or_null_is_told_from_what_is_wrong() {
    for (body, expected) in [
        ("{}", NOTHING),
        (r#" {"key":null,"text":null,"what":{"ever":[1e999]}} "#, NOTHING),
        (r#"{"key":"k","text":"","sendEmailToUser":true}"#, r#"Ok("k") Ok("") Ok(true)"#),
        (r#"{"key":7,"text":true,"sendEmailToUser":null}"#, "Err(Invalid) Err(Invalid) Err(Invalid)"),
        (r#"{"key":[],"text":{},"sendEmailToUser":"true"}"#, "Err(Invalid) Err(Invalid) Err(Invalid)"),
        (r#"{"key":1e999,"text":"\ud800","sendEmailToUser":1}"#, "Err(Invalid) Err(Invalid) Err(Invalid)"),
        (r#"{"\u006bey":"\u0000","text":"\ud83d\ude00\n"}"#, r#"Ok("\0") Ok("😀\n") Ok(false)"#),
        (r#"{"text":7,"text":"a","text":"b","key":"x","key":null}"#, r#"Err(Required) Ok("b") Ok(false)"#),
    ] {
        assert_eq!(asked(body).await.as_deref(), Ok(expected), "{body}");
    }
}

#[actix_web::test]
async fn what_is_no_json_object_is_refused() {
    for body in [
        "",
        " ",
        "{",
        "{}{}",
        "{'a':1}",
        "{\"a\":nul}",
        "{\"text\":\"a\nb\"}",
        "{\"text\":01}",
        "\u{feff}{}",
        "[]",
        "7",
        "null",
        "\"{}\"",
        r#"["k","t"]"#,
        r#"{"\ud800":1}"#,
    ] {
        assert_eq!(asked(body).await, Err(not_json()), "{body}");
    }
    assert_eq!(asked(&b"{\"text\":\"\xff\"}"[..]).await, Err(not_json()));
}

#[actix_web::test]
async fn the_head_shows_a_key_when_the_body_has_none() {
    for (body, expected) in [
        ("{}", r#"Ok("from the head")"#),
        (r#"{"key":null}"#, r#"Ok("from the head")"#),
        (r#"{"key":"from the body"}"#, r#"Ok("from the body")"#),
        (r#"{"key":7}"#, "Err(Invalid)"),
    ] {
        let request = TestRequest::post().insert_header((AUTHORIZATION, "bearer from the head"));
        let Asked(text) = send(request.set_payload(body)).await.read().unwrap();
        assert!(text.starts_with(expected), "{body}: {text}");
    }
    let request = TestRequest::post().insert_header((AUTHORIZATION, "Basic aGk6aG8="));
    assert_eq!(send(request.set_payload("{}")).await.read().unwrap().0, NOTHING);
}

#[actix_web::test]
async fn neither_the_type_nor_the_depth_of_a_body_matters() {
    let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
    assert_eq!(asked(format!(r#"{{"what":{deep}}}"#)).await.unwrap(), NOTHING);
    let wrong = "Err(Invalid) Err(Invalid) Err(Invalid)";
    let body = format!(r#"{{"key":{deep},"text":{deep},"sendEmailToUser":{deep}}}"#);
    assert_eq!(asked(body).await.unwrap(), wrong);
    assert_eq!(asked(deep).await, Err(not_json()));
    assert_eq!(asked(r#"{"text":"#.repeat(100_000)).await, Err(not_json()));
    for kind in ["text/plain", "application/x-www-form-urlencoded", ""] {
        let request = TestRequest::post().insert_header(("Content-Type", kind)).set_payload("{}");
        assert_eq!(send(request).await.read().unwrap().0, NOTHING, "{kind}");
    }
}

#[actix_web::test]
async fn a_body_has_sixteen_mebibytes_at_most() {
    let of = |size: usize| format!("{{\"x\":\"{}\"}}", "x".repeat(size - 8));
    assert_eq!(asked(of(LIMIT)).await.unwrap(), NOTHING);
    assert_eq!(asked(of(LIMIT + 1)).await, Err(too_large()));
    let digits = format!(r#"{{"key":{}}}"#, "9".repeat(LIMIT / 2));
    assert_eq!(asked(digits).await.unwrap(), "Err(Invalid) Err(Required) Ok(false)");
    let long = format!(r#"{{"key":"{}"}}"#, "k".repeat(MAX_KEY + 1));
    assert_eq!(asked(long).await.unwrap(), "Err(Invalid) Err(Required) Ok(false)");
}

#[actix_web::test]
async fn a_call_has_one_name_or_none() {
    let named = async |names: &[&str]| {
        let request = names.iter().fold(TestRequest::post().set_payload("{}"), |request, name| {
            request.append_header((IDEMPOTENCY_KEY, (*name).to_owned()))
        });
        send(request).await.read_named().map(|(_, name)| name)
    };
    assert_eq!(named(&[]).await, Ok(None));
    assert_eq!(named(&["call-1"]).await.unwrap().unwrap().as_str(), "call-1");
    let long = "x".repeat(256);
    for names in [&["a", "b"][..], &["a", "a"], &[""], &["a b"], &["имя"], &[&long]] {
        let expected = Problem::invalid_idempotency_key(Language::Original);
        assert_eq!(named(names).await, Err(expected), "{names:?}");
    }
}

#[actix_web::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let patience = BodyTime(Duration::from_millis(20));
    let request = TestRequest::post().app_data(patience).to_http_request();
    let mut payload: dev::Payload = dev::Payload::Stream { payload: Box::pin(stream::pending()) };
    let Ok(call) = Call::<Asked>::from_request(&request, &mut payload).await;
    assert_eq!(call.read().err(), Some(too_slow()));
}
