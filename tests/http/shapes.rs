//! The shapes of answers: which keys they have, and which forms their values.

use chrono::{DateTime, Utc};
use integration_tests::client::Answer;
use serde_json::Value;

/// The keys of a project.
pub(crate) const PROJECT: [&str; 7] =
    ["id", "name", "slug", "description", "is_public", "owner_id", "created_at"];

/// The keys of an invite for those who run the project.
pub(crate) const INVITE: [&str; 7] =
    ["id", "email", "role", "redirect_url", "expires_at", "is_expired", "created_at"];

/// Checks that an object has exactly these keys.
#[track_caller]
pub(crate) fn assert_keys(object: &Value, keys: &[&str]) {
    let object = object.as_object().unwrap_or_else(|| panic!("{object} is no object"));
    let mut found: Vec<&str> = object.keys().map(String::as_str).collect();
    let mut wanted = keys.to_vec();
    found.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(found, wanted);
}

/// Checks that a value is an instant as the contract writes it, and answers which one.
#[track_caller]
pub(crate) fn instant(value: &Value) -> DateTime<Utc> {
    let text = value.as_str().unwrap_or_else(|| panic!("{value} is no text"));
    let form = "0000-00-00T00:00:00.000Z";
    let same_form = text.len() == form.len()
        && text.chars().zip(form.chars()).all(|(c, f)| c == f || (f == '0' && c.is_ascii_digit()));
    assert!(same_form, "{text}");
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Checks that a value is a UUID, and answers its text.
#[track_caller]
pub(crate) fn id(value: &Value) -> &str {
    let text = value.as_str().unwrap_or_else(|| panic!("{value} is no text"));
    let parsed = uuid::Uuid::parse_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(parsed.to_string(), text);
    text
}

/// Checks that a value is a text of this beginning and of at least 43 further characters of a URL.
#[track_caller]
pub(crate) fn token<'v>(value: &'v Value, prefix: &str) -> &'v str {
    let text = value.as_str().unwrap_or_else(|| panic!("{value} is no text"));
    let rest = text.strip_prefix(prefix).unwrap_or_else(|| panic!("{text} does not begin with {prefix}"));
    assert!(rest.len() >= 43, "{text}");
    assert!(rest.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')), "{text}");
    text
}

/// Checks both tokens, their lifetime, and the person of a sign-in.
#[track_caller]
pub(crate) fn assert_signed_in(body: &Value, email: &str, display_name: &str) {
    token(&body["token"], "hitkey_");
    let refresh = body["refresh_token"].as_str().expect("there is a refresh token");
    assert!(refresh.len() >= 64 && refresh.bytes().all(|b| b.is_ascii_hexdigit()), "{refresh}");
    assert_eq!(body["expires_in"], 3600);
    assert_keys(&body["user"], &["id", "email", "displayName"]);
    id(&body["user"]["id"]);
    assert_eq!((&body["user"]["email"], &body["user"]["displayName"]), (&email.into(), &display_name.into()));
}

/// The answers among these with this status.
pub(crate) fn with_status(answers: &[Answer], status: u16) -> Vec<&Answer> {
    answers.iter().filter(|answer| answer.status == status).collect()
}

/// Six digits that are not these.
pub(crate) fn another_code(code: &str) -> String {
    let number: u32 = code.parse().expect("a code is a number");
    format!("{:06}", (number + 1) % 1_000_000)
}
