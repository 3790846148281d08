//! What SQLite's planner makes of the store's own queries: a lookup searches an index, a list comes in its order.

mod partners;
mod portal;
mod signup;

use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use diesel::{
    Connection as _, QueryableByName, RunQueryDsl as _, connection::InstrumentationEvent, sql_types::Text,
};
use portico_domain::{
    code::CodeSubject,
    email::EmailAddress,
    id::{EmailId, FamilyId, InviteId, LetterId, PasswordResetId, ProjectId, SessionId, UserId},
    letter::Lane,
    page::Page,
    ports::{Disposable, LeaseHolder, StoreError, Transaction},
    slug::Slug,
    token::TokenDigest,
};
use tempfile::TempDir;
use uuid::Uuid;

use crate::{
    connection::{AnyConnection, Endpoint},
    migrations,
    place::Place,
    transaction::DieselTransaction,
};

const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// A migrated database in a file.
struct Scratch {
    place: Place,
    _folder: TempDir,
}

impl Scratch {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        migrations::migrate(&url).unwrap();
        Self { place: Place::parse(&url).unwrap(), _folder: folder }
    }
}

/// The statements that `work` runs, as the database gets them.
fn statements(
    scratch: &Scratch,
    work: impl FnOnce(&mut DieselTransaction<'_>) -> Result<(), StoreError>,
) -> Vec<String> {
    let mut connection = Endpoint::writing(scratch.place.clone()).open().unwrap();
    let log = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&log);
    let AnyConnection::Sqlite(sqlite) = &mut connection else { panic!("{:?} is a file", scratch.place) };
    sqlite.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let text = query.to_string();
            let sql = text.split_once("-- binds").map_or(text.as_str(), |(sql, _)| sql);
            seen.lock().unwrap().push(sql.trim().to_owned());
        }
    });
    work(&mut DieselTransaction::new(&mut connection)).unwrap();
    let log = log.lock().unwrap();
    log.iter()
        .filter(|sql| ["SELECT", "UPDATE", "DELETE", "INSERT"].iter().any(|verb| sql.starts_with(verb)))
        .cloned()
        .collect()
}

/// Asserts that each statement searches an index, and that lists come in its order.
fn assert_searches(scratch: &Scratch, statements: Vec<String>) {
    for sql in statements.into_iter().filter(|sql| !sql.starts_with("INSERT")) {
        let steps = plan(scratch, &sql);
        let slow =
            steps.iter().any(|step| step.starts_with("SCAN") || step.contains("TEMP B-TREE FOR ORDER"));
        assert!(!slow, "{sql}\n{steps:#?}");
    }
}

fn plan(scratch: &Scratch, sql: &str) -> Vec<String> {
    let mut connection = Endpoint::reading(scratch.place.clone()).open().unwrap();
    let AnyConnection::Sqlite(sqlite) = &mut connection else { panic!("{:?} is a file", scratch.place) };
    let steps: Vec<Step> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load(sqlite).unwrap();
    steps.into_iter().map(|step| step.detail).collect()
}

/// Every read of the ports, and every guarded update, but for the operator's search in texts.
fn everything(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    let uuid = Uuid::from_u128(7);
    let (user, project) = (UserId::from_uuid(uuid), ProjectId::from_uuid(uuid));
    let address = EmailAddress::parse("a@example.org").unwrap().canonical().clone();
    let (token, slug) = (TokenDigest::from_bytes([7; 32]), Slug::from_name("slug"));
    let page = Page::new(10, Some(uuid)).unwrap();
    let subject = CodeSubject::Registration(address.clone());
    tx.users().find(user)?;
    tx.users().list(None, page)?;
    tx.emails().find_holder(&address)?;
    tx.emails().find_latest_claim(&address)?;
    tx.emails().find_of(user, &address)?;
    tx.emails().list_of(user)?;
    tx.emails().void_claims(&address)?;
    let _ = tx.emails().verify(EmailId::from_uuid(uuid), NOW);
    tx.credentials().find(user)?;
    tx.codes().find(&subject)?;
    tx.codes().remove(&subject)?;
    tx.sessions().find_bearer(&token)?;
    tx.sessions().find_by_refresh(&token)?;
    let _ = tx.sessions().rotate(SessionId::from_uuid(uuid), NOW);
    tx.sessions().end_family(FamilyId::from_uuid(uuid), NOW)?;
    tx.sessions().end_all_of(user, Some(FamilyId::from_uuid(uuid)), NOW)?;
    tx.password_resets().find_by_token(&token)?;
    let _ = tx.password_resets().close(PasswordResetId::from_uuid(uuid), NOW);
    tx.password_resets().close_all_of(user, NOW)?;
    tx.projects().find(project)?;
    tx.projects().find_by_slug(&slug)?;
    tx.projects().list_taken(&[slug])?;
    tx.projects().list_of(user, page)?;
    tx.members().find(project, user)?;
    tx.members().list(project, page)?;
    tx.invites().find_by_token(&token)?;
    tx.invites().find(project, InviteId::from_uuid(uuid))?;
    tx.invites().find_pending(project, &address)?;
    tx.invites().list_pending(project, page)?;
    for lane in [Lane::People, Lane::Partners] {
        tx.outbox().list_due(lane, NOW, 10)?;
    }
    let _ = tx.outbox().lease(LetterId::from_uuid(uuid), LeaseHolder(uuid), NOW, NOW);
    for what in
        [Disposable::Sessions, Disposable::VerificationCodes, Disposable::PasswordResets, Disposable::Letters]
    {
        tx.housekeeping().purge(what, NOW, 10)?;
    }
    Ok(())
}

#[test]
fn no_read_scans_a_table_or_sorts() {
    let scratch = Scratch::new();
    let statements = statements(&scratch, |tx| everything(tx));
    assert!(statements.len() >= 36, "{statements:#?}");
    assert_searches(&scratch, statements);
}

#[test]
fn the_backlog_reads_open_letters_alone() {
    let scratch = Scratch::new();
    let statements = statements(&scratch, |tx| {
        let tx: &mut dyn Transaction = tx;
        tx.outbox().backlog().map(drop)
    });
    assert_eq!(statements.len(), 1);
    let steps = plan(&scratch, &statements[0]);
    assert!(steps[0].contains("USING INDEX outbox_due"), "{steps:#?}");
}

#[test]
fn a_bearer_is_checked_with_one_statement() {
    let scratch = Scratch::new();
    let statements = statements(&scratch, |tx| {
        let tx: &mut dyn Transaction = tx;
        tx.sessions().find_bearer(&TokenDigest::from_bytes([7; 32])).map(drop)
    });
    assert_eq!(statements.len(), 1);
    let steps = plan(&scratch, &statements[0]);
    assert!(steps[0].contains("USING INDEX sessions_token"), "{steps:#?}");
}
