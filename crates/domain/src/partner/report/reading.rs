//! A model, read once and kept in outline.

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

use super::{
    Outline,
    findings::{Findings, Look},
    purse::{MODEL_COST, Purse, VALUE_COST},
};

/// The most characters of a text.
const MAX_TEXT_CHARS: usize = 500;
/// The most characters of a name.
const MAX_NAME_CHARS: usize = 100;
/// How many members of an object are looked at: none that has more says anything by their names.
const MAX_MEMBERS: usize = 1_000;
/// What a mistake may cost before its parts are picked out.
const MISTAKE_COST: usize = 8_000;

/// Reads a model, and notes what is found in it.
///
/// # Errors
/// When it holds what no program can hold.
pub(super) fn read(text: &str, findings: &mut Findings) -> Result<Outline, serde_json::Error> {
    let mut left = MODEL_COST;
    Reading { purse: Purse::for_model(&mut left), look: Some(Look::at_model(findings)) }
        .deserialize(&mut serde_json::Deserializer::from_str(text))
}

/// Reads one value, with a look at it where that may tell something.
struct Reading<'l, 'f> {
    purse: Purse<'l>,
    look: Option<Look<'f>>,
}

impl<'de> DeserializeSeed<'de> for Reading<'_, '_> {
    type Value = Outline;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Outline, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Reading<'_, '_> {
    fn number(self, number: f64, text: String) -> Outline {
        if let Some(mut look) = self.look {
            look.number(number);
        }
        Outline::Number(text)
    }
}

#[expect(clippy::cast_precision_loss, reason = "no number that large is told as a mark or a count")]
impl<'de> Visitor<'de> for Reading<'_, '_> {
    type Value = Outline;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Outline, E> {
        Ok(Outline::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Outline, E> {
        Ok(Outline::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Outline, E> {
        Ok(self.number(value as f64, value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Outline, E> {
        Ok(self.number(value as f64, value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Outline, E> {
        let number = Number::from_f64(value);
        Ok(number.map_or(Outline::Null, |number| self.number(value, number.to_string())))
    }

    fn visit_str<E>(mut self, value: &str) -> Result<Outline, E> {
        if let Some(look) = &mut self.look {
            look.text(value);
        }
        Ok(Outline::Text(self.purse.excerpt(value, MAX_TEXT_CHARS)))
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut list: S) -> Result<Outline, S::Error> {
        let Self { mut purse, mut look } = self;
        let (mut elements, mut length, mut noted): (Vec<Outline>, usize, usize) = (Vec::new(), 0, 0);
        loop {
            if let Some(look) = look.as_mut().filter(|look| look.wants_elements()) {
                // A mistake is told as a whole, whether or not the outline has room for it.
                let mut room = MISTAKE_COST;
                let reading = Reading { purse: Purse::of(&mut room), look: None };
                let Some(element) = list.next_element_seed(reading)? else { break };
                look.element(&element);
                noted += 1;
                if elements.len() == length && purse.pay(VALUE_COST + MISTAKE_COST - room) {
                    elements.push(element);
                }
            } else if elements.len() == length && purse.pay(VALUE_COST) {
                let Some(element) = list.next_element_seed(Reading { purse: purse.inside(), look: None })?
                else {
                    purse.take_back(VALUE_COST);
                    break;
                };
                elements.push(element);
            } else if list.next_element::<IgnoredAny>()?.is_none() {
                break;
            }
            length += 1;
        }
        if let Some(look) = &mut look {
            look.list(length, length - noted);
        }
        let left_out = length - elements.len();
        Ok(Outline::List { elements, left_out })
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Outline, M::Error> {
        let Self { mut purse, look } = self;
        let mut look = look.filter(Look::has_members);
        let (mut members, mut seen) = (Vec::new(), 0);
        while purse.room() >= VALUE_COST || (look.is_some() && seen < MAX_MEMBERS) {
            let Some(key) = map.next_key::<String>()? else {
                return Ok(Outline::Object { left_out: seen - members.len(), members });
            };
            let look = look.as_mut().filter(|_| seen < MAX_MEMBERS).and_then(|look| look.at_member(&key));
            if members.len() == seen && purse.pay(VALUE_COST) {
                let name = purse.excerpt(&key, MAX_NAME_CHARS);
                members.push((name, map.next_value_seed(Reading { purse: purse.inside(), look })?));
            } else if look.is_some() {
                map.next_value_seed(Reading { purse: Purse::of(&mut 0), look })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
            seen += 1;
        }
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {
            seen += 1;
        }
        Ok(Outline::Object { left_out: seen - members.len(), members })
    }
}
