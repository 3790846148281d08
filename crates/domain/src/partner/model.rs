//! The model of a check: JSON whose layout is the affair of the partner's script.

use serde::de::IgnoredAny;
use serde_json::Value;

use crate::{json, partner::FieldFault};

/// The most bytes of a model (partner contract, "Common").
pub const MAX_MODEL_BYTES: usize = 2 * 1024 * 1024;
/// The most arrays and objects within each other, the outermost included (partner contract, `save_check_result`).
pub const MAX_MODEL_LEVELS: usize = 64;

/// What a check found: a JSON object, kept byte for byte.
#[derive(Clone, PartialEq, Eq)]
pub struct Model(String);

impl Model {
    /// Takes a model.
    ///
    /// # Errors
    /// `TooLong` beyond 2 MiB; `Invalid` when it is no JSON object, or nested more than 64 levels deep.
    pub fn parse(text: String) -> Result<Self, FieldFault> {
        if text.len() > MAX_MODEL_BYTES {
            return Err(FieldFault::TooLong { max: MAX_MODEL_BYTES });
        }
        let is_object = text.trim_start().starts_with('{');
        let is_json = serde_json::from_str::<IgnoredAny>(&text).is_ok();
        if is_object && is_json && levels(&text) <= MAX_MODEL_LEVELS {
            Ok(Self(text))
        } else {
            Err(FieldFault::Invalid)
        }
    }

    /// Takes a model from the store, where only parsed ones are put.
    #[must_use]
    pub const fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The model, byte for byte as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The object, to look into. Nothing when it holds what JSON allows and no program can: half a surrogate pair, or a
    /// number beyond all floating-point ones.
    #[must_use]
    pub fn value(&self) -> Option<Value> {
        json::parse(self.0.as_bytes()).ok()
    }
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Model({} bytes)", self.0.len())
    }
}

/// How many arrays and objects of a JSON text are within each other.
fn levels(text: &str) -> usize {
    let (mut level, mut deepest): (usize, usize) = (0, 0);
    let (mut in_string, mut escaped) = (false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                level += 1;
                deepest = deepest.max(level);
            }
            b'}' | b']' if !in_string => level -= 1,
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Result<Model, FieldFault> {
        Model::parse(text.to_owned())
    }

    fn nested(levels: usize) -> String {
        format!("{}1{}", r#"{"a":"#.repeat(levels), "}".repeat(levels))
    }

    #[test]
    fn a_model_is_kept_byte_for_byte() {
        let text = " {\"z\" : 1.0, \"a\":[1e2,12345678901234567890123], \"z\":\"\\u0000\\/\"}\r\n";
        assert_eq!(parse(text).unwrap().as_str(), text);
        assert!(parse(text).unwrap().value().is_some());
    }

    #[test]
    fn a_model_is_a_json_object() {
        for text in
            ["", "nonsense", "[]", "1", "null", "\"{}\"", "{", "{}{}", "{'a':1}", "{\"a\":NaN}", "\u{feff}{}"]
        {
            assert_eq!(parse(text), Err(FieldFault::Invalid), "{text:?}");
        }
    }

    #[test]
    fn what_no_program_can_hold_is_kept_and_not_looked_into() {
        for text in [r#"{"a":"\ud800"}"#, r#"{"a":1e999}"#] {
            assert_eq!(parse(text).unwrap().value(), None, "{text}");
        }
    }

    #[test]
    fn a_model_is_nested_64_levels_deep_at_most() {
        assert!(parse(&nested(64)).is_ok());
        for levels in [65, 128, 100_000] {
            assert_eq!(parse(&nested(levels)), Err(FieldFault::Invalid), "{levels}");
        }
        let brackets_in_a_string = format!(r#"{{"a":"\"{}"}}"#, "[{".repeat(100));
        assert!(parse(&brackets_in_a_string).is_ok());
    }

    #[test]
    fn a_model_is_bounded_in_bytes() {
        let of = |bytes: usize| parse(&format!(r#"{{"a":"{}"}}"#, "x".repeat(bytes - 8)));
        assert!(of(MAX_MODEL_BYTES).is_ok());
        assert_eq!(of(MAX_MODEL_BYTES + 1), Err(FieldFault::TooLong { max: MAX_MODEL_BYTES }));
    }

    #[test]
    fn a_model_is_never_printed() {
        assert_eq!(format!("{:?}", parse(r#"{"a":1}"#).unwrap()), "Model(7 bytes)");
    }

    #[test]
    fn no_model_holds_what_no_database_takes() {
        for text in ["{\"a\":\"\0\"}", "{\0}", "{}\0", "{\"a\":\"\u{1}\"}"] {
            assert_eq!(parse(text), Err(FieldFault::Invalid), "{text:?}");
        }
    }

    /// JSON of any shape, with how many arrays and objects of it are within each other.
    fn any_json() -> impl Strategy<Value = (Value, usize)> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,8}".prop_map(Value::from),
            r#"[\\"\[{}\]]{0,8}"#.prop_map(Value::from),
        ];
        leaf.prop_map(|leaf| (leaf, 0)).prop_recursive(80, 200, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(|items| {
                    let deepest = items.iter().map(|(_, levels)| *levels).max().unwrap_or_default();
                    (items.into_iter().map(|(item, _)| item).collect(), deepest + 1)
                }),
                (".{0,4}", inner).prop_map(|(key, (item, levels))| {
                    (Value::Object([(key, item)].into_iter().collect()), levels + 1)
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn levels_are_counted_whatever_the_strings_hold((value, levels) in any_json()) {
            prop_assert_eq!(super::levels(&value.to_string()), levels);
            prop_assert_eq!(super::levels(&format!("{value:#}")), levels);
        }

        #[test]
        fn every_object_of_64_levels_is_a_model_and_is_kept((value, levels) in any_json(), more in 0..70_usize) {
            let wrapped = (0..more).fold(value, |inside, _| serde_json::json!({ "a": inside }));
            let text = wrapped.to_string();
            let parsed = parse(&text);
            prop_assert_eq!(parsed.is_ok(), wrapped.is_object() && levels + more <= MAX_MODEL_LEVELS);
            if let Ok(model) = parsed {
                prop_assert_eq!(model.as_str(), &text);
                prop_assert_eq!(model.value(), Some(wrapped));
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,200}") {
            let _ = parse(&text);
        }

        #[test]
        fn brackets_in_any_order_do_no_harm(text in "[\\[\\]{}\",:\\\\a1 ]{0,60}") {
            let _ = parse(&text);
        }
    }
}
