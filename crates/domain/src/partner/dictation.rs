//! Dictations that a partner registered.

use std::fmt;

use chrono::{DateTime, Utc};

use crate::{
    id::PartnerId,
    text::{self, TextError},
};

/// The most characters of a dictation's id.
const MAX_ID_CHARS: usize = 64;
/// The most characters of a title.
const MAX_TITLE_CHARS: usize = 200;
/// The most characters of a language's tag.
const MAX_LANGUAGE_CHARS: usize = 35;

/// What a partner calls a dictation: 1 to 64 letters, digits, `-` and `_`, all of ASCII (partner contract,
/// `save_check_result`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DictationId(String);

/// A text that cannot be the id of a dictation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to {MAX_ID_CHARS} letters, digits, - and _")]
pub struct DictationIdError;

impl DictationId {
    /// Reads an id; it is taken to the letter.
    ///
    /// # Errors
    /// When it has no or too many characters, or others than these.
    pub fn parse(id: &str) -> Result<Self, DictationIdError> {
        let is_known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if (1..=MAX_ID_CHARS).contains(&id.len()) && id.chars().all(is_known) {
            Ok(Self(id.to_owned()))
        } else {
            Err(DictationIdError)
        }
    }

    /// The id, as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DictationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The language of a dictation, as a tag such as `ru` or `en-GB`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Language(String);

/// A text that is no tag of a language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a language tag such as ru or en-GB")]
pub struct LanguageError;

impl Language {
    /// Reads a tag: two to eight letters, then parts of up to eight letters and digits, each behind a hyphen.
    ///
    /// # Errors
    /// When it is none, or has more than 35 characters.
    pub fn parse(tag: &str) -> Result<Self, LanguageError> {
        let mut parts = tag.split('-');
        let primary = parts.next().unwrap_or_default();
        let is_primary = (2..=8).contains(&primary.len()) && primary.chars().all(|c| c.is_ascii_alphabetic());
        let is_part =
            |part: &str| (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric());
        if tag.len() <= MAX_LANGUAGE_CHARS && is_primary && parts.all(is_part) {
            Ok(Self(tag.to_owned()))
        } else {
            Err(LanguageError)
        }
    }

    /// The tag, as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A dictation that a partner registered, so that results of it are taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dictation {
    /// Whose.
    pub partner: PartnerId,
    /// What the partner calls it; unique among the partner's.
    pub id: DictationId,
    /// What people call it.
    pub title: String,
    /// Its language.
    pub language: Language,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    /// When it was retired, if it was: no more results of it are taken, and those there are stay.
    pub retired_at: Option<DateTime<Utc>>,
}

impl Dictation {
    /// Reads a title: one line of 1 to 200 characters.
    ///
    /// # Errors
    /// When it is empty, too long, or holds control characters.
    pub fn title(text: &str) -> Result<String, TextError> {
        text::line(text, MAX_TITLE_CHARS)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_id_is_letters_digits_hyphens_and_underscores() {
        for id in ["611c9e9b8ffa577616d4fa3c", "a", "A-b_9", &"x".repeat(64)] {
            assert_eq!(DictationId::parse(id).unwrap().as_str(), id);
        }
        for id in ["", " a", "a b", "ж", "a/b", "a\0", &"x".repeat(65)] {
            assert_eq!(DictationId::parse(id), Err(DictationIdError), "{id:?}");
        }
    }

    #[test]
    fn a_language_is_a_tag() {
        for tag in ["ru", "en-GB", "zh-Hant-TW", "kk-Cyrl-KZ"] {
            assert_eq!(Language::parse(tag).unwrap().as_str(), tag);
        }
        for tag in ["", "r", "russian-", "ru_RU", "1a", "ru--x", "verylonglanguage", &"ab-".repeat(20)] {
            assert_eq!(Language::parse(tag), Err(LanguageError), "{tag:?}");
        }
    }

    #[test]
    fn a_tag_has_at_most_35_characters() {
        let parts = "-cdefghi".repeat(4);
        assert!(Language::parse(&format!("abc{parts}")).is_ok());
        assert_eq!(Language::parse(&format!("abcd{parts}")), Err(LanguageError));
    }

    #[test]
    fn a_title_is_one_line_of_200_characters() {
        assert_eq!(Dictation::title(" Осень в парке ").as_deref(), Ok("Осень в парке"));
        assert!(Dictation::title(&"ж".repeat(200)).is_ok());
        assert_eq!(Dictation::title(&"ж".repeat(201)), Err(TextError::TooLong { max: 200 }));
        assert_eq!(Dictation::title(" \n"), Err(TextError::Empty));
        assert_eq!(Dictation::title("a\nb"), Err(TextError::ControlCharacter));
    }

    proptest! {
        #[test]
        fn an_id_is_taken_to_the_letter(id in "[A-Za-z0-9_-]{1,64}") {
            let parsed = DictationId::parse(&id).unwrap();
            prop_assert_eq!(parsed.as_str(), &id);
            prop_assert_eq!(parsed.to_string(), id);
        }

        #[test]
        fn no_other_text_is_an_id(front in "[A-Za-z0-9_-]{0,20}", odd in "[^A-Za-z0-9_-]", back in "[A-Za-z0-9_-]{0,20}") {
            prop_assert_eq!(DictationId::parse(&format!("{front}{odd}{back}")), Err(DictationIdError));
        }

        #[test]
        fn a_tag_is_safe_in_markup_and_in_headers(tag in ".{0,40}") {
            if let Ok(tag) = Language::parse(&tag) {
                prop_assert!(tag.as_str().chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
                prop_assert!((2..=35).contains(&tag.as_str().len()));
            }
        }

        #[test]
        fn every_well_formed_tag_is_one(tag in "[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8}){0,3}") {
            let parsed = Language::parse(&tag).unwrap();
            prop_assert_eq!(parsed.as_str(), tag);
        }
    }
}
