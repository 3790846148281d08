//! Mistakes, as far as a model tells of them.

use super::{
    Excerpt, Outline,
    name::{CountName, MistakeKind, plain},
};

/// The most characters of each part of a mistake.
const MAX_PART_CHARS: usize = 300;
/// What a word may be followed by in the name of a member that holds it.
const ENDINGS: [&str; 6] = ["word", "words", "text", "form", "value", "variant"];
const WRITTEN: &[&str] = &[
    "written",
    "typed",
    "wrong",
    "incorrect",
    "actual",
    "got",
    "found",
    "user",
    "entered",
    "word",
    "text",
    "token",
    "fragment",
    "mistake",
    "error",
    "from",
];
const RIGHT: &[&str] = &[
    "right",
    "correct",
    "correction",
    "corrected",
    "expected",
    "shouldbe",
    "should",
    "proper",
    "replacement",
    "suggestion",
    "suggestions",
    "answer",
    "fix",
    "to",
];
const KIND: &[&str] = &["kind", "type", "errortype", "mistaketype", "category", "class"];
const COMMENT: &[&str] =
    &["comment", "explanation", "message", "description", "note", "hint", "reason", "rule", "info"];

/// A mistake. At least one of its parts is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// What was written.
    pub written: Option<Excerpt>,
    /// What would have been right.
    pub right: Option<Excerpt>,
    /// What is wrong.
    pub kind: Option<KindOfMistake>,
    /// What was remarked on it.
    pub comment: Option<Excerpt>,
}

/// What is wrong in a mistake, in our words or the partner's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KindOfMistake {
    /// One of the usual kinds.
    Known(MistakeKind),
    /// What the partner calls it.
    Told(Excerpt),
}

impl Mistake {
    /// A mistake out of the list of that name: an object with some of the usual members, or a text. Nothing when it is
    /// neither.
    pub(super) fn of(outline: &Outline, list: CountName) -> Option<Self> {
        let kind = match list {
            CountName::Of(kind) => Some(kind),
            CountName::Words | CountName::WordsWithMistakes | CountName::Mistakes => None,
        };
        let known = kind.map(KindOfMistake::Known);
        match outline {
            Outline::Object { members, .. } => {
                let told = part(members, KIND).map(KindOfMistake::of);
                let (written, right) = (part(members, WRITTEN), part(members, RIGHT));
                let comment = part(members, COMMENT);
                let is_known = written.is_some() || right.is_some() || told.is_some() || comment.is_some();
                is_known.then(|| Self { written, right, kind: told.or(known), comment })
            }
            outline => {
                let text = text(outline)?;
                let (written, right) =
                    if kind == Some(MistakeKind::Missing) { (None, Some(text)) } else { (Some(text), None) };
                Some(Self { written, right, kind: known, comment: None })
            }
        }
    }

    /// How many characters it has.
    pub(super) fn chars(&self) -> usize {
        let told = match &self.kind {
            Some(KindOfMistake::Told(text)) => Some(text),
            Some(KindOfMistake::Known(_)) | None => None,
        };
        [self.written.as_ref(), self.right.as_ref(), told, self.comment.as_ref()]
            .into_iter()
            .flatten()
            .map(Excerpt::chars)
            .sum()
    }
}

impl KindOfMistake {
    fn of(told: Excerpt) -> Self {
        let known = plain(&told.text).and_then(|word| MistakeKind::of(&word));
        known.map_or(Self::Told(told), Self::Known)
    }
}

/// The text of the member that is called by the first of these names that any has.
fn part(members: &[(Excerpt, Outline)], names: &[&str]) -> Option<Excerpt> {
    let called: Vec<(String, &Outline)> =
        members.iter().filter_map(|(name, value)| Some((plain(&name.text)?, value))).collect();
    let is = |key: &str, name: &str| {
        key.strip_prefix(name).is_some_and(|rest| rest.is_empty() || ENDINGS.contains(&rest))
    };
    names.iter().find_map(|name| {
        called.iter().rev().filter(|(key, _)| is(key, name)).find_map(|(_, value)| text(value))
    })
}

/// A text, or a list of texts as one; nothing when it says nothing.
fn text(outline: &Outline) -> Option<Excerpt> {
    let whole = match outline {
        Outline::Text(text) => text.clone(),
        Outline::List { elements, left_out } => {
            let texts: Option<Vec<&str>> = elements
                .iter()
                .map(
                    |element| if let Outline::Text(text) = element { Some(text.text.as_str()) } else { None },
                )
                .collect();
            Excerpt { text: texts?.join(", "), is_cut: *left_out > 0 }
        }
        Outline::Null | Outline::Bool(_) | Outline::Number(_) | Outline::Object { .. } => return None,
    };
    let cut = Excerpt::of(whole.text.trim(), MAX_PART_CHARS);
    (!cut.text.is_empty()).then_some(Excerpt { is_cut: cut.is_cut || whole.is_cut, ..cut })
}
