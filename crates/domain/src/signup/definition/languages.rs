//! What a definition says in several languages, or in one.

use serde_json::{Map, Value};

use super::DefinitionFault;
use crate::signup::{Locale, Localized};

/// The most languages of one thing.
const MAX_LANGUAGES: usize = 100;

/// Reads something that is there by language, or plain and then in the default language; each time by `read`. An
/// object is taken for one by language when it has keys, all of them are language codes, and all of its values are of
/// the right kind: `is_one`.
///
/// # Errors
/// When there are more than 100 languages; and those of `read`, seen from the whole.
pub(in crate::signup) fn read_by_language<T>(
    given: &Value,
    is_one: fn(&Value) -> bool,
    read: impl Fn(&Value) -> Result<T, DefinitionFault>,
) -> Result<Localized<T>, DefinitionFault> {
    if given.as_object().is_some_and(Map::is_empty) {
        return Ok(Localized::default());
    }
    let Some(by_code) = by_code(given, is_one) else {
        let thing = read(given)?;
        let is_nothing = given.as_array().is_some_and(Vec::is_empty);
        return Ok(if is_nothing { Localized::default() } else { Localized::plain(thing) });
    };
    if by_code.len() > MAX_LANGUAGES {
        return Err(DefinitionFault::new("must have at most 100 languages"));
    }
    let one = |(locale, value): (Locale, &Value)| match read(value) {
        Ok(thing) => Ok((locale, thing)),
        Err(fault) => Err(fault.within(locale.as_str())),
    };
    by_code.into_iter().map(one).collect::<Result<_, _>>().map(Localized::new)
}

fn by_code(given: &Value, is_one: fn(&Value) -> bool) -> Option<Vec<(Locale, &Value)>> {
    let keys = given.as_object()?.iter();
    keys.map(|(code, value)| Some((Locale::parse(code).ok().filter(|_| is_one(value))?, value))).collect()
}

/// What [`read_by_language`] reads: everything by language, each written by `write`.
pub(in crate::signup) fn by_language<T>(localized: &Localized<T>, write: impl Fn(&T) -> Value) -> Value {
    localized.iter().map(|(locale, thing)| (locale.as_str().to_owned(), write(thing))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::signup::definition::object;

    fn read(given: &Value) -> Result<Localized<Value>, DefinitionFault> {
        read_by_language(given, Value::is_object, |value| object(value).map(|map| map.clone().into()))
    }

    fn locale(code: &str) -> Locale {
        Locale::parse(code).unwrap()
    }

    #[test]
    fn an_object_whose_keys_are_languages_is_one_by_language() {
        let given = json!({"en_US": {"title": "Name"}, "tr": {"title": "Ad"}, "zh-Hans": {}});
        let localized = read(&given).unwrap();
        assert_eq!(localized.pick(&locale("tr")), Some(&json!({"title": "Ad"})));
        assert_eq!(by_language(&localized, Value::clone), given);
    }

    #[test]
    fn any_other_is_in_the_default_language() {
        for given in [
            json!({"title": "Name"}),
            json!({"en_US": "Name"}),
            json!({"en_US": {}, "title": {}}),
            json!({"en_US": {}, "tr_TR": []}),
        ] {
            let localized = read(&given).unwrap();
            assert_eq!(localized, Localized::plain(given));
        }
    }

    #[test]
    fn nothing_is_in_no_language() {
        assert_eq!(read(&json!({})), Ok(Localized::default()));
        assert_eq!(by_language(&Localized::<Value>::default(), Value::clone), json!({}));
        assert_eq!(read(&json!([])).unwrap_err().to_string(), "must be an object");
        let lists = |given| read_by_language(&given, Value::is_array, |value| Ok(value.clone()));
        assert_eq!(lists(json!([])), Ok(Localized::default()));
        assert_eq!(lists(json!({})), Ok(Localized::default()));
        assert_eq!(lists(json!({"en_US": []})), Ok(Localized::plain(json!([]))));
    }

    #[test]
    fn a_fault_says_in_which_language() {
        let given = json!({"en_US": [1], "tr_TR": [true]});
        let read =
            |value: &Value| crate::signup::definition::each(value, 1, crate::signup::definition::whole);
        let fault = read_by_language(&given, Value::is_array, read).unwrap_err();
        assert_eq!(fault.to_string(), "tr_TR[0]: must be a whole number");
        let many: Map<_, _> = (0..101).map(|number| (format!("en_{number:03}"), json!([]))).collect();
        let fault = read_by_language(&many.into(), Value::is_array, read).unwrap_err();
        assert_eq!(fault.to_string(), "must have at most 100 languages");
    }
}
