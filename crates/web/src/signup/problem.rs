//! The error bodies of the sign-up API (sign-up contract section 5).

use std::{borrow::Cow, fmt};

use actix_web::{
    HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    http::{
        StatusCode,
        header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER},
    },
};
use chrono::{DateTime, SecondsFormat, Utc};
use portico_domain::ports::{PasswordsError, StoreError};
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
#[serde(rename_all = "camelCase")]
struct Body<'p> {
    status_code: u16,
    timestamp: String,
    message: &'p str,
    /// Always null: the vendor shows pages of its own here.
    page_data: (),
}

impl Problem {
    /// A problem with a status and a text.
    pub(super) fn new(status: StatusCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, message: message.into(), retry_after: None }
    }

    /// A problem whose status says everything.
    pub(crate) fn plain(status: StatusCode) -> Self {
        Self::new(status, status.canonical_reason().unwrap_or_default())
    }

    /// 400.
    pub(crate) fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// 401. Clients answer it with a refresh (sign-up contract T3).
    pub(super) fn unauthorized(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    /// 403.
    pub(super) fn forbidden(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    /// 404.
    pub(crate) fn not_found(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// 429.
    pub(super) fn too_many(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, message)
    }

    /// 503: the same may be asked again at once, or nearly so.
    pub(super) fn busy() -> Self {
        Self::plain(StatusCode::SERVICE_UNAVAILABLE).again_in(BUSY_SECONDS)
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

    /// The same with a hint to come back in that many seconds.
    pub(super) fn again_in(self, seconds: i64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// What is sent at an instant.
    pub(super) fn body(&self, at: DateTime<Utc>) -> impl Serialize + '_ {
        Body {
            status_code: self.status.as_u16(),
            timestamp: at.to_rfc3339_opts(SecondsFormat::Millis, true),
            message: &self.message,
            page_data: (),
        }
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

/// Gives an answer that is a [`Problem`] its body, which says when it happened. Others stay as they are.
pub(crate) fn dated<B: MessageBody + 'static>(answer: HttpResponse<B>, at: DateTime<Utc>) -> HttpResponse {
    let problem = answer.extensions().get::<Problem>().cloned();
    let answer = answer.map_into_boxed_body();
    let Some(problem) = problem else { return answer };
    let body = serde_json::to_vec(&problem.body(at)).unwrap_or_default();
    let mut answer = answer.set_body(BoxBody::new(body));
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            // Of two racing requests the other one won; the same may well succeed now.
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

impl From<PasswordsError> for Problem {
    fn from(error: PasswordsError) -> Self {
        match error {
            PasswordsError::Weak(why) => Self::bad_request(why),
            PasswordsError::Busy => Self::busy(),
            PasswordsError::Failed(_) => Self::internal(&error),
        }
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

    /// An answer without a body, which [`dated`] writes: when something happens, the frame knows alone.
    fn error_response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status);
        if let Some(seconds) = self.retry_after {
            answer.insert_header((RETRY_AFTER, seconds.to_string()));
        }
        let mut answer = answer.finish();
        answer.extensions_mut().insert(self.clone());
        answer
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use actix_web::body::to_bytes;
    use chrono::TimeDelta;
    use portico_domain::ports::Unique;

    use super::*;
    use crate::testing::now;

    async fn sent(problem: &Problem) -> (String, Option<String>) {
        let at = now() + TimeDelta::microseconds(52_612);
        let (head, body) = dated(problem.error_response(), at).into_parts();
        assert_eq!(head.status(), problem.status());
        assert_eq!(head.headers().get(CONTENT_TYPE).unwrap(), "application/json");
        let retry_after = head.headers().get(RETRY_AFTER).map(|value| value.to_str().unwrap().to_owned());
        let body = to_bytes(body).await.unwrap();
        (String::from_utf8(body.to_vec()).unwrap(), retry_after)
    }

    fn expected(status: u16, message: &str) -> String {
        let timestamp = "2024-01-15T00:00:00.052Z";
        format!(
            r#"{{"statusCode":{status},"timestamp":"{timestamp}","message":"{message}","pageData":null}}"#
        )
    }

    #[actix_web::test]
    async fn a_problem_tells_its_status_its_instant_and_a_text() {
        let (body, retry_after) = sent(&Problem::forbidden("Resource is closed")).await;
        assert_eq!((body, retry_after), (expected(403, "Resource is closed"), None));
        let (body, retry_after) = sent(&Problem::too_many("Later").again_in(30)).await;
        assert_eq!((body, retry_after.as_deref()), (expected(429, "Later"), Some("30")));
    }

    #[actix_web::test]
    async fn other_answers_are_left_as_they_are() {
        let answer = dated(HttpResponse::Created().body("true"), now());
        assert_eq!((answer.status(), answer.headers().get(CONTENT_TYPE)), (StatusCode::CREATED, None));
        assert_eq!(to_bytes(answer.into_body()).await.unwrap(), "true");
    }

    #[actix_web::test]
    async fn whatever_is_busy_or_away_asks_to_come_back() {
        let away = StoreError::Unavailable(Arc::new(std::io::Error::other("a secret host")));
        let store = [StoreError::Overloaded, StoreError::Closed, StoreError::Stale, away].map(Problem::from);
        for problem in store.into_iter().chain([PasswordsError::Busy.into()]) {
            let (body, retry_after) = sent(&problem).await;
            assert_eq!((body, retry_after.as_deref()), (expected(503, "Service Unavailable"), Some("1")));
        }
    }

    #[actix_web::test]
    async fn the_cause_of_an_internal_error_is_not_sent() {
        for problem in [
            StoreError::Corrupt { table: "signups", column: "state" }.into(),
            StoreError::Duplicate(Unique::ProjectOwner).into(),
            PasswordsError::Failed("a secret salt".to_owned()).into(),
        ] {
            assert_eq!(sent(&problem).await, (expected(500, "Internal Server Error"), None));
        }
    }
}
