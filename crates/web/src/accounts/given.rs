//! What a client put into a field of a JSON object, right or wrong.
//!
//! Reading a body never stops at the first field of a wrong type: the fields note it, and all faults are told at once.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use validator::ValidationError;

/// A type that a field can be asked to have.
pub(crate) trait Kind: Sized {
    /// The rule that a value of another type breaks.
    const RULE: &'static str;

    /// Reads the value.
    ///
    /// # Errors
    /// What it must be instead.
    fn read(value: Value) -> Result<Self, &'static str>;
}

impl Kind for String {
    const RULE: &'static str = "string";

    fn read(value: Value) -> Result<Self, &'static str> {
        match value {
            Value::String(text) if text.contains('\0') => Err("must not contain U+0000"),
            Value::String(text) => Ok(text),
            _ => Err("must be a string"),
        }
    }
}

impl Kind for bool {
    const RULE: &'static str = "boolean";

    fn read(value: Value) -> Result<Self, &'static str> {
        value.as_bool().ok_or("must be a boolean")
    }
}

/// The content of a field that is there and not null.
pub(crate) enum Given<T> {
    /// A value of the right type.
    Right(T),
    /// Another one, and what it must be.
    Wrong(&'static str),
}

impl<T> Given<T> {
    /// The value, when it has the right type.
    pub(crate) fn right(self) -> Option<T> {
        match self {
            Self::Right(value) => Some(value),
            Self::Wrong(_) => None,
        }
    }
}

impl<'de, T: Kind> Deserialize<'de> for Given<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match T::read(Value::deserialize(deserializer)?) {
            Ok(value) => Self::Right(value),
            Err(text) => Self::Wrong(text),
        })
    }
}

impl<T> Serialize for Given<T> {
    /// Nothing: the validator copies what it serialises into its errors, and a password must not get there.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

/// The validator of every field: it must have its type.
///
/// # Errors
/// When it has another one.
pub(crate) fn right_kind<T: Kind>(given: &Given<T>) -> Result<(), ValidationError> {
    match given {
        Given::Right(_) => Ok(()),
        Given::Wrong(text) => Err(ValidationError::new(T::RULE).with_message((*text).into())),
    }
}
