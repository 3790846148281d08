//! The tables, as `migrations/` lays them on both databases.

mod partner_api;
mod portal;
mod signup;

pub(crate) use self::{
    partner_api::{
        check_results, deliveries, dictations, idempotency_keys, partner_keys, partner_users, partners,
        webhooks,
    },
    portal::{
        email_verifications, external_identities, mail_templates, member_profiles, payment_removals,
        payment_statuses, payment_transactions, pending_signins, portal_settings, profile_words,
        sign_in_attempts,
    },
    signup::{signup_forms, signup_providers, signup_sessions, signups},
};

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::types::{DbInstant, DbUuid};

    users (id) {
        id -> DbUuid,
        number -> BigInt,
        display_name -> Text,
        display_name_key -> Text,
        surname -> Nullable<Text>,
        given_names -> Nullable<Text>,
        native_script -> Nullable<Text>,
        preferred_order -> Nullable<Text>,
        username -> Nullable<Text>,
        locale -> Nullable<Text>,
        state -> Text,
        created_at -> DbInstant,
        updated_at -> DbInstant,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Nullable, Text};
    use crate::types::{DbInstant, DbUuid};

    emails (id) {
        id -> DbUuid,
        user_id -> DbUuid,
        address -> Text,
        canonical -> Text,
        state -> Text,
        verified_at -> Nullable<DbInstant>,
        is_default -> Bool,
        created_at -> DbInstant,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Text};
    use crate::types::{DbInstant, DbUuid};

    credentials (user_id) {
        user_id -> DbUuid,
        hash -> Text,
        must_change -> Bool,
        changed_at -> DbInstant,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Nullable, Text};
    use crate::types::DbInstant;

    verification_codes (purpose, subject) {
        purpose -> Text,
        subject -> Text,
        mac -> Nullable<Binary>,
        tries -> Integer,
        sent_at -> DbInstant,
        expires_at -> DbInstant,
        proved_at -> Nullable<DbInstant>,
        proof_token -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use crate::types::{DbInstant, DbUuid};

    sessions (id) {
        id -> DbUuid,
        family_id -> DbUuid,
        kind -> Text,
        user_id -> DbUuid,
        token_digest -> Binary,
        refresh_digest -> Nullable<Binary>,
        created_at -> DbInstant,
        expires_at -> DbInstant,
        refresh_expires_at -> Nullable<DbInstant>,
        rotated_at -> Nullable<DbInstant>,
        ended_at -> Nullable<DbInstant>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable};
    use crate::types::{DbInstant, DbUuid};

    password_resets (id) {
        id -> DbUuid,
        user_id -> Nullable<DbUuid>,
        token_digest -> Binary,
        created_at -> DbInstant,
        expires_at -> DbInstant,
        closed_at -> Nullable<DbInstant>,
    }
}

diesel::table! {
    use diesel::sql_types::{Bool, Nullable, Text};
    use crate::types::{DbInstant, DbUuid};

    projects (id) {
        id -> DbUuid,
        slug -> Text,
        name -> Text,
        description -> Nullable<Text>,
        is_public -> Bool,
        owner_id -> DbUuid,
        created_at -> DbInstant,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::types::{DbInstant, DbUuid};

    project_members (id) {
        id -> DbUuid,
        project_id -> DbUuid,
        user_id -> DbUuid,
        role -> Text,
        permissions -> Text,
        created_at -> DbInstant,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use crate::types::{DbInstant, DbUuid};

    invites (id) {
        id -> DbUuid,
        project_id -> DbUuid,
        address -> Text,
        canonical -> Text,
        role -> Text,
        token_digest -> Binary,
        invited_by -> DbUuid,
        redirect_url -> Nullable<Text>,
        state -> Text,
        accepted_by -> Nullable<DbUuid>,
        accepted_at -> Nullable<DbInstant>,
        revoked_at -> Nullable<DbInstant>,
        created_at -> DbInstant,
        expires_at -> DbInstant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use crate::types::{DbInstant, DbUuid};

    outbox (id) {
        id -> DbUuid,
        kind -> Text,
        recipient -> Text,
        canonical -> Text,
        content -> Text,
        secret -> Nullable<Binary>,
        created_at -> DbInstant,
        due_at -> DbInstant,
        attempts -> BigInt,
        last_error -> Nullable<Text>,
        lease_holder -> Nullable<DbUuid>,
        leased_until -> Nullable<DbInstant>,
        outcome -> Nullable<Text>,
        closed_at -> Nullable<DbInstant>,
    }
}

diesel::joinable!(emails -> users (user_id));
diesel::joinable!(credentials -> users (user_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(project_members -> users (user_id));
diesel::joinable!(project_members -> projects (project_id));
diesel::allow_tables_to_appear_in_same_query!(
    users,
    emails,
    credentials,
    sessions,
    projects,
    project_members,
    invites,
    member_profiles,
    external_identities,
    payment_statuses,
    payment_removals,
    profile_words,
    signup_forms,
    signup_providers,
    signups,
    signup_sessions,
    partners,
    partner_keys,
    partner_users,
    dictations,
    check_results,
    webhooks,
    deliveries,
);
