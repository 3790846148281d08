//! Why there is no answer, or none that can be taken.

use std::{error::Error, time::Duration};

use http::StatusCode;

use crate::{address::AddressPolicy, answer::MAX_ANSWER};

/// Why there is no answer, or none that the caller can take. Says where, and never what was sent or said.
#[derive(Debug, thiserror::Error)]
#[error("{at}: {cause}")]
pub struct HttpError {
    at: String,
    cause: Cause,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Cause {
    #[error("{}", .0.refusal())]
    Forbidden(AddressPolicy),
    #[error("no answer within {} ms", .0.as_millis())]
    Silence(Duration),
    #[error("{0}")]
    Broken(String),
    #[error("answers {0}")]
    Status(StatusCode),
    #[error("the answer is longer than {MAX_ANSWER} bytes")]
    TooLarge,
}

impl HttpError {
    pub(crate) const fn new(at: String, cause: Cause) -> Self {
        Self { at, cause }
    }

    /// What is the matter, without a word about where: an address may be a secret of whoever gave it.
    #[must_use]
    pub fn reason(&self) -> String {
        self.cause.to_string()
    }

    /// Whether the other server did answer, but with more than can be taken.
    #[must_use]
    pub const fn is_too_large(&self) -> bool {
        matches!(self.cause, Cause::TooLarge)
    }
}

/// What broke, down to the cause: the outermost error only says that something did.
pub(crate) fn broken(error: &(dyn Error + 'static)) -> Cause {
    let mut text = error.to_string();
    let mut inner = error.source();
    while let Some(cause) = inner {
        let said = cause.to_string();
        if !text.ends_with(&said) {
            text = format!("{text}: {said}");
        }
        inner = cause.source();
    }
    Cause::Broken(text)
}
