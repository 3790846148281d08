//! Values that fields may hold, and others.

mod things;

use super::*;
use crate::signup::sample::{json, listing};

const MOMENT: &str = r#"{"fullDate":"2024-05-07T21:02:00.000Z","formattedValue":"08-05-2024 00:02","formatString":"DD-MM-YYYY HH:mm"}"#;
const RICH: &str = r#"{"htmlValue":"<p>Bu benim</p>","plainValue":"","params":{"isEditorDisabled":false,"isImageCompressed":true}}"#;

fn read(kind: AttributeKind, value: &str) -> Option<Content> {
    Reader::of(&listing("field", kind, &["1", "2", "red"])).read(&json(value))
}

fn accepts(kind: AttributeKind, values: &[&str]) {
    for value in values {
        assert!(read(kind, value).is_some(), "{kind:?} {value}");
    }
}

fn refuses(kind: AttributeKind, values: &[&str]) {
    for value in values {
        assert_eq!(read(kind, value), None, "{kind:?} {value}");
    }
}

/// What may be put in place of a text without being one.
const NO_TEXTS: [&str; 6] = ["1", "true", "[]", "{}", r#"["a"]"#, r#"{"a":"b"}"#];

#[test]
fn null_says_nothing_in_any_field() {
    for kind in AttributeKind::all() {
        assert_eq!(read(kind, "null"), Some(Content::Nothing), "{kind:?}");
    }
}

#[test]
fn a_string_is_a_text() {
    assert_eq!(
        read(AttributeKind::String, r#""\u0130kinci isim""#),
        Some(Content::Texts(vec!["İkinci isim".into()]))
    );
    assert_eq!(read(AttributeKind::String, r#""""#), Some(Content::Nothing));
    assert_eq!(read(AttributeKind::String, r#"" \t""#), Some(Content::Nothing));
    refuses(AttributeKind::String, &NO_TEXTS);
    refuses(AttributeKind::String, &[r#""\ud800""#]);
}

#[test]
fn a_number_is_a_number_or_the_text_of_one() {
    for kind in [AttributeKind::Integer, AttributeKind::Real, AttributeKind::Float] {
        accepts(
            kind,
            &["0", "-7", "5.0", "1e3", "12345678901234567890123", r#""12""#, r#""-3.00""#, r#""1E2""#],
        );
        refuses(kind, &["true", "[]", "{}", "[1]", r#"{"value":1}"#, "1e999"]);
        refuses(
            kind,
            &[r#""a""#, r#""1,5""#, r#""NaN""#, r#""inf""#, r#""0x1f""#, r#""e""#, r#"" 5""#, r#""1e999""#],
        );
        assert_eq!(read(kind, r#""""#), Some(Content::Nothing));
        assert_eq!(read(kind, "1.0"), Some(Content::Texts(vec!["1.0".into()])));
    }
    for kind in [AttributeKind::Real, AttributeKind::Float] {
        accepts(kind, &["2.5", r#""2.5""#, "-0.1"]);
    }
    refuses(AttributeKind::Integer, &["2.5", r#""2.5""#, "-0.1", "1e-3"]);
}

#[test]
fn a_day_or_time_is_an_instant_with_the_words_for_it() {
    for kind in [AttributeKind::Date, AttributeKind::DateTime, AttributeKind::Time] {
        assert_eq!(read(kind, MOMENT), Some(Content::Things));
        accepts(kind, &[&MOMENT.replace(".000Z", "+03:00"), &MOMENT.replace('}', r#","more":1}"#)]);
        refuses(kind, &NO_TEXTS);
        refuses(kind, &[r#""""#, r#""2024-05-07T21:02:00.000Z""#, &format!("[{MOMENT}]")]);
        for (key, value) in [
            ("fullDate", "2024-05-07T21:02:00.000Z"),
            ("formattedValue", "08-05-2024 00:02"),
            ("formatString", "DD-MM-YYYY HH:mm"),
        ] {
            let member = format!(r#""{key}":"{value}""#);
            for wrong in [
                "\"more\":1",
                &format!(r#""{key}":"""#),
                &format!(r#""{key}":" ""#),
                &format!(r#""{key}":5"#),
                &format!(r#""{key}":null"#),
                &format!("{member},{member}"),
            ] {
                refuses(kind, &[&MOMENT.replace(&member, wrong)]);
            }
        }
        refuses(kind, &[&MOMENT.replace("2024-05-07T", "2024-02-30T"), &MOMENT.replace("21:02:00.000Z", "")]);
        refuses(kind, &[r#"["2024-05-07T21:02:00.000Z","08-05-2024","DD-MM-YYYY"]"#]);
    }
}

#[test]
fn instants_are_written_as_libraries_of_dates_write_them() {
    let kind = AttributeKind::DateTime;
    let dated = |text: &str| MOMENT.replace("2024-05-07T21:02:00.000Z", text);
    for text in [
        "2024-05-07",
        "20240507",
        "2024-05-07T21:02",
        "2024-05-07T21:02Z",
        "2024-05-07T21:02:00",
        "2024-05-07T21:02:00.123",
        "2024-05-07T21:02:00+0300",
        "2024-05-07T21:02:00+03",
        "2024-05-07T21:02-03:30",
        "20240507T210200Z",
        "20240507T2102",
        "20240507T210200.5+0300",
        "2024-05-07T21:02:60Z",
    ] {
        accepts(kind, &[&dated(text)]);
    }
    for text in [
        "2024",
        "2024-05",
        "2024-5-7",
        "2024-13-01",
        "20240230",
        "2024-05-07T",
        "2024-05-07T25:00",
        "2024-05-07TZ",
        "2024-05-07T21:02:00+3",
        "2024-05-07T21:02:00+99:00",
        "2024-05-07T21:02:00+03:60",
        "2024-05-07T21:02:00Zx",
        "2024-05-07T21:02:00+é",
        "+2024-05-07",
        "2024-05- 7",
        "07.05.2024",
        "1715115720",
        "é",
    ] {
        refuses(kind, &[&dated(text)]);
    }
    let spans =
        |start: &str, end: &str| read(AttributeKind::TimeInterval, &format!(r#"[["{start}","{end}"]]"#));
    assert!(spans("2024-05-07", "2024-05-07T00:00Z").is_some());
    assert!(spans("2024-05-07T03:00+0300", "20240507").is_some());
    assert!(spans("2024-05-07T00:01", "2024-05-07").is_none());
}

#[test]
fn spans_of_time_begin_before_they_end() {
    let kind = AttributeKind::TimeInterval;
    let (early, late) = (r#""2024-05-07T21:02:00.000Z""#, r#""2024-05-08T00:03:00+03:00""#);
    assert_eq!(read(kind, &format!("[[{early},{late}],[{early},{early}]]")), Some(Content::Things));
    assert_eq!(read(kind, "[]"), Some(Content::Nothing));
    refuses(kind, &NO_TEXTS[..2]);
    refuses(kind, &["{}", r#""""#, "[[]]", "[1]", "[null]", r#"[["a","b"]]"#, &format!("[{early},{late}]")]);
    refuses(
        kind,
        &[&format!("[[{late},{early}]]"), &format!("[[{early}]]"), &format!("[[{early},{late},{late}]]")],
    );
    refuses(kind, &[&format!("[{}]", vec![format!("[{early},{late}]"); 1001].join(","))]);
}

#[test]
fn a_text_with_a_layout_is_an_object_or_an_array_of_one() {
    let kind = AttributeKind::Text;
    assert_eq!(read(kind, RICH), Some(Content::Texts(vec!["<p>Bu benim</p>".into()])));
    let both = r#"{"htmlValue":"<b>a</b>","plainValue":"a"}"#;
    assert_eq!(read(kind, both), Some(Content::Texts(vec!["<b>a</b>".into(), "a".into()])));
    accepts(
        kind,
        &[r#"[{"mdValue":"*a*","params":{"editorMode":"md"}}]"#, r#"[{"plainValue":"a","htmlValue":""}]"#],
    );
    for nothing in [
        "[]",
        r#"{"htmlValue":"","plainValue":""}"#,
        r#"{"mdValue":" "}"#,
        r#"[{"plainValue":""}]"#,
        r#"{"htmlValue":"<p></p>"}"#,
        r#"[{"htmlValue":"<p><br>&nbsp;</p>","plainValue":""}]"#,
    ] {
        assert_eq!(read(kind, nothing), Some(Content::Nothing), "{nothing}");
    }
    let image = r#"{"htmlValue":"<p><img src=\"/a.png\"></p>"}"#;
    assert!(matches!(read(kind, image), Some(Content::Texts(_))));
    refuses(
        kind,
        &[
            r#""<p>Bu benim</p>""#,
            "{}",
            "[{}]",
            "1",
            r#"{"params":{}}"#,
            r#"{"htmlValue":null}"#,
            r#"{"htmlValue":1}"#,
        ],
    );
    refuses(kind, &[r#"{"htmlValue":["a"]}"#, r#"{"htmlValue":"a","htmlValue":"b"}"#, r#"["a"]"#, "[null]"]);
    refuses(kind, &[&format!("[{both}]"), &format!("[{RICH},{RICH}]"), &format!("[[{RICH}]]")]);
}

#[test]
fn a_text_with_a_header_has_one() {
    let kind = AttributeKind::TextWithHeader;
    let text = RICH.replacen('{', "{\"header\":\"Başlık\",", 1);
    assert_eq!(read(kind, &text), Some(Content::Texts(vec!["<p>Bu benim</p>".into()])));
    let several = format!("[{text}, {text}]");
    assert_eq!(read(kind, &several), Some(Content::Texts(vec!["<p>Bu benim</p>".into(); 2])));
    accepts(kind, &["[]", r#"{"header":"","mdValue":"a"}"#]);
    assert_eq!(read(kind, r#"{"header":"Başlık","htmlValue":""}"#), Some(Content::Nothing));
    refuses(
        kind,
        &[
            RICH,
            &format!("[{text},{RICH}]"),
            &text.replace("\"Başlık\"", "5"),
            &text.replace("\"Başlık\"", "null"),
        ],
    );
    refuses(kind, &[r#"{"header":"a"}"#, r#""a""#, &format!("[{}]", vec![text; 1001].join(","))]);
}

#[test]
fn json_may_be_anything_that_can_be_looked_into() {
    let kind = AttributeKind::Json;
    for (value, text) in
        [(r#""a""#, "a"), ("true", "true"), ("1.50", "1.50"), (r#"{"a": [1]}"#, r#"{"a": [1]}"#)]
    {
        assert_eq!(read(kind, value), Some(Content::Texts(vec![text.into()])), "{value}");
    }
    for nothing in [r#""""#, "[ ]", "{\n}"] {
        assert_eq!(read(kind, nothing), Some(Content::Nothing), "{nothing}");
    }
    refuses(kind, &[r#"["\ud800"]"#, "[1e999]"]);
}

#[test]
fn the_value_of_a_button_does_not_count() {
    for value in NO_TEXTS {
        assert_eq!(read(AttributeKind::Button, value), Some(Content::Nothing));
    }
}

#[test]
fn a_value_has_at_most_a_hundred_levels() {
    let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    let deep_object = |levels: usize| format!("{}1{}", "{\"a\":".repeat(levels), "}".repeat(levels));
    accepts(AttributeKind::Json, &[&deep(100), &deep_object(100)]);
    refuses(AttributeKind::Json, &[&deep(101), &deep_object(101), &deep(10_000), &deep(100_000)]);
    accepts(AttributeKind::Text, &[&format!(r#"{{"htmlValue":"a","params":{}}}"#, deep(99))]);
    refuses(AttributeKind::Text, &[&format!(r#"{{"htmlValue":"a","params":{}}}"#, deep(100))]);
}

#[test]
fn numbers_are_written_as_people_write_them() {
    for (text, expected) in [("5", 5.0), ("+5", 5.0), (".5", 0.5), ("5.", 5.0), ("-1e3", -1000.0)] {
        assert_eq!(number(text), Some(expected), "{text}");
    }
    for text in ["", "-", ".", "e5", "1e", "infinity", "nan", "1_000", "5 ", "٣"] {
        assert_eq!(number(text), None, "{text}");
    }
}
