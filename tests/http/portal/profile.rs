//! One's own profile (portal contract sections 3.2, 3.5, 4.1 and 11).

use chrono::TimeDelta;
use integration_tests::portal::{Portal, with, without};
use serde_json::{Value, json};

use super::shapes::{instant, user_with};
use crate::shapes::assert_keys;

const PATH: &str = "/api/private/profile";

#[tokio::test]
async fn a_profile_is_flat_and_its_optional_keys_appear_when_there_is_something_in_them() {
    let portal = Portal::start().await;
    let ann = portal.sign_up("ann").await;
    let user: Vec<&str> = user_with(&[]);
    let before = ann.browser.get(PATH).await.expect_ok(&user);
    let names = json!({ "discord_id": "ann#1234", "twitter_screen_name": "ann_1" });
    let keys = user_with(&["discord_id", "twitter_screen_name"]);
    let after = ann.browser.post(PATH, with(before.clone(), names.clone())).await.expect_ok(&keys);
    assert_eq!((&after["discord_id"], &after["twitter_screen_name"]), (&json!("ann#1234"), &json!("ann_1")));
    assert_eq!(ann.browser.get(PATH).await.expect_ok(&keys), after);
    let emptied = with(after, json!({ "discord_id": "", "twitter_screen_name": null }));
    ann.browser.post(PATH, emptied).await.expect_ok(&user);
    portal.stop().await;
}

#[tokio::test]
async fn an_update_answers_what_is_kept_and_only_moves_the_instant_of_change() {
    let portal = Portal::start().await;
    let ann = portal.sign_up("ann").await;
    let before = ann.profile().await;
    portal.server.clock.advance(TimeDelta::hours(1));
    let changes = json!({
        "name": "早稲田 花子",
        "kana": "ワセダ ハナコ",
        "handle": "hanako",
        "sex": "male",
        "university": { "name": "東京大学", "department": "工学部", "subject": "電気" },
        "student_id": "1Y99",
        "emergency_phone_number": "0312345678",
        "other_circles": "将棋部\nテニス",
        "workshops": ["プログラミング", "MIDI"],
        "squads": ["Web"],
        "discord_id": "hanako.0",
        "twitter_screen_name": "hanako",
        "card_published": true,
    });
    let after = ann.browser.post(PATH, with(before.clone(), changes.clone())).await.expect(200);
    for (key, value) in changes.as_object().expect("an object") {
        assert_eq!(&after[key], value, "{key}");
    }
    assert_eq!(ann.profile().await, after);
    assert_eq!(after["created_at"], before["created_at"]);
    let moved = instant(&after["updated_at"]) - instant(&before["updated_at"]);
    assert!(moved >= TimeDelta::minutes(59), "{moved}");
    assert_eq!(portal.server.tables().letters_to(&ann.email), 2, "nobody is written to");
    portal.stop().await;
}

#[tokio::test]
async fn a_whole_profile_sent_back_changes_nothing() {
    let portal = Portal::start().await;
    let ann = portal.sign_up("ann").await;
    let before = ann.profile().await;
    assert_eq!((&before["status"], &before["status_code"]), (&json!("OK"), &json!(200)));
    let form_keys = json!({ "univ_name": "x", "department": "y", "subject": "z", "payment_status": null });
    let after = ann.browser.post(PATH, with(before.clone(), form_keys)).await.expect(200);
    assert_eq!(without(after, "updated_at"), without(before, "updated_at"));
    portal.stop().await;
}

#[tokio::test]
async fn an_update_is_a_full_replacement() {
    let portal = Portal::start().await;
    let ann = portal.sign_up("ann").await;
    let full = json!({ "discord_id": "ann#1234", "twitter_screen_name": "ann", "card_published": true });
    let _ = ann.browser.post(PATH, with(ann.profile().await, full)).await.expect(200);
    let after = ann.browser.post(PATH, json!({ "sex": "female" })).await.expect_ok(&user_with(&[]));
    for key in ["name", "kana", "handle", "student_id", "emergency_phone_number", "other_circles"] {
        assert_eq!(after[key], "", "{key}");
    }
    assert_eq!(after["university"], json!({ "name": "", "department": "", "subject": "" }));
    assert_eq!((&after["workshops"], &after["squads"]), (&json!([]), &json!([])));
    assert_eq!(after["card_published"], false);
    assert_eq!((&after["generation"], &after["email"]), (&json!(61), &json!("ann@example.org")));
    portal.stop().await;
}

#[tokio::test]
async fn each_key_can_be_left_out_alone() {
    let portal = Portal::start().await;
    let ann = portal.sign_up("ann").await;
    let full = with(
        ann.profile().await,
        json!({ "discord_id": "ann#1234", "twitter_screen_name": "ann", "other_circles": "将棋部" }),
    );
    for (key, empty) in [
        ("name", json!("")),
        ("kana", json!("")),
        ("handle", json!("")),
        ("student_id", json!("")),
        ("emergency_phone_number", json!("")),
        ("other_circles", json!("")),
        ("workshops", json!([])),
        ("squads", json!([])),
        ("discord_id", Value::Null),
        ("twitter_screen_name", Value::Null),
        ("university", json!({ "name": "", "department": "", "subject": "" })),
    ] {
        for body in [without(full.clone(), key), with(full.clone(), json!({ key: null }))] {
            let after = ann.browser.post(PATH, body).await.expect(200);
            assert_eq!(after[key], empty, "{key}");
        }
        let restored = ann.browser.post(PATH, full.clone()).await.expect(200);
        assert_eq!(restored[key], full[key], "{key}");
    }
    portal.stop().await;
}

#[tokio::test]
async fn a_profile_that_cannot_be_read_is_refused_and_changes_nothing() {
    let portal = Portal::start().await;
    let ann = portal.sign_up("ann").await;
    let before = ann.profile().await;
    for (key, value) in [
        ("name", json!(["ann"])),
        ("workshops", json!("CG")),
        ("squads", json!({ "0": "xR" })),
        ("university", json!([])),
        ("card_published", json!(1)),
        ("handle", json!(true)),
    ] {
        let answer = ann.browser.post(PATH, with(before.clone(), json!({ key: value }))).await;
        answer.expect_problem_with(400, "リクエストデータが不正です(");
    }
    assert_eq!(ann.profile().await, before);
    portal.stop().await;
}

#[tokio::test]
async fn the_zone_of_instants_is_a_setting() {
    let portal = Portal::start_with(&[("PORTICO_TIME_ZONE", "America/Phoenix")]).await;
    let ann = portal.sign_up("ann").await;
    let created = ann.profile().await["created_at"].as_str().expect("a text").to_owned();
    assert!(created.ends_with("-07:00") && created.len() == 25, "{created}");
    portal.stop().await;
}

#[tokio::test]
async fn a_member_without_payments_has_an_empty_list() {
    let portal = Portal::start().await;
    let ann = portal.sign_up("ann").await;
    let body = ann.browser.get(&format!("{PATH}/payment_statuses")).await.expect_ok(&["payment_statuses"]);
    assert_eq!(body["payment_statuses"], json!([]));
    portal.stop().await;
}

#[tokio::test]
async fn an_operators_empty_profile_can_be_filled_in() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let browser = portal.arrive("ann").await.bearing(admin.browser.client().token().expect("he has one"));
    browser
        .post("/api/public/oidc_account/signup", integration_tests::portal::form("ann"))
        .await
        .expect_ok(&[]);
    let own = portal.sign_in_as("ann").await.get(PATH).await.expect_ok(&user_with(&[]));
    assert_keys(&own["university"], &["name", "department", "subject"]);
    assert_eq!(
        (&own["id"], &own["role"], &own["generation"]),
        (&json!(admin.id), &json!("admin"), &json!(61))
    );
    portal.stop().await;
}
