//! The fields of a form.

mod list_title;

use serde_json::{Map, Value, json};

pub use self::list_title::ListTitle;
pub(super) use self::list_title::MAX_LIST_TITLES;
use super::definition::{
    DefinitionFault, Keys, by_language, each, flag, identifier, object, read_by_language, text, whole,
};
use crate::{
    json::RawJson,
    signup::{AttributeKind, Identifier, Locale, Localized, Validators},
};

/// What a definition says of a field.
const KEYS: [&str; 17] = [
    "type",
    "marker",
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
];
/// What an answer of the vendor's server, or its SDK, says of a field besides.
const IGNORED_KEYS: [&str; 3] = ["id", "value", "attributeSetId"];
/// The most fields inside a field, for whoever draws the form.
const MAX_ADDITIONAL_FIELDS: usize = 500;

/// How the validators of a field are read: those that an operator writes, or those that were admitted before.
pub(super) type ReadValidators = fn(&Value) -> Result<Validators, DefinitionFault>;

/// What a field is for, besides holding a value (sign-up contract section 7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "they are independent of each other, as in the contract")]
pub struct Flags {
    /// The name to sign in with; goes in `authData` alone.
    pub is_login: bool,
    /// The password; goes in `authData` alone.
    pub is_password: bool,
    /// Shown on the registration form.
    pub is_sign_up: bool,
    /// Asked for on the registration form.
    pub is_sign_up_required: bool,
    /// The address to write to.
    pub is_notification_email: bool,
    /// The number for text messages.
    pub is_notification_phone_sms: bool,
    /// The number, or device, for push messages.
    pub is_notification_phone_push: bool,
}

/// A field of a form (sign-up contract section 7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its name, unique in the form.
    pub marker: Identifier,
    /// What it holds.
    pub kind: AttributeKind,
    /// Its place among the fields.
    pub position: i64,
    /// Whether it is shown.
    pub is_visible: bool,
    /// Its texts, such as `title`.
    pub localize_infos: Localized<Map<String, Value>>,
    /// What it holds at first, for whoever draws the form.
    pub initial_value: RawJson,
    /// The choices of a list.
    pub list_titles: Localized<Vec<ListTitle>>,
    /// What its value must be like.
    pub validators: Localized<Validators>,
    /// For whoever draws the form: an object.
    pub settings: RawJson,
    /// For whoever draws the form: an array of objects.
    pub additional_fields: RawJson,
    /// What it is for.
    pub flags: Flags,
}

impl Attribute {
    /// Reads an element of `attributes`, its validators by `validators`; one that says nothing of its place gets
    /// `position`.
    ///
    /// # Errors
    /// When it is malformed: where, and why.
    pub(super) fn parse(
        given: &Value,
        position: i64,
        validators: ReadValidators,
    ) -> Result<Self, DefinitionFault> {
        let validators = |given| read_by_language(given, Value::is_object, validators);
        let keys = Keys::of(given, &[&KEYS[..], &IGNORED_KEYS].concat())?;
        Ok(Self {
            marker: keys.require("marker", identifier)?,
            kind: keys.require("type", kind)?,
            position: keys.read("position", whole)?.unwrap_or(position),
            is_visible: keys.read("isVisible", flag)?.unwrap_or(true),
            localize_infos: keys.read("localizeInfos", texts)?.unwrap_or_default(),
            initial_value: RawJson::of(given.get("initialValue").unwrap_or(&Value::Null)),
            list_titles: keys.read("listTitles", list_titles)?.unwrap_or_default(),
            validators: keys.read("validators", validators)?.unwrap_or_default(),
            settings: keys.read("settings", settings)?.unwrap_or_else(RawJson::empty_object),
            additional_fields: keys
                .read("additionalFields", |given| objects(given, MAX_ADDITIONAL_FIELDS))?
                .unwrap_or_else(empty_array),
            flags: Flags::read(keys)?,
        })
    }

    /// The whole field, with every language.
    pub(super) fn to_json(&self) -> Value {
        let list_titles = if self.list_titles == Localized::default() {
            json!([])
        } else {
            by_language(&self.list_titles, |titles| given_of(titles))
        };
        let validators = by_language(&self.validators, |validators| validators.given.clone().into());
        let localize_infos = by_language(&self.localize_infos, |infos| infos.clone().into());
        self.written(&localize_infos, &list_titles, &validators)
    }

    /// The field as clients see it in one language.
    pub(super) fn shown(&self, locale: &Locale) -> Value {
        let localize_infos = self.localize_infos.pick(locale).cloned().unwrap_or_default();
        let list_titles = self.list_titles.pick(locale).map_or(&[][..], Vec::as_slice);
        let validators = self.validators.pick(locale).map(|validators| validators.given.clone());
        self.written(&localize_infos.into(), &given_of(list_titles), &validators.unwrap_or_default().into())
    }

    fn written(&self, localize_infos: &Value, list_titles: &Value, validators: &Value) -> Value {
        let Flags {
            is_login,
            is_password,
            is_sign_up,
            is_sign_up_required,
            is_notification_email,
            is_notification_phone_sms,
            is_notification_phone_push,
        } = self.flags;
        json!({
            "type": self.kind.as_str(),
            "marker": self.marker.as_str(),
            "position": self.position,
            "isVisible": self.is_visible,
            "localizeInfos": localize_infos,
            "initialValue": value_of(&self.initial_value),
            "listTitles": list_titles,
            "validators": validators,
            "settings": value_of(&self.settings),
            "additionalFields": value_of(&self.additional_fields),
            "isLogin": is_login,
            "isPassword": is_password,
            "isSignUp": is_sign_up,
            "isSignUpRequired": is_sign_up_required,
            "isNotificationEmail": is_notification_email,
            "isNotificationPhoneSMS": is_notification_phone_sms,
            "isNotificationPhonePush": is_notification_phone_push,
        })
    }

    /// How many choices it has, over all languages.
    pub(super) fn count_list_titles(&self) -> usize {
        self.list_titles.iter().map(|(_, titles)| titles.len()).sum()
    }

    /// How many patterns it has, over all languages.
    pub(super) fn count_patterns(&self) -> usize {
        self.validators.iter().map(|(_, validators)| validators.count_patterns()).sum()
    }
}

impl Flags {
    fn read(keys: Keys<'_>) -> Result<Self, DefinitionFault> {
        let is_set = |key| keys.read(key, flag).map(Option::unwrap_or_default);
        Ok(Self {
            is_login: is_set("isLogin")?,
            is_password: is_set("isPassword")?,
            is_sign_up: is_set("isSignUp")?,
            is_sign_up_required: is_set("isSignUpRequired")?,
            is_notification_email: is_set("isNotificationEmail")?,
            is_notification_phone_sms: is_set("isNotificationPhoneSMS")?,
            is_notification_phone_push: is_set("isNotificationPhonePush")?,
        })
    }
}

/// The texts of a form, a field or a provider, flat or by language.
///
/// # Errors
/// When they are no object.
pub(super) fn texts(given: &Value) -> Result<Localized<Map<String, Value>>, DefinitionFault> {
    read_by_language(given, Value::is_object, |given| object(given).cloned())
}

/// An array of objects, kept as it is.
///
/// # Errors
/// When it is none, or longer than `max`.
pub(super) fn objects(given: &Value, max: usize) -> Result<RawJson, DefinitionFault> {
    each(given, max, |one| object(one).map(drop))?;
    Ok(RawJson::of(given))
}

/// An array without elements.
pub(super) fn empty_array() -> RawJson {
    RawJson::of(&Value::Array(Vec::new()))
}

/// The value of JSON that a definition holds, which is never nested deeply.
pub(super) fn value_of(json: &RawJson) -> Value {
    json.value().unwrap_or_default()
}

fn kind(given: &Value) -> Result<AttributeKind, DefinitionFault> {
    AttributeKind::parse(text(given)?).ok_or_else(|| {
        let names: Vec<_> = AttributeKind::all().map(AttributeKind::as_str).collect();
        DefinitionFault::new(format!("must be one of {}", names.join(", ")))
    })
}

fn list_titles(given: &Value) -> Result<Localized<Vec<ListTitle>>, DefinitionFault> {
    read_by_language(given, Value::is_array, ListTitle::parse_all)
}

fn settings(given: &Value) -> Result<RawJson, DefinitionFault> {
    object(given).map(|_| RawJson::of(given))
}

fn given_of(titles: &[ListTitle]) -> Value {
    titles.iter().map(|title| Value::from(title.given.clone())).collect()
}
