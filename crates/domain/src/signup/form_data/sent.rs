//! Form data as clients send them: in one of several shapes, and wrapped by language any number of times.

mod wrapping;

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use super::{FormData, FormItem, members::Members};
use crate::{
    json::RawJson,
    signup::{Locale, Localized, SubmissionFault},
};

/// How often objects of several languages may be inside one another.
const MAX_WRAPS: usize = 8;
/// The keys by which an item is told from an object by language. None of them is a language code.
const ITEM_KEYS: [&str; 3] = ["marker", "type", "value"];

/// An item as it is sent: other keys do not count, and without a value it is null.
#[derive(Deserialize)]
struct SentItem {
    marker: String,
    #[serde(rename = "type", default)]
    kind: Option<String>,
    #[serde(default)]
    value: Option<RawJson>,
}

/// What was found so far.
#[derive(Default)]
struct Found {
    sections: Vec<(Locale, Vec<FormItem>)>,
    seen: HashSet<(Locale, String)>,
}

/// Reads the text of form data; without a language they are in `locale`.
pub(super) fn read(text: &str, locale: &Locale) -> Result<FormData, SubmissionFault> {
    let mut found = Found::default();
    let (text, inner) = wrapping::unwrapped(text);
    found.read_section(text, inner.as_ref().unwrap_or(locale), 0)?;
    Ok(FormData(Localized::new(found.sections)))
}

impl Found {
    /// An array, or one object.
    fn read_section(&mut self, text: &str, locale: &Locale, wraps: usize) -> Result<(), SubmissionFault> {
        match text.as_bytes().first() {
            Some(b'[') => {
                let elements: Vec<&RawValue> =
                    serde_json::from_str(text).map_err(|_| SubmissionFault::Shape)?;
                if elements.is_empty() {
                    return Err(SubmissionFault::EmptySection);
                }
                elements.into_iter().try_for_each(|element| self.read_object(element.get(), locale, wraps))
            }
            Some(b'n') => Err(SubmissionFault::EmptySection),
            _ => self.read_object(text, locale, wraps),
        }
    }

    /// An item, or an object by language.
    fn read_object(&mut self, text: &str, locale: &Locale, wraps: usize) -> Result<(), SubmissionFault> {
        let Members(members) =
            serde_json::from_str::<Members<&RawValue>>(text).map_err(|_| SubmissionFault::Shape)?;
        if members.is_empty() {
            return Err(SubmissionFault::EmptySection);
        }
        if members.iter().any(|(key, _)| ITEM_KEYS.contains(&key.as_str())) {
            let item = serde_json::from_str(text).map_err(|_| SubmissionFault::Shape)?;
            return self.take(item, locale);
        }
        if wraps == MAX_WRAPS {
            return Err(SubmissionFault::TooDeep);
        }
        for (key, section) in members {
            let inner = Locale::parse(&key).map_err(|_| SubmissionFault::Locale)?;
            self.read_section(section.get(), &inner, wraps + 1)?;
        }
        Ok(())
    }

    fn take(&mut self, item: SentItem, locale: &Locale) -> Result<(), SubmissionFault> {
        if self.seen.len() == FormData::MAX_ITEMS {
            return Err(SubmissionFault::TooMany);
        }
        if !self.seen.insert((locale.clone(), item.marker.clone())) {
            return Err(SubmissionFault::of_sent(&item.marker));
        }
        let value = item.value.unwrap_or_else(|| RawJson::of(&Value::Null));
        let item = FormItem { marker: item.marker, kind: item.kind, value };
        match self.sections.iter_mut().find(|(known, _)| known == locale) {
            Some((_, items)) => items.push(item),
            None => self.sections.push((locale.clone(), vec![item])),
        }
        Ok(())
    }
}
