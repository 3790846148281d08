//! A template, once it was read.

use std::fmt;

use super::{fault::shortened, value::Value};

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// Stands as it is.
    Text(String),
    /// Becomes its value.
    Print(Operand),
    /// Depends on its value.
    Block { keyword: Keyword, of: Operand, body: Vec<Node>, otherwise: Vec<Node> },
}

/// What opens a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyword {
    If,
    With,
    Range,
}

impl Keyword {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::If => "if",
            Self::With => "with",
            Self::Range => "range",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        [Self::If, Self::With, Self::Range].into_iter().find(|keyword| keyword.as_str() == word)
    }
}

/// Names a value: where to begin, and the fields to follow from there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Operand {
    pub(super) origin: Origin,
    pub(super) fields: Vec<String>,
    pub(super) line: usize,
}

/// Where an operand begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// At the value that the innermost `with` or `range` is about.
    Dot,
    /// At the values of the letter, `$`.
    Root,
    /// At a quoted text.
    Quoted(Value),
}

/// As it stands in the template; long ones are shortened.
impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = match &self.origin {
            Origin::Dot if self.fields.is_empty() => ".",
            Origin::Dot => "",
            Origin::Root => "$",
            Origin::Quoted(_) => "a quoted text",
        };
        let path: String = self.fields.iter().flat_map(|field| [".", field]).collect();
        f.write_str(&shortened(&format!("{start}{path}")))
    }
}
