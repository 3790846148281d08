//! What a request asks for in its JSON body (sign-up contract sections 1 and 3, and T6).

mod fields;
mod parts;

use std::convert::Infallible;

use actix_web::{
    FromRequest, HttpRequest, dev,
    http::{
        StatusCode,
        header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap},
    },
};
use futures_util::{FutureExt as _, future::LocalBoxFuture};
use serde::de::IgnoredAny;

pub(super) use self::{
    fields::Fields,
    parts::{AuthItemBody, NotificationBody},
};
use super::problem::Problem;
use crate::{
    payload::{self, PayloadError},
    refuses::Refuses,
};

/// The most bytes of a body.
const LIMIT: usize = 4 * 1024 * 1024;

/// What an operation is asked, made from the fields of a body. Null is the same as missing.
pub(super) trait Request: Sized {
    /// The fields that are looked at. Of the others only the first name is kept.
    const FIELDS: &'static [&'static str];

    /// Reads the fields.
    ///
    /// # Errors
    /// 400 when one of them is missing or has another type; the text names it.
    fn bind(fields: Fields) -> Result<Self, Problem>;
}

/// A body as it arrived, whatever it holds: whoever may not ask is told so before it is looked at.
pub(super) struct Bound<R> {
    asked: Result<R, Problem>,
}

impl<R> Bound<R> {
    /// What is asked.
    ///
    /// # Errors
    /// When the body is too large or too slow, no JSON object, or a field is not what it should be.
    pub(super) fn read(self) -> Result<R, Problem> {
        self.asked
    }
}

impl<R: Request> Refuses<Problem> for Bound<R> {
    /// Besides what is wrong with every body, an empty object shows the faults of this one.
    fn refusals() -> Vec<Problem> {
        let all = [not_json(), no_object(), too_slow(), too_large(), other_media_type()];
        all.into_iter().chain(R::bind(Fields::default()).err()).collect()
    }
}

impl<R: Request + 'static> FromRequest for Bound<R> {
    type Error = Infallible;
    type Future = LocalBoxFuture<'static, Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let is_json = is_json(request.headers());
        let bytes = payload::read(request, payload, LIMIT);
        async move {
            let asked = match bytes.await {
                Ok(bytes) => fields::<R>(&bytes, is_json).and_then(R::bind),
                Err(error) => Err(unread(error)),
            };
            Ok(Self { asked })
        }
        .boxed_local()
    }
}

/// Clients announce JSON with every request, also with those that have no body (T6).
fn fields<R: Request>(bytes: &[u8], is_json: bool) -> Result<Fields, Problem> {
    if bytes.trim_ascii().is_empty() {
        return Ok(Fields::default());
    }
    if !is_json {
        return Err(other_media_type());
    }
    let text = std::str::from_utf8(bytes).map_err(|_| not_json())?;
    Fields::parse(text, R::FIELDS).map_err(|_| {
        // The fault itself tells the one from the other only as far as it looked.
        let is_json = serde_json::from_str::<IgnoredAny>(text).is_ok();
        if is_json && !text.trim_start().starts_with('{') { no_object() } else { not_json() }
    })
}

fn is_json(headers: &HeaderMap) -> bool {
    let is_plain = headers.get(CONTENT_ENCODING).is_none_or(|encoding| encoding == "identity");
    let is_json = headers.get(CONTENT_TYPE).is_none_or(|kind| {
        let kind = kind.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
        kind.trim().eq_ignore_ascii_case("application/json")
    });
    is_plain && is_json
}

fn unread(error: PayloadError) -> Problem {
    match error {
        PayloadError::TooLarge => too_large(),
        PayloadError::TooSlow => too_slow(),
        PayloadError::Broken => Problem::bad_request("The body ended early"),
    }
}

fn not_json() -> Problem {
    Problem::bad_request("The body is not valid JSON")
}

fn no_object() -> Problem {
    Problem::bad_request("The body must be a JSON object")
}

fn too_large() -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "The body must be at most 4 MiB")
}

fn too_slow() -> Problem {
    Problem::new(StatusCode::REQUEST_TIMEOUT, "The body took too long to arrive")
}

fn other_media_type() -> Problem {
    let text = "The body must be JSON (Content-Type: application/json)";
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, text)
}

#[cfg(test)]
mod tests;
