//! Regular expressions as browsers read them, for an engine that takes linear time: `regExpValidator`.

use std::{iter::Peekable, str::CharIndices, sync::OnceLock};

use regex::{Regex, RegexBuilder};

/// The most characters of a pattern.
const MAX_CHARS: usize = 1000;
/// The most bytes of a compiled pattern: two classes of the letters of every script. What matching a byte takes grows
/// with it.
const MAX_COMPILED_BYTES: usize = 128 * 1024;
/// The most bytes that matching may keep.
const MAX_CACHE_BYTES: usize = 1024 * 1024;
/// The most groups inside one another.
const MAX_DEPTH: u32 = 50;

/// A regular expression as browsers read it. Reading one costs nothing: it is compiled when its form is admitted, or
/// when the first text is held against it, and only once.
#[derive(Clone, Debug)]
pub struct Pattern {
    given: String,
    flags: Flags,
    compiled: OnceLock<Result<Regex, String>>,
}

impl Pattern {
    /// A pattern of JavaScript, written bare or as `/pattern/flags`.
    pub(in crate::signup) fn new(given: &str, flags: Flags) -> Self {
        Self { given: given.to_owned(), flags, compiled: OnceLock::new() }
    }

    /// Whether texts can be held against it.
    ///
    /// # Errors
    /// Why not: it is too long or too large, wants to look around or back, or is malformed.
    pub(super) fn check(&self) -> Result<(), String> {
        self.compiled().as_ref().map(drop).map_err(Clone::clone)
    }

    /// Whether it occurs in a text, in time linear in the text; nothing when no text can be held against it.
    #[must_use]
    pub fn occurs_in(&self, text: &str) -> Option<bool> {
        self.compiled().as_ref().ok().map(|regex| regex.is_match(text))
    }

    /// Whether it was compiled before.
    #[cfg(test)]
    pub(super) fn is_compiled(&self) -> bool {
        self.compiled.get().is_some()
    }

    fn compiled(&self) -> &Result<Regex, String> {
        self.compiled.get_or_init(|| compile(&self.given, self.flags))
    }
}

/// The flags of a pattern that change which texts it occurs in. Of the others, `u` holds always, and `g` and `y` say
/// only how one searches on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::signup) struct Flags {
    ignore_case: bool,
    multi_line: bool,
    dot_all: bool,
}

impl Flags {
    /// Every flag.
    pub(super) const KNOWN: &str = "imsugy";

    /// Reads the letters of flags; nothing when one is unknown.
    pub(super) fn parse(letters: &str) -> Option<Self> {
        letters.chars().all(|letter| Self::KNOWN.contains(letter)).then(|| Self {
            ignore_case: letters.contains('i'),
            multi_line: letters.contains('m'),
            dot_all: letters.contains('s'),
        })
    }

    const fn and(self, other: Self) -> Self {
        Self {
            ignore_case: self.ignore_case || other.ignore_case,
            multi_line: self.multi_line || other.multi_line,
            dot_all: self.dot_all || other.dot_all,
        }
    }
}

/// Compiles a pattern. Its `\d`, `\w` and `\b` are about ASCII, as in browsers.
///
/// # Errors
/// Why not: it is too long or too large, wants to look around or back, or is malformed.
fn compile(given: &str, flags: Flags) -> Result<Regex, String> {
    if given.chars().count() > MAX_CHARS {
        return Err(format!("must be at most {MAX_CHARS} characters"));
    }
    let (pattern, more) = literal(given).unwrap_or((given, Flags::default()));
    let flags = flags.and(more);
    RegexBuilder::new(&Translation::of(pattern)?)
        .case_insensitive(flags.ignore_case)
        .multi_line(flags.multi_line)
        .dot_matches_new_line(flags.dot_all)
        .nest_limit(MAX_DEPTH)
        .size_limit(MAX_COMPILED_BYTES)
        .dfa_size_limit(MAX_CACHE_BYTES)
        .build()
        .map_err(|error| reason(&error))
}

/// What stands between slashes, and the flags behind them.
fn literal(given: &str) -> Option<(&str, Flags)> {
    let (pattern, letters) = given.strip_prefix('/')?.rsplit_once('/')?;
    Some((pattern, Flags::parse(letters)?)).filter(|_| !pattern.is_empty())
}

fn reason(error: &regex::Error) -> String {
    if matches!(error, regex::Error::CompiledTooBig(_)) {
        return "is too large a regular expression; lengths are for stringInspectionValidator".to_owned();
    }
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    format!("is no regular expression: {}", last.trim_start_matches("error: "))
}

/// The same pattern in the syntax of the engine.
struct Translation<'a> {
    pattern: &'a str,
    chars: Peekable<CharIndices<'a>>,
    written: String,
}

impl<'a> Translation<'a> {
    fn of(pattern: &'a str) -> Result<String, String> {
        let mut this = Self { pattern, chars: pattern.char_indices().peekable(), written: String::new() };
        while let Some(c) = this.next() {
            match c {
                '\\' => this.escape(false)?,
                '[' => this.class()?,
                '(' => this.group()?,
                '{' => this.brace(),
                ']' | '}' => this.write(&['\\', c]),
                _ => this.write(&[c]),
            }
        }
        Ok(this.written)
    }

    fn next(&mut self) -> Option<char> {
        self.chars.next().map(|(_, c)| c)
    }

    fn rest(&mut self) -> &'a str {
        self.chars.peek().map_or("", |(index, _)| &self.pattern[*index..])
    }

    /// Leaves out so many characters, all of ASCII.
    fn skip(&mut self, count: usize) {
        self.chars.by_ref().take(count).for_each(drop);
    }

    fn write(&mut self, chars: &[char]) {
        self.written.extend(chars);
    }

    fn group(&mut self) -> Result<(), String> {
        let rest = self.rest();
        if ["?=", "?!", "?<=", "?<!"].iter().any(|look| rest.starts_with(look)) {
            return Err("must not look ahead or behind, which cannot be done in linear time".to_owned());
        }
        self.write(&['(']);
        Ok(())
    }

    /// A brace that begins no quantifier stands for itself.
    fn brace(&mut self) {
        let inside = self.rest().split_once('}').map_or("", |(inside, _)| inside);
        let (min, max) = inside.split_once(',').unwrap_or((inside, ""));
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if min.is_empty() || !is_digits(min) || !is_digits(max) {
            return self.write(&['\\', '{']);
        }
        self.written.push('{');
        self.written.push_str(inside);
        self.written.push('}');
        self.skip(inside.len() + 1);
    }

    /// The name or number of a character or set, when it stands in braces.
    fn braced(&mut self) {
        if self.rest().starts_with('{') {
            while let Some(c) = self.next() {
                self.write(&[c]);
                if c == '}' {
                    break;
                }
            }
        }
    }

    fn class(&mut self) -> Result<(), String> {
        for (in_browsers, here) in [("]", r"[^\s\S]"), ("^]", r"[\s\S]")] {
            if self.rest().starts_with(in_browsers) {
                self.skip(in_browsers.len());
                self.written.push_str(here);
                return Ok(());
            }
        }
        self.write(&['[']);
        if self.rest().starts_with('^') {
            self.skip(1);
            self.write(&['^']);
        }
        let mut is_after_set = false;
        while let Some(c) = self.next() {
            let was_after_set = std::mem::take(&mut is_after_set);
            match c {
                ']' => {
                    self.write(&[']']);
                    return Ok(());
                }
                '\\' => {
                    is_after_set = self.rest().starts_with(['d', 'D', 'w', 'W', 's', 'S', 'p', 'P']);
                    self.escape(true)?;
                }
                // Nothing but itself in browsers; here the beginnings of sets and of what is done to them.
                '[' | '&' | '~' => self.write(&['\\', c]),
                '-' if was_after_set || self.written.ends_with('-') => self.write(&['\\', '-']),
                _ => self.write(&[c]),
            }
        }
        Err("is no regular expression: unclosed character class".to_owned())
    }

    fn escape(&mut self, in_class: bool) -> Result<(), String> {
        let Some(c) = self.next() else {
            return Err("is no regular expression: incomplete escape sequence".to_owned());
        };
        match c {
            'd' => self.written.push_str("[0-9]"),
            'D' => self.written.push_str("[^0-9]"),
            'w' => self.written.push_str("[0-9A-Za-z_]"),
            'W' => self.written.push_str("[^0-9A-Za-z_]"),
            'b' if in_class => self.written.push_str(r"\x08"),
            'b' => self.written.push_str(r"(?-u:\b)"),
            'B' if !in_class => self.written.push_str(r"(?-u:\B)"),
            '0' if !self.rest().starts_with(|next: char| next.is_ascii_digit()) => {
                self.written.push_str(r"\x00");
            }
            '1'..='9' | 'k' if !in_class => {
                return Err("must not refer back to a group, which cannot be done in linear time".to_owned());
            }
            's' | 'S' | 'n' | 'r' | 't' | 'f' | 'v' => self.write(&['\\', c]),
            'x' | 'u' | 'p' | 'P' => {
                self.write(&['\\', c]);
                self.braced();
            }
            '<' | '>' => self.write(&[c]),
            _ if c.is_ascii_alphanumeric() => {
                return Err(format!(r"is no regular expression: unknown escape sequence \{c}"));
            }
            _ if c.is_ascii() => self.write(&['\\', c]),
            _ => self.write(&[c]),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
