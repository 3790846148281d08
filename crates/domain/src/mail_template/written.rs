//! Letters that are written and wait to be sent.

use std::fmt;

use crate::letter::LetterSecret;

/// A letter as its reader will see it. Printed it tells nothing, since it can hold a link that signs somebody in.
#[derive(Clone, PartialEq, Eq)]
pub struct WrittenLetter {
    subject: String,
    body: String,
}

impl WrittenLetter {
    /// Makes a letter of its two texts. The subject becomes one line: what line ends and other control characters
    /// divide is trimmed and joined by blanks.
    #[must_use]
    pub fn new(subject: &str, body: impl Into<String>) -> Self {
        let parts = subject.split(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'));
        let parts: Vec<&str> = parts.map(str::trim).filter(|part| !part.is_empty()).collect();
        Self { subject: parts.join(" "), body: body.into() }
    }

    /// The subject, one line without control characters; it may be empty.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The plain text; it may be empty.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }

    /// The letter as a whole, to be sealed in the outbox: its subject, a line end, its body.
    #[must_use]
    pub fn to_secret(&self) -> LetterSecret {
        LetterSecret::new(format!("{}\n{}", self.subject, self.body))
    }

    /// The letter that was sealed; nothing when the secret is none.
    #[must_use]
    pub fn from_secret(secret: &LetterSecret) -> Option<Self> {
        secret.reveal().split_once('\n').map(|(subject, body)| Self::new(subject, body))
    }
}

impl fmt::Debug for WrittenLetter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WrittenLetter(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_subject_is_one_line() {
        for (subject, line) in [
            ("Your fee", "Your fee"),
            ("  Your\r\n fee\t", "Your fee"),
            ("Bcc\n\n\u{2028}\u{85}evil@example.org: \0", "Bcc evil@example.org:"),
            ("two  blanks", "two  blanks"),
            ("\n", ""),
        ] {
            assert_eq!(WrittenLetter::new(subject, "").subject(), line, "{subject:?}");
        }
    }

    #[test]
    fn a_code_is_no_letter() {
        assert_eq!(WrittenLetter::from_secret(&LetterSecret::new("123456")), None);
    }

    #[test]
    fn a_letter_is_never_printed() {
        assert_eq!(
            format!("{:?}", WrittenLetter::new("s", "https://example.org/?token=t")),
            "WrittenLetter(…)"
        );
    }

    proptest! {
        #[test]
        fn a_sealed_letter_comes_back_as_it_was(subject in any::<String>(), body in any::<String>()) {
            let letter = WrittenLetter::new(&subject, body.clone());
            prop_assert!(!letter.subject().chars().any(char::is_control));
            prop_assert_eq!(letter.body(), &body);
            prop_assert_eq!(WrittenLetter::from_secret(&letter.to_secret()), Some(letter));
        }
    }
}
