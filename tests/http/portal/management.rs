//! The member list (portal contract sections 3.3 and 9).

use chrono::TimeDelta;
use integration_tests::portal::{ADMIN, MANAGEMENT, Portal, row};
use serde_json::{Value, json};

use super::shapes::{assert_payment, instant, user_with};
use crate::shapes::assert_keys;

/// A key of every user in a list.
fn column(users: &Value, key: &str) -> Vec<Value> {
    users.as_array().expect("it is a list").iter().map(|user| user[key].clone()).collect()
}

#[tokio::test]
async fn the_list_has_everybody_with_a_profile_in_the_order_of_numbers() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let (ann, bob) = (portal.sign_up("ann").await, portal.sign_up("bob").await);
    // Somebody in the house without a member profile, and somebody who has not signed up yet.
    let _ = portal.server.register("cas@example.org").await;
    let _ = portal.arrive("dan").await;
    let body = admin.browser.get(&format!("{MANAGEMENT}/users")).await.expect_ok(&["users"]);
    assert_eq!(column(&body["users"], "id"), [json!(admin.id), json!(ann.id), json!(bob.id)]);
    assert_eq!(column(&body["users"], "payment_status"), [Value::Null, Value::Null, Value::Null]);
    for user in body["users"].as_array().expect("a list") {
        assert_keys(user, &user_with(&["payment_status"]));
        assert!(instant(&user["created_at"]) <= instant(&user["updated_at"]));
    }
    portal.stop().await;
}

#[tokio::test]
async fn the_empty_profile_of_an_operator_has_every_key() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let path = format!("{MANAGEMENT}/user?user_id={}", admin.id);
    let user = admin.browser.get(&path).await.expect_ok(&["user"])["user"].clone();
    assert_keys(&user, &user_with(&["payment_status"]));
    for key in ["name", "kana", "handle", "sex", "student_id", "emergency_phone_number", "other_circles"] {
        assert_eq!(user[key], "", "{key}");
    }
    assert_eq!((&user["email"], &user["account_id"]), (&json!(ADMIN), &json!("")));
    assert_eq!((&user["role"], &user["email_verified"]), (&json!("admin"), &json!(true)));
    assert!(user["generation"].is_i64());
    assert_eq!((&user["workshops"], &user["squads"]), (&json!([]), &json!([])));
    portal.stop().await;
}

#[tokio::test]
async fn the_list_shows_the_payment_of_the_wanted_period_and_only_that() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let ann = portal.sign_up("ann").await;
    admin.record(ann.id, 201_910).await.expect_ok(&[]);
    for (query, paid) in [
        ("", false),
        ("?period=", false),
        ("?period=0", false),
        ("?period=202004", false),
        ("?period=201910", true),
        ("?period=210010", false),
    ] {
        let path = format!("{MANAGEMENT}/users{query}");
        let body = admin.browser.get(&path).await.expect_ok(&["users"]);
        let shown = &column(&body["users"], "payment_status");
        assert_eq!((shown[0].is_null(), shown[1].is_null()), (true, !paid), "{query}");
        if paid {
            assert_payment(&shown[1], ann.id, 201_910, admin.id);
        }
    }
    admin.record(ann.id, 0).await.expect_ok(&[]);
    let body = admin.browser.get(&format!("{MANAGEMENT}/users")).await.expect(200);
    assert_payment(&body["users"][1]["payment_status"], ann.id, 202_004, admin.id);
    portal.stop().await;
}

#[tokio::test]
async fn a_period_that_is_none_is_refused() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    for period in ["abc", "201905", "201804", "210110", "2019-10", "-201910", "1.5", "99999999999999999999"] {
        for list in ["users", "list_users"] {
            let answer = admin.browser.get(&format!("{MANAGEMENT}/{list}?period={period}")).await;
            answer.expect_problem(400, "invalid period");
        }
    }
    portal.stop().await;
}

#[tokio::test]
async fn list_users_is_a_bare_array_of_the_same() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let ann = portal.sign_up("ann").await;
    admin.record(ann.id, 201_910).await.expect_ok(&[]);
    for query in ["", "?period=201910", "?period=0"] {
        let users = admin.browser.get(&format!("{MANAGEMENT}/users{query}")).await.expect(200);
        let bare = admin.browser.get(&format!("{MANAGEMENT}/list_users{query}")).await.expect(200);
        assert!(bare.is_array());
        assert_eq!(bare, users["users"]);
    }
    portal.stop().await;
}

#[tokio::test]
async fn a_body_means_nothing_to_a_list() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let path = format!("{MANAGEMENT}/users");
    let request = admin.browser.request(reqwest::Method::GET, &path);
    let answer = admin.browser.send(request.header("Content-Type", "application/json")).await;
    assert_eq!(answer.expect_ok(&["users"])["users"].as_array().map(Vec::len), Some(1));
    portal.stop().await;
}

#[tokio::test]
async fn one_member_is_shown_with_his_payment_of_the_payment_period() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let ann = portal.sign_up("ann").await;
    let path = format!("{MANAGEMENT}/user?user_id={}", ann.id);
    let user = admin.browser.get(&path).await.expect_ok(&["user"])["user"].clone();
    assert_keys(&user, &user_with(&["payment_status"]));
    assert_eq!((&user["id"], &user["payment_status"]), (&json!(ann.id), &Value::Null));
    admin.record(ann.id, 201_910).await.expect_ok(&[]);
    let user = admin.browser.get(&path).await.expect_ok(&["user"])["user"].clone();
    assert_eq!(user["payment_status"], Value::Null);
    portal.server.clock.advance(TimeDelta::minutes(1));
    admin.record(ann.id, 202_004).await.expect_ok(&[]);
    let user = admin.browser.get(&path).await.expect_ok(&["user"])["user"].clone();
    assert_payment(&user["payment_status"], ann.id, 202_004, admin.id);
    portal.stop().await;
}

#[tokio::test]
async fn nobody_is_not_found() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let stranger = portal.server.register("cas@example.org").await;
    for query in
        ["", "?user_id=", "?user_id=0", "?user_id=-1", "?user_id=999999", "?user_id=9223372036854775807"]
    {
        let answer = admin.browser.get(&format!("{MANAGEMENT}/user{query}")).await;
        answer.expect_problem(404, "user not found");
    }
    // In the house, but without a member profile.
    let number = portal.server.tables().texts(&format!(
        "SELECT CAST(number AS TEXT) AS value FROM users WHERE number <> {} ORDER BY number",
        admin.id
    ));
    assert_eq!(number.len(), 1, "{}", stranger.id);
    let answer = admin.browser.get(&format!("{MANAGEMENT}/user?user_id={}", number[0])).await;
    answer.expect_problem(404, "user not found");
    for query in ["user_id=abc", "user_id=1.5", "user_id=99999999999999999999"] {
        let answer = admin.browser.get(&format!("{MANAGEMENT}/user?{query}")).await;
        assert!(!answer.problem(400).is_empty());
    }
    portal.stop().await;
}

#[tokio::test]
async fn a_list_of_thousands_comes_whole() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let operator = portal.operator().await;
    operator.import((0..1200).map(|n| row(n, &format!("ann{n}"), "member")).collect()).await;
    operator.close().await;
    let body = admin.browser.get(&format!("{MANAGEMENT}/users")).await.expect_ok(&["users"]);
    let ids: Vec<i64> = column(&body["users"], "id").iter().filter_map(Value::as_i64).collect();
    assert_eq!(ids.len(), 1201);
    assert!(ids.is_sorted_by(|one, next| one < next));
    portal.stop().await;
}
