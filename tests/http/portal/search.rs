//! Looking members up: beginnings of words, whatever their width, case or kana.

use std::collections::BTreeSet;

use integration_tests::{
    client::Answer,
    portal::{MANAGEMENT, Member, Portal, row, with},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::shapes::{assert_payment, user_with};
use crate::shapes::assert_keys;

async fn ask(admin: &Member, query: &str) -> Answer {
    admin.browser.get(&format!("{MANAGEMENT}/users/search?{query}")).await
}

/// The handles of those found, and where to go on.
async fn found(admin: &Member, query: &str) -> (Vec<String>, Option<i64>) {
    let body = ask(admin, query).await.expect_ok(&["users", "next"]);
    let users = body["users"].as_array().expect("it is a list");
    let handle = |user: &Value| user["handle"].as_str().expect("a text").to_owned();
    (users.iter().map(handle).collect(), body["next"].as_i64())
}

async fn by_words(admin: &Member, words: &str) -> Vec<String> {
    let words = utf8_percent_encode(words, NON_ALPHANUMERIC);
    found(admin, &format!("q={words}")).await.0
}

/// A portal with these members: handles, each with what he changes in his profile.
async fn with_members(people: &[(&str, Value)]) -> (Portal, Member) {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    for (name, changes) in people {
        let member = portal.sign_up(name).await;
        let body = with(member.profile().await, changes.clone());
        let _ = member.browser.post("/api/private/profile", body).await.expect(200);
    }
    (portal, admin)
}

#[tokio::test]
async fn a_member_is_found_by_the_beginnings_of_his_words() {
    let names = json!({ "name": "早稲田 花子", "kana": "ワセダ ハナコ", "student_id": "1X20-D555" });
    let others = json!({ "name": "東京 太郎", "kana": "トウキョウ タロウ", "student_id": "1Y99" });
    let (portal, admin) = with_members(&[("hanako", names), ("taro", others)]).await;
    for words in [
        "hanako",
        "HAN",
        "h",
        "早稲田",
        "早",
        "花",
        "花子 早稲",
        "ワセ",
        "わせだ",
        "はな",
        "1x20",
        "d55",
        "hanako@",
        "han hana",
        "  花子  ",
        "早稲田　花子",
    ] {
        assert_eq!(by_words(&admin, words).await, ["hanako"], "{words:?}");
    }
    for words in ["anako", "稲田", "x20", "花子 太郎", "hanakoo", "nobody", "5"] {
        assert_eq!(by_words(&admin, words).await, Vec::<String>::new(), "{words:?}");
    }
    assert_eq!(by_words(&admin, "example").await, ["", "hanako", "taro"], "the admin of the operator too");
    portal.stop().await;
}

#[tokio::test]
async fn width_case_and_kana_do_not_matter() {
    let people = [
        ("ann", json!({ "name": "みす ちゃん", "kana": "ミス チャン" })),
        ("bob", json!({ "name": "ＡＢＣ ガンダム", "kana": "" })),
        ("cas", json!({ "name": "ｶﾞﾝﾀﾞﾑ Abc", "kana": "" })),
        ("dan", json!({ "name": "ÄRGER Straße", "kana": "" })),
    ];
    let (portal, admin) = with_members(&people).await;
    for (words, expected) in [
        ("ﾐｽ ﾁｬﾝ", vec!["ann"]),
        ("みす", vec!["ann"]),
        ("ミス", vec!["ann"]),
        ("ﾐ", vec!["ann"]),
        ("チャン ミ", vec!["ann"]),
        ("Ａ", vec!["ann", "bob", "cas"]),
        ("abc", vec!["bob", "cas"]),
        ("ＡｂＣ", vec!["bob", "cas"]),
        ("がんだ", vec!["bob", "cas"]),
        ("ガンダム", vec!["bob", "cas"]),
        ("ｶﾞﾝ", vec!["bob", "cas"]),
        ("か", vec![]),
        ("ärger", vec!["dan"]),
        ("A\u{308}rg", vec!["dan"]),
    ] {
        assert_eq!(by_words(&admin, words).await, expected, "{words:?}");
    }
    portal.stop().await;
}

#[tokio::test]
async fn what_is_typed_is_taken_literally() {
    let (portal, admin) = with_members(&[("ann", json!({ "name": "a_c 100%" })), ("abc", json!({}))]).await;
    assert_eq!(by_words(&admin, "a_c").await, ["ann"]);
    for words in ["a%", "_", "%", "' OR 1=1 --", "\\", "\u{0}"] {
        let answer = ask(&admin, &format!("q={}", utf8_percent_encode(words, NON_ALPHANUMERIC))).await;
        assert_eq!(answer.status, 200, "{words:?}: {}", answer.text);
    }
    assert_eq!(by_words(&admin, &"x".repeat(500)).await, Vec::<String>::new());
    portal.stop().await;
}

#[tokio::test]
async fn a_member_is_found_by_what_he_is_called_now() {
    let (portal, admin) = with_members(&[("ann", json!({}))]).await;
    let ann = portal.sign_in_as("ann").await;
    let profile = ann.get("/api/private/profile").await.expect(200);
    let renamed =
        with(profile, json!({ "handle": "zoe", "name": "新しい 名前", "kana": "", "student_id": "" }));
    let _ = ann.post("/api/private/profile", renamed).await.expect(200);
    assert_eq!(
        (by_words(&admin, "zoe").await, by_words(&admin, "みす").await),
        (vec!["zoe".to_owned()], vec![])
    );
    assert_eq!(by_words(&admin, "1X20ann").await, Vec::<String>::new());

    assert_eq!(by_words(&admin, "ann").await, ["zoe"], "by his address");
    let id = ann.get("/api/private/profile").await.expect(200)["id"].clone();
    let user = admin.browser.get(&format!("{MANAGEMENT}/user?user_id={id}")).await.expect(200);
    let user = with(user["user"].clone(), json!({ "email": "elsewhere@example.org" }));
    admin.browser.post(&format!("{MANAGEMENT}/user"), json!({ "user": user })).await.expect_ok(&[]);
    assert_eq!(by_words(&admin, "ann").await, Vec::<String>::new());
    assert_eq!(by_words(&admin, "elsewhere").await, ["zoe"]);
    portal.stop().await;
}

#[tokio::test]
async fn roles_and_payments_narrow_the_search() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let people = [
        ("mem1", "member"),
        ("mem2", "member"),
        ("old", "retired"),
        ("not", "not_member"),
        ("boss", "admin"),
    ];
    let ids = portal.import(&admin, &people).await;
    admin.record(ids[0], 0).await.expect_ok(&[]);
    admin.record(ids[2], 0).await.expect_ok(&[]);
    admin.record(ids[1], 201_910).await.expect_ok(&[]);
    for (query, expected) in [
        ("role=member", vec!["mem1", "mem2"]),
        ("role=retired", vec!["old"]),
        ("role=not_member", vec!["not"]),
        ("role=admin", vec!["", "boss"]),
        ("paid=true", vec!["mem1", "old"]),
        ("paid=false", vec!["", "mem2", "not", "boss"]),
        ("role=member&paid=true", vec!["mem1"]),
        ("role=member&paid=false", vec!["mem2"]),
        ("q=mem&paid=false", vec!["mem2"]),
        ("q=mem&role=retired", vec![]),
        ("q=&role=", vec!["", "mem1", "mem2", "old", "not", "boss"]),
        ("", vec!["", "mem1", "mem2", "old", "not", "boss"]),
    ] {
        assert_eq!(
            found(&admin, query).await,
            (expected.iter().map(|s| (*s).to_owned()).collect(), None),
            "{query}"
        );
    }
    let body = ask(&admin, "q=mem1").await.expect_ok(&["users", "next"]);
    assert_keys(&body["users"][0], &user_with(&["payment_status"]));
    assert_payment(&body["users"][0]["payment_status"], ids[0], 202_004, admin.id);
    assert_eq!(body["next"], Value::Null);
    portal.stop().await;
}

#[tokio::test]
async fn pages_go_on_where_the_last_one_ended_and_miss_nobody() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let operator = portal.operator().await;
    let role = |n: u64| if n.is_multiple_of(3) { "retired" } else { "member" };
    operator.import((0..137).map(|n| row(n, &format!("ann{n}"), role(n))).collect()).await;
    operator.close().await;
    let everybody = admin.browser.get(&format!("{MANAGEMENT}/users")).await.expect(200);
    for (query, expected) in [
        ("", 138),
        ("q=&role=&paid=", 138),
        ("q=%25", 0),
        ("q=ann", 137),
        ("role=retired", 46),
        ("q=ann&paid=false", 137),
    ] {
        for limit in [1, 10, 46, 137, 138, 1000] {
            if limit == 1 && expected > 50 {
                continue;
            }
            let (mut seen, mut after) = (Vec::new(), String::new());
            loop {
                let page = ask(&admin, &format!("{query}&limit={limit}{after}")).await;
                let page = page.expect_ok(&["users", "next"]);
                let users = page["users"].as_array().expect("a list");
                assert!(users.len() <= limit);
                seen.extend(users.iter().map(|user| user["id"].as_i64().expect("a number")));
                let Some(next) = page["next"].as_i64() else { break };
                assert_eq!((users.len(), seen.last()), (limit, Some(&next)));
                after = format!("&after={next}");
            }
            assert_eq!(seen.len(), expected, "{query} {limit}");
            assert!(seen.is_sorted_by(|one, next| one < next));
        }
    }
    let all: BTreeSet<i64> = everybody["users"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|user| user["id"].as_i64())
        .collect();
    assert_eq!(
        (found(&admin, "").await.0.len(), all.len()),
        (100, 138),
        "a hundred unless more is asked for"
    );
    let last = all.last().expect("somebody");
    assert_eq!(found(&admin, &format!("after={last}")).await, (Vec::new(), None));
    portal.stop().await;
}

#[tokio::test]
async fn a_search_that_cannot_be_read_is_refused() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    for query in [
        "role=owner",
        "role=Member",
        "paid=maybe",
        "limit=0",
        "limit=-1",
        "limit=1001",
        "limit=abc",
        "after=abc",
        "after=1.5",
    ] {
        assert!(!ask(&admin, query).await.problem(400).is_empty(), "{query}");
    }
    portal.stop().await;
}
