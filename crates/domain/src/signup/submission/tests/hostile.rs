//! Form data that are meant to hurt.

use std::time::{Duration, Instant};

use super::admitted;
use crate::signup::{
    AttributeKind, FormDefinition, Rule, SubmissionFault,
    sample::{fault, field, form, listing, pattern, ruled},
};

/// Far more than a debug build needs on a busy machine, and far less than anything that grows faster than its text.
const LIMIT: Duration = Duration::from_secs(10);

/// What a form makes of form data, which it must do at once.
fn at_once(form: &FormDefinition, text: &str) -> Result<String, SubmissionFault> {
    let began = Instant::now();
    let result = admitted(form, text);
    assert!(began.elapsed() < LIMIT, "{:?}", began.elapsed());
    result
}

#[test]
fn two_hundred_fields() {
    let markers: Vec<String> = (0..200).map(|number| format!("field_{number}")).collect();
    let demands =
        || vec![Rule::Required, Rule::Trimmed, Rule::Pattern { pattern: pattern("^(a+)+$"), invert: false }];
    let form = form(markers.iter().map(|marker| ruled(marker, AttributeKind::String, demands())).collect());
    let items = |value: &str| {
        let item = |marker: &String| format!(r#"{{"marker":"{marker}","type":"string","value":"{value}"}}"#);
        markers.iter().map(item).collect::<Vec<_>>().join(",")
    };
    let text = format!(r#"{{"en_US":[{}],"tr_TR":[{}]}}"#, items(&"a".repeat(100)), items("a"));
    assert_eq!(at_once(&form, &text), Ok(text));
    let long = |end: &str| format!("[{}]", items(&format!("{}{end}", "a".repeat(5000))));
    assert_eq!(at_once(&form, &long("!")), fault("field_0"));
    assert_eq!(at_once(&form, &long("")), fault("field_4"), "more than is matched of one submission");
}

/// Without a bound on what is matched of one submission, either would take minutes.
#[test]
fn many_long_texts_that_a_slow_pattern_occurs_in() {
    let slow = || vec![Rule::Pattern { pattern: pattern("^[ab]*a[ab]{500}$"), invert: false }];
    let form = form(vec![
        ruled("a", AttributeKind::String, slow()),
        ruled("b", AttributeKind::TextWithHeader, slow()),
    ]);
    let long = "a".repeat(8 * 1024);
    let sections = |count| {
        let section = |number| format!(r#""en_{number:04}":{{"marker":"a","value":"{long}"}}"#);
        format!("{{{}}}", (0..count).map(section).collect::<Vec<_>>().join(","))
    };
    assert!(at_once(&form, &sections(2)).is_ok());
    assert_eq!(at_once(&form, &sections(500)), fault("a"));
    let texts = |count, text: &str| {
        let text = format!(r#"{{"header":"","plainValue":"{text}"}}"#);
        format!(r#"{{"marker":"b","value":[{}]}}"#, vec![text; count].join(","))
    };
    assert!(at_once(&form, &texts(2, &long)).is_ok());
    assert_eq!(at_once(&form, &texts(500, &long)), fault("b"));
    assert_eq!(at_once(&form, &texts(1000, &"a".repeat(501))), fault("b"));
}

#[test]
fn nesting() {
    let form = form(vec![field("a", AttributeKind::Json), field("b", AttributeKind::Text)]);
    for (levels, is_taken) in [(100, true), (101, false), (10_000, false), (100_000, false)] {
        let deep = format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
        assert_eq!(at_once(&form, &format!(r#"{{"marker":"a","value":{deep}}}"#)).is_ok(), is_taken);
        assert_eq!(at_once(&form, &format!(r#"{{"marker":"b","value":{deep}}}"#)), fault("b"));
        assert_eq!(at_once(&form, &deep), Err(SubmissionFault::Shape));
    }
}

#[test]
fn json_that_its_reader_takes_for_something_else() {
    let form = form(vec![field("a", AttributeKind::String), field("b", AttributeKind::Json)]);
    let item = |marker: &str| {
        format!(r#"{{"marker":"{marker}","value":{{"$serde_json::private::RawValue":"\"x\""}}}}"#)
    };
    assert_eq!(at_once(&form, &item("a")), fault("a"));
    assert!(at_once(&form, &item("b")).is_ok());
    // Each level doubles the backslashes of the next one, and nests a hundred arrays more.
    let mut nested = "1".to_owned();
    for _ in 0..16 {
        let arrays = format!("{}{nested}{}", "[".repeat(95), "]".repeat(95));
        nested = format!(r#"{{"$serde_json::private::RawValue":{}}}"#, serde_json::Value::from(arrays));
    }
    assert!(at_once(&form, &format!(r#"{{"marker":"b","value":{nested}}}"#)).is_ok());
}

#[test]
fn a_text_of_a_mebibyte() {
    let nested = |invert| vec![Rule::Trimmed, Rule::Pattern { pattern: pattern("^(a+)+$"), invert }];
    let form = form(vec![
        ruled("a", AttributeKind::String, vec![Rule::Trimmed]),
        ruled("b", AttributeKind::Text, vec![Rule::Email]),
        listing("c", AttributeKind::List, &["1"]),
        field("d", AttributeKind::Image),
        field("e", AttributeKind::Float),
        ruled("f", AttributeKind::String, nested(false)),
        ruled("g", AttributeKind::Text, nested(true)),
    ]);
    let long = "a".repeat(1 << 20);
    let item = |marker: &str, value: &str| format!(r#"{{"marker":"{marker}","value":{value}}}"#);
    assert!(at_once(&form, &item("a", &format!("\"{long}\""))).is_ok());
    assert_eq!(at_once(&form, &item("f", &format!("\"{long}!\""))), fault("f"));
    assert_eq!(at_once(&form, &item("g", &format!(r#"{{"mdValue":"{long}!"}}"#))), fault("g"));
    assert_eq!(at_once(&form, &item("b", &format!(r#"{{"htmlValue":"{long}"}}"#))), fault("b"));
    assert_eq!(at_once(&form, &item("c", &format!(r#"["{long}"]"#))), fault("c"));
    let file = format!(r#"{{"filename":"{long}","downloadLink":"{long}","size":1}}"#);
    assert_eq!(at_once(&form, &item("d", &file)), fault("d"));
    assert_eq!(at_once(&form, &item("e", &"1".repeat(1 << 20))), fault("e"));
    assert_eq!(at_once(&form, &item("e", &format!("\"{}\"", "1".repeat(1 << 20)))), fault("e"));
    assert_eq!(at_once(&form, &item(&long, "1")), fault(&"a".repeat(128)));
}

#[test]
fn very_many_elements() {
    let form = form(vec![listing("a", AttributeKind::List, &["1"]), field("b", AttributeKind::Entity)]);
    let many = vec!["1"; 1 << 17].join(",");
    assert_eq!(at_once(&form, &format!(r#"{{"marker":"a","value":[{many}]}}"#)), fault("a"));
    assert_eq!(at_once(&form, &format!(r#"{{"marker":"b","value":[{many}]}}"#)), fault("b"));
    assert_eq!(at_once(&form, &format!("[{many}]")), Err(SubmissionFault::Shape));
}
