//! What holds of any form data.

use proptest::prelude::*;

use super::*;
use crate::signup::sample::any_json;

/// An item for the field, or none.
fn any_item(marker: &'static str) -> impl Strategy<Value = Option<FormItem>> {
    let kind = prop::option::of(prop::sample::select(vec!["string", "text", "nonsense"]));
    let item = (kind, any_json()).prop_map(move |(kind, value)| FormItem {
        marker: marker.to_owned(),
        kind: kind.map(str::to_owned),
        value: json(&value),
    });
    prop::option::weighted(0.6, item)
}

fn any_items() -> impl Strategy<Value = Vec<FormItem>> {
    (any_item("a"), any_item("b"), any_item("entity-selector"))
        .prop_map(|(a, b, c)| [a, b, c].into_iter().flatten().collect())
}

/// Form data of a few fields in two languages, with values of any kind.
fn any_form_data() -> impl Strategy<Value = FormData> {
    (any_items(), any_items()).prop_map(|(first, second)| {
        let sections = [("en_US", first), ("tr_TR", second)].into_iter();
        let sections = sections.filter(|(_, items)| !items.is_empty());
        FormData(Localized::new(sections.map(|(code, items)| (locale(code), items)).collect()))
    })
}

proptest! {
    #[test]
    fn no_json_makes_the_reading_panic(text in any_json()) {
        let _ = sent(&text);
    }

    #[test]
    fn what_is_sent_by_language_is_what_is_kept(data in any_form_data()) {
        prop_assume!(!data.is_empty());
        prop_assert_eq!(sent(&data.to_stored()), Ok(data));
    }

    #[test]
    fn what_is_kept_can_be_read_again(data in any_form_data()) {
        prop_assert_eq!(FormData::from_stored(&data.to_stored()), Ok(data));
    }

    #[test]
    fn t8_wrapping_again_changes_nothing(data in any_form_data(), wraps in 0_usize..8, outer in "[a-z]{2}_[A-Z]{2}") {
        prop_assume!(!data.is_empty());
        let mut text = data.to_stored();
        for _ in 0..wraps {
            text = format!(r#"{{"{outer}":[{text}]}}"#);
        }
        prop_assert_eq!(sent(&text), Ok(data));
    }

    #[test]
    fn merging_is_idempotent_and_the_last_value_wins(older in any_form_data(), newer in any_form_data()) {
        let merged = older.clone().merged(newer.clone());
        prop_assert_eq!(&merged.clone().merged(newer.clone()), &merged);
        prop_assert_eq!(&older.clone().merged(older.clone()), &older);
        for (locale, items) in merged.0.iter() {
            for item in items {
                let of = |data: &FormData| data.of(&item.marker).find(|(known, _)| *known == locale).map(|(_, item)| item.clone());
                prop_assert_eq!(Some(item.clone()), of(&newer).or_else(|| of(&older)));
            }
        }
        let count = |data: &FormData| data.0.iter().map(|(_, items)| items.len()).sum::<usize>();
        prop_assert!(count(&merged) >= count(&older).max(count(&newer)));
        prop_assert!(count(&merged) <= count(&older) + count(&newer));
    }

    #[test]
    fn everybody_sees_every_field_once(data in any_form_data(), asked in "[a-z]{2}", own in "tr_TR|de") {
        let shown = data.shown(&locale(&asked), &locale(&own));
        let mut markers: Vec<&str> = shown.iter().map(|item| item.marker.as_str()).collect();
        markers.sort_unstable();
        let mut all: Vec<&str> = data.0.iter().flat_map(|(_, items)| items).map(|item| item.marker.as_str()).collect();
        all.sort_unstable();
        all.dedup();
        prop_assert_eq!(markers, all);
    }
}
