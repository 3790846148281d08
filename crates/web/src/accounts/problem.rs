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
use utoipa::ToSchema;

/// How long a client should wait when the house is busy, in seconds.
const BUSY_SECONDS: i64 = 1;

/// Which rule a field broke, in the words of the contract (O41).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(description = "Which rule a field broke")]
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

    /// What is sent.
    pub(super) const fn body(&self) -> &impl Serialize {
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

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;
    use portico_domain::ports::Unique;

    use super::*;

    async fn sent(problem: &Problem) -> (u16, String, HttpResponse<()>) {
        let (head, body) = problem.error_response().into_parts();
        let body = to_bytes(body).await.unwrap();
        (head.status().as_u16(), String::from_utf8(body.to_vec()).unwrap(), head)
    }

    #[actix_web::test]
    async fn a_problem_has_a_text_and_a_code() {
        let (status, body, _) = sent(&Problem::nothing_here()).await;
        assert_eq!((status, body.as_str()), (404, r#"{"error":"Not found","code":"NOT_FOUND"}"#));
    }

    #[actix_web::test]
    async fn faulty_fields_are_listed() {
        let faults = vec![Fault::new("email", Rule::MaxLength, "must be at most 254 characters")];
        let (status, body, _) = sent(&Problem::invalid(faults)).await;
        let expected = r#"{"errors":[{"message":"The email field must be at most 254 characters","rule":"maxLength","field":"email"}]}"#;
        assert_eq!((status, body.as_str()), (422, expected));
    }

    #[actix_web::test]
    async fn a_missing_proof_of_identity_names_the_scheme() {
        let (status, _, head) = sent(&Problem::unauthorized("UNAUTHORIZED", "no")).await;
        assert_eq!(
            (status, head.headers().get(WWW_AUTHENTICATE).unwrap()),
            (401, &"Bearer".parse().unwrap())
        );
    }

    #[actix_web::test]
    async fn whoever_must_wait_is_told_how_long() {
        let (status, body, head) = sent(&Problem::too_soon(42)).await;
        assert_eq!((status, head.headers().get(RETRY_AFTER).unwrap()), (429, &"42".parse().unwrap()));
        assert!(body.contains("TOO_MANY_REQUESTS"), "{body}");
        let (status, body, head) = sent(&StoreError::Overloaded.into()).await;
        assert_eq!((status, head.headers().get(RETRY_AFTER).unwrap()), (503, &"1".parse().unwrap()));
        assert!(body.contains("TOO_BUSY"), "{body}");
    }

    #[actix_web::test]
    async fn the_cause_of_an_internal_error_is_not_sent() {
        for error in [
            StoreError::Corrupt { table: "users", column: "state" },
            StoreError::Duplicate(Unique::ProjectOwner),
        ] {
            let (status, body, _) = sent(&error.into()).await;
            assert_eq!(
                (status, body.as_str()),
                (500, r#"{"error":"Internal server error","code":"INTERNAL_ERROR"}"#)
            );
        }
    }

    #[actix_web::test]
    async fn a_weak_password_is_a_fault_of_its_field_that_says_why() {
        let weak = PasswordsError::Weak("This is a very common password.".to_owned());
        let (status, body, _) = sent(&Problem::from_passwords(&weak, "new_password")).await;
        let expected = r#"{"errors":[{"message":"This is a very common password.","rule":"regex","field":"new_password"}]}"#;
        assert_eq!((status, body.as_str()), (422, expected));
        let (status, body, _) = sent(&Problem::from_passwords(&PasswordsError::Busy, "password")).await;
        assert_eq!(status, 503);
        assert!(body.contains("TOO_BUSY"), "{body}");
        let broken = PasswordsError::Failed("salt".to_owned());
        let (status, body, _) = sent(&Problem::from_passwords(&broken, "password")).await;
        assert_eq!(status, 500);
        assert!(!body.contains("salt"), "{body}");
    }
}
