//! The portal and the accounts are two doors: what opens one does not open the other (portal contract section 3.3 and
//! the design of the house).

use chrono::TimeDelta;
use integration_tests::{
    portal::{ADMIN, Browser, MANAGEMENT, Portal, TOKEN_COOKIE, form},
    server::PASSWORD,
};
use serde_json::json;

use crate::provisioned::{PAT, first_sign_in, provision};

const INVALID: &str = "トークンが無効です";
const NOT_SIGNED_IN: &str = "ログインしていません";
const PROFILE: &str = "/api/private/profile";

#[tokio::test]
async fn an_operator_manages_the_portal_with_the_token_of_his_account() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let users = format!("{MANAGEMENT}/users");
    let body = admin.browser.get(&users).await.expect_ok(&["users"]);
    assert_eq!(body["users"][0]["id"], admin.id);
    portal.server.clock.advance(TimeDelta::hours(1));
    admin.browser.get(&users).await.expect_problem(401, INVALID);
    let again = Browser::new(&portal.account(ADMIN).await.client);
    again.get(&users).await.expect_ok(&["users"]);
    again.client().post_nothing("/auth/logout").await.expect_message();
    again.get(&users).await.expect_problem(401, INVALID);
    portal.stop().await;
}

#[tokio::test]
async fn an_account_without_the_role_is_refused() {
    let portal = Portal::start().await;
    let bob = portal.server.register("bob@example.org").await;
    let browser = Browser::new(&bob.client);
    let users = format!("{MANAGEMENT}/users");
    browser.get(&users).await.expect_problem(403, "permission denied");
    // Somebody must be admin when he is none.
    let _ = portal.admin().await;
    let operator = portal.operator().await;
    for role in ["member", "retired", "not_member"] {
        operator.appoint("bob@example.org", role).await;
        browser.get(&users).await.expect_problem(403, "permission denied");
    }
    operator.appoint("bob@example.org", "admin").await;
    browser.get(&users).await.expect_ok(&["users"]);
    operator.close().await;
    portal.stop().await;
}

#[tokio::test]
async fn a_token_that_is_none_is_refused() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let person = portal.account(ADMIN).await;
    let users = format!("{MANAGEMENT}/users");
    let token = admin.browser.client().token().expect("he has one").to_owned();
    for wrong in ["hitkey_nobody-s-token-8841", &person.refresh_token, &token.to_uppercase(), &token[7..]] {
        let browser = Browser::new(&portal.server.client.bearing(wrong));
        browser.get(&users).await.expect_problem(401, INVALID);
    }
    portal.stop().await;
}

#[tokio::test]
async fn a_mailed_password_must_be_changed_before_anything_is_managed() {
    let portal = Portal::start().await;
    let _ = provision(&portal.server, true).await;
    let pat = first_sign_in(&portal.server).await;
    let operator = portal.operator().await;
    operator.appoint(PAT, "admin").await;
    operator.close().await;
    let users = format!("{MANAGEMENT}/users");
    let browser = Browser::new(&pat.client);
    assert!(!browser.get(&users).await.problem(403).is_empty());
    let newcomer = portal.arrive("pat").await.bearing(pat.client.token().expect("he has one"));
    let answer = newcomer.post("/api/public/oidc_account/signup", form("pat")).await;
    assert!(!answer.problem(403).is_empty());
    assert_eq!(portal.server.tables().count("external_identities", "1 = 1"), 0);

    let body = json!({ "old_password": "granite-willow-58", "new_password": PASSWORD });
    let changed = pat.client.post("/auth/password/change", body).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let pat = portal.account(PAT).await;
    Browser::new(&pat.client).get(&users).await.expect_ok(&["users"]);
    portal.stop().await;
}

#[tokio::test]
async fn the_session_of_the_portal_opens_no_account() {
    let portal = Portal::start().await;
    let ann = portal.sign_up_admin("ann").await;
    for path in ["/auth/me", "/auth/emails", "/projects"] {
        ann.browser.get(path).await.expect_error(401, "UNAUTHORIZED");
        let bearer = portal.server.client.bearing(&ann.browser.token());
        bearer.get(path).await.expect_error(401, "UNAUTHORIZED");
    }
    let body = json!({ "refresh_token": ann.browser.token() });
    portal.server.client.post("/auth/token/refresh", body).await.expect_error(401, "INVALID_TOKEN");
    // Nor does it manage the portal in the place of an account's token.
    let bearer = Browser::new(&portal.server.client.bearing(&ann.browser.token()));
    bearer.get(&format!("{MANAGEMENT}/users")).await.expect_problem(401, INVALID);
    ann.browser.get(&format!("{MANAGEMENT}/users")).await.expect_ok(&["users"]);
    portal.stop().await;
}

#[tokio::test]
async fn the_token_of_an_account_opens_no_profile() {
    let portal = Portal::start().await;
    let admin = portal.admin().await;
    let person = portal.account(ADMIN).await;
    let token = person.client.token().expect("he has one").to_owned();
    admin.browser.get(PROFILE).await.expect_problem(401, NOT_SIGNED_IN);
    admin.browser.post(PROFILE, json!({ "sex": "male" })).await.expect_problem(401, NOT_SIGNED_IN);
    admin.browser.post_nothing("/api/private/logout").await.expect_problem(401, NOT_SIGNED_IN);
    for planted in [&token, &person.refresh_token] {
        let browser = portal.browser();
        browser.put_cookie(TOKEN_COOKIE, planted);
        browser.get(PROFILE).await.expect_problem(401, INVALID);
        browser.get(&format!("{MANAGEMENT}/users")).await.expect_problem(401, INVALID);
    }
    let _ = person.client.get("/auth/me").await.expect(200);
    portal.stop().await;
}

#[tokio::test]
async fn a_member_who_signed_up_has_no_password() {
    let portal = Portal::start().await;
    let ann = portal.sign_up("ann").await;
    let body = json!({ "email": ann.email, "password": PASSWORD });
    portal.server.client.post("/auth/login", body).await.expect_error(401, "INVALID_CREDENTIALS");
    portal.stop().await;
}
