//! Harmless HTML inside values that are kept as they came.

use serde_json::{Value, value::RawValue};

use super::members::Members;
use crate::{json::RawJson, ports::HtmlSanitizer};

/// The key of the HTML in a value of the types `text` and `textWithHeader`.
const HTML_KEY: &str = "htmlValue";

/// The value of such a field with its HTML cleaned: as it came when there was nothing to clean, else with everything
/// around the HTML as it came.
pub(super) fn sanitized(value: RawJson, sanitizer: &dyn HtmlSanitizer) -> RawJson {
    match cleaned_value(value.as_str(), sanitizer) {
        // What was put together is JSON; were it not, nothing would be safer than what came.
        Some(text) => RawJson::parse(&text).unwrap_or_else(|_| RawJson::of(&Value::Null)),
        None => value,
    }
}

/// Of one object, or an array of them; nothing when it was clean.
fn cleaned_value(text: &str, sanitizer: &dyn HtmlSanitizer) -> Option<String> {
    let Ok(elements) = serde_json::from_str::<Vec<&RawValue>>(text) else {
        return cleaned_object(text, sanitizer);
    };
    let cleaned: Vec<Option<String>> =
        elements.iter().map(|element| cleaned_object(element.get(), sanitizer)).collect();
    if cleaned.iter().all(Option::is_none) {
        return None;
    }
    let texts = elements.iter().zip(cleaned);
    let texts: Vec<String> =
        texts.map(|(element, cleaned)| cleaned.unwrap_or_else(|| element.get().to_owned())).collect();
    Some(format!("[{}]", texts.join(",")))
}

/// Nothing when it was clean.
fn cleaned_object(text: &str, sanitizer: &dyn HtmlSanitizer) -> Option<String> {
    let Members(members) = serde_json::from_str::<Members<&RawValue>>(text).ok()?;
    let mut is_clean = true;
    let mut texts = Vec::with_capacity(members.len());
    for (key, raw) in members {
        let cleaned = if key == HTML_KEY { cleaned_text(raw.get(), sanitizer) } else { None };
        is_clean &= cleaned.is_none();
        let value = cleaned.unwrap_or_else(|| raw.get().to_owned());
        texts.push(format!("{}:{value}", Value::from(key)));
    }
    if is_clean { None } else { Some(format!("{{{}}}", texts.join(","))) }
}

/// Nothing when it was clean, or no text.
fn cleaned_text(text: &str, sanitizer: &dyn HtmlSanitizer) -> Option<String> {
    let html: String = serde_json::from_str(text).ok()?;
    let cleaned = sanitizer.clean(&html);
    if cleaned == html { None } else { Some(Value::from(cleaned).to_string()) }
}
