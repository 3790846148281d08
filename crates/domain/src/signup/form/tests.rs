//! Forms: what is read, what is written, and what clients see.

use proptest::prelude::*;

use super::*;
use crate::signup::{
    AttributeKind,
    definition::arbitrary::{any_json, assert_read_again, form, texts_at_the_limits},
};

fn parse(given: &Value) -> FormDefinition {
    FormDefinition::parse(given).unwrap_or_else(|fault| panic!("{fault}\n{given}"))
}

fn fault(given: &Value) -> String {
    FormDefinition::parse(given).expect_err(&given.to_string()).to_string()
}

/// What is wrong with a form of one field, which has these keys besides its name and type.
fn fault_of_field(mut field: Value) -> String {
    for (key, value) in [("marker", "a"), ("type", "list")] {
        field.as_object_mut().unwrap().entry(key).or_insert_with(|| value.into());
    }
    fault(&json!({"identifier": "reg", "attributes": [field]}))
}

fn locale(code: &str) -> Locale {
    Locale::parse(code).unwrap()
}

fn at_rest(definition: FormDefinition) -> Form {
    Form { id: FormId::from_number(7), version: 3, definition }
}

/// An object with these keys, all `null`.
fn nulls(keys: &[&str]) -> Map<String, Value> {
    keys.iter().map(|key| ((*key).to_owned(), Value::Null)).collect()
}

#[test]
fn what_is_left_out_or_null_has_its_default() {
    let field = json!({"marker": "login", "type": "string"});
    let least = parse(&json!({"identifier": "reg", "attributes": [field]}));
    assert_eq!((least.kind.as_deref(), least.processing_type.as_str()), (Some("sing_in_up"), "script"));
    assert_eq!((least.position, least.attribute_set_id, least.template_id), (0, None, None));
    assert_eq!(least.module_form_configs.as_str(), "[]");
    let field = &least.attributes[0];
    assert_eq!((field.kind, field.position, field.is_visible), (AttributeKind::String, 1, true));
    assert_eq!(field.flags, Flags::default());
    let raw = [&field.initial_value, &field.settings, &field.additional_fields].map(RawJson::as_str);
    assert_eq!(raw, ["null", "{}", "[]"]);
    assert_eq!(field.list_titles, Localized::default());
    assert_eq!(field.validators, Localized::default());

    let mut field = nulls(&[
        "position",
        "isVisible",
        "localizeInfos",
        "initialValue",
        "listTitles",
        "validators",
        "settings",
        "additionalFields",
        "isLogin",
        "isPassword",
        "isSignUp",
        "isSignUpRequired",
        "isNotificationEmail",
        "isNotificationPhoneSMS",
        "isNotificationPhonePush",
    ]);
    field.insert("marker".to_owned(), "login".into());
    field.insert("type".to_owned(), "string".into());
    let mut form = nulls(&[
        "processingType",
        "localizeInfos",
        "position",
        "attributeSetId",
        "templateId",
        "moduleFormConfigs",
    ]);
    form.insert("identifier".to_owned(), "reg".into());
    form.insert("attributes".to_owned(), json!([field]));
    assert_eq!(parse(&form.into()), least);
    assert_eq!(parse(&json!({"identifier": "reg", "attributes": null})).attributes, []);
}

#[test]
fn a_type_may_be_null() {
    let form = parse(&json!({"identifier": "reg", "type": null}));
    assert_eq!(form.kind, None);
    assert_eq!(at_rest(form).shown(&Locale::default())["type"], Value::Null);
}

#[test]
fn fields_are_in_the_order_of_their_positions() {
    let field = |marker: &str, position| json!({"marker": marker, "type": "string", "position": position});
    let fields = [
        field("third", Some(3)),
        field("second", None),
        field("minus", Some(-1)),
        field("also-third", Some(3)),
        field("fifth", None),
    ];
    let form = parse(&json!({"identifier": "reg", "attributes": fields}));
    let markers: Vec<_> = form.attributes.iter().map(|field| field.marker.as_str()).collect();
    assert_eq!(markers, ["minus", "second", "third", "also-third", "fifth"]);
}

#[test]
fn every_type_of_field_is_known() {
    for kind in AttributeKind::all() {
        let field = json!({"marker": "a", "type": kind.as_str()});
        let form = parse(&json!({"identifier": "reg", "attributes": [field]}));
        assert_eq!(form.attributes[0].kind, kind);
    }
    assert!(
        fault_of_field(json!({"type": "email"})).starts_with("attributes[0].type: must be one of string, ")
    );
}

#[test]
fn a_malformed_form_is_refused() {
    for (given, expected) in [
        (json!([]), "must be an object"),
        (json!("reg"), "must be an object"),
        (json!({}), "identifier: is missing"),
        (json!({"identifier": null}), "identifier: is missing"),
        (json!({"identifier": 1}), "identifier: must be a text"),
        (json!({"identifier": "reg", "typ": "data"}), "typ: is unknown"),
        (json!({"identifier": "reg", "type": 1}), "type: must be a text"),
        (json!({"identifier": "reg", "type": "x".repeat(129)}), "type: must be at most 128 characters"),
        (json!({"identifier": "reg", "type": "a\nb"}), "type: must not contain control characters"),
        (json!({"identifier": "reg", "processingType": ""}), "processingType: must not be empty"),
        (json!({"identifier": "reg", "localizeInfos": []}), "localizeInfos: must be an object"),
        (json!({"identifier": "reg", "position": "1"}), "position: must be a whole number"),
        (json!({"identifier": "reg", "position": 1.5}), "position: must be a whole number"),
        (json!({"identifier": "reg", "templateId": u64::MAX}), "templateId: must be a whole number"),
        (json!({"identifier": "reg", "attributeSetId": true}), "attributeSetId: must be a whole number"),
        (json!({"identifier": "reg", "moduleFormConfigs": {}}), "moduleFormConfigs: must be an array"),
        (json!({"identifier": "reg", "moduleFormConfigs": [1]}), "moduleFormConfigs[0]: must be an object"),
        (json!({"identifier": "reg", "attributes": {}}), "attributes: must be an array"),
        (json!({"identifier": "reg", "attributes": [null]}), "attributes[0]: must be an object"),
        (json!({"identifier": "reg", "attributes": [{}]}), "attributes[0].marker: is missing"),
        (json!({"identifier": "reg", "attributes": [{"marker": "a"}]}), "attributes[0].type: is missing"),
    ] {
        assert_eq!(fault(&given), expected, "{given}");
    }
    assert!(fault(&json!({"identifier": "a/b"})).starts_with("identifier: must be 1 to 128 characters"));
}

#[test]
fn a_malformed_field_is_refused() {
    for (field, expected) in [
        (
            json!({"marker": ""}),
            "marker: must be 1 to 128 characters without white space, control and formatting characters, U+FFFD, '/', '\\', '?', '#' and '%'",
        ),
        (json!({"isCompress": true}), "isCompress: is unknown"),
        (json!({"isLogin": "true"}), "isLogin: must be true or false"),
        (json!({"isNotificationPhoneSMS": 1}), "isNotificationPhoneSMS: must be true or false"),
        (json!({"isVisible": 0}), "isVisible: must be true or false"),
        (json!({"position": []}), "position: must be a whole number"),
        (json!({"localizeInfos": "Login"}), "localizeInfos: must be an object"),
        (json!({"listTitles": "red"}), "listTitles: must be an array"),
        (json!({"listTitles": {"en_US": {}}}), "listTitles: must be an array"),
        (json!({"listTitles": {"tr_TR": [{}]}}), "listTitles.tr_TR[0].value: is missing"),
        (json!({"validators": []}), "validators: must be an object"),
        (json!({"validators": {"emailValidator": true}}), "validators.emailValidator: is no validator"),
        (
            json!({"validators": {"tr_TR": {"regExpValidator": {"patternValue": "("}}}}),
            "validators.tr_TR.regExpValidator.patternValue: is no regular expression: unclosed group",
        ),
        (json!({"settings": []}), "settings: must be an object"),
        (json!({"additionalFields": {}}), "additionalFields: must be an array"),
        (json!({"additionalFields": [null]}), "additionalFields[0]: must be an object"),
    ] {
        assert_eq!(fault_of_field(field.clone()), format!("attributes[0].{expected}"), "{field}");
    }
}

#[test]
fn a_form_has_each_field_once() {
    let field = json!({"marker": "a", "type": "string"});
    let given = json!({"identifier": "reg", "attributes": [field, field]});
    assert_eq!(fault(&given), "attributes[1].marker: is that of another field");
}

#[test]
fn forms_are_bounded() {
    let fields = |count: usize, extra: &Value| {
        let one = |number| {
            let mut field = json!({"marker": format!("f{number}"), "type": "list"});
            field.as_object_mut().unwrap().extend(extra.as_object().cloned().unwrap());
            field
        };
        json!({"identifier": "reg", "attributes": (0..count).map(one).collect::<Value>()})
    };
    assert_eq!(parse(&fields(MAX_ATTRIBUTES, &json!({}))).attributes.len(), MAX_ATTRIBUTES);
    assert_eq!(fault(&fields(501, &json!({}))), "attributes: must have at most 500 elements");

    let title = |number| json!({"title": "x", "value": number});
    let titles: Value = (0..2_500).map(title).collect();
    let titles = json!({"listTitles": {"en_US": titles, "tr_TR": titles}});
    assert_eq!(parse(&fields(2, &titles)).attributes.len(), 2);
    let expected = "attributes[2].listTitles: makes more than 10000 choices in the form";
    assert_eq!(fault(&fields(3, &titles)), expected);

    let pattern = json!({"validators": {"regExpValidator": {"patternValue": "a"}}});
    assert_eq!(parse(&fields(100, &pattern)).attributes.len(), 100);
    let expected = "attributes[100].validators: makes more than 100 patterns in the form";
    assert_eq!(fault(&fields(101, &pattern)), expected);

    let deep = (0..100).fold(json!(1), |inner, _| json!({"a": inner}));
    assert!(fault_of_field(json!({"initialValue": deep})).ends_with("is nested too deeply"));
    let long = json!({"settings": {"a": "x".repeat(65_537)}});
    assert_eq!(fault_of_field(long), "attributes[0].settings.a: must be at most 65536 bytes");
}

#[test]
fn login_and_password_are_found_by_flag_then_by_name() {
    let form = |fields: Value| parse(&json!({"identifier": "reg", "attributes": fields}));
    let names = |form: &FormDefinition| {
        [form.login_field(), form.password_field()].map(|field| field.map(|field| field.marker.to_string()))
    };
    let both = |login: &str, password: &str| [Some(login.to_owned()), Some(password.to_owned())];
    let flagged = form(json!([
        {"marker": "login", "type": "string"},
        {"marker": "password", "type": "string"},
        {"marker": "email_reg", "type": "string", "isLogin": true},
        {"marker": "password_reg", "type": "string", "isPassword": true},
    ]));
    assert_eq!(names(&flagged), both("email_reg", "password_reg"));
    let half = form(json!([
        {"marker": "login", "type": "string"},
        {"marker": "password_reg", "type": "string", "isPassword": true},
    ]));
    assert_eq!(names(&half), both("login", "password_reg"));
    let plain =
        form(json!([{"marker": "password", "type": "string"}, {"marker": "login", "type": "string"}]));
    assert_eq!(names(&plain), both("login", "password"));
    let none = form(json!([{"marker": "name", "type": "string"}]));
    assert_eq!(names(&none), [None, None]);
    let two = form(json!([
        {"marker": "a", "type": "string", "isLogin": true},
        {"marker": "b", "type": "string", "isLogin": true},
    ]));
    assert_eq!((two.login_fields().len(), two.password_fields().len()), (2, 0));
}

#[test]
fn clients_see_a_form_as_the_contract_shows_it() {
    let definition = parse(&json!({
        "identifier": "reg",
        "attributeSetId": 12,
        "localizeInfos": {"en_US": {"title": "Join"}, "tr_TR": {"title": "Katıl"}},
        "attributes": [{
            "marker": "colour",
            "type": "list",
            "isSignUp": true,
            "localizeInfos": {"title": "Colour"},
            "initialValue": ["1"],
            "listTitles": {"en_US": [{"title": "red", "value": 1}], "tr_TR": [{"title": "kırmızı", "value": 1}]},
            "validators": {"en_US": {"requiredValidator": {"strict": true}}},
            "settings": {"a": 1},
            "additionalFields": [{"marker": "hint"}],
        }],
    }));
    let expected = json!({
        "id": 7,
        "attributeSetId": 12,
        "type": "sing_in_up",
        "localizeInfos": {"title": "Katıl"},
        "version": 3,
        "position": 0,
        "identifier": "reg",
        "processingType": "script",
        "templateId": null,
        "attributes": [{
            "type": "list",
            "marker": "colour",
            "position": 1,
            "isVisible": true,
            "localizeInfos": {"title": "Colour"},
            "initialValue": ["1"],
            "listTitles": [{"title": "kırmızı", "value": 1}],
            "validators": {"requiredValidator": {"strict": true}},
            "settings": {"a": 1},
            "additionalFields": [{"marker": "hint"}],
            "isLogin": false,
            "isPassword": false,
            "isSignUp": true,
            "isSignUpRequired": false,
            "isNotificationEmail": false,
            "isNotificationPhoneSMS": false,
            "isNotificationPhonePush": false,
        }],
        "moduleFormConfigs": [],
        "total": 0,
    });
    let shown = at_rest(definition).shown(&locale("tr_TR"));
    assert_eq!(shown.to_string(), expected.to_string(), "the order of the keys, too");
}

#[test]
fn a_form_without_texts_is_shown_with_empty_ones_and_its_own_id() {
    let definition = parse(&json!({"identifier": "reg", "attributes": [{"marker": "a", "type": "file"}]}));
    let shown = at_rest(definition).shown(&Locale::default());
    assert_eq!((&shown["localizeInfos"], &shown["attributeSetId"]), (&json!({}), &json!(7)));
    let field = &shown["attributes"][0];
    assert_eq!((&field["listTitles"], &field["validators"]), (&json!([]), &json!({})));
}

#[test]
fn an_answer_can_be_given_as_a_definition() {
    let given = json!({
        "identifier": "reg",
        "localizeInfos": {"title": "Join"},
        "attributes": [{"marker": "a", "type": "list", "listTitles": [{"title": "red", "value": "1"}]}],
    });
    let form = at_rest(parse(&given));
    let again = parse(&form.shown(&Locale::default()));
    assert_eq!(again, form.definition);
}

#[test]
fn what_is_accepted_at_the_limits_is_read_again() {
    let definitions =
        texts_at_the_limits().into_iter().map(|texts| json!({"identifier": "reg", "localizeInfos": texts}));
    assert_read_again(definitions.collect(), FormDefinition::parse, FormDefinition::to_json);
}

#[test]
fn a_form_is_read_from_the_store_without_looking_at_its_patterns() {
    let given = json!({"identifier": "reg", "attributes": [
        {"marker": "a", "type": "string", "validators": {"regExpValidator": {"patternValue": "(a"}}},
    ]});
    assert!(fault(&given).ends_with("is no regular expression: unclosed group"));
    let read = FormDefinition::from_stored(&given).unwrap();
    assert_eq!(FormDefinition::from_stored(&read.to_json()), Ok(read));
    let unknown = json!({"identifier": "reg", "attributes": [{"marker": "a", "type": "string", "validators": {"x": true}}]});
    assert_eq!(FormDefinition::from_stored(&unknown).unwrap_err().to_string(), fault(&unknown));
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(given in form()) {
        let definition = parse(&given);
        let written = definition.to_json();
        let again = FormDefinition::parse(&written);
        prop_assert_eq!(again.as_ref(), Ok(&definition));
        prop_assert_eq!(again.map(|again| again.to_json().to_string()), Ok(written.to_string()));
        let stored: Value = serde_json::from_str(&written.to_string()).unwrap();
        prop_assert_eq!(FormDefinition::from_stored(&stored), Ok(definition));
    }

    #[test]
    fn every_language_sees_fields_of_the_types_that_clients_expect(given in form(), code in "[a-z]{2}_[A-Z]{2}") {
        let form = at_rest(parse(&given));
        for code in [code.as_str(), "en_US", "tr_TR"] {
            let shown = form.shown(&locale(code));
            prop_assert!(shown["localizeInfos"].is_object() && shown["processingType"].is_string());
            prop_assert!(shown["type"].is_null() || shown["type"].is_string());
            prop_assert!(shown["attributeSetId"].is_i64() && shown["moduleFormConfigs"].is_array());
            let fields = shown["attributes"].as_array().unwrap();
            prop_assert_eq!(fields.len(), form.definition.attributes.len());
            for field in fields {
                prop_assert!(field["localizeInfos"].is_object() && field["validators"].is_object());
                prop_assert!(field["listTitles"].is_array() && field["additionalFields"].is_array());
                prop_assert!(field["isLogin"].is_boolean() && field["isPassword"].is_boolean());
            }
        }
    }

    #[test]
    fn no_json_makes_reading_panic(given in any_json()) {
        match FormDefinition::parse(&given) {
            Ok(form) => prop_assert_eq!(FormDefinition::parse(&form.to_json()), Ok(form)),
            Err(fault) => prop_assert!(!fault.reason.is_empty()),
        }
    }

    #[test]
    fn no_json_in_a_field_makes_reading_panic(
        key in prop::sample::select(&["localizeInfos", "listTitles", "validators", "settings", "initialValue"][..]),
        given in any_json(),
    ) {
        let mut field = json!({"marker": "a", "type": "list"});
        field[key] = given;
        let given = json!({"identifier": "reg", "attributes": [field]});
        match FormDefinition::parse(&given) {
            Ok(form) => prop_assert_eq!(FormDefinition::parse(&form.to_json()), Ok(form)),
            Err(fault) => prop_assert!(fault.place.starts_with("attributes[0]."), "{}", fault),
        }
    }
}
