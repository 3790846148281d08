//! Short texts that people type: trimmed, bounded, free of control characters (U+0000 is refused by contract O41).

/// Why a text that somebody typed, such as a name, was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but white space was given.
    #[error("must not be empty")]
    Empty,
    /// More than `max` characters were given.
    #[error("must be at most {max} characters")]
    TooLong {
        /// The most characters allowed.
        max: usize,
    },
    /// A character that no text needs, such as U+0000, was given.
    #[error("must not contain control characters")]
    ControlCharacter,
}

/// A text of one line: trimmed, not empty.
///
/// # Errors
/// When nothing is left, more than `max` characters are, or one of them is a control character.
pub(crate) fn line(text: &str, max: usize) -> Result<String, TextError> {
    let text = paragraph(text, max)?;
    if text.chars().any(char::is_control) {
        return Err(TextError::ControlCharacter);
    }
    Ok(text)
}

/// A text of several lines: trimmed, not empty; tabs and line ends may occur.
///
/// # Errors
/// When nothing is left, more than `max` characters are, or one of them is another control character.
pub(crate) fn paragraph(text: &str, max: usize) -> Result<String, TextError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    if text.chars().count() > max {
        return Err(TextError::TooLong { max });
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(TextError::ControlCharacter);
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_trimmed_and_bounded() {
        assert_eq!(line("  Chess club ", 20).as_deref(), Ok("Chess club"));
        assert_eq!(line(" \t ", 20), Err(TextError::Empty));
        assert_eq!(line("three", 4), Err(TextError::TooLong { max: 4 }));
        assert_eq!(line("a\nb", 20), Err(TextError::ControlCharacter));
        assert_eq!(line("a\0b", 20), Err(TextError::ControlCharacter));
    }

    #[test]
    fn a_paragraph_may_have_lines() {
        assert_eq!(paragraph("a\nb", 20).as_deref(), Ok("a\nb"));
        assert_eq!(paragraph("a\0b", 20), Err(TextError::ControlCharacter));
    }
}
