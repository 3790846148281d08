//! Languages, and what is said in several of them.

use std::fmt;

/// The most bytes of a code.
const MAX_BYTES: usize = 35;

/// A text that is no language code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a language code such as en_US")]
pub struct LocaleError;

/// A language as the sign-up API spells it, such as `en_US` (sign-up contract section 2).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Locale(String);

impl Locale {
    /// Reads a code: two or three lower-case letters, then parts of 2 to 8 letters or digits behind `_` or `-`.
    ///
    /// # Errors
    /// When it is of another form.
    pub fn parse(text: &str) -> Result<Self, LocaleError> {
        let mut parts = text.split(['_', '-']);
        let language = parts.next().unwrap_or_default();
        let is_language =
            (2..=3).contains(&language.len()) && language.bytes().all(|b| b.is_ascii_lowercase());
        let is_part = |part: &str| {
            (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        if text.len() <= MAX_BYTES && is_language && parts.all(is_part) {
            Ok(Self(text.to_owned()))
        } else {
            Err(LocaleError)
        }
    }

    /// The code, as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Locale {
    /// `en_US`, the language of whoever names none.
    fn default() -> Self {
        Self("en_US".to_owned())
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The same thing in several languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Localized<T>(Vec<(Locale, T)>);

impl<T> Localized<T> {
    /// Takes what there is, each language once.
    #[must_use]
    pub const fn new(by_locale: Vec<(Locale, T)>) -> Self {
        Self(by_locale)
    }

    /// One thing, in the default language.
    #[must_use]
    pub fn plain(thing: T) -> Self {
        Self(vec![(Locale::default(), thing)])
    }

    /// What there is in this language; else in the default one, else in the first.
    #[must_use]
    pub fn pick(&self, locale: &Locale) -> Option<&T> {
        let of = |wanted: &Locale| self.0.iter().find(|(known, _)| known == wanted);
        of(locale).or_else(|| of(&Locale::default())).or_else(|| self.0.first()).map(|(_, thing)| thing)
    }

    /// All there is, in the order in which it was given.
    pub fn iter(&self) -> impl Iterator<Item = (&Locale, &T)> {
        self.0.iter().map(|(locale, thing)| (locale, thing))
    }
}

impl<T> IntoIterator for Localized<T> {
    type Item = (Locale, T);
    type IntoIter = std::vec::IntoIter<(Locale, T)>;

    /// All there is, in the order in which it was given.
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<T> Default for Localized<T> {
    /// Nothing, in no language.
    fn default() -> Self {
        Self(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_codes_are_told_from_other_texts() {
        for text in ["en_US", "tr", "zh_Hans_CN", "pt-BR", "es_419", "fil_PH"] {
            assert_eq!(Locale::parse(text).unwrap().as_str(), text);
        }
        for text in ["", "EN_us", "e", "english", "en_", "en_U", "en US", "title", "undefined"] {
            assert_eq!(Locale::parse(text), Err(LocaleError), "{text}");
        }
    }

    #[test]
    fn who_asks_for_a_missing_language_gets_the_default_one_then_the_first() {
        let tr = Locale::parse("tr_TR").unwrap();
        let de = Locale::parse("de_DE").unwrap();
        let said = Localized::new(vec![(tr.clone(), "Ad"), (Locale::default(), "Name")]);
        assert_eq!(said.pick(&tr), Some(&"Ad"));
        assert_eq!(said.pick(&de), Some(&"Name"));
        assert_eq!(Localized::new(vec![(tr, "Ad")]).pick(&de), Some(&"Ad"));
        assert_eq!(Localized::<&str>::default().pick(&de), None);
    }
}
