//! Becoming a member (portal contract sections 3.1, 4.1, 6 and 11).

use chrono::TimeDelta;
use integration_tests::portal::{
    Portal, TOKEN_COOKIE, account_of, claims_of, email_of, form, verification_token, with, without,
};
use serde_json::{Value, json};

use super::shapes::{instant, user_with};
use crate::shapes::assert_keys;

const SIGNUP: &str = "/api/public/oidc_account/signup";
const ACCOUNT: &str = "/api/public/oidc_account";
const NOT_SIGNED_IN: &str = "ログインしていません";
const INVALID: &str = "トークンが無効です";
const REGISTERED: &str = "既に存在しているユーザーです";

/// Signs up with a form, and signs in; answers the profile.
async fn sign_up_with(portal: &Portal, name: &str, form: Value) -> Value {
    portal.arrive(name).await.post(SIGNUP, form).await.expect_ok(&[]);
    portal.sign_in_as(name).await.get("/api/private/profile").await.expect(200)
}

#[tokio::test]
async fn the_form_of_the_web_client_makes_a_member_who_has_not_paid_and_not_proved_his_address() {
    let portal = Portal::start().await;
    let profile = sign_up_with(&portal, "ann", form("ann")).await;
    assert_keys(&profile, &user_with(&["status", "status_code"]));
    let sent = form("ann");
    for key in [
        "squads",
        "workshops",
        "other_circles",
        "emergency_phone_number",
        "student_id",
        "sex",
        "handle",
        "kana",
        "name",
        "generation",
        "university",
    ] {
        assert_eq!(profile[key], sent[key], "{key}");
    }
    assert_eq!(profile["email"], email_of("ann"));
    assert_eq!(profile["account_id"], account_of("ann"));
    assert_eq!(profile["role"], "not_member");
    assert_eq!((&profile["email_verified"], &profile["card_published"]), (&json!(false), &json!(false)));
    assert!(profile["id"].as_i64().is_some_and(|id| id > 0));
    assert_eq!(instant(&profile["created_at"]), instant(&profile["updated_at"]));
    portal.stop().await;
}

#[tokio::test]
async fn a_newcomer_is_shown_what_the_provider_says_of_him() {
    let portal = Portal::start().await;
    let browser = portal.arrive("ann").await;
    let keys = ["token", "account_id", "acciunt_id", "email"];
    let body = browser.get(ACCOUNT).await.expect_ok(&keys);
    let shown = ["account_id", "acciunt_id", "email"].map(|key| &body[key]);
    assert_eq!(shown, ["oauth2|discord|ann", "oauth2|discord|ann", "ann@example.org"]);
    let token = body["token"].as_str().expect("the client needs one");
    assert!(!token.is_empty());
    assert_ne!(token, browser.token(), "scripts must not see the cookie");
    let thief = portal.browser();
    thief.put_cookie(TOKEN_COOKIE, token);
    thief.get(ACCOUNT).await.expect_problem(401, INVALID);
    portal.stop().await;
}

#[tokio::test]
async fn only_a_newcomer_may_sign_up() {
    let portal = Portal::start().await;
    let stranger = portal.browser();
    stranger.get(ACCOUNT).await.expect_problem(401, NOT_SIGNED_IN);
    stranger.post(SIGNUP, form("ann")).await.expect_problem(401, NOT_SIGNED_IN);
    stranger.put_cookie(TOKEN_COOKIE, "nobody-s-token-8841");
    stranger.get(ACCOUNT).await.expect_problem(401, INVALID);
    stranger.post(SIGNUP, form("ann")).await.expect_problem(401, INVALID);
    let ann = portal.sign_up("ann").await;
    ann.browser.get(ACCOUNT).await.expect_problem(403, REGISTERED);
    ann.browser.post(SIGNUP, form("ann2")).await.expect_problem(403, REGISTERED);
    assert_eq!(portal.server.tables().count("member_profiles", "1 = 1"), 1);
    portal.stop().await;
}

#[tokio::test]
async fn the_cookie_of_a_newcomer_is_good_for_one_sign_up() {
    let portal = Portal::start().await;
    let browser = portal.arrive("ann").await;
    let kept = browser.twin();
    browser.post(SIGNUP, form("ann")).await.expect_ok(&[]);
    kept.post(SIGNUP, form("ann2")).await.expect_problem(401, INVALID);
    kept.get(ACCOUNT).await.expect_problem(401, INVALID);
    kept.get("/api/private/profile").await.expect_problem(401, INVALID);
    assert_eq!(portal.server.tables().count("member_profiles", "1 = 1"), 1);
    portal.stop().await;
}

#[tokio::test]
async fn a_newcomer_may_take_an_hour() {
    let portal = Portal::start().await;
    let (quick, slow) = (portal.arrive("ann").await, portal.arrive("bob").await);
    portal.server.clock.advance(TimeDelta::minutes(59));
    quick.post(SIGNUP, form("ann")).await.expect_ok(&[]);
    portal.server.clock.advance(TimeDelta::minutes(1));
    slow.get(ACCOUNT).await.expect_problem(401, INVALID);
    slow.post(SIGNUP, form("bob")).await.expect_problem(401, INVALID);
    portal.stop().await;
}

#[tokio::test]
async fn a_refused_form_can_be_sent_again() {
    let portal = Portal::start().await;
    let browser = portal.arrive("ann").await;
    let faulty = with(form("ann"), json!({ "generation": 48 }));
    browser.post(SIGNUP, faulty).await.expect_problem(400, "不正な代が入力されています");
    let _ = browser.get(ACCOUNT).await.expect(200);
    browser.post(SIGNUP, form("ann")).await.expect_ok(&[]);
    portal.stop().await;
}

#[tokio::test]
async fn two_browsers_of_one_newcomer_make_one_member() {
    let portal = Portal::start().await;
    let (first, second) = (portal.arrive("ann").await, portal.arrive("ann").await);
    first.post(SIGNUP, form("ann")).await.expect_ok(&[]);
    second.post(SIGNUP, form("ann2")).await.expect_problem(403, REGISTERED);
    assert_eq!(portal.server.tables().count("member_profiles", "1 = 1"), 1);
    portal.stop().await;
}

#[tokio::test]
async fn only_what_must_be_given_must_be_given() {
    let portal = Portal::start().await;
    let bare = json!({ "sex": "other", "generation": 49 });
    let profile = sign_up_with(&portal, "ann", bare.clone()).await;
    assert_keys(&profile, &user_with(&["status", "status_code"]));
    for key in ["name", "kana", "handle", "student_id", "emergency_phone_number", "other_circles"] {
        assert_eq!(profile[key], "", "{key}");
    }
    assert_eq!(profile["university"], json!({ "name": "", "department": "", "subject": "" }));
    assert_eq!((&profile["workshops"], &profile["squads"]), (&json!([]), &json!([])));
    // What is empty is nobody's: a second one may leave it out as well.
    let nulls = json!({ "university": null, "squads": null, "name": null, "discord_id": null });
    let _ = sign_up_with(&portal, "bob", with(bare, nulls)).await;
    portal.stop().await;
}

#[tokio::test]
async fn lists_come_back_as_they_were_given() {
    let portal = Portal::start().await;
    for (n, given, kept) in [
        (0, json!([]), json!([])),
        (1, json!([""]), json!([])),
        (2, json!(["CG", "MIDI"]), json!(["CG", "MIDI"])),
        (3, json!(["b", "a", "b"]), json!(["b", "a", "b"])),
        (4, json!(["カレー 部", "😀"]), json!(["カレー 部", "😀"])),
    ] {
        let name = format!("ann{n}");
        let body = with(form(&name), json!({ "squads": given, "workshops": given }));
        let profile = sign_up_with(&portal, &name, body).await;
        assert_eq!((&profile["squads"], &profile["workshops"]), (&kept, &kept));
    }
    portal.stop().await;
}

#[tokio::test]
async fn the_letter_goes_to_the_address_of_the_provider_and_holds_the_link() {
    let portal = Portal::start().await;
    let browser = portal.arrive("ann").await;
    let body = with(form("ann"), json!({ "email": "elsewhere@example.org", "handle": "みすちゃん" }));
    browser.post(SIGNUP, body).await.expect_ok(&[]);
    let letter = portal.server.mailbox.take(&email_of("ann")).await;
    assert!(!letter.subject.is_empty() && letter.text.contains("みすちゃん"), "{}", letter.text);
    assert!(letter.text.contains("http://localhost:8080/verify_email?token="), "{}", letter.text);
    assert!(verification_token(&letter).len() >= 22);
    assert_eq!(portal.server.tables().letters_to("elsewhere@example.org"), 0);
    assert_eq!(portal.server.tables().letters_to(&email_of("ann")), 1);
    portal.stop().await;
}

#[tokio::test]
async fn the_link_is_a_setting() {
    let settings = [("PORTICO_VERIFY_EMAIL_URL", "https://club.example/check/{token}/now")];
    let portal = Portal::start_with(&settings).await;
    portal.arrive("ann").await.post(SIGNUP, form("ann")).await.expect_ok(&[]);
    let letter = portal.server.mailbox.take(&email_of("ann")).await;
    let token = letter.token_after("https://club.example/check/");
    assert!(letter.text.contains(&format!("/check/{token}/now")), "{}", letter.text);
    let body = json!({ "token": token });
    portal.browser().post("/api/public/verify_email", body).await.expect_ok(&[]);
    portal.stop().await;
}

#[tokio::test]
async fn a_form_that_cannot_be_read_is_refused() {
    let portal = Portal::start().await;
    let browser = portal.arrive("ann").await;
    for (key, value) in [
        ("generation", json!("61")),
        ("generation", json!(61.5)),
        ("squads", json!("xR SysAd")),
        ("workshops", json!([1])),
        ("name", json!(5)),
        ("university", json!("早稲田大学")),
        ("card_published", json!("yes")),
    ] {
        let answer = browser.post(SIGNUP, with(form("ann"), json!({ key: value }))).await;
        answer.expect_problem_with(400, "リクエストデータが不正です(");
    }
    let answer = browser.client().post_bytes(SIGNUP, "application/json", "{").await;
    assert_eq!(answer.status, 401, "whoever shows no cookie is told so first");
    let missing = browser.post(SIGNUP, without(form("ann"), "generation")).await;
    missing.expect_problem(400, "不正な代が入力されています");
    browser.post_nothing(SIGNUP).await.expect_problem(400, "性別の値が不正です");
    assert_eq!(portal.server.tables().count("member_profiles", "1 = 1"), 0);
    portal.stop().await;
}

#[tokio::test]
async fn an_address_that_somebody_has_is_refused_and_nothing_is_joined() {
    let portal = Portal::start().await;
    let ann = portal.sign_up("ann").await;
    let _ = portal.server.register("bob@example.org").await;
    for (name, email) in
        [("mallory", &*ann.email), ("mallet", "bob@example.org"), ("mallard", "Ann@Example.org")]
    {
        let browser = portal.arrive_with(with(claims_of(name), json!({ "email": email }))).await;
        let answer = browser.post(SIGNUP, form(name)).await;
        answer.expect_problem(400, "メールアドレスがすでに利用されています");
    }
    assert_eq!(portal.server.tables().count("member_profiles", "1 = 1"), 1);
    // Nobody has proved this one yet, but a member has it.
    let _ = portal.sign_up_only("cas").await;
    let browser = portal.arrive_with(with(claims_of("casimir"), json!({ "email": email_of("cas") }))).await;
    let answer = browser.post(SIGNUP, form("casimir")).await;
    answer.expect_problem(400, "メールアドレスがすでに利用されています");
    portal.stop().await;
}
