//! What the description of the API promises of the guarded endpoints of the accounts API, read from the description
//! itself: an endpoint that is added is covered without a line here. Those of the portal are in `portal::described`.

mod boundaries;

use integration_tests::{
    client::{Answer, Client},
    described::{Description, Operation},
    server::{Person, TestServer},
};
use reqwest::header::AUTHORIZATION;
use serde_json::{Value, json};

/// What there is of Ann's that a path can name.
struct Place {
    slug: String,
    invite: String,
    token: String,
}

impl Place {
    async fn of(server: &TestServer, owner: &Person, name: &str, is_public: bool) -> Self {
        let slug = server.project(owner, name, is_public).await;
        let (invite, token) = server.invite(owner, &slug, "guest@example.org", "member").await;
        Self { slug, invite, token }
    }

    /// The path with these in the place of its parameters.
    fn fill(&self, pattern: &str) -> String {
        let path = pattern
            .replace("{slug}", &self.slug)
            .replace("{id}", &self.invite)
            .replace("{token}", &self.token);
        assert!(!path.contains('{'), "{pattern} has a parameter that this test does not know yet");
        path
    }
}

/// The example of the body that a request needs.
fn example(operation: &Operation) -> Option<Value> {
    let schema = &operation.said["requestBody"]["content"]["application/json"]["schema"];
    Description::get().resolved(schema).get("example").cloned()
}

fn is_guarded(operation: &Operation) -> bool {
    operation.said["security"].as_array().is_some_and(|ways| !ways.is_empty())
}

/// What the accounts API can do.
fn operations() -> impl Iterator<Item = &'static Operation> {
    Description::get().operations.iter().filter(|operation| !operation.path.starts_with("/api/"))
}

fn guarded() -> Vec<&'static Operation> {
    let found: Vec<_> = operations().filter(|operation| is_guarded(operation)).collect();
    assert!(found.len() > 15, "the description was read");
    found
}

/// Whether the operation is described to answer this code with this status.
fn may_answer(operation: &Operation, status: &str, code: &str) -> bool {
    let answer = Description::get().resolved(&operation.said["responses"][status]);
    let codes = &answer["content"]["application/json"]["schema"]["properties"]["code"]["enum"];
    codes.as_array().is_some_and(|codes| codes.iter().any(|described| described == code))
}

async fn call(client: &Client, operation: &Operation, path: &str, body: Option<&Value>) -> Answer {
    let request = client.request(operation.method.clone(), path);
    client.send(if let Some(body) = body { request.json(body) } else { request }).await
}

#[tokio::test]
async fn every_guarded_endpoint_refuses_whoever_shows_no_token_or_a_wrong_one() {
    let server = TestServer::start().await;
    let ann = server.register("ann@example.org").await;
    let place = Place::of(&server, &ann, "Chess Club", false).await;
    let token = ann.client.token().expect("she is signed in");
    let shown = [
        None,
        Some("Bearer nonsense".to_owned()),
        Some(format!("Bearer {token}x")),
        Some(format!("Basic {token}")),
        Some(format!("Bearer {}", ann.refresh_token)),
        Some(format!("Bearer {}", place.token)),
    ];
    for operation in guarded() {
        assert!(may_answer(operation, "401", "UNAUTHORIZED"), "{} {}", operation.method, operation.path);
        for header in &shown {
            let mut request = server.client.request(operation.method.clone(), &place.fill(&operation.path));
            if let Some(header) = header {
                request = request.header(AUTHORIZATION, header);
            }
            if let Some(body) = example(operation) {
                request = request.json(&body);
            }
            server.client.send(request).await.expect_error(401, "UNAUTHORIZED");
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn no_open_endpoint_asks_for_a_token() {
    let server = TestServer::start().await;
    let ann = server.register("ann@example.org").await;
    let place = Place::of(&server, &ann, "Chess Club", false).await;
    for operation in operations().filter(|operation| !is_guarded(operation)) {
        let path = place.fill(&operation.path);
        let answer = call(&server.client, operation, &path, example(operation).as_ref()).await;
        assert_ne!(answer.json["code"], "UNAUTHORIZED", "{} {path}", operation.method);
    }
    server.stop().await;
}

/// What Ann sees of her own.
async fn belongings(ann: &Person, places: &[&Place]) -> Vec<Value> {
    let mut paths = vec!["/auth/emails".to_owned(), "/projects".to_owned()];
    for place in places {
        paths.push(format!("/projects/{}/members", place.slug));
        paths.push(format!("/projects/{}/invites", place.slug));
    }
    let mut seen = Vec::new();
    for path in paths {
        seen.push(ann.client.get(&path).await.expect(200));
    }
    seen
}

#[tokio::test]
async fn nobody_gets_at_what_is_anothers_with_a_token_of_his_own() {
    let server = TestServer::start().await;
    let ann = server.register("ann@example.org").await;
    let closed = Place::of(&server, &ann, "Chess Club", false).await;
    let open = Place::of(&server, &ann, "Open House", true).await;
    let before = belongings(&ann, &[&closed, &open]).await;
    let mallory = server.register("mallory@example.org").await;

    for operation in guarded() {
        let place = format!("{} {}", operation.method, operation.path);
        let mut body = example(operation);
        if operation.path.contains("{slug}") {
            assert!(may_answer(operation, "404", "NOT_FOUND"), "{place}");
            let path = closed.fill(&operation.path);
            call(&mallory.client, operation, &path, body.as_ref()).await.expect_error(404, "NOT_FOUND");
            if may_answer(operation, "403", "NOT_PROJECT_MEMBER") {
                let path = open.fill(&operation.path);
                let refused = call(&mallory.client, operation, &path, body.as_ref()).await;
                refused.expect_error(403, "NOT_PROJECT_MEMBER");
            }
        } else if operation.path.contains("{token}") {
            let path = closed.fill(&operation.path);
            let refused = call(&mallory.client, operation, &path, body.as_ref()).await;
            refused.expect_error(400, "EMAIL_MISMATCH");
        } else if let Some(body) = body.as_mut().filter(|body| body.get("email").is_some()) {
            // Whether it is said to be unknown here or in use elsewhere depends on what is done to it.
            body["email"] = json!(ann.email);
            let refused = call(&mallory.client, operation, &operation.path, Some(body)).await;
            let code = refused.json["code"].as_str().unwrap_or_default();
            assert!(["EMAIL_NOT_FOUND", "EMAIL_ALREADY_IN_USE"].contains(&code), "{place}: {}", refused.text);
        } else if operation.method == reqwest::Method::GET {
            let seen = call(&mallory.client, operation, &operation.path, None).await;
            assert_eq!(seen.status, 200, "{place}");
            for of_ann in [&ann.id, &ann.email, &closed.slug, &open.slug] {
                assert!(!seen.text.contains(of_ann), "{place} shows {of_ann}: {}", seen.text);
            }
        }
    }
    assert_eq!(belongings(&ann, &[&closed, &open]).await, before);
    server.stop().await;
}
