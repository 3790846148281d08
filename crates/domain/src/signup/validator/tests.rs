//! Every validator, in every shape.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::signup::definition::arbitrary::any_json;

/// The rules that one validator makes, written out.
fn rules(name: &str, given: &Value) -> Vec<String> {
    let validators = Validators::parse(&json!({name: given}));
    let validators = validators.unwrap_or_else(|fault| panic!("{fault}: {given}"));
    assert_eq!(Value::from(validators.given), json!({name: given}), "kept as it was given");
    validators.rules.iter().map(|rule| format!("{rule:?}")).collect()
}

fn fault(name: &str, given: &Value) -> String {
    Validators::parse(&json!({name: given})).expect_err(&given.to_string()).to_string()
}

#[test]
fn a_switch_is_on_by_its_key_and_off_by_null_or_false() {
    for (name, rule) in [
        ("requiredValidator", "Required"),
        ("trimValidator", "Trimmed"),
        ("emailInspectionValidator", "Email"),
        ("urlInspectionValidator", "Url"),
        ("booleanValidator", "Boolean"),
    ] {
        for given in [json!(true), json!({}), json!({"strict": false}), json!({"customErrorText": "no"})] {
            assert_eq!(rules(name, &given), [rule], "{given}");
        }
        for given in [json!(false), json!(null)] {
            assert_eq!(rules(name, &given), [""; 0], "{given}");
        }
        for given in [json!("true"), json!(1), json!([])] {
            assert_eq!(fault(name, &given), format!("{name}: must be true, false or an object"), "{given}");
        }
    }
}

#[test]
fn lengths_are_numbers_or_texts_and_zero_says_nothing() {
    let name = "stringInspectionValidator";
    for (given, expected) in [
        (
            json!({"stringMin": "3", "stringMax": 20, "stringLength": 0}),
            "min: Some(3), max: Some(20), exact: None",
        ),
        (
            json!({"stringMin": "", "stringMax": "0", "stringLength": " 5 "}),
            "min: None, max: None, exact: Some(5)",
        ),
        (
            json!({"stringMin": null, "stringMax": 1, "customErrorText": "no"}),
            "min: None, max: Some(1), exact: None",
        ),
        (json!({"stringMin": 3, "stringMax": 3}), "min: Some(3), max: Some(3), exact: None"),
        (json!({"stringMin": 3.0, "stringMax": "20.00"}), "min: Some(3), max: Some(20), exact: None"),
    ] {
        assert_eq!(rules(name, &given), [format!("Length {{ {expected} }}")], "{given}");
    }
    for given in [json!({}), json!({"stringMin": 0, "stringMax": "", "stringLength": "0"}), json!(false)] {
        assert_eq!(rules(name, &given), [""; 0], "{given}");
    }
    for (given, expected) in [
        (json!(true), "must be an object"),
        (json!({"min": 3}), "min: is unknown"),
        (json!({"stringMin": -1}), "stringMin: must be a number of characters"),
        (json!({"stringMin": 1.5}), "stringMin: must be a number of characters"),
        (json!({"stringMax": 3.5}), "stringMax: must be a number of characters"),
        (json!({"stringMax": "many"}), "stringMax: must be a number of characters"),
        (json!({"stringMax": 4_294_967_296_u64}), "stringMax: must be a number of characters"),
        (json!({"stringLength": [3]}), "stringLength: must be a text or a number"),
        (json!({"stringMin": 4, "stringMax": 3}), "stringMin: must not be more than stringMax"),
    ] {
        assert_eq!(
            fault(name, &given),
            format!("{name}.{expected}").replace(".must be an", ": must be an"),
            "{given}"
        );
    }
}

#[test]
fn limits_of_numbers_are_numbers_or_texts() {
    let name = "checkForNumberValidator";
    for (given, expected) in [
        (json!({}), "integer_only: false, min: None, max: None"),
        (json!(true), "integer_only: false, min: None, max: None"),
        (
            json!({"integerOnly": true, "minValue": "-1.5", "maxValue": 0}),
            "integer_only: true, min: Some(-1.5), max: Some(0.0)",
        ),
        (
            json!({"integerOnly": null, "minValue": "", "maxValue": " 1e3 ", "customErrorText": "no"}),
            "integer_only: false, min: None, max: Some(1000.0)",
        ),
    ] {
        assert_eq!(rules(name, &given), [format!("Number {{ {expected} }}")], "{given}");
    }
    assert_eq!(rules(name, &json!(false)), [""; 0]);
    for (given, expected) in [
        (json!({"integerOnly": "true"}), "integerOnly: must be true or false"),
        (json!({"minValue": "NaN"}), "minValue: must be a number"),
        (json!({"maxValue": "inf"}), "maxValue: must be a number"),
        (json!({"maxValue": true}), "maxValue: must be a text or a number"),
        (json!({"minValue": 2, "maxValue": 1}), "minValue: must not be more than maxValue"),
        (json!({"min": 2}), "min: is unknown"),
    ] {
        assert_eq!(fault(name, &given), format!("{name}.{expected}"), "{given}");
    }
}

#[test]
fn patterns_occur_in_texts_and_malformed_ones_are_refused() {
    let name = "regExpValidator";
    let matches = |given: Value, text: &str| {
        let validators = Validators::parse(&json!({name: given})).unwrap();
        let [Rule::Pattern { pattern, invert }] = &validators.rules[..] else { panic!("{validators:?}") };
        (pattern.occurs_in(text).unwrap(), *invert)
    };
    assert_eq!(matches(json!({"patternValue": "^a$"}), "a"), (true, false));
    assert_eq!(matches(json!({"patternValue": "^a$", "invert": null, "flags": null}), "A"), (false, false));
    assert_eq!(
        matches(json!({"patternValue": "^a$", "invert": true, "flags": ["i", "g"]}), "A"),
        (true, true)
    );
    assert_eq!(
        matches(json!({"patternValue": "/^a$/", "flags": "iu", "customErrorText": ""}), "A"),
        (true, false)
    );
    assert_eq!(rules(name, &json!({"patternValue": ""})), [""; 0]);
    for (given, expected) in [
        (json!({}), "patternValue: is missing"),
        (json!({"patternValue": 1}), "patternValue: must be a text"),
        (json!({"pattern": "a"}), "pattern: is unknown"),
        (json!({"patternValue": "a", "invert": "yes"}), "invert: must be true or false"),
        (json!({"patternValue": "a", "flags": ["x"]}), "flags: must be letters out of imsugy"),
        (json!({"patternValue": "a", "flags": [1]}), "flags[0]: must be a text"),
        (json!({"patternValue": "a", "flags": {}}), "flags: must be an array"),
        (json!({"patternValue": "(a"}), "patternValue: is no regular expression: unclosed group"),
        (json!({"patternValue": "x".repeat(100 * 1024)}), "patternValue: must be at most 1000 characters"),
    ] {
        assert_eq!(fault(name, &given), format!("{name}.{expected}"), "{given}");
    }
    assert_eq!(fault(name, &json!("^a$")), "regExpValidator: must be an object");
}

#[test]
fn a_pattern_is_compiled_when_it_is_admitted_or_first_needed() {
    let given = json!({"regExpValidator": {"patternValue": "^a+$"}});
    let pattern_of = |validators: Validators| match &validators.rules[..] {
        [Rule::Pattern { pattern, .. }] => pattern.clone(),
        rules => panic!("{rules:?}"),
    };
    assert!(pattern_of(Validators::parse(&given).unwrap()).is_compiled());
    let read = pattern_of(Validators::read(&given).unwrap());
    assert!(!read.is_compiled());
    assert_eq!((read.occurs_in("aa"), read.is_compiled()), (Some(true), true));
    let malformed = Validators::read(&json!({"regExpValidator": {"patternValue": "(a"}})).unwrap();
    assert_eq!(pattern_of(malformed).occurs_in("a"), None);
}

#[test]
fn masks_are_read_once_and_for_all() {
    let name = "fieldMaskValidator";
    let validators = Validators::parse(&json!({name: {"maskValue": "$99-99", "hint": "+62"}})).unwrap();
    let [Rule::Mask(mask)] = &validators.rules[..] else { panic!("{validators:?}") };
    assert!(mask.is_filled_by("$12-34") && !mask.is_filled_by("12-34"));
    assert_eq!(rules(name, &json!({"maskValue": ""})), [""; 0]);
    for (given, expected) in [
        (json!({}), ".maskValue: is missing"),
        (json!({"maskValue": 99}), ".maskValue: must be a text"),
        (json!({"mask": "99"}), ".mask: is unknown"),
        (json!({"maskValue": "9\\"}), ".maskValue: must not end with a single \\"),
        (json!("99"), ": must be an object"),
    ] {
        assert_eq!(fault(name, &given), format!("{name}{expected}"), "{given}");
    }
}

#[test]
fn a_given_list_has_several_shapes_and_any_other_is_kept() {
    let name = "checkForAGivenList";
    let expected = [r#"OneOf({"1", "a"})"#];
    for given in [
        json!(["a", 1]),
        json!({"list": ["a", "1"]}),
        json!({"values": ["a", 1], "customErrorText": "no"}),
        json!({"list": "x", "listTitles": ["a", "1"]}),
        json!({"givenList": ["a", "1"]}),
        json!({"value": " a, 1,"}),
        json!({"value": "a\r\n1\n"}),
    ] {
        assert_eq!(rules(name, &given), expected, "{given}");
    }
    for given in [
        json!(true),
        json!({}),
        json!([]),
        json!([{"title": "a"}]),
        json!({"value": 1}),
        json!({"value": " , "}),
        json!({"words": ["a"]}),
        json!("a,1"),
    ] {
        assert_eq!(rules(name, &given), [""; 0], "{given}");
    }
}

#[test]
fn some_validators_are_only_kept() {
    for name in [
        "roundingNumberValidator",
        "comparisonValidator",
        "sizeInPixelsValidator",
        "checkingFilesValidator",
        "minMaxDateValidator",
        "valueValidator",
        "checkForLettersValidator",
    ] {
        for given in [json!(true), json!({"maxX": "500", "extensions": []}), json!("x"), json!(null)] {
            assert_eq!(rules(name, &given), [""; 0], "{name} {given}");
        }
    }
}

#[test]
fn a_default_value_may_be_anything_but_its_keys_may_not() {
    let name = "defaultValueValidator";
    for given in [
        json!({"fieldDefaultValue": "a", "fieldDefaultValue2": [1, {"b": null}]}),
        json!({"fieldDefaultValue": 5, "customErrorText": ""}),
        json!({}),
        json!(null),
        json!(false),
    ] {
        assert_eq!(rules(name, &given), [""; 0], "{given}");
    }
    assert_eq!(fault(name, &json!("a")), "defaultValueValidator: must be an object");
    assert_eq!(fault(name, &json!({"value": 1})), "defaultValueValidator.value: is unknown");
}

#[test]
fn an_unknown_validator_is_named() {
    for name in ["correctPasswordValidator", "RequiredValidator", "", "en_US"] {
        assert_eq!(
            fault(name, &json!(true)).trim_start_matches(name),
            if name.is_empty() { "is no validator" } else { ": is no validator" }
        );
    }
    assert_eq!(Validators::parse(&json!([])).unwrap_err().to_string(), "must be an object");
}

#[test]
fn rules_are_looked_at_in_one_order_whatever_the_order_of_the_keys() {
    let given = json!({
        "checkForAGivenList": ["a"],
        "regExpValidator": {"patternValue": "a"},
        "emailInspectionValidator": true,
        "stringInspectionValidator": {"stringMin": 1},
        "trimValidator": true,
        "requiredValidator": {"strict": true},
    });
    let validators = Validators::parse(&given).unwrap();
    let names: Vec<String> = validators
        .rules
        .iter()
        .map(|rule| format!("{rule:?}").split([' ', '(']).next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(names, ["Required", "Trimmed", "Length", "Email", "Pattern", "OneOf"]);
    assert_eq!(
        Value::from(validators.given).to_string(),
        given.to_string(),
        "what was given keeps its order"
    );
}

proptest! {
    #[test]
    fn no_json_makes_a_validator_panic(index in 0..18_usize, given in any_json()) {
        let (name, _) = parse::VALIDATORS[index];
        match Validators::parse(&json!({name: given})) {
            Ok(validators) => prop_assert_eq!(&validators.given[name], &given),
            Err(fault) => prop_assert!(fault.place.starts_with(name), "{}", fault),
        }
    }

    #[test]
    fn numbers_and_texts_of_them_say_the_same(min: u16, above: u16) {
        let (min, max) = (u32::from(min), u32::from(min) + u32::from(above));
        let name = "stringInspectionValidator";
        let numbers = rules(name, &json!({"stringMin": min, "stringMax": max}));
        prop_assert_eq!(numbers, rules(name, &json!({"stringMin": min.to_string(), "stringMax": max.to_string()})));
    }
}
