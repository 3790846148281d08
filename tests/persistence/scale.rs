//! As many members as nobody has yet: what is fast with a few must be fast with them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

use portico_domain::{
    period::Periods,
    ports::{Consistency, MemberFilter, StoreError, StoreExt as _},
    profile::MemberRole,
    search_words::WordQuery,
};

use crate::fixture::{Fixture, everybody, later, on_both, periods};

on_both!(with_a_hundred_thousand_members_lists_are_fast_and_roles_follow_dues_beside_reads);

const MEMBERS: usize = 100_000;
/// What nobody notices on a machine with other work to do.
const SOON: Duration = Duration::from_millis(500);

/// Members who have paid for 202004, each with a word that all have and one of his own.
fn crowd(sqlite: bool) -> String {
    // Ids ascend with time, as those of the house do.
    let (numbers, id, at, no) = if sqlite {
        (
            "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 100000) SELECT n FROM s",
            "unhex(format('%012x', n) || '70008000' || hex(randomblob(6)))",
            "0",
            "0",
        )
    } else {
        (
            "SELECT generate_series(1, 100000) AS n",
            "(lpad(to_hex(n), 12, '0') || '70008000' || substr(md5(n::text), 1, 12))::uuid",
            "now()",
            "false",
        )
    };
    format!(
        "BEGIN;
        INSERT INTO users (id, display_name, display_name_key, state, created_at, updated_at)
            SELECT {id}, 'Crowd', 'crowd', 'active', {at}, {at} FROM ({numbers}) AS s;
        INSERT INTO member_profiles (user_id, number, role, name, kana, handle, university_name,
            university_department, university_subject, other_circles, workshops, squads, card_published, created_at,
            updated_at)
            SELECT id, number, 'not_member', '', '', '', '', '', '', '', '[]', '[]', {no}, {at}, {at} FROM users;
        INSERT INTO profile_words SELECT 'h' || number, id, 'profile' FROM users;
        INSERT INTO profile_words SELECT 'many', id, 'profile' FROM users;
        INSERT INTO payment_statuses SELECT id, 202004, id, {at}, {at} FROM users;
        COMMIT;"
    )
}

/// What takes the least of three times.
async fn least(mut measure: impl AsyncFnMut() -> Duration) -> Duration {
    let mut least = Duration::MAX;
    for _ in 0..3 {
        least = least.min(measure().await);
    }
    least
}

async fn with_a_hundred_thousand_members_lists_are_fast_and_roles_follow_dues_beside_reads(f: &Fixture) {
    f.sql(&crowd(f.database.is_sqlite()));
    f.gather_statistics();
    lists_are_fast(f).await;
    roles_follow_dues_beside_reads(f).await;
}

async fn lists_are_fast(f: &Fixture) {
    for (query, role, paid, found) in [
        ("", None, None, 50),
        ("h4711", None, None, 11),
        ("h", None, None, 50),
        ("many", None, None, 50),
        ("many h47", None, None, 50),
        ("many h99999", None, None, 1),
        ("many nobody", None, None, 0),
        ("", Some(MemberRole::Admin), None, 0),
        ("many", Some(MemberRole::Admin), Some(true), 0),
        ("", Some(MemberRole::NotMember), Some(true), 50),
        ("", None, Some(false), 0),
    ] {
        for after in [0, 40_000] {
            let words = WordQuery::parse(query);
            let filter = MemberFilter { words, role, paid, after: Some(after), limit: 50, ..everybody() };
            let took = least(async || {
                let begun = Instant::now();
                let members = f.list(filter.clone()).await;
                if after == 0 {
                    assert_eq!(members.len(), found, "{query:?} {role:?} {paid:?}");
                }
                begun.elapsed()
            })
            .await;
            assert!(took < SOON, "{query:?} {role:?} {paid:?} after {after}: {took:?}");
        }
    }
}

/// Changes everybody's role while somebody reads: how long that took, and how long the slowest of the reads.
async fn follow(f: &Fixture, set: Periods) -> (Duration, Duration) {
    let done = Arc::new(AtomicBool::new(false));
    let reader = tokio::spawn({
        let (store, done) = (f.store.clone(), Arc::clone(&done));
        async move {
            let mut times = Vec::new();
            while !done.load(SeqCst) {
                let begun = Instant::now();
                let found = store.read::<_, StoreError, _>(Consistency::Latest, |seen| {
                    seen.profiles().find_by_number(4711)
                });
                assert!(found.await.unwrap().is_some());
                times.push(begun.elapsed());
            }
            times
        }
    });
    let begun = Instant::now();
    let changed = f.write(move |tx| tx.profiles().follow_dues(set, later(1))).await.unwrap();
    let took = begun.elapsed();
    done.store(true, SeqCst);
    let times = reader.await.unwrap();
    assert_eq!(changed, MEMBERS);
    assert!(times.len() > 10, "{} reads in {took:?}", times.len());
    (took, times.into_iter().max().unwrap())
}

async fn roles_follow_dues_beside_reads(f: &Fixture) {
    let mut figures = Vec::new();
    // All have paid, or nobody.
    for set in [periods(202_004, 202_010), periods(202_010, 202_104), periods(202_004, 202_004)] {
        let (took, slowest) = follow(f, set).await;
        // A read that waits for the writer takes as long as he does.
        if slowest < SOON && slowest < took / 2 {
            return;
        }
        figures.push((took, slowest));
    }
    panic!("each time with its slowest read: {figures:?}");
}
