//! The tables of the sign-up API.

use super::users;

diesel::table! {
    use diesel::sql_types::{BigInt, Text};
    use crate::types::DbInstant;

    signup_forms (number) {
        number -> BigInt,
        identifier -> Text,
        definition -> Text,
        version -> BigInt,
        created_at -> DbInstant,
        updated_at -> DbInstant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Text};
    use crate::types::DbInstant;

    signup_providers (number) {
        number -> BigInt,
        identifier -> Text,
        form -> BigInt,
        is_active -> Bool,
        definition -> Text,
        version -> BigInt,
        created_at -> DbInstant,
        updated_at -> DbInstant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::types::{DbInstant, DbUuid};

    signups (number) {
        number -> BigInt,
        provider -> BigInt,
        login -> Text,
        login_key -> Text,
        password_hash -> Nullable<Text>,
        form_data -> Text,
        notification -> Text,
        fcm_tokens -> Text,
        state -> Text,
        locale -> Text,
        status -> Text,
        version -> BigInt,
        user_id -> DbUuid,
        created_at -> DbInstant,
        updated_at -> DbInstant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::types::{DbInstant, DbUuid};

    signup_sessions (id) {
        id -> DbUuid,
        signup -> BigInt,
        fingerprint -> Text,
        device -> Text,
        generation -> BigInt,
        recent_rotations -> Text,
        created_at -> DbInstant,
        issued_at -> DbInstant,
        access_expires_at -> DbInstant,
        refresh_expires_at -> DbInstant,
        ended_at -> Nullable<DbInstant>,
    }
}

diesel::joinable!(signup_providers -> signup_forms (form));
diesel::joinable!(signups -> signup_providers (provider));
diesel::joinable!(signups -> users (user_id));
diesel::joinable!(signup_sessions -> signups (signup));
