//! Joining an account of the house and a name at the provider: by both proofs at once, and in no other way.

use integration_tests::{
    mailbox::Letter,
    portal::{ADMIN, Browser, MANAGEMENT, Portal, account_of, claims_of, form, with},
    server::{PASSWORD, Person},
};
use serde_json::{Value, json};

const SIGNUP: &str = "/api/public/oidc_account/signup";
const PROFILE: &str = "/api/private/profile";

/// Signs up with the proof of an account beside the cookie.
async fn link(portal: &Portal, name: &str, person: &Person) -> integration_tests::client::Answer {
    let browser = portal.arrive(name).await.bearing(person.client.token().expect("he has one"));
    browser.post(SIGNUP, form(name)).await
}

async fn own(browser: &Browser) -> Value {
    browser.get(PROFILE).await.expect(200)
}

#[tokio::test]
async fn an_operators_admin_joins_his_account_and_stays_admin() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let person = portal.account(ADMIN).await;
    let before = portal.server.tables().count("users", "1 = 1");
    link(&portal, "ann", &person).await.expect_ok(&[]);
    let browser = portal.sign_in_as("ann").await;
    let profile = own(&browser).await;
    assert_eq!((&profile["id"], &profile["role"]), (&json!(admin.id), &json!("admin")));
    assert_eq!((&profile["handle"], &profile["generation"]), (&json!("ann"), &json!(61)));
    assert_eq!((&profile["email"], &profile["email_verified"]), (&json!(ADMIN), &json!(true)));
    assert_eq!(profile["account_id"], account_of("ann"));
    assert_eq!(portal.server.tables().count("users", "1 = 1"), before);
    // Both doors lead to the same person.
    browser.get(&format!("{MANAGEMENT}/users")).await.expect_ok(&["users"]);
    admin.browser.get(&format!("{MANAGEMENT}/users")).await.expect_ok(&["users"]);
    assert_eq!(portal.account(ADMIN).await.id, person.id);
    portal.stop().await;
}

#[tokio::test]
async fn an_account_without_a_profile_becomes_not_member() {
    let portal = Portal::start().await;
    let bob = portal.server.register("bob@example.org").await;
    let taken = portal.server.mailbox.all_to("bob@example.org").len();
    link(&portal, "ann", &bob).await.expect_ok(&[]);
    let profile = own(&portal.sign_in_as("ann").await).await;
    assert_eq!((&profile["email"], &profile["role"]), (&json!("bob@example.org"), &json!("not_member")));
    assert_eq!(profile["email_verified"], true);
    assert_eq!(portal.server.tables().count("users", "1 = 1"), 1);
    // His address is proved: he is welcomed, and asked for nothing.
    let welcome = portal.server.mailbox.take("bob@example.org").await;
    let all: Vec<Letter> = portal.server.mailbox.all_to("bob@example.org");
    assert_eq!(all.len(), taken + 1);
    assert!(all.iter().all(|letter| !letter.text.contains("verify_email")), "{}", welcome.text);
    assert_eq!(portal.server.tables().letters_to("ann@example.org"), 0);
    portal.stop().await;
}

#[tokio::test]
async fn an_address_alone_joins_nobody() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    for claims in [json!({ "email": ADMIN }), json!({ "email": ADMIN, "email_verified": true })] {
        let browser = portal.arrive_with(with(claims_of("mallory"), claims)).await;
        browser.get(PROFILE).await.expect_problem(401, "トークンが無効です");
        let answer = browser.post(SIGNUP, form("mallory")).await;
        answer.expect_problem(400, "メールアドレスがすでに利用されています");
    }
    let path = format!("{MANAGEMENT}/user?user_id={}", admin.id);
    let user = admin.browser.get(&path).await.expect(200)["user"].clone();
    assert_eq!((&user["account_id"], &user["handle"]), (&json!(""), &json!("")));
    assert_eq!(portal.server.tables().count("external_identities", "1 = 1"), 0);
    portal.stop().await;
}

#[tokio::test]
async fn the_same_address_is_no_hindrance_when_both_are_proved() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let person = portal.account(ADMIN).await;
    let browser = portal.arrive_with(with(claims_of("ann"), json!({ "email": ADMIN }))).await;
    let browser = browser.bearing(person.client.token().expect("he has one"));
    browser.post(SIGNUP, form("ann")).await.expect_ok(&[]);
    assert_eq!(own(&portal.sign_in_as("ann").await).await["id"], admin.id);
    portal.stop().await;
}

#[tokio::test]
async fn a_false_token_joins_nothing_and_uses_nothing_up() {
    let portal = Portal::start().await;
    let person = portal.server.register("bob@example.org").await;
    let browser = portal.arrive("ann").await;
    for wrong in ["hitkey_nobody-s-token-8841", &person.refresh_token, ""] {
        let answer = browser.bearing(wrong).post(SIGNUP, form("ann")).await;
        answer.expect_problem(401, "トークンが無効です");
    }
    assert_eq!(portal.server.tables().count("member_profiles", "1 = 1"), 0);
    let right = browser.bearing(person.client.token().expect("he has one"));
    right.post(SIGNUP, form("ann")).await.expect_ok(&[]);
    portal.stop().await;
}

#[tokio::test]
async fn a_token_without_the_providers_cookie_joins_nothing() {
    let portal = Portal::start().await;
    let person = portal.server.register("bob@example.org").await;
    let browser = Browser::new(&person.client);
    browser.post(SIGNUP, form("ann")).await.expect_problem(401, "ログインしていません");
    browser.put_cookie("misw-portal-token", "nobody-s-token-8841");
    browser.post(SIGNUP, form("ann")).await.expect_problem(401, "トークンが無効です");
    assert_eq!(portal.server.tables().count("member_profiles", "1 = 1"), 0);
    portal.stop().await;
}

#[tokio::test]
async fn nobody_has_two_names_at_the_provider_and_no_name_two_people() {
    let portal = Portal::start().await;
    let (bob, cas) =
        (portal.server.register("bob@example.org").await, portal.server.register("cas@example.org").await);
    link(&portal, "ann", &bob).await.expect_ok(&[]);
    link(&portal, "anna", &bob).await.expect_problem(403, "既に存在しているユーザーです");

    let twice = portal.arrive("dan").await;
    let other = portal.arrive("dan").await.bearing(cas.client.token().expect("he has one"));
    twice.post(SIGNUP, form("dan")).await.expect_ok(&[]);
    other.post(SIGNUP, form("dan2")).await.expect_problem(403, "既に存在しているユーザーです");
    let handles = "SELECT handle AS value FROM member_profiles ORDER BY handle";
    assert_eq!(portal.server.tables().texts(handles), ["ann", "dan"]);
    portal.stop().await;
}

#[tokio::test]
async fn a_faulty_form_joins_nothing() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let person = portal.account(ADMIN).await;
    let _ = portal.sign_up("bob").await;
    let browser = portal.arrive("ann").await.bearing(person.client.token().expect("he has one"));
    let faulty = with(form("ann"), json!({ "generation": 1 }));
    browser.post(SIGNUP, faulty).await.expect_problem(400, "不正な代が入力されています");
    let taken = with(form("ann"), json!({ "student_id": form("bob")["student_id"] }));
    assert!(!browser.post(SIGNUP, taken).await.problem(400).is_empty());
    let path = format!("{MANAGEMENT}/user?user_id={}", admin.id);
    let user = admin.browser.get(&path).await.expect(200)["user"].clone();
    assert_eq!((&user["handle"], &user["account_id"]), (&json!(""), &json!("")));
    browser.post(SIGNUP, form("ann")).await.expect_ok(&[]);
    portal.stop().await;
}

#[tokio::test]
async fn another_password_ends_the_sessions_of_the_portal_too() {
    let portal = Portal::start().await;
    let bob = portal.server.register("bob@example.org").await;
    link(&portal, "ann", &bob).await.expect_ok(&[]);
    let browser = portal.sign_in_as("ann").await;
    let body = json!({ "old_password": PASSWORD, "new_password": "amber-lantern-73" });
    let changed = bob.client.post("/auth/password/change", body).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    browser.get(PROFILE).await.expect_problem(401, "トークンが無効です");
    assert_eq!(own(&portal.sign_in_as("ann").await).await["email"], "bob@example.org");
    portal.stop().await;
}
