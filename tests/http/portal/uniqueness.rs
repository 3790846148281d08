//! What only one member may have (portal contract section 4).

use integration_tests::portal::{MANAGEMENT, Portal, form, with};
use serde_json::{Value, json};

const SIGNUP: &str = "/api/public/oidc_account/signup";
const PROFILE: &str = "/api/private/profile";
const EMAIL: &str = "メールアドレスがすでに利用されています";

/// What Ann has and nobody else may have.
fn hers() -> [(&'static str, Value); 4] {
    [
        ("student_id", form("ann")["student_id"].clone()),
        ("emergency_phone_number", form("ann")["emergency_phone_number"].clone()),
        ("discord_id", json!("ann#1234")),
        ("twitter_screen_name", json!("ann_1")),
    ]
}

async fn with_ann() -> Portal {
    let portal = Portal::start().await;
    let ann = portal.sign_up("ann").await;
    let names = json!({ "discord_id": "ann#1234", "twitter_screen_name": "ann_1" });
    let _ = ann.browser.post(PROFILE, with(ann.profile().await, names)).await.expect(200);
    portal
}

#[tokio::test]
async fn a_newcomer_is_told_which_field_somebody_has() {
    let portal = with_ann().await;
    let bob = portal.arrive("bob").await;
    let mut told = Vec::new();
    for (key, value) in hers() {
        let answer = bob.post(SIGNUP, with(form("bob"), json!({ key: value }))).await;
        told.push(answer.problem(400).to_owned());
    }
    assert!(!told.contains(&EMAIL.to_owned()), "{told:?}");
    told.sort_unstable();
    told.dedup();
    assert_eq!(told.len(), 4, "each names its field: {told:?}");
    bob.post(SIGNUP, form("bob")).await.expect_ok(&[]);
    portal.stop().await;
}

#[tokio::test]
async fn an_update_to_what_somebody_has_is_a_conflict_and_changes_nothing() {
    let portal = with_ann().await;
    let bob = portal.sign_up("bob").await;
    let before = bob.profile().await;
    for (key, value) in hers() {
        let body = with(before.clone(), json!({ key: value, "name": "変更 済み" }));
        let answer = bob.browser.post(PROFILE, body).await;
        assert!(!answer.problem(409).is_empty());
    }
    assert_eq!(bob.profile().await, before);
    portal.stop().await;
}

#[tokio::test]
async fn an_admin_cannot_give_to_one_what_another_has() {
    let portal = with_ann().await;
    let admin = portal.admin().await;
    let bob = portal.sign_up("bob").await;
    let path = format!("{MANAGEMENT}/user?user_id={}", bob.id);
    let before = admin.browser.get(&path).await.expect(200)["user"].clone();
    let further = [("account_id", json!("oauth2|discord|ann"))];
    for (key, value) in hers().into_iter().chain(further) {
        let body = json!({ "user": with(before.clone(), json!({ key: value, "role": "retired" })) });
        let answer = admin.browser.post(&format!("{MANAGEMENT}/user"), body).await;
        assert!(!answer.problem(409).is_empty(), "{key}");
    }
    for email in ["ann@example.org", "ANN@example.org", &*admin.email] {
        let body = json!({ "user": with(before.clone(), json!({ "email": email })) });
        let answer = admin.browser.post(&format!("{MANAGEMENT}/user"), body).await;
        answer.expect_problem(409, EMAIL);
    }
    assert_eq!(admin.browser.get(&path).await.expect(200)["user"], before);
    portal.stop().await;
}

#[tokio::test]
async fn what_one_has_oneself_is_no_conflict() {
    let portal = with_ann().await;
    let admin = portal.admin().await;
    let ann = portal.sign_in_as("ann").await;
    let own = ann.get(PROFILE).await.expect(200);
    let _ = ann.post(PROFILE, own.clone()).await.expect(200);
    let path = format!("{MANAGEMENT}/user?user_id={}", own["id"]);
    let user = admin.browser.get(&path).await.expect(200)["user"].clone();
    admin.browser.post(&format!("{MANAGEMENT}/user"), json!({ "user": user })).await.expect_ok(&[]);
    portal.stop().await;
}

#[tokio::test]
async fn what_nobody_gives_everybody_may_leave_out() {
    let portal = Portal::start().await;
    let empty = json!({
        "student_id": "", "emergency_phone_number": "", "discord_id": "", "twitter_screen_name": "",
    });
    for name in ["ann", "bob", "cas"] {
        let member = portal.sign_up(name).await;
        let _ = member.browser.post(PROFILE, with(member.profile().await, empty.clone())).await.expect(200);
    }
    portal.stop().await;
}

#[tokio::test]
async fn what_is_given_back_is_free_again() {
    let portal = with_ann().await;
    let (ann, bob) = (portal.sign_in_as("ann").await, portal.sign_up("bob").await);
    let own = ann.get(PROFILE).await.expect(200);
    for (key, value) in hers() {
        let _ = ann.post(PROFILE, with(own.clone(), json!({ key: "" }))).await.expect(200);
        let body = with(bob.profile().await, json!({ key: value }));
        let _ = bob.browser.post(PROFILE, body).await.expect(200);
        let answer = ann.post(PROFILE, own.clone()).await;
        let _ = answer.problem(409);
        let _ = bob.browser.post(PROFILE, with(bob.profile().await, json!({ key: "" }))).await.expect(200);
        let _ = ann.post(PROFILE, own.clone()).await.expect(200);
    }
    portal.stop().await;
}
