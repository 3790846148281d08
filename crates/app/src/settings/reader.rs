//! Reads the variables, and remembers what is in force.

use std::num::NonZeroUsize;

use super::{
    error::{SettingError, shown},
    spec::{Fallback, Secrecy, Spec},
};

/// One setting as it is in force, fit to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct InForce {
    pub(super) name: &'static str,
    /// The value with its secrets masked; empty when there is none.
    pub(super) shown: String,
    /// What to say of it when it was not set.
    pub(super) remark: Option<String>,
}

/// Where the values of variables come from.
pub(super) struct Reader<'a> {
    source: &'a dyn Fn(&str) -> Option<String>,
    in_force: Vec<InForce>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { source, in_force: Vec::new() }
    }

    /// The settings read so far, in the order of reading.
    pub(super) fn into_in_force(self) -> Vec<InForce> {
        self.in_force
    }

    /// A setting that always has a value.
    pub(super) fn value<T>(
        &mut self,
        spec: &'static Spec,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, SettingError> {
        let (text, remark) = match (self.given(spec), spec.default) {
            (Some(text), _) => (text, None),
            (None, Fallback::Value(text)) => (text.to_owned(), Some("default".to_owned())),
            (None, Fallback::Unset(_)) => return Err(SettingError::missing(spec)),
        };
        let value = checked(spec, &text, parse)?;
        self.note(spec, &text, remark);
        Ok(value)
    }

    /// A setting that may have no value.
    pub(super) fn option<T>(
        &mut self,
        spec: &'static Spec,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, SettingError> {
        let given = self.given(spec);
        let value = given.as_deref().map(|text| checked(spec, text, parse)).transpose()?;
        let remark = given.is_none().then(|| remark_on(spec));
        self.note(spec, given.as_deref().unwrap_or_default(), remark);
        Ok(value)
    }

    /// A number whose default, `otherwise`, depends on the machine or the database.
    pub(super) fn count(
        &mut self,
        spec: &'static Spec,
        otherwise: usize,
        parse: impl FnOnce(&str) -> Option<NonZeroUsize>,
    ) -> Result<Option<NonZeroUsize>, SettingError> {
        let value = self.option(spec, parse)?;
        if value.is_none()
            && let Some(last) = self.in_force.last_mut()
        {
            last.shown = otherwise.to_string();
        }
        Ok(value)
    }

    /// What was set. An empty value counts as none; white space around a value that is no secret is dropped.
    fn given(&self, spec: &Spec) -> Option<String> {
        let text = (self.source)(spec.name)?;
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return None;
        }
        Some(if spec.secret == Secrecy::Whole { text } else { trimmed.to_owned() })
    }

    fn note(&mut self, spec: &'static Spec, text: &str, remark: Option<String>) {
        let shown = if text.is_empty() { String::new() } else { shown(spec, text) };
        self.in_force.push(InForce { name: spec.name, shown, remark });
    }
}

fn checked<T>(spec: &Spec, text: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, SettingError> {
    // A line end or another control character in a setting is a slip of the hand, and would spoil every log line.
    if spec.secret != Secrecy::Whole && text.chars().any(char::is_control) {
        return Err(SettingError::refused(spec, text));
    }
    parse(text).ok_or_else(|| SettingError::refused(spec, text))
}

fn remark_on(spec: &Spec) -> String {
    match spec.default {
        Fallback::Value(_) => "default".to_owned(),
        Fallback::Unset(words) => format!("default: {words}"),
    }
}
