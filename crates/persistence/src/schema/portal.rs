//! The tables of the members' portal.

diesel::table! {
    use diesel::sql_types::Text;
    use crate::types::DbUuid;

    external_identities (user_id) {
        user_id -> DbUuid,
        issuer -> Text,
        subject -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::Binary;
    use crate::types::DbInstant;

    sign_in_attempts (digest) {
        digest -> Binary,
        expires_at -> DbInstant,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use crate::types::DbInstant;

    pending_signins (digest) {
        digest -> Binary,
        issuer -> Text,
        subject -> Text,
        address -> Text,
        canonical -> Text,
        avatar_url -> Nullable<Text>,
        avatar_thumbnail_url -> Nullable<Text>,
        locale -> Nullable<Text>,
        expires_at -> DbInstant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};
    use crate::types::{DbInstant, DbUuid};

    member_profiles (user_id) {
        user_id -> DbUuid,
        number -> BigInt,
        role -> Text,
        generation -> Nullable<Integer>,
        name -> Text,
        kana -> Text,
        handle -> Text,
        sex -> Nullable<Text>,
        university_name -> Text,
        university_department -> Text,
        university_subject -> Text,
        student_number -> Nullable<Text>,
        phone -> Nullable<Text>,
        other_circles -> Text,
        workshops -> Text,
        squads -> Text,
        discord_id -> Nullable<Text>,
        twitter_screen_name -> Nullable<Text>,
        avatar_url -> Nullable<Text>,
        avatar_thumbnail_url -> Nullable<Text>,
        card_published -> Bool,
        created_at -> DbInstant,
        updated_at -> DbInstant,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::types::DbUuid;

    profile_words (word, user_id, source) {
        word -> Text,
        user_id -> DbUuid,
        source -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::Integer;
    use crate::types::{DbInstant, DbUuid};

    payment_statuses (user_id, period) {
        user_id -> DbUuid,
        period -> Integer,
        authorizer -> DbUuid,
        created_at -> DbInstant,
        updated_at -> DbInstant,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use crate::types::{DbInstant, DbUuid};

    payment_removals (id) {
        id -> DbUuid,
        user_id -> DbUuid,
        period -> Integer,
        authorizer -> DbUuid,
        paid_at -> DbInstant,
        removed_by -> DbUuid,
        removed_at -> DbInstant,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::Binary;
    use crate::types::{DbInstant, DbUuid};

    payment_transactions (digest) {
        digest -> Binary,
        user_id -> DbUuid,
        expires_at -> DbInstant,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use crate::types::{DbInstant, DbUuid};

    email_verifications (digest) {
        digest -> Binary,
        user_id -> DbUuid,
        canonical -> Text,
        expires_at -> DbInstant,
        used_at -> Nullable<DbInstant>,
    }
}

diesel::table! {
    use diesel::sql_types::Integer;
    use crate::types::DbInstant;

    portal_settings (id) {
        id -> Integer,
        current_period -> Integer,
        payment_period -> Integer,
        updated_at -> DbInstant,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::types::DbInstant;

    mail_templates (kind) {
        kind -> Text,
        subject -> Text,
        body -> Text,
        updated_at -> DbInstant,
    }
}
