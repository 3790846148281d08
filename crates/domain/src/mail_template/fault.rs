//! What is wrong with a template, and where.

use std::fmt;

use super::write::MAX_STEPS;

/// The most blocks inside one another.
pub(super) const MAX_DEPTH: usize = 50;
/// The most characters of a word that are repeated in a fault.
const MAX_QUOTED: usize = 60;

/// One of the two texts of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplatePart {
    /// The subject.
    Subject,
    /// The body.
    Body,
}

impl TemplatePart {
    /// The name in the portal's bodies and messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Body => "body",
        }
    }
}

impl fmt::Display for TemplatePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A template cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{part}: {fault}")]
pub struct TemplateError {
    /// Because of which text.
    pub part: TemplatePart,
    /// Because of what.
    pub fault: TemplateFault,
}

/// What is wrong with a text of a template. Printed it is one line, such as `line 2: unknown variable .User.Nmae`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct TemplateFault {
    line: Option<usize>,
    kind: FaultKind,
}

impl TemplateFault {
    /// The line, counted from 1; nothing when the text as a whole is at fault.
    #[must_use]
    pub const fn line(&self) -> Option<usize> {
        self.line
    }

    pub(super) const fn of(self, part: TemplatePart) -> TemplateError {
        TemplateError { part, fault: self }
    }
}

impl fmt::Display for TemplateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        self.kind.fmt(f)
    }
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum FaultKind {
    #[error("must be at most {max} characters")]
    TooLong { max: usize },
    #[error("must not contain the character U+0000")]
    Nul,
    #[error("{{{{ without }}}}")]
    OpenAction,
    #[error("{{{{/* without */}}}}")]
    OpenComment,
    #[error("nothing but }}}} may follow the end of a comment")]
    CommentNotAlone,
    #[error("a quoted text has no end")]
    OpenQuote,
    #[error("a quoted text has a faulty escape")]
    Escape,
    #[error("{{{{ }}}} is empty")]
    EmptyAction,
    #[error("{what} are not supported ({word})")]
    Unsupported { what: &'static str, word: String },
    #[error("unexpected {0}")]
    Unexpected(String),
    #[error("{{{{{0}}}}} needs a value")]
    MissingValue(&'static str),
    #[error("only one value may stand between {{{{ and }}}}")]
    SecondValue,
    #[error("{{{{{0}}}}} has no {{{{end}}}}")]
    MissingEnd(&'static str),
    #[error("{{{{end}}}} without {{{{if}}}}, {{{{with}}}} or {{{{range}}}}")]
    StrayEnd,
    #[error("{{{{else}}}} without {{{{if}}}}, {{{{with}}}} or {{{{range}}}}")]
    StrayElse,
    #[error("more than {MAX_DEPTH} blocks inside one another")]
    TooDeep,
    #[error("unknown variable {0}")]
    UnknownVariable(String),
    #[error("{0} is not a text")]
    NotAText(String),
    #[error("{0} is not a list")]
    NotAList(String),
    #[error("the result is larger than {max} bytes")]
    TooLarge { max: usize },
    #[error("writing takes more than {MAX_STEPS} steps")]
    TooManySteps,
}

impl FaultKind {
    pub(super) fn unsupported(what: &'static str, word: &str) -> Self {
        Self::Unsupported { what, word: shortened(word) }
    }

    pub(super) fn unexpected(word: &str) -> Self {
        Self::Unexpected(format!("{:?}", shortened(word)))
    }

    pub(super) const fn at(self, line: usize) -> TemplateFault {
        TemplateFault { line: Some(line), kind: self }
    }

    pub(super) const fn anywhere(self) -> TemplateFault {
        TemplateFault { line: None, kind: self }
    }
}

/// The beginning of a word that somebody else chose, for a message.
pub(super) fn shortened(word: &str) -> String {
    match word.char_indices().nth(MAX_QUOTED) {
        Some((end, _)) => format!("{}…", &word[..end]),
        None => word.to_owned(),
    }
}
