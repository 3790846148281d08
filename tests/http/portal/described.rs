//! What the description of the API promises of the portal's guarded endpoints, read from the description itself: an
//! endpoint that is added is covered without a line here. Those of the sign-up API are in
//! `signup::described`, those of partners in `partners::described`.

use integration_tests::{
    described::{Description, Operation},
    portal::Portal,
    server::PASSWORD,
};
use reqwest::header::{AUTHORIZATION, COOKIE};
use serde_json::{Value, json};

const SERVICE: &str = "a-token-of-a-service-9917";

/// What the portal can do for those who may.
fn guarded() -> Vec<&'static Operation> {
    let of_portal = |operation: &&Operation| {
        let ways = operation.said["security"].as_array();
        let elsewhere = ["/api/content/", "/api/public/auth_user", "/api/public/save_check_result"];
        let is_of_portal = operation.path.starts_with("/api/")
            && !elsewhere.iter().any(|beginning| operation.path.starts_with(beginning));
        is_of_portal && ways.is_some_and(|ways| !ways.is_empty())
    };
    let found: Vec<_> = Description::get().operations.iter().filter(of_portal).collect();
    assert!(found.len() > 40, "the description was read");
    found
}

fn takes(operation: &Operation, way: &str) -> bool {
    let ways = operation.said["security"].as_array().into_iter().flatten();
    ways.into_iter().any(|each| each.get(way).is_some())
}

/// The example of the body that a request needs.
fn example(operation: &Operation) -> Option<Value> {
    let schema = &operation.said["requestBody"]["content"]["application/json"]["schema"];
    Description::get().resolved(schema).get("example").cloned()
}

#[tokio::test]
async fn every_guarded_endpoint_refuses_whoever_shows_nothing_or_something_wrong() {
    let portal = Portal::start_with(&[("PORTICO_EXTERNAL_TOKENS", SERVICE)]).await;
    let ann = portal.sign_up_admin("ann").await;
    let session = ann.browser.token();
    let account = portal.server.register("operator@example.org").await;
    let bearer = account.client.token().expect("he is signed in").to_owned();
    for operation in guarded() {
        let place = format!("{} {}", operation.method, operation.path);
        let is_service = takes(operation, "service");
        let mut shown = vec![
            (None, None),
            (Some("misw-portal-token=nonsense".to_owned()), None),
            (Some(format!("misw-portal-token={session}x")), None),
            (Some(format!("misw-portal-token={bearer}")), None),
            (Some(format!("misw-portal-state={session}")), None),
            (None, Some(format!("Bearer {session}"))),
            (None, Some("Bearer nonsense".to_owned())),
            (None, Some(format!("Basic {bearer}"))),
        ];
        if is_service {
            shown.push((None, Some(format!("Bearer {bearer}"))));
            shown.push((Some(format!("misw-portal-token={session}")), None));
            shown.push((None, Some(SERVICE.to_owned())));
        }
        for (cookie, authorization) in shown {
            let mut request = portal.server.client.request(operation.method.clone(), &operation.path);
            for (name, value) in [(COOKIE, &cookie), (AUTHORIZATION, &authorization)] {
                if let Some(value) = value {
                    request = request.header(name, value);
                }
            }
            if let Some(body) = example(operation) {
                request = request.json(&body);
            }
            let answer = portal.server.client.send(request).await;
            let expected = if is_service { 403 } else { 401 };
            assert_eq!(answer.status, expected, "{place} {cookie:?} {authorization:?}: {}", answer.text);
            assert_eq!(answer.json["status_code"], expected, "{place}: {}", answer.text);
        }
    }
    portal.stop().await;
}

#[tokio::test]
async fn management_refuses_whoever_is_no_admin() {
    let portal = Portal::start().await;
    let ann = portal.sign_up_admin("ann").await;
    let bob = portal.sign_up("bob").await;
    let account = portal.server.register("operator@example.org").await;
    let before = ann.browser.get("/api/private/management/users").await.json;
    let mut tried = 0;
    for operation in guarded().into_iter().filter(|operation| operation.path.contains("/management/")) {
        let body = example(operation).unwrap_or_else(|| json!({}));
        for client in [account.client.clone(), portal.server.client.clone()] {
            let mut request = client.request(operation.method.clone(), &operation.path).json(&body);
            if client.token().is_none() {
                request = request.header(COOKIE, format!("misw-portal-token={}", bob.browser.token()));
            }
            let answer = client.send(request).await;
            let told = (answer.status, answer.json["message"].as_str());
            assert_eq!(told, (403, Some("permission denied")), "{} {}", operation.method, operation.path);
            tried += 1;
        }
    }
    assert!(tried > 40, "only {tried} requests were tried");
    assert_eq!(ann.browser.get("/api/private/management/users").await.json, before);
    // The password that everybody here has opens no door of the portal by itself.
    assert_eq!(portal.server.sign_in("operator@example.org", PASSWORD).await.id, account.id);
    portal.stop().await;
}
