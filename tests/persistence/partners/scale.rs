//! A million results: a page in the middle costs what one at the beginning does, whatever it is filtered by.

use std::{
    ops::Range,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use portico_domain::{
    id::{PartnerId, UserId},
    partner::{CheckResultFilter, CheckResultPage, CheckResultStretch},
    ports::{Consistency, StoreError, StoreExt as _},
};
use uuid::Uuid;

use crate::fixture::{Fixture, dictation_id, on_both};

on_both!(of_a_million_results_a_page_reads_its_own_alone);

const RESULTS: u64 = 1_000_000;
/// The millisecond of the first; each comes a millisecond after the one before.
const BEGIN: u64 = 1_700_000_000_000;
const LIMIT: u16 = 50;

const LARGE: PartnerId = PartnerId::from_uuid(Uuid::from_u128(1));
/// Every hundredth result is this one's.
const SMALL: PartnerId = PartnerId::from_uuid(Uuid::from_u128(2));
const NOBODY: PartnerId = PartnerId::from_uuid(Uuid::from_u128(3));

const EVEN: UserId = UserId::from_uuid(Uuid::from_u128(10));
const ODD: UserId = UserId::from_uuid(Uuid::from_u128(11));
/// Who wrote one in a quarter of a million.
const RARE: UserId = UserId::from_uuid(Uuid::from_u128(12));

/// The parts of a result that filters look at.
struct Made {
    partner: PartnerId,
    user: UserId,
    dictation: &'static str,
}

/// The result with this number, as [`crowd`] makes it too: one person has all the even dictations, one all the odd ones.
fn made(n: u64) -> Made {
    Made {
        partner: if n.is_multiple_of(100) { SMALL } else { LARGE },
        user: match n % 250_000 {
            77 => RARE,
            n if n.is_multiple_of(2) => EVEN,
            _ => ODD,
        },
        dictation: match n % 250_000 {
            78 => "rare",
            n if n.is_multiple_of(2) => "even",
            _ => "odd",
        },
    }
}

fn id(n: u64) -> Uuid {
    Uuid::from_u128(u128::from(BEGIN + n) << 80 | 0x7000_8000 << 48 | u128::from(n))
}

fn at(n: u64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(i64::try_from(BEGIN + n).unwrap()).unwrap()
}

/// Puts the crowd there, without the records that it refers to. Indexes are laid when it is there, which takes a
/// fraction of the time.
fn crowd(f: &Fixture) {
    let laid = if f.database.is_sqlite() {
        "SELECT sql || '' AS value FROM sqlite_schema \
         WHERE type = 'index' AND tbl_name = 'check_results' AND sql IS NOT NULL"
    } else {
        "SELECT indexdef AS value FROM pg_indexes WHERE schemaname = current_schema() \
         AND tablename = 'check_results' AND indexname <> 'check_results_pkey'"
    };
    let indexes = f.texts(laid);
    assert_eq!(indexes.len(), 4);
    let name =
        |index: &String| index.split(' ').find(|word| word.starts_with("check_results")).unwrap().to_owned();
    let dropped: Vec<String> = indexes.iter().map(|index| format!("DROP INDEX {};", name(index))).collect();
    let dropped = dropped.concat();
    let insert = if f.database.is_sqlite() {
        let id = |n: u8| format!("unhex(printf('%032x', {n}))");
        format!(
            "INSERT INTO check_results (id, partner, user_id, dictation, created_at, text, model)
                WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n + 1 < {RESULTS})
                SELECT unhex(printf('%012x', {BEGIN} + n) || '70008000' || printf('%012x', n)),
                    iif(n % 100 = 0, {small}, {large}),
                    CASE WHEN n % 250000 = 77 THEN {rare} WHEN n % 2 = 0 THEN {even} ELSE {odd} END,
                    CASE WHEN n % 250000 = 78 THEN 'rare' WHEN n % 2 = 0 THEN 'even' ELSE 'odd' END,
                    ({BEGIN} + n) * 1000, 'text', '{{}}' FROM s;",
            large = id(1),
            small = id(2),
            even = id(10),
            odd = id(11),
            rare = id(12),
        )
    } else {
        let id = |n: u8| format!("'{}'::uuid", Uuid::from_u128(n.into()));
        format!(
            "INSERT INTO check_results (id, partner, user_id, dictation, created_at, text, model)
                SELECT (lpad(to_hex({BEGIN} + n), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid,
                    CASE WHEN n % 100 = 0 THEN {small} ELSE {large} END,
                    CASE WHEN n % 250000 = 77 THEN {rare} WHEN n % 2 = 0 THEN {even} ELSE {odd} END,
                    CASE WHEN n % 250000 = 78 THEN 'rare' WHEN n % 2 = 0 THEN 'even' ELSE 'odd' END,
                    timestamptz 'epoch' + ({BEGIN} + n) * interval '1 millisecond', 'text', '{{}}'
                FROM generate_series(0, {RESULTS} - 1) AS n;",
            large = id(1),
            small = id(2),
            even = id(10),
            odd = id(11),
            rare = id(12),
        )
    };
    // PostgreSQL gathers its statistics by itself soon after; SQLite plans without.
    let (careless, statistics) = if f.database.is_sqlite() {
        ("PRAGMA foreign_keys = OFF; PRAGMA cache_size = -400000;", "")
    } else {
        (
            "SET session_replication_role = replica;",
            "ANALYZE check_results; SELECT pg_stat_force_next_flush();",
        )
    };
    let laid = format!("{};", indexes.join(";"));
    f.sql(&format!("{careless} BEGIN; {dropped} {insert} {laid} COMMIT; {statistics}"));
}

/// A list, by numbers.
#[derive(Clone, Debug)]
struct Case {
    partner: PartnerId,
    user: Option<UserId>,
    dictation: Option<&'static str>,
    time: Option<Range<u64>>,
    after: Option<u64>,
}

impl Case {
    fn filter(&self) -> CheckResultFilter {
        CheckResultFilter {
            partner: self.partner,
            dictation: self.dictation.map(dictation_id),
            user: self.user,
            from: self.time.as_ref().map(|time| at(time.start)),
            to: self.time.as_ref().map(|time| at(time.end)),
        }
    }

    fn page(&self) -> CheckResultPage {
        CheckResultPage { after: self.after.map(id), limit: LIMIT, budget: usize::MAX }
    }

    /// The numbers of what the page shows, and whether there are others behind it.
    fn expected(&self) -> (Vec<Uuid>, bool) {
        let Range { start, end } = self.time.clone().unwrap_or(0..RESULTS);
        let begin = self.after.map_or(start, |after| start.max(after + 1));
        let mut found: Vec<Uuid> = (begin..end.min(RESULTS))
            .filter(|n| {
                let made = made(*n);
                made.partner == self.partner
                    && self.user.is_none_or(|user| made.user == user)
                    && self.dictation.is_none_or(|dictation| made.dictation == dictation)
            })
            .take(usize::from(LIMIT) + 1)
            .map(id)
            .collect();
        let has_more = found.len() > usize::from(LIMIT);
        found.truncate(LIMIT.into());
        (found, has_more)
    }
}

const MIDDLE: u64 = RESULTS / 2;

/// Filters that let everything, half, a handful or nothing through, each from the beginning, the middle and near the
/// end, of all times or of some.
fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (partner, user, dictation) in [
        (LARGE, None, None),
        (LARGE, Some(EVEN), None),
        (LARGE, Some(RARE), None),
        (LARGE, None, Some("odd")),
        (LARGE, None, Some("rare")),
        (LARGE, Some(ODD), Some("odd")),
        (LARGE, Some(EVEN), Some("odd")),
        (LARGE, Some(RARE), Some("odd")),
        (LARGE, Some(EVEN), Some("none")),
        (SMALL, None, None),
        (SMALL, Some(EVEN), None),
        (SMALL, Some(ODD), Some("even")),
        (NOBODY, None, None),
        (NOBODY, Some(EVEN), Some("even")),
    ] {
        for after in [None, Some(MIDDLE), Some(RESULTS - 2 * u64::from(LIMIT))] {
            for time in [None, Some(0..RESULTS), Some(MIDDLE..MIDDLE + 20), Some(MIDDLE..RESULTS + 9)] {
                cases.push(Case { partner, user, dictation, time, after });
            }
        }
    }
    cases
}

/// What a list shows, read as the house reads it.
async fn list(f: &Fixture, case: &Case) -> CheckResultStretch {
    let (filter, page) = (case.filter(), case.page());
    let read = f.store.read::<_, StoreError, _>(Consistency::Snapshot, move |seen| {
        seen.check_results().list(&filter, page)
    });
    read.await.unwrap()
}

/// The least of some times that a page takes.
async fn least(f: &Fixture, case: &Case) -> Duration {
    let mut least = Duration::MAX;
    for _ in 0..5 {
        let begun = Instant::now();
        list(f, case).await;
        least = least.min(begun.elapsed());
    }
    least
}

async fn assert_right(f: &Fixture, cases: &[Case]) {
    for case in cases {
        let part = list(f, case).await;
        let found: Vec<Uuid> = part.results.iter().map(|result| result.id.uuid()).collect();
        assert_eq!((found, part.has_more), case.expected(), "{case:?}");
    }
}

/// No page takes much longer than the first one of all.
async fn assert_fast(f: &Fixture, cases: &[Case]) {
    let first = least(f, &cases[0]).await;
    for case in cases {
        let took = least(f, case).await;
        // Going through the table takes some hundred milliseconds.
        assert!(took < first * 10 + Duration::from_millis(20), "{case:?}: {took:?}, the first: {first:?}");
    }
}

/// How often PostgreSQL read all of the table, and how many rows it found in its indexes.
fn reads(f: &Fixture) -> (i64, i64) {
    let of = |what: &str, statistics: &str| {
        f.number(&format!(
            "SELECT sum({what})::bigint AS value FROM {statistics} \
             WHERE schemaname = current_schema() AND relname = 'check_results'"
        ))
    };
    (of("seq_scan", "pg_stat_user_tables"), of("idx_tup_read", "pg_stat_user_indexes"))
}

/// What a page reads are the rows that it shows, and one more: once to find them, once to fetch them.
async fn assert_frugal(f: &Fixture, cases: &[Case]) {
    let (scans, rows) = reads(f);
    let f = &f.with_store(f.another_store());
    let mut shown = 0;
    // After some runs PostgreSQL may settle on another plan.
    for _ in 0..8 {
        for case in cases {
            let part = list(f, case).await;
            shown += 2 * part.results.len() + usize::from(part.has_more);
        }
    }
    // What a connection did is counted when it ends.
    f.store.close().await;
    let (scans, rows) = (reads(f).0 - scans, reads(f).1 - rows);
    assert_eq!(scans, 0);
    // Where hardly anything is let through, it may look a handful of rows through that another index has.
    let most = i64::try_from(shown + shown / 10).unwrap();
    assert!(rows > 10_000 && rows <= most, "{rows} read, {shown} shown");
}

async fn of_a_million_results_a_page_reads_its_own_alone(f: &Fixture) {
    crowd(f);
    assert_eq!(f.number("SELECT count(*) AS value FROM check_results"), i64::try_from(RESULTS).unwrap());
    let cases = cases();
    assert_right(f, &cases).await;
    assert_fast(f, &cases).await;
    if !f.database.is_sqlite() {
        assert_frugal(f, &cases).await;
    }
}
