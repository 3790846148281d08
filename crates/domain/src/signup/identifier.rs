//! The names of forms, providers and their fields.

use std::fmt;

/// The most characters of a name.
const MAX_CHARS: usize = 128;

/// A text that names nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierError {
    /// It is empty or too long, or has a character that breaks a path or cannot be seen.
    #[error(
        "must be 1 to 128 characters without white space, control and formatting characters, U+FFFD, '/', '\\', '?', \
         '#' and '%'"
    )]
    Characters,
    /// It means a place in a path: `.` or `..`.
    #[error("must not be '.' or '..', which are places in a path")]
    Place,
}

/// What a form or a provider is called in paths and bodies: the `marker` or `identifier` of the sign-up contract.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identifier(String);

impl Identifier {
    /// Reads a name. Clients paste it into paths as it is (sign-up contract section 1), so what would break a path, or
    /// lead to another one, is refused; and so is what cannot be seen.
    ///
    /// # Errors
    /// When it is empty or too long, breaks a path, or cannot be seen.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let odd = |c: char| {
            c.is_control()
                || c.is_whitespace()
                || is_formatting(c)
                || matches!(c, '/' | '\\' | '?' | '#' | '%')
        };
        if text.is_empty() || text.chars().count() > MAX_CHARS || text.chars().any(odd) {
            return Err(IdentifierError::Characters);
        }
        if matches!(text, "." | "..") {
            return Err(IdentifierError::Place);
        }
        Ok(Self(text.to_owned()))
    }

    /// The name, as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a character is not seen itself, but changes how others look: marks of direction, joiners, tags; or stands for
/// bytes that are no text (U+FFFD), as a path that is no UTF-8 is read.
const fn is_formatting(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{600}'..='\u{605}'
            | '\u{61c}'
            | '\u{6dd}'
            | '\u{70f}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffd}'
            | '\u{e0000}'..='\u{e007f}'
    )
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
        for text in ["", "a b", "a/b", "a\\b", "a?b", "a#b", "50%", "%2e", "a\u{0}", &"é".repeat(129)] {
            assert_eq!(Identifier::parse(text), Err(IdentifierError::Characters), "{text}");
        }
        for text in [".", ".."] {
            assert_eq!(Identifier::parse(text), Err(IdentifierError::Place), "{text}");
        }
        for text in ["...", "a.b", ".a", "..a", "a..", "kapı-🚪", "日本"] {
            assert!(Identifier::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_seen_names_nothing() {
        for c in "\u{ad}\u{61c}\u{200b}\u{200d}\u{200e}\u{202a}\u{202e}\u{2060}\u{2066}\u{2069}\u{feff}\u{fffd}\u{e0041}".chars() {
            let text = format!("reg{c}");
            assert_eq!(Identifier::parse(&text), Err(IdentifierError::Characters), "{text:?}");
        }
    }
}
