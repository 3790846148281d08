//! Reading one thing of a definition: an object by its keys, a text, a number.

use serde_json::{Map, Value};

use super::DefinitionFault;
use crate::signup::Identifier;

/// The greatest number, of either sign, that every client can tell from its neighbours: `Number.MAX_SAFE_INTEGER` of
/// JavaScript.
const MAX_WHOLE: i64 = (1 << 53) - 1;

/// An object of a definition, all of whose keys are known.
#[derive(Clone, Copy)]
pub(in crate::signup) struct Keys<'a>(&'a Map<String, Value>);

impl<'a> Keys<'a> {
    /// Takes an object.
    ///
    /// # Errors
    /// When it is none, or has a key that is not among `known`.
    pub(in crate::signup) fn of(given: &'a Value, known: &[&str]) -> Result<Self, DefinitionFault> {
        let keys = object(given)?;
        match keys.keys().find(|key| !known.contains(&key.as_str())) {
            Some(key) => Err(DefinitionFault::of(key, "is unknown")),
            None => Ok(Self(keys)),
        }
    }

    /// What is under a key, read by `read`; a key that is `null` counts as left out.
    ///
    /// # Errors
    /// Those of `read`, seen from the object.
    pub(in crate::signup) fn read<T>(
        self,
        key: &str,
        read: impl FnOnce(&'a Value) -> Result<T, DefinitionFault>,
    ) -> Result<Option<T>, DefinitionFault> {
        let given = self.0.get(key).filter(|value| !value.is_null());
        given.map(read).transpose().map_err(|fault| fault.within(key))
    }

    /// The same of a key that must be there.
    ///
    /// # Errors
    /// When it is missing, and those of `read`.
    pub(in crate::signup) fn require<T>(
        self,
        key: &str,
        read: impl FnOnce(&'a Value) -> Result<T, DefinitionFault>,
    ) -> Result<T, DefinitionFault> {
        self.read(key, read)?.ok_or_else(|| DefinitionFault::of(key, "is missing"))
    }

    /// Whether a key is there, be it `null`.
    pub(in crate::signup) fn has(self, key: &str) -> bool {
        self.0.contains_key(key)
    }
}

/// Whether a validator or an extra is switched off: `null` or `false`.
pub(in crate::signup) const fn is_off(given: &Value) -> bool {
    matches!(given, Value::Null | Value::Bool(false))
}

/// # Errors
/// When it is no object.
pub(in crate::signup) fn object(given: &Value) -> Result<&Map<String, Value>, DefinitionFault> {
    given.as_object().ok_or_else(|| DefinitionFault::new("must be an object"))
}

/// # Errors
/// When it is no array.
pub(in crate::signup) fn array(given: &Value) -> Result<&Vec<Value>, DefinitionFault> {
    given.as_array().ok_or_else(|| DefinitionFault::new("must be an array"))
}

/// The elements of an array of at most `max`, each read by `read`.
///
/// # Errors
/// When it is no array, or too long; and those of `read`, seen from the array.
pub(in crate::signup) fn each<T>(
    given: &Value,
    max: usize,
    mut read: impl FnMut(&Value) -> Result<T, DefinitionFault>,
) -> Result<Vec<T>, DefinitionFault> {
    let given = array(given)?;
    if given.len() > max {
        return Err(DefinitionFault::new(format!("must have at most {max} elements")));
    }
    let one = |(index, value)| read(value).map_err(|fault| fault.within(&format!("[{index}]")));
    given.iter().enumerate().map(one).collect()
}

/// # Errors
/// When it is no text.
pub(in crate::signup) fn text(given: &Value) -> Result<&str, DefinitionFault> {
    given.as_str().ok_or_else(|| DefinitionFault::new("must be a text"))
}

/// A text, or a number as one.
///
/// # Errors
/// When it is neither.
pub(in crate::signup) fn text_or_number(given: &Value) -> Result<String, DefinitionFault> {
    match given {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(DefinitionFault::new("must be a text or a number")),
    }
}

/// A text of one line: trimmed, not empty, of at most `max` characters.
///
/// # Errors
/// When it is none.
pub(in crate::signup) fn line(given: &Value, max: usize) -> Result<String, DefinitionFault> {
    crate::text::line(text(given)?, max).map_err(|error| DefinitionFault::new(error.to_string()))
}

/// # Errors
/// When it is no name.
pub(in crate::signup) fn identifier(given: &Value) -> Result<Identifier, DefinitionFault> {
    Identifier::parse(text(given)?).map_err(|error| DefinitionFault::new(error.to_string()))
}

/// # Errors
/// When it is no truth value.
pub(in crate::signup) fn flag(given: &Value) -> Result<bool, DefinitionFault> {
    given.as_bool().ok_or_else(|| DefinitionFault::new("must be true or false"))
}

/// A whole number that every client can read.
///
/// # Errors
/// When it is none.
pub(in crate::signup) fn whole(given: &Value) -> Result<i64, DefinitionFault> {
    let number = whole_number(given).filter(|number| (-MAX_WHOLE..=MAX_WHOLE).contains(number));
    number.ok_or_else(|| DefinitionFault::new("must be a whole number"))
}

/// The whole number that a JSON number is, however it is spelled: `6`, `6.0` or `0.6e1`.
pub(in crate::signup) fn whole_number(given: &Value) -> Option<i64> {
    // The shortest spelling of a whole one has neither a point nor an exponent.
    given.as_i64().or_else(|| given.as_f64()?.to_string().parse().ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_object_has_only_keys_that_are_known() {
        let given = json!({"a": 1, "b": null});
        let keys = Keys::of(&given, &["a", "b", "c"]).ok().unwrap();
        assert_eq!(keys.read("a", whole), Ok(Some(1)));
        assert_eq!((keys.read("b", whole), keys.has("b")), (Ok(None), true));
        assert_eq!((keys.read("c", whole), keys.has("c")), (Ok(None), false));
        assert_eq!(keys.require("b", whole).unwrap_err().to_string(), "b: is missing");
        assert_eq!(keys.read("a", text).unwrap_err().to_string(), "a: must be a text");
        assert_eq!(Keys::of(&given, &["a"]).err().unwrap().to_string(), "b: is unknown");
        assert_eq!(Keys::of(&json!([]), &[]).err().unwrap().to_string(), "must be an object");
    }

    #[test]
    fn an_array_says_which_element_is_wrong() {
        assert_eq!(each(&json!([1, 2]), 2, whole), Ok(vec![1, 2]));
        assert_eq!(each(&json!([1, "2"]), 2, whole).unwrap_err().to_string(), "[1]: must be a whole number");
        assert_eq!(each(&json!([1, 2]), 1, whole).unwrap_err().to_string(), "must have at most 1 elements");
        assert_eq!(each(&json!({}), 1, whole).unwrap_err().to_string(), "must be an array");
    }

    #[test]
    fn numbers_are_whole_and_no_client_rounds_them() {
        for number in [0, MAX_WHOLE, -MAX_WHOLE] {
            assert_eq!(whole(&number.into()), Ok(number));
        }
        for (text, number) in [("6.0", 6), ("1e1", 10), ("-0.2E+1", -2), ("-0.0", 0)] {
            assert_eq!(whole(&serde_json::from_str(text).unwrap()), Ok(number), "{text}");
        }
        for text in ["1e-1", "6.5", "9007199254740993.0", "1e300", "1e19"] {
            assert!(whole(&serde_json::from_str(text).unwrap()).is_err(), "{text}");
        }
        for given in [json!(MAX_WHOLE + 1), json!(-MAX_WHOLE - 1), json!(u64::MAX), json!(1.5), json!("1")] {
            assert!(whole(&given).is_err(), "{given}");
        }
    }

    #[test]
    fn texts_flags_and_names_are_what_they_are() {
        assert_eq!(text_or_number(&json!(7)), Ok("7".to_owned()));
        assert_eq!(text_or_number(&json!("7")), Ok("7".to_owned()));
        assert!(text_or_number(&json!(true)).is_err());
        assert_eq!(line(&json!(" guest "), 5), Ok("guest".to_owned()));
        for given in [json!("guests"), json!(" "), json!("a\nb"), json!(1)] {
            assert!(line(&given, 5).is_err(), "{given}");
        }
        assert_eq!((flag(&json!(true)), flag(&json!("true")).is_err()), (Ok(true), true));
        assert!(identifier(&json!("reg")).is_ok() && identifier(&json!("a b")).is_err());
        assert!(
            is_off(&json!(null)) && is_off(&json!(false)) && !is_off(&json!(true)) && !is_off(&json!({}))
        );
    }
}
