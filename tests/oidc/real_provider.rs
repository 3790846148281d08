//! The provider that the suites run does what a provider of the field does, so that what is tried against it means
//! something.

use std::sync::Arc;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use integration_tests::{
    clock::MovableClock,
    oidc_provider::{Account, RealProvider},
};
use portico_domain::{
    external_identity::ProvedIdentity,
    ports::{Clock, IdentityProvider as _},
};
use portico_oidc::{ClientSecret, Logout, OidcOptions, OidcProvider};
use reqwest::Url;
use serde_json::{Value, json};

use crate::portal::challenge;

const REDIRECT_URI: &str = "http://portal.example/callback";
/// The pair of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn http() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().expect("a client can be made")
}

async fn get(url: &str) -> Value {
    http().get(url).send().await.expect("the provider answers").json().await.expect("it answers with JSON")
}

async fn description(provider: &RealProvider) -> Value {
    get(&format!("{}/.well-known/openid-configuration", provider.issuer())).await
}

async fn endpoint(provider: &RealProvider, name: &str) -> String {
    description(provider).await[name].as_str().expect("the endpoint is described").to_owned()
}

async fn authorization_url(provider: &RealProvider) -> String {
    let parameters = [
        ("response_type", "code"),
        ("client_id", provider.client_id()),
        ("redirect_uri", REDIRECT_URI),
        ("scope", "openid profile email"),
        ("state", "a state"),
        ("nonce", "a nonce"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let endpoint = endpoint(provider, "authorization_endpoint").await;
    Url::parse_with_params(&endpoint, parameters).expect("the endpoint is an address").into()
}

fn form_encoded(text: &str) -> String {
    let url = Url::parse_with_params("http://localhost", [("", text)]).expect("it is an address");
    url.query().and_then(|query| query.strip_prefix('=')).expect("it has a query").to_owned()
}

async fn redeem(provider: &RealProvider, code: &str, verifier: &str) -> (u16, Value) {
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", verifier),
    ];
    let (id, secret) = (form_encoded(provider.client_id()), form_encoded(provider.client_secret()));
    let request =
        http().post(endpoint(provider, "token_endpoint").await).basic_auth(id, Some(secret)).form(&form);
    let answer = request.send().await.expect("the provider answers");
    (answer.status().as_u16(), answer.json().await.expect("it answers with JSON"))
}

/// The header and the claims of an ID token.
fn parts(tokens: &Value) -> (Value, Value) {
    let token = tokens["id_token"].as_str().unwrap_or_else(|| panic!("no ID token: {tokens}"));
    let mut parts = token.split('.').map(|part| {
        let part = BASE64_URL_SAFE_NO_PAD.decode(part).expect("a part is base64");
        serde_json::from_slice(&part).unwrap_or_default()
    });
    (parts.next().expect("a header"), parts.next().expect("claims"))
}

async fn userinfo(provider: &RealProvider, tokens: &Value) -> Value {
    let request = http()
        .get(endpoint(provider, "userinfo_endpoint").await)
        .bearer_auth(tokens["access_token"].as_str().expect("an access token"));
    request.send().await.expect("the provider answers").json().await.expect("it answers with JSON")
}

/// Signs in, and answers with the tokens.
async fn sign_in(provider: &RealProvider) -> Value {
    let (code, state) = provider.authorize(&authorization_url(provider).await).await;
    assert_eq!(state, "a state");
    let (status, tokens) = redeem(provider, &code, VERIFIER).await;
    assert_eq!(status, 200, "{tokens}: {}", provider.log());
    tokens
}

fn ann() -> Account {
    Account {
        picture: Some("https://pictures.example/ann.png".to_owned()),
        thumbnail: Some("https://pictures.example/ann-small.png".to_owned()),
        locale: Some("ja".to_owned()),
        ..Account::new("oauth2|discord|1", "ann@example.org")
    }
}

#[tokio::test]
async fn whoever_is_named_signs_in_and_the_id_token_and_userinfo_say_who_it_is() {
    let Some(provider) = RealProvider::start(REDIRECT_URI) else { return };
    let description = description(&provider).await;
    assert_eq!(description["issuer"], provider.issuer());
    assert!(description["end_session_endpoint"].is_string());
    assert_eq!(description["code_challenge_methods_supported"], json!(["S256"]));

    provider.will_sign_in(ann()).await;
    let tokens = sign_in(&provider).await;
    let (header, claims) = parts(&tokens);
    assert_eq!(header["alg"], "RS256");
    assert_eq!((&claims["iss"], &claims["nonce"]), (&json!(provider.issuer()), &json!("a nonce")));
    assert_eq!(claims["aud"], provider.client_id());
    for claims in [claims, userinfo(&provider, &tokens).await] {
        assert_eq!(claims["sub"], "oauth2|discord|1");
        assert_eq!(claims["email"], "ann@example.org");
        assert_eq!(claims["picture"], "https://pictures.example/ann.png");
        assert_eq!(claims["https://misw.jp/thumbnail"], "https://pictures.example/ann-small.png");
        assert_eq!(claims["locale"], "ja");
    }

    provider.will_sign_in(Account::new("oauth2|discord|2", "bob@example.org")).await;
    let (_, claims) = parts(&sign_in(&provider).await);
    assert_eq!((&claims["sub"], &claims["picture"]), (&json!("oauth2|discord|2"), &Value::Null));
}

#[tokio::test]
async fn an_address_can_be_at_userinfo_alone() {
    let Some(provider) = RealProvider::start(REDIRECT_URI) else { return };
    provider.will_sign_in(Account { email_only_in_userinfo: true, ..ann() }).await;
    let tokens = sign_in(&provider).await;
    let (_, claims) = parts(&tokens);
    assert_eq!((claims.get("email"), &claims["locale"]), (None, &json!("ja")));
    assert_eq!(userinfo(&provider, &tokens).await["email"], "ann@example.org");
}

#[tokio::test]
async fn a_code_is_taken_once_and_only_with_the_verifier_of_its_challenge() {
    let Some(provider) = RealProvider::start(REDIRECT_URI) else { return };
    provider.will_sign_in(ann()).await;
    let (code, _) = provider.authorize(&authorization_url(&provider).await).await;
    let (status, answer) = redeem(&provider, &code, &VERIFIER.to_lowercase()).await;
    assert_eq!((status, answer["error"].as_str()), (400, Some("invalid_grant")));
    let (code, _) = provider.authorize(&authorization_url(&provider).await).await;
    assert_eq!(redeem(&provider, &code, VERIFIER).await.0, 200);
    let (status, answer) = redeem(&provider, &code, VERIFIER).await;
    assert_eq!((status, answer["error"].as_str()), (400, Some("invalid_grant")));
}

#[tokio::test]
async fn another_key_signs_after_a_rotation_even_what_was_begun_before() {
    let Some(provider) = RealProvider::start(REDIRECT_URI) else { return };
    let keys = endpoint(&provider, "jwks_uri").await;
    provider.will_sign_in(ann()).await;
    let (before, _) = parts(&sign_in(&provider).await);
    assert_eq!(get(&keys).await["keys"][0]["kid"], before["kid"]);

    let (code, _) = provider.authorize(&authorization_url(&provider).await).await;
    provider.rotate_keys().await;
    let (status, tokens) = redeem(&provider, &code, VERIFIER).await;
    assert_eq!(status, 200, "{tokens}: {}", provider.log());
    let (after, _) = parts(&tokens);
    assert_ne!(before["kid"], after["kid"]);
    let keys = get(&keys).await;
    assert_eq!((&keys["keys"][0]["kid"], keys["keys"].as_array().map(Vec::len)), (&after["kid"], Some(1)));
}

#[tokio::test]
async fn a_browser_keeps_its_session_until_it_is_logged_out() {
    let Some(provider) = RealProvider::start(REDIRECT_URI) else { return };
    let url = authorization_url(&provider).await;
    provider.will_sign_in(ann()).await;
    let mut browser = provider.browser();
    let subject = async |code: &str| {
        let (_, tokens) = redeem(&provider, code, VERIFIER).await;
        parts(&tokens).1["sub"].as_str().map(str::to_owned)
    };
    let (code, _) = browser.authorize(&url).await;
    assert_eq!(subject(&code).await.as_deref(), Some("oauth2|discord|1"));

    provider.will_sign_in(Account::new("oauth2|discord|2", "bob@example.org")).await;
    let (code, _) = browser.authorize(&url).await;
    assert_eq!(subject(&code).await.as_deref(), Some("oauth2|discord|1"));

    let end = endpoint(&provider, "end_session_endpoint").await;
    let parameters =
        [("client_id", provider.client_id()), ("post_logout_redirect_uri", "http://portal.example/")];
    let logout_url = Url::parse_with_params(&end, parameters).expect("the endpoint is an address");
    assert_eq!(browser.log_out(logout_url.as_str()).await, "http://portal.example/");
    let (code, _) = browser.authorize(&url).await;
    assert_eq!(subject(&code).await.as_deref(), Some("oauth2|discord|2"));
    // Without a word on where to go, and without a session that could end, it stays at the provider.
    assert!(provider.browser().log_out(&end).await.starts_with(provider.issuer()));
}

#[tokio::test]
async fn a_provider_that_went_away_comes_back_at_the_same_address() {
    let Some(mut provider) = RealProvider::start(REDIRECT_URI) else { return };
    let keys = endpoint(&provider, "jwks_uri").await;
    let before = get(&keys).await;
    provider.stop();
    assert!(http().get(&keys).send().await.is_err_and(|error| error.is_connect()));
    provider.restart();
    assert_ne!(get(&keys).await["keys"][0]["kid"], before["keys"][0]["kid"]);
    provider.will_sign_in(ann()).await;
    sign_in(&provider).await;
}

/// The portal, as a client of the provider.
fn portal(provider: &RealProvider, clock: Arc<dyn Clock>) -> OidcProvider {
    let options = OidcOptions {
        issuer: provider.issuer().to_owned(),
        client_id: provider.client_id().to_owned(),
        client_secret: Some(ClientSecret::new(provider.client_secret())),
        redirect_url: REDIRECT_URI.to_owned(),
        logout: Logout::RpInitiated,
        avatar_claim: "picture".to_owned(),
        thumbnail_claim: "https://misw.jp/thumbnail".to_owned(),
        post_logout_redirect_uri: Some("http://portal.example/".to_owned()),
    };
    OidcProvider::new(options, clock).expect("the options are right")
}

async fn sign_in_at_portal(portal: &OidcProvider, provider: &RealProvider) -> ProvedIdentity {
    let challenge = challenge("a secret in a cookie");
    let url = portal.authorization_url(&challenge).await.expect("the provider is there");
    let (code, state) = provider.authorize(&url).await;
    assert!(challenge.has_state(&state));
    portal.redeem(&code, &challenge).await.unwrap_or_else(|error| panic!("{error}: {}", provider.log()))
}

#[tokio::test]
async fn the_portal_signs_people_in_there_over_a_change_of_keys_and_signs_them_out() {
    let Some(provider) = RealProvider::start(REDIRECT_URI) else { return };
    let clock = Arc::new(MovableClock::default());
    let portal = portal(&provider, Arc::<MovableClock>::clone(&clock));
    provider.will_sign_in(ann()).await;
    let identity = sign_in_at_portal(&portal, &provider).await;
    assert_eq!(
        (identity.issuer.as_str(), identity.subject.as_str()),
        (provider.issuer(), "oauth2|discord|1")
    );
    assert_eq!(
        (identity.address.as_deref(), identity.locale.as_deref()),
        (Some("ann@example.org"), Some("ja"))
    );
    let avatar = identity.avatar.expect("there are pictures");
    assert_eq!(avatar.url, "https://pictures.example/ann.png");
    assert_eq!(avatar.thumbnail_url, "https://pictures.example/ann-small.png");

    // The provider is not asked for its keys twice in a few seconds.
    clock.advance(TimeDelta::seconds(10));
    provider.rotate_keys().await;
    provider.will_sign_in(Account { email_only_in_userinfo: true, ..ann() }).await;
    let identity = sign_in_at_portal(&portal, &provider).await;
    assert_eq!(identity.address.as_deref(), Some("ann@example.org"));

    let logout_url = portal.logout_url().await.expect("the provider is there");
    assert_eq!(provider.browser().log_out(&logout_url).await, "http://portal.example/");
}
