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
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use validator::Validate;

use super::{fields::Fields, problem::Problem};
use crate::payload::{self, PayloadError};

/// The most bytes of a body.
const LIMIT: usize = 1024 * 1024;

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

impl<B> FromRequest for JsonBody<B> {
    type Error = Infallible;
    type Future = LocalBoxFuture<'static, Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let accepted = check_media_type(request.headers());
        let bytes = payload::read(request, payload, LIMIT);
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
    let value: Value = serde_json::from_slice(bytes).map_err(|_| invalid_json())?;
    Ok(if value.is_object() { value } else { none })
}

fn check_media_type(headers: &HeaderMap) -> Result<(), Problem> {
    let is_plain = headers.get(CONTENT_ENCODING).is_none_or(|encoding| encoding == "identity");
    let is_json = headers.get(CONTENT_TYPE).is_none_or(|kind| {
        let kind = kind.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
        let kind = kind.trim().to_ascii_lowercase();
        kind == "application/json" || kind == "text/json" || kind.ends_with("+json")
    });
    if is_plain && is_json {
        return Ok(());
    }
    let text = "The body must be JSON (Content-Type: application/json)";
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", text))
}

fn unread(error: PayloadError) -> Problem {
    match error {
        PayloadError::TooLarge => {
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", "The body must be at most 1 MiB")
        }
        PayloadError::Broken => Problem::bad_request("INVALID_JSON", "The body ended early"),
    }
}

fn invalid_json() -> Problem {
    Problem::bad_request("INVALID_JSON", "The body is not valid JSON")
}
