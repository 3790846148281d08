//! Which rule a violated unique index stands for: the one table that knows both databases' ways to name an index.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError};
use portico_domain::ports::Unique;

/// A unique index: PostgreSQL reports its name, SQLite its columns, or its name where it is over an expression.
struct Rule {
    index: &'static str,
    columns: &'static str,
    unique: Unique,
}

const fn rule(index: &'static str, columns: &'static str, unique: Unique) -> Rule {
    Rule { index, columns, unique }
}

const RULES: [Rule; 60] = [
    rule("users_pkey", "users.id", Unique::Identity),
    rule("users_number", "users.number", Unique::Identity),
    rule("users_username", "index 'users_username'", Unique::Username),
    rule("emails_pkey", "emails.id", Unique::Identity),
    rule("emails_held", "emails.canonical", Unique::HeldAddress),
    rule("emails_of_user", "emails.user_id, emails.canonical", Unique::UserAddress),
    rule("emails_default", "emails.user_id", Unique::DefaultAddress),
    rule("credentials_pkey", "credentials.user_id", Unique::Identity),
    rule(
        "verification_codes_pkey",
        "verification_codes.purpose, verification_codes.subject",
        Unique::Identity,
    ),
    rule("sessions_pkey", "sessions.id", Unique::Identity),
    rule("sessions_token", "sessions.token_digest", Unique::Identity),
    rule("sessions_refresh", "sessions.refresh_digest", Unique::Identity),
    rule("password_resets_pkey", "password_resets.id", Unique::Identity),
    rule("password_resets_token", "password_resets.token_digest", Unique::Identity),
    rule("projects_pkey", "projects.id", Unique::Identity),
    rule("projects_slug", "projects.slug", Unique::ProjectSlug),
    rule("project_members_pkey", "project_members.id", Unique::Identity),
    rule(
        "project_members_once",
        "project_members.project_id, project_members.user_id",
        Unique::ProjectMember,
    ),
    rule("project_members_owner", "project_members.project_id", Unique::ProjectOwner),
    rule("invites_pkey", "invites.id", Unique::Identity),
    rule("invites_token", "invites.token_digest", Unique::Identity),
    rule("invites_pending", "invites.project_id, invites.canonical", Unique::PendingInvite),
    rule("outbox_pkey", "outbox.id", Unique::Identity),
    rule("external_identities_pkey", "external_identities.user_id", Unique::Identity),
    rule(
        "external_identities_subject",
        "external_identities.subject, external_identities.issuer",
        Unique::ExternalIdentity,
    ),
    rule("sign_in_attempts_pkey", "sign_in_attempts.digest", Unique::Identity),
    rule("pending_signins_pkey", "pending_signins.digest", Unique::Identity),
    rule("member_profiles_pkey", "member_profiles.user_id", Unique::Profile),
    rule("member_profiles_number", "member_profiles.number", Unique::Identity),
    rule("member_profiles_student_number", "member_profiles.student_number", Unique::StudentNumber),
    rule("member_profiles_phone", "member_profiles.phone", Unique::Phone),
    rule("member_profiles_discord_id", "member_profiles.discord_id", Unique::DiscordId),
    rule(
        "member_profiles_twitter_screen_name",
        "member_profiles.twitter_screen_name",
        Unique::TwitterScreenName,
    ),
    rule(
        "profile_words_pkey",
        "profile_words.word, profile_words.user_id, profile_words.source",
        Unique::Identity,
    ),
    rule("payment_statuses_pkey", "payment_statuses.user_id, payment_statuses.period", Unique::Payment),
    rule("payment_removals_pkey", "payment_removals.id", Unique::Identity),
    rule("payment_transactions_pkey", "payment_transactions.digest", Unique::Identity),
    rule("email_verifications_pkey", "email_verifications.digest", Unique::Identity),
    rule("portal_settings_pkey", "portal_settings.id", Unique::Identity),
    rule("mail_templates_pkey", "mail_templates.kind", Unique::Identity),
    rule("signup_forms_pkey", "signup_forms.number", Unique::Identity),
    rule("signup_forms_identifier", "signup_forms.identifier", Unique::SignupForm),
    rule("signup_providers_pkey", "signup_providers.number", Unique::Identity),
    rule("signup_providers_identifier", "signup_providers.identifier", Unique::SignupProvider),
    rule("signups_pkey", "signups.number", Unique::Identity),
    rule("signups_login", "signups.provider, signups.login", Unique::SignupLogin),
    rule("signups_login_key", "signups.provider, signups.login_key", Unique::SignupLogin),
    rule("signup_sessions_pkey", "signup_sessions.id", Unique::Identity),
    rule("signup_sessions_live", "signup_sessions.signup, signup_sessions.fingerprint", Unique::Identity),
    rule("partners_pkey", "partners.id", Unique::Identity),
    rule("partners_name", "partners.name", Unique::PartnerName),
    rule("partner_keys_pkey", "partner_keys.id", Unique::Identity),
    rule("partner_keys_digest", "partner_keys.digest", Unique::Identity),
    rule("partner_users_pkey", "partner_users.partner, partner_users.user_id", Unique::Identity),
    rule("dictations_pkey", "dictations.partner, dictations.id", Unique::Dictation),
    rule("check_results_pkey", "check_results.partner, check_results.id", Unique::Identity),
    rule("check_results_page", "check_results.page_digest", Unique::Identity),
    rule("webhooks_pkey", "webhooks.id", Unique::Identity),
    rule("deliveries_pkey", "deliveries.id", Unique::Identity),
    rule("idempotency_keys_pkey", "idempotency_keys.partner, idempotency_keys.key", Unique::Identity),
];

/// The rule that a failed statement broke, if it broke one that we know.
pub(crate) fn violated(error: &DieselError) -> Option<Unique> {
    match error {
        DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, information) => {
            lookup(information.as_ref())
        }
        _ => None,
    }
}

fn lookup(information: &(dyn DatabaseErrorInformation + Send + Sync)) -> Option<Unique> {
    let found = if let Some(index) = information.constraint_name() {
        RULES.iter().find(|rule| rule.index == index)
    } else {
        let columns = information.message().strip_prefix("UNIQUE constraint failed: ")?;
        RULES.iter().find(|rule| rule.columns == columns)
    };
    found.map(|rule| rule.unique)
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    /// The unique indexes that a migration of PostgreSQL lays, by their names.
    fn laid(sql: &str) -> Vec<String> {
        let after = |line: &str, words: &str| {
            let rest = line.trim().strip_prefix(words)?;
            rest.split([' ', '(']).next().map(str::to_owned)
        };
        let keys = sql.lines().filter_map(|line| after(line, "CREATE TABLE ")).map(|table| table + "_pkey");
        keys.chain(sql.lines().filter_map(|line| after(line, "CREATE UNIQUE INDEX "))).collect()
    }

    #[test]
    fn every_unique_index_of_the_migrations_has_its_rule() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/postgresql");
        let mut names = Vec::new();
        for migration in fs::read_dir(folder).unwrap() {
            let up = migration.unwrap().path().join("up.sql");
            names.extend(laid(&fs::read_to_string(up).unwrap()));
        }
        assert!(names.contains(&"users_username".to_owned()) && names.contains(&"users_pkey".to_owned()));
        for name in names {
            assert!(RULES.iter().any(|rule| rule.index == name), "{name}");
        }
    }

    #[test]
    fn a_violation_that_nobody_knows_is_no_rule() {
        let violation = |text: &str| {
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, Box::new(text.to_owned()))
        };
        let unknown = violation("UNIQUE constraint failed: users.shoe_size");
        assert_eq!(violated(&unknown), None);
        let username = violation("UNIQUE constraint failed: index 'users_username'");
        assert_eq!(violated(&username), Some(Unique::Username));
        assert_eq!(violated(&DieselError::NotFound), None);
    }
}
