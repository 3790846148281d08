//! The shapes of the portal's answers: which keys they have, and which forms their values (portal contract section 3.5).

use chrono::{DateTime, FixedOffset};
use serde_json::Value;

use crate::shapes::assert_keys;

/// The keys that every user has.
pub(crate) const USER: [&str; 19] = [
    "id",
    "email",
    "generation",
    "name",
    "kana",
    "handle",
    "sex",
    "university",
    "student_id",
    "emergency_phone_number",
    "other_circles",
    "workshops",
    "squads",
    "role",
    "account_id",
    "email_verified",
    "card_published",
    "created_at",
    "updated_at",
];

/// The keys of a payment.
pub(crate) const PAYMENT: [&str; 5] = ["user_id", "authorizer", "period", "created_at", "updated_at"];

/// The keys of a user with these optional ones.
pub(crate) fn user_with(optional: &[&'static str]) -> Vec<&'static str> {
    [&USER[..], optional].concat()
}

/// Checks that a value is an instant as the portal writes it, in the zone of Tokyo, and answers which one.
#[track_caller]
pub(crate) fn instant(value: &Value) -> DateTime<FixedOffset> {
    let text = value.as_str().unwrap_or_else(|| panic!("{value} is no text"));
    let form = "0000-00-00T00:00:00+09:00";
    let same_form = text.len() == form.len()
        && text.bytes().zip(form.bytes()).enumerate().all(|(at, (c, f))| {
            let is_digit = f == b'0' && at < 19 && c.is_ascii_digit();
            is_digit || c == f
        });
    assert!(same_form, "{text}");
    DateTime::parse_from_rfc3339(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Checks that a value is a payment of this person for this period, taken by that one.
#[track_caller]
pub(crate) fn assert_payment(value: &Value, user: i64, period: i64, authorizer: i64) {
    assert_keys(value, &PAYMENT);
    let numbers = ["user_id", "period", "authorizer"].map(|key| value[key].as_i64());
    assert_eq!(numbers, [Some(user), Some(period), Some(authorizer)], "{value}");
    assert!(instant(&value["created_at"]) <= instant(&value["updated_at"]));
}
