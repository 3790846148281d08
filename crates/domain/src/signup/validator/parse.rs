//! Reading validators: the names and the shapes of the sign-up contract, section 7.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Mask, Pattern, Rule, Validators, pattern::Flags};
use crate::signup::definition::{DefinitionFault, Keys, each, flag, is_off, object, text, text_or_number};

/// Reads one validator: what it demands, if anything.
type Read = fn(&Value) -> Result<Option<Rule>, DefinitionFault>;

/// Every validator, in the order in which the rules are looked at.
pub(super) const VALIDATORS: [(&str, Read); 18] = [
    ("requiredValidator", |given| switch(given, Rule::Required)),
    ("trimValidator", |given| switch(given, Rule::Trimmed)),
    ("stringInspectionValidator", length),
    ("emailInspectionValidator", |given| switch(given, Rule::Email)),
    ("urlInspectionValidator", |given| switch(given, Rule::Url)),
    ("checkForNumberValidator", number),
    ("booleanValidator", |given| switch(given, Rule::Boolean)),
    ("regExpValidator", regular_expression),
    ("fieldMaskValidator", field_mask),
    ("checkForAGivenList", |given| Ok(given_list(given))),
    ("roundingNumberValidator", kept),
    ("comparisonValidator", kept),
    ("defaultValueValidator", default_value),
    ("sizeInPixelsValidator", kept),
    ("checkingFilesValidator", kept),
    ("minMaxDateValidator", kept),
    ("valueValidator", kept),
    ("checkForLettersValidator", kept),
];

/// What every validator may hold: a text for whoever draws the form.
const CUSTOM_TEXT: &str = "customErrorText";
/// The most texts of a given list.
const MAX_GIVEN: usize = 10_000;

impl Validators {
    /// Reads the validators of a field, in one language, as an operator writes them.
    ///
    /// # Errors
    /// Those of [`read`](Self::read), and when a pattern is none.
    pub(in crate::signup) fn parse(given: &Value) -> Result<Self, DefinitionFault> {
        let validators = Self::read(given)?;
        for rule in &validators.rules {
            if let Rule::Pattern { pattern, .. } = rule {
                let fault = |reason| DefinitionFault::of("patternValue", reason).within("regExpValidator");
                pattern.check().map_err(fault)?;
            }
        }
        Ok(validators)
    }

    /// Reads validators that were admitted before; their patterns are not looked at. A validator that is `null` or
    /// `false` is off.
    ///
    /// # Errors
    /// When one has a name or a shape that the contract does not know.
    pub(in crate::signup) fn read(given: &Value) -> Result<Self, DefinitionFault> {
        let given = object(given)?;
        if let Some(name) = given.keys().find(|name| VALIDATORS.iter().all(|(known, _)| known != name)) {
            return Err(DefinitionFault::of(name, "is no validator"));
        }
        let mut rules = Vec::new();
        for (name, read) in VALIDATORS {
            if let Some(one) = given.get(name).filter(|one| !is_off(one)) {
                rules.extend(read(one).map_err(|fault| fault.within(name))?);
            }
        }
        Ok(Self { given: given.clone(), rules })
    }
}

/// A validator that is not enforced.
#[expect(clippy::unnecessary_wraps, reason = "read like those that are enforced")]
const fn kept(_: &Value) -> Result<Option<Rule>, DefinitionFault> {
    Ok(None)
}

/// `{fieldDefaultValue, fieldDefaultValue2}`, each any JSON, for whoever draws the form.
fn default_value(given: &Value) -> Result<Option<Rule>, DefinitionFault> {
    Keys::of(given, &["fieldDefaultValue", "fieldDefaultValue2", CUSTOM_TEXT]).map(|_| None)
}

/// A validator that is there or not: `true`, or an object of whatever its drawer needs. So `{"strict": false}` under
/// `requiredValidator` demands a value too: it is the key that counts (sign-up contract section 7).
fn switch(given: &Value, rule: Rule) -> Result<Option<Rule>, DefinitionFault> {
    match given {
        Value::Bool(_) | Value::Object(_) => Ok(Some(rule)),
        _ => Err(DefinitionFault::new("must be true, false or an object")),
    }
}

/// `{stringMin, stringMax, stringLength}`, where 0 and an empty text say nothing.
fn length(given: &Value) -> Result<Option<Rule>, DefinitionFault> {
    let keys = Keys::of(given, &["stringMin", "stringMax", "stringLength", CUSTOM_TEXT])?;
    let count = |key| keys.read(key, count).map(Option::flatten);
    let (min, max, exact) = (count("stringMin")?, count("stringMax")?, count("stringLength")?);
    if min.zip(max).is_some_and(|(min, max)| min > max) {
        return Err(DefinitionFault::of("stringMin", "must not be more than stringMax"));
    }
    let says_nothing = min.is_none() && max.is_none() && exact.is_none();
    Ok((!says_nothing).then_some(Rule::Length { min, max, exact }))
}

fn count(given: &Value) -> Result<Option<usize>, DefinitionFault> {
    let text = text_or_number(given)?;
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let is_nought = |digits: &str| digits.bytes().all(|byte| byte == b'0');
    let whole =
        text.split_once('.').filter(|(_, fraction)| is_nought(fraction)).map_or(text, |(whole, _)| whole);
    let count: u32 = whole.parse().map_err(|_| DefinitionFault::new("must be a number of characters"))?;
    Ok(usize::try_from(count).ok().filter(|count| *count > 0))
}

/// `{integerOnly, minValue, maxValue}`, where an empty text says nothing; or `true`.
fn number(given: &Value) -> Result<Option<Rule>, DefinitionFault> {
    if given.is_boolean() {
        return Ok(Some(Rule::Number { integer_only: false, min: None, max: None }));
    }
    let keys = Keys::of(given, &["integerOnly", "minValue", "maxValue", CUSTOM_TEXT])?;
    let limit = |key| keys.read(key, limit).map(Option::flatten);
    let (min, max) = (limit("minValue")?, limit("maxValue")?);
    if min.zip(max).is_some_and(|(min, max)| min > max) {
        return Err(DefinitionFault::of("minValue", "must not be more than maxValue"));
    }
    let integer_only = keys.read("integerOnly", flag)?.unwrap_or(false);
    Ok(Some(Rule::Number { integer_only, min, max }))
}

fn limit(given: &Value) -> Result<Option<f64>, DefinitionFault> {
    let text = text_or_number(given)?;
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let number = text.parse().ok().filter(|number: &f64| number.is_finite());
    number.map(Some).ok_or_else(|| DefinitionFault::new("must be a number"))
}

/// `{patternValue, invert, flags}`, where an empty pattern says nothing.
fn regular_expression(given: &Value) -> Result<Option<Rule>, DefinitionFault> {
    let keys = Keys::of(given, &["patternValue", "invert", "flags", CUSTOM_TEXT])?;
    let flags = keys.read("flags", flags)?.unwrap_or_default();
    let invert = keys.read("invert", flag)?.unwrap_or(false);
    keys.require("patternValue", |given| {
        let pattern = text(given)?;
        if pattern.is_empty() {
            return Ok(None);
        }
        Ok(Some(Rule::Pattern { pattern: Pattern::new(pattern, flags), invert }))
    })
}

/// An array of letters, or one text of them.
fn flags(given: &Value) -> Result<Flags, DefinitionFault> {
    let letters = match given {
        Value::String(letters) => letters.clone(),
        _ => each(given, Flags::KNOWN.len(), |one| text(one).map(str::to_owned))?.concat(),
    };
    Flags::parse(&letters)
        .ok_or_else(|| DefinitionFault::new(format!("must be letters out of {}", Flags::KNOWN)))
}

/// `{maskValue, hint}`, where an empty mask says nothing.
fn field_mask(given: &Value) -> Result<Option<Rule>, DefinitionFault> {
    let keys = Keys::of(given, &["maskValue", "hint", CUSTOM_TEXT])?;
    keys.require("maskValue", |given| {
        let mask = text(given)?;
        if mask.is_empty() {
            return Ok(None);
        }
        Mask::parse(mask).map(|mask| Some(Rule::Mask(mask))).map_err(DefinitionFault::new)
    })
}

/// The contract names no shape. Enforced are an array of texts or numbers; an object with one under `list`, `values`,
/// `listTitles` or `givenList`; and one with a text under `value`, in which commas or line ends part the texts. Any
/// other is only kept.
fn given_list(given: &Value) -> Option<Rule> {
    if given.is_array() {
        return texts(given).map(Rule::OneOf);
    }
    let under = |key| given.get(key).and_then(texts);
    let list = ["list", "values", "listTitles", "givenList"].into_iter().find_map(under);
    list.or_else(|| parted(given.get("value")?.as_str()?)).map(Rule::OneOf)
}

fn texts(given: &Value) -> Option<BTreeSet<String>> {
    let texts: BTreeSet<String> = each(given, MAX_GIVEN, text_or_number).ok()?.into_iter().collect();
    (!texts.is_empty()).then_some(texts)
}

fn parted(text: &str) -> Option<BTreeSet<String>> {
    let parts = text.split([',', '\n']).map(str::trim).filter(|part| !part.is_empty());
    let texts: BTreeSet<String> = parts.map(str::to_owned).collect();
    (!texts.is_empty()).then_some(texts)
}
