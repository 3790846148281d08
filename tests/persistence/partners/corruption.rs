//! Rows that hold what we would never write.

use std::fmt::Debug;

use portico_domain::{
    page::Page,
    partner::{CheckResultFilter, PartnerName},
    ports::{Snapshot, StoreError},
};

use crate::fixture::{Fixture, WHOLE, dictation_id, new_delivery, new_result, now, on_both, with_page};

on_both!(
    a_damaged_partner_is_named_by_table_and_column,
    a_damaged_dictation_is_named_by_table_and_column,
    a_damaged_result_is_named_by_table_and_column,
    a_damaged_webhook_is_named_by_table_and_column,
    a_damaged_delivery_is_named_by_table_and_column,
);

/// Asserts that a read names the damage.
async fn assert_corrupt<T: Send + Debug + 'static>(
    f: &Fixture,
    (table, column): (&str, &str),
    read: impl Fn(&mut dyn Snapshot) -> Result<T, StoreError> + Send + 'static,
) {
    match f.read(read).await {
        Err(StoreError::Corrupt { table: at, column: of }) => assert_eq!((at, of), (table, column)),
        other => panic!("{table}.{column}: {other:?}"),
    }
}

/// Damages a column, runs `check`, and mends it again.
async fn with_damage(f: &Fixture, (table, column): (&str, &str), damage: &str, check: impl AsyncFnOnce()) {
    let sound = f.texts(&format!("SELECT CAST({column} AS text) AS value FROM {table}")).remove(0);
    f.sql(&format!("UPDATE {table} SET {column} = {damage}"));
    check().await;
    f.sql(&format!("UPDATE {table} SET {column} = '{}'", sound.replace('\'', "''")));
}

async fn a_damaged_partner_is_named_by_table_and_column(f: &Fixture) {
    let author = f.author().await;
    let (partner, key) = (author.partner, f.key(author.partner).await.digest);
    let delivery = f.deliver(new_delivery(f.webhook(partner).await.id, now())).await.id;
    let (result, token) = with_page(new_result(&author, now()));
    f.save(&result).await.unwrap();
    for damage in ["' '", "'a\nb'"] {
        let place = ("partners", "name");
        with_damage(f, place, damage, async || {
            assert_corrupt(f, place, move |seen| seen.partners().find(partner)).await;
            assert_corrupt(f, place, move |seen| seen.partners().find_bearer(&key)).await;
            assert_corrupt(f, place, |seen| seen.partners().list(Page::first())).await;
            assert_corrupt(f, place, move |seen| seen.webhooks().find_due(delivery)).await;
            assert_corrupt(f, place, move |seen| seen.check_results().find_by_page_token(&token)).await;
        })
        .await;
    }
    let name = PartnerName::parse("Nobody").unwrap();
    assert_eq!(f.read(move |seen| seen.partners().find_by_name(&name)).await.unwrap(), None);
}

async fn a_damaged_dictation_is_named_by_table_and_column(f: &Fixture) {
    let author = f.author().await;
    let partner = author.partner;
    let (result, token) = with_page(new_result(&author, now()));
    f.save(&result).await.unwrap();
    for (column, damage) in [("title", "' '"), ("language", "'Russian!'"), ("language", "'r'")] {
        let place = ("dictations", column);
        with_damage(f, place, damage, async || {
            let id = dictation_id("autumn");
            assert_corrupt(f, place, move |seen| seen.dictations().find(partner, &id)).await;
            assert_corrupt(f, place, move |seen| seen.dictations().list(partner, None, 9)).await;
            assert_corrupt(f, place, move |seen| seen.check_results().find_by_page_token(&token)).await;
        })
        .await;
    }
    f.sql("DELETE FROM check_results");
    let place = ("dictations", "id");
    with_damage(f, place, "'a b'", async || {
        assert_corrupt(f, place, move |seen| seen.dictations().list(partner, None, 9)).await;
    })
    .await;
}

async fn a_damaged_result_is_named_by_table_and_column(f: &Fixture) {
    let author = f.author().await;
    let partner = author.partner;
    f.save(&new_result(&author, now())).await.unwrap();
    // The dictation changes with it: the database would refuse the result alone.
    let loosened = if f.database.is_sqlite() {
        "PRAGMA foreign_keys = OFF; UPDATE check_results SET dictation = 'a b'"
    } else {
        "SET session_replication_role = replica; UPDATE check_results SET dictation = 'a b'"
    };
    f.sql(loosened);
    let list =
        move |seen: &mut dyn Snapshot| seen.check_results().list(&CheckResultFilter::all_of(partner), WHOLE);
    assert_corrupt(f, ("check_results", "dictation"), list).await;
}

async fn a_damaged_webhook_is_named_by_table_and_column(f: &Fixture) {
    let partner = f.partner().await.id;
    let webhook = f.webhook(partner).await.id;
    let delivery = f.deliver(new_delivery(webhook, now())).await.id;
    for (column, damage) in [
        ("url", "'partner.example'"),
        ("events", "'[1]'"),
        ("events", "'[\"user.deleted\"]'"),
        ("events", "'[[\"user.created\"]]'"),
    ] {
        let place = ("webhooks", column);
        with_damage(f, place, damage, async || {
            assert_corrupt(f, place, move |seen| seen.webhooks().find(partner, webhook)).await;
            assert_corrupt(f, place, move |seen| seen.webhooks().list(partner)).await;
            assert_corrupt(f, place, move |seen| seen.webhooks().find_due(delivery)).await;
        })
        .await;
    }
}

async fn a_damaged_delivery_is_named_by_table_and_column(f: &Fixture) {
    let webhook = f.webhook(f.partner().await.id).await.id;
    let delivery = f.deliver(new_delivery(webhook, now())).await.id;
    f.sql("UPDATE deliveries SET last_status = 200");
    for (column, damage) in [
        ("event", "'user.deleted'"),
        ("attempts", "4294967296"),
        ("last_status", "65536"),
        ("last_status", "-1"),
    ] {
        let place = ("deliveries", column);
        with_damage(f, place, damage, async || {
            assert_corrupt(f, place, move |seen| seen.webhooks().find_delivery(webhook, delivery)).await;
            assert_corrupt(f, place, move |seen| seen.webhooks().list_deliveries(webhook, Page::first()))
                .await;
            if column == "event" {
                assert_corrupt(f, place, move |seen| seen.webhooks().find_due(delivery)).await;
            }
        })
        .await;
    }
}
