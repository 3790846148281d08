//! The error bodies of the accounts API (contract section 1, O38 and O41).

use std::{borrow::Cow, fmt};

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{RETRY_AFTER, WWW_AUTHENTICATE},
    },
};
use portico_domain::ports::{PasswordsError, StoreError};
use serde::Serialize;

/// How long a client should wait when the house is busy, in seconds.
const BUSY_SECONDS: i64 = 1;

/// Which rule a field broke, in the words of the contract (O41).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Rule {
    /// It is missing or null.
    Required,
    /// It is no text, or one with U+0000 in it.
    String,
    /// It is neither true nor false.
    Boolean,
    /// It is no mail address.
    Email,
    /// It is too short.
    MinLength,
    /// It is too long.
    MaxLength,
    /// It is none of the words allowed.
    Enum,
    /// It is no web address.
    Url,
    /// It has another form.
    Regex,
}

/// One faulty field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Fault {
    /// What is wrong, in a sentence.
    pub(crate) message: String,
    /// The rule it broke.
    pub(crate) rule: Rule,
    /// Its name in the body or the query.
    pub(crate) field: &'static str,
}

impl Fault {
    /// A fault whose text continues "The … field".
    pub(crate) fn new(field: &'static str, rule: Rule, text: impl fmt::Display) -> Self {
        Self { message: format!("The {field} field {text}"), rule, field }
    }
}

/// An answer that says why a request was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    status: StatusCode,
    body: Body,
    retry_after: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum Body {
    Coded { error: Cow<'static, str>, code: &'static str },
    Faulty { errors: Vec<Fault> },
}

impl Problem {
    /// A problem with a status, a code and a text for people.
    pub(crate) fn new(status: StatusCode, code: &'static str, text: impl Into<Cow<'static, str>>) -> Self {
        Self { status, body: Body::Coded { error: text.into(), code }, retry_after: None }
    }

    /// 400.
    pub(crate) fn bad_request(code: &'static str, text: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, text)
    }

    /// 401.
    pub(crate) fn unauthorized(code: &'static str, text: &'static str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, text)
    }

    /// 403.
    pub(crate) fn forbidden(code: &'static str, text: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, text)
    }

    /// 404.
    pub(crate) fn not_found(code: &'static str, text: &'static str) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, text)
    }

    /// 404 for what has no code of its own.
    pub(crate) fn nothing_here() -> Self {
        Self::not_found("NOT_FOUND", "Not found")
    }

    /// 422 with every faulty field.
    pub(crate) fn invalid(errors: Vec<Fault>) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, body: Body::Faulty { errors }, retry_after: None }
    }

    /// 429: the same may be asked again after so many seconds (contract O8).
    pub(crate) fn too_soon(seconds: i64) -> Self {
        let text = format!("Please wait {seconds} seconds before you ask for another code");
        Self {
            retry_after: Some(seconds),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS", text)
        }
    }

    /// 503: too much work is waiting.
    pub(crate) fn busy() -> Self {
        Self {
            retry_after: Some(BUSY_SECONDS),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "TOO_BUSY", "The server is busy, please try again")
        }
    }

    /// 500. The cause is for the log and never sent.
    pub(crate) fn internal(cause: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error = cause, "a request failed");
        Self::crashed()
    }

    /// 500, after the cause was logged.
    pub(crate) fn crashed() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_ERROR", "Internal server error")
    }

    /// What a password's refusal means for the body's field `field`.
    pub(crate) fn from_passwords(error: &PasswordsError, field: &'static str) -> Self {
        match error {
            PasswordsError::Weak(why) => {
                Self::invalid(vec![Fault { message: why.clone(), rule: Rule::Regex, field }])
            }
            PasswordsError::Busy => Self::busy(),
            PasswordsError::Failed(_) => Self::internal(error),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Overloaded | StoreError::Closed => Self::busy(),
            StoreError::Unavailable(_) => {
                tracing::error!(error = &error as &dyn std::error::Error, "the store is out of reach");
                Self::busy()
            }
            StoreError::Stale => Self::new(
                StatusCode::CONFLICT,
                "CONFLICT",
                "The record was changed by someone else, please try again",
            ),
            StoreError::Duplicate(_) | StoreError::Corrupt { .. } => Self::internal(&error),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.body {
            Body::Coded { error, .. } => f.write_str(error),
            Body::Faulty { .. } => f.write_str("Validation failure"),
        }
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status);
        if let Some(seconds) = self.retry_after {
            answer.insert_header((RETRY_AFTER, seconds.to_string()));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            answer.insert_header((WWW_AUTHENTICATE, "Bearer"));
        }
        answer.json(&self.body)
    }
}
