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

const RULES: [Rule; 23] = [
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
