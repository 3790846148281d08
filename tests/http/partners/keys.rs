//! A partner's keys: the next one, the overlap, and when one was last used (partner contract, "Management").

use chrono::{DateTime, TimeDelta, Utc};
use integration_tests::{
    client::Answer,
    partners::{Office, PARTNERS, Partner, Program, texts},
    server::TestServer,
};
use portico_domain::ports::Clock as _;
use serde_json::{Value, json};

use super::{ANN, NO_KEY};
use crate::{races::at_once, shapes::token};

/// An instant in an answer, in whatever zone it is written.
fn at(value: &Value) -> DateTime<Utc> {
    let text = value.as_str().unwrap_or_else(|| panic!("{value} is no text"));
    DateTime::parse_from_rfc3339(text).unwrap_or_else(|error| panic!("{text}: {error}")).to_utc()
}

async fn last_used(office: &Office, partner: &Partner) -> Option<DateTime<Utc>> {
    let entry = office.entry(partner).await;
    (!entry["last_used_at"].is_null()).then(|| at(&entry["last_used_at"]))
}

#[tokio::test]
async fn a_key_is_recognised_by_its_beginning_and_shown_once() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let key = partner.program.key();
    token(&json!(key), "portico_key_");
    let entry = office.entry(&partner).await;
    let prefix = entry["key_prefix"].as_str().expect("it is text");
    assert!(key.starts_with(prefix) && prefix.starts_with("portico_key_"), "{prefix}");
    assert!(key.len() - prefix.len() >= 32, "too little is left to guess: {prefix}");
    for path in ["", "/dictations", "/results", "/webhooks", "/results.csv", "/results.jsonl"] {
        let path = if path.is_empty() { PARTNERS.to_owned() } else { partner.path(path) };
        let answer = office.browser.get(&path).await;
        assert!(answer.status == 200 && !answer.text.contains(key), "{path}: {}", answer.text);
    }
    server.stop().await;
}

#[tokio::test]
async fn the_old_key_opens_for_24_hours_beside_the_next_one() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let old = &partner.program;
    let before = server.clock.now();
    let (next, body) = office.rotate(&partner).await;
    let until = at(&body["old_key_valid_until"]);
    let expected = before + TimeDelta::hours(24);
    assert!(
        (expected..expected + TimeDelta::seconds(20)).contains(&(until + TimeDelta::seconds(1))),
        "{until}"
    );
    assert_ne!(next.key(), old.key());
    let prefix = office.entry(&partner).await["key_prefix"].clone();
    assert!(next.key().starts_with(prefix.as_str().expect("it is text")), "the newest is shown");
    let user = old.user(ANN).await;
    for program in [old, &next] {
        assert_eq!(program.user(ANN).await, user);
        program.save(&user, json!({})).await.expect_saved();
    }
    server.clock.advance(TimeDelta::hours(24) - TimeDelta::seconds(40));
    for program in [old, &next] {
        program.save(&user, json!({})).await.expect_saved();
    }
    server.clock.advance(TimeDelta::seconds(40));
    old.auth_user(ANN).await.expect_faulty(&[("key", texts::KEY)]);
    // What else is wrong is still judged by what is its partner's.
    old.save(&user, json!({})).await.expect_faulty(&[("key", texts::KEY)]);
    old.save("x", json!({ "dict": "x" })).await.expect_faulty(&[
        ("key", texts::KEY),
        ("user", texts::USER),
        ("dict", texts::DICT),
    ]);
    next.save(&user, json!({})).await.expect_saved();
    assert_eq!(Office::renewed(&server).await.results(&partner, "").await.len(), 5);
    server.stop().await;
}

#[tokio::test]
async fn of_three_keys_each_ends_in_its_own_time() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let (second, _) = office.rotate(&partner).await;
    server.clock.advance(TimeDelta::hours(12));
    let office = Office::renewed(&server).await;
    let (third, _) = office.rotate(&partner).await;
    let opens = async || {
        let mut opens = Vec::new();
        for program in [&partner.program, &second, &third] {
            let answer = program.auth_user(ANN).await;
            if answer.status != 200 {
                answer.expect_faulty(&[("key", texts::KEY)]);
            }
            opens.push(answer.status == 200);
        }
        opens
    };
    assert_eq!(opens().await, [true, true, true]);
    server.clock.advance(TimeDelta::hours(12));
    assert_eq!(opens().await, [false, true, true]);
    server.clock.advance(TimeDelta::hours(12));
    assert_eq!(opens().await, [false, false, true]);
    server.clock.advance(TimeDelta::days(365));
    assert_eq!(opens().await, [false, false, true]);
    server.stop().await;
}

#[tokio::test]
async fn a_key_of_one_partner_opens_nothing_of_another() {
    let server = TestServer::start().await;
    let (office, first) = server.partner().await;
    let second = office.partner("Second").await;
    let user = first.program.user(ANN).await;
    second.program.save(&user, json!({})).await.expect_faulty(&[("user", texts::USER)]);
    office.revoke(&first).await;
    let _ = second.program.user(ANN).await;
    second.program.save(&user, json!({})).await.expect_saved();
    server.stop().await;
}

#[tokio::test]
async fn the_last_use_is_known_to_the_minute() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    assert_eq!(last_used(&office, &partner).await, None);
    partner.program.with_key(NO_KEY).auth_user(ANN).await.expect_faulty(&[("key", texts::KEY)]);
    assert_eq!(last_used(&office, &partner).await, None, "another key was shown");

    let before = server.clock.now();
    let user = partner.program.user(ANN).await;
    let first = last_used(&office, &partner).await.expect("it was used");
    assert!((before - TimeDelta::minutes(1)..=server.clock.now()).contains(&first), "{first}");
    for _ in 0..5 {
        let _ = partner.program.user(ANN).await;
        partner.program.save(&user, json!({})).await.expect_saved();
    }
    assert_eq!(last_used(&office, &partner).await, Some(first), "within the minute nothing is written");

    server.clock.advance(TimeDelta::minutes(1));
    let _ = partner.program.user(ANN).await;
    let second = last_used(&office, &partner).await.expect("it was used");
    assert!(second - first >= TimeDelta::minutes(1), "{first} {second}");
    server.clock.advance(TimeDelta::minutes(2));
    partner.program.save(&user, json!({})).await.expect_saved();
    let third = last_used(&office, &partner).await.expect("it was used");
    assert!(third - second >= TimeDelta::minutes(2), "{second} {third}");
    server.stop().await;
}

/// Lets the database count each write of a key.
fn count_writes(server: &TestServer) {
    let counting: &[&str] = if server.database.is_sqlite() {
        &["CREATE TRIGGER counted AFTER UPDATE ON partner_keys BEGIN INSERT INTO key_writes VALUES (1); END"]
    } else {
        &[
            "CREATE FUNCTION count_key_write() RETURNS trigger LANGUAGE plpgsql AS \
             'BEGIN INSERT INTO key_writes VALUES (1); RETURN NULL; END'",
            "CREATE TRIGGER counted AFTER UPDATE ON partner_keys FOR EACH ROW EXECUTE FUNCTION count_key_write()",
        ]
    };
    for sql in ["CREATE TABLE key_writes (n INTEGER NOT NULL)"].iter().chain(counting) {
        let _ = server.tables().change(sql);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_calls_in_a_minute_one_writes_that_the_key_was_used() {
    let server = TestServer::start_with(&[("PORTICO_WORKERS", "4")]).await;
    let (_, partner) = server.partner().await;
    count_writes(&server);
    let writes = || server.tables().count("key_writes", "1 = 1");
    let user = partner.program.user(ANN).await;
    assert_eq!(writes(), 1);
    for minute in 1..4 {
        for answer in at_once((0..20).map(|n| call(&partner.program, &user, n))).await {
            assert_eq!(answer.status, 200, "{}", answer.text);
        }
        assert_eq!(writes(), minute);
        server.clock.advance(TimeDelta::minutes(1));
        for answer in at_once((0..20).map(|n| call(&partner.program, &user, n))).await {
            assert_eq!(answer.status, 200, "{}", answer.text);
        }
        assert_eq!(writes(), minute + 1);
    }
    server.stop().await;
}

/// A call of either kind, ready to be made.
fn call(program: &Program, user: &str, number: usize) -> impl Future<Output = Answer> + Send + use<> {
    let (program, user) = (program.clone(), user.to_owned());
    async move {
        if number.is_multiple_of(2) {
            program.auth_user(ANN).await
        } else {
            program.save(&user, json!({})).await
        }
    }
}

#[tokio::test]
async fn the_last_use_is_that_of_any_key() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let _ = partner.program.user(ANN).await;
    let first = last_used(&office, &partner).await.expect("it was used");
    let (next, _) = office.rotate(&partner).await;
    assert_eq!(last_used(&office, &partner).await, Some(first), "a new key was never used");
    server.clock.advance(TimeDelta::minutes(5));
    let _ = next.user(ANN).await;
    let second = last_used(&office, &partner).await.expect("it was used");
    assert!(second > first);
    server.clock.advance(TimeDelta::minutes(5));
    let _ = partner.program.user(ANN).await;
    assert!(last_used(&office, &partner).await.expect("it was used") > second);
    server.stop().await;
}

#[tokio::test]
async fn a_call_that_is_refused_for_another_reason_may_count_as_use_and_one_by_a_dead_key_never_does() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let (next, _) = office.rotate(&partner).await;
    server.clock.advance(TimeDelta::hours(24));
    partner.program.auth_user(ANN).await.expect_faulty(&[("key", texts::KEY)]);
    let office = Office::renewed(&server).await;
    assert_eq!(last_used(&office, &partner).await, None);
    let _ = next.user(ANN).await;
    let used = last_used(&office, &partner).await;
    office.revoke(&partner).await;
    server.clock.advance(TimeDelta::minutes(5));
    next.auth_user(ANN).await.expect_faulty(&[("key", texts::KEY)]);
    assert_eq!(last_used(&office, &partner).await, used);
    server.stop().await;
}
