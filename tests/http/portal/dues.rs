//! Payments that a treasurer records and takes back, and what becomes of roles (portal contract sections 3.3 and 5).

use chrono::TimeDelta;
use integration_tests::portal::{MANAGEMENT, Portal, email_of};
use reqwest::Method;
use serde_json::json;

use super::shapes::assert_payment;

const PAID: &str = "すでに支払い済みです";
const NOBODY: &str = "user not found";
const MISSING: &str = "存在しない支払い情報です";
/// The periods that count when nobody has set any, and one that does not.
const CURRENT: i64 = 201_910;
const PAYMENT: i64 = 202_004;
const OTHER: i64 = 201_904;

#[tokio::test]
async fn roles_follow_payments_by_the_table() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    for (period, becomes) in [(CURRENT, "member"), (PAYMENT, "member"), (OTHER, "not_member")] {
        let names = ["not", "mem", "ret", "adm"].map(|role| format!("{role}{period}"));
        let roles = ["not_member", "member", "retired", "admin"];
        let people: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(roles).collect();
        let ids = portal.import(&admin, &people).await;
        let roles = async || {
            let mut roles = Vec::new();
            for id in &ids {
                roles.push(admin.role_of(*id).await);
            }
            roles
        };
        for id in &ids {
            admin.record(*id, period).await.expect_ok(&[]);
        }
        assert_eq!(roles().await, [becomes, "member", "retired", "admin"], "{period} paid");
        for id in &ids {
            admin.remove(*id, period).await.expect_ok(&[]);
        }
        // A payment that does not count changes nothing, whether it comes or goes.
        let member = if period == OTHER { "member" } else { "not_member" };
        assert_eq!(roles().await, ["not_member", member, "retired", "admin"], "{period} taken back");
        for (name, counts) in names.iter().map(|name| (name, period != OTHER)) {
            let letters = portal.server.tables().letters_to(&email_of(name));
            assert_eq!(letters, i64::from(counts), "a receipt to {name}");
        }
    }
    portal.stop().await;
}

#[tokio::test]
async fn whoever_has_paid_for_either_period_stays_a_member() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let id = portal.import(&admin, &[("ann", "not_member")]).await[0];
    for period in [CURRENT, PAYMENT] {
        admin.record(id, period).await.expect_ok(&[]);
    }
    admin.remove(id, CURRENT).await.expect_ok(&[]);
    assert_eq!(admin.role_of(id).await, "member");
    admin.remove(id, PAYMENT).await.expect_ok(&[]);
    assert_eq!(admin.role_of(id).await, "not_member");
    portal.stop().await;
}

#[tokio::test]
async fn a_payment_is_for_the_payment_period_unless_another_is_named() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let people = [("ann", "not_member"), ("bob", "not_member"), ("cas", "not_member"), ("dan", "not_member")];
    let ids = portal.import(&admin, &people).await;
    let path = format!("{MANAGEMENT}/payment_status");
    for (id, body, period) in [
        (ids[0], json!({ "user_id": ids[0] }), PAYMENT),
        (ids[1], json!({ "user_id": ids[1], "period": 0 }), PAYMENT),
        (ids[2], json!({ "user_id": ids[2], "period": null }), PAYMENT),
        (ids[3], json!({ "user_id": ids[3], "period": 210_010, "authorizer": 7, "status": "OK" }), 210_010),
    ] {
        admin.browser.put(&path, body).await.expect_ok(&[]);
        let query = format!("{path}?user_id={id}&period={period}");
        let body = admin.browser.get(&query).await.expect_ok(&["payment_status"]);
        assert_payment(&body["payment_status"], id, period, admin.id);
    }
    portal.stop().await;
}

#[tokio::test]
async fn a_second_payment_for_a_period_is_a_conflict_and_changes_nothing() {
    let portal = Portal::start().await;
    let (admin, other) = (portal.admin().await, portal.sign_up_admin("other").await);
    let id = portal.import(&admin, &[("ann", "not_member")]).await[0];
    admin.record(id, 0).await.expect_ok(&[]);
    let receipt = portal.server.mailbox.take("ann@example.org").await;
    portal.server.clock.advance(TimeDelta::minutes(1));
    for period in [0, PAYMENT] {
        other.record(id, period).await.expect_problem(409, PAID);
    }
    let query = format!("{MANAGEMENT}/payment_status?user_id={id}");
    let body = admin.browser.get(&query).await.expect_ok(&["payment_status"]);
    assert_payment(&body["payment_status"], id, PAYMENT, admin.id);
    assert_eq!(portal.server.tables().letters_to(&receipt.to), 1);
    other.record(id, CURRENT).await.expect_ok(&[]);
    portal.stop().await;
}

#[tokio::test]
async fn nobody_pays_for_whom_the_portal_does_not_know() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let _ = portal.server.register("cas@example.org").await;
    for id in [0, -1, 999_999, i64::MAX] {
        admin.record(id, 0).await.expect_problem(404, NOBODY);
    }
    let sql = format!("SELECT CAST(number AS TEXT) AS value FROM users WHERE number <> {}", admin.id);
    let stranger: i64 = portal.server.tables().texts(&sql)[0].parse().expect("a number");
    admin.record(stranger, 0).await.expect_problem(404, NOBODY);
    let path = format!("{MANAGEMENT}/payment_status");
    admin.browser.put(&path, json!({})).await.expect_problem(404, NOBODY);
    // The query of a PUT means nothing.
    let query = format!("{path}?user_id={}", admin.id);
    let request = admin.browser.request(Method::PUT, &query);
    admin.browser.send(request).await.expect_problem(404, NOBODY);
    assert_eq!(portal.server.tables().count("payment_statuses", "1 = 1"), 0);
    portal.stop().await;
}

#[tokio::test]
async fn a_payment_for_what_is_no_period_is_refused() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let id = portal.import(&admin, &[("ann", "not_member")]).await[0];
    let (year, month) = ("年の値が不正です", "4月または10月のみが許可されています");
    for (period, message) in [
        (201_804, year),
        (201_810, year),
        (210_104, year),
        (1, year),
        (-201_910, year),
        (20_191_004, year),
        (201_905, month),
        (202_000, month),
        (202_013, month),
        (210_001, month),
    ] {
        admin.record(id, period).await.expect_problem(400, message);
    }
    for period in [201_904, 201_910, 210_004, 210_010] {
        admin.record(id, period).await.expect_ok(&[]);
    }
    let path = format!("{MANAGEMENT}/payment_status");
    for body in [json!({ "user_id": id, "period": "202004" }), json!({ "user_id": "1" }), json!([id])] {
        assert!(!admin.browser.put(&path, body).await.problem(400).is_empty());
    }
    portal.stop().await;
}

#[tokio::test]
async fn a_payment_is_taken_back_by_query_or_by_body_and_the_body_counts_more() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let ids = portal.import(&admin, &[("ann", "not_member"), ("bob", "not_member")]).await;
    let path = format!("{MANAGEMENT}/payment_status");
    let (ann, bob) = (ids[0], ids[1]);
    let paid = async |id: i64, period: i64| {
        admin.browser.get(&format!("{path}?user_id={id}&period={period}")).await.status == 200
    };
    let delete = async |query: &str, body: serde_json::Value| {
        let path = format!("{path}{query}");
        admin.browser.with_body(Method::DELETE, &path, body).await.expect_ok(&[]);
    };
    for period in [PAYMENT, CURRENT] {
        for id in ids.iter().copied() {
            admin.record(id, period).await.expect_ok(&[]);
        }
    }
    delete("", json!({ "user_id": ann })).await;
    assert_eq!((paid(ann, PAYMENT).await, paid(ann, CURRENT).await), (false, true));
    admin.browser.delete(&format!("{path}?user_id={ann}&period={CURRENT}")).await.expect_ok(&[]);
    assert!(!paid(ann, CURRENT).await);
    delete(&format!("?user_id={ann}&period={CURRENT}"), json!({ "user_id": bob })).await;
    assert_eq!((paid(bob, PAYMENT).await, paid(bob, CURRENT).await), (true, false));
    admin.browser.delete(&format!("{path}?user_id={bob}")).await.expect_ok(&[]);
    assert!(!paid(bob, PAYMENT).await);
    assert_eq!(portal.server.tables().count("payment_removals", "1 = 1"), 4);
    portal.stop().await;
}

#[tokio::test]
async fn taking_back_what_was_not_there_is_no_fault() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let id = portal.import(&admin, &[("ann", "member")]).await[0];
    for (id, period) in [(id, 0), (id, CURRENT), (id, 201_905), (id, -3), (0, 0), (999_999, 0)] {
        admin.remove(id, period).await.expect_ok(&[]);
    }
    let path = format!("{MANAGEMENT}/payment_status");
    admin.browser.delete(&path).await.expect_ok(&[]);
    // Nothing was taken back, so that nobody's role follows.
    assert_eq!(admin.role_of(id).await, "member");
    assert_eq!(portal.server.tables().count("payment_removals", "1 = 1"), 0);
    assert!(!admin.browser.delete(&format!("{path}?user_id=abc")).await.problem(400).is_empty());
    portal.stop().await;
}

#[tokio::test]
async fn what_was_taken_back_stays_in_the_books_with_its_reason() {
    let portal = Portal::start().await;
    let (admin, other) = (portal.admin().await, portal.sign_up_admin("other").await);
    let id = portal.import(&admin, &[("ann", "not_member")]).await[0];
    let path = format!("{MANAGEMENT}/payment_status");
    let reasons = [json!("  別の人の支払い\n領収書 12 "), json!(""), json!(null)];
    for reason in &reasons {
        admin.record(id, 0).await.expect_ok(&[]);
        let body = json!({ "user_id": id, "reason": reason });
        other.browser.with_body(Method::DELETE, &path, body).await.expect_ok(&[]);
    }
    let tables = portal.server.tables();
    let number = |column: &str| {
        format!(
            "SELECT CAST(users.number AS TEXT) AS value FROM payment_removals JOIN users ON users.id = {column}"
        )
    };
    for (column, expected) in [("user_id", id), ("authorizer", admin.id), ("removed_by", other.id)] {
        assert_eq!(tables.texts(&number(column)), vec![expected.to_string(); 3], "{column}");
    }
    let kept = tables.texts("SELECT reason AS value FROM payment_removals");
    assert_eq!(kept, ["別の人の支払い\n領収書 12"]);
    assert_eq!(tables.count("payment_removals", &format!("period = {PAYMENT}")), 3);
    assert_eq!(tables.count("payment_statuses", "1 = 1"), 0);

    admin.record(id, 0).await.expect_ok(&[]);
    for reason in [json!("x".repeat(501)), json!("a\u{7}b"), json!(5)] {
        let body = json!({ "user_id": id, "reason": reason });
        let answer = other.browser.with_body(Method::DELETE, &path, body).await;
        assert!(!answer.problem(400).is_empty());
    }
    let query = format!("{path}?user_id={id}&reason=typo");
    other.browser.delete(&query).await.expect_ok(&[]);
    assert_eq!(tables.count("payment_removals", "reason = 'typo'"), 1);
    portal.stop().await;
}

#[tokio::test]
async fn reading_a_payment_records_none() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let id = portal.import(&admin, &[("ann", "not_member")]).await[0];
    let path = format!("{MANAGEMENT}/payment_status");
    for query in [
        format!("user_id={id}"),
        format!("user_id={id}&period=0"),
        format!("user_id={id}&period={CURRENT}"),
        format!("user_id={id}&period=201905"),
        "user_id=999999".to_owned(),
        String::new(),
    ] {
        admin.browser.get(&format!("{path}?{query}")).await.expect_problem(404, MISSING);
    }
    assert_eq!(portal.server.tables().count("payment_statuses", "1 = 1"), 0);
    portal.stop().await;
}
