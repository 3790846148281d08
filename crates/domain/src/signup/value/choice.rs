//! Choices out of the list of a field.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Content, elements, id, object, text};
use crate::signup::Attribute;

/// A choice as a whole; its id alone counts, and what extends it may be anything.
#[derive(Deserialize)]
struct Choice<'a> {
    #[serde(borrow)]
    value: &'a RawValue,
    #[serde(borrow)]
    title: Option<&'a RawValue>,
}

/// Some of the listed choices, each once.
pub(super) fn read(attribute: &Attribute, raw: &str) -> Option<Content> {
    let chosen: Vec<String> =
        elements(raw)?.into_iter().map(|raw| chosen(raw.get())).collect::<Option<_>>()?;
    let listed: HashSet<&str> = attribute
        .list_titles
        .iter()
        .flat_map(|(_, titles)| titles)
        .map(|title| title.value.as_str())
        .collect();
    let mut seen = HashSet::new();
    let fits = chosen.iter().all(|id| listed.contains(id.as_str()) && seen.insert(id));
    fits.then(|| Content::of_things(&chosen))
}

/// At most one of them: in an array, or its bare id.
pub(super) fn read_one(attribute: &Attribute, raw: &str) -> Option<Content> {
    if raw.starts_with('[') {
        return elements(raw).filter(|chosen| chosen.len() <= 1).and_then(|_| read(attribute, raw));
    }
    if text(raw).is_some_and(|id| id.is_empty()) {
        return Some(Content::Nothing);
    }
    id(raw).and_then(|_| read(attribute, &format!("[{raw}]")))
}

/// The id of a choice, out of the whole choice or bare.
fn chosen(raw: &str) -> Option<String> {
    match object::<Choice>(raw) {
        Some(choice) => {
            let is_titled = choice.title.is_none_or(|title| text(title.get()).is_some());
            id(choice.value.get()).filter(|_| is_titled)
        }
        None => id(raw),
    }
}
