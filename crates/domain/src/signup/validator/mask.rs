//! Masks of input fields: `fieldMaskValidator`.

/// The most characters of a mask.
const MAX_CHARS: usize = 64;

/// The shape of a text, character by character. In a mask `9` stands for a digit, `a` for a letter and `*` for a letter
/// or a digit, as in the input masks of browsers; `\` takes their meaning from them, and from itself. Any other
/// character stands for itself, so `$99-99` is filled by `$12-34`. A letter may be of any script, a digit is one of `0`
/// to `9`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mask(Vec<Place>);

/// What may stand in one place of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Digit,
    Letter,
    LetterOrDigit,
    Exactly(char),
}

impl Mask {
    /// Reads a mask.
    ///
    /// # Errors
    /// Why it is none: it is too long, or ends with a single `\`.
    pub(in crate::signup) fn parse(mask: &str) -> Result<Self, String> {
        if mask.chars().count() > MAX_CHARS {
            return Err(format!("must be at most {MAX_CHARS} characters"));
        }
        let mut places = Vec::new();
        let mut chars = mask.chars();
        while let Some(c) = chars.next() {
            places.push(match c {
                '9' => Place::Digit,
                'a' => Place::Letter,
                '*' => Place::LetterOrDigit,
                '\\' => Place::Exactly(chars.next().ok_or(r"must not end with a single \")?),
                literal => Place::Exactly(literal),
            });
        }
        Ok(Self(places))
    }

    /// Whether a text has this shape from its beginning to its end. Looks at no more characters than the mask has, and
    /// one.
    #[must_use]
    pub fn is_filled_by(&self, text: &str) -> bool {
        let mut chars = text.chars();
        self.0.iter().all(|place| chars.next().is_some_and(|c| place.takes(c))) && chars.next().is_none()
    }
}

impl Place {
    fn takes(self, c: char) -> bool {
        match self {
            Self::Digit => c.is_ascii_digit(),
            Self::Letter => c.is_alphabetic(),
            Self::LetterOrDigit => c.is_alphabetic() || c.is_ascii_digit(),
            Self::Exactly(literal) => c == literal,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fills(mask: &str, text: &str) -> bool {
        Mask::parse(mask).unwrap().is_filled_by(text)
    }

    #[test]
    fn a_mask_is_filled_from_its_beginning_to_its_end() {
        for (mask, text) in [
            ("$99-99", "$12-34"),
            ("+9 (999) 999-99-99", "+7 (912) 345-67-89"),
            ("aa*", "Öя7"),
            (r"\9\a\*\\9", r"9a*\7"),
            ("...", "..."),
            ("^a$", "^x$"),
            ("日", "日"),
        ] {
            assert!(fills(mask, text), "{mask} {text}");
        }
        for (mask, text) in [
            ("$99-99", ""),
            ("$99-99", "12-34"),
            ("$99-99", "$12-3"),
            ("$99-99", "$12-345"),
            ("$99-99", "x$12-34"),
            ("$99-99", "$12-34\n"),
            ("9", "٣"),
            ("9", "a"),
            ("a", "1"),
            ("*", "-"),
            ("*", "٣"),
            (".", "x"),
            (r"\9", "8"),
        ] {
            assert!(!fills(mask, text), "{mask} {text}");
        }
    }

    #[test]
    fn masks_are_bounded() {
        for c in ["9", "a", "*", "("] {
            assert!(Mask::parse(&c.repeat(MAX_CHARS)).is_ok(), "{c}");
            assert!(Mask::parse(&c.repeat(MAX_CHARS + 1)).is_err(), "{c}");
        }
        assert_eq!(Mask::parse(r"9\").unwrap_err(), r"must not end with a single \");
    }

    proptest! {
        #[test]
        fn a_mask_of_escaped_characters_is_filled_by_them_alone(text in "\\PC{0,30}", other in "\\PC{0,30}") {
            let mask: String = text.chars().flat_map(|c| ['\\', c]).collect();
            prop_assert!(fills(&mask, &text));
            prop_assert_eq!(fills(&mask, &other), text == other);
        }
    }
}
