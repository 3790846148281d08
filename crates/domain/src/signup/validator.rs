//! What the value of a field must be like (sign-up contract section 7).

mod mask;
mod parse;
mod pattern;

use std::collections::BTreeSet;

use serde_json::{Map, Value};

#[cfg(test)]
pub(super) use self::pattern::Flags as PatternFlags;
pub use self::{mask::Mask, pattern::Pattern};

/// The most bytes of a text that a pattern is held against; a longer one is none that it describes. Matching takes time
/// in proportion to the text and to the pattern: this bounds the product.
pub const MAX_MATCHED_BYTES: usize = 8 * 1024;

/// The validators of a field: as they were given, and what is enforced of them.
#[derive(Clone, Debug, Default)]
pub struct Validators {
    /// As they were given, for whoever draws the form; also those that are not enforced.
    pub given: Map<String, Value>,
    /// What is enforced, in the order in which it is looked at.
    pub rules: Vec<Rule>,
}

impl PartialEq for Validators {
    /// The rules follow from what was given.
    fn eq(&self, other: &Self) -> bool {
        self.given == other.given
    }
}

impl Eq for Validators {}

impl Validators {
    /// How many patterns they have.
    pub(super) fn count_patterns(&self) -> usize {
        self.rules.iter().filter(|rule| matches!(rule, Rule::Pattern { .. })).count()
    }
}

/// One demand on a value.
#[derive(Clone, Debug)]
pub enum Rule {
    /// There must be one (`requiredValidator`).
    Required,
    /// White space around a text does not count (`trimValidator`): the others look at the trimmed text, which is kept.
    Trimmed,
    /// The number of characters (`stringInspectionValidator`).
    Length {
        /// At least so many.
        min: Option<usize>,
        /// At most so many.
        max: Option<usize>,
        /// Exactly so many.
        exact: Option<usize>,
    },
    /// A mail address (`emailInspectionValidator`).
    Email,
    /// A web address (`urlInspectionValidator`).
    Url,
    /// A number in a range (`checkForNumberValidator`).
    Number {
        /// Whether it must be whole.
        integer_only: bool,
        /// At least so much.
        min: Option<f64>,
        /// At most so much.
        max: Option<f64>,
    },
    /// A truth value (`booleanValidator`).
    Boolean,
    /// A text of at most [`MAX_MATCHED_BYTES`] that a pattern occurs in, or does not (`regExpValidator`).
    Pattern {
        /// The pattern.
        pattern: Pattern,
        /// Whether it must not occur.
        invert: bool,
    },
    /// A text that has a shape (`fieldMaskValidator`).
    Mask(Mask),
    /// One of the given texts (`checkForAGivenList`).
    OneOf(BTreeSet<String>),
}

#[cfg(test)]
mod tests;
