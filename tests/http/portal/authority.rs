//! Who may write which field (portal contract section 4.1).

use chrono::TimeDelta;
use integration_tests::portal::{MANAGEMENT, Portal, claims_of, form, with, without};
use serde_json::{Value, json};

use super::shapes::instant;

/// Another value for every field there is, and some that there are not.
fn everything_else() -> Value {
    json!({
        "id": 999_999,
        "email": "other@example.org",
        "account_id": "oauth2|slack|other",
        "role": "admin",
        "email_verified": true,
        "avatar": { "url": "https://evil.example/1.png", "thumbnail_url": "https://evil.example/2.png" },
        "created_at": "2001-01-01T00:00:00+09:00",
        "updated_at": "2001-01-01T00:00:00+09:00",
        "payment_status": { "user_id": 1, "authorizer": 1, "period": 201_910 },
        "status": "Not Found",
        "status_code": 404,
    })
}

#[tokio::test]
async fn a_newcomer_writes_only_what_is_his_to_write() {
    let portal = Portal::start().await;
    let browser = portal.arrive("ann").await;
    let body = with(form("ann"), everything_else());
    browser.post("/api/public/oidc_account/signup", body).await.expect_ok(&[]);
    let profile = portal.sign_in_as("ann").await.get("/api/private/profile").await.expect(200);
    assert_ne!(profile["id"], 999_999);
    let kept = ["email", "account_id", "role"].map(|key| &profile[key]);
    assert_eq!(kept, ["ann@example.org", "oauth2|discord|ann", "not_member"]);
    assert_eq!((&profile["email_verified"], profile.get("avatar")), (&json!(false), None));
    assert!(!profile["created_at"].as_str().expect("a text").starts_with("2001"));
    assert_eq!(portal.server.tables().count("payment_statuses", "1 = 1"), 0);
    portal.stop().await;
}

#[tokio::test]
async fn a_newcomer_may_publish_his_card_and_give_his_names_elsewhere() {
    let portal = Portal::start().await;
    let browser = portal.arrive("ann").await;
    let names = json!({ "discord_id": "ann#1234", "twitter_screen_name": "ann", "card_published": true });
    browser.post("/api/public/oidc_account/signup", with(form("ann"), names.clone())).await.expect_ok(&[]);
    let profile = portal.sign_in_as("ann").await.get("/api/private/profile").await.expect(200);
    for key in ["discord_id", "twitter_screen_name", "card_published"] {
        assert_eq!(profile[key], names[key], "{key}");
    }
    portal.stop().await;
}

#[tokio::test]
async fn nobody_changes_what_is_not_his_in_his_own_profile_whatever_his_role() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let ann = portal.sign_up("ann").await;
    let path = format!("{MANAGEMENT}/user");
    for role in ["not_member", "member", "retired", "admin"] {
        admin.browser.patch(&path, json!({ "user_id": ann.id, "role": role })).await.expect_ok(&[]);
        let before = ann.profile().await;
        let changes = with(everything_else(), json!({ "generation": 55, "email_verified": false }));
        let changes = with(changes, json!({ "role": if role == "admin" { "member" } else { "admin" } }));
        let after = ann.browser.post("/api/private/profile", with(before.clone(), changes)).await.expect(200);
        assert_eq!(without(after, "updated_at"), without(before, "updated_at"));
    }
    portal.stop().await;
}

#[tokio::test]
async fn a_generation_is_kept_even_if_the_sent_one_is_none() {
    let portal = Portal::start().await;
    let ann = portal.sign_up("ann").await;
    for generation in [json!(0), json!(48), json!(101), json!(null)] {
        let body = with(ann.profile().await, json!({ "generation": generation }));
        let after = ann.browser.post("/api/private/profile", body).await.expect(200);
        assert_eq!(after["generation"], 61);
    }
    portal.stop().await;
}

#[tokio::test]
async fn the_address_is_kept_even_if_the_sent_one_is_none() {
    let portal = Portal::start().await;
    let ann = portal.sign_up("ann").await;
    for email in [json!(""), json!("no address"), json!(null)] {
        let body = with(ann.profile().await, json!({ "email": email }));
        let after = ann.browser.post("/api/private/profile", body).await.expect(200);
        assert_eq!((&after["email"], &after["email_verified"]), (&json!("ann@example.org"), &json!(true)));
    }
    portal.stop().await;
}

#[tokio::test]
async fn an_admin_writes_everything_but_the_instants() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let ann = portal.sign_up("ann").await;
    let before = ann.profile().await;
    portal.server.clock.advance(TimeDelta::minutes(30));
    let changes = json!({
        "email": "other@example.org",
        "generation": 49,
        "name": "早稲田 花子",
        "kana": "ワセダ ハナコ",
        "handle": "hanako",
        "sex": "other",
        "university": { "name": "東京大学", "department": "工学部", "subject": "電気" },
        "student_id": "1Y99",
        "emergency_phone_number": "0312345678",
        "other_circles": "将棋部",
        "workshops": ["MIDI"],
        "squads": [],
        "role": "retired",
        "account_id": "oauth2|slack|other",
        "discord_id": "hanako.0",
        "twitter_screen_name": "hanako",
        "email_verified": false,
        "card_published": true,
        "avatar": { "url": "https://a.example/1.png", "thumbnail_url": "https://a.example/2.png" },
        "created_at": "2001-01-01T00:00:00+09:00",
        "updated_at": "2001-01-01T00:00:00+09:00",
    });
    let user = without(without(with(before.clone(), changes.clone()), "status"), "status_code");
    admin.browser.post(&format!("{MANAGEMENT}/user"), json!({ "user": user })).await.expect_ok(&[]);
    let path = format!("{MANAGEMENT}/user?user_id={}", ann.id);
    let after = admin.browser.get(&path).await.expect_ok(&["user"])["user"].clone();
    for (key, value) in changes.as_object().expect("an object") {
        if !key.ends_with("_at") {
            assert_eq!(&after[key], value, "{key}");
        }
    }
    assert_eq!((&after["id"], &after["created_at"]), (&json!(ann.id), &before["created_at"]));
    assert!(instant(&after["updated_at"]) > instant(&before["updated_at"]));

    // The name at the provider is another one now: that of before is nobody's.
    let (old, new) = (portal.browser(), portal.browser());
    let answer = portal.come_back(&old, claims_of("ann")).await;
    assert_eq!(answer.expect_ok(&["has_account"])["has_account"], false);
    let claims = with(claims_of("ann"), json!({ "sub": "oauth2|slack|other" }));
    let answer = portal.come_back(&new, claims).await;
    assert_eq!(answer.expect_ok(&["has_account"])["has_account"], true);
    assert_eq!(new.get("/api/private/profile").await.expect(200)["id"], ann.id);
    portal.stop().await;
}

#[tokio::test]
async fn what_an_admin_leaves_out_is_empty() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let ann = portal.sign_up("ann").await;
    let full = json!({ "discord_id": "ann#1234", "twitter_screen_name": "ann", "card_published": true });
    let _ = ann.browser.post("/api/private/profile", with(ann.profile().await, full)).await.expect(200);
    let user = json!({
        "id": ann.id,
        "email": ann.email,
        "account_id": ann.account_id,
        "role": "member",
        "sex": "male",
        "generation": 61,
    });
    admin.browser.post(&format!("{MANAGEMENT}/user"), json!({ "user": user })).await.expect_ok(&[]);
    let after = ann.profile().await;
    for key in ["name", "kana", "handle", "student_id", "emergency_phone_number", "other_circles"] {
        assert_eq!(after[key], "", "{key}");
    }
    for key in ["discord_id", "twitter_screen_name", "avatar"] {
        assert_eq!(after.get(key), None, "{key}");
    }
    assert_eq!((&after["email_verified"], &after["card_published"]), (&json!(false), &json!(false)));
    assert_eq!((&after["workshops"], &after["squads"]), (&json!([]), &json!([])));
    portal.stop().await;
}
