//! Rows that hold what we would never write.

use std::fmt::Debug;

use portico_domain::ports::{Snapshot, StoreError, Stretch};

use crate::fixture::{Fixture, identifier, on_both};

on_both!(
    a_damaged_definition_is_named_by_table_and_column,
    a_damaged_entity_is_named_by_table_and_column,
    a_damaged_sign_in_is_named_by_table_and_column,
);

/// Damages a column, asserts that a read names it, and mends it again.
async fn corrupt<T: Send + Debug + 'static>(
    f: &Fixture,
    (table, column): (&str, &str),
    damage: &str,
    read: impl Fn(&mut dyn Snapshot) -> Result<T, StoreError> + Send + 'static,
) {
    let cast = if f.database.is_sqlite() { "TEXT" } else { "text" };
    let sound = f.texts(&format!("SELECT CAST({column} AS {cast}) AS value FROM {table}")).remove(0);
    f.sql(&format!("UPDATE {table} SET {column} = {damage}"));
    match f.read(read).await {
        Err(StoreError::Corrupt { table: at, column: of }) => assert_eq!((at, of), (table, column)),
        other => panic!("{damage}: {other:?}"),
    }
    let sound = sound.replace('\'', "''");
    f.sql(&format!("UPDATE {table} SET {column} = '{sound}'"));
}

async fn a_damaged_definition_is_named_by_table_and_column(f: &Fixture) {
    for (column, damage) in [
        ("definition", "'{}'"),
        ("definition", "replace(definition, '\"isLogin\":true', '\"isLogin\":7')"),
        ("definition", "replace(definition, '\"identifier\":\"reg\"', '\"identifier\":\"a b\"')"),
        ("identifier", "'other'"),
    ] {
        let list = |seen: &mut dyn Snapshot| seen.signup_forms().list(Stretch::ALL);
        corrupt(f, ("signup_forms", column), damage, list).await;
    }
    let signup = f.signup("ann").await.id;
    let session = f.sign_in(signup, "one").await.id;
    let inactive = if f.database.is_sqlite() { "0" } else { "false" };
    for (column, damage) in [
        ("definition", "'{}'"),
        ("definition", "replace(definition, '\"type\":\"email\"', '\"type\":\"pigeon\"')"),
        ("identifier", "'other'"),
        ("is_active", inactive),
    ] {
        let place = ("signup_providers", column);
        corrupt(f, place, damage, |seen| seen.signup_providers().list(Stretch::ALL)).await;
        corrupt(f, place, damage, |seen| seen.signup_providers().list_by_form(&identifier("reg"))).await;
        corrupt(f, place, damage, move |seen| seen.signup_sessions().find_bearer(session)).await;
    }
}

async fn a_damaged_entity_is_named_by_table_and_column(f: &Fixture) {
    let signup = f.signup("ann").await;
    let (id, provider, user) = (signup.id, signup.provider, signup.user);
    let session = f.sign_in(id, "one").await.id;
    for (column, damage) in [
        ("login", "' '"),
        ("form_data", "'{\"en_US\":1}'"),
        ("form_data", "'{\"no language\":[]}'"),
        ("form_data", "'{'"),
        ("notification", "'{}'"),
        ("fcm_tokens", "'[1]'"),
        ("state", "'{nonsense'"),
        ("locale", "'English'"),
    ] {
        let place = ("signups", column);
        corrupt(f, place, damage, move |seen| seen.signups().find(id)).await;
        corrupt(f, place, damage, move |seen| seen.signups().find_of_user(provider, user)).await;
        corrupt(f, place, damage, move |seen| seen.signup_sessions().find_bearer(session)).await;
    }
    assert_eq!(f.find_signup(id).await, Some(signup));
}

async fn a_damaged_sign_in_is_named_by_table_and_column(f: &Fixture) {
    let session = f.sign_in(f.signup("ann").await.id, "one").await;
    let (id, signup) = (session.id, session.signup);
    for (column, damage) in [
        ("device", "'{}'"),
        ("device", "'{\"os\":1,\"browser\":\"\",\"location\":\"\"}'"),
        ("generation", "4294967296"),
        ("recent_rotations", "'[1]'"),
    ] {
        let place = ("signup_sessions", column);
        corrupt(f, place, damage, move |seen| seen.signup_sessions().find_bearer(id)).await;
        if column == "device" {
            let now = session.created_at;
            corrupt(f, place, damage, move |seen| seen.signup_sessions().list_devices(signup, now)).await;
        }
    }
    assert_eq!(f.session(id).await, session);
}
