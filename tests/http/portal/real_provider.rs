//! The whole way in and out, at a real OpenID Connect provider. Skipped, with a line, where there is no Node.js.

use chrono::TimeDelta;
use integration_tests::{
    oidc_provider::{Account, RealProvider},
    portal::{Browser, TOKEN_COOKIE, form, verification_token},
    server::TestServer,
};
use serde_json::{Value, json};

const REDIRECT_URI: &str = "http://portal.example/callback";

/// A provider and a server whose people sign in there; nothing without Node.js.
async fn start() -> Option<(RealProvider, TestServer)> {
    let provider = RealProvider::start(REDIRECT_URI)?;
    let settings = [
        ("PORTICO_OIDC_ISSUER", provider.issuer()),
        ("PORTICO_OIDC_CLIENT_ID", provider.client_id()),
        ("PORTICO_OIDC_CLIENT_SECRET", provider.client_secret()),
        ("PORTICO_OIDC_REDIRECT_URL", REDIRECT_URI),
        ("PORTICO_OIDC_LOGOUT", "rp-initiated"),
        ("PORTICO_PUBLIC_URL", "http://portal.example"),
    ];
    let server = TestServer::start_with(&settings).await;
    Some((provider, server))
}

fn ann() -> Account {
    Account {
        picture: Some("https://pictures.example/ann.png".to_owned()),
        thumbnail: Some("https://pictures.example/ann-small.png".to_owned()),
        ..Account::new("oauth2|discord|1234", "ann@example.org")
    }
}

/// Signs in at the provider and comes back; answers whether the portal knows him.
async fn sign_in(provider: &RealProvider, browser: &Browser) -> bool {
    let begun = browser.post("/api/public/login", json!({})).await.expect_ok(&["redirect_url"]);
    let (code, state) = provider.authorize(begun["redirect_url"].as_str().expect("it is an address")).await;
    let body = json!({ "code": code, "state": state });
    let body = browser.post("/api/public/callback", body).await.expect_ok(&["has_account"]);
    body["has_account"].as_bool().expect("it is a boolean")
}

async fn profile(browser: &Browser) -> Value {
    browser.get("/api/private/profile").await.expect(200)
}

#[tokio::test]
async fn a_newcomer_signs_up_proves_his_address_leaves_and_comes_back() {
    let Some((provider, server)) = start().await else { return };
    provider.will_sign_in(ann()).await;
    let browser = Browser::new(&server.client);
    assert!(!sign_in(&provider, &browser).await);
    browser.get("/api/private/profile").await.expect_problem(401, "トークンが無効です");
    let pending = browser.get("/api/public/oidc_account").await.expect(200);
    assert_eq!(
        (&pending["account_id"], &pending["email"]),
        (&json!("oauth2|discord|1234"), &json!("ann@example.org"))
    );
    browser.post("/api/public/oidc_account/signup", form("ann")).await.expect_ok(&[]);

    let letter = server.mailbox.take("ann@example.org").await;
    assert!(letter.text.contains("http://portal.example/verify_email?token="), "{}", letter.text);
    let browser = Browser::new(&server.client);
    let body = json!({ "token": verification_token(&letter) });
    browser.post("/api/public/verify_email", body).await.expect_ok(&[]);
    let own = profile(&browser).await;
    assert_eq!(
        (&own["handle"], &own["role"], &own["email_verified"]),
        (&json!("ann"), &json!("not_member"), &json!(true))
    );
    assert_eq!(own["account_id"], "oauth2|discord|1234");

    let kept = browser.twin();
    let left = browser.post("/api/private/logout", json!({})).await.expect_ok(&["logout_url"]);
    assert_eq!(browser.cookie(TOKEN_COOKIE), None);
    let rest = provider.browser().log_out(left["logout_url"].as_str().expect("an address")).await;
    assert_eq!(rest.trim_end_matches('/'), "http://portal.example");
    kept.get("/api/private/profile").await.expect_problem(401, "トークンが無効です");

    assert!(sign_in(&provider, &browser).await);
    assert_eq!(profile(&browser).await["id"], own["id"]);
    server.stop().await;
}

#[tokio::test]
async fn what_the_provider_says_is_taken_over() {
    let Some((provider, server)) = start().await else { return };
    provider.will_sign_in(Account { email_only_in_userinfo: true, ..ann() }).await;
    let browser = Browser::new(&server.client);
    assert!(!sign_in(&provider, &browser).await);
    assert_eq!(browser.get("/api/public/oidc_account").await.expect(200)["email"], "ann@example.org");
    browser.post("/api/public/oidc_account/signup", form("ann")).await.expect_ok(&[]);

    assert!(sign_in(&provider, &browser).await);
    let avatar = |name: &str| {
        json!({
            "url": format!("https://pictures.example/{name}.png"),
            "thumbnail_url": format!("https://pictures.example/{name}-small.png"),
        })
    };
    assert_eq!(profile(&browser).await["avatar"], avatar("ann"));
    let other = |text: &str| Some(format!("https://pictures.example/{text}.png"));
    provider.will_sign_in(Account { picture: other("new"), thumbnail: other("new-small"), ..ann() }).await;
    assert!(sign_in(&provider, &browser).await);
    assert_eq!(profile(&browser).await["avatar"], avatar("new"));
    provider.will_sign_in(Account::new("oauth2|discord|1234", "changed@example.org")).await;
    assert!(sign_in(&provider, &browser).await);
    let own = profile(&browser).await;
    assert_eq!((&own["avatar"], &own["email"]), (&avatar("new"), &json!("ann@example.org")));
    server.stop().await;
}

#[tokio::test]
async fn other_keys_and_a_restart_of_the_provider_are_followed() {
    let Some((mut provider, server)) = start().await else { return };
    provider.will_sign_in(ann()).await;
    let browser = Browser::new(&server.client);
    assert!(!sign_in(&provider, &browser).await);
    provider.rotate_keys().await;
    assert!(!sign_in(&provider, &browser).await);

    // The keys are asked for again every five seconds at most.
    server.clock.advance(TimeDelta::seconds(6));
    provider.stop();
    let begun = browser.post("/api/public/login", json!({})).await;
    assert_eq!(begun.status, 200, "what the provider has said of itself still holds: {}", begun.text);
    assert_eq!(browser.get("/health/ready").await.status, 200);
    provider.restart();
    provider.will_sign_in(ann()).await;
    assert!(!sign_in(&provider, &browser).await);
    server.stop().await;
}

#[tokio::test]
async fn a_server_that_starts_before_its_provider_finds_it_later() {
    let Some(mut provider) = RealProvider::start(REDIRECT_URI) else { return };
    provider.stop();
    let settings = [
        ("PORTICO_OIDC_ISSUER", provider.issuer()),
        ("PORTICO_OIDC_CLIENT_ID", provider.client_id()),
        ("PORTICO_OIDC_CLIENT_SECRET", provider.client_secret()),
        ("PORTICO_OIDC_REDIRECT_URL", REDIRECT_URI),
    ];
    let server = TestServer::start_with(&settings).await;
    let browser = Browser::new(&server.client);
    let _ = browser.post("/api/public/login", json!({})).await.problem(503);
    provider.restart();
    provider.will_sign_in(ann()).await;
    server.clock.advance(TimeDelta::seconds(1));
    assert!(!sign_in(&provider, &browser).await);
    server.stop().await;
}
