//! The form data of changes, and of people whom an OpenID Connect provider sent.

use crate::signup::{
    AttributeKind, Flags, FormDefinition, Login, Rule, SubmissionFault,
    sample::{fault, field, flagged, form, ruled, sent},
};

fn reg() -> FormDefinition {
    form(vec![
        ruled("a", AttributeKind::String, vec![Rule::Required]),
        field("b", AttributeKind::Integer),
        flagged("c", Flags { is_sign_up_required: true, ..Flags::default() }),
    ])
}

/// What is kept of a change, and its login.
fn changed(form: &FormDefinition, text: &str) -> Result<(String, Option<Login>), SubmissionFault> {
    sent(text).and_then(|data| form.admit_change(data)).map(|(data, login)| (data.to_stored(), login))
}

fn admitted(text: &str) -> Result<String, SubmissionFault> {
    sent(text).and_then(|data| reg().admit_some(data)).map(|data| data.to_stored())
}

/// Whether the data of a newcomer, and of a change, still say what a form asks for.
fn presence(form: &FormDefinition, text: &str) -> [Result<(), SubmissionFault>; 2] {
    let data = sent(text).unwrap();
    [form.check_presence(&data), form.check_presence_in_change(&data)]
}

#[test]
fn what_was_made_harmless_must_still_say_something() {
    let form = form(vec![
        ruled("a", AttributeKind::Text, vec![Rule::Required]),
        crate::signup::Attribute {
            kind: AttributeKind::TextWithHeader,
            ..flagged("b", Flags { is_sign_up_required: true, ..Flags::default() })
        },
        field("c", AttributeKind::Text),
    ]);
    for html in ["", " ", "<p></p>", "<p><br></p>", "<!-- a -->"] {
        let item =
            |marker| format!(r#"{{"marker":"{marker}","value":{{"header":"","htmlValue":"{html}"}}}}"#);
        assert_eq!(presence(&form, &item("a")), [fault("a"), fault("a")], "{html}");
        assert_eq!(presence(&form, &item("b")), [fault("b"), Ok(())], "{html}");
        assert_eq!(presence(&form, &item("c")), [Ok(()), Ok(())], "{html}");
        let elsewhere =
            format!(r#"{{"en_US":{},"tr_TR":{}}}"#, item("a"), item("a").replace(html, "<b>x</b>"));
        if !html.trim().is_empty() {
            assert_eq!(presence(&form, &elsewhere), [Ok(()), Ok(())], "{html}");
        }
        assert_eq!(changed(&form, &item("a")), fault("a"), "{html}");
    }
    for html in ["x", "<p>x</p>", "<img>"] {
        let item = format!(r#"{{"marker":"a","value":{{"htmlValue":"{html}"}}}}"#);
        assert_eq!(presence(&form, &item), [Ok(()), Ok(())], "{html}");
    }
}

const B: &str = r#"{"marker":"b","type":"integer","value":5}"#;

#[test]
fn nothing_need_be_there() {
    let kept = format!(r#"{{"en_US":[{B}]}}"#);
    assert_eq!(changed(&reg(), B), Ok((kept.clone(), None)));
    assert_eq!(changed(&reg(), "null"), Ok(("{}".to_owned(), None)));
    assert_eq!(admitted(B), Ok(kept));
    assert_eq!(admitted("null").as_deref(), Ok("{}"));
}

#[test]
fn what_must_be_there_cannot_be_made_blank() {
    for value in ["null", r#""""#, r#""  ""#] {
        let blank = format!(r#"{{"marker":"a","value":{value}}}"#);
        assert_eq!(changed(&reg(), &blank), fault("a"), "{value}");
        assert_eq!(admitted(&blank), fault("a"), "{value}");
    }
    let elsewhere = r#"{"en_US":[{"marker":"a","value":""}],"tr_TR":[{"marker":"a","value":"x"}]}"#;
    assert!(changed(&reg(), elsewhere).is_ok());
    assert!(changed(&reg(), r#"{"marker":"c","value":""}"#).is_ok());
}

#[test]
fn values_are_looked_at_as_those_of_newcomers() {
    for (text, marker) in [
        (r#"{"marker":"b","value":"five"}"#, "b"),
        (r#"{"marker":"b","type":"float","value":5}"#, "b"),
        (r#"{"marker":"d","value":5}"#, "d"),
        (r#"{"marker":"password","value":"12345"}"#, "password"),
        (r#"[{"marker":"b","value":"x"},{"marker":"a","value":""}]"#, "a"),
    ] {
        assert_eq!(changed(&reg(), text), fault(marker), "{text}");
        assert_eq!(admitted(text), fault(marker), "{text}");
    }
}

#[test]
fn a_new_login_is_taken_out() {
    let text = format!(r#"[{B},{{"marker":"login","type":"string","value":" Ann@example.org"}}]"#);
    let login = Login::parse(" Ann@example.org").unwrap();
    assert_eq!(changed(&reg(), &text), Ok((format!(r#"{{"en_US":[{B}]}}"#), Some(login.clone()))));
    let alone = r#"{"tr_TR":{"marker":"login","value":" Ann@example.org"}}"#;
    assert_eq!(changed(&reg(), alone), Ok(("{}".to_owned(), Some(login))));
}

#[test]
fn a_new_login_is_one_line_of_text_in_one_language() {
    let long = format!("\"{}\"", "a".repeat(256));
    for value in [r#""""#, r#"" ""#, "null", "5", "[]", r#""a\nb""#, r#""a\u0000""#, &long] {
        let text = format!(r#"{{"marker":"login","value":{value}}}"#);
        assert_eq!(changed(&reg(), &text), Err(SubmissionFault::Credentials), "{value}");
    }
    for other in [r#""ann""#, "null"] {
        let text = format!(
            r#"{{"en_US":[{{"marker":"login","value":"ann"}}],"tr_TR":[{{"marker":"login","value":{other}}}]}}"#
        );
        assert_eq!(changed(&reg(), &text), Err(SubmissionFault::Credentials), "{other}");
    }
    assert_eq!(changed(&reg(), r#"{"marker":"login","type":"text","value":"ann"}"#), fault("login"));
}

#[test]
fn a_new_login_is_what_the_form_asks_for() {
    let mut form = reg();
    let flags = form.attributes[0].flags;
    form.attributes[0] =
        crate::signup::Attribute { flags, ..ruled("login", AttributeKind::String, vec![Rule::Email]) };
    assert_eq!(changed(&form, r#"{"marker":"login","value":"ann"}"#), fault("login"));
    assert!(changed(&form, r#"{"marker":"login","value":"ann@example.org"}"#).is_ok());
}

#[test]
fn who_comes_from_elsewhere_brings_no_login() {
    assert_eq!(admitted(r#"{"marker":"login","value":"ann"}"#), fault("login"));
    assert_eq!(admitted(r#"{"tr_TR":{"marker":"login","value":null}}"#), fault("login"));
}
