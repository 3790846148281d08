//! Nobody learns who is known here (contract O5).

use chrono::TimeDelta;
use integration_tests::{
    client::Answer,
    mailbox::Letter,
    server::{PASSWORD, TestServer},
};
use serde_json::{Value, json};

use crate::shapes::another_code;

const KNOWN: &str = "known@example.org";
const UNKNOWN: &str = "unknown@example.org";

/// What whoever tries an address out gets to see, step by step: status, retry header, body.
async fn try_out(server: &TestServer, email: &str) -> Vec<(String, u16, Value)> {
    let mut seen = Vec::new();
    let mut note = |step: &str, answer: Answer| {
        let mut body = answer.json;
        if answer.status == 429 {
            // The seconds left depend on the speed of the machine.
            assert!(!answer.headers["retry-after"].is_empty());
            body = body["code"].clone();
        }
        seen.push((step.to_owned(), answer.status, body));
    };
    let post =
        async |step: &str, body: Value| server.client.post(&format!("/auth/register/{step}"), body).await;
    let address = json!({ "email": email });
    let wrong = async || {
        let mut letters = server.mailbox.all_to(email);
        letters.retain(|letter| !letter.text.contains("reset-password"));
        let code = letters.last().map(Letter::code);
        let code = code.map_or_else(|| "123456".to_owned(), |code| another_code(&code));
        post("verify", json!({ "email": email, "code": code })).await
    };

    note("start", post("start", address.clone()).await);
    let _ = server.mailbox.take(email).await;
    note("start again", post("start", address.clone()).await);
    note("resend at once", post("resend", address.clone()).await);
    for n in 1..=5 {
        note(&format!("wrong code {n}"), wrong().await);
    }
    server.clock.advance(TimeDelta::seconds(60));
    note("resend", post("resend", address.clone()).await);
    let _ = server.mailbox.take(email).await;
    note("wrong code after it", wrong().await);
    note("password", post("password", json!({ "email": email, "password": "amber-lantern-73" })).await);
    server.clock.advance(TimeDelta::minutes(10));
    note("late code", wrong().await);
    note("late start", post("start", address.clone()).await);
    let _ = server.mailbox.take(email).await;
    note("forgotten", server.client.post("/auth/password/forgot", address).await);
    let body = json!({ "email": email, "password": "wrong-password" });
    note("login", server.client.post("/auth/login", body).await);
    seen
}

#[tokio::test]
async fn a_known_address_answers_like_an_unknown_one_step_by_step() {
    let server = TestServer::start().await;
    let _ = server.register(KNOWN).await;
    let unknown = try_out(&server, UNKNOWN).await;
    let known = try_out(&server, KNOWN).await;
    assert_eq!(known, unknown);

    let codes: Vec<&str> = known.iter().filter_map(|(_, _, body)| body["code"].as_str()).collect();
    let wrong = "INVALID_CODE";
    let too_many = "TOO_MANY_ATTEMPTS";
    assert_eq!(
        codes,
        [wrong, wrong, wrong, too_many, too_many, wrong, "NO_CODE", "CODE_EXPIRED", "INVALID_CREDENTIALS"]
    );
    let _ = server.sign_in(KNOWN, PASSWORD).await;
    server.stop().await;
}

#[tokio::test]
async fn without_a_start_a_known_address_answers_like_an_unknown_one() {
    let server = TestServer::start().await;
    let _ = server.register(KNOWN).await;
    for (path, further) in [
        ("/auth/register/verify", json!({ "code": "123456" })),
        ("/auth/register/resend", json!({})),
        ("/auth/register/password", json!({ "password": PASSWORD })),
    ] {
        let mut answers = Vec::new();
        for email in [KNOWN, UNKNOWN] {
            let mut body = further.clone();
            body["email"] = email.into();
            let answer = server.client.post(path, body).await;
            answers.push((answer.status, answer.text));
        }
        assert_eq!(answers[0], answers[1], "{path}");
    }
    server.stop().await;
}

#[tokio::test]
async fn the_owner_of_a_known_address_is_advised_and_gets_no_token() {
    let server = TestServer::start().await;
    let owner = server.register(KNOWN).await;
    // Another spelling may reach another mailbox: the letter goes to the address as its owner typed it.
    server
        .client
        .post("/auth/register/start", json!({ "email": "KNOWN@example.org" }))
        .await
        .expect_message();
    let advice = server.mailbox.take(KNOWN).await;
    assert!(advice.subject.contains("already have an account"), "{}", advice.subject);
    assert!(advice.text.contains("http://localhost:8080/reset-password"), "{}", advice.text);
    for part in [&advice.text, &advice.html] {
        assert!(!part.contains("token"), "{part}");
    }
    let mut words = advice.text.split(|c: char| !c.is_ascii_alphanumeric());
    assert!(
        !words.any(|word| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit())),
        "{}",
        advice.text
    );
    // He is still signed in, with his old password.
    assert_eq!(owner.client.get("/auth/me").await.status, 200);
    let _ = server.sign_in(KNOWN, PASSWORD).await;
    server.stop().await;
}

#[tokio::test]
async fn registering_at_a_known_address_voids_no_pending_reset() {
    let server = TestServer::start().await;
    let _ = server.register(KNOWN).await;
    server.client.post("/auth/password/forgot", json!({ "email": KNOWN })).await.expect_message();
    let link = server.mailbox.take(KNOWN).await;
    server.clock.advance(TimeDelta::seconds(61));
    server.client.post("/auth/register/start", json!({ "email": KNOWN })).await.expect_message();
    let body = json!({ "token": link.token_after("token="), "password": "amber-lantern-73" });
    server.client.post("/auth/password/reset", body).await.expect_message();
    server.stop().await;
}
