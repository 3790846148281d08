//! The page behind the link to a new password, and the one that asks for such a link.

use chrono::TimeDelta;
use integration_tests::{
    client::Answer,
    server::{PASSWORD, TestServer},
};
use serde_json::json;

use crate::invite_page::assert_page;

const ADA: &str = "ada@example.org";
const NEW: &str = "amber-lantern-73";

/// The token in a fresh letter.
async fn forgotten(server: &TestServer) -> String {
    let page = server.client.post_form("/reset-password", &[("email", ADA)]).await;
    assert_page(&page, 200, &["If this email exists, a reset link has been sent"]);
    server.mailbox.take(ADA).await.token_after("/reset-password?token=")
}

async fn submit(server: &TestServer, token: &str, password: &str) -> Answer {
    server.client.post_form("/reset-password", &[("token", token), ("password", password)]).await
}

async fn login(server: &TestServer, password: &str) -> u16 {
    server.client.post("/auth/login", json!({ "email": ADA, "password": password })).await.status
}

#[tokio::test]
async fn a_new_password_is_set_by_form() {
    let server = TestServer::start().await;
    let ada = server.register(ADA).await;
    let token = forgotten(&server).await;
    let page = server.client.get(&format!("/reset-password?token={token}")).await;
    assert_page(&page, 200, &["<form method=\"post\"", "type=\"password\"", &token]);

    assert_page(&submit(&server, &token, NEW).await, 200, &["password"]);
    assert_eq!((login(&server, PASSWORD).await, login(&server, NEW).await), (401, 200));
    ada.client.get("/auth/me").await.expect_error(401, "UNAUTHORIZED");
    assert_page(&submit(&server, &token, "cobalt-meadow-12").await, 404, &["not valid"]);
    let page = server.client.get(&format!("/reset-password?token={token}")).await;
    assert_page(&page, 404, &["not valid", "type=\"email\""]);
    assert_eq!(login(&server, NEW).await, 200);
    server.stop().await;
}

#[tokio::test]
async fn looking_uses_nothing_up() {
    let server = TestServer::start().await;
    let _ = server.register(ADA).await;
    let token = forgotten(&server).await;
    let path = format!("/reset-password?token={token}");
    for _ in 0..3 {
        assert_eq!(server.client.get(&path).await.status, 200);
        assert_eq!(server.client.head(&path).await.status, 200);
        assert_eq!(server.client.get(&format!("{path}&password={NEW}")).await.status, 200);
    }
    assert_eq!(login(&server, PASSWORD).await, 200);
    assert_page(&submit(&server, &token, NEW).await, 200, &[]);
    server.stop().await;
}

#[tokio::test]
async fn a_weak_password_is_refused_with_the_reason() {
    let server = TestServer::start().await;
    let _ = server.register(ADA).await;
    let token = forgotten(&server).await;
    assert_page(&submit(&server, &token, "12345678").await, 422, &["common", "<form", &token]);
    assert_page(&submit(&server, &token, "short").await, 422, &["at least 8 characters"]);
    assert_page(&submit(&server, &token, "").await, 422, &["at least 8 characters"]);
    assert_page(&submit(&server, &token, NEW).await, 200, &[]);
    server.stop().await;
}

#[tokio::test]
async fn a_dead_link_says_why_and_offers_a_new_one() {
    let server = TestServer::start().await;
    let _ = server.register(ADA).await;
    let page = server.client.get("/reset-password?token=nonsense").await;
    assert_page(&page, 404, &["not valid", "type=\"email\""]);
    let token = forgotten(&server).await;
    server.clock.advance(TimeDelta::minutes(15));
    let page = server.client.get(&format!("/reset-password?token={token}")).await;
    assert_page(&page, 404, &["expired", "type=\"email\""]);
    assert_page(&submit(&server, &token, NEW).await, 404, &["expired"]);
    let newer = forgotten(&server).await;
    assert_page(&submit(&server, &newer, NEW).await, 200, &[]);
    server.stop().await;
}

#[tokio::test]
async fn asking_for_a_link_tells_nobody_who_is_known() {
    let server = TestServer::start().await;
    let _ = server.register(ADA).await;
    let page = server.client.get("/reset-password").await;
    assert_page(&page, 200, &["type=\"email\""]);
    let mut pages = Vec::new();
    for email in [ADA, "nobody@example.org"] {
        pages.push(server.client.post_form("/reset-password", &[("email", email)]).await.text);
    }
    assert_eq!(pages[0], pages[1]);
    assert_eq!(server.tables().count("outbox", "kind = 'password_reset'"), 1);
    let odd = server.client.post_form("/reset-password", &[("email", "\"><script>@x")]).await;
    assert_page(&odd, 422, &["&lt;script&gt;"]);
    server.stop().await;
}

#[tokio::test]
async fn what_the_link_carries_is_escaped() {
    let server = TestServer::start().await;
    for query in
        ["token=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "token=", "token", "token=%FF", "token=a&token=b"]
    {
        let page = server.client.get(&format!("/reset-password?{query}")).await;
        assert!(matches!(page.status, 200 | 404), "{query}: {}", page.text);
        assert_page(&page, page.status, &["type=\"email\""]);
    }
    let page = submit(&server, "\"><script>alert(1)</script>", "12345678").await;
    assert!(matches!(page.status, 404 | 422), "{}", page.text);
    assert_page(&page, page.status, &[]);
    server.stop().await;
}
