//! Cleaning the HTML of form data.

use super::sent;
use crate::{ports::HtmlSanitizer, signup::FormData};

/// Takes out the word `bad`.
struct WithoutBad;

impl HtmlSanitizer for WithoutBad {
    fn clean(&self, html: &str) -> String {
        html.replace("bad", "")
    }
}

/// The value of a field of this type, cleaned.
fn cleaned(kind: &str, value: &str) -> String {
    let data = sent(&format!(r#"{{"marker":"m","type":"{kind}","value":{value}}}"#)).unwrap();
    only_value(&data.sanitized(&WithoutBad))
}

fn only_value(data: &FormData) -> String {
    data.0.iter().next().unwrap().1[0].value.as_str().to_owned()
}

#[test]
fn clean_html_stays_byte_for_byte() {
    for value in [
        r#"{ "htmlValue" : "\u003cp>1 < 2</p>", "plainValue":"", "params":{"z":1.0, "a":[]} }"#,
        r#"[ {"htmlValue":"a"} ]"#,
        "null",
        "[]",
        r#""bad""#,
    ] {
        assert_eq!(cleaned("text", value), value);
        assert_eq!(cleaned("textWithHeader", value), value);
    }
}

#[test]
fn everything_around_html_stays_as_it_came() {
    let value = r#"{"params":{"z":1.0, "bad":"bad"},"htmlValue":"<b>\"bad\"</b>","plainValue":"bad","mdValue":"bad","header":"bad"}"#;
    let clean = r#"{"params":{"z":1.0, "bad":"bad"},"htmlValue":"<b>\"\"</b>","plainValue":"bad","mdValue":"bad","header":"bad"}"#;
    assert_eq!(cleaned("text", value), clean);
    assert_eq!(cleaned("textWithHeader", &format!("[{value}, {clean}]")), format!("[{clean},{clean}]"));
    assert_eq!(cleaned("textWithHeader", &format!("[{clean}, {value}]")), format!("[{clean},{clean}]"));
}

#[test]
fn the_key_of_html_may_be_written_in_any_way() {
    assert_eq!(cleaned("text", r#"{"html\u0056alue":"bad"}"#), r#"{"htmlValue":""}"#);
    assert_eq!(
        cleaned("text", r#"{"htmlValue":"\u0062ad","htmlValue":"a bad"}"#),
        r#"{"htmlValue":"","htmlValue":"a "}"#
    );
}

#[test]
fn other_fields_are_left_alone() {
    let value = r#"{"htmlValue":"bad"}"#;
    for kind in ["json", "string", "Text", "entity"] {
        assert_eq!(cleaned(kind, value), value, "{kind}");
    }
    let without_type = sent(&format!(r#"{{"marker":"m","value":{value}}}"#)).unwrap();
    assert_eq!(only_value(&without_type.sanitized(&WithoutBad)), value);
}

#[test]
fn html_is_cleaned_in_every_language() {
    let item = |html: &str| format!(r#"[{{"marker":"m","type":"text","value":{{"htmlValue":"{html}"}}}}]"#);
    let data = sent(&format!(r#"{{"en_US":{},"tr_TR":{}}}"#, item("bad"), item("a bad"))).unwrap();
    assert_eq!(
        data.sanitized(&WithoutBad).to_stored(),
        format!(r#"{{"en_US":{},"tr_TR":{}}}"#, item(""), item("a "))
    );
}
