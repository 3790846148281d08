//! What somebody filled in.

mod html;
mod members;
mod sent;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::members::Members;
use crate::{
    json::RawJson,
    ports::HtmlSanitizer,
    signup::{AttributeKind, Locale, LocaleError, Localized, SubmissionFault},
};

/// The value of one field, as sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormItem {
    /// Which field.
    pub marker: String,
    /// The type that the sender gave it, if any; once admitted, that of the field.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The value, kept as it came.
    pub value: RawJson,
}

impl FormItem {
    /// The value, if it is a text.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        serde_json::from_str(self.value.as_str()).ok()
    }
}

/// The values of the fields, by language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormData(pub Localized<Vec<FormItem>>);

/// The most bytes of the form data of an entity, as they are stored.
const MAX_BYTES: usize = 4 * 1024 * 1024;

impl FormData {
    /// The most items of one submission, all languages together.
    pub const MAX_ITEMS: usize = 1000;

    /// Reads `formData` in any of the shapes of the contract (section 3, T8): an array of items, one item, or an object
    /// of them by language, wrapped any number of times; without a language it is in `locale`, and of several wrappers
    /// the innermost counts. Null is no form data at all.
    ///
    /// # Errors
    /// `Shape`; `TooMany` for more than [`MAX_ITEMS`](Self::MAX_ITEMS); `TooDeep` for objects of several languages inside
    /// one another; `EmptySection`, `Locale`; `Field` for a marker that is there twice in one language.
    pub fn parse(given: &RawJson, locale: &Locale) -> Result<Self, SubmissionFault> {
        if given.as_str() == "null" { Ok(Self::default()) } else { sent::read(given.as_str(), locale) }
    }

    /// What the store keeps.
    #[must_use]
    pub fn to_stored(&self) -> String {
        let quoted = |text: &str| Value::from(text).to_string();
        let item = |item: &FormItem| {
            let kind = item.kind.as_deref().map(|kind| format!(r#","type":{}"#, quoted(kind)));
            let (marker, value) = (quoted(&item.marker), item.value.as_str());
            format!(r#"{{"marker":{marker}{},"value":{value}}}"#, kind.unwrap_or_default())
        };
        let section = |(locale, items): (&Locale, &Vec<FormItem>)| {
            let items: Vec<String> = items.iter().map(item).collect();
            format!("{}:[{}]", quoted(locale.as_str()), items.join(","))
        };
        format!("{{{}}}", self.0.iter().map(section).collect::<Vec<_>>().join(","))
    }

    /// Form data from the store.
    ///
    /// # Errors
    /// `Shape` when the text was never written.
    pub fn from_stored(text: &str) -> Result<Self, SubmissionFault> {
        let Members(sections) = serde_json::from_str(text).map_err(|_| SubmissionFault::Shape)?;
        let section = |(locale, items): (String, Vec<FormItem>)| Ok((Locale::parse(&locale)?, items));
        let sections: Result<_, LocaleError> = sections.into_iter().map(section).collect();
        sections.map(|sections| Self(Localized::new(sections))).map_err(|_| SubmissionFault::Shape)
    }

    /// The items for one language: of each field the value in that language, else in `own`, else in any; in the order
    /// in which the fields first came.
    #[must_use]
    pub fn shown(&self, locale: &Locale, own: &Locale) -> Vec<&FormItem> {
        let mut shown: Vec<(u8, &FormItem)> = Vec::new();
        let mut places = HashMap::new();
        for (known, items) in self.0.iter() {
            let rank = if known == locale { 0 } else { 1 + u8::from(known != own) };
            for item in items {
                let place = *places.entry(item.marker.as_str()).or_insert(shown.len());
                match shown.get_mut(place) {
                    Some(best) if rank < best.0 => *best = (rank, item),
                    Some(_) => {}
                    None => shown.push((rank, item)),
                }
            }
        }
        shown.into_iter().map(|(_, item)| item).collect()
    }

    /// These values with those of `newer` in their places, or behind them: by language and field.
    #[must_use]
    pub fn merged(self, newer: Self) -> Self {
        let mut sections: Vec<(Locale, Vec<FormItem>)> = self.0.into_iter().collect();
        for (locale, items) in newer.0 {
            match sections.iter_mut().find(|(known, _)| *known == locale) {
                Some((_, kept)) => items.into_iter().for_each(|item| put(kept, item)),
                None => sections.push((locale, items)),
            }
        }
        Self(Localized::new(sections))
    }

    /// Whether an entity may hold this, once it was made harmless: that may make it longer, and change after change could
    /// bring further languages.
    ///
    /// # Errors
    /// `TooMany` when it is more than [`MAX_ITEMS`](Self::MAX_ITEMS) values, `TooLarge` when it is more than 4 MiB.
    pub fn check_size(&self) -> Result<(), SubmissionFault> {
        let items: usize = self.0.iter().map(|(_, items)| items.len()).sum();
        if items > Self::MAX_ITEMS {
            return Err(SubmissionFault::TooMany);
        }
        if self.to_stored().len() > MAX_BYTES {
            return Err(SubmissionFault::TooLarge);
        }
        Ok(())
    }

    /// The same with harmless HTML in the fields of the types `text` and `textWithHeader`.
    #[must_use]
    pub fn sanitized(self, sanitizer: &dyn HtmlSanitizer) -> Self {
        self.map_items(|item| {
            let kind = item.kind.as_deref().and_then(AttributeKind::parse);
            let has_html = matches!(kind, Some(AttributeKind::Text | AttributeKind::TextWithHeader));
            let value = if has_html { html::sanitized(item.value, sanitizer) } else { item.value };
            Some(FormItem { value, ..item })
        })
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|(_, items)| items.is_empty())
    }

    /// What `f` makes of each item. A language of which nothing is left is left out.
    pub(super) fn map_items(self, f: impl Fn(FormItem) -> Option<FormItem>) -> Self {
        let section =
            |(locale, items): (Locale, Vec<FormItem>)| (locale, items.into_iter().filter_map(&f).collect());
        let sections = self.0.into_iter().map(section);
        Self(Localized::new(sections.filter(|(_, items): &(_, Vec<_>)| !items.is_empty()).collect()))
    }

    /// The values of one field, each with its language.
    pub(super) fn of<'a>(&'a self, marker: &'a str) -> impl Iterator<Item = (&'a Locale, &'a FormItem)> {
        let found = move |items: &'a Vec<FormItem>| items.iter().find(|item| item.marker == marker);
        self.0.iter().filter_map(move |(locale, items)| Some((locale, found(items)?)))
    }
}

/// Puts an item in the place of the one of the same field, or behind all.
fn put(items: &mut Vec<FormItem>, item: FormItem) {
    match items.iter_mut().find(|known| known.marker == item.marker) {
        Some(known) => *known = item,
        None => items.push(item),
    }
}

#[cfg(test)]
mod tests;
