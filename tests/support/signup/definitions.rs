//! Forms and providers as an operator writes them down.

use serde_json::{Value, json};

use crate::portal::with;

/// A field that asks for nothing.
#[must_use]
pub fn field(marker: &str, kind: &str) -> Value {
    json!({ "marker": marker, "type": kind })
}

/// A field whose value must be as these validators say.
#[must_use]
pub fn ruled(marker: &str, kind: &str, validators: Value) -> Value {
    let mut field = field(marker, kind);
    field["validators"] = validators;
    field
}

/// The field of the login.
#[must_use]
pub fn login_field() -> Value {
    with(field("login", "string"), json!({ "isLogin": true }))
}

/// The field of the password.
#[must_use]
pub fn password_field() -> Value {
    with(field("password", "string"), json!({ "isPassword": true }))
}

/// A form of a login, a password and these fields.
#[must_use]
pub fn form(identifier: &str, fields: Vec<Value>) -> Value {
    let fields: Vec<Value> = [login_field(), password_field()].into_iter().chain(fields).collect();
    json!({ "identifier": identifier, "attributes": fields })
}

/// A provider whose people fill in a form, with what else there is to say of it.
#[must_use]
pub fn provider(identifier: &str, form: &str, further: Value) -> Value {
    with(json!({ "identifier": identifier, "formIdentifier": form }), further)
}

/// What somebody signs up and in with, under the usual markers.
#[must_use]
pub fn credentials(login: &str, password: &str) -> Value {
    json!([{ "marker": "login", "value": login }, { "marker": "password", "value": password }])
}
