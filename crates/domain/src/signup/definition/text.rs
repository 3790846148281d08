//! Definitions as JSON texts, in which nothing is said twice.

use std::fmt;

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};

use super::DefinitionFault;

/// Why a text is no definition.
#[derive(Debug, thiserror::Error)]
pub enum DefinitionTextError {
    /// It is no JSON, or nested more than 127 levels deep.
    #[error(transparent)]
    Syntax(serde_json::Error),
    /// An object has a key twice, of which JSON would let one count.
    #[error(transparent)]
    KeyTwice(DefinitionFault),
}

/// Reads a JSON text, each of whose objects has each key once.
///
/// # Errors
/// When it is no JSON, is nested more than 127 levels deep, or has a key twice: where.
pub fn read_definition_text(text: &[u8]) -> Result<Value, DefinitionTextError> {
    let mut twice = None;
    let mut json = serde_json::Deserializer::from_slice(text);
    let read = Once { twice: &mut twice }.deserialize(&mut json).and_then(|value| json.end().map(|()| value));
    match (twice, read) {
        (Some(fault), _) => Err(DefinitionTextError::KeyTwice(fault)),
        (None, Ok(value)) => Ok(value),
        (None, Err(error)) => Err(DefinitionTextError::Syntax(error)),
    }
}

/// Reads a value, and notes which key in it is there twice.
struct Once<'a> {
    twice: &'a mut Option<DefinitionFault>,
}

impl Once<'_> {
    /// The same inside of it.
    const fn inside(&mut self) -> Once<'_> {
        Once { twice: self.twice }
    }

    /// What was found twice inside of it is seen from here.
    fn within(&mut self, key: &str) {
        *self.twice = self.twice.take().map(|fault| fault.within(key));
    }
}

impl<'de> DeserializeSeed<'de> for Once<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Once<'_> {
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

    fn visit_seq<S: SeqAccess<'de>>(mut self, mut list: S) -> Result<Value, S::Error> {
        let mut elements = Vec::new();
        loop {
            match list.next_element_seed(self.inside()) {
                Ok(Some(element)) => elements.push(element),
                Ok(None) => return Ok(Value::Array(elements)),
                Err(error) => {
                    self.within(&format!("[{}]", elements.len()));
                    return Err(error);
                }
            }
        }
    }

    fn visit_map<M: MapAccess<'de>>(mut self, mut map: M) -> Result<Value, M::Error> {
        let mut members = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            if members.contains_key(&key) {
                let fault = DefinitionFault::of(&key, "is there twice");
                let error = M::Error::custom(&fault);
                *self.twice = Some(fault);
                return Err(error);
            }
            match map.next_value_seed(self.inside()) {
                Ok(value) => drop(members.insert(key, value)),
                Err(error) => {
                    self.within(&key);
                    return Err(error);
                }
            }
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::signup::definition::arbitrary::any_json;

    fn fault(text: &str) -> String {
        match read_definition_text(text.as_bytes()) {
            Err(DefinitionTextError::KeyTwice(fault)) => fault.to_string(),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn a_key_that_is_there_twice_is_told_by_its_place() {
        assert_eq!(fault(r#"{"a":1,"a":1}"#), "a: is there twice");
        assert_eq!(fault(r#"{"a":1,"\u0061":2}"#), "a: is there twice", "however it is spelled");
        assert_eq!(
            fault(r#"{"forms":[{"attributes":[{},{"marker":"a","type":"string","marker":"b"}]}]}"#),
            "forms[0].attributes[1].marker: is there twice"
        );
        assert_eq!(fault(r#"[[{"a":{"b":1,"c":[],"b":2}}]]"#), "[0][0].a.b: is there twice");
        assert_eq!(fault(r#"{"a":1,"a":1,"#), "a: is there twice", "before the rest is looked at");
    }

    #[test]
    fn the_same_key_in_several_objects_is_no_fault() {
        let text = r#"{"a":{"a":[{"a":1},{"a":2}]},"b":{"a":3}}"#;
        assert_eq!(read_definition_text(text.as_bytes()).unwrap().to_string(), text);
    }

    #[test]
    fn what_is_no_json_says_where() {
        let deep = "[".repeat(100_000);
        for text in ["", " ", "{", "{} x", "{'a':1}", r#"{"a":"\ud800"}"#, "NaN", &deep] {
            let refused = read_definition_text(text.as_bytes());
            assert!(matches!(refused, Err(DefinitionTextError::Syntax(_))), "{refused:?}");
        }
    }

    #[test]
    fn a_key_of_the_parser_itself_is_a_key_like_any_other() {
        let text = r#"{"$serde_json::private::RawValue":"{\"a\":1}"}"#;
        assert_eq!(read_definition_text(text.as_bytes()).unwrap().to_string(), text);
    }

    proptest! {
        #[test]
        fn what_has_each_key_once_is_read_as_it_is(given in any_json()) {
            prop_assert_eq!(read_definition_text(given.to_string().as_bytes()).unwrap(), given);
        }
    }
}
