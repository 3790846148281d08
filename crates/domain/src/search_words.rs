//! Words by which people are found, whatever their width, case or kana.

use std::collections::BTreeSet;

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// The most characters of a word; what is longer is cut.
pub const MAX_WORD_CHARS: usize = 64;
/// The most words by which one profile is found.
pub const MAX_WORDS: usize = 64;
/// The most words that one search looks for.
pub const MAX_QUERY_WORDS: usize = 8;

/// What no word begins with.
const NO_WORD: &str = " ";

/// The words by which something with these texts is found: the first [`MAX_WORDS`] different ones, so that what
/// matters most should come first.
#[must_use]
pub fn words<'a>(texts: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for text in texts {
        for word in split(&fold(text)) {
            if words.len() == MAX_WORDS {
                return words;
            }
            words.insert(word);
        }
    }
    words
}

/// What somebody searches for: each of its prefixes must begin a word of what is found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WordQuery(Vec<String>);

impl WordQuery {
    /// Reads a query as it was typed: the first [`MAX_QUERY_WORDS`] different words of it.
    #[must_use]
    pub fn parse(q: &str) -> Self {
        let mut prefixes = Vec::new();
        for word in split(&fold(q)) {
            if prefixes.len() == MAX_QUERY_WORDS {
                break;
            }
            if !prefixes.contains(&word) {
                prefixes.push(word);
            }
        }
        // What was typed holds no word: then no word begins with it, and nobody is found rather than everybody.
        if prefixes.is_empty() && !q.trim().is_empty() {
            prefixes.push(NO_WORD.to_owned());
        }
        Self(prefixes)
    }

    /// The beginnings of words to look for, in the order in which they were typed. Empty when nothing was typed.
    /// What holds no word is one that no word begins with.
    #[must_use]
    pub fn prefixes(&self) -> &[String] {
        &self.0
    }
}

/// The least text, in the order of bytes, that comes after all texts with this prefix: they are those from the prefix
/// up to, and without, it. Nothing when no text does, as for the empty prefix.
#[must_use]
pub fn upper_bound(prefix: &str) -> Option<String> {
    // The order of bytes is that of characters.
    let mut bound = prefix.to_owned();
    while let Some(last) = bound.pop() {
        if let Some(next) = (last..=char::MAX).nth(1) {
            bound.push(next);
            return Some(bound);
        }
    }
    None
}

/// One form for letters that are taken to be the same: narrow as wide ones, small ones, hiragana.
fn fold(text: &str) -> String {
    let plain = text.chars().map(voiced).nfkc().flat_map(char::to_lowercase).map(hiragana);
    // Lower case can leave letters apart from their marks.
    plain.nfkc().collect()
}

/// The marks of voiced kana that stand alone become those that join the letter before them.
const fn voiced(c: char) -> char {
    match c {
        '゛' => '\u{3099}',
        '゜' => '\u{309a}',
        c => c,
    }
}

/// Hiragana for katakana, and one small sigma for both.
fn hiragana(c: char) -> char {
    match c {
        'ァ'..='ヶ' | 'ヽ' | 'ヾ' => char::from_u32(u32::from(c) - 0x60).unwrap_or(c),
        'ς' => 'σ',
        c => c,
    }
}

/// The words of a folded text: letters and numbers, with the marks that belong to them.
fn split(folded: &str) -> impl Iterator<Item = String> {
    folded
        .split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c))
        .map(|word| word.trim_start_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(MAX_WORD_CHARS).collect())
}

#[cfg(test)]
mod tests;
