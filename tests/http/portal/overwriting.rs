//! What admins write over members, and that there is always an admin (portal contract sections 3.3 and 10).

use integration_tests::{
    client::Answer,
    portal::{MANAGEMENT, Member, Portal, claims_of, form, with},
};
use serde_json::{Value, json};

const LAST: &str = "最後の管理者は変更できません";
const ROLE: &str = "存在しないロールが指定されています";

async fn stored(admin: &Member, id: i64) -> Value {
    let path = format!("{MANAGEMENT}/user?user_id={id}");
    admin.browser.get(&path).await.expect_ok(&["user"])["user"].clone()
}

async fn overwrite(admin: &Member, user: Value) -> Answer {
    admin.browser.post(&format!("{MANAGEMENT}/user"), json!({ "user": user })).await
}

async fn appoint(admin: &Member, id: i64, role: &str) -> Answer {
    admin.browser.patch(&format!("{MANAGEMENT}/user"), json!({ "user_id": id, "role": role })).await
}

#[tokio::test]
async fn a_user_sent_back_as_it_came_is_the_same() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let ann = portal.sign_up("ann").await;
    for id in [ann.id, admin.id] {
        let before = stored(&admin, id).await;
        overwrite(&admin, before.clone()).await.expect_ok(&[]);
        let after = with(stored(&admin, id).await, json!({ "updated_at": before["updated_at"] }));
        assert_eq!(after, before);
    }
    portal.stop().await;
}

#[tokio::test]
async fn nothing_happens_to_nobody() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let ann = portal.sign_up("ann").await;
    let before = stored(&admin, ann.id).await;
    overwrite(&admin, with(before.clone(), json!({ "id": 999_999, "handle": "nobody" })))
        .await
        .expect_ok(&[]);
    appoint(&admin, 999_999, "admin").await.expect_ok(&[]);
    assert_eq!(stored(&admin, ann.id).await, before);
    assert_eq!(portal.server.tables().count("member_profiles", "1 = 1"), 2);
    portal.stop().await;
}

#[tokio::test]
async fn a_role_is_set_and_not_recalculated() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let ann = portal.sign_up("ann").await;
    for role in ["member", "retired", "admin", "not_member"] {
        appoint(&admin, ann.id, role).await.expect_ok(&[]);
        assert_eq!(ann.role().await, role);
    }
    for role in ["retired", "member", "admin", "not_member"] {
        overwrite(&admin, with(stored(&admin, ann.id).await, json!({ "role": role }))).await.expect_ok(&[]);
        assert_eq!(ann.role().await, role);
    }
    let browser = portal.browser();
    appoint(&admin, ann.id, "member").await.expect_ok(&[]);
    portal.come_back(&browser, claims_of("ann")).await.expect_ok(&["has_account"]);
    assert_eq!(ann.role().await, "member", "a sign-in changes no role");
    portal.stop().await;
}

#[tokio::test]
async fn a_role_that_does_not_exist_is_refused() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let ann = portal.sign_up("ann").await;
    for role in ["", "Admin", "owner", "not-member", "member "] {
        appoint(&admin, ann.id, role).await.expect_problem(400, ROLE);
    }
    let path = format!("{MANAGEMENT}/user");
    let without = admin.browser.patch(&path, json!({ "user_id": ann.id })).await;
    without.expect_problem(400, ROLE);
    let null = admin.browser.patch(&path, json!({ "user_id": ann.id, "role": null })).await;
    null.expect_problem(400, ROLE);
    for body in
        [json!({ "user_id": "1", "role": "member" }), json!({ "user_id": ann.id, "role": 1 }), json!([])]
    {
        assert!(!admin.browser.patch(&path, body).await.problem(400).is_empty());
    }
    assert_eq!(ann.role().await, "not_member");
    portal.stop().await;
}

#[tokio::test]
async fn a_user_that_cannot_be_read_is_refused() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let ann = portal.sign_up("ann").await;
    let before = stored(&admin, ann.id).await;
    for (key, value) in [
        ("generation", json!("61")),
        ("email_verified", json!("true")),
        ("avatar", json!("https://a.example/1.png")),
        ("role", json!(1)),
        ("id", json!("1")),
    ] {
        let answer = overwrite(&admin, with(before.clone(), json!({ key: value }))).await;
        answer.expect_problem_with(400, "invalid request values");
    }
    let path = format!("{MANAGEMENT}/user");
    for body in [json!([]), json!({ "user": [] }), json!({ "user": "ann" })] {
        admin.browser.post(&path, body).await.expect_problem_with(400, "invalid request values");
    }
    assert_eq!(stored(&admin, ann.id).await, before);
    portal.stop().await;
}

#[tokio::test]
async fn a_user_of_nothing_is_no_user() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let path = format!("{MANAGEMENT}/user");
    for body in [json!({}), json!({ "user": null }), json!({ "user": {} })] {
        admin.browser.post(&path, body).await.expect_problem(400, "性別の値が不正です");
    }
    admin.browser.post_nothing(&path).await.expect_problem(400, "性別の値が不正です");
    portal.stop().await;
}

#[tokio::test]
async fn the_last_admin_stays_admin() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let ann = portal.sign_up("ann").await;
    for role in ["member", "retired", "not_member"] {
        appoint(&admin, admin.id, role).await.expect_problem(409, LAST);
        let demoted = with(stored(&admin, admin.id).await, json!({ "role": role, "handle": "gone" }));
        overwrite(&admin, demoted).await.expect_problem(409, LAST);
    }
    let own = stored(&admin, admin.id).await;
    assert_eq!((&own["role"], &own["handle"]), (&json!("admin"), &json!("")));
    appoint(&admin, admin.id, "admin").await.expect_ok(&[]);

    appoint(&admin, ann.id, "admin").await.expect_ok(&[]);
    appoint(&admin, admin.id, "not_member").await.expect_ok(&[]);
    // From this moment on.
    let users = format!("{MANAGEMENT}/users");
    admin.browser.get(&users).await.expect_problem(403, "permission denied");
    assert_eq!(ann.browser.get(&users).await.status, 200);
    appoint(&ann, ann.id, "member").await.expect_problem(409, LAST);
    portal.stop().await;
}

#[tokio::test]
async fn an_address_that_an_admin_calls_proved_is_the_members_own() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let _ = portal.sign_up_only("ann").await;
    let ann = portal.sign_in_as("ann").await;
    let id = ann.get("/api/private/profile").await.expect(200)["id"].as_i64().expect("a number");
    let user = with(stored(&admin, id).await, json!({ "email_verified": true }));
    overwrite(&admin, user).await.expect_ok(&[]);
    assert_eq!(ann.get("/api/private/profile").await.expect(200)["email_verified"], true);
    // Now nobody else can sign up with it.
    let other = portal.arrive_with(with(claims_of("other"), json!({ "email": "ann@example.org" }))).await;
    let answer = other.post("/api/public/oidc_account/signup", form("other")).await;
    answer.expect_problem(400, "メールアドレスがすでに利用されています");
    assert_eq!(portal.server.tables().letters_to("ann@example.org"), 1, "no letter is sent for it");
    portal.stop().await;
}
