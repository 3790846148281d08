//! The error bodies of the partner API (partner contract, "Common").

use std::{borrow::Cow, fmt};

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header::RETRY_AFTER},
};
use portico_application::{PartnerCallError, SaveCheckResultError};
use portico_domain::{
    partner::{FieldFaults, PartnerField},
    ports::{PasswordsError, StoreError},
};
use serde::{Serialize, Serializer, ser::SerializeMap as _};

use super::texts::{IDEMPOTENCY_KEY, Language};
use crate::refuses::Refuses;

/// How long a client should wait when the house is busy, in seconds.
const BUSY_SECONDS: i64 = 1;

/// An answer that says why a call was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    status: StatusCode,
    body: Body,
    retry_after: Option<i64>,
}

/// What is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Body {
    /// A text.
    Detail(Cow<'static, str>),
    /// What is wrong, by field.
    Faults(Vec<(&'static str, String)>),
}

impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(None)?;
        match self {
            Self::Detail(text) => members.serialize_entry("detail", text)?,
            Self::Faults(faults) => {
                for (field, text) in faults {
                    members.serialize_entry(field, &[text])?;
                }
            }
        }
        members.end()
    }
}

impl Problem {
    /// A problem with a status and a text.
    pub(crate) fn detail(status: StatusCode, text: impl Into<Cow<'static, str>>) -> Self {
        Self { status, body: Body::Detail(text.into()), retry_after: None }
    }

    fn faults(faults: Vec<(&'static str, String)>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, body: Body::Faults(faults), retry_after: None }
    }

    /// 400: these fields are faulty.
    pub(super) fn faulty(faults: &FieldFaults, language: Language) -> Self {
        let text = |(field, fault): &(PartnerField, _)| (field.name(), language.fault(*field, *fault));
        Self::faults(faults.as_slice().iter().map(text).collect())
    }

    /// 400: a call cannot have this name.
    pub(super) fn invalid_idempotency_key(language: Language) -> Self {
        Self::faults(vec![(IDEMPOTENCY_KEY, language.invalid_idempotency_key().to_owned())])
    }

    /// 409: another call has this name.
    pub(super) fn taken_idempotency_key(language: Language) -> Self {
        Self::detail(StatusCode::CONFLICT, language.taken_idempotency_key())
    }

    /// 503: the same may be asked again at once, or nearly so.
    pub(super) fn busy() -> Self {
        let text = "Service temporarily unavailable, try again later.";
        Self { retry_after: Some(BUSY_SECONDS), ..Self::detail(StatusCode::SERVICE_UNAVAILABLE, text) }
    }

    /// 500. The cause is for the log and never sent.
    fn internal(cause: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error = cause, "a request failed");
        Self::crashed()
    }

    /// 500, after the cause was logged.
    pub(crate) fn crashed() -> Self {
        Self::detail(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error.")
    }

    /// Why a call came to nothing.
    pub(super) fn refused(error: PartnerCallError, language: Language) -> Self {
        match error {
            PartnerCallError::Faulty(faults) => Self::faulty(&faults, language),
            PartnerCallError::Passwords(error) => error.into(),
            PartnerCallError::Store(error) => error.into(),
        }
    }

    /// Why a result was not kept.
    pub(super) fn not_saved(error: SaveCheckResultError, language: Language) -> Self {
        match error {
            SaveCheckResultError::KeyTaken => Self::taken_idempotency_key(language),
            SaveCheckResultError::Call(error) => Self::refused(error, language),
        }
    }

    /// What is sent.
    pub(super) const fn body(&self) -> &Body {
        &self.body
    }

    /// The status it is sent with.
    pub(super) const fn status(&self) -> StatusCode {
        self.status
    }

    /// Whether it tells when to try again.
    pub(super) const fn says_when(&self) -> bool {
        self.retry_after.is_some()
    }
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
            PasswordsError::Busy => Self::busy(),
            // Passwords are drawn here, and never judged.
            PasswordsError::Weak(_) | PasswordsError::Failed(_) => Self::internal(&error),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.body {
            Body::Detail(text) => f.write_str(text),
            Body::Faults(_) => f.write_str("fields of the call are faulty"),
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
        answer.json(&self.body)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use actix_web::body::to_bytes;
    use portico_domain::{partner::FieldFault, ports::Unique};

    use super::*;

    async fn sent(problem: &Problem) -> (u16, String, Option<String>) {
        let (head, body) = problem.error_response().into_parts();
        let retry_after = head.headers().get(RETRY_AFTER).map(|value| value.to_str().unwrap().to_owned());
        let body = to_bytes(body).await.unwrap();
        (head.status().as_u16(), String::from_utf8(body.to_vec()).unwrap(), retry_after)
    }

    #[actix_web::test]
    async fn faults_are_told_by_field_in_their_order_each_in_a_list() {
        let mut faults = FieldFaults::default();
        faults.note(PartnerField::Email, FieldFault::Invalid);
        faults.note(PartnerField::Key, FieldFault::Invalid);
        let body = r#"{"key":["Please enter a valid key."],"email":["Введите корректный адрес электронной почты."]}"#;
        let problem = Problem::refused(faults.into(), Language::Original);
        assert_eq!(sent(&problem).await, (400, body.to_owned(), None));
        let body = r#"{"detail":"Another call has this Idempotency-Key."}"#;
        let problem = Problem::not_saved(SaveCheckResultError::KeyTaken, Language::English);
        assert_eq!(sent(&problem).await, (409, body.to_owned(), None));
    }

    #[actix_web::test]
    async fn whatever_is_busy_or_away_asks_to_come_back() {
        let away = StoreError::Unavailable(Arc::new(std::io::Error::other("a secret host")));
        let store = [StoreError::Overloaded, StoreError::Closed, StoreError::Stale, away];
        let store = store.map(|error| Problem::not_saved(error.into(), Language::Russian));
        let passwords = Problem::refused(PasswordsError::Busy.into(), Language::Russian);
        let body = r#"{"detail":"Service temporarily unavailable, try again later."}"#;
        for problem in store.into_iter().chain([passwords]) {
            assert_eq!(sent(&problem).await, (503, body.to_owned(), Some("1".to_owned())));
        }
    }

    #[actix_web::test]
    async fn the_cause_of_an_internal_error_is_not_sent() {
        for problem in [
            StoreError::Corrupt { table: "partners", column: "name" }.into(),
            StoreError::Duplicate(Unique::Dictation).into(),
            PasswordsError::Failed("a secret salt".to_owned()).into(),
            PasswordsError::Weak("a secret password".to_owned()).into(),
        ] {
            let body = r#"{"detail":"Internal server error."}"#;
            assert_eq!(sent(&problem).await, (500, body.to_owned(), None));
        }
    }
}
