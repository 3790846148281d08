//! The page behind the link of an invite.

use chrono::TimeDelta;
use integration_tests::{
    client::Answer,
    server::{PASSWORD, Person, TestServer},
};
use serde_json::json;

const GUEST: &str = "guest@example.org";

/// A server, the owner of a project, its slug, and the token of an invite.
async fn invited(name: &str) -> (TestServer, Person, String, String) {
    let server = TestServer::start().await;
    let owner = server.register("owner@example.org").await;
    let slug = server.project(&owner, name, false).await;
    let (_, token) = server.invite(&owner, &slug, GUEST, "member").await;
    (server, owner, slug, token)
}

/// Checks status and protection of a page, and that it says all of this.
#[track_caller]
pub(crate) fn assert_page(page: &Answer, status: u16, says: &[&str]) {
    assert_eq!(page.status, status, "{}", page.text);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    let policy = page.header("content-security-policy");
    for part in ["default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe") && !policy.contains("script-src"), "{policy}");
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    assert_eq!(page.header("cache-control"), "no-store");
    let text = page.text.to_lowercase();
    for forbidden in ["<script", "javascript:", " onclick", "style=\"", "<style"] {
        assert!(!text.contains(forbidden), "{forbidden} in {}", page.text);
    }
    for said in says {
        assert!(text.contains(&said.to_lowercase()), "no {said} in {}", page.text);
    }
}

async fn members(owner: &Person, slug: &str) -> usize {
    let members = owner.client.get(&format!("/projects/{slug}/members")).await.expect(200);
    members.as_array().expect("a list").len()
}

async fn post(server: &TestServer, token: &str, fields: &[(&str, &str)]) -> Answer {
    server.client.post_form(&format!("/invite/{token}"), fields).await
}

#[tokio::test]
async fn it_shows_project_inviter_role_and_expiry() {
    let (server, _, _, token) = invited("My App").await;
    let page = server.client.get(&format!("/invite/{token}")).await;
    let view = server.client.get(&format!("/invites/{token}")).await.expect(200);
    let year = &view["expiresAt"].as_str().expect("an instant")[..4];
    assert_page(
        &page,
        200,
        &["My App", "owner", GUEST, "member", year, "<form method=\"post\"", "type=\"password\""],
    );
    let style = server.client.get("/assets/pages.css").await;
    assert_eq!((style.status, style.header("content-type")), (200, "text/css; charset=utf-8"));
    server.stop().await;
}

#[tokio::test]
async fn looking_uses_nothing_up() {
    let (server, owner, slug, token) = invited("My App").await;
    let path = format!("/invite/{token}");
    for _ in 0..3 {
        assert_eq!(server.client.get(&path).await.status, 200);
        assert_eq!(server.client.head(&path).await.status, 200);
        assert_eq!(owner.client.get(&path).await.status, 200);
        assert_eq!(server.client.get(&format!("{path}?utm=1&action=register")).await.status, 200);
    }
    assert_eq!(members(&owner, &slug).await, 1);
    let page = post(&server, &token, &[("action", "register"), ("password", PASSWORD)]).await;
    assert_page(&page, 200, &["My App"]);
    server.stop().await;
}

#[tokio::test]
async fn a_newcomer_registers_by_form() {
    let (server, owner, slug, token) = invited("My App").await;
    let weak = post(&server, &token, &[("action", "register"), ("password", "password")]).await;
    assert_page(&weak, 422, &["common", "<form"]);
    assert!(!weak.text.contains("value=\"password\""), "{}", weak.text);
    let short = post(&server, &token, &[("action", "register"), ("password", "short")]).await;
    assert_page(&short, 422, &["at least 8 characters"]);
    assert_eq!(members(&owner, &slug).await, 1);

    let page = post(&server, &token, &[("action", "register"), ("password", PASSWORD)]).await;
    assert_page(&page, 200, &["My App"]);
    assert_eq!(members(&owner, &slug).await, 2);
    let guest = server.sign_in(GUEST, PASSWORD).await;
    assert_eq!(guest.client.get(&format!("/projects/{slug}")).await.expect(200)["role"], "member");

    // Once more, as by the back button.
    let again = post(&server, &token, &[("action", "register"), ("password", PASSWORD)]).await;
    assert_page(&again, 404, &["not valid"]);
    assert_page(&server.client.get(&format!("/invite/{token}")).await, 404, &["not valid"]);
    server.stop().await;
}

#[tokio::test]
async fn somebody_who_is_known_signs_in_and_accepts_by_form() {
    let (server, owner, slug, token) = invited("My App").await;
    let guest = server.register("first@example.org").await;
    server.add_email(&guest, GUEST).await;
    let sign_in = async |email: &str, password: &str| {
        post(&server, &token, &[("action", "sign-in"), ("email", email), ("password", password)]).await
    };
    let wrong = sign_in("first@example.org", "wrong-password").await;
    assert_page(&wrong, 400, &["wrong", "value=\"first@example.org\""]);
    assert!(!wrong.text.contains("wrong-password"), "{}", wrong.text);
    assert_page(&sign_in("nope", PASSWORD).await, 422, &["email"]);
    let registering = post(&server, &token, &[("action", "register"), ("password", PASSWORD)]).await;
    assert_page(&registering, 400, &["sign in"]);

    assert_page(&sign_in("first@example.org", PASSWORD).await, 200, &["My App"]);
    assert_eq!(members(&owner, &slug).await, 2);
    assert_eq!(server.tables().count("sessions", "ended_at IS NULL"), 2, "the page opens no session");
    server.stop().await;
}

#[tokio::test]
async fn the_wrong_mailbox_is_told_which_one_is_right() {
    let (server, owner, slug, token) = invited("My App").await;
    let _ = server.register("other@example.org").await;
    let fields = [("action", "sign-in"), ("email", "other@example.org"), ("password", PASSWORD)];
    assert_page(&post(&server, &token, &fields).await, 400, &["sent to guest@example.org", "verif"]);
    let fields = [("action", "sign-in"), ("email", "owner@example.org"), ("password", PASSWORD)];
    assert_page(&post(&server, &token, &fields).await, 400, &["member of my app already"]);
    assert_eq!(members(&owner, &slug).await, 1);
    server.stop().await;
}

#[tokio::test]
async fn a_dead_link_says_why_and_what_to_do() {
    let (server, owner, slug, token) = invited("My App").await;
    assert_page(&server.client.get("/invite/nonsense").await, 404, &["not valid", "newer"]);
    server.clock.advance(TimeDelta::days(7));
    let register = [("action", "register"), ("password", PASSWORD)];
    assert_page(&server.client.get(&format!("/invite/{token}")).await, 404, &["expired", "ask"]);
    assert_page(&post(&server, &token, &register).await, 404, &["expired"]);

    let owner = server.sign_in(&owner.email, PASSWORD).await;
    let invites = format!("/projects/{slug}/invites");
    let listed = owner.client.get(&invites).await.expect(200);
    let id = listed[0]["id"].as_str().expect("it is listed");
    owner.client.delete(&format!("{invites}/{id}")).await.expect_message();
    assert_page(&server.client.get(&format!("/invite/{token}")).await, 404, &["not valid"]);
    assert_page(&post(&server, &token, &register).await, 404, &["not valid"]);
    server.stop().await;
}

#[tokio::test]
async fn an_expired_invite_that_may_be_shown_lets_nobody_in() {
    let server = TestServer::start_with(&[("PORTICO_SHOW_EXPIRED_INVITES", "true")]).await;
    let owner = server.register("owner@example.org").await;
    let slug = server.project(&owner, "My App", false).await;
    let (_, token) = server.invite(&owner, &slug, GUEST, "member").await;
    server.clock.advance(TimeDelta::days(7));
    assert_page(&server.client.get(&format!("/invite/{token}")).await, 404, &["expired"]);
    let page = post(&server, &token, &[("action", "register"), ("password", PASSWORD)]).await;
    assert_page(&page, 404, &["expired"]);
    server.stop().await;
}

#[tokio::test]
async fn everything_that_people_typed_is_escaped() {
    let name = "<script>alert(1)</script> & \"co\" '{{7*7}}'";
    let server = TestServer::start().await;
    let owner = server.register("o'hara&co@example.org").await;
    let slug = server.project(&owner, name, false).await;
    let url = "https://example.org/?a=1&b=\"><img>'";
    let body = json!({ "email": GUEST, "redirect_url": url });
    let _ = owner.client.post(&format!("/projects/{slug}/invites"), body).await.expect(201);
    let letter = server.mailbox.take(GUEST).await;
    assert!(!letter.html.contains("<script") && letter.html.contains("&lt;script&gt;"), "{}", letter.html);
    assert!(letter.text.contains(name), "{}", letter.text);

    let token = letter.token_after("/invite/");
    let page = server.client.get(&format!("/invite/{token}")).await;
    assert_page(&page, 200, &["&lt;script&gt;alert(1)&lt;", "{{7*7}}"]);
    assert!(!page.text.contains("o'hara&co"), "{}", page.text);
    let typed = "\"><script>x</script>@example.org";
    let fields = [("action", "sign-in"), ("email", typed), ("password", PASSWORD)];
    assert_page(&post(&server, &token, &fields).await, 422, &["&lt;script&gt;x"]);
    let page = post(&server, &token, &[("action", "register"), ("password", PASSWORD)]).await;
    assert_page(&page, 200, &["&lt;script&gt;"]);
    assert!(!page.text.contains("<img"), "{}", page.text);
    server.stop().await;
}

#[tokio::test]
async fn a_form_that_is_none_is_refused() {
    let (server, owner, slug, token) = invited("My App").await;
    let path = format!("/invite/{token}");
    assert_page(&post(&server, &token, &[("action", "dance")]).await, 400, &["My App"]);
    assert_page(&post(&server, &token, &[]).await, 400, &[]);
    assert_page(&server.client.post(&path, json!({ "action": "register" })).await, 415, &[]);
    let form = "application/x-www-form-urlencoded";
    let large = format!("action=register&password={}", "x".repeat(2 * 1024 * 1024));
    assert_page(&server.client.post_bytes(&path, form, large).await, 413, &[]);
    let broken = server.client.post_bytes(&path, form, b"action=register&password=%FF\xff".as_slice()).await;
    assert!(matches!(broken.status, 400 | 422), "{}", broken.text);
    assert_page(&server.client.get("/invite").await, 404, &[]);
    assert_page(&server.client.delete(&path).await, 405, &[]);
    assert_eq!(members(&owner, &slug).await, 1);
    server.stop().await;
}
