//! The form data of newcomers.

use super::{admitted, admitted_nothing};
use crate::signup::{
    Attribute, AttributeKind, Flags, FormData, FormDefinition, Localized, Rule, SubmissionFault,
    sample::{fault, field, flagged, form, locale, mask, pattern, ruled, rules},
};

fn required(marker: &str) -> Attribute {
    ruled(marker, AttributeKind::String, vec![Rule::Required])
}

fn asked_for(marker: &str) -> Attribute {
    flagged(marker, Flags { is_sign_up_required: true, ..Flags::default() })
}

fn at_most_three(marker: &str) -> Attribute {
    ruled(marker, AttributeKind::String, vec![Rule::Length { min: None, max: Some(3), exact: None }])
}

#[test]
fn items_get_the_types_of_their_fields_and_keep_their_order_and_values() {
    let form = form(vec![field("a", AttributeKind::String), field("b", AttributeKind::Integer)]);
    assert_eq!(
        admitted(&form, r#"[{"marker":"b","value":1.0},{"marker":"a","type":"string","value":"\u0061"}]"#)
            .as_deref(),
        Ok(
            r#"{"en_US":[{"marker":"b","type":"integer","value":1.0},{"marker":"a","type":"string","value":"\u0061"}]}"#
        )
    );
}

#[test]
fn an_unknown_field_is_a_fault() {
    let form = form(vec![required("a")]);
    assert_eq!(admitted(&form, r#"[{"marker":"a","value":"x"},{"marker":"b","value":"x"}]"#), fault("b"));
    assert_eq!(admitted(&form, r#"{"marker":"A","value":"x"}"#), fault("A"));
    assert_eq!(admitted(&form, r#"{"marker":"","value":"x"}"#), fault(""));
}

#[test]
fn a_password_is_no_form_data() {
    let form = form(vec![]);
    assert_eq!(admitted(&form, r#"{"marker":"password","value":"12345"}"#), fault("password"));
    assert_eq!(admitted(&form, r#"{"marker":"password","value":null}"#), fault("password"));
}

#[test]
fn the_login_may_be_repeated_and_is_not_kept() {
    let form = form(vec![field("a", AttributeKind::String)]);
    let kept = Ok(r#"{"en_US":[{"marker":"a","type":"string","value":"x"}]}"#.to_owned());
    let with_login = |value: &str| {
        admitted(&form, &format!(r#"[{{"marker":"login","value":{value}}},{{"marker":"a","value":"x"}}]"#))
    };
    assert_eq!(with_login(r#""test""#), kept);
    for value in [r#""Test""#, r#""test ""#, r#""""#, "null", "5", r#"["test"]"#] {
        assert_eq!(with_login(value), fault("login"), "{value}");
    }
    assert_eq!(admitted(&form, r#"{"marker":"login","type":"text","value":"test"}"#), fault("login"));
    let in_two_languages =
        r#"{"en_US":[{"marker":"login","value":"test"}],"tr_TR":[{"marker":"login","value":"other"}]}"#;
    assert_eq!(admitted(&form, in_two_languages), fault("login"));
    assert_eq!(admitted(&form, r#"{"marker":"login","value":"test"}"#).as_deref(), Ok("{}"));
}

#[test]
fn the_first_missing_field_of_the_form_is_told() {
    let form = form(vec![field("free", AttributeKind::String), asked_for("first"), required("second")]);
    assert_eq!(admitted_nothing(&form), fault("first"));
    assert_eq!(admitted(&form, r#"{"marker":"second","value":"x"}"#), fault("first"));
    assert_eq!(admitted(&form, r#"{"marker":"first","value":"x"}"#), fault("second"));
    assert!(admitted(&form, r#"[{"marker":"second","value":"x"},{"marker":"first","value":"x"}]"#).is_ok());
}

#[test]
fn nothing_need_be_there_when_nothing_is_asked_for() {
    let demands = vec![Rule::Length { min: Some(3), max: None, exact: None }, Rule::Email];
    let form = form(vec![ruled("a", AttributeKind::String, demands), field("b", AttributeKind::Date)]);
    assert_eq!(admitted_nothing(&form), Ok(FormData::default()));
    assert!(admitted(&form, r#"[{"marker":"a","value":""},{"marker":"b","value":null}]"#).is_ok());
    assert!(admitted(&form, r#"[{"marker":"a","value":"  "},{"marker":"b"}]"#).is_ok());
}

#[test]
fn what_says_nothing_is_missing() {
    let listed = |kind| crate::signup::sample::listing("a", kind, &["1"]);
    let nothings: [(AttributeKind, &[&str]); 12] = [
        (AttributeKind::String, &["null", r#""""#, r#"" \n""#]),
        (AttributeKind::Integer, &["null", r#""""#]),
        (AttributeKind::Float, &["null", r#""""#]),
        (AttributeKind::Date, &["null"]),
        (AttributeKind::Text, &["null", "[]", r#"{"htmlValue":"","plainValue":"","mdValue":" "}"#]),
        (AttributeKind::TextWithHeader, &["null", "[]", r#"{"header":"a","htmlValue":""}"#]),
        (AttributeKind::Image, &["null", "[]"]),
        (AttributeKind::List, &["null", "[]"]),
        (AttributeKind::RadioButton, &["null", "[]", r#""""#]),
        (AttributeKind::Entity, &["null", "[]"]),
        (AttributeKind::TimeInterval, &["null", "[]"]),
        (AttributeKind::Json, &["null", "[]", "{}", r#""""#]),
    ];
    for (kind, values) in nothings {
        let free = form(vec![listed(kind)]);
        let strict = form(vec![Attribute {
            validators: Localized::plain(rules(vec![Rule::Required])),
            ..listed(kind)
        }]);
        for value in values {
            let item = format!(r#"{{"marker":"a","value":{value}}}"#);
            assert!(admitted(&free, &item).is_ok(), "{kind:?} {value}");
            assert_eq!(admitted(&strict, &item), fault("a"), "{kind:?} {value}");
        }
    }
}

#[test]
fn a_value_in_any_language_is_enough() {
    let form = form(vec![required("a"), field("b", AttributeKind::String)]);
    let text = |value: &str| {
        format!(
            r#"{{"en_US":[{{"marker":"b","value":"x"}},{{"marker":"a","value":""}}],"tr_TR":[{{"marker":"a","value":"{value}"}}]}}"#
        )
    };
    assert!(admitted(&form, &text("x")).is_ok());
    assert_eq!(admitted(&form, &text("")), fault("a"));
}

#[test]
fn the_validators_are_those_of_the_language() {
    let both = Localized::new(vec![
        (locale("en_US"), rules(vec![Rule::Required])),
        (locale("tr_TR"), rules(vec![Rule::OneOf(["bir".to_owned()].into())])),
    ]);
    let form =
        form(vec![Attribute { validators: both, ..field("a", AttributeKind::String) }, at_most_three("b")]);
    let admitted_in =
        |code: &str, items: &str| admitted(&form, &format!(r#"{{"{code}":[{items}]}}"#)).map(|_| ());
    assert_eq!(admitted_in("en_US", r#"{"marker":"a","value":"one"}"#), Ok(()));
    assert_eq!(admitted_in("tr_TR", r#"{"marker":"a","value":"bir"}"#), Ok(()));
    assert_eq!(admitted_in("tr_TR", r#"{"marker":"a","value":"one"}"#), fault("a"));
    assert_eq!(admitted_in("de", r#"{"marker":"a","value":"eins"}"#), Ok(()));
    assert_eq!(admitted_in("tr_TR", r#"{"marker":"b","value":"iki"}"#), Ok(()));
    assert_eq!(admitted_in("en_US", r#"{"marker":"b","value":"iki"}"#), fault("a"));
    assert_eq!(admitted_in("de", r#"{"marker":"b","value":"iki"}"#), fault("a"));
}

#[test]
fn every_language_is_looked_at() {
    let form = form(vec![at_most_three("a")]);
    let text = r#"{"en_US":[{"marker":"a","value":"one"}],"tr_TR":[{"marker":"a","value":"four"}]}"#;
    assert_eq!(admitted(&form, text), fault("a"));
}

#[test]
fn a_type_of_its_own_is_a_fault_of_the_field() {
    let form = form(vec![field("a", AttributeKind::Integer), field("b", AttributeKind::Button)]);
    for kind in ["float", "Integer", "string", "email", ""] {
        let item = format!(r#"{{"marker":"a","type":"{kind}","value":5}}"#);
        assert_eq!(admitted(&form, &item), fault("a"), "{kind}");
    }
    assert!(admitted(&form, r#"{"marker":"a","type":null,"value":5}"#).is_ok());
}

#[test]
fn faults_come_in_the_order_of_the_contract() {
    let form = form(vec![at_most_three("a"), required("b"), field("c", AttributeKind::Integer)]);
    let long = r#"{"marker":"a","value":"long"}"#;
    let there = r#"{"marker":"b","value":"x"}"#;
    let wrong = r#"{"marker":"c","value":"x"}"#;
    let unknown = r#"{"marker":"d","value":"x"}"#;
    assert_eq!(admitted(&form, &format!("[{wrong},{long},{unknown},[]]")), Err(SubmissionFault::Shape));
    assert_eq!(admitted(&form, &format!("[{wrong},{long},{unknown}]")), fault("d"));
    assert_eq!(admitted(&form, &format!("[{wrong},{long}]")), fault("b"));
    assert_eq!(admitted(&form, &format!("[{wrong},{long},{there}]")), fault("a"));
    assert_eq!(admitted(&form, &format!("[{wrong},{there}]")), fault("c"));
}

#[test]
fn a_wrong_value_is_not_a_missing_one() {
    let form = form(vec![ruled("a", AttributeKind::Date, vec![Rule::Required]), required("b")]);
    assert_eq!(admitted(&form, r#"{"marker":"a","value":"2024-05-07"}"#), fault("b"));
}

#[test]
fn buttons_are_not_kept_and_never_missing() {
    let press = |demands| ruled("press", AttributeKind::Button, demands);
    let form = form(vec![press(vec![Rule::Required]), field("a", AttributeKind::String)]);
    assert_eq!(admitted_nothing(&form), Ok(FormData::default()));
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let text = format!(r#"[{{"marker":"press","value":{deep}}},{{"marker":"a","value":"x"}}]"#);
    let kept = r#"{"en_US":[{"marker":"a","type":"string","value":"x"}]}"#;
    assert_eq!(admitted(&form, &text).as_deref(), Ok(kept));
}

#[test]
fn fields_that_are_not_shown_are_fields_all_the_same() {
    let hidden = Attribute { is_visible: false, ..required("a") };
    let form = form(vec![hidden]);
    assert_eq!(admitted_nothing(&form), fault("a"));
    assert!(admitted(&form, r#"{"marker":"a","value":"x"}"#).is_ok());
}

#[test]
fn every_rule_is_looked_at() {
    let number = |integer_only| Rule::Number { integer_only, min: Some(1.0), max: Some(9.0) };
    let cases: [(Rule, &str, &str); 9] = [
        (Rule::Length { min: Some(2), max: Some(3), exact: None }, "ab", "a"),
        (Rule::Email, "ann@example.org", "ann"),
        (Rule::Url, "https://example.org", "example.org"),
        (number(false), "2.5", "0"),
        (number(true), "2", "2.5"),
        (Rule::Boolean, "true", "yes"),
        (Rule::Pattern { pattern: pattern("^a"), invert: true }, "b", "a"),
        (Rule::Mask(mask("99")), "12", "123"),
        (Rule::OneOf(["red".to_owned()].into()), "red", "blue"),
    ];
    for (rule, good, bad) in cases {
        let trimmed = vec![Rule::Required, Rule::Trimmed, rule.clone()];
        let form = form(vec![ruled("a", AttributeKind::String, trimmed)]);
        let item = |value: &str| format!(r#"{{"marker":"a","type":"string","value":" {value} "}}"#);
        assert_eq!(admitted(&form, &item(good)), Ok(format!(r#"{{"en_US":[{}]}}"#, item(good))), "{rule:?}");
        assert_eq!(admitted(&form, &item(bad)), fault("a"), "{rule:?}");
    }
}

#[test]
fn rules_look_at_numbers_as_they_are_written_and_at_layouts_with_their_markup() {
    let admits = |kind, rule: Rule, value: &str| {
        let form: FormDefinition = form(vec![ruled("a", kind, vec![rule])]);
        admitted(&form, &format!(r#"{{"marker":"a","value":{value}}}"#)).is_ok()
    };
    let range = || Rule::Number { integer_only: false, min: Some(1.0), max: None };
    assert!(admits(AttributeKind::Integer, range(), "1"));
    assert!(!admits(AttributeKind::Integer, range(), "0"));
    assert!(!admits(AttributeKind::Float, range(), r#""0.5""#));
    let short = || Rule::Length { min: None, max: Some(8), exact: None };
    assert!(admits(AttributeKind::Text, short(), r#"{"htmlValue":"<p>a</p>"}"#));
    assert!(!admits(AttributeKind::Text, short(), r#"{"htmlValue":"<p>ab</p>"}"#));
    let header = r#"{"header":"a long header","plainValue":"a"}"#;
    assert!(admits(AttributeKind::TextWithHeader, short(), header));
    assert!(!admits(
        AttributeKind::TextWithHeader,
        short(),
        &format!(r#"[{header},{{"header":"","mdValue":"123456789"}}]"#)
    ));
    assert!(admits(AttributeKind::Json, Rule::Boolean, "true"));
    assert!(!admits(AttributeKind::Json, Rule::Boolean, r#"{"a":true}"#));
    assert!(admits(AttributeKind::Entity, Rule::Email, "[1]"));
}

#[test]
fn a_form_is_held_to_what_its_operator_wrote() {
    let form = FormDefinition::parse(&serde_json::json!({
        "identifier": "reg",
        "type": "sing_in_up",
        "attributes": [
            {"marker": "login", "type": "string", "isLogin": true},
            {"marker": "password", "type": "string", "isPassword": true},
            {
                "marker": "last_name",
                "type": "string",
                "validators": {
                    "requiredValidator": {"strict": true},
                    "trimValidator": true,
                    "stringInspectionValidator": {"stringMin": "3", "stringMax": "20", "stringLength": 0},
                },
            },
            {
                "marker": "selector",
                "type": "list",
                "listTitles": [{"title": "kırmızı", "value": "1", "position": 1}],
            },
        ],
    }))
    .unwrap();
    let named = |name: &str| format!(r#"{{"marker":"last_name","type":"string","value":"{name}"}}"#);
    let chosen = |id: &str| format!(r#"{{"marker":"selector","type":"list","value":["{id}"]}}"#);
    let whole = format!("[{},{}]", named(" Lee "), chosen("1"));
    assert_eq!(admitted(&form, &whole), Ok(format!(r#"{{"en_US":{whole}}}"#)));
    assert_eq!(admitted_nothing(&form), fault("last_name"));
    assert_eq!(admitted(&form, &named(" Li ")), fault("last_name"));
    assert_eq!(admitted(&form, &named(&"é".repeat(21))), fault("last_name"));
    assert_eq!(admitted(&form, &format!("[{},{}]", named("Lee"), chosen("2"))), fault("selector"));
}
