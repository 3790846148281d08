//! What people fill in (portal contract section 11).

use serde_json::{Value, json};

/// The form of a newcomer as the existing web client sends it, with keys that mean nothing to the server.
#[must_use]
pub fn form(name: &str) -> Value {
    json!({
        "discord_id": "",
        "squads": ["xR", "SysAd"],
        "workshops": ["CG"],
        "other_circles": "",
        "emergency_phone_number": phone_of(name),
        "student_id": format!("1X20{name}"),
        "subject": "",
        "department": "基幹理工学部",
        "univ_name": "早稲田大学",
        "sex": "female",
        "handle": name,
        "kana": "ミス チャン",
        "name": "みす ちゃん",
        "generation": 61,
        "university": { "name": "早稲田大学", "department": "基幹理工学部", "subject": "" },
    })
}

/// A telephone that only somebody of this name has, at least among the people of one test.
#[must_use]
pub fn phone_of(name: &str) -> String {
    let number = name.bytes().fold(7_u64, |number, byte| (number * 131 + u64::from(byte)) % 100_000_000);
    format!("090{number:08}")
}

/// A body with the fields of another in place of its own.
///
/// # Panics
/// When one of them is no object.
#[must_use]
pub fn with(mut body: Value, changes: Value) -> Value {
    let Value::Object(changes) = changes else { panic!("{changes} is no object") };
    body.as_object_mut().expect("a body is an object").extend(changes);
    body
}

/// A body without one of its fields.
///
/// # Panics
/// When it is no object.
#[must_use]
pub fn without(mut body: Value, field: &str) -> Value {
    body.as_object_mut().expect("a body is an object").shift_remove(field);
    body
}
