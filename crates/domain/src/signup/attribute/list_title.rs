//! The choices of a list.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::signup::definition::{DefinitionFault, Keys, each, text, text_or_number, whole};

/// The most choices of a form, over all its fields and languages.
pub(in crate::signup) const MAX_LIST_TITLES: usize = 10_000;
/// What the value under `extended` may be (sign-up contract section 7).
const EXTENDED_TYPES: [&str; 10] = [
    "string",
    "integer",
    "realNumber",
    "fixedPointNumber",
    "date",
    "dateAndTime",
    "time",
    "image",
    "file",
    "json",
];

/// One choice of a list: `{title, value, position, extended: {type, value}}` (sign-up contract section 7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListTitle {
    /// What people read.
    pub title: String,
    /// What the choice is called in values: the id of the option, as a text.
    pub value: String,
    /// The whole choice, as it was given.
    pub given: Map<String, Value>,
}

impl ListTitle {
    /// Reads the choices of a field, in one language.
    ///
    /// # Errors
    /// When one is malformed, or two have the same value.
    pub(super) fn parse_all(given: &Value) -> Result<Vec<Self>, DefinitionFault> {
        let mut values = HashSet::new();
        each(given, MAX_LIST_TITLES, |given| {
            let title = Self::parse(given)?;
            if values.insert(title.value.clone()) {
                Ok(title)
            } else {
                Err(DefinitionFault::of("value", "is that of another choice"))
            }
        })
    }

    fn parse(given: &Value) -> Result<Self, DefinitionFault> {
        let keys = Keys::of(given, &["title", "value", "position", "extended"])?;
        let value = keys.require("value", text_or_number)?;
        if value.is_empty() {
            return Err(DefinitionFault::of("value", "must not be empty"));
        }
        keys.read("position", position)?;
        keys.read("extended", extended)?;
        let given = given.as_object().cloned().unwrap_or_default();
        Ok(Self { title: keys.require("title", text)?.to_owned(), value, given })
    }
}

/// The SDK knows positions that are texts, too.
fn position(given: &Value) -> Result<(), DefinitionFault> {
    if given.is_string() { Ok(()) } else { whole(given).map(drop) }
}

fn extended(given: &Value) -> Result<(), DefinitionFault> {
    let name = Keys::of(given, &["type", "value"])?.read("type", text)?;
    if name.is_none_or(|name| EXTENDED_TYPES.contains(&name)) {
        return Ok(());
    }
    Err(DefinitionFault::of("type", format!("must be one of {}", EXTENDED_TYPES.join(", "))))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_choice_is_kept_as_it_was_given() {
        let given = json!([
            {"title": "red", "value": "1", "position": 1, "extended": {"value": "#f00", "type": "string"}},
            {"title": "", "value": 2, "position": "a0", "extended": {"value": null, "type": null}},
            {"title": "blue", "value": 3.5, "position": null, "extended": null},
        ]);
        let titles = ListTitle::parse_all(&given).unwrap();
        let values: Vec<_> = titles.iter().map(|title| title.value.as_str()).collect();
        assert_eq!(values, ["1", "2", "3.5"]);
        assert_eq!(titles[0].title, "red");
        let kept: Vec<Value> = titles.into_iter().map(|title| title.given.into()).collect();
        assert_eq!(Value::from(kept), given);
        for name in EXTENDED_TYPES {
            let given = json!([{"title": "x", "value": "1", "extended": {"type": name, "value": {"a": 1}}}]);
            assert!(ListTitle::parse_all(&given).is_ok(), "{name}");
        }
    }

    #[test]
    fn a_malformed_choice_is_refused() {
        for (given, fault) in [
            (json!({}), "must be an array"),
            (json!(["red"]), "[0]: must be an object"),
            (json!([{"title": "x"}]), "[0].value: is missing"),
            (json!([{"value": "1"}]), "[0].title: is missing"),
            (json!([{"title": 1, "value": "1"}]), "[0].title: must be a text"),
            (json!([{"title": "x", "value": ""}]), "[0].value: must not be empty"),
            (json!([{"title": "x", "value": {"id": 1}}]), "[0].value: must be a text or a number"),
            (json!([{"title": "x", "value": 1, "position": 1.5}]), "[0].position: must be a whole number"),
            (json!([{"title": "x", "value": 1, "extendedValue": null}]), "[0].extendedValue: is unknown"),
            (json!([{"title": "x", "value": 1, "extended": "red"}]), "[0].extended: must be an object"),
            (json!([{"title": "x", "value": 1, "extended": {"typ": 1}}]), "[0].extended.typ: is unknown"),
            (
                json!([{"title": "x", "value": 1}, {"title": "y", "value": "1"}]),
                "[1].value: is that of another choice",
            ),
        ] {
            assert_eq!(ListTitle::parse_all(&given).unwrap_err().to_string(), fault, "{given}");
        }
        let given = json!([{"title": "x", "value": 1, "extended": {"type": "color"}}]);
        let fault = ListTitle::parse_all(&given).unwrap_err();
        assert_eq!(fault.place, "[0].extended.type");
        assert!(fault.reason.starts_with("must be one of string, integer, "), "{fault}");
        let many = vec![json!({}); MAX_LIST_TITLES + 1];
        let fault = ListTitle::parse_all(&many.into()).unwrap_err();
        assert_eq!(fault.to_string(), "must have at most 10000 elements");
    }
}
