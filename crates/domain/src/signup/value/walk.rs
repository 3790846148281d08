//! Walking through JSON that may be anything.

use std::fmt;

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

/// Whether JSON has at most so many levels of arrays and objects, holds only texts and numbers that can be read, and
/// all its texts, keys excepted, pass.
pub(super) fn every_text(raw: &str, levels: usize, passes: &dyn Fn(&str) -> bool) -> bool {
    Walk { levels, passes }.deserialize(&mut serde_json::Deserializer::from_str(raw)).is_ok()
}

#[derive(Clone, Copy)]
struct Walk<'p> {
    levels: usize,
    passes: &'p dyn Fn(&str) -> bool,
}

impl Walk<'_> {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        let levels = self.levels.checked_sub(1).ok_or_else(|| E::custom("nested too deeply"))?;
        Ok(Self { levels, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON whose texts pass")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        if (self.passes)(text) { Ok(()) } else { Err(E::custom("a text does not pass")) }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<(), A::Error> {
        let deeper = self.deeper()?;
        while array.next_element_seed(deeper)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let deeper = self.deeper()?;
        while object.next_key::<IgnoredAny>()?.is_some() {
            object.next_value_seed(deeper)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walks(raw: &str) -> bool {
        every_text(raw, 2, &|text| text != "no")
    }

    #[test]
    fn every_kind_of_json_is_walked_through() {
        for raw in ["null", "true", "-1", "1", "1.5e3", r#""yes""#, r#"[{"no":null},[]]"#, "[]", "{}"] {
            assert!(walks(raw), "{raw}");
        }
    }

    #[test]
    fn what_cannot_be_read_by_everybody_does_not_pass() {
        for raw in [r#""\ud800""#, r#"{"\ud800":1}"#, "1e999", "[[[]]]", r#"{"a":[{}]}"#] {
            assert!(!walks(raw), "{raw}");
        }
    }

    #[test]
    fn a_text_that_does_not_pass_is_found_anywhere() {
        for raw in [r#""no""#, r#"["yes","no"]"#, r#"{"a":{"b":"\u006eo"}}"#] {
            assert!(!walks(raw), "{raw}");
        }
    }
}
