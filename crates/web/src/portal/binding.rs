//! What a request asks for: from its query where it has no body of its own, then from its JSON body, which wins (portal
//! contract section 1).

mod fields;

use std::convert::Infallible;

use actix_web::{
    FromRequest, HttpRequest, dev,
    http::{
        Method, StatusCode,
        header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap},
    },
    web,
};
use futures_util::{FutureExt as _, future::LocalBoxFuture};
use portico_domain::json;
use serde_json::{Map, Value};

pub(super) use self::fields::{BindFault, Fields};
use super::problem::Problem;
use crate::{
    payload::{self, BODY_LIMIT, PayloadError},
    refuses::Refuses,
};

/// What an operation is asked, made from the fields of a request. Whatever is missing or null is empty, 0 or false.
pub(super) trait Request: Sized {
    /// The most bytes of its body.
    const LIMIT: usize = BODY_LIMIT;
    /// Whether it means nothing without a body.
    const NEEDS_BODY: bool = false;

    /// Reads the JSON of its body.
    ///
    /// # Errors
    /// When it is none.
    fn json(bytes: &[u8]) -> Result<Value, BindFault> {
        json::parse(bytes).map_err(|_| BindFault::must_be("the body", "valid JSON"))
    }

    /// Reads the fields.
    ///
    /// # Errors
    /// When one of them has another type.
    fn bind(fields: &mut Fields) -> Result<Self, BindFault>;

    /// How the operation refuses what cannot be read.
    fn refused(fault: BindFault) -> Problem;
}

/// A request as it arrived, whatever it holds: whoever may not ask is told so before it is looked at.
pub(super) struct Bound<R> {
    asked: Result<R, Problem>,
}

impl<R> Bound<R> {
    /// What is asked.
    ///
    /// # Errors
    /// When the body is too large or too slow, or cannot be read.
    pub(super) fn read(self) -> Result<R, Problem> {
        self.asked
    }
}

impl<R: Request> Refuses<Problem> for Bound<R> {
    fn refusals() -> Vec<Problem> {
        let example = R::refused(BindFault::must_be("the body", "valid JSON"));
        vec![example, unread::<R>(PayloadError::TooSlow), unread::<R>(PayloadError::TooLarge)]
    }
}

impl<R: Request + 'static> FromRequest for Bound<R> {
    type Error = Infallible;
    type Future = LocalBoxFuture<'static, Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let query = query(request);
        let is_json = is_json(request.headers());
        let bytes = payload::read(request, payload, R::LIMIT);
        async move {
            let asked = match bytes.await {
                Ok(bytes) => object::<R>(&bytes, is_json)
                    .and_then(|body| R::bind(&mut Fields::new(query, body)))
                    .map_err(R::refused),
                Err(error) => Err(unread::<R>(error)),
            };
            Ok(Self { asked })
        }
        .boxed_local()
    }
}

/// What the query says, the first of each name. It counts only where a request need not have a body.
fn query(request: &HttpRequest) -> Vec<(String, String)> {
    if !matches!(*request.method(), Method::GET | Method::HEAD | Method::DELETE) {
        return Vec::new();
    }
    let query = web::Query::<Vec<(String, String)>>::from_query(request.query_string());
    query.map(web::Query::into_inner).unwrap_or_default()
}

fn is_json(headers: &HeaderMap) -> bool {
    let is_plain = headers.get(CONTENT_ENCODING).is_none_or(|encoding| encoding == "identity");
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    is_plain && kind.eq_ignore_ascii_case("application/json")
}

/// The object in a body; an empty one when nothing was sent, or null, and nothing is needed.
fn object<R: Request>(bytes: &[u8], is_json: bool) -> Result<Map<String, Value>, BindFault> {
    if bytes.trim_ascii().is_empty() && !R::NEEDS_BODY {
        return Ok(Map::new());
    }
    if !is_json {
        return Err(BindFault::must_be("Content-Type", "application/json"));
    }
    match R::json(bytes)? {
        Value::Object(object) => Ok(object),
        Value::Null if !R::NEEDS_BODY => Ok(Map::new()),
        _ => Err(BindFault::must_be("the body", "a JSON object")),
    }
}

fn unread<R: Request>(error: PayloadError) -> Problem {
    match error {
        PayloadError::TooLarge => Problem::plain(StatusCode::PAYLOAD_TOO_LARGE),
        PayloadError::TooSlow => Problem::plain(StatusCode::REQUEST_TIMEOUT),
        PayloadError::Broken => R::refused(BindFault::must_be("the body", "sent to its end")),
    }
}

#[cfg(test)]
mod tests;
