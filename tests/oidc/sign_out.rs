//! Where a session at the provider ends.

use integration_tests::fake_provider::{Endpoint, FakeProvider};
use portico_domain::ports::IdentityProvider as _;
use portico_oidc::{Logout, OidcOptions};
use serde_json::json;

use crate::portal::{Portal, unavailable};

fn rp_initiated(options: &mut OidcOptions) {
    options.logout = Logout::RpInitiated;
}

#[tokio::test]
async fn at_auth0_it_ends_below_the_issuer_whether_or_not_the_provider_is_there() {
    let portal = Portal::start().await;
    let url = portal.oidc.logout_url().await.unwrap();
    assert_eq!(url, format!("{}v2/logout?client_id=the%2Bportal", portal.provider.issuer()));
    assert_eq!(portal.provider.requests_to(Endpoint::Discovery), 0);

    for (issuer, expected) in [
        ("https://misw.jp.auth0.com", "https://misw.jp.auth0.com/v2/logout?client_id=the%2Bportal"),
        ("https://misw.jp/auth/", "https://misw.jp/auth/v2/logout?client_id=the%2Bportal"),
        ("https://misw.jp/auth", "https://misw.jp/auth/v2/logout?client_id=the%2Bportal"),
    ] {
        let portal = Portal::of(FakeProvider::start().await, |options| options.issuer = issuer.to_owned());
        assert_eq!(portal.oidc.logout_url().await.unwrap(), expected);
    }
}

#[tokio::test]
async fn elsewhere_it_ends_where_the_provider_says() {
    let portal = Portal::of(FakeProvider::start().await, rp_initiated);
    let url = portal.oidc.logout_url().await.unwrap();
    assert_eq!(url, format!("{}session/end?client_id=the%2Bportal", portal.provider.issuer()));

    let portal = Portal::of(FakeProvider::start().await, |options| {
        rp_initiated(options);
        options.post_logout_redirect_uri = Some("https://portal.example/bye?x=1".to_owned());
    });
    let url = portal.oidc.logout_url().await.unwrap();
    let back = "post_logout_redirect_uri=https%3A%2F%2Fportal.example%2Fbye%3Fx%3D1";
    assert_eq!(url, format!("{}session/end?client_id=the%2Bportal&{back}", portal.provider.issuer()));
}

#[tokio::test]
async fn a_provider_that_ends_no_sessions_says_so() {
    let provider = FakeProvider::start().await;
    provider.describe(&json!({ "end_session_endpoint": null }));
    let portal = Portal::of(provider, rp_initiated);
    assert_eq!(unavailable(portal.oidc.logout_url().await), "its description names no end_session_endpoint");
    portal.sign_in().await;
}

#[tokio::test]
async fn nothing_is_known_of_the_end_while_the_provider_is_away() {
    let portal = Portal::of(FakeProvider::start().await, rp_initiated);
    portal.provider.fails(Endpoint::Discovery, 503);
    unavailable(portal.oidc.logout_url().await);
}
