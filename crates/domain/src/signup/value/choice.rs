//! Choices out of the list of a field.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Content, Reader, elements, id, object, text};

/// A choice as a whole; its id alone counts, and what extends it may be anything.
#[derive(Deserialize)]
struct Choice<'a> {
    #[serde(borrow)]
    value: &'a RawValue,
    #[serde(borrow)]
    title: Option<&'a RawValue>,
}

/// Some of the listed choices, each once.
pub(super) fn read(reader: &Reader<'_>, raw: &str) -> Option<Content> {
    let chosen: Vec<String> =
        elements(raw)?.into_iter().map(|raw| chosen(raw.get())).collect::<Option<_>>()?;
    let listed = reader.listed();
    let mut seen = HashSet::new();
    let fits = chosen.iter().all(|id| listed.contains(id.as_str()) && seen.insert(id));
    fits.then(|| Content::of_things(&chosen))
}

/// At most one of them: in an array, or its bare id.
pub(super) fn read_one(reader: &Reader<'_>, raw: &str) -> Option<Content> {
    if raw.starts_with('[') {
        return elements(raw).filter(|chosen| chosen.len() <= 1).and_then(|_| read(reader, raw));
    }
    if text(raw).is_some_and(|id| id.is_empty()) {
        return Some(Content::Nothing);
    }
    id(raw).and_then(|_| read(reader, &format!("[{raw}]")))
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
