//! The fields of a body, each kept as it came until somebody asks for it.

use std::{collections::BTreeMap, fmt};

use portico_domain::json::RawJson;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::signup::problem::Problem;

/// The most elements of a list.
const MAX_ELEMENTS: usize = 1_000;
/// The most characters of a name that an answer repeats.
const MAX_ECHOED: usize = 100;

/// What a body, or an object in it, gives, to be taken field by field. Of equal names the last one counts.
#[derive(Default)]
pub(crate) struct Fields {
    given: BTreeMap<&'static str, RawJson>,
    /// The first name that nobody looks for.
    stranger: Option<String>,
    /// What stands before the names of these fields in faults.
    prefix: String,
}

impl Fields {
    /// The fields of these names in a JSON object, or in null.
    ///
    /// # Errors
    /// When it is no JSON, or something else.
    pub(super) fn parse(text: &str, names: &'static [&'static str]) -> Result<Self, serde_json::Error> {
        read(text, Names(names))
    }

    fn take(&mut self, name: &str) -> Option<RawJson> {
        self.given.remove(name)
    }

    fn fault(&self, name: &str, what: &str) -> Problem {
        Problem::bad_request(format!("{}{name} {what}", self.prefix))
    }

    /// 400: the field is not there, or empty.
    pub(crate) fn empty(&self, name: &str) -> Problem {
        self.fault(name, "should not be empty")
    }

    /// 400 when a field is there that must not be.
    ///
    /// # Errors
    /// See above.
    pub(crate) fn refuse(&self, name: &str) -> Result<(), Problem> {
        if self.given.contains_key(name) { Err(self.not_allowed(name)) } else { Ok(()) }
    }

    /// 400 when there is a field that nobody looks for.
    ///
    /// # Errors
    /// See above.
    pub(crate) fn refuse_others(&self) -> Result<(), Problem> {
        self.stranger.as_deref().map_or(Ok(()), |name| Err(self.not_allowed(name)))
    }

    fn not_allowed(&self, name: &str) -> Problem {
        Problem::bad_request(format!("property {}{name} should not exist", self.prefix))
    }

    /// Whatever is there, as it came.
    pub(crate) fn given_json(&mut self, name: &str) -> Option<RawJson> {
        self.take(name)
    }

    /// A text, if there is one.
    ///
    /// # Errors
    /// 400 when it is something else.
    pub(crate) fn given_text(&mut self, name: &str) -> Result<Option<String>, Problem> {
        let Some(raw) = self.take(name) else { return Ok(None) };
        text(&raw).map(Some).ok_or_else(|| self.fault(name, "must be a string"))
    }

    /// A text of at least one character.
    ///
    /// # Errors
    /// 400 when it is missing, empty, or something else.
    pub(crate) fn text(&mut self, name: &str) -> Result<String, Problem> {
        let text = self.given_text(name)?.unwrap_or_default();
        if text.is_empty() { Err(self.empty(name)) } else { Ok(text) }
    }

    /// A text, or a number in the place of its text, if there is one.
    ///
    /// # Errors
    /// 400 when it is something else.
    pub(crate) fn given_scalar(&mut self, name: &str) -> Result<Option<String>, Problem> {
        let Some(raw) = self.take(name) else { return Ok(None) };
        scalar(&raw).map(Some).ok_or_else(|| self.fault(name, "must be a string"))
    }

    /// A text of at least one character, or a number in the place of its text.
    ///
    /// # Errors
    /// 400 when it is missing, empty, or something else.
    pub(crate) fn scalar(&mut self, name: &str) -> Result<String, Problem> {
        let text = self.given_scalar(name)?.unwrap_or_default();
        if text.is_empty() { Err(self.empty(name)) } else { Ok(text) }
    }

    /// Some texts, or one; none when it is empty. Numbers stand for their texts.
    ///
    /// # Errors
    /// 400 when it is something else.
    pub(crate) fn given_scalars(&mut self, name: &str) -> Result<Option<Vec<String>>, Problem> {
        let Some(raw) = self.take(name) else { return Ok(None) };
        let texts = match scalar(&raw) {
            Some(text) if text.is_empty() => Some(Vec::new()),
            Some(text) => Some(vec![text]),
            None => elements(&raw).and_then(|all| all.iter().map(scalar).collect()),
        };
        texts.map(Some).ok_or_else(|| self.fault(name, "must be a string or an array of strings"))
    }

    /// The fields of these names in an object, if there is one.
    ///
    /// # Errors
    /// 400 when it is something else.
    pub(crate) fn given_object(
        &mut self,
        name: &str,
        names: &'static [&'static str],
    ) -> Result<Option<Self>, Problem> {
        let Some(raw) = self.take(name) else { return Ok(None) };
        self.inner(name, &raw, names).map(Some)
    }

    /// The fields of these names in each object of a list, if there is one.
    ///
    /// # Errors
    /// 400 when it is something else, or has more than a thousand elements.
    pub(crate) fn given_objects(
        &mut self,
        name: &str,
        names: &'static [&'static str],
    ) -> Result<Option<Vec<Self>>, Problem> {
        let Some(raw) = self.take(name) else { return Ok(None) };
        let all = elements(&raw).ok_or_else(|| self.fault(name, "must be an array"))?;
        let each = all.iter().enumerate();
        each.map(|(at, raw)| self.inner(&format!("{name}.{at}"), raw, names))
            .collect::<Result<_, _>>()
            .map(Some)
    }

    fn inner(&self, name: &str, raw: &RawJson, names: &'static [&'static str]) -> Result<Self, Problem> {
        let fields = Self::parse(raw.as_str(), names).map_err(|_| self.fault(name, "must be an object"))?;
        Ok(Self { prefix: format!("{}{name}.", self.prefix), ..fields })
    }
}

/// Reads the whole of a text.
fn read<'de, S: DeserializeSeed<'de>>(text: &'de str, seed: S) -> Result<S::Value, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = seed.deserialize(&mut deserializer)?;
    deserializer.end().map(|()| value)
}

fn text(raw: &RawJson) -> Option<String> {
    serde_json::from_str(raw.as_str()).ok()
}

fn scalar(raw: &RawJson) -> Option<String> {
    let is_number = raw.as_str().starts_with(|c: char| c == '-' || c.is_ascii_digit());
    if is_number { Some(raw.as_str().to_owned()) } else { text(raw) }
}

/// The elements of a list that is not too long.
fn elements(raw: &RawJson) -> Option<Vec<RawJson>> {
    read(raw.as_str(), Elements).ok()
}

/// Reads the fields of these names, and skips the others without looking into them.
struct Names(&'static [&'static str]);

impl<'de> DeserializeSeed<'de> for Names {
    type Value = Fields;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Fields, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Names {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_unit<E>(self) -> Result<Fields, E> {
        Ok(Fields::default())
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Fields, M::Error> {
        let mut fields = Fields::default();
        while let Some(given) = map.next_key::<String>()? {
            let Some(name) = self.0.iter().find(|name| **name == given) else {
                map.next_value::<IgnoredAny>()?;
                fields.stranger.get_or_insert_with(|| echoed(&given));
                continue;
            };
            let value: RawJson = map.next_value()?;
            if value.as_str() == "null" {
                fields.given.remove(name);
            } else {
                fields.given.insert(name, value);
            }
        }
        Ok(fields)
    }
}

/// Reads the elements of a list.
struct Elements;

impl<'de> DeserializeSeed<'de> for Elements {
    type Value = Vec<RawJson>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<RawJson>, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Elements {
    type Value = Vec<RawJson>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut list: S) -> Result<Vec<RawJson>, S::Error> {
        let mut elements = Vec::new();
        while let Some(element) = list.next_element()? {
            if elements.len() == MAX_ELEMENTS {
                return Err(S::Error::custom("too many elements"));
            }
            elements.push(element);
        }
        Ok(elements)
    }
}

/// A name that a client sent, short and plain enough to be repeated.
fn echoed(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(MAX_ECHOED).collect()
}
