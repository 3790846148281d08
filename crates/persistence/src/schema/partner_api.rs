//! The tables of the partner API.

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::types::{DbInstant, DbUuid};

    partners (id) {
        id -> DbUuid,
        name -> Text,
        created_at -> DbInstant,
        revoked_at -> Nullable<DbInstant>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use crate::types::{DbInstant, DbUuid};

    partner_keys (id) {
        id -> DbUuid,
        partner -> DbUuid,
        digest -> Binary,
        prefix -> Text,
        created_at -> DbInstant,
        valid_until -> Nullable<DbInstant>,
        last_used_at -> Nullable<DbInstant>,
    }
}

diesel::table! {
    use crate::types::{DbInstant, DbUuid};

    partner_users (partner, user_id) {
        partner -> DbUuid,
        user_id -> DbUuid,
        created_at -> DbInstant,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::types::{DbInstant, DbUuid};

    dictations (partner, id) {
        partner -> DbUuid,
        id -> Text,
        title -> Text,
        language -> Text,
        created_at -> DbInstant,
        retired_at -> Nullable<DbInstant>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use crate::types::{DbInstant, DbUuid};

    check_results (partner, id) {
        id -> DbUuid,
        partner -> DbUuid,
        user_id -> DbUuid,
        dictation -> Text,
        created_at -> DbInstant,
        page_digest -> Nullable<Binary>,
        // Made by the database of the two columns behind it.
        size -> BigInt,
        text -> Text,
        model -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::types::{DbInstant, DbUuid};

    webhooks (id) {
        id -> DbUuid,
        partner -> DbUuid,
        url -> Text,
        events -> Text,
        created_at -> DbInstant,
        removed_at -> Nullable<DbInstant>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Integer, Nullable, Text};
    use crate::types::{DbInstant, DbUuid};

    deliveries (id) {
        id -> DbUuid,
        webhook -> DbUuid,
        event_id -> DbUuid,
        event -> Text,
        body -> Text,
        created_at -> DbInstant,
        state -> Text,
        attempts -> BigInt,
        last_attempt_at -> Nullable<DbInstant>,
        last_status -> Nullable<Integer>,
        last_error -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Text};
    use crate::types::{DbInstant, DbUuid};

    idempotency_keys (partner, key) {
        partner -> DbUuid,
        key -> Text,
        digest -> Binary,
        expires_at -> DbInstant,
    }
}

diesel::joinable!(partner_keys -> partners (partner));
diesel::joinable!(check_results -> partners (partner));
diesel::joinable!(webhooks -> partners (partner));
diesel::joinable!(deliveries -> webhooks (webhook));
