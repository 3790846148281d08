//! Calls that are repeated because their answer was lost (partner contract, `save_check_result`).

use chrono::TimeDelta;
use integration_tests::{
    client::Answer,
    partners::{DICT, Office, Program, Receiver, SAVE, texts},
    portal::with,
    server::TestServer,
};
use reqwest::{Method, header::HeaderValue};
use serde_json::{Value, json};

use super::ANN;
use crate::{races::at_once, shapes::with_status};

const NAME: &str = "7d1c8a5e-call";

#[tokio::test]
async fn a_repeated_call_is_answered_as_the_first_and_adds_nothing() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    let mailed = json!({ "sendEmailToUser": true });
    let first = partner.program.save_as(NAME, &user, mailed.clone()).await;
    first.expect_saved();
    for hours in [0, 1, 22] {
        server.clock.advance(TimeDelta::hours(hours));
        let again = partner.program.save_as(NAME, &user, mailed.clone()).await;
        assert_eq!((again.status, &again.text), (first.status, &first.text));
    }
    let office = Office::renewed(&server).await;
    assert_eq!(office.results(&partner, "").await.len(), 1);
    assert_eq!(server.tables().letters_to(ANN), 2, "her password and one link");
    server.stop().await;
}

#[tokio::test]
async fn a_name_is_free_again_after_24_hours() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    partner.program.save_as(NAME, &user, json!({})).await.expect_saved();
    server.clock.advance(TimeDelta::hours(24) - TimeDelta::seconds(30));
    partner.program.save_as(NAME, &user, json!({})).await.expect_saved();
    let other = json!({ "text": "other" });
    partner.program.save_as(NAME, &user, other.clone()).await.expect_detail(409, texts::TAKEN);
    assert_eq!(server.tables().count("check_results", "1 = 1"), 1);
    server.clock.advance(TimeDelta::seconds(30));
    // Another call may have it now, and has it for a day of its own.
    partner.program.save_as(NAME, &user, other.clone()).await.expect_saved();
    partner.program.save_as(NAME, &user, other).await.expect_saved();
    partner.program.save_as(NAME, &user, json!({})).await.expect_detail(409, texts::TAKEN);
    assert_eq!(Office::renewed(&server).await.results(&partner, "").await.len(), 2);
    server.stop().await;
}

#[tokio::test]
async fn another_call_under_the_same_name_is_refused_and_adds_nothing() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    office.register(&partner, "winter", "Winter").await;
    let (user, other) = (partner.program.user(ANN).await, partner.program.user("other@example.org").await);
    partner.program.save_as(NAME, &user, json!({})).await.expect_saved();
    for changes in [
        json!({ "text": "The leafs are falling. " }),
        json!({ "model": "{}" }),
        json!({ "dict": "winter" }),
        json!({ "user": other }),
        json!({ "sendEmailToUser": true }),
    ] {
        let answer = partner.program.save_as(NAME, &user, changes).await;
        answer.expect_detail(409, texts::TAKEN);
    }
    // It asks for the same, only in other words.
    partner.program.save_as(NAME, &user, json!({ "sendEmailToUser": false })).await.expect_saved();
    partner.program.save_as(NAME, &user, json!({ "something": "else" })).await.expect_saved();
    let written = format!(" {} ", partner.program.result(&user)).replace("leafs", r"l\u0065afs");
    let request = partner.program.request(Method::POST, SAVE).header("Idempotency-Key", NAME);
    partner
        .program
        .send(request.header("Content-Type", "application/json").body(written))
        .await
        .expect_saved();
    assert_eq!(office.results(&partner, "").await.len(), 1);
    server.stop().await;
}

#[tokio::test]
async fn calls_under_different_names_and_without_one_add_a_result_each() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    for name in ["call", "Call", "CALL", "call-", "\"call\""] {
        partner.program.save_as(name, &user, json!({})).await.expect_saved();
    }
    partner.program.save(&user, json!({})).await.expect_saved();
    partner.program.save(&user, json!({})).await.expect_saved();
    assert_eq!(office.results(&partner, "").await.len(), 7);
    server.stop().await;
}

#[tokio::test]
async fn names_of_two_partners_never_meet() {
    let server = TestServer::start().await;
    let (office, first) = server.partner().await;
    let second = office.partner("Second").await;
    let (ann, also_ann) = (first.program.user(ANN).await, second.program.user(ANN).await);
    assert_eq!(ann, also_ann);
    first.program.save_as(NAME, &ann, json!({})).await.expect_saved();
    second.program.save_as(NAME, &ann, json!({})).await.expect_saved();
    first.program.save_as(NAME, &ann, json!({ "text": "x" })).await.expect_detail(409, texts::TAKEN);
    for partner in [&first, &second] {
        assert_eq!(office.results(partner, "").await.len(), 1);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_call_that_is_refused_does_not_use_its_name_up() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    for changes in [
        json!({ "dict": "nothing" }),
        json!({ "user": super::NOBODY }),
        json!({ "model": "[]" }),
        json!({ "text": 7 }),
        json!({ "key": super::NO_KEY }),
    ] {
        assert_eq!(partner.program.save_as(NAME, &user, changes).await.status, 400);
    }
    assert_eq!(server.tables().count("idempotency_keys", "1 = 1"), 0);
    partner.program.save_as(NAME, &user, json!({})).await.expect_saved();
    // Neither is one that was refused answered by the result of another.
    let answer = partner.program.save_as(NAME, &user, json!({ "model": "[]" })).await;
    assert!([400, 409].contains(&answer.status), "{}", answer.text);
    assert_eq!(office.results(&partner, "").await.len(), 1);
    server.stop().await;
}

#[tokio::test]
async fn a_name_is_visible_ascii() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    let call = async |name: &[u8], body: &Value| {
        let name = HeaderValue::from_bytes(name).expect("it can be sent");
        let request = partner.program.request(Method::POST, SAVE).header("Idempotency-Key", name);
        partner.program.send(request.json(body)).await
    };
    let body = partner.program.result(&user);
    for wrong in ["", "a b", "ж", "a\tb", "é", &"x".repeat(256)] {
        let answer = call(wrong.as_bytes(), &body).await;
        answer.expect_faulty(&[("Idempotency-Key", texts::IDEMPOTENCY_KEY)]);
    }
    call(b"\xff\xfe", &body).await.expect_faulty(&[("Idempotency-Key", texts::IDEMPOTENCY_KEY)]);
    assert!(office.results(&partner, "").await.is_empty());
    for right in ["x", "!", "~", &"x".repeat(255)] {
        call(right.as_bytes(), &body).await.expect_saved();
    }
    assert_eq!(office.results(&partner, "").await.len(), 4);
    let twice = partner.program.request(Method::POST, SAVE).header("Idempotency-Key", "call-1");
    let twice = partner.program.send(twice.header("Idempotency-Key", "call-2").json(&body)).await;
    twice.expect_faulty(&[("Idempotency-Key", texts::IDEMPOTENCY_KEY)]);
    // Beside faulty fields it may be told with them or before them, and nothing is done.
    let answer = call(b"a b", &with(body, json!({ "model": "[]" }))).await;
    assert!(answer.faulty_fields().iter().all(|field| ["model", "Idempotency-Key"].contains(field)));
    server.stop().await;
}

#[tokio::test]
async fn a_call_is_the_same_with_the_next_key_and_after_its_dictation_was_retired() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    partner.program.save_as(NAME, &user, json!({})).await.expect_saved();
    let (next, _) = office.rotate(&partner).await;
    next.save_as(NAME, &user, json!({})).await.expect_saved();
    office.retire(&partner, DICT).await;
    next.save_as(NAME, &user, json!({})).await.expect_saved();
    next.save(&user, json!({})).await.expect_faulty(&[("dict", texts::DICT)]);
    assert_eq!(office.results(&partner, "").await.len(), 1);
    office.revoke(&partner).await;
    assert_eq!(next.save_as(NAME, &user, json!({})).await.faulty_fields()[0], "key");
    server.stop().await;
}

/// A call under [`NAME`], ready to be made.
fn call(program: &Program, user: &str, changes: Value) -> impl Future<Output = Answer> + Send + use<> {
    let (program, user) = (program.clone(), user.to_owned());
    async move { program.save_as(NAME, &user, changes).await }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_calls_with_one_name_at_once_are_all_answered_and_add_one_result() {
    let receiver = Receiver::start().await;
    let settings = [&Receiver::SETTINGS[..], &[("PORTICO_WORKERS", "4")]].concat();
    let server = TestServer::start_with(&settings).await;
    let (office, partner) = server.partner().await;
    let second = office.partner("Second").await;
    let _ = office.webhook(&partner, &receiver.url("/"), &["check_result.saved"]).await;
    let user = partner.program.user(ANN).await;
    let _ = second.program.user(ANN).await;
    let mailed = json!({ "sendEmailToUser": true });
    let calls = (0..16).map(|n| call(&[&partner, &second][n % 2].program, &user, mailed.clone()));
    for answer in at_once(calls).await {
        answer.expect_saved();
    }
    for partner in [&partner, &second] {
        assert_eq!(office.results(partner, "").await.len(), 1);
    }
    assert_eq!(server.tables().letters_to(ANN), 3, "her password and a link of each");
    assert_eq!((server.tables().count("deliveries", "1 = 1"), receiver.first(1).await.len()), (1, 1));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_eight_different_calls_with_one_name_at_once_one_is_done() {
    let server = TestServer::start_with(&[("PORTICO_WORKERS", "4")]).await;
    let (office, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    let calls = (0..8).map(|n| call(&partner.program, &user, json!({ "text": n.to_string() })));
    let answers = at_once(calls).await;
    assert_eq!(with_status(&answers, 200).len(), 1, "{answers:?}");
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        answer.expect_detail(409, texts::TAKEN);
    }
    let winner = answers.iter().position(|answer| answer.status == 200).expect("there is one");
    let results = office.results(&partner, "").await;
    assert_eq!((results.len(), &results[0]["text"]), (1, &json!(winner.to_string())));
    server.stop().await;
}
