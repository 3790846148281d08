//! Where the operator asks for a token, applications without it find every route closed (sign-up contract section 1, T7).

use integration_tests::{
    described::Description,
    server::TestServer,
    signup::{Application, CONTENT, PROVIDERS},
};
use reqwest::Method;

use super::{ANN, CLOSED};

const TOKEN: &str = "an-application-6214";
const OTHER: &str = "another-application-7735";

/// Every route of the API, and some that are none.
fn routes() -> Vec<(Method, String)> {
    let described =
        Description::get().operations.iter().filter(|operation| operation.path.starts_with(CONTENT));
    let mut routes: Vec<(Method, String)> = described
        .map(|operation| {
            (
                operation.method.clone(),
                operation.path.replace("{marker}", "email").replace("{token}", "a-device"),
            )
        })
        .collect();
    assert!(routes.len() > 18, "only {} routes were found", routes.len());
    for path in ["/api/content", "/api/content/nothing", "/api/content/users"] {
        routes.push((Method::GET, path.to_owned()));
    }
    routes.push((Method::PATCH, PROVIDERS.to_owned()));
    routes
}

#[tokio::test]
async fn every_route_is_closed_to_applications_without_the_token() {
    let server = TestServer::start_with(&[("PORTICO_APP_TOKEN", TOKEN)]).await;
    let admitted = server.application().with_app_token(Some(TOKEN));
    let ann = admitted.join(ANN).await;
    for (method, path) in routes() {
        for token in [
            None,
            Some(""),
            Some("undefined"),
            Some("null"),
            Some(OTHER),
            Some("an-application-62140"),
            Some("é"),
        ] {
            let app = ann.app.with_app_token(token);
            let answer = app.ask(method.clone(), &path).await;
            assert_eq!(answer.refused(403), CLOSED, "{method} {path} {token:?}");
        }
    }
    // Whatever is wrong with the rest is not told.
    let closed = ann.app.telling(None).with_app_token(None);
    closed.post_text(&closed.door("/users/auth"), "{").await.expect_refused(403, CLOSED);
    assert!(ann.is_in().await);
    server.stop().await;
}

#[tokio::test]
async fn each_of_several_tokens_opens() {
    let tokens = format!("{TOKEN}, {OTHER}");
    let server = TestServer::start_with(&[("PORTICO_APP_TOKEN", &tokens)]).await;
    for (n, token) in [TOKEN, OTHER, &format!(" {OTHER} ")].into_iter().enumerate() {
        let app: Application = server.application().with_app_token(Some(token));
        assert!(app.join(&format!("ann{n}@example.org")).await.is_in().await);
    }
    let app = server.application().with_app_token(Some(&tokens));
    app.get(PROVIDERS).await.expect_refused(403, CLOSED);
    server.stop().await;
}

#[tokio::test]
async fn without_a_token_of_the_operators_any_application_gets_in() {
    let server = TestServer::start().await;
    for (n, token) in [None, Some("undefined"), Some("whatever-it-is-9")].into_iter().enumerate() {
        let app = server.application().with_app_token(token);
        assert!(app.join(&format!("ann{n}@example.org")).await.is_in().await);
    }
    server.stop().await;
}

#[tokio::test]
async fn the_token_of_applications_closes_no_other_api() {
    let server = TestServer::start_with(&[("PORTICO_APP_TOKEN", TOKEN)]).await;
    let _ = server.client.get("/health").await.expect(200);
    let _ = server.client.get("/.well-known/jwks.json").await.expect(200);
    assert_eq!(server.register(ANN).await.email, ANN);
    assert_eq!(server.client.get("/api/private/profile").await.status, 401);
    server.stop().await;
}
