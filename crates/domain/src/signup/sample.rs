//! Forms and JSON for the tests of this module.

use proptest::prelude::*;
use serde_json::Map;

use crate::{
    json::RawJson,
    signup::{
        Attribute, AttributeKind, Flags, FormData, FormDefinition, Identifier, ListTitle, Locale, Localized,
        Mask, Pattern, Rule, SubmissionFault, Validators, validator::PatternFlags,
    },
};

pub(super) fn json(text: &str) -> RawJson {
    RawJson::parse(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

pub(super) fn locale(code: &str) -> Locale {
    Locale::parse(code).unwrap()
}

/// Form data as somebody sends them who names no language.
pub(super) fn sent(text: &str) -> Result<FormData, SubmissionFault> {
    FormData::parse(&json(text), &Locale::default())
}

/// The fault of a field.
pub(super) fn fault<T>(marker: &str) -> Result<T, SubmissionFault> {
    Err(SubmissionFault::Field(marker.to_owned()))
}

pub(super) fn pattern(pattern: &str) -> Pattern {
    Pattern::new(pattern, PatternFlags::default())
}

pub(super) fn mask(mask: &str) -> Mask {
    Mask::parse(mask).unwrap()
}

pub(super) fn rules(rules: Vec<Rule>) -> Validators {
    Validators { given: Map::new(), rules }
}

/// A field that asks for nothing.
pub(super) fn field(marker: &str, kind: AttributeKind) -> Attribute {
    Attribute {
        marker: Identifier::parse(marker).unwrap(),
        kind,
        position: 0,
        is_visible: true,
        localize_infos: Localized::default(),
        initial_value: json("null"),
        list_titles: Localized::default(),
        validators: Localized::default(),
        settings: json("{}"),
        additional_fields: json("[]"),
        flags: Flags::default(),
    }
}

/// A field that asks for something.
pub(super) fn ruled(marker: &str, kind: AttributeKind, demands: Vec<Rule>) -> Attribute {
    Attribute { validators: Localized::plain(rules(demands)), ..field(marker, kind) }
}

pub(super) fn flagged(marker: &str, flags: Flags) -> Attribute {
    Attribute { flags, ..field(marker, AttributeKind::String) }
}

/// A field with choices.
pub(super) fn listing(marker: &str, kind: AttributeKind, ids: &[&str]) -> Attribute {
    let title =
        |id: &&str| ListTitle { title: format!("Choice {id}"), value: (*id).to_owned(), given: Map::new() };
    Attribute {
        list_titles: Localized::new(vec![(locale("tr_TR"), ids.iter().map(title).collect())]),
        ..field(marker, kind)
    }
}

/// A form of the fields `login` and `password`, and these.
pub(super) fn form(fields: Vec<Attribute>) -> FormDefinition {
    let login = flagged("login", Flags { is_login: true, ..Flags::default() });
    let password = flagged("password", Flags { is_password: true, ..Flags::default() });
    FormDefinition {
        identifier: Identifier::parse("reg").unwrap(),
        kind: Some("sing_in_up".to_owned()),
        processing_type: "script".to_owned(),
        localize_infos: Localized::default(),
        position: 1,
        attribute_set_id: None,
        template_id: None,
        attributes: [login, password].into_iter().chain(fields).collect(),
        module_form_configs: json("[]"),
    }
}

/// JSON of any kind, with the keys that values have, and white space as people write it.
pub(super) fn any_json() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "null",
        "true",
        "0",
        "-1",
        "1.50",
        "1e3",
        "25",
        r#""""#,
        r#"" ""#,
        r#""1""#,
        r#""2.5""#,
        r#""<p>Hi</p>""#,
        r#""2024-05-07T21:02:00.000Z""#,
        r#""2024-05-07T23:02:00.000Z""#,
        r#""files/a.png""#,
        r#""\u00e9""#,
        r#""\ud800""#,
        "[]",
        "{}",
    ]);
    let leaf =
        prop_oneof![4 => known.prop_map(str::to_owned), 1 => ".{0,9}".prop_map(|text| format!("{text:?}"))]
            .prop_filter("a text of Rust that is none of JSON", |text| RawJson::parse(text).is_ok());
    leaf.prop_recursive(4, 48, 5, |inner| {
        let key = prop::sample::select(vec![
            "marker",
            "type",
            "value",
            "en_US",
            "tr_TR",
            "htmlValue",
            "plainValue",
            "mdValue",
            "header",
            "filename",
            "downloadLink",
            "previewLink",
            "size",
            "fullDate",
            "formattedValue",
            "formatString",
            "title",
            "id",
            "parentId",
            "event",
            "token",
            "siteKey",
            "params",
            "$serde_json::private::RawValue",
        ]);
        let member = (key, inner.clone()).prop_map(|(key, value)| format!("\"{key}\": {value}"));
        let members = prop::collection::vec(member, 0..5);
        let elements = prop::collection::vec(inner, 0..4);
        prop_oneof![
            members.prop_map(|members| format!("{{{}}}", members.join(" , "))),
            elements.prop_map(|elements| format!("[ {}]", elements.join(",\n"))),
        ]
    })
}
