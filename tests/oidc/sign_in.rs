//! The way to the provider and back.

use integration_tests::fake_provider::{Algorithm, Endpoint, FakeProvider};
use portico_domain::{
    external_identity::{ProvedIdentity, Subject},
    ports::IdentityProvider as _,
    profile::Avatar,
};
use serde_json::json;
use url::Url;

use crate::portal::{Portal, challenge, options, refused};

#[tokio::test]
async fn whoever_signs_in_is_who_the_provider_says() {
    let portal = Portal::start().await;
    portal.provider.will_say(json!({
        "sub": "oauth2|discord|1234",
        "email": "Ann@Example.org",
        "email_verified": false,
        "picture": "https://pictures.example/ann.png",
        "https://misw.jp/thumbnail": "https://pictures.example/ann-small.png",
        "locale": "ja",
    }));
    let identity = portal.sign_in().await;
    assert_eq!(
        identity,
        ProvedIdentity {
            issuer: portal.provider.issuer().to_owned(),
            subject: Subject::parse("oauth2|discord|1234").unwrap(),
            address: Some("Ann@Example.org".to_owned()),
            avatar: Some(Avatar {
                url: "https://pictures.example/ann.png".to_owned(),
                thumbnail_url: "https://pictures.example/ann-small.png".to_owned(),
            }),
            locale: Some("ja".to_owned()),
        }
    );
    assert_eq!(portal.provider.requests_to(Endpoint::Userinfo), 0, "the ID token says everything");
}

#[tokio::test]
async fn the_authorization_url_asks_for_a_code_with_state_nonce_and_pkce() {
    let portal = Portal::start().await;
    let challenge = challenge("a secret in a cookie");
    let url = Url::parse(&portal.oidc.authorization_url(&challenge).await.unwrap()).unwrap();
    let mut parameters: Vec<_> = url.query_pairs().into_owned().collect();
    parameters.sort();
    let hash = parameters.iter().position(|(name, _)| name == "code_challenge").unwrap();
    let (_, hash) = parameters.remove(hash);
    let expected = [
        ("client_id", portal.provider.client_id()),
        ("code_challenge_method", "S256"),
        ("nonce", challenge.nonce()),
        ("redirect_uri", portal.provider.redirect_url()),
        ("response_type", "code"),
        ("scope", "openid profile email"),
        ("state", challenge.state()),
    ];
    assert_eq!(parameters, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    // Whether it is the right one is seen when a code comes back.
    assert_eq!(hash.len(), 43);
    assert!(!url.as_str().contains(challenge.verifier()), "the verifier is not shown to the browser");
}

#[tokio::test]
async fn a_query_of_the_authorization_endpoint_is_kept() {
    let portal = Portal::start().await;
    let endpoint = format!("{}authorize?tenant=misw", portal.provider.issuer());
    portal.provider.describe(&json!({ "authorization_endpoint": endpoint }));
    let url = portal.oidc.authorization_url(&challenge("x")).await.unwrap();
    assert!(url.starts_with(&format!("{endpoint}&response_type=code&")), "{url}");
}

#[tokio::test]
async fn an_id_token_may_be_signed_by_any_algorithm_with_a_private_key() {
    for algorithm in Algorithm::ALL {
        let portal = Portal::start().await;
        portal.provider.sign_as(algorithm);
        assert_eq!(portal.sign_in().await.subject.as_str(), "somebody", "{}", algorithm.name());
    }
}

#[tokio::test]
async fn a_code_is_taken_once() {
    let portal = Portal::start().await;
    let challenge = challenge("a secret in a cookie");
    let code = portal.authorize(&challenge).await;
    assert!(portal.oidc.redeem(&code, &challenge).await.is_ok());
    let text = refused(portal.oidc.redeem(&code, &challenge).await);
    assert_eq!(text, "the provider answers invalid_grant");
}

#[tokio::test]
async fn of_two_who_bring_one_code_one_signs_in() {
    let portal = Portal::start().await;
    let challenge = challenge("a secret in a cookie");
    let code = portal.authorize(&challenge).await;
    let (one, other) =
        tokio::join!(portal.oidc.redeem(&code, &challenge), portal.oidc.redeem(&code, &challenge));
    assert_ne!(one.is_ok(), other.is_ok());
}

#[tokio::test]
async fn a_code_that_another_browser_has_got_is_of_no_use() {
    let portal = Portal::start().await;
    let code = portal.authorize(&challenge("a secret in a cookie")).await;
    let text = refused(portal.oidc.redeem(&code, &challenge("another cookie")).await);
    assert_eq!(text, "the provider answers invalid_grant");
}

#[tokio::test]
async fn a_code_that_nobody_gave_is_refused() {
    let portal = Portal::start().await;
    for code in ["", "x", "a&client_id=b", "a\r\nX-Header: b", "コード", &"x".repeat(100_000)] {
        let text = refused(portal.oidc.redeem(code, &challenge("x")).await);
        assert_eq!(text, "the provider answers invalid_grant");
    }
}

#[tokio::test]
async fn nothing_secret_is_in_the_debug_text() {
    let provider = FakeProvider::start().await;
    let options = options(&provider);
    let text = format!("{options:?} {:?}", Portal::of(provider, |_| {}).oidc);
    assert!(!text.contains("a:secret") && text.contains("ClientSecret(…)"), "{text}");
}
