//! Reading, keeping, showing and merging form data.

mod html;
mod properties;

use super::*;
use crate::signup::sample::{fault, json, locale, sent};

const ITEM: &str = r#"{"marker":"last_name","type":"string","value":"Name"}"#;

/// What the store keeps of form data that were sent.
fn stored(text: &str) -> String {
    sent(text).unwrap_or_else(|fault| panic!("{fault}: {text}")).to_stored()
}

fn refusal(text: &str) -> SubmissionFault {
    sent(text).map(|data| data.to_stored()).expect_err(text)
}

#[test]
fn an_array_one_item_and_an_object_by_language_are_the_same() {
    let expected = format!(r#"{{"en_US":[{ITEM}]}}"#);
    for text in
        [ITEM, &format!("[{ITEM}]"), &format!(r#"{{"en_US":{ITEM}}}"#), &format!(r#"{{"en_US":[{ITEM}]}}"#)]
    {
        assert_eq!(stored(text), expected, "{text}");
    }
    let data = FormData::parse(&json(ITEM), &locale("tr_TR")).unwrap();
    assert_eq!(data.to_stored(), format!(r#"{{"tr_TR":[{ITEM}]}}"#));
}

#[test]
fn t8_a_retry_with_the_same_body_wraps_once_more() {
    let once = format!(r#"{{"en_US":[{ITEM}]}}"#);
    let mut wrapped = once.clone();
    for _ in 1..70 {
        wrapped = format!(r#"{{"en_US":[{wrapped}]}}"#);
        assert_eq!(stored(&wrapped), once);
        assert_eq!(stored(&format!("[{wrapped}]")), once);
    }
}

#[test]
fn t8_wrapping_costs_no_more_than_reading() {
    let once = format!(r#"{{"en_US":[{ITEM}]}}"#);
    let wraps = 100_000;
    let wrapped = format!("{}{ITEM}{}", r#"{"en_US":["#.repeat(wraps), "]}".repeat(wraps));
    assert_eq!(stored(&wrapped), once);
    let hollow = format!("{}{}", r#"{"en_US":["#.repeat(wraps), "]}".repeat(wraps));
    assert_eq!(refusal(&hollow), SubmissionFault::EmptySection);
}

#[test]
fn objects_of_several_languages_are_inside_one_another_eight_times_at_most() {
    let wrapped = |times: usize| {
        let around = |inner: String, number: usize| {
            format!(r#"{{"en_US":{inner},"tr_TR":{{"marker":"m{number}","value":1}}}}"#)
        };
        (0..times).fold(ITEM.to_owned(), around)
    };
    assert!(sent(&wrapped(8)).is_ok());
    assert_eq!(refusal(&wrapped(9)), SubmissionFault::TooDeep);
}

#[test]
fn of_several_wrappers_the_innermost_is_the_language() {
    let two = r#"{"marker":"a","value":"bir"}"#;
    let text = format!(r#"{{"en_US":[{{"tr_TR":[{two}],"de":{{"en_US":{ITEM}}}}},{two}]}}"#);
    assert_eq!(stored(&text), format!(r#"{{"tr_TR":[{two}],"en_US":[{ITEM},{two}]}}"#));
}

#[test]
fn items_lose_what_is_no_part_of_them() {
    let text =
        r#"[{ "value" : [1.0,  2] , "id":5, "type":null,"attributes":[],"marker":"\u0061"},{"marker":"b"}]"#;
    assert_eq!(stored(text), r#"{"en_US":[{"marker":"a","value":[1.0,  2]},{"marker":"b","value":null}]}"#);
}

#[test]
fn null_is_no_form_data() {
    assert_eq!(sent("null"), Ok(FormData::default()));
    assert!(FormData::default().is_empty());
    assert!(!sent(ITEM).unwrap().is_empty());
}

#[test]
fn an_empty_part_is_refused() {
    for text in [
        "[]",
        "{}",
        "[ ]",
        r#"{"en_US":[]}"#,
        r#"{"en_US":{}}"#,
        r#"{"en_US":null}"#,
        r#"{"en_US":[{"en_US":[]}]}"#,
        r#"{"en_US":[{}]}"#,
        &format!(r#"{{"en_US":[{ITEM}],"tr_TR":[]}}"#),
        &format!("[{ITEM},{{}}]"),
    ] {
        assert_eq!(refusal(text), SubmissionFault::EmptySection, "{text}");
    }
}

#[test]
fn other_shapes_are_refused() {
    for text in [
        r#""""#,
        "false",
        "0",
        r#""last_name""#,
        "[1]",
        "[null]",
        r#"["last_name"]"#,
        r#"{"en_US":"Name"}"#,
        r#"{"en_US":0}"#,
        r#"[["last_name","string","Name"]]"#,
        &format!("[[{ITEM}]]"),
        r#"{"value":"Name"}"#,
        r#"{"type":"string"}"#,
        r#"{"marker":5,"value":1}"#,
        r#"{"marker":null,"value":1}"#,
        r#"{"marker":"a","type":5,"value":1}"#,
        r#"{"marker":"a","type":{},"value":1}"#,
        r#"{"marker":"a","marker":"b","value":1}"#,
        r#"{"marker":"\ud800","value":1}"#,
        r#"{"marker":"a","value":1,"value":2}"#,
        r#"{"marker":"a","en_US":[]}"#.replace("marker", "type").as_str(),
    ] {
        assert_eq!(refusal(text), SubmissionFault::Shape, "{text}");
    }
}

#[test]
fn what_is_no_language_is_refused() {
    for key in ["english", "EN_us", "", "last_name", "undefined", "en_US "] {
        assert_eq!(refusal(&format!(r#"{{"{key}":[{ITEM}]}}"#)), SubmissionFault::Locale, "{key}");
        assert_eq!(
            refusal(&format!(r#"{{"en_US":[{{"{key}":[{ITEM}]}}]}}"#)),
            SubmissionFault::Locale,
            "{key}"
        );
    }
}

#[test]
fn a_field_is_there_once_in_a_language() {
    assert_eq!(sent(&format!("[{ITEM},{ITEM}]")), fault("last_name"));
    assert_eq!(sent(&format!(r#"{{"en_US":[{ITEM}],"en_US":[{ITEM}]}}"#)), fault("last_name"));
    assert_eq!(sent(&format!(r#"{{"en_US":[{{"en_US":{ITEM}}},{ITEM}]}}"#)), fault("last_name"));
    assert!(sent(&format!(r#"{{"en_US":[{ITEM}],"tr_TR":[{ITEM}]}}"#)).is_ok());
    let long = format!(r#"{{"marker":"{}","value":1}}"#, "a".repeat(1000));
    assert_eq!(sent(&format!("[{long},{long}]")), fault(&"a".repeat(128)));
}

#[test]
fn a_submission_has_at_most_a_thousand_items() {
    let many = |count: usize| {
        let items: Vec<String> = (0..count).map(|number| format!(r#"{{"marker":"m{number}"}}"#)).collect();
        items.join(",")
    };
    assert!(sent(&format!("[{}]", many(1000))).is_ok());
    assert_eq!(refusal(&format!("[{}]", many(1001))), SubmissionFault::TooMany);
    let by_language = format!(r#"{{"en_US":[{}],"tr_TR":[{}]}}"#, many(501), many(500));
    assert_eq!(refusal(&by_language), SubmissionFault::TooMany);
}

#[test]
fn arrays_nested_without_end_are_refused() {
    for levels in [100, 10_000, 100_000] {
        let deep = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert_eq!(refusal(&deep), SubmissionFault::Shape);
        assert!(sent(&format!(r#"{{"marker":"a","value":{deep}}}"#)).is_ok());
    }
}

#[test]
fn what_is_kept_comes_back_as_it_was() {
    let text = r#"{"en_US":[{"marker":"a\"\\\u0001","type":"json","value":{"z":1.0,"a":[1e2, 12345678901234567890123]}},{"marker":"b","value":"\u0000"}],"tr_TR":[{"marker":"ş","value":null}]}"#;
    let data = sent(text).unwrap();
    assert_eq!(data.to_stored(), text);
    assert_eq!(FormData::from_stored(text), Ok(data));
    assert_eq!(FormData::from_stored(&FormData::default().to_stored()), Ok(FormData::default()));
}

#[test]
fn what_was_never_written_is_no_form_data() {
    for text in [
        "",
        "[]",
        "null",
        "5",
        r#"{"english":[]}"#,
        r#"{"en_US":{}}"#,
        r#"{"en_US":[{"marker":"a"}]}"#,
        "{} ",
    ] {
        let expected = if text == "{} " { Ok(FormData::default()) } else { Err(SubmissionFault::Shape) };
        assert_eq!(FormData::from_stored(text), expected, "{text}");
    }
}

#[test]
fn everybody_sees_each_field_in_the_nearest_language() {
    let data = sent(
        r#"{"de":[{"marker":"a","value":"a de"},{"marker":"b","value":"b de"}],
            "en_US":[{"marker":"c","value":"c en"},{"marker":"a","value":"a en"},{"marker":"b","value":"b en"}],
            "tr_TR":[{"marker":"a","value":"a tr"},{"marker":"d","value":"d tr"}]}"#,
    )
    .unwrap();
    let shown = |asked: &str, own: &str| -> Vec<String> {
        data.shown(&locale(asked), &locale(own)).into_iter().filter_map(FormItem::text).collect()
    };
    assert_eq!(shown("tr_TR", "en_US"), ["a tr", "b en", "c en", "d tr"]);
    assert_eq!(shown("en_US", "tr_TR"), ["a en", "b en", "c en", "d tr"]);
    assert_eq!(shown("fr_FR", "fr_FR"), ["a de", "b de", "c en", "d tr"]);
    assert_eq!(shown("fr_FR", "tr_TR"), ["a tr", "b de", "c en", "d tr"]);
}

#[test]
fn form_data_do_not_grow_without_end() {
    let in_languages = |count: usize, value: &str| {
        let sections = (0..count).map(|number| {
            let code = format!("en_{number:04}");
            let item = FormItem { marker: "a".to_owned(), kind: None, value: RawJson::parse(value).unwrap() };
            (locale(&code), vec![item])
        });
        FormData(Localized::new(sections.collect()))
    };
    assert_eq!(in_languages(1000, "1").check_size(), Ok(()));
    assert_eq!(in_languages(1001, "1").check_size(), Err(SubmissionFault::TooMany));
    let mebibyte = format!("\"{}\"", "x".repeat(1024 * 1024));
    assert_eq!(in_languages(3, &mebibyte).check_size(), Ok(()));
    assert_eq!(in_languages(4, &mebibyte).check_size(), Err(SubmissionFault::TooLarge));
}

#[test]
fn newer_values_stand_in_the_places_of_the_older_ones() {
    let older = sent(r#"{"en_US":[{"marker":"a","value":1},{"marker":"b","value":2}]}"#).unwrap();
    let newer = sent(
        r#"{"tr_TR":[{"marker":"b","value":3}],"en_US":[{"marker":"c","value":4},{"marker":"a","value":null}]}"#,
    );
    assert_eq!(
        older.merged(newer.unwrap()).to_stored(),
        r#"{"en_US":[{"marker":"a","value":null},{"marker":"b","value":2},{"marker":"c","value":4}],"tr_TR":[{"marker":"b","value":3}]}"#
    );
}
