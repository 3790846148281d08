//! Every route by its method, its slashes and its guard (contract sections 1 and 11, O38).

use integration_tests::{
    client::{Answer, Client},
    server::{Person, TestServer},
};
use reqwest::{Method, header::AUTHORIZATION};
use serde_json::json;

/// A route: its methods beside `HEAD`, its path, and whether it asks for a bearer token.
type Route = (&'static [&'static str], &'static str, bool);

const ROUTES: [Route; 29] = [
    (&["POST"], "/auth/register/start", false),
    (&["POST"], "/auth/register/verify", false),
    (&["POST"], "/auth/register/password", false),
    (&["POST"], "/auth/register/resend", false),
    (&["POST"], "/auth/register/with-invite", false),
    (&["POST"], "/auth/login", false),
    (&["POST"], "/auth/logout", true),
    (&["GET"], "/auth/me", true),
    (&["POST"], "/auth/token/refresh", false),
    (&["POST"], "/auth/password/forgot", false),
    (&["POST"], "/auth/password/reset", false),
    (&["POST"], "/auth/password/change", true),
    (&["GET", "POST"], "/auth/emails", true),
    (&["POST"], "/auth/emails/verify", true),
    (&["POST"], "/auth/emails/resend", true),
    (&["GET", "POST"], "/projects", true),
    (&["GET"], "/projects/my-app", true),
    (&["GET"], "/projects/my-app/members", true),
    (&["POST"], "/projects/my-app/join", true),
    (&["GET", "POST"], "/projects/my-app/invites", true),
    (&["DELETE"], "/projects/my-app/invites/00000000-0000-7000-8000-000000000000", true),
    (&["POST"], "/projects/my-app/invites/00000000-0000-7000-8000-000000000000/resend", true),
    (&["GET"], "/invites/nonsense", false),
    (&["POST"], "/invites/nonsense/accept", true),
    (&["GET"], "/health", false),
    (&["GET"], "/health/ready", false),
    (&["GET", "POST"], "/reset-password", false),
    (&["GET", "POST"], "/invite/nonsense", false),
    (&["GET"], "/assets/pages.css", false),
];

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"];

async fn call(client: &Client, method: &str, path: &str) -> Answer {
    let method = Method::from_bytes(method.as_bytes()).expect("it is a method");
    let mut request = client.request(method.clone(), path);
    if method == Method::POST {
        request = request.json(&json!({}));
    }
    client.send(request).await
}

async fn owner(server: &TestServer) -> Person {
    let owner = server.register("owner@example.org").await;
    assert_eq!(server.project(&owner, "My App", false).await, "my-app");
    owner
}

#[tokio::test]
async fn every_route_that_needs_a_token_says_so() {
    let server = TestServer::start().await;
    let owner = owner(&server).await;
    let token = owner.client.token().expect("he is signed in").to_owned();
    let headers = [
        None,
        Some("Bearer nonsense".to_owned()),
        Some("Bearer hitkey_nonsense".to_owned()),
        Some("Bearer ".to_owned()),
        Some("Bearer".to_owned()),
        Some(token.clone()),
        Some(format!("Basic {token}")),
        Some(format!("Bearer {token}x")),
        Some(format!("Bearer {}", token.to_uppercase())),
        Some(format!("Bearer Bearer {token}")),
        Some(format!("Bearer {}", "x".repeat(5000))),
    ];
    for (methods, path, _) in ROUTES.iter().filter(|(_, _, guarded)| *guarded) {
        for method in *methods {
            for header in &headers {
                let method = Method::from_bytes(method.as_bytes()).expect("it is a method");
                let mut request = server.client.request(method, path);
                if let Some(header) = header {
                    request = request.header(AUTHORIZATION, header);
                }
                let answer = server.client.send(request).await;
                answer.expect_error(401, "UNAUTHORIZED");
                assert!(answer.header("www-authenticate").starts_with("Bearer"), "{path}");
                assert_eq!(answer.header("content-type"), "application/json", "{path}");
            }
        }
    }
    // The scheme has no case.
    let request =
        server.client.request(Method::GET, "/auth/me").header(AUTHORIZATION, format!("bearer {token}"));
    let _ = server.client.send(request).await.expect(200);
    server.stop().await;
}

#[tokio::test]
async fn a_path_with_and_without_a_trailing_slash_is_the_same() {
    let server = TestServer::start().await;
    let owner = owner(&server).await;
    for (methods, path, _) in ROUTES.iter().filter(|(_, path, _)| *path != "/auth/logout") {
        for method in methods.iter().copied() {
            let plain = call(&owner.client, method, path).await;
            assert!(
                ![301, 302, 307, 308, 405, 500].contains(&plain.status),
                "{method} {path}: {}",
                plain.text
            );
            for other in [format!("{path}/"), format!("{path}//"), path.replace('/', "//")] {
                let answer = call(&owner.client, method, &other).await;
                if method == "POST" && *path == "/projects" {
                    answer.expect_invalid(&[("name", "required")]);
                }
                assert_eq!((answer.status, &answer.text), (plain.status, &plain.text), "{method} {other}");
            }
        }
    }
    owner.client.post_nothing("/auth/logout/").await.expect_message();
    server.stop().await;
}

#[tokio::test]
async fn another_method_is_not_allowed_and_the_answer_says_which_are() {
    let server = TestServer::start().await;
    let owner = owner(&server).await;
    for (methods, path, _) in ROUTES {
        for method in METHODS.into_iter().filter(|method| !methods.contains(method)) {
            for (client, path) in [(&server.client, path.to_owned()), (&owner.client, format!("{path}/"))] {
                let answer = call(client, method, &path).await;
                assert_eq!(answer.status, 405, "{method} {path}: {}", answer.text);
                let is_page =
                    ["/reset-password", "/invite/", "/assets/"].iter().any(|start| path.starts_with(start));
                if is_page {
                    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{method} {path}");
                } else {
                    answer.expect_error(405, "METHOD_NOT_ALLOWED");
                }
                let mut allowed: Vec<&str> = answer.header("allow").split(", ").collect();
                let mut expected = methods.to_vec();
                if expected.contains(&"GET") {
                    expected.push("HEAD");
                }
                allowed.sort_unstable();
                expected.sort_unstable();
                assert_eq!(allowed, expected, "{method} {path}");
            }
        }
        if !methods.contains(&"GET") {
            assert_eq!(server.client.head(path).await.status, 405, "{path}");
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn head_answers_like_get_without_the_body() {
    let server = TestServer::start().await;
    let owner = owner(&server).await;
    let (_, token) = server.invite(&owner, "my-app", "guest@example.org", "member").await;
    let mut paths: Vec<String> = ROUTES
        .iter()
        .filter(|(methods, ..)| methods.contains(&"GET"))
        .map(|(_, path, _)| (*path).to_owned())
        .collect();
    paths.extend([format!("/invites/{token}"), format!("/invite/{token}")]);
    for client in [&owner.client, &server.client] {
        for path in &paths {
            let (get, head) = (client.get(path).await, client.head(path).await);
            assert_eq!((head.status, head.text.as_str()), (get.status, ""), "{path}");
            for header in
                ["content-type", "content-length", "cache-control", "content-security-policy", "allow"]
            {
                assert_eq!(head.header(header), get.header(header), "{path} {header}");
            }
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn what_is_nowhere_is_not_found() {
    let server = TestServer::start().await;
    let owner = owner(&server).await;
    for path in [
        "/",
        "/nothing",
        "/auth",
        "/auth/",
        "/auth/nothing",
        "/auth/login/x",
        "/auth/register",
        "/AUTH/LOGIN",
        "/auth/emails/00000000-0000-7000-8000-000000000000",
        "/projects/my-app/nothing",
        "/projects/my-app/invites/x/y/z",
        "/invites",
        "/invites/",
        "/invites/a/b",
        "/invited",
        "/health/nothing",
        "/%00",
        "/auth%2Flogin",
        "/.env",
        "/data/portico.db",
        "/secret.key",
        "/auth/../auth/nothing",
    ] {
        for client in [&server.client, &owner.client] {
            for method in ["GET", "POST", "PUT", "DELETE"] {
                let answer = call(client, method, path).await;
                answer.expect_error(404, "NOT_FOUND");
                assert_eq!(answer.header("content-type"), "application/json", "{path}");
            }
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn odd_texts_in_paths_name_nothing() {
    let server = TestServer::start().await;
    let owner = owner(&server).await;
    let long = "x".repeat(3000);
    for odd in ["%00", "%FF%FE", "a%2Fb", "my-app%00", "My-App", "%20my-app", "'%20OR%201=1", &long] {
        owner.client.get(&format!("/projects/{odd}")).await.expect_error(404, "NOT_FOUND");
        owner.client.get(&format!("/projects/{odd}/members")).await.expect_error(404, "NOT_FOUND");
        let cancelled = owner.client.delete(&format!("/projects/my-app/invites/{odd}")).await;
        cancelled.expect_error(404, "INVITE_NOT_FOUND");
        server.client.get(&format!("/invites/{odd}")).await.expect_error(404, "INVITE_NOT_FOUND");
        let accepted = owner.client.post_nothing(&format!("/invites/{odd}/accept")).await;
        accepted.expect_error(404, "INVITE_NOT_FOUND");
    }
    server.stop().await;
}

#[tokio::test]
async fn no_answer_is_kept_sniffed_or_leaks_its_address() {
    let server = TestServer::start().await;
    let owner = owner(&server).await;
    let login = server.client.post("/auth/login", json!({ "email": "x@example.org", "password": "x" })).await;
    for answer in [
        owner.client.get("/auth/me").await,
        server.client.get("/auth/me").await,
        server.client.get("/nothing").await,
        server.client.get("/invite/nonsense").await,
        call(&server.client, "PUT", "/auth/me").await,
        login,
    ] {
        assert_eq!(answer.header("cache-control"), "no-store", "{}", answer.text);
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{}", answer.text);
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{}", answer.text);
    }
    server.stop().await;
}
