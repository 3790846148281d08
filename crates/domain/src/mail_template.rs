//! The letters that the portal's admins word themselves (portal contract section 7).
//!
//! A template is plain text in a part of Go's `text/template`: `{{.User.Name}}` with trim markers, `if`, `with` and
//! `range` with `else`, `{{.}}` and `$`, comments, and quoted texts. Everything else is a fault that is told when the
//! template is saved, as is a variable that no letter of its kind has. Nothing is escaped: letters are plain text.

mod built_in;
mod check;
mod fault;
mod kind;
mod parse;
mod quoted;
mod scan;
mod shape;
mod tree;
mod value;
mod write;
mod written;

use self::{
    fault::FaultKind,
    tree::Node,
    write::{MAX_BODY_BYTES, MAX_SUBJECT_BYTES},
};
pub use self::{
    fault::{TemplateError, TemplateFault, TemplatePart},
    kind::{Language, LetterKind},
    value::LetterValues,
    written::WrittenLetter,
};

/// The most characters of a template's subject.
pub const MAX_SUBJECT_CHARS: usize = 998;
/// The most characters of a template's body.
pub const MAX_BODY_CHARS: usize = 100_000;

/// How letters of one kind are worded, as somebody wrote it. Both texts may be empty; then so are the letter's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailTemplate {
    /// The subject.
    pub subject: String,
    /// The body.
    pub body: String,
}

impl MailTemplate {
    /// Takes a template for letters of `kind`, as it was given, when it can be one.
    ///
    /// # Errors
    /// See [`MailTemplate::check`].
    pub fn parse(
        kind: LetterKind,
        subject: impl Into<String>,
        body: impl Into<String>,
    ) -> Result<Self, TemplateError> {
        let template = Self { subject: subject.into(), body: body.into() };
        template.check(kind)?;
        Ok(template)
    }

    /// The wording that is used as long as nobody saved another.
    #[must_use]
    pub fn built_in(kind: LetterKind, language: Language) -> Self {
        built_in::template(kind, language)
    }

    /// Makes it ready to write letters of `kind`.
    ///
    /// # Errors
    /// The first fault, of the subject before the body. Variables are looked up on every path, taken or not. Then one
    /// letter is tried on a member whose every field is as large as it may be, and one on a member without any.
    pub fn check(&self, kind: LetterKind) -> Result<CheckedTemplate, TemplateError> {
        let checked = CheckedTemplate {
            subject: read(kind, &self.subject, MAX_SUBJECT_CHARS)
                .map_err(|fault| fault.of(TemplatePart::Subject))?,
            body: read(kind, &self.body, MAX_BODY_CHARS).map_err(|fault| fault.of(TemplatePart::Body))?,
        };
        checked.render(&LetterValues::largest(kind))?;
        checked.render(&LetterValues::barest(kind))?;
        Ok(checked)
    }
}

fn read(kind: LetterKind, source: &str, max: usize) -> Result<Vec<Node>, TemplateFault> {
    if source.chars().count() > max {
        return Err(FaultKind::TooLong { max }.anywhere());
    }
    // No text of the store may hold it (contract O41).
    if let Some(at) = source.find('\0') {
        return Err(FaultKind::Nul.at(1 + source[..at].matches('\n').count()));
    }
    let nodes = parse::parse(source)?;
    check::check(&nodes, shape::root(kind))?;
    Ok(nodes)
}

/// A template without a fault, ready to write letters.
#[derive(Clone, Debug)]
pub struct CheckedTemplate {
    subject: Vec<Node>,
    body: Vec<Node>,
}

impl CheckedTemplate {
    /// Writes a letter.
    ///
    /// # Errors
    /// When it would be larger than 1 MB, its subject larger than 10 kB, or take a million steps. A template without
    /// conditions that was checked never fails so; one whose conditions hold for some members alone may.
    pub fn render(&self, values: &LetterValues) -> Result<WrittenLetter, TemplateError> {
        let subject = write::write(&self.subject, values.root(), MAX_SUBJECT_BYTES)
            .map_err(|fault| fault.of(TemplatePart::Subject))?;
        let body = write::write(&self.body, values.root(), MAX_BODY_BYTES)
            .map_err(|fault| fault.of(TemplatePart::Body))?;
        Ok(WrittenLetter::new(&subject, body))
    }
}

#[cfg(test)]
mod tests;
