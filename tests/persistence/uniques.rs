//! Every unique index of either database is known to the store as a rule.

mod partners;
mod portal;
mod signup;

use portico_domain::{
    code::{CodeMac, CodeSubject, VerificationCode},
    credential::Credential,
    email::{Email, EmailState},
    id::PasswordResetId,
    invite::Invite,
    member::{Member, Role},
    password::PasswordHash,
    password_reset::PasswordReset,
    policy::Lifetimes,
    ports::{StoreError, Transaction, Unique},
    project::Project,
    session::Session,
    user::NewUser,
};

use crate::fixture::{
    Dice, Fixture, digest, later, new_email, new_invite, new_letter, new_member, new_project, new_session,
    new_user, now, on_both,
};

on_both!(every_unique_index_refuses_with_its_rule, what_is_kept_in_place_of_another_is_never_refused);

/// An index by its name on PostgreSQL and its columns on SQLite, with work that breaks its rule.
struct Case {
    index: &'static str,
    columns: &'static str,
    unique: Unique,
    breach: fn(&mut dyn Transaction) -> Result<(), StoreError>,
}

const fn case(
    index: &'static str,
    columns: &'static str,
    unique: Unique,
    breach: fn(&mut dyn Transaction) -> Result<(), StoreError>,
) -> Case {
    Case { index, columns, unique, breach }
}

/// Indexes that the ports cannot break: a number is drawn by the database, no port sets a username yet, and the
/// others' records take the place of what was there.
const BEYOND_THE_PORTS: [(&str, &str); 14] = [
    ("users_number", "-"),
    ("users_username", "users_username"),
    ("credentials_pkey", "credentials.user_id"),
    ("verification_codes_pkey", "verification_codes.purpose, verification_codes.subject"),
    ("external_identities_pkey", "external_identities.user_id"),
    ("profile_words_pkey", "profile_words.word, profile_words.user_id, profile_words.source"),
    // On SQLite it is the row's own number, which is no index.
    ("portal_settings_pkey", "-"),
    ("mail_templates_pkey", "mail_templates.kind"),
    ("signup_forms_pkey", "-"),
    ("signup_providers_pkey", "-"),
    ("signups_pkey", "-"),
    ("partner_users_pkey", "partner_users.partner, partner_users.user_id"),
    ("idempotency_keys_pkey", "idempotency_keys.partner, idempotency_keys.key"),
    ("signup_sessions_live", "signup_sessions.signup, signup_sessions.fingerprint"),
];

fn user(tx: &mut dyn Transaction) -> Result<portico_domain::user::User, StoreError> {
    tx.users().add(&new_user("Somebody"))
}

fn project(tx: &mut dyn Transaction) -> Result<Project, StoreError> {
    let project = new_project(user(tx)?.id);
    tx.projects().add(&project).map(|()| project)
}

fn claimed(tx: &mut dyn Transaction, text: &str) -> Result<Email, StoreError> {
    let email = new_email(user(tx)?.id, text, EmailState::Claimed);
    tx.emails().add(&email).map(|()| email)
}

fn session(tx: &mut dyn Transaction) -> Result<Session, StoreError> {
    let session = new_session(user(tx)?.id);
    tx.sessions().add(&session).map(|()| session)
}

fn reset(tx: &mut dyn Transaction) -> Result<PasswordReset, StoreError> {
    let reset = PasswordReset {
        id: PasswordResetId::generate(now(), &Dice),
        user: None,
        token: digest(),
        created_at: now(),
        expires_at: later(900),
        closed_at: None,
    };
    tx.password_resets().add(&reset).map(|()| reset)
}

fn member(tx: &mut dyn Transaction, role: Role) -> Result<Member, StoreError> {
    let member = new_member(project(tx)?.id, user(tx)?.id, role);
    tx.members().add(&member).map(|()| member)
}

fn invite(tx: &mut dyn Transaction) -> Result<(Project, Invite), StoreError> {
    let project = project(tx)?;
    let invite = new_invite(&project, "guest@example.org");
    tx.invites().add(&invite).map(|()| (project, invite))
}

fn cases() -> Vec<Case> {
    let mut cases = people();
    cases.extend(projects());
    cases.extend(portal::cases());
    cases.extend(signup::cases());
    cases.extend(partners::cases());
    cases
}

fn people() -> Vec<Case> {
    vec![
        case("users_pkey", "users.id", Unique::Identity, |tx| {
            let twin = NewUser { id: user(tx)?.id, ..new_user("Twin") };
            tx.users().add(&twin).map(drop)
        }),
        case("emails_pkey", "emails.id", Unique::Identity, |tx| {
            let first = claimed(tx, "one@example.org")?;
            let second =
                Email { id: first.id, ..new_email(first.user, "two@example.org", EmailState::Claimed) };
            tx.emails().add(&second)
        }),
        case("emails_held", "emails.canonical", Unique::HeldAddress, |tx| {
            for _ in 0..2 {
                let email = new_email(user(tx)?.id, "held@example.org", EmailState::Provisioned);
                tx.emails().add(&email)?;
            }
            Ok(())
        }),
        case("emails_of_user", "emails.user_id, emails.canonical", Unique::UserAddress, |tx| {
            let first = claimed(tx, "one@example.org")?;
            tx.emails().add(&new_email(first.user, "One@example.org", EmailState::Claimed))
        }),
        case("emails_default", "emails.user_id", Unique::DefaultAddress, |tx| {
            let user = user(tx)?.id;
            for text in ["one@example.org", "two@example.org"] {
                let email = new_email(user, text, EmailState::Claimed);
                tx.emails().add(&Email { is_default: true, ..email })?;
            }
            Ok(())
        }),
        case("sessions_pkey", "sessions.id", Unique::Identity, |tx| {
            let first = session(tx)?;
            tx.sessions().add(&Session { id: first.id, ..new_session(first.user) })
        }),
        case("sessions_token", "sessions.token_digest", Unique::Identity, |tx| {
            let first = session(tx)?;
            tx.sessions().add(&Session { token: first.token, ..new_session(first.user) })
        }),
        case("sessions_refresh", "sessions.refresh_digest", Unique::Identity, |tx| {
            let first = session(tx)?;
            tx.sessions().add(&Session { refresh: first.refresh, ..new_session(first.user) })
        }),
        case("password_resets_pkey", "password_resets.id", Unique::Identity, |tx| {
            let first = reset(tx)?;
            tx.password_resets().add(&PasswordReset { token: digest(), ..first })
        }),
        case("password_resets_token", "password_resets.token_digest", Unique::Identity, |tx| {
            let first = reset(tx)?;
            let id = PasswordResetId::generate(now(), &Dice);
            tx.password_resets().add(&PasswordReset { id, ..first })
        }),
        case("outbox_pkey", "outbox.id", Unique::Identity, |tx| {
            let letter = new_letter();
            tx.outbox().add(&letter)?;
            tx.outbox().add(&letter)
        }),
    ]
}

fn projects() -> Vec<Case> {
    vec![
        case("projects_pkey", "projects.id", Unique::Identity, |tx| {
            let first = project(tx)?;
            tx.projects().add(&Project { id: first.id, ..new_project(first.owner) })
        }),
        case("projects_slug", "projects.slug", Unique::ProjectSlug, |tx| {
            let first = project(tx)?;
            tx.projects().add(&Project { slug: first.slug, ..new_project(first.owner) })
        }),
        case("project_members_pkey", "project_members.id", Unique::Identity, |tx| {
            let first = member(tx, Role::Member)?;
            let second = new_member(project(tx)?.id, first.user, Role::Member);
            tx.members().add(&Member { id: first.id, ..second })
        }),
        case(
            "project_members_once",
            "project_members.project_id, project_members.user_id",
            Unique::ProjectMember,
            |tx| {
                let first = member(tx, Role::Member)?;
                tx.members().add(&new_member(first.project, first.user, Role::Admin))
            },
        ),
        case("project_members_owner", "project_members.project_id", Unique::ProjectOwner, |tx| {
            let first = member(tx, Role::Owner)?;
            let second = user(tx)?.id;
            tx.members().add(&new_member(first.project, second, Role::Owner))
        }),
        case("invites_pkey", "invites.id", Unique::Identity, |tx| {
            let (project, first) = invite(tx)?;
            tx.invites().add(&Invite { id: first.id, ..new_invite(&project, "other@example.org") })
        }),
        case("invites_token", "invites.token_digest", Unique::Identity, |tx| {
            let (project, first) = invite(tx)?;
            tx.invites().add(&Invite { token: first.token, ..new_invite(&project, "other@example.org") })
        }),
        case("invites_pending", "invites.project_id, invites.canonical", Unique::PendingInvite, |tx| {
            let (project, _) = invite(tx)?;
            tx.invites().add(&new_invite(&project, "Guest@example.org"))
        }),
    ]
}

/// The unique indexes of the database itself, named as the cases name them.
fn catalog(f: &Fixture) -> Vec<String> {
    if f.database.is_sqlite() {
        // An index over an expression has no columns, and is reported by its name.
        f.texts(
            "SELECT coalesce((SELECT group_concat(t.name || '.' || c.name, ', ' ORDER BY c.seqno) \
             FROM pragma_index_info(i.name) AS c WHERE c.name IS NOT NULL), i.name) AS value \
             FROM sqlite_schema AS t, pragma_index_list(t.name) AS i \
             WHERE t.type = 'table' AND t.name NOT LIKE '\\_\\_%' ESCAPE '\\' AND i.\"unique\" = 1 ORDER BY 1",
        )
    } else {
        f.texts(
            "SELECT indexrelid::regclass::text AS value FROM pg_index \
             JOIN pg_class ON pg_class.oid = indrelid \
             WHERE indisunique AND relnamespace = current_schema()::regnamespace AND relname NOT LIKE '\\_\\_%' \
             ORDER BY 1",
        )
    }
}

async fn every_unique_index_refuses_with_its_rule(f: &Fixture) {
    let sqlite = f.database.is_sqlite();
    let pick = |index: &'static str, columns: &'static str| if sqlite { columns } else { index };
    let mut covered: Vec<&str> = cases().iter().map(|case| pick(case.index, case.columns)).collect();
    covered.extend(BEYOND_THE_PORTS.map(|(index, columns)| pick(index, columns)));
    covered.retain(|name| *name != "-");
    covered.sort_unstable();
    let mut present = catalog(f);
    present.sort_unstable();
    assert_eq!(present, covered);

    for Case { index, unique, breach, .. } in cases() {
        let answer = f.write(move |tx| breach(tx)).await;
        assert!(
            matches!(answer, Err(StoreError::Duplicate(broken)) if broken == unique),
            "{index}: expected {unique:?}, got {answer:?}"
        );
    }
}

async fn what_is_kept_in_place_of_another_is_never_refused(f: &Fixture) {
    f.write(|tx| {
        let email = claimed(tx, "one@example.org")?;
        let hash = PasswordHash::from_phc("$argon2id$1".to_owned());
        let credential = Credential { user: email.user, hash, must_change: false, changed_at: now() };
        let subject = CodeSubject::AddedAddress(email.id);
        let life = Lifetimes::default().registration_code;
        let code = VerificationCode::issue(subject, CodeMac::from_bytes([1; 32]), now(), life);
        for _ in 0..2 {
            tx.credentials().set(&credential)?;
            tx.codes().put(&code)?;
        }
        Ok(())
    })
    .await
    .unwrap();
}
