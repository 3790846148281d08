//! The names of forms, providers and their fields.

use std::fmt;

/// The most characters of a name.
const MAX_CHARS: usize = 128;

/// A text that names nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 128 characters without white space, control characters, '/', '?' and '#'")]
pub struct IdentifierError;

/// What a form or a provider is called in paths and bodies: the `marker` or `identifier` of the sign-up contract.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identifier(String);

impl Identifier {
    /// Reads a name. Clients paste it into paths as it is (sign-up contract section 1), so what would break a path is
    /// refused.
    ///
    /// # Errors
    /// When it is empty, too long, or breaks a path.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let odd = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '/' | '?' | '#');
        if text.is_empty() || text.chars().count() > MAX_CHARS || text.chars().any(odd) {
            return Err(IdentifierError);
        }
        Ok(Self(text.to_owned()))
    }

    /// The name, as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_break_a_path_names_nothing() {
        assert_eq!(Identifier::parse("entity-selector").unwrap().as_str(), "entity-selector");
        assert!(Identifier::parse(&"é".repeat(128)).is_ok());
        for text in ["", "a b", "a/b", "a?b", "a#b", "a\u{0}", &"é".repeat(129)] {
            assert_eq!(Identifier::parse(text), Err(IdentifierError), "{text}");
        }
    }
}
