//! What holds of any value in any field.

use proptest::prelude::*;

use super::{admitted, login};
use crate::{
    ports::HtmlSanitizer,
    signup::{
        Attribute, AttributeKind, FormData, FormDefinition, Localized, Rule,
        sample::{any_json, form, json, listing, locale, mask, pattern, rules},
    },
};

/// Leaves everything as it is, as HTML that is clean.
struct Clean;

impl HtmlSanitizer for Clean {
    fn clean(&self, html: &str) -> String {
        html.to_owned()
    }
}

/// A form with a field of every type, named after it.
fn everything(demands: &[Rule]) -> FormDefinition {
    let field = |kind: AttributeKind| Attribute {
        validators: Localized::plain(rules(demands.to_vec())),
        ..listing(kind.as_str(), kind, &["1", "25"])
    };
    form(AttributeKind::all().map(field).collect())
}

fn any_rule() -> impl Strategy<Value = Rule> {
    let bound = || prop::option::of(0_usize..20);
    prop_oneof![
        Just(Rule::Trimmed),
        Just(Rule::Email),
        Just(Rule::Url),
        Just(Rule::Boolean),
        (bound(), bound(), bound()).prop_map(|(min, max, exact)| Rule::Length { min, max, exact }),
        (any::<bool>(), prop::option::of(any::<f64>()), prop::option::of(any::<f64>()))
            .prop_map(|(integer_only, min, max)| Rule::Number { integer_only, min, max }),
        any::<bool>().prop_map(|invert| Rule::Pattern { pattern: pattern("[0-9a]"), invert }),
        Just(Rule::Mask(mask("99"))),
        Just(Rule::OneOf(["1".to_owned(), "25".to_owned()].into())),
    ]
}

/// A value that a field of this type holds: not every random one would.
fn fitting(kind: AttributeKind) -> BoxedStrategy<String> {
    let text = || ".{0,20}".prop_map(|text| serde_json::Value::from(text).to_string());
    let instant = || {
        (0..28_u32, 0..24_u32).prop_map(|(day, hour)| format!("2024-02-{:02}T{hour:02}:00:00.000Z", day + 1))
    };
    let file = (text(), 0..u32::MAX).prop_map(|(name, size)| {
        format!(r#"{{ "filename":"x{}, "downloadLink":"/a.png","size":{size} , "more":{name}}}"#, &name[1..])
    });
    match kind {
        AttributeKind::String => text().boxed(),
        AttributeKind::Text => {
            text().prop_map(|text| format!(r#"{{"htmlValue": {text},"params":{{}} }}"#)).boxed()
        }
        AttributeKind::TextWithHeader => prop::collection::vec(text(), 0..4)
            .prop_map(|texts| {
                texts.into_iter().map(|text| format!(r#"{{"header":{text}, "mdValue":{text}}}"#))
            })
            .prop_map(|texts| format!("[{}]", texts.collect::<Vec<_>>().join(" , ")))
            .boxed(),
        AttributeKind::Integer => any::<i64>().prop_map(|number| number.to_string()).boxed(),
        AttributeKind::Real | AttributeKind::Float => {
            (-1e300..1e300).prop_map(|number| format!("\"{number}\"")).boxed()
        }
        AttributeKind::Date | AttributeKind::DateTime | AttributeKind::Time => instant()
            .prop_map(|instant| {
                format!(r#"{{"fullDate":"{instant}","formattedValue":"a","formatString" : "b"}}"#)
            })
            .boxed(),
        AttributeKind::TimeInterval => {
            instant().prop_map(|instant| format!(r#"[["{instant}", "{instant}"]]"#)).boxed()
        }
        AttributeKind::File => file.boxed(),
        AttributeKind::Image | AttributeKind::GroupOfImages => {
            file.prop_map(|file| format!("[{file}]")).boxed()
        }
        AttributeKind::RadioButton => "1|\"25\"|\\[1 \\]".boxed(),
        AttributeKind::List => "\\[1, \"25\"\\]|\\[\\{\"value\":25 \\}\\]".boxed(),
        AttributeKind::Entity => prop::collection::vec("[1-9][0-9]{0,9}", 0..9)
            .prop_map(|ids| format!("[{}]", ids.join(", ")))
            .boxed(),
        AttributeKind::Spam => {
            text().prop_map(|text| format!(r#"{{"event":{{"token":"t","siteKey":"k"}},"x":{text}}}"#)).boxed()
        }
        AttributeKind::Json => {
            any_json().prop_filter("a text that cannot be read", |text| !text.contains("\\ud800")).boxed()
        }
        AttributeKind::Button => any_json().boxed(),
    }
}

fn any_kind() -> impl Strategy<Value = AttributeKind> {
    prop::sample::select(AttributeKind::all().collect::<Vec<_>>())
}

fn item(kind: AttributeKind, value: &str) -> String {
    format!(r#"{{"marker":"{0}","type":"{0}","value":{value}}}"#, kind.as_str())
}

proptest! {
    #[test]
    fn no_json_makes_a_field_panic_and_what_is_taken_stays_as_it_came(
        value in any_json(),
        demands in prop::collection::vec(any_rule(), 0..4),
    ) {
        let form = everything(&demands);
        for kind in AttributeKind::all() {
            let sent = json(&item(kind, &value));
            let data = FormData::parse(&sent, &locale("tr_TR")).unwrap();
            let changed = form.admit_change(data.clone());
            let taken = form.admit_new(data, &login());
            prop_assert_eq!(&changed.map(|(data, _)| data), &taken);
            let Ok(taken) = taken else { continue };
            let expected = if kind == AttributeKind::Button { "{}".to_owned() } else { format!(r#"{{"tr_TR":[{}]}}"#, sent.as_str()) };
            let taken = taken.sanitized(&Clean);
            prop_assert_eq!(taken.to_stored(), expected);
            prop_assert_eq!(FormData::from_stored(&taken.to_stored()), Ok(taken));
        }
    }

    #[test]
    fn every_type_takes_its_own_values((kind, value) in any_kind().prop_flat_map(|kind| (Just(kind), fitting(kind)))) {
        let item = item(kind, &value);
        let expected = if kind == AttributeKind::Button { "{}".to_owned() } else { format!(r#"{{"en_US":[{item}]}}"#) };
        prop_assert_eq!(admitted(&everything(&[]), &item), Ok(expected));
    }

    #[test]
    fn no_form_data_make_a_form_panic(text in any_json()) {
        let _ = admitted(&everything(&[Rule::Required]), &text);
    }
}
