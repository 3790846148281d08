//! What can be told of a model, whose layout is its partner's affair (partner contract, "What a model holds").
//!
//! The two megabytes of a model may hold a million values, which would take fifty times that room in memory. So none
//! is ever unpacked whole: what is told is read from its text, and the rest passed over.

mod findings;
mod mistake;
mod name;
mod outline;
mod purse;
mod reading;
#[cfg(test)]
mod tests;

use std::fmt;

use self::findings::{Findings, Mistakes};
use crate::partner::Model;

pub use self::{
    mistake::{KindOfMistake, Mistake},
    name::{CountName, MarkName, MistakeKind},
    outline::Outline,
};

/// The most characters told of a model that cannot be looked into.
const MAX_TEXT_CHARS: usize = 20_000;
/// The most characters of a mark that is a text: `5-`, `4/5`, `отлично`.
const MAX_MARK_CHARS: usize = 24;
/// Beyond this, a number is no mark and no count.
const LARGEST_NUMBER: f64 = 1e9;

/// What can be told of a model: a few hundred kilobytes at most.
///
/// Marks, counts and mistakes are looked for among the members of the model, and one level deeper in those that are
/// called `result`, `summary` and the like. What the outer level says goes before what the inner one says, and of two
/// members of the same name the last one counts. Neither upper case nor `_` and `-` matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The marks, the most important one first; none or one of each name.
    pub marks: Vec<(MarkName, Figure)>,
    /// How many there are of what; none or one of each name, in the order of [`CountName`].
    pub counts: Vec<(CountName, Decimal)>,
    /// The mistakes, as many as there is room for.
    pub mistakes: Vec<Mistake>,
    /// How many mistakes there are besides.
    pub mistakes_left_out: usize,
    /// Everything there is, what was told above included.
    pub contents: Contents,
}

/// Everything that a model holds, cut down to what a page can show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contents {
    /// The object: [`Outline::Object`].
    Tree(Outline),
    /// The text of a model that holds what no program can hold (see [`Model::value`]). Marks and counts are told as far
    /// as they come before that; mistakes are not.
    Text(Excerpt),
}

/// A text, or its beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// As much as there was room for.
    pub text: String,
    /// Whether there was more.
    pub is_cut: bool,
}

/// A mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Figure {
    /// A number.
    Number(Decimal),
    /// A short text that is not empty.
    Text(String),
}

/// A number, rounded to hundredths: digits, and at most two more behind a point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal(String);

impl Report {
    /// Looks into a model.
    #[must_use]
    pub fn of(model: &Model) -> Self {
        let text = model.as_str();
        let mut findings = Findings::default();
        let outline = reading::read(text, &mut findings);
        let (marks, counts) = (findings.marks(), findings.counts());
        if let Ok(outline) = outline {
            let Mistakes { told, left_out, .. } = findings.into_mistakes();
            let contents = Contents::Tree(outline);
            Self { marks, counts, mistakes: told, mistakes_left_out: left_out, contents }
        } else {
            let contents = Contents::Text(Excerpt::of(text, MAX_TEXT_CHARS));
            Self { marks, counts, mistakes: Vec::new(), mistakes_left_out: 0, contents }
        }
    }

    /// Whether nothing was found but what the model holds.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.marks.is_empty() && self.counts.is_empty() && self.mistakes.is_empty()
    }
}

impl Contents {
    /// Whether there is more than is told.
    #[must_use]
    pub fn is_shortened(&self) -> bool {
        match self {
            Self::Tree(outline) => outline.is_shortened(),
            Self::Text(excerpt) => excerpt.is_cut,
        }
    }
}

impl Excerpt {
    /// A text, or its first `max` characters.
    fn of(text: &str, max: usize) -> Self {
        match text.char_indices().nth(max) {
            Some((end, _)) => Self { text: text.get(..end).unwrap_or_default().to_owned(), is_cut: true },
            None => Self { text: text.to_owned(), is_cut: false },
        }
    }

    fn chars(&self) -> usize {
        self.text.chars().count()
    }
}

impl Figure {
    /// A text as a mark; nothing when it is empty, or more than a mark.
    fn of_text(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_mark = !text.is_empty() && text.chars().count() <= MAX_MARK_CHARS;
        is_mark.then(|| Decimal::of_text(text).map_or_else(|| Self::Text(text.to_owned()), Self::Number))
    }
}

impl Decimal {
    /// A number; nothing when it is too large to mean anything.
    fn of(number: f64) -> Option<Self> {
        if number.abs() > LARGEST_NUMBER || !number.is_finite() {
            return None;
        }
        let text = format!("{number:.2}");
        let text = text.trim_end_matches('0').trim_end_matches('.');
        Some(Self(if text == "-0" { "0" } else { text }.to_owned()))
    }

    fn of_length(length: usize) -> Self {
        Self(length.to_string())
    }

    /// A number that was put into a text, with a point or a comma.
    fn of_text(text: &str) -> Option<Self> {
        let is_number = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-'));
        let number = is_number.then(|| text.replace(',', ".").parse().ok())?;
        number.and_then(Self::of)
    }

    /// The digits, with a point.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
