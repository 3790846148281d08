//! Templates cut into texts and actions, with Go's rules for trim markers and comments.

use super::{
    fault::{FaultKind, TemplateFault},
    quoted,
    tree::{Operand, Origin},
    value::Value,
};

/// What a trim marker trims, and what stands between words.
const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

/// A text, or what stands between `{{` and `}}`.
#[derive(Debug)]
pub(super) enum Piece {
    Text(String),
    Action { tokens: Vec<Token>, line: usize },
}

/// A word of an action.
#[derive(Debug)]
pub(super) enum Token {
    Word(String),
    Value(Operand),
}

/// Where reading has come to.
#[derive(Debug)]
pub(super) struct Scanner<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Scanner<'a> {
    pub(super) const fn new(source: &'a str) -> Self {
        Self { rest: source, line: 1 }
    }

    /// The next piece; nothing at the end. Comments and texts of which nothing is left are passed over.
    pub(super) fn next_piece(&mut self) -> Result<Option<Piece>, TemplateFault> {
        while !self.rest.is_empty() {
            if self.rest.starts_with("{{") {
                let line = self.line;
                self.take(2);
                if has_left_marker(self.rest) {
                    self.take(2);
                }
                if self.rest.starts_with("/*") {
                    self.comment()?;
                } else {
                    return Ok(Some(Piece::Action { tokens: self.tokens(line)?, line }));
                }
            } else {
                let text = self.text();
                if !text.is_empty() {
                    return Ok(Some(Piece::Text(text.to_owned())));
                }
            }
        }
        Ok(None)
    }

    fn text(&mut self) -> &'a str {
        let length = self.rest.find("{{").unwrap_or(self.rest.len());
        let text = &self.rest[..length];
        self.take(length);
        let trimmed = self.rest.strip_prefix("{{").is_some_and(has_left_marker);
        if trimmed { text.trim_end_matches(SPACE) } else { text }
    }

    fn comment(&mut self) -> Result<(), TemplateFault> {
        let end = self.rest[2..].find("*/").ok_or_else(|| self.fault(FaultKind::OpenComment))?;
        self.take(end + 4);
        if self.take_right() { Ok(()) } else { Err(self.fault(FaultKind::CommentNotAlone)) }
    }

    fn tokens(&mut self, line: usize) -> Result<Vec<Token>, TemplateFault> {
        let mut tokens = Vec::new();
        while !self.take_right() {
            match self.rest.chars().next() {
                None => return Err(FaultKind::OpenAction.at(line)),
                Some(c) if SPACE.contains(&c) => drop(self.take(1)),
                Some('"' | '`') => tokens.push(Token::Value(self.quoted()?)),
                Some('.' | '$') => tokens.push(Token::Value(self.path()?)),
                Some(c) if is_name(c) && !c.is_ascii_digit() => {
                    let word = self.name();
                    self.expect_end_of_word()?;
                    tokens.push(Token::Word(word));
                }
                Some(c) => return Err(self.fault(misplaced(c))),
            }
        }
        Ok(tokens)
    }

    fn quoted(&mut self) -> Result<Operand, TemplateFault> {
        let line = self.line;
        let (text, length) = quoted::read(self.rest).map_err(|kind| kind.at(line))?;
        self.take(length);
        Ok(Operand { origin: Origin::Quoted(Value::Text(text)), fields: Vec::new(), line })
    }

    /// `.`, `$`, or either with fields behind it, without a space in between.
    fn path(&mut self) -> Result<Operand, TemplateFault> {
        let mut fields = Vec::new();
        let origin = if self.rest.starts_with('$') {
            self.take(1);
            if self.rest.starts_with(is_name) {
                let name = format!("${}", self.name());
                return Err(self.fault(FaultKind::unsupported("variables", &name)));
            }
            Origin::Root
        } else {
            if self.rest[1..].starts_with(|c: char| c.is_ascii_digit()) {
                return Err(self.fault(FaultKind::unsupported("numbers", &self.rest[..2])));
            }
            Origin::Dot
        };
        if origin == Origin::Dot && !has_field(self.rest) {
            self.take(1);
        } else {
            while has_field(self.rest) {
                self.take(1);
                fields.push(self.name());
            }
        }
        if self.rest.starts_with('.') {
            return Err(self.fault(FaultKind::unexpected(".")));
        }
        self.expect_end_of_word()?;
        Ok(Operand { origin, fields, line: self.line })
    }

    fn name(&mut self) -> String {
        let length = self.rest.find(|c| !is_name(c)).unwrap_or(self.rest.len());
        self.take(length).to_owned()
    }

    /// What may follow a name in Go; the rest of it is refused by whoever reads on.
    fn expect_end_of_word(&self) -> Result<(), TemplateFault> {
        match self.rest.chars().next() {
            Some(c) if !SPACE.contains(&c) && !".,|:)(}".contains(c) => Err(self.fault(misplaced(c))),
            _ => Ok(()),
        }
    }

    /// Takes `}}`, and with a trim marker before it also the space behind it, when they come next.
    fn take_right(&mut self) -> bool {
        if self.rest.starts_with("}}") {
            self.take(2);
            return true;
        }
        let marked = self.rest.strip_prefix(SPACE).is_some_and(|rest| rest.starts_with("-}}"));
        if marked {
            self.take(4);
            let text = self.rest.trim_start_matches(SPACE);
            self.take(self.rest.len() - text.len());
        }
        marked
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.line += taken.matches('\n').count();
        self.rest = rest;
        taken
    }

    const fn fault(&self, kind: FaultKind) -> TemplateFault {
        kind.at(self.line)
    }
}

/// Whether what follows `{{` is a minus with space behind it; without the space it would be a sign.
fn has_left_marker(inside: &str) -> bool {
    inside.strip_prefix('-').is_some_and(|rest| rest.starts_with(SPACE))
}

fn has_field(rest: &str) -> bool {
    rest.strip_prefix('.').is_some_and(|rest| rest.starts_with(is_name))
}

fn is_name(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// Why nothing that a template may hold begins with this character.
fn misplaced(c: char) -> FaultKind {
    let word = c.to_string();
    match c {
        '|' => FaultKind::unsupported("pipelines", &word),
        '(' | ')' => FaultKind::unsupported("parentheses", &word),
        ':' | '=' => FaultKind::unsupported("variables", &word),
        '\'' => FaultKind::unsupported("single quotes", &word),
        '+' | '-' | '0'..='9' => FaultKind::unsupported("numbers", &word),
        _ => FaultKind::unexpected(&word),
    }
}
