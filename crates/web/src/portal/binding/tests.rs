//! Requests of all shapes, read by a handler of the tests.

use std::{pin::Pin, time::Duration};

use actix_web::{App, HttpResponse, error, test::TestRequest, web::Bytes};
use futures_util::{Stream, stream};
use serde_json::json;

use super::*;
use crate::{
    surroundings::BodyTime,
    testing::{Answer, send_to},
};

type BoxedPayload = Pin<Box<dyn Stream<Item = Result<Bytes, error::PayloadError>>>>;

/// A field of every kind.
#[derive(Debug, PartialEq)]
struct Asked {
    text: String,
    number: Option<i64>,
    flag: Option<bool>,
    texts: Vec<String>,
    numbers: Vec<i64>,
    inner: Option<i64>,
}

impl Request for Asked {
    fn bind(fields: &mut Fields) -> Result<Self, BindFault> {
        Ok(Self {
            text: fields.text("text")?,
            number: fields.given_number("number")?,
            flag: fields.given_flag("flag")?,
            texts: fields.texts("texts")?,
            numbers: fields.numbers("numbers")?,
            inner: fields.object("inner")?.map(|mut inner| inner.number("n")).transpose()?,
        })
    }

    fn refused(fault: BindFault) -> Problem {
        Problem::bad_request(format!("no: {fault}"))
    }
}

async fn answer(asked: Bound<Asked>) -> Result<HttpResponse, Problem> {
    let Asked { text, number, flag, texts, numbers, inner } = asked.read()?;
    Ok(HttpResponse::Ok().json(json!([text, number, flag, texts, numbers, inner])))
}

async fn ask(request: TestRequest) -> Answer {
    send_to(App::new().default_service(web::to(answer)), request).await
}

async fn post(body: &'static str) -> Answer {
    ask(TestRequest::post().insert_header(("Content-Type", "application/json")).set_payload(body)).await
}

async fn get(query: &str) -> Answer {
    ask(TestRequest::get().uri(&format!("/?{query}"))).await
}

fn nothing() -> Value {
    json!(["", null, null, [], [], null])
}

#[track_caller]
fn assert_refused(answer: &Answer, message: &str) {
    assert_eq!((answer.status.as_u16(), answer.json()["message"].as_str()), (400, Some(message)));
}

#[actix_web::test]
async fn fields_of_a_body_are_read_and_others_are_not_looked_at() {
    let body = r#"{"text":"a","number":-7,"flag":true,"texts":["b",null],"numbers":[1,null],"inner":{"n":2},
        "status":"OK","status_code":200,"what":{"ever":[1]}}"#;
    let answer = post(body).await;
    assert_eq!(answer.json(), json!(["a", -7, true, ["b", ""], [1, 0], 2]));
}

#[actix_web::test]
async fn nothing_and_null_are_empty() {
    for body in ["", "  \n", "{}", "null", r#"{"text":null,"number":null,"texts":null,"inner":null}"#] {
        assert_eq!(post(body).await.json(), nothing(), "{body}");
    }
}

#[actix_web::test]
async fn another_type_is_a_fault_that_names_the_field() {
    for (body, fault) in [
        (r#"{"text":7}"#, "text must be a string"),
        (r#"{"number":"7"}"#, "number must be a whole number"),
        (r#"{"number":7.0}"#, "number must be a whole number"),
        (r#"{"number":9223372036854775808}"#, "number must be a whole number"),
        (r#"{"flag":"true"}"#, "flag must be true or false"),
        (r#"{"flag":1}"#, "flag must be true or false"),
        (r#"{"texts":"a"}"#, "texts must be a list of strings"),
        (r#"{"texts":[1]}"#, "texts must be a list of strings"),
        (r#"{"numbers":["1"]}"#, "numbers must be a list of whole numbers"),
        (r#"{"inner":[]}"#, "inner must be an object"),
        (r#"{"inner":{"n":""}}"#, "inner.n must be a whole number"),
        ("[]", "the body must be a JSON object"),
        ("7", "the body must be a JSON object"),
        ("{", "the body must be valid JSON"),
        ("{}x", "the body must be valid JSON"),
        (r#"{"text":"\ud800"}"#, "the body must be valid JSON"),
    ] {
        assert_refused(&post(body).await, &format!("no: {fault}"));
    }
    let deep = TestRequest::post().insert_header(("Content-Type", "application/json"));
    assert_refused(&ask(deep.set_payload("[".repeat(100_000))).await, "no: the body must be valid JSON");
}

#[actix_web::test]
async fn of_equal_keys_the_last_counts() {
    assert_eq!(post(r#"{"text":7,"text":"a"}"#).await.json()[0], "a");
}

#[actix_web::test]
async fn a_body_that_is_not_json_is_refused_unless_it_is_empty() {
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "json", ""] {
        let request = || TestRequest::post().insert_header(("Content-Type", kind));
        let message = "no: Content-Type must be application/json";
        assert_refused(&ask(request().set_payload("{}")).await, message);
        assert_eq!(ask(request()).await.json(), nothing(), "{kind}");
    }
    assert_refused(
        &ask(TestRequest::post().set_payload("{}")).await,
        "no: Content-Type must be application/json",
    );
    let request = || TestRequest::post().insert_header(("Content-Type", "Application/JSON; charset=UTF-8"));
    assert_eq!(ask(request().set_payload("{}")).await.json(), nothing());
    let packed = request().insert_header(("Content-Encoding", "gzip")).set_payload("{}");
    assert_refused(&ask(packed).await, "no: Content-Type must be application/json");
}

#[actix_web::test]
async fn a_query_is_read_where_a_body_is_not_usual() {
    let all = "text=a%20b&number=7&flag=false";
    assert_eq!(get(all).await.json(), json!(["a b", 7, false, [], [], null]));
    for method in [Method::DELETE, Method::HEAD] {
        let answer = ask(TestRequest::with_uri(&format!("/?{all}")).method(method)).await;
        assert_eq!(answer.json()[1], 7);
    }
    for method in [Method::POST, Method::PUT, Method::PATCH] {
        let answer = ask(TestRequest::with_uri(&format!("/?{all}")).method(method)).await;
        assert_eq!(answer.json(), nothing());
    }
}

#[actix_web::test]
async fn numbers_of_a_query_are_read_from_their_digits() {
    assert_eq!(get("number=").await.json()[1], Value::Null);
    assert_eq!(get("number=-3").await.json()[1], -3);
    for number in ["x", "7.0", "0x7", "%207", "9223372036854775808", "%00"] {
        assert_refused(&get(&format!("number={number}")).await, "no: number must be a whole number");
    }
    assert_refused(&get("flag=yes").await, "no: flag must be true or false");
}

#[actix_web::test]
async fn of_equal_names_in_a_query_the_first_counts() {
    assert_eq!(get("number=7&number=x&text=a&text=b").await.json()[0], "a");
}

#[actix_web::test]
async fn a_body_wins_over_the_query_unless_it_says_null() {
    let request = |body: &'static str| {
        let json = ("Content-Type", "application/json");
        TestRequest::delete().uri("/?number=7&text=q").insert_header(json).set_payload(body)
    };
    assert_eq!(ask(request(r#"{"number":8}"#)).await.json(), json!(["q", 8, null, [], [], null]));
    assert_eq!(ask(request(r#"{"number":null}"#)).await.json()[1], 7);
}

#[actix_web::test]
async fn a_body_of_more_than_a_mebibyte_is_too_large() {
    let of = |size: usize| format!("{{\"x\":\"{}\"}}", "x".repeat(size - 8));
    let request =
        |size| TestRequest::post().insert_header(("Content-Type", "application/json")).set_payload(of(size));
    assert_eq!(ask(request(1024 * 1024)).await.json(), nothing());
    let answer = ask(request(1024 * 1024 + 1)).await;
    let message = "Request Entity Too Large";
    assert_eq!(answer.json(), json!({ "status": message, "status_code": 413, "message": message }));
}

#[actix_web::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let request = TestRequest::post().app_data(BodyTime(Duration::from_millis(20))).to_http_request();
    let stalled: BoxedPayload = Box::pin(stream::pending());
    let Ok(asked) =
        Bound::<Asked>::from_request(&request, &mut dev::Payload::Stream { payload: stalled }).await;
    assert_eq!(asked.read(), Err(Problem::plain(StatusCode::REQUEST_TIMEOUT)));
}

#[actix_web::test]
async fn a_body_that_breaks_off_cannot_be_read() {
    let request = TestRequest::post().to_http_request();
    let broken: BoxedPayload = Box::pin(stream::iter([Err(error::PayloadError::EncodingCorrupted)]));
    let Ok(asked) =
        Bound::<Asked>::from_request(&request, &mut dev::Payload::Stream { payload: broken }).await;
    assert_eq!(asked.read(), Err(Problem::bad_request("no: the body must be sent to its end")));
}
