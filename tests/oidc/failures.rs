//! A token endpoint that fails, and what is told of it.

use integration_tests::fake_provider::Endpoint;
use serde_json::json;

use crate::portal::{Portal, unavailable};

#[tokio::test]
async fn a_token_endpoint_that_cannot_answer_is_away() {
    let portal = Portal::start().await;
    for status in [500, 502, 503, 429] {
        portal.provider.fails(Endpoint::Token, status);
        let text = unavailable(portal.try_to_sign_in().await);
        assert!(text.contains(&format!("/token: answers {status}")), "{text}");
    }
    portal.provider.recovers();
    portal.sign_in().await;
}

#[tokio::test]
async fn a_token_endpoint_that_says_nothing_is_away() {
    let portal = Portal::start().await;
    portal.provider.hangs(Endpoint::Token);
    let text = unavailable(portal.try_to_sign_in().await);
    assert!(text.ends_with("/token: no answer within 2000 ms"), "{text}");
}

#[tokio::test]
async fn an_answer_that_gives_no_tokens_is_refused() {
    let portal = Portal::start().await;
    let long = format!("{{\"access_token\":\"{}\"}}", "x".repeat(1024 * 1024));
    let no_json = "the answer of the token endpoint is empty or no JSON";
    let unreadable = "the answer of the token endpoint is malformed at `.`";
    let own_words = "the provider answers an error of its own";
    for (status, content_type, body, reason) in [
        (200, "application/json", "", no_json),
        (200, "text/html", "<h1>Hello</h1>", no_json),
        (302, "text/html", "", no_json),
        (200, "application/json", "{}", unreadable),
        (200, "application/json", "[1", unreadable),
        (400, "text/html", "<h1>Oh no</h1>", unreadable),
        (
            400,
            "application/json",
            r#"{"error":"unauthorized_client"}"#,
            "the provider answers unauthorized_client",
        ),
        (400, "application/json", r#"{"error":"authorization-code-1 is no good"}"#, own_words),
        (403, "application/json", r#"{"error":"x\ny"}"#, own_words),
        (
            200,
            "application/json",
            r#"{"access_token":"x","token_type":"Bearer"}"#,
            "the provider gave no ID token",
        ),
    ] {
        portal.provider.says(Endpoint::Token, status, content_type, body);
        assert_eq!(portal.refusal().await, reason, "{status} {body}");
    }
    portal.provider.says(Endpoint::Token, 200, "application/json", &long);
    let text = portal.refusal().await;
    assert!(text.ends_with("/token: the answer is longer than 1048576 bytes"), "{text}");
}

#[tokio::test]
async fn the_words_of_a_provider_are_not_repeated() {
    let portal = Portal::start().await;
    let body = json!({ "error": "invalid_grant", "error_description": "a secret of ours", "error_uri": "x" });
    portal.provider.says(Endpoint::Token, 400, "application/json", &body.to_string());
    assert_eq!(portal.refusal().await, "the provider answers invalid_grant");
}
