//! What the description of the API promises of the partner API, read from the description itself. Every answer that the
//! other tests get is compared with it besides.

use std::collections::BTreeMap;

use integration_tests::{
    client::Answer,
    described::{Description, Operation},
    partners::{AUTH_USER, DICT, Office, PARTNERS, Partner, SAVE, texts},
    portal::{Browser, with, without},
    server::TestServer,
};
use reqwest::{Method, header::AUTHORIZATION};
use serde_json::{Value, json};

use super::{ANN, BOB, NO_KEY};

/// The calls of partners' programs.
fn calls() -> Vec<&'static Operation> {
    let paths = [AUTH_USER, SAVE].map(|path| path.trim_end_matches('/'));
    let is_call = |operation: &&Operation| paths.contains(&operation.path.trim_end_matches('/'));
    Description::get().operations.iter().filter(is_call).collect()
}

/// What admins do about partners.
fn managing() -> Vec<&'static Operation> {
    let of_partners = |operation: &&Operation| operation.path.contains("/management/partners");
    Description::get().operations.iter().filter(of_partners).collect()
}

/// The example of the body that a request needs.
fn example(operation: &Operation) -> Option<Value> {
    let schema = &operation.said["requestBody"]["content"]["application/json"]["schema"];
    Description::get().resolved(schema).get("example").cloned()
}

#[test]
fn everything_in_the_contract_is_described() {
    let mut described: Vec<(String, String)> = calls()
        .iter()
        .filter(|operation| operation.method == Method::POST)
        .chain(&managing())
        .map(|operation| (operation.method.to_string(), names_left_out(&operation.path)))
        .filter(|(_, path)| !path.starts_with("/api/management"))
        .collect();
    described.sort_unstable();
    described.dedup();
    let of = |method: &str, rest: &str| (method.to_owned(), format!("{PARTNERS}{rest}"));
    let call = |path: &str| ("POST".to_owned(), path.trim_end_matches('/').to_owned());
    let mut expected = vec![
        call(AUTH_USER),
        call(SAVE),
        of("GET", ""),
        of("POST", ""),
        of("DELETE", "/{}"),
        of("POST", "/{}/rotate"),
        of("GET", "/{}/dictations"),
        of("POST", "/{}/dictations"),
        of("DELETE", "/{}/dictations/{}"),
        of("GET", "/{}/results"),
        of("GET", "/{}/results.csv"),
        of("GET", "/{}/results.jsonl"),
        of("GET", "/{}/webhooks"),
        of("POST", "/{}/webhooks"),
        of("DELETE", "/{}/webhooks/{}"),
        of("GET", "/{}/webhooks/{}/deliveries"),
        of("POST", "/{}/webhooks/{}/deliveries/{}/replay"),
    ];
    expected.sort_unstable();
    assert_eq!(described, expected);
}

/// A path without the names of its parameters, and without a slash at its end.
fn names_left_out(path: &str) -> String {
    let segments = path.trim_end_matches('/').split('/');
    let bare = segments.map(|segment| if segment.starts_with('{') { "{}" } else { segment });
    bare.collect::<Vec<_>>().join("/")
}

#[test]
fn every_call_says_which_refusals_it_has() {
    for operation in calls().iter().filter(|operation| operation.method == Method::POST) {
        let answers = operation.said["responses"].as_object().expect("answers are described");
        let needed = ["200", "400", "413", "503"];
        let conflict = operation.path.contains("save").then_some("409");
        for status in needed.into_iter().chain(conflict) {
            assert!(answers.contains_key(status), "{} {status}", operation.path);
        }
    }
    for operation in managing() {
        let answers = operation.said["responses"].as_object().expect("answers are described");
        for status in ["200", "401", "403", "503"] {
            assert!(answers.contains_key(status), "{} {} {status}", operation.method, operation.path);
        }
        let is_guarded = operation.said["security"].as_array().is_some_and(|ways| !ways.is_empty());
        assert!(is_guarded, "{} {}", operation.method, operation.path);
    }
}

#[tokio::test]
async fn every_call_refuses_whoever_shows_no_key_or_nonsense() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let user = partner.program.user(ANN).await;
    let account = server.register(BOB).await;
    let bearer = account.client.token().expect("he is signed in");
    for operation in calls().into_iter().filter(|operation| operation.method == Method::POST) {
        let whole = if operation.path.contains("save") {
            partner.program.result(&user)
        } else {
            partner.program.person("new@example.org")
        };
        let bare = without(whole.clone(), "key");
        let ask = async |authorization: Option<&str>, body: &Value| -> Answer {
            let request = partner.program.request(Method::POST, &operation.path);
            let request =
                authorization.iter().fold(request, |request, value| request.header(AUTHORIZATION, *value));
            partner.program.send(request.json(body)).await
        };
        assert_eq!(ask(None, &bare).await.fault_of("key"), texts::REQUIRED);
        for shown in [NO_KEY, bearer, &account.refresh_token, &partner.id] {
            assert_eq!(ask(Some(&format!("Bearer {shown}")), &bare).await.fault_of("key"), texts::KEY);
            assert_eq!(
                ask(None, &with(bare.clone(), json!({ "key": shown }))).await.fault_of("key"),
                texts::KEY
            );
        }
        assert_eq!(ask(None, &whole).await.status, 200);
        // Its example is one that only the key of the example keeps from being done.
        let example = example(operation).expect("a call has an example");
        assert_eq!(ask(None, &example).await.faulty_fields()[0], "key");
    }
    assert_eq!(office.results(&partner, "").await.len(), 1);
    server.stop().await;
}

#[tokio::test]
async fn a_strangers_key_opens_what_is_the_strangers() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let stranger = office.create("Mallory").await;
    let user = partner.program.user(ANN).await;
    let body = with(partner.program.result(&user), json!({ "key": stranger.program.key() }));
    let answer = partner.program.post(SAVE, &body).await;
    answer.expect_faulty(&[("user", texts::USER), ("dict", texts::DICT)]);
    assert!(office.results(&partner, "").await.is_empty() && office.results(&stranger, "").await.is_empty());
    server.stop().await;
}

/// The path of an operation about a partner, a webhook of it and a delivery.
fn filled(operation: &Operation, partner: &Partner, webhook: &str, delivery: &str) -> String {
    let values = BTreeMap::from([
        ("/partners/{", partner.id.as_str()),
        ("/dictations/{", DICT),
        ("/webhooks/{", webhook),
        ("/deliveries/{", delivery),
    ]);
    let mut path = operation.path.clone();
    for (place, value) in values {
        if let Some(at) = path.find(place) {
            let begin = at + place.len() - 1;
            let end = begin + path[begin..].find('}').expect("a parameter ends") + 1;
            path.replace_range(begin..end, value);
        }
    }
    assert!(!path.contains('{'), "{path} has a parameter that this test does not know yet");
    path
}

#[tokio::test]
async fn every_management_call_refuses_whoever_is_no_admin() {
    let server = TestServer::start().await;
    let (office, partner) = server.partner().await;
    let webhook = office.webhook(&partner, "https://partner.example/", &["user.created"]).await;
    let _ = partner.program.user(ANN).await;
    let delivery = office.deliveries(&partner, &webhook).await[0]["id"].as_str().expect("an id").to_owned();
    let account = server.register(BOB).await;
    let seen = async || {
        let (partners, webhooks) = (office.partners().await, office.webhooks(&partner).await);
        let dictations = office.browser.get(&partner.path("/dictations")).await.text;
        (partners, webhooks, dictations, office.deliveries(&partner, &webhook).await.len())
    };
    let before = seen().await;
    let nobody = Browser::new(&server.client);
    let mut tried = 0;
    for operation in managing() {
        let path = filled(operation, &partner, &webhook.id, &delivery);
        let body = example(operation).unwrap_or_else(|| json!({}));
        let ask =
            async |browser: &Browser| browser.with_body(operation.method.clone(), &path, body.clone()).await;
        for shown in ["no-such-token-5512", partner.program.key()] {
            let _ = ask(&nobody.bearing(shown)).await.problem(401);
        }
        let _ = ask(&nobody).await.problem(401);
        ask(&Browser::new(&account.client)).await.expect_problem(403, "permission denied");
        tried += 1;
    }
    assert!(tried >= 15, "only {tried} were tried");
    assert_eq!(seen().await, before);
    server.stop().await;
}

#[tokio::test]
async fn every_example_of_a_body_is_taken() {
    let server = TestServer::start().await;
    let office: Office = server.office().await;
    let mut tried = 0;
    for (n, operation) in managing().into_iter().enumerate() {
        let Some(example) = example(operation) else { continue };
        let partner = office.create(&format!("of example {n}")).await;
        let path = filled(operation, &partner, "x", "x");
        let answer = office.ask(operation.method.clone(), &path, example).await;
        // A name of the other prefix's example is taken by then.
        assert!([200, 409].contains(&answer.status), "{path}: {}", answer.text);
        tried += 1;
    }
    assert!(tried >= 3, "only {tried} were tried");
    server.stop().await;
}
