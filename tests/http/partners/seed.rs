//! Every message of the seed page, to the letter.

use integration_tests::{
    client::Answer,
    partners::{AUTH_USER, DICT, SAVE},
    server::TestServer,
};
use reqwest::{Method, header::HeaderMap};
use serde_json::{Value, json};

use super::{ANN, NO_KEY, NOBODY};

/// The head that the page shows, whatever else stands there.
fn head(headers: &HeaderMap) -> [String; 3] {
    ["Allow", "Content-Type", "Vary"].map(|name| {
        let values: Vec<&str> =
            headers.get_all(name).iter().map(|value| value.to_str().expect("it is text")).collect();
        format!("{name}: {}", values.join("|"))
    })
}

/// What an answer is on the page: its status, its head and its body.
#[track_caller]
fn assert_shown(answer: &Answer, status: u16, body: &Value) {
    let shown = ["Allow: POST, OPTIONS", "Content-Type: application/json", "Vary: Accept"];
    assert_eq!((answer.status, head(&answer.headers)), (status, shown.map(str::to_owned)), "{}", answer.text);
    assert_eq!(&answer.json, body);
    // In the order of the page, too.
    let keys = |value: &Value| value.as_object().map(|body| body.keys().cloned().collect::<Vec<_>>());
    assert_eq!(keys(&answer.json), keys(body));
}

#[tokio::test]
async fn somebody_who_is_not_there_is_created_and_found_again() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let body = json!({ "key": partner.program.key(), "email": ANN, "login": "Анна" });
    let created = server.client.post(AUTH_USER, body.clone()).await;
    let user = created.json["user"].as_str().expect("an id is text").to_owned();
    assert_shown(&created, 200, &json!({ "success": true, "user": user }));
    let letter = server.mailbox.take(ANN).await;
    assert_eq!(letter.to, ANN);

    let found = server.client.post(AUTH_USER, body).await;
    assert_shown(&found, 200, &json!({ "success": true, "user": user }));
    assert_eq!(server.tables().letters_to(ANN), 1);
    server.stop().await;
}

#[tokio::test]
async fn a_wrong_key_and_a_wrong_address_are_told_together() {
    let server = TestServer::start().await;
    let body = json!({ "key": NO_KEY, "email": "String", "login": "String" });
    let answer = server.client.post(AUTH_USER, body).await;
    let shown = json!({
        "key": ["Please enter a valid key."],
        "email": ["Введите корректный адрес электронной почты."],
    });
    assert_shown(&answer, 400, &shown);
    assert_eq!(server.tables().count("users", "1 = 1"), 0);
    server.stop().await;
}

#[tokio::test]
async fn a_result_is_kept_with_a_letter_and_without() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    let body = json!({
        "key": partner.program.key(),
        "user": user,
        "dict": DICT,
        "text": "Текст диктанта",
        "model": "{\"mark\": 5}",
    });
    assert_shown(&server.client.post(SAVE, body.clone()).await, 200, &json!({ "success": true }));
    let mut mailed = body;
    mailed["sendEmailToUser"] = json!(true);
    assert_shown(&server.client.post(SAVE, mailed).await, 200, &json!({ "success": true }));
    assert_eq!(office.results(&partner, "").await.len(), 2);
    assert_eq!(server.tables().letters_to(ANN), 2, "the password and one link");
    server.stop().await;
}

#[tokio::test]
async fn a_wrong_key_user_dictation_and_model_are_told_together() {
    let server = TestServer::start().await;
    let body =
        json!({ "key": NO_KEY, "user": "String", "dict": "String", "text": "String", "model": "String" });
    let answer = server.client.post(SAVE, body).await;
    let shown = json!({
        "key": ["Please enter a valid key."],
        "user": ["Please enter a valid user."],
        "dict": ["Please enter a valid dict."],
        "model": ["Please enter a valid model."],
    });
    assert_shown(&answer, 400, &shown);
    // Ids that look right do not make it another answer.
    let body = json!({ "key": NO_KEY, "user": NOBODY, "dict": DICT, "text": "", "model": "[]" });
    assert_shown(&server.client.post(SAVE, body).await, 400, &shown);
    server.stop().await;
}

#[tokio::test]
async fn the_head_is_the_same_on_every_kind_of_answer() {
    let server = TestServer::start().await;
    let (_, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    let taken = partner.program.result(&user);
    let named = |body: &Value| {
        let request = server.client.request(Method::POST, SAVE).header("Idempotency-Key", "call-1");
        request.json(body)
    };
    let other =
        json!({ "key": partner.program.key(), "user": user, "dict": DICT, "text": "x", "model": "{}" });
    let large = vec![b' '; 16 * 1024 * 1024 + 1];
    let mut seen = Vec::new();
    for path in [AUTH_USER, SAVE] {
        for path in [path, path.trim_end_matches('/')] {
            let client = &server.client;
            seen.push(client.post(path, json!({})).await);
            seen.push(client.post_bytes(path, "application/json", b"{".as_slice()).await);
            seen.push(client.get(path).await);
            seen.push(client.delete(path).await);
            seen.push(client.send(client.request(Method::OPTIONS, path)).await);
            seen.push(client.post_bytes(path, "application/json", large.clone()).await);
        }
    }
    seen.push(server.client.post(AUTH_USER, partner.program.person(ANN)).await);
    for body in [&taken, &taken, &other] {
        seen.push(server.client.send(named(body)).await);
    }
    let mut statuses: Vec<u16> = seen.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    statuses.dedup();
    assert_eq!(statuses, [200, 400, 405, 409, 413]);
    for answer in &seen {
        let expected = ["Allow: POST, OPTIONS", "Content-Type: application/json", "Vary: Accept"];
        assert_eq!(head(&answer.headers), expected, "{} {}", answer.status, answer.text);
    }
    server.stop().await;
}
