//! Forms that browsers send.

use std::{collections::HashMap, convert::Infallible};

use actix_web::{
    FromRequest, HttpRequest, dev,
    http::{StatusCode, header::CONTENT_TYPE},
    web,
};
use futures_util::{FutureExt as _, future::LocalBoxFuture};

use super::Page;
use crate::payload::{self, PayloadError};

/// The most bytes of a form.
const LIMIT: usize = 64 * 1024;

/// What was typed into a form, by the names of its fields.
pub(super) struct Typed(HashMap<String, String>);

impl Typed {
    /// What was typed into a field; nothing is an empty text.
    pub(super) fn get(&self, field: &str) -> &str {
        self.0.get(field).map_or("", String::as_str)
    }
}

/// A form as it arrives. The handler turns what is none into a page.
pub(super) struct Form(Result<Typed, Page>);

impl Form {
    /// What was typed.
    ///
    /// # Errors
    /// The page to answer when it is no form, or too large.
    pub(super) fn read(self) -> Result<Typed, Page> {
        self.0
    }
}

impl FromRequest for Form {
    type Error = Infallible;
    type Future = LocalBoxFuture<'static, Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let kind =
            request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        let is_form = kind.eq_ignore_ascii_case("application/x-www-form-urlencoded");
        let bytes = payload::read(request, payload, LIMIT);
        async move {
            Ok(Self(if is_form {
                bytes.await.map_err(unread).and_then(|bytes| decode(&bytes))
            } else {
                Err(not_a_form())
            }))
        }
        .boxed_local()
    }
}

fn decode(bytes: &[u8]) -> Result<Typed, Page> {
    let text = std::str::from_utf8(bytes).map_err(|_| broken())?;
    let fields = web::Query::<HashMap<String, String>>::from_query(text).map_err(|_| broken())?;
    Ok(Typed(fields.into_inner()))
}

fn unread(error: PayloadError) -> Page {
    match error {
        PayloadError::TooLarge => {
            Page::notice(StatusCode::PAYLOAD_TOO_LARGE, "Too much at once", "The form was too large.")
        }
        PayloadError::TooSlow => {
            let text = "The form took too long to arrive.";
            Page::notice(StatusCode::REQUEST_TIMEOUT, "Please try again", text)
        }
        PayloadError::Broken => broken(),
    }
}

fn broken() -> Page {
    Page::notice(StatusCode::BAD_REQUEST, "Please try again", "The form did not arrive in one piece.")
}

fn not_a_form() -> Page {
    let text = "This page takes forms only.";
    Page::notice(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Not a form", text)
}
