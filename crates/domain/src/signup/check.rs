//! Whether values are what the validators of their fields ask for (sign-up contract section 7).

use crate::{
    email::EmailAddress,
    signup::{
        MAX_MATCHED_BYTES, Rule, Validators, link,
        value::{Content, number},
    },
};

/// The texts of truth values.
const TRUTH_VALUES: [&str; 4] = ["true", "false", "1", "0"];

/// The most bytes that one submission may have held against patterns, over all its fields, languages and items: three of
/// the longest texts. The slowest pattern that a form may have takes about half a second for them on a slow machine.
const MAX_MATCHED_IN_ALL: usize = 3 * MAX_MATCHED_BYTES;

/// What one submission may still have held against patterns.
pub(super) struct Allowance {
    bytes: usize,
}

impl Allowance {
    /// That of a submission of which nothing was matched yet.
    pub(super) const fn of_a_submission() -> Self {
        Self { bytes: MAX_MATCHED_IN_ALL }
    }

    /// Takes off what matching a text costs, one byte for beginning included; whether that much was left.
    fn covers(&mut self, text: &str) -> bool {
        let left = self.bytes.checked_sub(text.len() + 1).filter(|_| text.len() <= MAX_MATCHED_BYTES);
        self.bytes = left.unwrap_or(self.bytes);
        left.is_some()
    }
}

/// Whether there must be a value.
pub(super) fn asks_for_a_value(validators: &Validators) -> bool {
    validators.rules.iter().any(|rule| matches!(rule, Rule::Required))
}

/// Whether a value is as asked for; one that would be matched beyond the allowance is not. One that says nothing is:
/// whether there must be one is a question of its own.
pub(super) fn obeys(validators: &Validators, content: &Content, allowance: &mut Allowance) -> bool {
    match content {
        Content::Texts(texts) => texts.iter().all(|text| text_obeys(validators, text, allowance)),
        Content::Nothing | Content::Things => true,
    }
}

/// Whether a text is as asked for.
pub(super) fn text_obeys(validators: &Validators, text: &str, allowance: &mut Allowance) -> bool {
    let mut looked_at = text;
    validators.rules.iter().all(|rule| {
        if matches!(rule, Rule::Trimmed) {
            looked_at = text.trim();
        }
        text_obeys_rule(rule, looked_at, allowance)
    })
}

fn text_obeys_rule(rule: &Rule, text: &str, allowance: &mut Allowance) -> bool {
    match rule {
        Rule::Trimmed => true,
        Rule::Required => !text.trim().is_empty(),
        Rule::Length { min, max, exact } => {
            let chars = text.chars().count();
            min.is_none_or(|min| chars >= min)
                && max.is_none_or(|max| chars <= max)
                && exact.is_none_or(|exact| chars == exact)
        }
        Rule::Email => EmailAddress::parse(text).is_ok(),
        Rule::Url => link::is_web_address(text),
        Rule::Number { integer_only, min, max } => number(text).is_some_and(|number| {
            (!integer_only || number.fract() == 0.0)
                && min.is_none_or(|min| number >= min)
                && max.is_none_or(|max| number <= max)
        }),
        Rule::Boolean => TRUTH_VALUES.contains(&text),
        Rule::Pattern { pattern, invert } => {
            allowance.covers(text) && pattern.occurs_in(text).is_some_and(|occurs| occurs != *invert)
        }
        Rule::Mask(mask) => mask.is_filled_by(text),
        Rule::OneOf(listed) => listed.contains(text),
    }
}

#[cfg(test)]
mod tests;
