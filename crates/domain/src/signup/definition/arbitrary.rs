//! Definitions of every kind, right and wrong, for the tests of whoever reads them.

use proptest::{prelude::*, sample::select};
use serde_json::{Map, Value, json};

use crate::signup::AttributeKind;

/// What occurs as a key or a text where something else is meant.
const WORDS: [&str; 40] = [
    "forms",
    "providers",
    "identifier",
    "type",
    "processingType",
    "localizeInfos",
    "position",
    "attributeSetId",
    "templateId",
    "attributes",
    "moduleFormConfigs",
    "marker",
    "isVisible",
    "initialValue",
    "listTitles",
    "validators",
    "settings",
    "additionalFields",
    "isLogin",
    "isPassword",
    "formIdentifier",
    "userGroupIdentifier",
    "isActive",
    "isCheckCode",
    "config",
    "accessTokenTtlSec",
    "systemCodeLength",
    "sendCodeEvents",
    "requiredValidator",
    "stringInspectionValidator",
    "regExpValidator",
    "patternValue",
    "fieldMaskValidator",
    "maskValue",
    "checkForAGivenList",
    "title",
    "value",
    "extended",
    "en_US",
    "string",
];

/// Texts without languages at the edge of what a definition may have: nested ever more deeply, then of ever more bytes.
/// What is stored of them is one level deeper, and larger.
pub(in crate::signup) fn texts_at_the_limits() -> Vec<Value> {
    let nested = |depth| (0..depth).fold(json!(1), |inner, _| json!([inner]));
    let mut texts: Vec<Value> = (27..=31).map(|depth| json!({"title": nested(depth)})).collect();
    for last in (47_700..48_800).step_by(50) {
        let mut many: Map<_, _> =
            (0..32).map(|number| (format!("text-{number}"), "x".repeat(64_000).into())).collect();
        many.insert("last".to_owned(), "x".repeat(last).into());
        texts.push(many.into());
    }
    texts
}

/// Asserts of each of these definitions that it is refused, or that what is stored of it is read as the same; and that
/// there is one of either among those small enough to be looked into.
pub(in crate::signup) fn assert_read_again<D: PartialEq + std::fmt::Debug>(
    definitions: Vec<Value>,
    parse: fn(&Value) -> Result<D, super::DefinitionFault>,
    to_json: fn(&D) -> Value,
) {
    let mut reasons = std::collections::HashSet::new();
    for given in definitions.into_iter().filter(|given| super::check_bounds(given).is_ok()) {
        match parse(&given) {
            Ok(definition) => {
                assert!(parse(&to_json(&definition)).is_ok_and(|again| again == definition));
                reasons.insert("none".to_owned());
            }
            Err(fault) => drop(reasons.insert(fault.reason)),
        }
    }
    let expected = ["none", "is nested too deeply", "is more than the 2 MiB that a definition may have"];
    assert_eq!(reasons, expected.map(str::to_owned).into());
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1000..1000_i32).prop_map(|quarters| (f64::from(quarters) / 4.0).into()),
        select(&WORDS[..]).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ]
}

/// Any JSON, with the words of definitions in it.
pub(in crate::signup) fn any_json() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(5, 60, 8, |inner| {
        let key = prop_oneof![9 => select(&WORDS[..]).prop_map(str::to_owned), 1 => any::<String>()];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..8)
                .prop_map(|pairs| pairs.into_iter().collect::<Map<_, _>>().into()),
        ]
    })
}

/// Something flat, or by language.
fn localized(one: impl Strategy<Value = Value> + Clone) -> impl Strategy<Value = Value> {
    let by_language =
        prop::collection::btree_map(select(&["en_US", "tr_TR", "de", "pt-BR"][..]), one.clone(), 0..4);
    prop_oneof![one, by_language.prop_map(|map| json!(map))]
}

fn texts() -> impl Strategy<Value = Value> + Clone {
    (any::<u8>(), "[^\0]{0,8}").prop_map(|(number, title)| json!({"title": title, "number": number}))
}

fn list_titles() -> impl Strategy<Value = Value> + Clone {
    let title = ("[^\0]{0,8}", any::<bool>(), select(&["string", "integer", "image", "json"][..]));
    prop::collection::vec(title, 0..4).prop_map(|titles| {
        let one = |(index, (title, as_text, kind))| {
            let value = if as_text { json!(format!("{index}")) } else { json!(index) };
            json!({"title": title, "value": value, "position": index, "extended": {"type": kind, "value": title}})
        };
        titles.into_iter().enumerate().map(one).collect()
    })
}

fn validators() -> impl Strategy<Value = Value> + Clone {
    let one = select(vec![
        ("requiredValidator", json!({"strict": true})),
        ("requiredValidator", json!({})),
        ("trimValidator", json!(true)),
        ("trimValidator", json!(false)),
        ("stringInspectionValidator", json!({"stringMin": "3", "stringMax": 20, "stringLength": 0})),
        ("emailInspectionValidator", json!({"customErrorText": "no"})),
        ("urlInspectionValidator", json!(true)),
        ("booleanValidator", json!({})),
        ("checkForNumberValidator", json!({"integerOnly": true, "minValue": "-1.5", "maxValue": 7})),
        ("regExpValidator", json!({"patternValue": "^\\d+$", "invert": true, "flags": ["i", "m"]})),
        ("fieldMaskValidator", json!({"maskValue": "$99-99", "hint": "+62"})),
        ("checkForAGivenList", json!(["a", 1])),
        ("checkForAGivenList", json!({"unknown": "shape"})),
        ("checkingFilesValidator", json!({"maxUnits": "kb", "maxValue": "2000", "extensions": []})),
        ("defaultValueValidator", json!({"fieldDefaultValue": 11, "fieldDefaultValue2": null})),
    ]);
    prop::collection::vec(one, 0..5).prop_map(|pairs| {
        let pairs = pairs.into_iter().map(|(name, given)| (name.to_owned(), given));
        pairs.collect::<Map<_, _>>().into()
    })
}

fn attribute() -> impl Strategy<Value = Value> {
    let kinds: Vec<_> = AttributeKind::all().map(AttributeKind::as_str).collect();
    let flags = any::<[Option<bool>; 8]>();
    let shape = (select(kinds), prop::option::of(-3..4_i64), flags, any_json());
    let said = (localized(texts()), localized(list_titles()), localized(validators()));
    (shape, said).prop_map(|((kind, position, flags, initial_value), (infos, titles, validators))| {
        let [visible, login, password, sign_up, required, email, sms, push] = flags;
        json!({
            "id": 7, "value": null, "type": kind, "position": position, "isVisible": visible,
            "localizeInfos": infos, "initialValue": initial_value, "listTitles": titles,
            "validators": validators, "settings": {"isCompress": visible},
            "additionalFields": [{"marker": "sub", "type": "string", "value": position}],
            "isLogin": login, "isPassword": password, "isSignUp": sign_up, "isSignUpRequired": required,
            "isNotificationEmail": email, "isNotificationPhoneSMS": sms, "isNotificationPhonePush": push,
        })
    })
}

/// A right definition of a form, with fields of every type.
pub(in crate::signup) fn form() -> impl Strategy<Value = Value> {
    let attributes = prop::collection::vec(attribute(), 0..5).prop_map(|mut attributes| {
        for (index, attribute) in attributes.iter_mut().enumerate() {
            attribute["marker"] = format!("field-{index}").into();
        }
        attributes
    });
    let kind = select(&[Some("sing_in_up"), Some("sign_in_up"), Some("data"), None][..]);
    let numbers = any::<[Option<i32>; 3]>();
    ("[a-z]{1,3}", kind, numbers, localized(texts()), attributes).prop_map(
        |(identifier, kind, [position, set, template], infos, attributes)| {
            json!({
                "id": 1, "version": 2, "total": "3", "identifier": identifier, "type": kind,
                "localizeInfos": infos, "position": position, "attributeSetId": set,
                "templateId": template, "attributes": attributes, "moduleFormConfigs": [{"id": 1}],
            })
        },
    )
}

/// A right definition of a provider with one of these forms.
pub(in crate::signup) fn provider(forms: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let words = (select(&["email", "phone", "password"][..]), select(forms), "[a-z]{1,3}");
    let config = (any::<[Option<bool>; 2]>(), 1..1000_i64, 4..=32_u8, any::<bool>());
    (words, any::<[Option<bool>; 2]>(), localized(texts()), config).prop_map(
        |(
            (kind, form, identifier),
            [active, check_code],
            infos,
            ([digits, expose], seconds, length, as_text),
        )| {
            let number = |number: i64| if as_text { json!(number.to_string()) } else { json!(number) };
            json!({
                "id": 1, "version": 2, "identifier": identifier, "type": kind, "formIdentifier": form,
                "userGroupIdentifier": "guest", "isActive": active, "isCheckCode": check_code,
                "localizeInfos": infos,
                "config": {
                    "accessTokenTtlSec": number(seconds), "refreshTokenTtlMc": number(seconds * 1001),
                    "systemCodeLength": number(length.into()), "systemCodeOnlyNumbers": digits,
                    "exposeSystemCode": expose, "tokenSecretKey": "secret",
                },
            })
        },
    )
}
