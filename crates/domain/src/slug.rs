//! The name of a project in addresses (contract O19).

use std::{fmt, iter};

/// The most characters of a slug.
const MAX_CHARS: usize = 60;
/// What a name without a single letter or digit becomes.
const FALLBACK: &str = "project";

/// Lower-case letters and digits in groups joined by single hyphens, at most 60 characters. Never changes once given.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slug(String);

impl Slug {
    /// Makes a slug of a name: transliterated, lower case, everything else a hyphen. A name without a letter or digit
    /// gives `project`.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        let plain = deunicode::deunicode_with_tofu(name, "-").to_lowercase();
        let words: Vec<&str> =
            plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
        let joined = words.join("-");
        let slug = cut(&joined, MAX_CHARS);
        Self(if slug.is_empty() { FALLBACK.to_owned() } else { slug.to_owned() })
    }

    /// Reads a slug from a path: any other text names no project.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let well_formed = !text.is_empty()
            && text.len() <= MAX_CHARS
            && text.split('-').all(|word| {
                !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
            });
        well_formed.then(|| Self(text.to_owned()))
    }

    /// This slug, then with `-2`, `-3` and so on, for when it is taken; each has at most 60 characters.
    pub fn candidates(&self) -> impl Iterator<Item = Self> + '_ {
        let numbered = (2_u32..).map(|n| {
            let suffix = format!("-{n}");
            Self(format!("{}{suffix}", cut(&self.0, MAX_CHARS - suffix.len())))
        });
        iter::once(self.clone()).chain(numbered)
    }

    /// The text, as it stands in paths.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The first `max` characters of an ASCII text, without a hyphen at the end.
fn cut(text: &str, max: usize) -> &str {
    text[..text.len().min(max)].trim_end_matches('-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_slug_is_made_of_the_name() {
        for (name, slug) in [
            ("My App", "my-app"),
            ("  Chess -- Club! ", "chess-club"),
            ("Ünïcode", "unicode"),
            ("Привет мир", "privet-mir"),
            ("!!!", "project"),
            ("🎉", "tada"),
            ("2026", "2026"),
        ] {
            assert_eq!(Slug::from_name(name).as_str(), slug, "{name:?}");
        }
    }

    #[test]
    fn a_taken_slug_is_numbered_and_stays_short() {
        let slug = Slug::from_name(&"a".repeat(80));
        let candidates: Vec<String> = slug.candidates().take(3).map(|s| s.to_string()).collect();
        assert_eq!(candidates[0], "a".repeat(60));
        assert_eq!(candidates[1], format!("{}-2", "a".repeat(58)));
        assert_eq!(candidates[2], format!("{}-3", "a".repeat(58)));
    }

    #[test]
    fn only_a_well_formed_text_names_a_project() {
        for text in ["", "-a", "a-", "a--b", "A", "a b", "ä", &"a".repeat(61)] {
            assert_eq!(Slug::parse(text), None, "{text:?}");
        }
        assert!(Slug::parse("my-app-2").is_some());
    }

    proptest! {
        #[test]
        fn every_name_gives_a_well_formed_slug(name in ".{0,120}") {
            for slug in Slug::from_name(&name).candidates().take(12) {
                prop_assert_eq!(Slug::parse(slug.as_str()), Some(slug));
            }
        }
    }
}
