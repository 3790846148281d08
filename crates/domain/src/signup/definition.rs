//! Reading the definitions of forms and providers.

#[cfg(test)]
pub(super) mod arbitrary;
mod bounds;
mod keys;
mod languages;
mod text;

use std::fmt;

pub use self::text::{DefinitionTextError, read_definition_text};
pub(super) use self::{
    bounds::check_bounds,
    keys::{Keys, each, flag, identifier, is_off, line, object, text, text_or_number, whole, whole_number},
    languages::{by_language, read_by_language},
};

/// The most characters of a key that a fault repeats.
const MAX_KEY_CHARS: usize = 64;

/// What is wrong with a definition: where, and why. For the operator who wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinitionFault {
    /// The key, as a path such as `attributes[2].validators.regExpValidator`; empty when it is the whole.
    pub place: String,
    /// What it should be.
    pub reason: String,
}

impl DefinitionFault {
    /// A fault of the thing that is being read.
    pub(super) fn new(reason: impl Into<String>) -> Self {
        Self { place: String::new(), reason: reason.into() }
    }

    /// A fault of one key of the thing that is being read.
    pub(super) fn of(key: &str, reason: impl Into<String>) -> Self {
        Self::new(reason).within(key)
    }

    /// The same fault, seen from the thing that holds the place under `key`; `[2]` is a place in an array.
    pub(super) fn within(self, key: &str) -> Self {
        let key: String =
            key.chars().take(MAX_KEY_CHARS).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
        let dot = if self.place.is_empty() || self.place.starts_with('[') { "" } else { "." };
        Self { place: format!("{key}{dot}{}", self.place), reason: self.reason }
    }
}

impl fmt::Display for DefinitionFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        f.write_str(&self.reason)
    }
}

impl std::error::Error for DefinitionFault {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_says_where_and_why() {
        let fault = DefinitionFault::new("must be an object");
        assert_eq!(fault.to_string(), "must be an object");
        let fault = fault.within("validators").within("[2]").within("attributes");
        assert_eq!(fault.to_string(), "attributes[2].validators: must be an object");
    }

    #[test]
    fn a_long_or_strange_key_is_repeated_only_in_part() {
        let fault = DefinitionFault::of(&format!("a\n{}", "x".repeat(10_000)), "is unknown");
        assert_eq!(fault.place.chars().count(), MAX_KEY_CHARS);
        assert!(fault.place.starts_with("a\u{fffd}x"));
    }
}
