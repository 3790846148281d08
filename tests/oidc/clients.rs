//! How the portal proves to the provider who it is.

use integration_tests::fake_provider::FakeProvider;
use portico_oidc::ClientSecret;
use serde_json::json;

use crate::portal::Portal;

/// The provider takes the secret in the ways it offers and in no other.
async fn sign_in_where(methods: serde_json::Value) {
    let provider = FakeProvider::start().await;
    provider.describe(&json!({ "token_endpoint_auth_methods_supported": methods }));
    Portal::of(provider, |_| {}).sign_in().await;
}

#[tokio::test]
async fn the_secret_goes_by_http_basic() {
    sign_in_where(json!(["client_secret_basic"])).await;
    sign_in_where(json!(["client_secret_post", "client_secret_basic"])).await;
    sign_in_where(json!(["private_key_jwt", "client_secret_basic"])).await;
}

#[tokio::test]
async fn the_secret_goes_by_the_body_where_only_that_is_offered() {
    sign_in_where(json!(["client_secret_post"])).await;
    sign_in_where(json!(["client_secret_jwt", "client_secret_post"])).await;
}

#[tokio::test]
async fn a_public_client_shows_no_secret() {
    let provider = FakeProvider::start_for_public_client().await;
    Portal::of(provider, |_| {}).sign_in().await;
}

#[tokio::test]
async fn a_wrong_secret_is_refused() {
    let provider = FakeProvider::start().await;
    let portal = Portal::of(provider, |options| options.client_secret = Some(ClientSecret::new("wrong")));
    assert_eq!(portal.refusal().await, "the provider answers invalid_client");
    let portal = Portal::of(FakeProvider::start().await, |options| options.client_secret = None);
    assert_eq!(portal.refusal().await, "the provider answers invalid_client");
}
