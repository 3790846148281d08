//! Forms (sign-up contract section 7).

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::{
    attribute::{MAX_LIST_TITLES, ReadValidators, empty_array, objects, texts, value_of},
    definition::{Keys, by_language, check_bounds, each, identifier, line, whole, whole_number},
};
use crate::{
    id::FormId,
    json::RawJson,
    signup::{Attribute, DefinitionFault, Flags, Identifier, Locale, Localized, Validators},
};

/// The types of the forms that people sign up and in with: the vendor's misspelling, and what it meant.
pub const SIGN_IN_FORM_TYPES: [&str; 2] = ["sing_in_up", "sign_in_up"];

/// What a definition says of a form; the last three, which an answer tells too, are not kept.
const KEYS: [&str; 12] = [
    "identifier",
    "type",
    "processingType",
    "localizeInfos",
    "position",
    "attributeSetId",
    "templateId",
    "attributes",
    "moduleFormConfigs",
    "id",
    "version",
    "total",
];
/// The most fields of a form.
const MAX_ATTRIBUTES: usize = 500;
/// The most patterns of a form.
const MAX_PATTERNS: usize = 100;
/// The most configurations of modules.
const MAX_CONFIGS: usize = 500;
/// The most characters of `type` and `processingType`.
const MAX_WORD_CHARS: usize = 128;

/// What an operator says of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormDefinition {
    /// Its name.
    pub identifier: Identifier,
    /// What it is for, such as `sing_in_up`.
    pub kind: Option<String>,
    /// How the vendor's server would process it: `script`, `db`, `email`; kept for clients.
    pub processing_type: String,
    /// Its texts, such as `title`.
    pub localize_infos: Localized<Map<String, Value>>,
    /// Its place among the forms.
    pub position: i64,
    /// The set of its fields; without one, the form's own id is shown.
    pub attribute_set_id: Option<i64>,
    /// The template of its page, if any.
    pub template_id: Option<i64>,
    /// Its fields, in the order of their positions.
    pub attributes: Vec<Attribute>,
    /// For clients: an array.
    pub module_form_configs: RawJson,
}

/// A form at rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Which one.
    pub id: FormId,
    /// How often it was written.
    pub version: i64,
    /// What it is.
    pub definition: FormDefinition,
}

impl FormDefinition {
    /// Reads an element of `forms` as an operator writes it. A key that is left out or `null` has its default; `type`
    /// may be `null` itself. `id`, `version` and `total` are not kept, so that an answer of this API can be given; an
    /// `attributeSetId` that is the `id` beside it is the default, which elsewhere is another number.
    ///
    /// # Errors
    /// When it is malformed, or what would be stored of it is too large: where, and why.
    pub fn parse(given: &Value) -> Result<Self, DefinitionFault> {
        check_bounds(given)?;
        let definition = Self::read(given, Validators::parse)?;
        check_bounds(&definition.to_json())?;
        Ok(definition)
    }

    /// Reads a definition that was admitted before. Nothing is compiled: a pattern of its own is, when the first value
    /// is held against it. One that is none any more takes no value.
    ///
    /// # Errors
    /// When it was never written.
    pub fn from_stored(given: &Value) -> Result<Self, DefinitionFault> {
        check_bounds(given)?;
        Self::read(given, Validators::read)
    }

    fn read(given: &Value, validators: ReadValidators) -> Result<Self, DefinitionFault> {
        let keys = Keys::of(given, &KEYS)?;
        let own_id = given.get("id").and_then(whole_number);
        let word = |given| line(given, MAX_WORD_CHARS);
        let kind = keys.read("type", word)?;
        let default_kind = (!keys.has("type")).then(|| SIGN_IN_FORM_TYPES[0].to_owned());
        Ok(Self {
            identifier: keys.require("identifier", identifier)?,
            kind: kind.or(default_kind),
            processing_type: keys.read("processingType", word)?.unwrap_or_else(|| "script".to_owned()),
            localize_infos: keys.read("localizeInfos", texts)?.unwrap_or_default(),
            position: keys.read("position", whole)?.unwrap_or_default(),
            attribute_set_id: keys.read("attributeSetId", whole)?.filter(|set| own_id != Some(*set)),
            template_id: keys.read("templateId", whole)?,
            attributes: keys.read("attributes", |given| attributes(given, validators))?.unwrap_or_default(),
            module_form_configs: keys
                .read("moduleFormConfigs", |given| objects(given, MAX_CONFIGS))?
                .unwrap_or_else(empty_array),
        })
    }

    /// The whole definition, with every language: what [`parse`](Self::parse) reads, and what the store keeps.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "identifier": self.identifier.as_str(),
            "type": self.kind,
            "processingType": self.processing_type,
            "localizeInfos": by_language(&self.localize_infos, |infos| infos.clone().into()),
            "position": self.position,
            "attributeSetId": self.attribute_set_id,
            "templateId": self.template_id,
            "attributes": self.attributes.iter().map(Attribute::to_json).collect::<Value>(),
            "moduleFormConfigs": value_of(&self.module_form_configs),
        })
    }

    /// Whether people sign up and in with it.
    #[must_use]
    pub fn is_to_sign_in(&self) -> bool {
        self.kind.as_deref().is_some_and(|kind| SIGN_IN_FORM_TYPES.contains(&kind))
    }

    /// What its people sign in with; nothing when it is no form to sign in by.
    #[must_use]
    pub fn login_field(&self) -> Option<&Attribute> {
        self.login_fields().first().copied()
    }

    /// Their password; nothing when it has none.
    #[must_use]
    pub fn password_field(&self) -> Option<&Attribute> {
        self.password_fields().first().copied()
    }

    /// The fields flagged `isLogin`, or the one of the name `login` when none is (sign-up contract section 3).
    #[must_use]
    pub fn login_fields(&self) -> Vec<&Attribute> {
        self.flagged(|flags| flags.is_login, "login")
    }

    /// The fields flagged `isPassword`, or the one of the name `password` when none is (sign-up contract section 3).
    #[must_use]
    pub fn password_fields(&self) -> Vec<&Attribute> {
        self.flagged(|flags| flags.is_password, "password")
    }

    fn flagged(&self, is_flagged: fn(&Flags) -> bool, marker: &str) -> Vec<&Attribute> {
        let flagged: Vec<_> =
            self.attributes.iter().filter(|attribute| is_flagged(&attribute.flags)).collect();
        if flagged.is_empty() { self.field(marker).into_iter().collect() } else { flagged }
    }

    /// The field with this name.
    #[must_use]
    pub fn field(&self, marker: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.marker.as_str() == marker)
    }
}

impl Form {
    /// The form as clients see it in one language: the keys of the contract, `id` and `version` included, texts flat.
    /// `total` is 0: data of forms that are no sign-ups are not kept.
    #[must_use]
    pub fn shown(&self, locale: &Locale) -> Value {
        let definition = &self.definition;
        let attributes: Value =
            definition.attributes.iter().map(|attribute| attribute.shown(locale)).collect();
        json!({
            "id": self.id.number(),
            "attributeSetId": self.attribute_set_id(),
            "type": definition.kind,
            "localizeInfos": definition.localize_infos.pick(locale).cloned().unwrap_or_default(),
            "version": self.version,
            "position": definition.position,
            "identifier": definition.identifier.as_str(),
            "processingType": definition.processing_type,
            "templateId": definition.template_id,
            "attributes": attributes,
            "moduleFormConfigs": value_of(&definition.module_form_configs),
            "total": 0,
        })
    }

    /// What the answers to sign-ups call `attributeSetId`: the one of the definition, or the form's own id.
    #[must_use]
    pub fn attribute_set_id(&self) -> i64 {
        self.definition.attribute_set_id.unwrap_or(self.id.number())
    }
}

/// The fields of a form, in the order of their positions; those of one position as they were given.
fn attributes(given: &Value, validators: ReadValidators) -> Result<Vec<Attribute>, DefinitionFault> {
    let mut markers = HashSet::new();
    let (mut position, mut titles, mut patterns) = (0, 0, 0);
    let mut attributes = each(given, MAX_ATTRIBUTES, |given| {
        position += 1;
        let attribute = Attribute::parse(given, position, validators)?;
        titles += attribute.count_list_titles();
        patterns += attribute.count_patterns();
        if !markers.insert(attribute.marker.clone()) {
            return Err(DefinitionFault::of("marker", "is that of another field"));
        }
        if titles > MAX_LIST_TITLES {
            let reason = format!("makes more than {MAX_LIST_TITLES} choices in the form");
            return Err(DefinitionFault::of("listTitles", reason));
        }
        if patterns > MAX_PATTERNS {
            let reason = format!("makes more than {MAX_PATTERNS} patterns in the form");
            return Err(DefinitionFault::of("validators", reason));
        }
        Ok(attribute)
    })?;
    attributes.sort_by_key(|attribute| attribute.position);
    Ok(attributes)
}

#[cfg(test)]
mod tests;
