//! What the description of the API promises of the guarded endpoints of the sign-up API, read from the description itself:
//! an endpoint that is added is covered without a line here.

use integration_tests::{
    client::Answer,
    described::{Description, Operation},
    portal::Portal,
    server::TestServer,
    signup::{Application, CONTENT},
};
use reqwest::header::AUTHORIZATION;
use serde_json::Value;

use super::{ANN, BOB, UNAUTHORIZED};

fn operations() -> impl Iterator<Item = &'static Operation> {
    Description::get().operations.iter().filter(|operation| operation.path.starts_with(CONTENT))
}

fn is_guarded(operation: &Operation) -> bool {
    operation.said["security"].as_array().is_some_and(|ways| !ways.is_empty())
}

fn guarded() -> Vec<&'static Operation> {
    let found: Vec<_> = operations().filter(|operation| is_guarded(operation)).collect();
    assert!(found.len() >= 8, "the description was read");
    found
}

/// The example of the body that a request needs.
fn example(operation: &Operation) -> Option<Value> {
    let schema = &operation.said["requestBody"]["content"]["application/json"]["schema"];
    Description::get().resolved(schema).get("example").cloned()
}

fn path(operation: &Operation) -> String {
    let path = operation.path.replace("{marker}", "email").replace("{token}", "a-device-of-anns");
    assert!(!path.contains('{'), "{path} has a parameter that this test does not know yet");
    path
}

/// Calls an operation as an application, with what a header says of the caller.
async fn call(app: &Application, operation: &Operation, authorization: Option<&str>) -> Answer {
    let request = app.request(operation.method.clone(), &path(operation));
    let request = authorization.iter().fold(request, |request, value| request.header(AUTHORIZATION, *value));
    app.send(if let Some(body) = example(operation) { request.body(body.to_string()) } else { request }).await
}

#[test]
fn every_operation_says_whether_it_needs_a_token_and_which_refusals_it_has() {
    assert!(operations().count() > 18);
    for operation in operations() {
        let place = format!("{} {}", operation.method, operation.path);
        let ways = operation.said["security"].as_array();
        let is_of_signup = ways.is_none_or(|ways| ways.iter().all(|way| way.get("signup").is_some()));
        assert!(is_of_signup, "{place}");
        let answers = operation.said["responses"].as_object().expect("answers are described");
        for status in ["403", "500"] {
            assert!(answers.contains_key(status), "{place} {status}");
        }
        assert!(!is_guarded(operation) || answers.contains_key("401"), "{place}");
    }
}

#[tokio::test]
async fn every_guarded_endpoint_refuses_whoever_shows_nothing_or_something_wrong() {
    let portal = Portal::start().await;
    let server = &portal.server;
    let app = server.application();
    let (ann, left) = (app.join(ANN).await, app.on("UQ_left").join(BOB).await);
    app.logout(&left.refresh).await.expect_true(201);
    let member = server.register("member@example.org").await;
    let bearer = member.client.token().expect("he is signed in");
    let cookie = portal.sign_up("cas").await.browser.token();
    let shown = [
        None,
        Some("Bearer nonsense".to_owned()),
        Some(format!("Bearer {}x", ann.access)),
        Some(format!("Basic {}", ann.access)),
        Some(ann.access.clone()),
        Some(format!("Bearer {}", ann.refresh)),
        Some(format!("Bearer {}", left.access)),
        Some(format!("Bearer {bearer}")),
        Some(format!("Bearer {}", member.refresh_token)),
        Some(format!("Bearer {cookie}")),
    ];
    let before = ann.me().await;
    for operation in guarded() {
        for header in &shown {
            let answer = call(&app, operation, header.as_deref()).await;
            assert_eq!(answer.refused(401), UNAUTHORIZED, "{} {}", operation.method, operation.path);
        }
    }
    assert_eq!(ann.me().await, before);
    assert_eq!(ann.browsers().await.len(), 1);
    portal.stop().await;
}

#[tokio::test]
async fn every_guarded_endpoint_takes_the_token_of_whoever_is_signed_in() {
    let server = TestServer::start().await;
    let app = server.application();
    for (n, operation) in guarded().into_iter().enumerate() {
        let ann = app.join(&format!("ann{n}@example.org")).await;
        let answer = call(&app, operation, Some(&format!("Bearer {}", ann.access))).await;
        assert!(
            (200..300).contains(&answer.status),
            "{} {}: {}",
            operation.method,
            operation.path,
            answer.text
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn nobody_gets_at_what_is_anothers_with_a_token_of_his_own() {
    let server = TestServer::start().await;
    let app = server.application();
    let ann = app.join(ANN).await;
    let (before, devices) = (ann.me().await, ann.browsers().await);
    for (n, operation) in guarded().into_iter().enumerate() {
        let mallory = app.on("UQ_mallory").join(&format!("mallory{n}@example.org")).await;
        let answer = call(&app, operation, Some(&format!("Bearer {}", mallory.access))).await;
        assert!(!answer.text.contains(ANN), "{} {}: {}", operation.method, operation.path, answer.text);
        assert_eq!((ann.me().await, ann.browsers().await), (before.clone(), devices.clone()));
    }
    server.stop().await;
}

#[tokio::test]
async fn no_open_endpoint_asks_for_a_token() {
    let server = TestServer::start().await;
    let app = server.application();
    for operation in operations().filter(|operation| !is_guarded(operation)) {
        for header in [None, Some("Bearer nonsense")] {
            let answer = call(&app, operation, header).await;
            let is_of_credentials = operation.path.ends_with("/auth") || operation.path.ends_with("/refresh");
            assert!(answer.status != 401 || is_of_credentials, "{} {}", operation.method, operation.path);
        }
    }
    server.stop().await;
}
