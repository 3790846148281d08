//! What bodies can hold, over an operation that answers what it was asked.

use actix_web::{HttpResponse, post, test::TestRequest, web};

use super::*;
use crate::{
    pages::Pages,
    signup::tests::assert_problem,
    testing::{Answer, now, post_json, send_to},
};

/// What was asked, as a text.
struct Asked(String);

impl Request for Asked {
    const FIELDS: &'static [&'static str] = &["text", "scalar", "json", "list", "object", "objects", "never"];

    fn bind(mut fields: Fields) -> Result<Self, Problem> {
        fields.refuse("never")?;
        let inner = fields.given_object("object", &["text"])?;
        let inner = inner.map(|mut inner| inner.text("text")).transpose()?;
        let each = fields.given_objects("objects", &["text"])?.unwrap_or_default();
        let each = each.into_iter().map(|mut object| {
            object.refuse_others()?;
            object.given_text("text")
        });
        Ok(Self(format!(
            "{:?} {:?} {:?} {:?} {:?} {:?}",
            fields.given_text("text")?,
            fields.given_scalar("scalar")?,
            fields.given_json("json"),
            fields.given_scalars("list")?,
            inner,
            each.collect::<Result<Vec<_>, _>>()?,
        )))
    }
}

#[post("/api/content/asks")]
async fn asks(body: Bound<Asked>) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().body(body.read()?.0))
}

const PATH: &str = "/api/content/asks";

async fn send(request: TestRequest) -> Answer {
    let configure = |config: &mut web::ServiceConfig| {
        config.service(asks);
    };
    send_to(crate::frame::framed(&frame(), &configure), request).await
}

fn frame() -> crate::frame::Frame {
    use std::sync::Arc;

    use portico_domain::ports::mocks::{CountingEntropy, FixedClock};

    let (clock, entropy) = (Arc::new(FixedClock::at(now())), Arc::new(CountingEntropy::default()));
    let surroundings = crate::Surroundings::default();
    crate::frame::Frame::new(Pages::embedded("").unwrap(), surroundings, clock, entropy).unwrap()
}

async fn asked(body: impl Into<web::Bytes>) -> String {
    let answer = send(post_json(PATH, "").set_payload(body)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body
}

async fn refused(body: impl Into<web::Bytes>, message: &str) {
    assert_problem(&send(post_json(PATH, "").set_payload(body)).await, 400, message);
}

const NOTHING: &str = "None None None None None []";

#[actix_web::test]
async fn t6_a_body_need_not_be_there_whatever_it_is_announced_as() {
    for body in ["", "  ", "{}", "null", r#"{"text":null,"objects":null,"what":{"ever":[1]}}"#] {
        assert_eq!(asked(body).await, NOTHING, "{body}");
    }
    for kind in ["application/json", "text/plain", ""] {
        let request = TestRequest::post().uri(PATH).insert_header(("Content-Type", kind));
        assert_eq!(send(request).await.body, NOTHING, "{kind}");
    }
    assert_eq!(send(TestRequest::post().uri(PATH)).await.body, NOTHING);
}

#[actix_web::test]
async fn values_are_taken_as_they_came() {
    let json = r#"{"json":{"z":1.0,"a":[1e2, 12345678901234567890123],"t":"\u0000\ud800"}}"#;
    let kept = r#"{"z":1.0,"a":[1e2, 12345678901234567890123],"t":"\u0000\ud800"}"#;
    assert_eq!(asked(json).await, format!("None None Some({kept}) None None []"));
    let scalar = r#"{"scalar":-12345678901234567890123.50,"list":["a",1,"" ]}"#;
    let expected = r#"None Some("-12345678901234567890123.50") None Some(["a", "1", ""]) None []"#;
    assert_eq!(asked(scalar).await, expected);
    let objects = r#"{"object":{"text":"x","more":1},"objects":[{"text":"y"},{}]}"#;
    assert_eq!(asked(objects).await, r#"None None None None Some("x") [Some("y"), None]"#);
}

#[actix_web::test]
async fn of_equal_names_the_last_one_counts() {
    let body = r#"{"text":7,"text":"a","\u0074ext":"b","list":["x"],"list":null}"#;
    assert_eq!(asked(body).await, r#"Some("b") None None None None []"#);
}

#[actix_web::test]
async fn what_is_no_json_is_refused() {
    for body in [
        "{",
        "{'a':1}",
        "{\"a\":1}x",
        "{\"a\":nul}",
        "{\"text\":\"a\nb\"}",
        "\u{feff}{}",
        "{\"text\":\"x}",
        "[",
        "\"x",
        r#"{"\ud800":1}"#,
    ] {
        refused(body, "The body is not valid JSON").await;
    }
    refused(&b"{\"text\":\"\xff\"}"[..], "The body is not valid JSON").await;
    for body in ["[]", "7", "true", r#""text""#, r#"[{"text":"x"}]"#] {
        refused(body, "The body must be a JSON object").await;
    }
}

#[actix_web::test]
async fn other_types_are_refused_by_name() {
    for (body, message) in [
        (r#"{"text":7}"#, "text must be a string"),
        (r#"{"text":["x"]}"#, "text must be a string"),
        (r#"{"text":"\ud800"}"#, "text must be a string"),
        (r#"{"scalar":true}"#, "scalar must be a string"),
        (r#"{"scalar":{}}"#, "scalar must be a string"),
        (r#"{"list":[null]}"#, "list must be a string or an array of strings"),
        (r#"{"list":[["x"]]}"#, "list must be a string or an array of strings"),
        (r#"{"object":[]}"#, "object must be an object"),
        (r#"{"object":{}}"#, "object.text should not be empty"),
        (r#"{"object":{"text":true}}"#, "object.text must be a string"),
        (r#"{"objects":{}}"#, "objects must be an array"),
        (r#"{"objects":[{},"x"]}"#, "objects.1 must be an object"),
        (r#"{"objects":[{"text":1}]}"#, "objects.0.text must be a string"),
        (r#"{"objects":[{"a\nb":1,"c":2}]}"#, "property objects.0.ab should not exist"),
        (r#"{"never":"x"}"#, "property never should not exist"),
    ] {
        refused(body, message).await;
    }
    let many = format!(r#"{{"objects":[{}{{}}]}}"#, "{},".repeat(1000));
    refused(many, "objects must be an array").await;
}

#[actix_web::test]
async fn deep_nesting_is_skipped_or_kept_and_never_looked_into() {
    let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
    assert_eq!(asked(format!(r#"{{"what":{deep}}}"#)).await, NOTHING);
    assert!(asked(format!(r#"{{"json":{deep}}}"#)).await.contains("[[[["));
    for name in ["text", "scalar"] {
        refused(format!(r#"{{"{name}":{deep}}}"#), &format!("{name} must be a string")).await;
    }
    refused(format!(r#"{{"list":{deep}}}"#), "list must be a string or an array of strings").await;
    refused(format!(r#"{{"object":{deep}}}"#), "object must be an object").await;
    refused(format!(r#"{{"objects":{deep}}}"#), "objects.0 must be an object").await;
    refused(deep, "The body must be a JSON object").await;
    refused("[".repeat(1_000_000), "The body is not valid JSON").await;
    refused(r#"{"json":"#.repeat(100_000), "The body is not valid JSON").await;
}

#[actix_web::test]
async fn a_body_of_more_than_four_mebibytes_is_refused() {
    let of = |size: usize| format!("{{\"x\":\"{}\"}}", "x".repeat(size - 8));
    assert_eq!(asked(of(LIMIT)).await, NOTHING);
    let answer = send(post_json(PATH, "").set_payload(of(LIMIT + 1))).await;
    assert_problem(&answer, 413, "The body must be at most 4 MiB");
}

#[actix_web::test]
async fn other_media_types_are_refused_and_none_is_taken_for_json() {
    let text = "The body must be JSON (Content-Type: application/json)";
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "json"] {
        let request = TestRequest::post().uri(PATH).insert_header(("Content-Type", kind)).set_payload("{}");
        assert_problem(&send(request).await, 415, text);
    }
    let packed = post_json(PATH, "{}").insert_header(("Content-Encoding", "gzip"));
    assert_problem(&send(packed).await, 415, text);
    for kind in ["application/json", "Application/JSON; charset=utf-8"] {
        let request = TestRequest::post().uri(PATH).insert_header(("Content-Type", kind)).set_payload("{}");
        assert_eq!(send(request).await.status, 200, "{kind}");
    }
    assert_eq!(send(TestRequest::post().uri(PATH).set_payload("{}")).await.status, 200);
}
