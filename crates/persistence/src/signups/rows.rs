//! Sign-up entities as rows.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use portico_domain::{
    id::{ProviderId, SignupId, UserId},
    json::RawJson,
    password::PasswordHash,
    ports::StoreError,
    signup::{FormData, Locale, Login, NewSignup, NotificationData, ProviderKind, Signup, SignupStatus},
};

use crate::{
    connection::MultiBackend,
    schema::signups,
    transaction::unavailable,
    types::{Id, Instant},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = signups, check_for_backend(MultiBackend))]
pub(crate) struct SignupRow {
    number: i64,
    provider: i64,
    #[diesel(embed)]
    content: ContentRow,
    version: i64,
    created_at: Instant,
}

/// The columns that may change.
#[derive(AsChangeset, Insertable, Queryable, Selectable)]
#[diesel(table_name = signups, treat_none_as_null = true, check_for_backend(MultiBackend))]
pub(crate) struct ContentRow {
    login: String,
    login_key: String,
    password_hash: Option<String>,
    form_data: String,
    notification: String,
    fcm_tokens: String,
    state: String,
    locale: String,
    status: String,
    user_id: Id,
    updated_at: Instant,
}

const fn corrupt(column: &'static str) -> StoreError {
    StoreError::Corrupt { table: "signups", column }
}

const fn word(status: SignupStatus) -> &'static str {
    match status {
        SignupStatus::Waiting => "waiting",
        SignupStatus::Active => "active",
        SignupStatus::Archived => "archived",
    }
}

fn status(word: &str) -> Result<SignupStatus, StoreError> {
    match word {
        "waiting" => Ok(SignupStatus::Waiting),
        "active" => Ok(SignupStatus::Active),
        "archived" => Ok(SignupStatus::Archived),
        _ => Err(corrupt("status")),
    }
}

impl ContentRow {
    /// What is at rest of a newcomer.
    pub(super) fn of_new(signup: &NewSignup, kind: ProviderKind) -> Result<Self, StoreError> {
        Ok(Self {
            login: signup.login.as_str().to_owned(),
            login_key: signup.login.key(kind),
            password_hash: signup.password.as_ref().map(|hash| hash.as_phc().to_owned()),
            form_data: signup.form_data.to_stored(),
            notification: serde_json::to_string(&signup.notification).map_err(unavailable)?,
            fcm_tokens: "[]".to_owned(),
            state: RawJson::empty_object().as_str().to_owned(),
            locale: signup.locale.as_str().to_owned(),
            status: word(signup.status).to_owned(),
            user_id: Id(signup.user.uuid()),
            updated_at: Instant(signup.created_at),
        })
    }

    /// What shall be at rest, written at `at`.
    pub(super) fn of(signup: &Signup, kind: ProviderKind, at: DateTime<Utc>) -> Result<Self, StoreError> {
        Ok(Self {
            login: signup.login.as_str().to_owned(),
            login_key: signup.login.key(kind),
            password_hash: signup.password.as_ref().map(|hash| hash.as_phc().to_owned()),
            form_data: signup.form_data.to_stored(),
            notification: serde_json::to_string(&signup.notification).map_err(unavailable)?,
            fcm_tokens: serde_json::to_string(&signup.fcm_tokens).map_err(unavailable)?,
            state: signup.state.as_str().to_owned(),
            locale: signup.locale.as_str().to_owned(),
            status: word(signup.status).to_owned(),
            user_id: Id(signup.user.uuid()),
            updated_at: Instant(at),
        })
    }
}

impl TryFrom<SignupRow> for Signup {
    type Error = StoreError;

    fn try_from(row: SignupRow) -> Result<Self, StoreError> {
        let content = row.content;
        let notification: NotificationData =
            serde_json::from_str(&content.notification).map_err(|_| corrupt("notification"))?;
        let state = RawJson::parse(&content.state).ok().filter(RawJson::is_object);
        Ok(Self {
            id: SignupId::from_number(row.number),
            provider: ProviderId::from_number(row.provider),
            login: Login::parse(&content.login).map_err(|_| corrupt("login"))?,
            password: content.password_hash.map(PasswordHash::from_phc),
            form_data: FormData::from_stored(&content.form_data).map_err(|_| corrupt("form_data"))?,
            notification,
            fcm_tokens: serde_json::from_str(&content.fcm_tokens).map_err(|_| corrupt("fcm_tokens"))?,
            state: state.ok_or(corrupt("state"))?,
            locale: Locale::parse(&content.locale).map_err(|_| corrupt("locale"))?,
            status: status(&content.status)?,
            version: row.version,
            user: UserId::from_uuid(content.user_id.0),
            created_at: row.created_at.0,
            updated_at: content.updated_at.0,
        })
    }
}
