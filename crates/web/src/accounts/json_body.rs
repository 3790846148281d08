//! JSON bodies of requests (contract O41).

use std::{convert::Infallible, marker::PhantomData};

use actix_web::{
    FromRequest, HttpRequest, dev,
    http::{
        StatusCode,
        header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap},
    },
};
use futures_util::{FutureExt as _, future::LocalBoxFuture};
use portico_domain::json;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use validator::Validate;

use super::{fields::Fields, problem::Problem, refuses::Refuses};
use crate::payload::{self, BODY_LIMIT, PayloadError};

/// A body that can be read into a command of the application.
pub(crate) trait Body: DeserializeOwned + Validate {
    /// What becomes of it.
    type Command;

    /// Reads the fields in the order of their declaration.
    ///
    /// # Errors
    /// All faults of all fields.
    fn read(self, fields: Fields) -> Result<Self::Command, Problem>;
}

/// The JSON body of a request. It arrives whatever it holds, so that a request without a valid token is told so
/// before its body is looked at.
pub(crate) struct JsonBody<B> {
    value: Result<Value, Problem>,
    body: PhantomData<B>,
}

impl<B: Body> JsonBody<B> {
    /// The command that the body asks for.
    ///
    /// # Errors
    /// When it is too large, not JSON, or has faulty fields.
    pub(crate) fn parse(self) -> Result<B::Command, Problem> {
        let body: B = serde_json::from_value(self.value?).map_err(|_| invalid_json())?;
        let fields = Fields::of(&body);
        body.read(fields)
    }
}

impl<B: Body> Refuses<Problem> for JsonBody<B> {
    /// Besides what is wrong with every body, an empty object shows the faults of this one.
    fn refusals() -> Vec<Problem> {
        let nothing = Self { value: Ok(Value::Object(Map::new())), body: PhantomData };
        [invalid_json(), too_slow(), too_large(), not_json()]
            .into_iter()
            .chain(nothing.parse().err())
            .collect()
    }
}

impl<B> FromRequest for JsonBody<B> {
    type Error = Infallible;
    type Future = LocalBoxFuture<'static, Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let accepted = check_media_type(request.headers());
        let bytes = payload::read(request, payload, BODY_LIMIT);
        async move {
            let value = match accepted {
                Ok(()) => bytes.await.map_err(unread).and_then(|bytes| object(&bytes)),
                Err(problem) => Err(problem),
            };
            Ok(Self { value, body: PhantomData })
        }
        .boxed_local()
    }
}

/// An object with the fields of the body; none when it is empty or no object, so that each missing field is named.
fn object(bytes: &[u8]) -> Result<Value, Problem> {
    let none = Value::Object(Map::new());
    if bytes.trim_ascii().is_empty() {
        return Ok(none);
    }
    let value = json::parse(bytes).map_err(|_| invalid_json())?;
    Ok(if value.is_object() { value } else { none })
}

fn check_media_type(headers: &HeaderMap) -> Result<(), Problem> {
    let is_plain = headers.get(CONTENT_ENCODING).is_none_or(|encoding| encoding == "identity");
    let is_json = headers.get(CONTENT_TYPE).is_none_or(|kind| {
        let kind = kind.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
        let kind = kind.trim().to_ascii_lowercase();
        kind == "application/json" || kind == "text/json" || kind.ends_with("+json")
    });
    if is_plain && is_json { Ok(()) } else { Err(not_json()) }
}

fn not_json() -> Problem {
    let text = "The body must be JSON (Content-Type: application/json)";
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", text)
}

fn unread(error: PayloadError) -> Problem {
    match error {
        PayloadError::TooLarge => too_large(),
        PayloadError::TooSlow => too_slow(),
        PayloadError::Broken => Problem::bad_request("INVALID_JSON", "The body ended early"),
    }
}

fn too_large() -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", "The body must be at most 1 MiB")
}

fn too_slow() -> Problem {
    Problem::new(StatusCode::REQUEST_TIMEOUT, "REQUEST_TIMEOUT", "The body took too long to arrive")
}

fn invalid_json() -> Problem {
    Problem::bad_request("INVALID_JSON", "The body is not valid JSON")
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use serde_json::json;

    use crate::testing::{Answer, bare_site, post_json, send};

    const PATH: &str = "/auth/register/password";

    async fn post(body: &'static str) -> Answer {
        send(&bare_site(), post_json(PATH, body)).await
    }

    fn faults(answer: &Answer) -> Vec<(String, String)> {
        let errors = answer.json()["errors"].as_array().expect("validation errors").clone();
        let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
        errors.iter().map(|fault| (text(&fault["field"]), text(&fault["rule"]))).collect()
    }

    async fn assert_faults(body: &'static str, expected: &[(&str, &str)]) {
        let answer = post(body).await;
        assert_eq!(answer.status, 422, "{body}: {}", answer.body);
        let expected: Vec<(String, String)> =
            expected.iter().map(|(field, rule)| ((*field).to_owned(), (*rule).to_owned())).collect();
        assert_eq!(faults(&answer), expected, "{body}");
    }

    #[actix_web::test]
    async fn all_faulty_fields_are_named_in_the_order_of_their_declaration() {
        assert_faults(
            r#"{"verification_token":7,"password":"short","email":"nobody"}"#,
            &[("email", "email"), ("password", "minLength"), ("verification_token", "string")],
        )
        .await;
    }

    #[actix_web::test]
    async fn every_missing_field_is_named() {
        let missing = [("email", "required"), ("password", "required")];
        for body in ["", "  ", "{}", "[]", "null", "7", r#""text""#, r#"{"email":null,"password":null}"#] {
            assert_faults(body, &missing).await;
        }
        assert_eq!(
            post("{}").await.json()["errors"][0],
            json!({"message": "The email field must be defined", "rule": "required", "field": "email"})
        );
    }

    #[actix_web::test]
    async fn each_rule_has_its_name() {
        let long = r#"{"email":"a@b.cc","password":"0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"}"#;
        for (body, fault) in [
            (r#"{"email":true,"password":"12345678"}"#, ("email", "string")),
            (r#"{"email":["a@b.cc"],"password":"12345678"}"#, ("email", "string")),
            (r#"{"email":"a@b.cc","password":{}}"#, ("password", "string")),
            (r#"{"email":"a@b.cc","password":"1234567"}"#, ("password", "minLength")),
            (long, ("password", "maxLength")),
            (r#"{"email":"a@b.cc","password":"12345\u0000678"}"#, ("password", "string")),
            (r#"{"email":"a\u0000@b.cc","password":"12345678"}"#, ("email", "string")),
            (r#"{"email":"@","password":"12345678"}"#, ("email", "email")),
        ] {
            assert_faults(body, &[fault]).await;
        }
    }

    #[actix_web::test]
    async fn a_code_is_six_digits() {
        let request = post_json("/auth/register/verify", r#"{"email":"a@b.cc","code":"12345x"}"#);
        let answer = send(&bare_site(), request).await;
        assert_eq!(
            (answer.status.as_u16(), faults(&answer)),
            (422, vec![("code".to_owned(), "regex".to_owned())])
        );
    }

    #[actix_web::test]
    async fn what_is_no_json_is_a_bad_request() {
        for body in ["{", "{'a':1}", "{\"a\":1}x", "nul", "{\"email\":\"\\ud800\"}", "\u{feff}{}"] {
            let answer = post(body).await;
            assert_eq!(
                (answer.status.as_u16(), answer.json()["code"].as_str()),
                (400, Some("INVALID_JSON")),
                "{body}"
            );
        }
        let not_utf8 = post_json(PATH, "").set_payload(&b"{\"email\":\"\xff\"}"[..]);
        assert_eq!(send(&bare_site(), not_utf8).await.json()["code"], "INVALID_JSON");
        let nested = post_json(PATH, "").set_payload("[".repeat(100_000));
        assert_eq!(send(&bare_site(), nested).await.json()["code"], "INVALID_JSON");
    }

    #[actix_web::test]
    async fn unknown_and_repeated_keys_do_not_matter() {
        let body = r#"{"email":7,"what":{"ever":[1]},"email":"nobody","password":"12345678"}"#;
        assert_faults(body, &[("email", "email")]).await;
    }

    #[actix_web::test]
    async fn other_media_types_are_refused_and_none_is_taken_for_json() {
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "json"] {
            let request =
                TestRequest::post().uri(PATH).insert_header(("Content-Type", kind)).set_payload("{}");
            let answer = send(&bare_site(), request).await;
            let code = answer.json()["code"].clone();
            assert_eq!((answer.status.as_u16(), code), (415, json!("UNSUPPORTED_MEDIA_TYPE")), "{kind}");
        }
        for kind in ["application/json", "Application/JSON; charset=utf-8", "application/vnd.x+json"] {
            let request =
                TestRequest::post().uri(PATH).insert_header(("Content-Type", kind)).set_payload("{}");
            assert_eq!(send(&bare_site(), request).await.status, 422, "{kind}");
        }
        let request = TestRequest::post().uri(PATH).set_payload("{}");
        assert_eq!(send(&bare_site(), request).await.status, 422);
        let packed = post_json(PATH, "{}").insert_header(("Content-Encoding", "gzip"));
        assert_eq!(send(&bare_site(), packed).await.status, 415);
    }

    #[actix_web::test]
    async fn a_body_of_more_than_a_mebibyte_is_refused() {
        let of = |size: usize| format!("{{\"x\":\"{}\"}}", "x".repeat(size - 8));
        let fits = post_json(PATH, "").set_payload(of(1024 * 1024));
        assert_eq!(send(&bare_site(), fits).await.status, 422);
        let large = post_json(PATH, "").set_payload(of(1024 * 1024 + 1));
        let answer = send(&bare_site(), large).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()["code"].as_str()),
            (413, Some("PAYLOAD_TOO_LARGE"))
        );
    }

    #[actix_web::test]
    async fn whoever_shows_no_token_learns_nothing_about_his_body() {
        for body in ["{", "{}"] {
            let answer = send(&bare_site(), post_json("/projects", body)).await;
            assert_eq!(
                (answer.status.as_u16(), answer.json()["code"].as_str()),
                (401, Some("UNAUTHORIZED")),
                "{body}"
            );
        }
    }
}
