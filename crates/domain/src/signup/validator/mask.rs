//! Masks of input fields: `fieldMaskValidator`.

use regex::{Regex, RegexBuilder};

/// The most characters of a mask.
const MAX_CHARS: usize = 64;
/// The most bytes of a compiled mask: a hundred letters of every script.
const MAX_COMPILED_BYTES: usize = 4 * 1024 * 1024;

/// The pattern of all texts that fill a mask. In it `9` stands for a digit, `a` for a letter and `*` for a letter or a
/// digit, as in the input masks of browsers; `\` takes their meaning from them, and from itself. Any other character
/// stands for itself, so `$99-99` is filled by `$12-34`. A letter may be of any script, a digit is one of `0` to `9`.
///
/// # Errors
/// Why it is no mask: it is too long, or ends with a single `\`.
pub(super) fn compile(mask: &str) -> Result<Regex, String> {
    if mask.chars().count() > MAX_CHARS {
        return Err(format!("must be at most {MAX_CHARS} characters"));
    }
    let mut pattern = r"\A".to_owned();
    let mut chars = mask.chars();
    while let Some(c) = chars.next() {
        match c {
            '9' => pattern.push_str("[0-9]"),
            'a' => pattern.push_str(r"\p{L}"),
            '*' => pattern.push_str(r"[\p{L}0-9]"),
            '\\' => {
                let literal = chars.next().ok_or(r"must not end with a single \")?;
                push_literal(&mut pattern, literal);
            }
            literal => push_literal(&mut pattern, literal),
        }
    }
    pattern.push_str(r"\z");
    RegexBuilder::new(&pattern)
        .size_limit(MAX_COMPILED_BYTES)
        .build()
        .map_err(|_| "is too large a mask".to_owned())
}

fn push_literal(pattern: &mut String, literal: char) {
    pattern.push_str(&regex::escape(literal.encode_utf8(&mut [0; 4])));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fills(mask: &str, text: &str) -> bool {
        compile(mask).unwrap().is_match(text)
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
            ("$99-99", "12-34"),
            ("$99-99", "$12-345"),
            ("$99-99", "x$12-34"),
            ("$99-99", "$12-34\n"),
            ("9", "٣"),
            ("9", "a"),
            ("a", "1"),
            ("*", "-"),
            (".", "x"),
            (r"\9", "8"),
        ] {
            assert!(!fills(mask, text), "{mask} {text}");
        }
    }

    #[test]
    fn masks_are_bounded() {
        for c in ["9", "a", "*", "("] {
            assert!(compile(&c.repeat(MAX_CHARS)).is_ok(), "{c}");
            assert!(compile(&c.repeat(MAX_CHARS + 1)).is_err(), "{c}");
        }
        assert_eq!(compile(r"9\").unwrap_err(), r"must not end with a single \");
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
