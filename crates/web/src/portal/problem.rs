//! The error bodies of the portal (portal contract section 1).

use std::{borrow::Cow, fmt};

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header::RETRY_AFTER},
};
use portico_domain::ports::StoreError;
use serde::Serialize;

use crate::refuses::Refuses;

/// How long a client should wait when the house is busy, in seconds.
const BUSY_SECONDS: i64 = 1;

/// An answer that says why a request was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    status: StatusCode,
    message: Cow<'static, str>,
    retry_after: Option<i64>,
}

/// What is sent.
#[derive(Serialize)]
struct Body<'p> {
    status: &'static str,
    status_code: u16,
    message: &'p str,
}

impl Problem {
    /// A problem with a status and a text.
    pub(super) fn new(status: StatusCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, message: message.into(), retry_after: None }
    }

    /// A problem whose status says everything.
    pub(crate) fn plain(status: StatusCode) -> Self {
        Self::new(status, status_text(status))
    }

    /// 400.
    pub(super) fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// 401.
    pub(super) fn unauthorized(message: &'static str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    /// 403.
    pub(super) fn forbidden(message: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    /// 404.
    pub(super) fn not_found(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// 409.
    pub(super) fn conflict(message: &'static str) -> Self {
        Self::new(StatusCode::CONFLICT, message)
    }

    /// 503: the same may be asked again at once, or nearly so.
    pub(super) fn busy() -> Self {
        Self { retry_after: Some(BUSY_SECONDS), ..Self::plain(StatusCode::SERVICE_UNAVAILABLE) }
    }

    /// 500. The cause is for the log and never sent.
    pub(super) fn internal(cause: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error = cause, "a request failed");
        Self::crashed()
    }

    /// 500, after the cause was logged.
    pub(crate) fn crashed() -> Self {
        Self::plain(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The same with a hint to come back in a moment.
    pub(super) fn soon_over(self) -> Self {
        Self { retry_after: Some(BUSY_SECONDS), ..self }
    }

    /// What is sent.
    pub(super) fn body(&self) -> impl Serialize + '_ {
        Body { status: status_text(self.status), status_code: self.status.as_u16(), message: &self.message }
    }

    /// The status it is sent with.
    pub(super) const fn status(&self) -> StatusCode {
        self.status
    }

    /// The text for people.
    pub(super) fn message(&self) -> &str {
        &self.message
    }

    /// Whether it tells when to try again.
    pub(super) const fn says_when(&self) -> bool {
        self.retry_after.is_some()
    }
}

/// The name of a status as the portal's clients know it: that of Go's `http.StatusText`.
pub(super) fn status_text(status: StatusCode) -> &'static str {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => "Request Entity Too Large",
        _ => status.canonical_reason().unwrap_or_default(),
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            // Of two racing requests the other one won: not a 409, which clients take for a payment that stands.
            StoreError::Overloaded | StoreError::Closed | StoreError::Stale => Self::busy(),
            StoreError::Unavailable(_) => {
                tracing::error!(error = &error as &dyn std::error::Error, "the store is out of reach");
                Self::busy()
            }
            StoreError::Duplicate(_) | StoreError::Corrupt { .. } => Self::internal(&error),
        }
    }
}

impl Refuses<Problem> for StoreError {
    fn refusals() -> Vec<Problem> {
        vec![Self::Overloaded.into()]
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
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
        answer.json(self.body())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use actix_web::body::to_bytes;
    use portico_domain::ports::Unique;

    use super::*;

    async fn sent(problem: &Problem) -> (String, Option<String>) {
        let (head, body) = problem.error_response().into_parts();
        assert_eq!(head.status(), problem.status());
        let retry_after = head.headers().get(RETRY_AFTER).map(|value| value.to_str().unwrap().to_owned());
        let body = to_bytes(body).await.unwrap();
        (String::from_utf8(body.to_vec()).unwrap(), retry_after)
    }

    #[actix_web::test]
    async fn a_problem_has_the_name_and_the_number_of_its_status_and_a_text() {
        let (body, retry_after) = sent(&Problem::conflict("すでに支払い済みです")).await;
        assert_eq!(body, r#"{"status":"Conflict","status_code":409,"message":"すでに支払い済みです"}"#);
        assert_eq!(retry_after, None);
        let (body, _) = sent(&Problem::plain(StatusCode::PAYLOAD_TOO_LARGE)).await;
        let text = "Request Entity Too Large";
        assert_eq!(body, format!(r#"{{"status":"{text}","status_code":413,"message":"{text}"}}"#));
    }

    #[actix_web::test]
    async fn a_busy_or_distant_store_asks_to_come_back() {
        let away = StoreError::Unavailable(Arc::new(std::io::Error::other("a secret host")));
        for error in [StoreError::Overloaded, StoreError::Closed, StoreError::Stale, away] {
            let (body, retry_after) = sent(&error.into()).await;
            let text = "Service Unavailable";
            assert_eq!(body, format!(r#"{{"status":"{text}","status_code":503,"message":"{text}"}}"#));
            assert_eq!(retry_after.as_deref(), Some("1"));
        }
    }

    #[actix_web::test]
    async fn the_cause_of_an_internal_error_is_not_sent() {
        for error in [
            StoreError::Corrupt { table: "users", column: "state" },
            StoreError::Duplicate(Unique::ProjectOwner),
        ] {
            let (body, _) = sent(&error.into()).await;
            let text = "Internal Server Error";
            assert_eq!(body, format!(r#"{{"status":"{text}","status_code":500,"message":"{text}"}}"#));
        }
    }
}
