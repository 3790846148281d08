//! Sign-up entities: what people filled in, and what they sign in with (sign-up contract sections 3 and 4).

use chrono::{DateTime, Utc};

use crate::{
    id::{ProviderId, SignupId, UserId},
    json::RawJson,
    password::PasswordHash,
    signup::{FormData, Locale, Login, NotificationData},
};

/// Whether an entity opens anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SignupStatus {
    /// Its person has not shown the code yet.
    Waiting,
    /// As everybody is.
    Active,
    /// Marked as deleted: its login is free again.
    Archived,
}

/// A sign-up entity that is about to be added; the store gives it its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSignup {
    /// The door it came through.
    pub provider: ProviderId,
    /// What its person signs in with.
    pub login: Login,
    /// What is kept of his password, which opens this API alone; nothing when he has none here.
    pub password: Option<PasswordHash>,
    /// What he filled in.
    pub form_data: FormData,
    /// How to reach him.
    pub notification: NotificationData,
    /// His language.
    pub locale: Locale,
    /// Whether it opens anything yet.
    pub status: SignupStatus,
    /// Who he is in the house.
    pub user: UserId,
    /// When he came.
    pub created_at: DateTime<Utc>,
}

/// A sign-up entity at rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signup {
    /// The number that this API shows.
    pub id: SignupId,
    /// The door it came through.
    pub provider: ProviderId,
    /// What its person signs in with.
    pub login: Login,
    /// What is kept of his password, which opens this API alone; nothing when he has none here.
    pub password: Option<PasswordHash>,
    /// What he filled in.
    pub form_data: FormData,
    /// How to reach him.
    pub notification: NotificationData,
    /// The devices that his applications registered for push messages (`fcm-token`).
    pub fcm_tokens: Vec<String>,
    /// Whatever his applications keep with him: a JSON object.
    pub state: RawJson,
    /// His language.
    pub locale: Locale,
    /// Whether it opens anything.
    pub status: SignupStatus,
    /// How often it was written; 1 at first.
    pub version: i64,
    /// Who he is in the house.
    pub user: UserId,
    /// When he came.
    pub created_at: DateTime<Utc>,
    /// When it was last written.
    pub updated_at: DateTime<Utc>,
}
