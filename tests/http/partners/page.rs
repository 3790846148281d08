//! The page behind a mailed link: who sees it, and that nothing in it runs (partner contract, `save_check_result`). How it
//! looks is tested beside it.

use std::collections::BTreeSet;

use integration_tests::{
    client::{Answer, Client},
    partners::{DICT, Partner, TITLE},
    server::TestServer,
};
use reqwest::{Method, header::ACCEPT_LANGUAGE};
use serde_json::{Value, json};

use super::ANN;

/// Keeps a result and answers the token in the letter.
async fn mailed(server: &TestServer, partner: &Partner, changes: Value) -> String {
    let user = partner.program.user(ANN).await;
    let mut changes = changes;
    changes["sendEmailToUser"] = json!(true);
    partner.program.save(&user, changes).await.expect_saved();
    loop {
        let letter = server.mailbox.take(ANN).await;
        if letter.text.contains("/results/") {
            return letter.token_after("/results/");
        }
    }
}

async fn page(client: &Client, token: &str) -> Answer {
    client.get(&format!("/results/{token}")).await
}

#[track_caller]
fn assert_page(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.header("Content-Type"), "text/html; charset=utf-8");
    let policy = answer.header("Content-Security-Policy");
    assert!(policy.contains("default-src 'none'"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("script-src"), "{policy}");
    assert!(!answer.text.contains("<script"), "{}", answer.text);
    assert_eq!(answer.header("Referrer-Policy"), "no-referrer");
    assert_eq!(answer.header("Cache-Control"), "no-store");
}

#[tokio::test]
async fn the_link_shows_title_text_and_mark() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let model = r#"{"mark":4,"mistakes":[{"word":"leafs","correct":"leaves"}]}"#;
    let token = mailed(&server, &partner, json!({ "text": "The leafs are falling.", "model": model })).await;
    let answer = page(&server.client, &token).await;
    assert_page(&answer, 200);
    for shown in [TITLE, "The leafs are falling.", "4", "leaves"] {
        assert!(answer.text.contains(shown), "{shown}: {}", answer.text);
    }
    // It can be opened as often as one likes, by whoever has the link.
    assert_eq!(page(&server.client, &token).await.text, answer.text);
    assert_page(&page(&server.client, &format!("{token}/")).await, 200);
    server.stop().await;
}

#[tokio::test]
async fn nothing_on_the_page_runs_whatever_was_written_found_or_named() {
    let server = TestServer::start().await;
    let (office, _) = server.partner().await;
    let evil = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg/onload=alert(3)> & {{ 7*7 }}";
    let partner = office.create("<i>Evil</i>").await;
    office.register(&partner, DICT, evil).await;
    let model = json!({ "mark": evil, evil: evil, "mistakes": [{ "word": evil, evil: [evil] }] }).to_string();
    let token = mailed(&server, &partner, json!({ "text": evil, "model": model })).await;
    let answer = page(&server.client, &token).await;
    assert_page(&answer, 200);
    for raw in ["<script", "<img src=x", "<svg", "<i>", "onerror=alert(2)>\"'>"] {
        assert!(!answer.text.contains(raw), "{raw}: {}", answer.text);
    }
    assert!(answer.text.contains("&lt;script&gt;") && answer.text.contains("{{ 7*7 }}"), "{}", answer.text);
    server.stop().await;
}

#[tokio::test]
async fn no_other_token_opens_a_page() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let token = mailed(&server, &partner, json!({})).await;
    let result = office.results(&partner, "").await[0]["id"].as_str().expect("an id").to_owned();
    let (key, secret) = (partner.program.key(), "a".repeat(43));
    for other in [
        &*result,
        key,
        &secret,
        &token[1..],
        &format!("{token}x"),
        &token.to_uppercase(),
        "x",
        "%00",
        "%ff",
        "..%2f..",
        &"x".repeat(5_000),
    ] {
        let answer = page(&server.client, other).await;
        assert_page(&answer, 404);
        assert!(!answer.text.contains(TITLE) && !answer.text.contains("leafs"), "{}", answer.text);
    }
    for path in ["/results", "/results/", &format!("/results/{token}/x")] {
        assert_eq!(server.client.get(path).await.status, 404, "{path}");
    }
    assert_page(&page(&server.client, &token).await, 200);
    server.stop().await;
}

#[tokio::test]
async fn each_letter_has_a_link_of_its_own() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let first = mailed(&server, &partner, json!({ "text": "the first" })).await;
    let second = mailed(&server, &partner, json!({ "text": "the second" })).await;
    assert_ne!(first, second);
    for (token, own, other) in [(&first, "the first", "the second"), (&second, "the second", "the first")] {
        let answer = page(&server.client, token).await;
        assert!(answer.text.contains(own) && !answer.text.contains(other), "{}", answer.text);
    }
    server.stop().await;
}

#[tokio::test]
async fn the_page_stays_when_its_dictation_is_retired_and_its_partner_revoked() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let token = mailed(&server, &partner, json!({})).await;
    office.retire(&partner, DICT).await;
    assert_page(&page(&server.client, &token).await, 200);
    office.revoke(&partner).await;
    let answer = page(&server.client, &token).await;
    assert_page(&answer, 200);
    assert!(answer.text.contains(TITLE), "{}", answer.text);
    server.stop().await;
}

#[tokio::test]
async fn the_page_is_in_the_language_of_its_reader() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let token = mailed(&server, &partner, json!({})).await;
    let mut seen = BTreeSet::new();
    for language in ["en", "ru", "ja", "tr", "kk"] {
        let request = server.client.request(Method::GET, &format!("/results/{token}"));
        let answer = server.client.send(request.header(ACCEPT_LANGUAGE, language)).await;
        assert_page(&answer, 200);
        assert!(answer.text.contains(&format!("<html lang=\"{language}\"")), "{}", answer.text);
        assert!(answer.text.contains(TITLE));
        seen.insert(answer.text);
    }
    assert_eq!(seen.len(), 5);
    server.stop().await;
}

#[tokio::test]
async fn the_page_can_be_asked_for_its_head_and_for_nothing_else() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let token = mailed(&server, &partner, json!({})).await;
    let path = format!("/results/{token}");
    let head = server.client.head(&path).await;
    assert_eq!((head.status, head.text.as_str()), (200, ""));
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
        let answer = server.client.send(server.client.request(method, &path)).await;
        assert_eq!(answer.status, 405, "{}", answer.text);
        assert!(answer.header("Allow").contains("GET"));
    }
    server.stop().await;
}
