//! A partner's results in pages, by dictation, user and time (partner contract, "Management").

use std::fmt::Write as _;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use integration_tests::{
    partners::{DICT, Office, Partner, instants},
    server::TestServer,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{ANN, BOB, NOBODY};
use crate::portal::shapes::instant as moment;

/// Somebody's results of different days and dictations, of two people; all of them in the order of the list.
async fn several(server: &TestServer, count: usize) -> (Office, Partner, Vec<Value>) {
    let (office, partner) = server.partner().await;
    office.register(&partner, "winter", "Winter").await;
    office.register(&partner, "spring", "Spring").await;
    let users = [partner.program.user(ANN).await, partner.program.user(BOB).await];
    let dicts = [DICT, "winter", "spring"];
    for n in 0..count {
        let changes = json!({ "dict": dicts[n % 3], "text": n.to_string() });
        partner.program.save(&users[n / 2 % 2], changes).await.expect_saved();
        server.clock.advance(TimeDelta::minutes(1));
    }
    let office = Office::renewed(server).await;
    let all = office.paged(&partner, 1000, "").await.concat();
    assert_eq!(all.len(), count);
    (office, partner, all)
}

/// When a result was kept, to the millisecond: its id says so.
fn at(result: &Value) -> DateTime<Utc> {
    let id: Uuid = result["id"].as_str().and_then(|id| id.parse().ok()).expect("an id is a UUID");
    let at = DateTime::from_timestamp_millis(i64::try_from(id.as_u128() >> 80).expect("it is near"));
    let at = at.expect("it is an instant");
    // What is shown is the same, to the second.
    let shown = moment(&result["created_at"]);
    assert!((at - TimeDelta::milliseconds(1_000)..=at).contains(&shown.to_utc()), "{result}");
    at
}

/// An instant in a query.
fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

#[tokio::test]
async fn results_come_in_the_order_in_which_they_were_kept() {
    let server = TestServer::start().await;
    let (_, _, all) = several(&server, 20).await;
    let texts: Vec<&str> = all.iter().filter_map(|result| result["text"].as_str()).collect();
    assert_eq!(texts, (0..20).map(|n| n.to_string()).collect::<Vec<_>>());
    assert!(all.iter().map(at).is_sorted());
    assert!(all.iter().map(|result| result["id"].as_str()).is_sorted());
    server.stop().await;
}

#[tokio::test]
async fn hundreds_of_results_are_paged_through_without_losing_or_repeating_one() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    for n in 0..300 {
        partner.program.save(&user, json!({ "text": n.to_string() })).await.expect_saved();
    }
    let (first, next) = office.page(&partner, "").await;
    assert_eq!((first.len(), next.as_deref()), (100, first[99]["id"].as_str()));
    let all = office.paged(&partner, 1000, "").await.concat();
    assert_eq!(all.len(), 300);
    for limit in [1, 7, 99, 100, 150, 299, 300] {
        let pages = office.paged(&partner, limit, "").await;
        let (last, full) = pages.split_last().expect("there is one");
        assert!(full.iter().all(|page| page.len() == limit) && last.len() <= limit, "{limit}");
        // A last page that is empty would have been announced for nothing.
        assert!(!last.is_empty(), "{limit}");
        assert_eq!(pages.concat(), all, "{limit}");
    }
    server.stop().await;
}

#[tokio::test]
async fn what_comes_meanwhile_comes_behind() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    let save = async |text: &str| partner.program.save(&user, json!({ "text": text })).await.expect_saved();
    for text in ["0", "1", "2", "3"] {
        save(text).await;
    }
    let (first, next) = office.page(&partner, "?limit=2").await;
    save("4").await;
    save("5").await;
    let next = next.expect("there are more");
    let rest = office.results(&partner, &format!("?after={next}")).await;
    let texts: Vec<&str> = first.iter().chain(&rest).filter_map(|result| result["text"].as_str()).collect();
    assert_eq!(texts, ["0", "1", "2", "3", "4", "5"]);
    // Behind the last one there is nothing, and behind an id that nobody has is what comes after it.
    let last = rest.last().expect("there is one")["id"].as_str().expect("an id").to_owned();
    assert!(office.results(&partner, &format!("?after={last}")).await.is_empty());
    assert_eq!(office.results(&partner, "?after=00000000-0000-0000-0000-000000000000").await.len(), 6);
    assert!(office.results(&partner, "?after=ffffffff-ffff-ffff-ffff-ffffffffffff").await.is_empty());
    server.stop().await;
}

/// Whether a filter lets a result through.
type Test = Box<dyn Fn(&Value) -> bool>;

#[tokio::test]
async fn filters_let_through_what_they_name_alone_and_together() {
    let server = TestServer::start().await;
    let (office, partner, all) = several(&server, 24).await;
    let (begin, end) = (at(&all[5]), at(&all[17]));
    let user = all[0]["user"].clone();
    let named = user.as_str().expect("an id is text").to_owned();
    let filters: [(String, Test); 4] = [
        ("dict=winter".to_owned(), Box::new(|result| result["dict"] == "winter")),
        (format!("user={named}"), Box::new(move |result| result["user"] == user)),
        (format!("from={}", instant(begin)), Box::new(move |result| at(result) >= begin)),
        (format!("to={}", instant(end)), Box::new(move |result| at(result) < end)),
    ];
    for chosen in 0..16_usize {
        let (mut query, mut tests) = (String::new(), Vec::new());
        for (n, (filter, test)) in filters.iter().enumerate() {
            if chosen >> n & 1 == 1 {
                write!(query, "&{filter}").expect("it is a text");
                tests.push(test);
            }
        }
        let expected: Vec<&Value> =
            all.iter().filter(|result| tests.iter().all(|test| test(result))).collect();
        assert!(!expected.is_empty(), "{query} lets nothing through");
        for limit in [2, 1000] {
            let found = office.paged(&partner, limit, &query).await.concat();
            assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{query}");
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn from_is_inclusive_and_to_is_not() {
    let server = TestServer::start().await;
    let (office, partner, _) = several(&server, 6).await;
    let count = async |query: &str| office.results(&partner, query).await.len();
    let kept = instants(&server.tables(), "created_at", "check_results ORDER BY id");
    let (second, fourth) = (kept[1], kept[3]);
    let (micro, milli, hour) = (TimeDelta::microseconds(1), TimeDelta::milliseconds(1), TimeDelta::hours(1));
    assert_eq!(count(&format!("?from={}", instant(second))).await, 5);
    for later in [micro, milli] {
        assert_eq!(count(&format!("?from={}", instant(second + later))).await, 4);
        assert_eq!(count(&format!("?to={}", instant(fourth + later))).await, 4);
        assert_eq!(count(&format!("?from={}", instant(second - later))).await, 5);
        assert_eq!(count(&format!("?to={}", instant(fourth - later))).await, 3);
    }
    assert_eq!(count(&format!("?to={}", instant(fourth))).await, 3);
    assert_eq!(count(&format!("?from={}&to={}", instant(second), instant(fourth))).await, 2);
    assert_eq!(count(&format!("?from={}&to={}", instant(second), instant(second))).await, 0);
    assert_eq!(count(&format!("?from={}&to={}", instant(second), instant(second + micro))).await, 1);
    assert_eq!(count(&format!("?from={}&to={}", instant(fourth), instant(second))).await, 0);
    assert_eq!(count(&format!("?from={}", instant(second - hour))).await, 6);
    assert_eq!(count(&format!("?to={}", instant(second - hour))).await, 0);
    // In whatever zone it is written, and as far away as there are years.
    let tokyo = (second + TimeDelta::hours(9)).to_rfc3339_opts(SecondsFormat::Micros, true);
    let tokyo = tokyo.replace('Z', "%2B09:00");
    assert_eq!(count(&format!("?from={tokyo}")).await, 5);
    for (query, expected) in [
        ("?from=0001-01-01T00:00:00Z", 6),
        ("?from=9999-12-31T23:59:59Z", 0),
        ("?to=0001-01-01T00:00:00Z", 0),
        ("?to=9999-12-31T23:59:59Z", 6),
        ("?from=1969-12-31T23:59:59Z&to=9999-12-31T23:59:59.999999Z", 6),
    ] {
        assert_eq!(count(query).await, expected, "{query}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_filter_that_names_nothing_lets_nothing_through() {
    let server = TestServer::start().await;
    let (office, partner, _) = several(&server, 3).await;
    let other = office.partner("Other").await;
    let stranger = other.program.user("cas@example.org").await;
    for query in [format!("?user={NOBODY}"), format!("?user={stranger}"), "?dict=nothing".to_owned()] {
        assert!(office.results(&partner, &query).await.is_empty(), "{query}");
    }
    assert!(office.results(&other, "").await.is_empty());
    server.stop().await;
}

#[tokio::test]
async fn a_query_that_cannot_be_read_is_refused_by_the_list_and_by_both_files() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    for path in ["results", "results.csv", "results.jsonl"] {
        let of_pages = ["limit=0", "limit=1001", "limit=-1", "limit=x", "limit=1.5", "after=x", "after=7"];
        let of_all = [
            "from=yesterday",
            "from=2026-11-22",
            "from=2026-13-22T00:00:00Z",
            "to=7",
            "to=2026-11-22T00:00:00",
            "user=x",
            "dict=a%20b",
            "dict=%FF",
        ];
        for query in of_pages.into_iter().filter(|_| path == "results").chain(of_all) {
            let answer = office.browser.get(&partner.path(&format!("/{path}?{query}"))).await;
            assert!(!answer.problem(400).is_empty(), "{path}?{query}");
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn large_results_make_a_page_shorter_and_none_is_lost() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    let model = format!("{{\"x\":\"{}\"}}", "y".repeat(2 * 1024 * 1024 - 8));
    for n in 0..20 {
        partner.program.save(&user, json!({ "model": model, "text": n.to_string() })).await.expect_saved();
    }
    let pages = office.paged(&partner, 1000, "").await;
    for page in &pages {
        let bytes: usize = page.iter().map(|result| result["model"].as_str().map_or(0, str::len)).sum();
        assert!(!page.is_empty() && bytes <= 17 * 1024 * 1024, "{} results, {bytes} bytes", page.len());
    }
    assert!(pages.len() > 2, "{} pages", pages.len());
    let texts: Vec<String> = pages
        .concat()
        .iter()
        .map(|result| {
            assert!(result["model"] == model.as_str());
            result["text"].as_str().expect("it is text").to_owned()
        })
        .collect();
    assert_eq!(texts, (0..20).map(|n| n.to_string()).collect::<Vec<_>>());
    server.stop().await;
}
