//! On PostgreSQL every read finds an index made for it; on SQLite the store's own tests ask the planner.

mod partners;
mod portal;
mod signup;

use chrono::TimeDelta;
use portico_domain::{
    code::{CodeMac, CodeSubject, VerificationCode},
    email::EmailState,
    letter::Lane,
    member::Role,
    page::Page,
    ports::{Disposable, LeaseHolder},
};
use uuid::Uuid;

use crate::fixture::{
    Fixture, address, digest, later, new_email, new_invite, new_letter, new_member, new_session, now,
    on_postgresql,
};

on_postgresql!(every_read_uses_the_index_made_for_it);

/// The indexes that the bearer check, the lists and the workers live on; which others the planner takes is its own
/// affair.
const HOT: [&str; 19] = [
    "credentials_pkey",
    "emails_claimed",
    "invites_pending_by_id",
    "invites_token",
    "outbox_closed",
    "outbox_due_to_partners",
    "outbox_due_to_people",
    "outbox_pkey",
    "password_resets_of_user",
    "password_resets_token",
    "project_members_by_id",
    "project_members_of_user",
    "projects_slug",
    "sessions_by_expiry",
    "sessions_of_family",
    "sessions_of_user",
    "sessions_refresh",
    "sessions_token",
    "users_pkey",
];

/// So many rows that reading all of a table is not the cheapest way.
const CROWD: &str = "
INSERT INTO users (id, display_name, display_name_key, state, created_at, updated_at)
    SELECT gen_random_uuid(), 'Crowd', 'crowd', 'active', now(), now() FROM generate_series(1, 3000);
INSERT INTO emails (id, user_id, address, canonical, state, verified_at, is_default, created_at)
    SELECT gen_random_uuid(), id, number || '@c.example', number || '@c.example',
        CASE WHEN number % 2 = 0 THEN 'claimed' ELSE 'verified' END,
        CASE WHEN number % 2 = 0 THEN NULL ELSE now() END, true, now() FROM users;
INSERT INTO credentials SELECT id, 'hash', false, now() FROM users;
INSERT INTO verification_codes SELECT 'registration', id::text, NULL, 0, now(), now() + number * interval '1 day'
    FROM users;
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
    SELECT gen_random_uuid(), projects.id, n || '@g.example', n || '@g.example', 'member',
        sha256((slug || n)::bytea), owner_id, NULL, CASE WHEN n = 1 THEN 'pending' ELSE 'revoked' END,
        NULL, NULL, CASE WHEN n = 1 THEN NULL ELSE now() END, now(), now()
    FROM projects, generate_series(1, 3) AS n;
INSERT INTO outbox (id, kind, recipient, canonical, content, created_at, due_at, attempts, outcome, closed_at)
    SELECT gen_random_uuid(), 'invite', 'a@b', 'a@b', '{}', now(), now() + number * interval '1 day', 0,
        CASE WHEN number % 2 = 0 THEN 'delivered' END,
        CASE WHEN number % 2 = 0 THEN now() + number * interval '1 day' END FROM users;";

async fn every_read_uses_the_index_made_for_it(f: &Fixture) {
    f.sql(CROWD);
    f.gather_statistics();
    let f = &f.with_store(f.another_store());
    let project = f.project().await;
    let (user, invite, session) =
        (project.owner, new_invite(&project, "guest@example.org"), new_session(project.owner));
    let (slug, token, canonical) = (project.slug.clone(), invite.token, invite.address.canonical().clone());
    let (bearer, refresh, unknown) = (session.token, session.refresh, digest());
    let subject = CodeSubject::Registration(address("a@example.org").canonical().clone());
    let (id, page) = (project.id, Page::new(5, Some(Uuid::nil())).unwrap());
    let (invite_id, letter) = (invite.id, new_letter());
    f.forget_reads();
    f.write(move |tx| {
        tx.members().add(&new_member(id, user, Role::Member))?;
        tx.invites().add(&invite)?;
        tx.sessions().add(&session)?;
        tx.outbox().add(&letter)?;
        let claim = new_email(user, "guest@example.org", EmailState::Claimed);
        tx.emails().add(&claim)?;
        let mac = CodeMac::from_bytes([1; 32]);
        let code = VerificationCode::issue(subject.clone(), mac, now(), TimeDelta::hours(1));
        tx.codes().put(&code)?;
        tx.codes().find(&subject)?;
        tx.users().find(user)?;
        tx.users().list(None, page)?;
        tx.emails().find_holder(&canonical)?;
        tx.emails().find_latest_claim(&canonical)?;
        tx.emails().find_of(user, &canonical)?;
        tx.emails().list_of(user)?;
        tx.emails().void_claims(&canonical)?;
        tx.credentials().find(user)?;
        tx.sessions().find_bearer(&bearer)?;
        tx.sessions().find_by_refresh(&refresh)?;
        tx.sessions().end_family(session.family, later(1))?;
        tx.sessions().end_all_of(user, None, later(1))?;
        tx.password_resets().find_by_token(&unknown)?;
        tx.password_resets().close_all_of(user, later(1))?;
        tx.projects().find(id)?;
        tx.projects().find_by_slug(&slug)?;
        tx.projects().list_taken(std::slice::from_ref(&slug))?;
        tx.projects().list_of(user, page)?;
        tx.members().find(id, user)?;
        tx.members().list(id, page)?;
        tx.invites().find_by_token(&token)?;
        tx.invites().find(id, invite_id)?;
        tx.invites().find_pending(id, &canonical)?;
        tx.invites().list_pending(id, page)?;
        tx.outbox().list_due(Lane::People, now(), 10)?;
        tx.outbox().list_due(Lane::Partners, now(), 10)?;
        tx.outbox().lease(letter.id, LeaseHolder(Uuid::nil()), now(), later(1))?;
        for what in [
            Disposable::Sessions,
            Disposable::VerificationCodes,
            Disposable::PasswordResets,
            Disposable::Letters,
        ] {
            tx.housekeeping().purge(what, now(), 10)?;
        }
        Ok(())
    })
    .await
    .unwrap();
    assert_searched(f, &HOT).await;
}

/// Asserts that no table was read through since the statistics were reset, and that these indexes were used. The store
/// is closed for it: what a connection did is counted when it ends.
async fn assert_searched(f: &Fixture, hot: &[&str]) {
    f.store.close().await;
    let read_through = "SELECT relname || '' AS value FROM pg_stat_user_tables WHERE seq_scan > 0 AND schemaname = current_schema() ORDER BY 1";
    assert_eq!(f.texts(read_through), Vec::<String>::new());
    let unused = "SELECT indexrelname || '' AS value FROM pg_stat_user_indexes \
                  WHERE idx_scan = 0 AND schemaname = current_schema() AND relname NOT LIKE '\\_\\_%' ORDER BY 1";
    let unused = f.texts(unused);
    let missed: Vec<&&str> = hot.iter().filter(|index| unused.iter().any(|name| name == *index)).collect();
    assert_eq!(missed, Vec::<&&str>::new());
}
