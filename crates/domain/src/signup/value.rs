//! What the value of a field looks like, by its type (sign-up contract section 7).

mod choice;
mod entity;
mod file;
mod html;
mod moment;
mod rich_text;
mod spam;
mod walk;

use std::{cell::OnceCell, collections::HashSet};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    json::RawJson,
    signup::{Attribute, AttributeKind},
};

/// The most elements of a value that is an array.
const MAX_ELEMENTS: usize = 1000;
/// The most levels of arrays and objects in a value: whatever reads answers can still follow them.
const MAX_LEVELS: usize = 100;

/// A value of the right shape, as far as the demands on it are concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// It says nothing: null, a blank text, an empty array, HTML without a letter or an image. Whoever asks for a value
    /// has none.
    Nothing,
    /// The texts that rules look at: of a `string` itself; of numbers as they are written; of texts with a layout the
    /// HTML, the Markdown and the plain text, with their markup and without headings; of `json` the text, or whatever
    /// else it is as it is written.
    Texts(Vec<String>),
    /// Something that rules do not look at: dates, files, choices.
    Things,
}

/// Looks into the values of one field, in any number of languages.
pub(super) struct Reader<'a> {
    attribute: &'a Attribute,
    listed: OnceCell<HashSet<&'a str>>,
}

impl<'a> Reader<'a> {
    /// Of this field.
    pub(super) const fn of(attribute: &'a Attribute) -> Self {
        Self { attribute, listed: OnceCell::new() }
    }

    /// Looks into a value; nothing when a field of this type cannot hold it. Null may stand in any field, an empty array
    /// where the value is an array.
    pub(super) fn read(&self, value: &RawJson) -> Option<Content> {
        let (raw, kind) = (value.as_str(), self.attribute.kind);
        if raw == "null" || kind == AttributeKind::Button {
            return Some(Content::Nothing);
        }
        if !walk::every_text(raw, MAX_LEVELS, &|_| true) {
            return None;
        }
        match kind {
            AttributeKind::String => text(raw).map(Content::of_text),
            AttributeKind::Integer => read_number(raw, |number| number.fract() == 0.0),
            AttributeKind::Real | AttributeKind::Float => read_number(raw, |_| true),
            AttributeKind::Text => rich_text::read(raw),
            AttributeKind::TextWithHeader => rich_text::read_with_header(raw),
            AttributeKind::Date | AttributeKind::DateTime | AttributeKind::Time => moment::read(raw),
            AttributeKind::TimeInterval => moment::read_intervals(raw),
            AttributeKind::File | AttributeKind::Image | AttributeKind::GroupOfImages => file::read(raw),
            AttributeKind::List => choice::read(self, raw),
            AttributeKind::RadioButton => choice::read_one(self, raw),
            AttributeKind::Entity => entity::read(raw),
            AttributeKind::Spam => spam::read(raw),
            AttributeKind::Json => Some(Content::of_json(raw)),
            AttributeKind::Button => Some(Content::Nothing),
        }
    }

    /// The ids of its choices, in any language.
    fn listed(&self) -> &HashSet<&'a str> {
        let titles = || self.attribute.list_titles.iter().flat_map(|(_, titles)| titles);
        self.listed.get_or_init(|| titles().map(|title| title.value.as_str()).collect())
    }
}

impl Content {
    fn of_text(text: String) -> Self {
        if text.trim().is_empty() { Self::Nothing } else { Self::Texts(vec![text]) }
    }

    fn of_json(raw: &str) -> Self {
        let is_hollow = raw.starts_with(['[', '{']) && raw[1..raw.len() - 1].trim().is_empty();
        if is_hollow { Self::Nothing } else { Self::of_text(text(raw).unwrap_or_else(|| raw.to_owned())) }
    }

    /// An array of things.
    fn of_things<T>(things: &[T]) -> Self {
        if things.is_empty() { Self::Nothing } else { Self::Things }
    }
}

/// A finite number out of the text of one, as people write it.
pub(super) fn number(text: &str) -> Option<f64> {
    let is_written_out =
        |text: &&str| text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    Some(text).filter(is_written_out)?.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A number, or a text of one.
fn read_number(raw: &str, fits: impl Fn(f64) -> bool) -> Option<Content> {
    match Content::of_text(text(raw).unwrap_or_else(|| raw.to_owned())) {
        Content::Texts(texts) if !texts.iter().all(|text| number(text).is_some_and(&fits)) => None,
        content => Some(content),
    }
}

/// A text.
fn text(raw: &str) -> Option<String> {
    serde_json::from_str(raw).ok()
}

/// Whether a text says something.
fn says(text: &str) -> bool {
    !text.trim().is_empty()
}

/// An object with certain keys; others do not count.
fn object<'a, T: Deserialize<'a>>(raw: &'a str) -> Option<T> {
    // An array of the values alone would do for serde, too.
    if raw.starts_with('{') { serde_json::from_str(raw).ok() } else { None }
}

/// The elements of an array that is not too long.
fn elements(raw: &str) -> Option<Vec<&RawValue>> {
    serde_json::from_str(raw).ok().filter(|elements: &Vec<_>| elements.len() <= MAX_ELEMENTS)
}

/// One object, or an array of them.
fn objects<'a, T: Deserialize<'a>>(raw: &'a str) -> Option<Vec<T>> {
    match object(raw) {
        Some(only) => Some(vec![only]),
        None => elements(raw)?.into_iter().map(|element| object(element.get())).collect(),
    }
}

/// What something is called, as a text or a number: a text that says something.
fn id(raw: &str) -> Option<String> {
    match text(raw) {
        Some(text) => Some(text).filter(|text| says(text)),
        None => number(raw).map(|_| raw.to_owned()),
    }
}

#[cfg(test)]
mod tests;
