//! One pass over a log for any number of secrets.

use std::collections::HashMap;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::{Leak, SHORTEST, SecretKind, forms};

/// A short secret of nothing but hexadecimal digits is not looked for within other words.
const LONGEST_BRIEF: usize = 15;
/// What stands in a line in the place of a secret.
const MASK: &str = "«secret»";

/// Every form of every secret, by its first bytes.
#[derive(Default)]
pub(super) struct Index {
    secrets: Vec<(SecretKind, Vec<String>)>,
    forms: HashMap<u64, Vec<(usize, String)>>,
    /// For each pair of bytes whether a form begins with it: most places in a log need no closer look.
    pairs: Vec<bool>,
    words: HashMap<String, usize>,
}

impl Index {
    /// Adds a secret.
    pub(super) fn add(&mut self, kind: SecretKind, secret: &str) {
        let number = self.secrets.len();
        let mut forms: Vec<String> = forms::encoded(secret).into_iter().collect();
        if is_brief(secret) {
            self.words.insert(secret.to_owned(), number);
        } else {
            forms.push(secret.to_owned());
        }
        for form in &forms {
            let beginning = form.bytes().take(SHORTEST).fold(0, shifted);
            self.pairs.resize(1 << 16, false);
            self.pairs[pair(beginning)] = true;
            self.forms.entry(beginning).or_default().push((number, form.clone()));
        }
        forms.push(secret.to_owned());
        self.secrets.push((kind, forms));
    }

    /// Finds each of them; one leak for each secret in a line.
    pub(super) fn find_in(&self, log: &str) -> Vec<Leak> {
        if self.secrets.is_empty() {
            return Vec::new();
        }
        log.lines().flat_map(|line| self.find_in_line(line)).collect()
    }

    fn find_in_line(&self, line: &str) -> Vec<Leak> {
        let mut leaks = self.find_in_text(line);
        if leaks.is_empty() && line.contains('%') {
            let decoded = percent_decode_str(line).decode_utf8_lossy();
            leaks = self.find_in_text(&decoded);
            if leaks.is_empty() {
                leaks = self.find_in_text(&decoded.replace('+', " "));
            }
        }
        leaks
    }

    fn find_in_text(&self, line: &str) -> Vec<Leak> {
        let mut found: Vec<usize> = Vec::new();
        let mut window = 0;
        for (at, byte) in line.bytes().enumerate() {
            window = shifted(window, byte);
            if !self.pairs[pair(window)] {
                continue;
            }
            let Some(begin) = (at + 1).checked_sub(SHORTEST) else { continue };
            let Some(forms) = self.forms.get(&window) else { continue };
            let rest = &line.as_bytes()[begin..];
            let those = forms.iter().filter(|(_, form)| rest.starts_with(form.as_bytes()));
            found.extend(those.map(|(number, _)| number));
        }
        if !self.words.is_empty() {
            found.extend(texts(line).iter().flat_map(|text| self.words_in(text)));
        }
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|number| self.leak(number, line)).collect()
    }

    fn words_in(&self, text: &str) -> Vec<usize> {
        words(text).into_iter().filter_map(|word| self.words.get(word).copied()).collect()
    }

    fn leak(&self, number: usize, line: &str) -> Leak {
        let (kind, forms) = &self.secrets[number];
        let line = forms.iter().fold(line.to_owned(), |line, form| line.replace(form.as_str(), MASK));
        Leak { kind: *kind, line }
    }
}

/// The last bytes of a text after one more, as a number.
fn shifted(window: u64, byte: u8) -> u64 {
    ((window << 8) | u64::from(byte)) & ((1 << (8 * SHORTEST)) - 1)
}

/// The first two bytes of a window.
fn pair(window: u64) -> usize {
    usize::try_from(window >> (8 * (SHORTEST - 2))).expect("two bytes are a small number")
}

fn is_brief(secret: &str) -> bool {
    secret.len() <= LONGEST_BRIEF && secret.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The texts and numbers in a line: those in its JSON, or else the line itself; without the escapes that would grow
/// together with a word.
fn texts(line: &str) -> Vec<String> {
    let mut texts = Vec::new();
    match serde_json::from_str(line) {
        Ok(value @ Value::Object(_)) => collect(&value, &mut texts),
        _ => texts.push(line.to_owned()),
    }
    for text in texts.iter_mut().filter(|text| text.contains('\\')) {
        *text = ["\\n", "\\r", "\\t"].iter().fold(text.clone(), |text, sign| text.replace(sign, " "));
    }
    texts
}

fn collect(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Number(number) => texts.push(number.to_string()),
        Value::Array(values) => values.iter().for_each(|value| collect(value, texts)),
        Value::Object(fields) => fields.values().for_each(|value| collect(value, texts)),
        Value::Null | Value::Bool(_) => {}
    }
}

/// The runs of letters and digits that are no part of a decimal number.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = 0;
    while let Some(begin) = text[rest..].find(|c: char| c.is_ascii_alphanumeric()).map(|at| rest + at) {
        let length = text[begin..].find(|c: char| !c.is_ascii_alphanumeric());
        let end = length.map_or(text.len(), |length| begin + length);
        let before = text.as_bytes()[..begin].last_chunk::<2>();
        let after = text.as_bytes()[end..].first_chunk::<2>();
        let follows_a_number = before.is_some_and(|[digit, dot]| digit.is_ascii_digit() && *dot == b'.');
        let goes_on = after.is_some_and(|[dot, digit]| *dot == b'.' && digit.is_ascii_digit());
        if !follows_a_number && !goes_on {
            words.push(&text[begin..end]);
        }
        rest = end;
    }
    words
}
