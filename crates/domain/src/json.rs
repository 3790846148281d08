//! JSON that is kept as it came.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error as _, MapAccess, SeqAccess, Visitor},
    ser::Error as _,
};
use serde_json::{Map, Number, Value, value::RawValue};

/// A JSON value, byte for byte as somebody sent it: the order of keys, the spelling of numbers and the white space
/// inside are his. Read and written through serde, it needs `serde_json` on the other side.
#[derive(Clone, PartialEq, Eq)]
pub struct RawJson(String);

/// A text that is no JSON, or JSON nested too deeply to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be JSON")]
pub struct RawJsonError;

impl RawJson {
    /// Takes a text.
    ///
    /// # Errors
    /// When it is no JSON.
    pub fn parse(text: &str) -> Result<Self, RawJsonError> {
        let raw: &RawValue = serde_json::from_str(text).map_err(|_| RawJsonError)?;
        Ok(Self(raw.get().to_owned()))
    }

    /// The text of a value.
    #[must_use]
    pub fn of(value: &Value) -> Self {
        Self(value.to_string())
    }

    /// An object without keys.
    #[must_use]
    pub fn empty_object() -> Self {
        Self("{}".to_owned())
    }

    /// The text, as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The value, to look into.
    ///
    /// # Errors
    /// When it is nested more than 127 levels deep.
    pub fn value(&self) -> Result<Value, RawJsonError> {
        parse(self.0.as_bytes()).map_err(|_| RawJsonError)
    }

    /// Whether it is an object.
    #[must_use]
    pub fn is_object(&self) -> bool {
        self.0.starts_with('{')
    }
}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for RawJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw: Box<RawValue> = Deserialize::deserialize(deserializer).map_err(D::Error::custom)?;
        Ok(Self(raw.get().to_owned()))
    }
}

impl Serialize for RawJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(&self.0).map_err(S::Error::custom)?;
        raw.serialize(serializer)
    }
}

/// Reads a JSON value that somebody sent, nested at most 127 levels deep. `Value` itself would take an object with a
/// certain private key for a raw value, and unpack the text in it with a depth of its own.
///
/// # Errors
/// When it is no JSON, or nested more deeply.
pub fn parse(text: &[u8]) -> Result<Value, serde_json::Error> {
    serde_json::from_slice(text).map(|Plain(value)| value)
}

struct Plain(Value);

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PlainVisitor).map(Self)
    }
}

struct PlainVisitor;

impl<'de> Visitor<'de> for PlainVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut list: S) -> Result<Value, S::Error> {
        let mut elements = Vec::new();
        while let Some(Plain(element)) = list.next_element()? {
            elements.push(element);
        }
        Ok(Value::Array(elements))
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Value, M::Error> {
        let mut members = Map::new();
        while let Some((key, Plain(value))) = map.next_entry::<String, Plain>()? {
            members.insert(key, value);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_kept_as_it_came() {
        let text = r#"{"z":1.0,"a":[1e2, 12345678901234567890123],"t":"\u0000"}"#;
        let raw = RawJson::parse(&format!(" {text}\n")).unwrap();
        assert_eq!(raw.as_str(), text);
        assert_eq!(serde_json::to_string(&raw).unwrap(), text);
        assert_eq!(serde_json::from_str::<RawJson>(text).unwrap(), raw);
        assert!(raw.is_object());
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in ["", "{", "nonsense", "1 2", "{'a':1}"] {
            assert_eq!(RawJson::parse(text), Err(RawJsonError), "{text}");
        }
    }

    #[test]
    fn json_nested_too_deeply_is_kept_but_not_looked_into() {
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        assert_eq!(RawJson::parse(&deep).unwrap().value(), Err(RawJsonError));
    }

    #[test]
    fn what_was_sent_is_read_as_it_is() {
        let text = r#"{"z":[null,true,-1,18446744073709551615,1.5,"\u0000"],"a":{"z":1,"z":2}}"#;
        let expected = r#"{"z":[null,true,-1,18446744073709551615,1.5,"\u0000"],"a":{"z":2}}"#;
        assert_eq!(parse(text.as_bytes()).unwrap().to_string(), expected);
        assert!(parse(b"[1] 2").is_err());
    }

    #[test]
    fn a_private_key_of_the_library_means_nothing() {
        let text = r#"{"$serde_json::private::RawValue":"[1]"}"#;
        assert_eq!(parse(text.as_bytes()).unwrap().to_string(), text);
        let mut nested = "[]".to_owned();
        for _ in 0..8 {
            let inside = format!("{}{nested}{}", "[".repeat(100), "]".repeat(100));
            nested = serde_json::json!({ "$serde_json::private::RawValue": inside }).to_string();
        }
        let Value::Object(read) = parse(nested.as_bytes()).unwrap() else { panic!("an object") };
        assert!(read.values().all(Value::is_string));
    }
}
