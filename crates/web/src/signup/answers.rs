//! Answers that several endpoints give: accounts as their applications see them (sign-up contract sections 2 and 4).

use std::borrow::Cow;

use chrono::{DateTime, SecondsFormat, Utc};
use portico_application::{RegisteredSignup, SentCode};
use portico_domain::{
    json::RawJson,
    signup::{Form, FormItem, Locale, NotificationData, Signup, SignupBearer, SignupStatus},
};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, schema::Type},
};

/// An instant: ISO 8601, UTC, milliseconds and `Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment(pub(super) DateTime<Utc>);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl PartialSchema for Moment {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .pattern(Some(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$"))
            .description(Some("An instant in UTC, with milliseconds"))
            .examples([json!("2026-11-22T01:33:58.000Z")])
            .into()
    }
}

impl ToSchema for Moment {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("SignupMoment")
    }
}

/// One field that somebody filled in.
#[derive(Serialize, ToSchema)]
#[schema(as = SignupFormItem, example = json!({ "marker": "last_name", "type": "string", "value": "Doe" }))]
pub(super) struct ItemAnswer {
    /// Which field
    marker: String,
    /// The type of the field
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    kind: Option<String>,
    /// The value, as it was sent
    #[schema(value_type = Value)]
    value: RawJson,
}

impl From<&FormItem> for ItemAnswer {
    fn from(item: &FormItem) -> Self {
        Self { marker: item.marker.clone(), kind: item.kind.clone(), value: item.value.clone() }
    }
}

/// What somebody filled in, flat in one language, as clients need it (sign-up contract section 2): first the login, which
/// he gave as `authData`, then the rest. The password is never among it.
pub(super) fn form_data(signup: &Signup, form: &Form, locale: &Locale) -> Vec<ItemAnswer> {
    let form = &form.definition;
    let login = form.login_field().map(|field| ItemAnswer {
        marker: field.marker.as_str().to_owned(),
        kind: Some(field.kind.as_str().to_owned()),
        value: RawJson::of(&signup.login.as_str().into()),
    });
    let is_credential = |item: &FormItem| {
        form.field(&item.marker).is_some_and(|field| field.flags.is_login || field.flags.is_password)
    };
    let shown = signup.form_data.shown(locale, &signup.locale);
    login.into_iter().chain(shown.into_iter().filter(|item| !is_credential(item)).map(Into::into)).collect()
}

/// How to reach somebody.
#[derive(Serialize, ToSchema)]
#[schema(as = SignupNotificationData)]
pub(super) struct NotificationAnswer {
    /// Empty when there is none
    email: String,
    /// Numbers, or devices, for push messages
    #[serde(rename = "phonePush")]
    phone_push: Vec<String>,
    /// A number for text messages; left out when there is none
    #[serde(rename = "phoneSMS", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    phone_sms: Option<String>,
}

impl From<NotificationData> for NotificationAnswer {
    fn from(NotificationData { email, phone_push, phone_sms }: NotificationData) -> Self {
        Self { email, phone_push, phone_sms }
    }
}

/// The code that somebody was sent.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SignupSystemCode)]
struct CodeAnswer {
    /// The code itself, where the provider's `exposeSystemCode` is on
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    value: Option<String>,
    /// When its time is over
    expired_date: Moment,
}

impl From<SentCode> for CodeAnswer {
    fn from(SentCode { value, expires_at }: SentCode) -> Self {
        Self { value: value.map(|code| code.reveal().to_owned()), expired_date: Moment(expires_at) }
    }
}

/// Somebody who has just signed up.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SignupEntity, example = json!({
    "id": 1764,
    "updatedDate": "2026-11-22T01:33:58.000Z",
    "version": 1,
    "identifier": "test@example.org",
    "isActive": false,
    "authProviderId": 1,
    "formIdentifier": "reg",
    "attributeSetId": 1,
    "formData": [
        { "marker": "login", "type": "string", "value": "test@example.org" },
        { "marker": "last_name", "type": "string", "value": "Doe" },
    ],
    "notificationData": { "email": "test@example.org", "phonePush": [] },
    "systemCode": { "expiredDate": "2026-11-22T01:35:58.000Z" },
    "locale": "en_US",
    "createdDate": "2026-11-22T01:33:58.000Z",
    "importId": null,
    "deletedAt": null,
    "isDeleted": false,
    "state": {},
    "rating": {},
}))]
pub(super) struct SignupAnswer {
    /// His number
    id: i64,
    updated_date: Moment,
    /// How often it was written
    version: i64,
    /// His login
    identifier: String,
    /// Whether he may sign in
    is_active: bool,
    auth_provider_id: i64,
    form_identifier: String,
    attribute_set_id: i64,
    /// In the language that was asked for: his login, and what else he filled in but for his password
    form_data: Vec<ItemAnswer>,
    notification_data: NotificationAnswer,
    /// There when he was sent a code, which makes him active
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    system_code: Option<CodeAnswer>,
    /// His language
    locale: String,
    created_date: Moment,
    /// Always null
    #[schema(required)]
    import_id: Option<String>,
    #[schema(required)]
    deleted_at: Option<Moment>,
    is_deleted: bool,
    /// What applications keep with him
    #[schema(value_type = Object)]
    state: RawJson,
    #[schema(value_type = Object)]
    rating: RawJson,
}

impl From<RegisteredSignup> for SignupAnswer {
    fn from(RegisteredSignup { signup, provider, form, code }: RegisteredSignup) -> Self {
        let is_deleted = signup.status == SignupStatus::Archived;
        Self {
            id: signup.id.number(),
            updated_date: Moment(signup.updated_at),
            version: signup.version,
            identifier: signup.login.as_str().to_owned(),
            is_active: signup.status == SignupStatus::Active,
            auth_provider_id: provider.id.number(),
            form_identifier: form.definition.identifier.as_str().to_owned(),
            attribute_set_id: form.attribute_set_id(),
            form_data: form_data(&signup, &form, &signup.locale),
            notification_data: signup.notification.into(),
            system_code: code.map(Into::into),
            locale: signup.locale.as_str().to_owned(),
            created_date: Moment(signup.created_at),
            import_id: None,
            deleted_at: is_deleted.then_some(Moment(signup.updated_at)),
            is_deleted,
            state: signup.state,
            rating: RawJson::empty_object(),
        }
    }
}

/// Somebody as he sees himself.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SignupUser, example = json!({
    "id": 1764,
    "identifier": "test@example.org",
    "authProviderIdentifier": "email",
    "formIdentifier": "reg",
    "formData": [
        { "marker": "login", "type": "string", "value": "test@example.org" },
        { "marker": "last_name", "type": "string", "value": "Doe" },
    ],
    "notificationData": { "email": "test@example.org", "phonePush": [] },
    "groups": [1],
    "state": { "theme": "dark" },
    "moduleFormConfigs": [],
    "rating": {},
    "total": "1",
}))]
pub(super) struct UserAnswer {
    /// His number
    id: i64,
    /// His login
    identifier: String,
    auth_provider_identifier: String,
    form_identifier: String,
    /// In the language that was asked for: his login, and what else he filled in but for his password
    form_data: Vec<ItemAnswer>,
    notification_data: NotificationAnswer,
    /// His groups, by number or by name
    #[schema(value_type = Vec<Value>)]
    groups: [Value; 1],
    /// What applications keep with him
    #[schema(value_type = Object)]
    state: RawJson,
    /// Those of his form
    #[schema(value_type = Vec<Value>)]
    module_form_configs: RawJson,
    #[schema(value_type = Object)]
    rating: RawJson,
    /// How many such users there are: always one
    total: &'static str,
}

impl UserAnswer {
    /// Whoever shows this access token, whose form this is, in a language.
    pub(super) fn of(
        SignupBearer { signup, provider, .. }: SignupBearer,
        form: &Form,
        locale: &Locale,
    ) -> Self {
        Self {
            id: signup.id.number(),
            identifier: signup.login.as_str().to_owned(),
            auth_provider_identifier: provider.definition.identifier.as_str().to_owned(),
            form_identifier: form.definition.identifier.as_str().to_owned(),
            form_data: form_data(&signup, form, locale),
            notification_data: signup.notification.into(),
            groups: [provider.definition.groups()],
            state: signup.state,
            module_form_configs: form.definition.module_form_configs.clone(),
            rating: RawJson::empty_object(),
            total: "1",
        }
    }
}

#[cfg(test)]
mod tests;
