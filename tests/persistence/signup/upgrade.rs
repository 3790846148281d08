//! From a database without sign-up forms to one with them, and back.

use std::{fs, path::Path};

use chrono::{DateTime, TimeDelta, Utc};
use portico_domain::{
    code::{CodeMac, CodeSubject, VerificationCode},
    email::EmailState,
    ports::Disposable,
};
use portico_persistence::migrations;

use crate::{
    fixture::{Fixture, address, digest, later, login, new_email, now, on_both},
    migrations::layout,
};

on_both!(
    an_older_database_keeps_its_codes_and_gets_the_new_kind,
    the_way_back_keeps_the_codes_of_others,
    the_way_back_leaves_the_tables_as_they_were,
    sign_ins_outlive_the_step_that_notes_rotations,
);

const OLDER: [&str; 2] = ["2026-11-22-000001_accounts", "2026-11-22-000002_portal"];
/// The one with sign-up forms, and what came after it.
const NEWER: [&str; 3] =
    ["2026-11-22-000003_signup", "2026-11-22-000004_partners", "2026-11-30-000005_signup_rotations"];

fn script(f: &Fixture, migration: &str, direction: &str) -> String {
    let database = if f.database.is_sqlite() { "sqlite" } else { "postgresql" };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations").join(database).join(migration);
    fs::read_to_string(folder.join(format!("{direction}.sql"))).unwrap()
}

/// A migration as Diesel notes it down.
fn version(migration: &str) -> String {
    migration.chars().take_while(|c| *c != '_').filter(|c| *c != '-').collect()
}

/// Makes the database one of the release before.
fn make_older(f: &Fixture) {
    migrations::revert_all(f.database.url()).unwrap();
    for migration in OLDER {
        f.sql(&script(f, migration, "up"));
        let version = version(migration);
        f.sql(&format!("INSERT INTO __diesel_schema_migrations (version) VALUES ('{version}')"));
    }
}

/// Goes back to the release before, as Diesel does.
fn go_back(f: &Fixture) {
    revert(f, &NEWER);
}

fn revert(f: &Fixture, migrations: &[&str]) {
    for migration in migrations.iter().rev() {
        let version = version(migration);
        f.sql(&script(f, migration, "down"));
        f.sql(&format!("DELETE FROM __diesel_schema_migrations WHERE version = '{version}'"));
    }
}

fn code(subject: CodeSubject, sent_at: DateTime<Utc>) -> VerificationCode {
    VerificationCode::issue(
        subject,
        CodeMac::from_bytes([0, 1, 2, 255].repeat(8).try_into().unwrap()),
        sent_at,
        TimeDelta::minutes(10),
    )
}

/// Codes in every state that they had before there were sign-up forms.
async fn older_codes(f: &Fixture) -> Vec<VerificationCode> {
    let registration =
        |text: &str| CodeSubject::Registration(address(&format!("{text}@example.org")).canonical().clone());
    let added = new_email(f.person().await.id, "added@example.org", EmailState::Claimed).id;
    let codes = vec![
        code(registration("fresh"), now()),
        VerificationCode { tries: 2, ..code(registration("tried"), later(1)) },
        code(registration("proved"), later(2)).proved(digest(), later(30)),
        code(CodeSubject::AddedAddress(added), later(3)),
    ];
    let kept = codes.clone();
    f.write(move |tx| kept.iter().try_for_each(|code| tx.codes().put(code))).await.unwrap();
    codes
}

async fn find(f: &Fixture, code: &VerificationCode) -> Option<VerificationCode> {
    let subject = code.subject.clone();
    f.read(move |seen| seen.codes().find(&subject)).await.unwrap()
}

async fn signup_code(f: &Fixture) -> VerificationCode {
    code(CodeSubject::Signup { provider: f.door().await.id, login: login("ann") }, now())
}

async fn an_older_database_keeps_its_codes_and_gets_the_new_kind(f: &Fixture) {
    make_older(f);
    let f = &f.with_store(f.another_store());
    assert_eq!(migrations::missing(f.database.url()).unwrap(), NEWER);
    let codes = older_codes(f).await;
    assert_eq!(migrations::migrate(f.database.url()).unwrap(), NEWER);
    for code in &codes {
        assert_eq!(find(f, code).await.as_ref(), Some(code));
    }
    assert_eq!(f.number("SELECT count(*) AS value FROM verification_codes"), 4);
    let new = signup_code(f).await;
    let kept = new.clone();
    f.write(move |tx| tx.codes().put(&kept)).await.unwrap();
    assert_eq!(find(f, &new).await, Some(new));
    // What serves the codes serves them still.
    let purged = f.write(|tx| tx.housekeeping().purge(Disposable::VerificationCodes, later(86_400), 9)).await;
    assert_eq!(purged.unwrap(), 5);
    f.signup("ann").await;
    f.store.close().await;
}

async fn the_way_back_keeps_the_codes_of_others(f: &Fixture) {
    let codes = older_codes(f).await;
    let signup = f.signup("ann").await;
    f.sign_in(signup.id, "one").await;
    let gone = signup_code(f).await;
    let kept = gone.clone();
    f.write(move |tx| tx.codes().put(&kept)).await.unwrap();
    go_back(f);
    let refused = f.write(move |tx| tx.codes().put(&gone)).await;
    assert!(refused.is_err());
    for code in &codes {
        assert_eq!(find(f, code).await.as_ref(), Some(code));
    }
    assert_eq!(f.number("SELECT count(*) AS value FROM verification_codes"), 4);
    assert!(f.knows(signup.user).await);
    assert_eq!(migrations::migrate(f.database.url()).unwrap(), NEWER);
    let f = &f.with_store(f.another_store());
    for code in &codes {
        assert_eq!(find(f, code).await.as_ref(), Some(code));
    }
    assert_eq!(f.number("SELECT count(*) AS value FROM signups"), 0);
    f.store.close().await;
}

async fn the_way_back_leaves_the_tables_as_they_were(f: &Fixture) {
    // SQLite quotes the name of a table that was renamed.
    let tables = || layout(f).iter().map(|line| line.replace('"', "")).collect::<Vec<_>>();
    let laid = tables();
    make_older(f);
    let before = tables();
    assert_eq!(migrations::migrate(f.database.url()).unwrap(), NEWER);
    assert_eq!(tables(), laid);
    go_back(f);
    assert_eq!(tables(), before);
}

async fn sign_ins_outlive_the_step_that_notes_rotations(f: &Fixture) {
    let session = f.sign_in(f.signup("ann").await.id, "one").await;
    let step = &NEWER[2..];
    revert(f, step);
    assert_eq!(migrations::migrate(f.database.url()).unwrap(), step);
    let f = &f.with_store(f.another_store());
    assert_eq!(f.session(session.id).await, session);
    f.store.close().await;
}
