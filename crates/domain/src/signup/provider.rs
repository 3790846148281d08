//! The doors of the sign-up API: auth providers (sign-up contract section 3).

use serde_json::{Map, Value, json};

use super::{
    attribute::texts,
    definition::{Keys, by_language, check_bounds, flag, identifier, line, text},
};
use crate::{
    id::ProviderId,
    signup::{
        AttributeKind, DefinitionFault, FormDefinition, Identifier, Locale, Localized, ProviderConfig,
        SIGN_IN_FORM_TYPES,
    },
};

/// What a definition says of a provider; the last two, which an answer tells too, are not read.
const KEYS: [&str; 10] = [
    "identifier",
    "type",
    "formIdentifier",
    "userGroupIdentifier",
    "isActive",
    "isCheckCode",
    "localizeInfos",
    "config",
    "id",
    "version",
];
/// The group that newcomers join when nobody says another.
const GUESTS: &str = "guest";
/// The most characters of the name of a group.
const MAX_GROUP_CHARS: usize = 128;

/// What people sign in with, and by which way codes reach them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProviderKind {
    /// A login compared without case; codes go by mail.
    Email,
    /// A login to the letter; codes go to telephones.
    Phone,
    /// A login to the letter; codes go by mail.
    Password,
}

impl ProviderKind {
    /// The kind with this name: `email`, `phone` or `password`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "email" => Some(Self::Email),
            "phone" => Some(Self::Phone),
            "password" => Some(Self::Password),
            _ => None,
        }
    }

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Password => "password",
        }
    }
}

/// What an operator says of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderDefinition {
    /// Its name: the marker in paths.
    pub identifier: Identifier,
    /// What people sign in with.
    pub kind: ProviderKind,
    /// The form they fill in.
    pub form: Identifier,
    /// The group that newcomers join: `guest`, or a name of the operator's.
    pub user_group: String,
    /// Whether it is there at all: one that is not is unknown to clients.
    pub is_active: bool,
    /// Whether newcomers are active only once they showed a code, and whether codes sign people in.
    pub is_check_code: bool,
    /// Its texts, such as `title`.
    pub localize_infos: Localized<Map<String, Value>>,
    /// Lifetimes and codes.
    pub config: ProviderConfig,
}

/// A provider at rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// Which one.
    pub id: ProviderId,
    /// How often it was written.
    pub version: i64,
    /// What it is.
    pub definition: ProviderDefinition,
}

impl ProviderDefinition {
    /// Reads an element of `providers` as an operator writes it. A key that is left out or `null` has its default. `id`
    /// and `version` are not read, so that an answer of this API can be given.
    ///
    /// # Errors
    /// When it is malformed, or what would be stored of it is too large: where, and why.
    pub fn parse(given: &Value) -> Result<Self, DefinitionFault> {
        check_bounds(given)?;
        let definition = Self::read(given)?;
        check_bounds(&definition.to_json())?;
        Ok(definition)
    }

    fn read(given: &Value) -> Result<Self, DefinitionFault> {
        let keys = Keys::of(given, &KEYS)?;
        let group = keys.read("userGroupIdentifier", |given| line(given, MAX_GROUP_CHARS))?;
        Ok(Self {
            identifier: keys.require("identifier", identifier)?,
            kind: keys.read("type", kind)?.unwrap_or(ProviderKind::Email),
            form: keys.require("formIdentifier", identifier)?,
            user_group: group.unwrap_or_else(|| GUESTS.to_owned()),
            is_active: keys.read("isActive", flag)?.unwrap_or(true),
            is_check_code: keys.read("isCheckCode", flag)?.unwrap_or(false),
            localize_infos: keys.read("localizeInfos", texts)?.unwrap_or_default(),
            config: keys.read("config", ProviderConfig::parse)?.unwrap_or_default(),
        })
    }

    /// The whole definition, with every language: what [`parse`](Self::parse) reads, and what the store keeps.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "identifier": self.identifier.as_str(),
            "type": self.kind.as_str(),
            "formIdentifier": self.form.as_str(),
            "userGroupIdentifier": self.user_group,
            "isActive": self.is_active,
            "isCheckCode": self.is_check_code,
            "localizeInfos": by_language(&self.localize_infos, |infos| infos.clone().into()),
            "config": self.config.to_json(),
        })
    }

    /// Whether this form would do for it.
    ///
    /// # Errors
    /// Why not: it is of another type, has not exactly one login field, more than one password field, one field for
    /// both, a `spam` field, or no password field although nobody could show a code instead. The text goes on where one
    /// ends that names the form.
    pub fn check_form(&self, form: &FormDefinition) -> Result<(), String> {
        if !form.is_to_sign_in() {
            let kind = form.kind.as_deref().unwrap_or("null");
            return Err(format!("is of the type {kind}, not {}", SIGN_IN_FORM_TYPES[0]));
        }
        if let Some(field) = form.attributes.iter().find(|field| field.kind == AttributeKind::Spam) {
            return Err(format!("has the field {} of the type spam", field.marker));
        }
        let login = match form.login_fields()[..] {
            [login] => login,
            [] => return Err("has no login field (isLogin)".to_owned()),
            _ => return Err("has more than one login field (isLogin)".to_owned()),
        };
        match form.password_fields()[..] {
            [password] if password.marker == login.marker => {
                Err(format!("has the field {} for both login and password", login.marker))
            }
            [_] => Ok(()),
            [] if self.is_check_code => Ok(()),
            [] => Err("has no password field (isPassword), and isCheckCode is off".to_owned()),
            _ => Err("has more than one password field (isPassword)".to_owned()),
        }
    }

    /// The groups of its people as the API shows them: 1 for `guest`, else the name.
    #[must_use]
    pub fn groups(&self) -> Value {
        if self.user_group == GUESTS { 1.into() } else { self.user_group.clone().into() }
    }
}

impl Provider {
    /// The provider as clients see it in one language: the keys of the contract, texts flat, numbers of `config` as
    /// texts.
    #[must_use]
    pub fn shown(&self, locale: &Locale) -> Value {
        let definition = &self.definition;
        json!({
            "id": self.id.number(),
            "identifier": definition.identifier.as_str(),
            "type": definition.kind.as_str(),
            "formIdentifier": definition.form.as_str(),
            "userGroupIdentifier": definition.user_group,
            "isActive": definition.is_active,
            "isCheckCode": definition.is_check_code,
            "version": self.version,
            "localizeInfos": definition.localize_infos.pick(locale).cloned().unwrap_or_default(),
            "config": definition.config.to_json(),
        })
    }
}

fn kind(given: &Value) -> Result<ProviderKind, DefinitionFault> {
    ProviderKind::parse(text(given)?).ok_or_else(|| DefinitionFault::new("must be email, phone or password"))
}

#[cfg(test)]
mod tests;
