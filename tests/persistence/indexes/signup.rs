//! The reads of the sign-up API.

use portico_domain::{
    code::{CodeMac, CodeSubject, VerificationCode},
    id::SignupId,
    ports::{Disposable, Stretch},
    signup::{ProviderKind, SignupSession},
};

use super::assert_searched;
use crate::fixture::{
    Fixture, form_definition, identifier, later, login, new_signup, new_signup_session, now, on_postgresql,
    provider_definition,
};

on_postgresql!(every_read_of_the_sign_up_api_uses_the_index_made_for_it);

const HOT: [&str; 19] = [
    "signup_forms_identifier",
    "signup_forms_pkey",
    "signup_providers_identifier",
    "signup_providers_of_form",
    "signup_providers_pkey",
    "signup_sessions_by_expiry",
    "signup_sessions_ended",
    "signup_sessions_live",
    "signup_sessions_of_signup",
    "signup_sessions_pkey",
    "signups_login",
    "signups_login_key",
    "signups_of_provider",
    "signups_of_user",
    "signups_pkey",
    "signups_waiting",
    "users_pkey",
    "verification_codes_by_expiry",
    "verification_codes_pkey",
];

/// So many rows that reading all of a table is not the cheapest way.
const CROWD: &str = "
INSERT INTO users (id, display_name, display_name_key, state, created_at, updated_at)
    SELECT gen_random_uuid(), 'Crowd', 'crowd', 'active', now(), now() FROM generate_series(1, 3000);
INSERT INTO emails (id, user_id, address, canonical, state, verified_at, is_default, created_at)
    SELECT gen_random_uuid(), id, number || '@c.example', number || '@c.example', 'verified', now(), true, now()
    FROM users;
INSERT INTO credentials SELECT id, 'hash', false, now() FROM users;
INSERT INTO sessions
    SELECT gen_random_uuid(), gen_random_uuid(), 'accounts', id, sha256(id::text::bytea),
        sha256(number::text::bytea), now(), now(), now() + number * interval '1 day' FROM users;
INSERT INTO password_resets
    SELECT gen_random_uuid(), id, sha256(id::text::bytea), now(), now() + number * interval '1 day' FROM users;
INSERT INTO projects SELECT gen_random_uuid(), 'slug-' || number, 'Name', NULL, true, id, now() FROM users;
INSERT INTO project_members
    SELECT gen_random_uuid(), projects.id, users.id, 'member', '[]', now() FROM users
    JOIN projects ON hashtext(projects.slug) % 1000 = users.number % 1000;
INSERT INTO invites
    SELECT gen_random_uuid(), id, 'g@g.example', 'g@g.example', 'member', sha256(slug::bytea), owner_id, NULL,
        'accepted', owner_id, now(), NULL, now(), now() FROM projects;
INSERT INTO external_identities SELECT id, '', 's' || number FROM users;
INSERT INTO member_profiles (user_id, number, role, name, kana, handle, university_name, university_department,
    university_subject, other_circles, workshops, squads, card_published, created_at, updated_at)
    SELECT id, number, 'member', '', '', '', '', '', '', '', '[]', '[]', false, now(), now() FROM users;
INSERT INTO payment_statuses SELECT id, 202004, id, now(), now() FROM users;
INSERT INTO payment_removals SELECT gen_random_uuid(), id, 202004, id, now(), id, now(), NULL FROM users;
INSERT INTO email_verifications
    SELECT sha256(id::text::bytea), id, 'a', now() + number * interval '1 day', NULL FROM users;
INSERT INTO partners SELECT gen_random_uuid(), 'Partner ' || n, now(), NULL FROM generate_series(1, 2) AS n;
INSERT INTO partner_users SELECT partners.id, users.id, now() FROM partners, users;
INSERT INTO verification_codes SELECT 'signup', id::text, NULL, 0, now(), now() + number * interval '1 day'
    FROM users;
INSERT INTO signup_forms (identifier, definition, version, created_at, updated_at)
    SELECT 'f' || number, '{}', 1, now(), now() FROM users;
INSERT INTO signup_providers (identifier, form, is_active, definition, version, created_at, updated_at)
    SELECT 'p' || number, number, true, '{}', 1, now(), now() FROM signup_forms WHERE number > 1;
INSERT INTO signups (provider, login, login_key, form_data, notification, fcm_tokens, state, locale, status, version,
    user_id, created_at, updated_at)
    SELECT number % 500 + 1, 'l' || number, 'l' || number, '{}', '{}', '[]', '{}', 'en',
        CASE WHEN number % 3 = 0 THEN 'waiting' WHEN number % 3 = 1 THEN 'archived' ELSE 'active' END, 1, id,
        now() + number * interval '1 day', now() FROM users;
INSERT INTO signup_sessions
    SELECT gen_random_uuid(), number, n::text, '{}', 0, now(), now(), now() + number * interval '1 day',
        now() + number * interval '1 day', CASE WHEN n = 1 THEN now() + number * interval '1 day' END
    FROM signups, generate_series(1, 2) AS n;";

async fn every_read_of_the_sign_up_api_uses_the_index_made_for_it(f: &Fixture) {
    f.sql(CROWD);
    f.gather_statistics();
    let f = &f.with_store(f.another_store());
    let (provider, person, other) = (f.door().await.id, f.person().await.id, f.person().await.id);
    let form = form_definition("one");
    let door = provider_definition("door", "one");
    let subject = CodeSubject::Signup { provider, login: login("ann") };
    let code = VerificationCode::issue(
        subject.clone(),
        CodeMac::from_bytes([1; 32]),
        now(),
        chrono::TimeDelta::minutes(2),
    );
    let some = Stretch { offset: 0, limit: 1 };
    f.forget_reads();
    f.write(move |tx| {
        tx.signup_forms().add(&form, now())?;
        tx.signup_forms().write(&form, now())?;
        tx.signup_forms().find(&form.identifier)?;
        tx.signup_forms().list(some)?;
        tx.signup_providers().add(&door, now())?;
        tx.signup_providers().write(&door, now())?;
        tx.signup_providers().find(&door.identifier)?;
        tx.signup_providers().list(some)?;
        tx.signup_providers().list_active(some)?;
        tx.signup_providers().list_by_form(&identifier("one"))?;
        let signup = tx.signups().add(&new_signup(provider, person, "ann"), ProviderKind::Email)?;
        tx.signups().write(&signup, ProviderKind::Email, now())?;
        tx.signups().find(signup.id)?;
        tx.signups().find_by_login(provider, &login("ann"))?;
        tx.signups().find_of_user(provider, person)?;
        tx.signups().is_taken(provider, ProviderKind::Email, &login("ann"))?;
        tx.signups().has_any(provider)?;
        tx.signups().list_waiting(provider, later(-1_000_000_000), 10)?;
        let session = new_signup_session(signup.id, "one");
        tx.signup_sessions().add(&session)?;
        tx.signup_sessions().rotate(&SignupSession { generation: 1, ..session.clone() })?;
        tx.signup_sessions().find_bearer(session.id)?;
        tx.signup_sessions().list_devices(signup.id, now())?;
        tx.signup_sessions().end_all_of(signup.id, Some(session.id), now())?;
        tx.signup_sessions().end(session.id, now())?;
        tx.codes().put(&code)?;
        tx.codes().find(&subject)?;
        tx.codes().remove(&subject)?;
        tx.users().is_known_elsewhere(person, Some(signup.id))?;
        tx.users().is_known_elsewhere(other, Some(SignupId::from_number(1)))?;
        tx.signups().remove(signup.id)?;
        tx.users().remove(person)?;
        tx.signup_providers().remove(&door.identifier)?;
        tx.signup_forms().remove(&form.identifier)?;
        for what in [Disposable::SignupSessions, Disposable::VerificationCodes] {
            tx.housekeeping().purge(what, now(), 10)?;
        }
        Ok(())
    })
    .await
    .unwrap();
    assert_searched(f, &HOT).await;
}
