//! From the fields of a body to the values of the domain, with every fault on the way.
//!
//! The validator sees to presence and type, the domain's value objects to everything else; here the two meet.

use std::{borrow::Cow, collections::HashMap, convert::Infallible, fmt};

use portico_domain::{
    code::PlainCodeError, email::EmailAddressError, invite::InviteRoleError, page::PageLimitError,
    password::PasswordError, redirect_url::RedirectUrlError, text::TextError, token::PlainToken,
};
use validator::{Validate, ValidationErrorsKind};

use super::{
    given::Given,
    problem::{Fault, Problem, Rule},
};

/// A value object's refusal; its text continues "The … field".
pub(crate) trait Refusal: fmt::Display {
    /// The contract's word for the rule that was broken.
    fn rule(&self) -> Rule;
}

/// Stands for a value that could not be read; why not is among the faults already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Faulty;

/// The fields of one body while they are read, in the order of their declaration.
pub(crate) struct Fields {
    misshapen: HashMap<Cow<'static, str>, ValidationErrorsKind>,
    faults: Vec<Fault>,
}

impl Fields {
    /// The fields of `body`, after the look at presence and types.
    pub(crate) fn of(body: &impl Validate) -> Self {
        let misshapen =
            body.validate().err().map(validator::ValidationErrors::into_errors).unwrap_or_default();
        Self { misshapen, faults: Vec::new() }
    }

    /// Reads a text that must be there.
    pub(crate) fn required_text<U, E: Refusal>(
        &mut self,
        field: &'static str,
        given: Option<Given<String>>,
        read: impl FnOnce(&str) -> Result<U, E>,
    ) -> Result<U, Faulty> {
        // The validator has seen to it that a required field is there.
        self.optional_text(field, given, read)?.ok_or(Faulty)
    }

    /// Reads a text that may be missing.
    pub(crate) fn optional_text<U, E: Refusal>(
        &mut self,
        field: &'static str,
        given: Option<Given<String>>,
        read: impl FnOnce(&str) -> Result<U, E>,
    ) -> Result<Option<U>, Faulty> {
        let Some(text) = self.shapely(field, given)? else { return Ok(None) };
        match read(&text) {
            Ok(value) => Ok(Some(value)),
            Err(refusal) => {
                self.faults.push(Fault::new(field, refusal.rule(), refusal));
                Err(Faulty)
            }
        }
    }

    /// Reads a yes or no that may be missing.
    pub(crate) fn optional_flag(
        &mut self,
        field: &'static str,
        given: Option<Given<bool>>,
    ) -> Result<Option<bool>, Faulty> {
        self.shapely(field, given)
    }

    /// What is in a field, if anything, unless the validator found fault with it.
    fn shapely<T>(&mut self, field: &'static str, given: Option<Given<T>>) -> Result<Option<T>, Faulty> {
        if let Some(kind) = self.misshapen.remove(field) {
            self.faults.extend(shape_faults(field, kind));
            return Err(Faulty);
        }
        Ok(given.and_then(Given::right))
    }

    /// Makes the command of the values.
    ///
    /// # Errors
    /// All faults, when there are any.
    pub(crate) fn finish<C>(self, command: impl FnOnce() -> Result<C, Faulty>) -> Result<C, Problem> {
        match command() {
            Ok(command) if self.faults.is_empty() => Ok(command),
            _ => Err(Problem::invalid(self.faults)),
        }
    }
}

/// Reads a text that can be anything.
pub(crate) fn any_text<U>(make: impl FnOnce(&str) -> U) -> impl FnOnce(&str) -> Result<U, Infallible> {
    |text| Ok(make(text))
}

/// Takes a text for a token; whether it is one shows when it is looked up.
pub(crate) fn token(text: &str) -> PlainToken {
    PlainToken::presented(text)
}

fn shape_faults(field: &'static str, kind: ValidationErrorsKind) -> Vec<Fault> {
    let ValidationErrorsKind::Field(errors) = kind else { return Vec::new() };
    let faults = errors.into_iter().map(|error| match error.code.as_ref() {
        "required" => Fault::new(field, Rule::Required, "must be defined"),
        "boolean" => Fault::new(field, Rule::Boolean, error.message.unwrap_or_default()),
        _ => Fault::new(field, Rule::String, error.message.unwrap_or_default()),
    });
    faults.collect()
}

impl Refusal for Infallible {
    fn rule(&self) -> Rule {
        match *self {}
    }
}

impl Refusal for EmailAddressError {
    fn rule(&self) -> Rule {
        match self {
            Self::TooLong => Rule::MaxLength,
            Self::Invalid => Rule::Email,
        }
    }
}

impl Refusal for PasswordError {
    fn rule(&self) -> Rule {
        match self {
            Self::TooShort => Rule::MinLength,
            Self::TooLong => Rule::MaxLength,
            Self::Nul => Rule::String,
        }
    }
}

impl Refusal for PlainCodeError {
    fn rule(&self) -> Rule {
        Rule::Regex
    }
}

impl Refusal for TextError {
    fn rule(&self) -> Rule {
        match self {
            Self::Empty => Rule::Required,
            Self::TooLong { .. } => Rule::MaxLength,
            Self::ControlCharacter => Rule::Regex,
        }
    }
}

impl Refusal for InviteRoleError {
    fn rule(&self) -> Rule {
        Rule::Enum
    }
}

impl Refusal for RedirectUrlError {
    fn rule(&self) -> Rule {
        match self {
            Self::TooLong => Rule::MaxLength,
            Self::Invalid | Self::Credentials => Rule::Url,
        }
    }
}

impl Refusal for PageLimitError {
    fn rule(&self) -> Rule {
        Rule::Regex
    }
}
