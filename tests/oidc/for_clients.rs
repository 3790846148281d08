//! Codes that a client got by itself.

use chrono::TimeDelta;
use integration_tests::fake_provider::{Algorithm, Endpoint, FakeProvider, Fault};
use portico_domain::{
    external_identity::ProvedIdentity,
    ports::{IdentityProvider as _, IdentityProviderError},
    profile::Avatar,
};
use serde_json::json;

use crate::portal::{Portal, challenge, refused, unavailable};

/// Not the one of the portal; the provider takes it to the letter.
const REDIRECT_URI: &str = "https://app.example/signed in/?from=Provider";

async fn redeem(portal: &Portal, code: &str) -> Result<ProvedIdentity, IdentityProviderError> {
    portal.oidc.redeem_for_client(portal.provider.client_id(), code, REDIRECT_URI).await
}

/// Signs in at an application, which brings the code to the portal.
async fn try_to_sign_in(portal: &Portal) -> Result<ProvedIdentity, IdentityProviderError> {
    let code = portal.provider.authorize_at_client(REDIRECT_URI, None);
    redeem(portal, &code).await
}

#[tokio::test]
async fn whoever_signs_in_at_a_client_is_who_the_provider_says() {
    let portal = Portal::start().await;
    portal.provider.will_say(json!({
        "sub": "oauth2|discord|1234",
        "email": "Ann@Example.org",
        "picture": "https://pictures.example/ann.png",
        "https://misw.jp/thumbnail": "https://pictures.example/ann-small.png",
        "locale": "ja",
    }));
    // A nonce of the client is for the client to know.
    for nonce in [None, Some("a nonce of the client")] {
        let code = portal.provider.authorize_at_client(REDIRECT_URI, nonce);
        let identity = redeem(&portal, &code).await.unwrap();
        assert_eq!(identity.issuer, portal.provider.issuer());
        assert_eq!(identity.subject.as_str(), "oauth2|discord|1234");
        assert_eq!(identity.address.as_deref(), Some("Ann@Example.org"));
        let url = "https://pictures.example/ann.png".to_owned();
        let thumbnail_url = "https://pictures.example/ann-small.png".to_owned();
        assert_eq!(identity.avatar, Some(Avatar { url, thumbnail_url }));
        assert_eq!(identity.locale.as_deref(), Some("ja"));
    }
    portal.sign_in().await;
}

#[tokio::test]
async fn an_address_that_the_id_token_lacks_is_asked_for_at_userinfo() {
    let portal = Portal::start().await;
    portal.provider.will_say(json!({ "sub": "somebody" }));
    portal.provider.will_say_at_userinfo(json!({ "sub": "somebody", "email": "somebody@example.org" }));
    let identity = try_to_sign_in(&portal).await.unwrap();
    assert_eq!(identity.address.as_deref(), Some("somebody@example.org"));
}

#[tokio::test]
async fn the_code_of_a_client_goes_with_the_secret_of_the_portal_or_with_none() {
    let provider = FakeProvider::start().await;
    provider.describe(&json!({ "token_endpoint_auth_methods_supported": ["client_secret_post"] }));
    try_to_sign_in(&Portal::of(provider, |_| {})).await.unwrap();
    let provider = FakeProvider::start_for_public_client().await;
    try_to_sign_in(&Portal::of(provider, |_| {})).await.unwrap();
    let portal = Portal::of(FakeProvider::start().await, |options| options.client_secret = None);
    assert_eq!(refused(try_to_sign_in(&portal).await), "the provider answers invalid_client");
}

#[tokio::test]
async fn a_code_that_nobody_gave_or_that_was_taken_is_refused() {
    let portal = Portal::start().await;
    let taken = portal.provider.authorize_at_client(REDIRECT_URI, None);
    redeem(&portal, &taken).await.unwrap();
    for code in [&taken, "", "x", "a&client_id=b", "a\r\nX-Header: b", "コード", &"x".repeat(100_000)] {
        assert_eq!(refused(redeem(&portal, code).await), "the provider answers invalid_grant");
    }
}

#[tokio::test]
async fn the_name_of_another_client_is_refused_and_the_provider_not_asked() {
    let portal = Portal::start().await;
    let code = portal.provider.authorize_at_client(REDIRECT_URI, None);
    for client_id in ["", "the portal", "THE+PORTAL", "the+portal ", "the+portal\0", "another client"] {
        let redeemed = portal.oidc.redeem_for_client(client_id, &code, REDIRECT_URI).await;
        assert_eq!(refused(redeemed), "the sign-in began at another client", "{client_id:?}");
    }
    assert_eq!(portal.provider.requests_to(Endpoint::Discovery), 0);
    redeem(&portal, &code).await.unwrap();
}

#[tokio::test]
async fn the_redirect_uri_must_be_the_one_that_the_client_named() {
    let portal = Portal::start().await;
    let redeem_at = async |redirect_uri: &str| {
        let code = portal.provider.authorize_at_client(REDIRECT_URI, None);
        let client_id = portal.provider.client_id();
        refused(portal.oidc.redeem_for_client(client_id, &code, redirect_uri).await)
    };
    for other in [
        portal.provider.redirect_url(),
        "https://app.example/signed%20in/?from=Provider",
        "https://app.example/signed in/?from=provider",
        "app.example:/signed in",
    ] {
        assert_eq!(redeem_at(other).await, "the provider answers invalid_grant", "{other}");
    }
    for none in ["", "/signed in", "app.example", "https://"] {
        assert_eq!(redeem_at(none).await, "the redirect URL of the client is not an address", "{none}");
    }
    let of_an_app = "com.example.app:/callback";
    let code = portal.provider.authorize_at_client(of_an_app, None);
    portal.oidc.redeem_for_client(portal.provider.client_id(), &code, of_an_app).await.unwrap();
}

#[tokio::test]
async fn a_code_of_the_portal_is_of_no_use_to_a_client_nor_the_other_way_round() {
    let portal = Portal::start().await;
    let (client_id, redirect_url) = (portal.provider.client_id(), portal.provider.redirect_url());
    let challenge = challenge("a secret in a cookie");
    let code = portal.authorize(&challenge).await;
    let redeemed = portal.oidc.redeem_for_client(client_id, &code, redirect_url).await;
    assert_eq!(refused(redeemed), "the provider answers invalid_grant");
    let code = portal.provider.authorize_at_client(redirect_url, Some(challenge.nonce()));
    let redeemed = portal.oidc.redeem(&code, &challenge).await;
    assert_eq!(refused(redeemed), "the provider answers invalid_grant");
}

#[tokio::test]
async fn an_id_token_for_a_client_is_believed_as_one_for_the_portal_but_for_its_nonce() {
    let portal = Portal::start().await;
    let another_algorithm = "the ID token is signed by an algorithm that is not allowed";
    for (fault, reason) in [
        (Fault::WrongIssuer, "the ID token is of another issuer"),
        (Fault::WrongAudience, "the ID token is for another audience"),
        (Fault::BadSignature, "the signature of the ID token is wrong"),
        (Fault::AlgNone, "the ID token is not signed"),
        (Fault::NoSignature, "the signature of the ID token is wrong"),
        (Fault::Hs256WithClientSecret, another_algorithm),
        (Fault::Hs256WithPublicKey, another_algorithm),
        (Fault::Expired, "the ID token is too old"),
        (Fault::FromTheFuture, "the ID token is from the future"),
        (Fault::UnknownKid, "the ID token is signed by a key that is not published"),
        (Fault::ForgedKid, "the signature of the ID token is wrong"),
        (Fault::Garbled, "the answer of the token endpoint is malformed at `.`"),
        (Fault::Missing, "the provider gave no ID token"),
    ] {
        portal.provider.sign_with(fault);
        assert_eq!(refused(try_to_sign_in(&portal).await), reason, "{fault:?}");
    }
    for fault in [Fault::WrongNonce, Fault::NoNonce] {
        portal.provider.sign_with(fault);
        try_to_sign_in(&portal).await.unwrap();
    }
    portal.provider.sign_well();
    let own = portal.provider.client_id();
    portal.provider.will_say(json!({ "sub": "somebody", "aud": [own, "another"], "azp": "another" }));
    let reason = "the ID token was made for another party";
    assert_eq!(refused(try_to_sign_in(&portal).await), reason);
}

#[tokio::test]
async fn a_change_of_keys_is_followed() {
    let portal = Portal::start().await;
    try_to_sign_in(&portal).await.unwrap();
    portal.provider.rotate_keys();
    try_to_sign_in(&portal).await.unwrap();
    portal.clock.advance(TimeDelta::seconds(5));
    portal.provider.sign_as(Algorithm::EdDsa);
    try_to_sign_in(&portal).await.unwrap();
}

#[tokio::test]
async fn a_provider_that_is_away_refuses_nobody() {
    let portal = Portal::start().await;
    portal.provider.fails(Endpoint::Discovery, 500);
    unavailable(try_to_sign_in(&portal).await);
    portal.provider.recovers();
    portal.clock.advance(TimeDelta::seconds(1));
    for status in [500, 503, 429] {
        portal.provider.fails(Endpoint::Token, status);
        let text = unavailable(try_to_sign_in(&portal).await);
        assert!(text.contains(&format!("/token: answers {status}")), "{text}");
    }
    portal.provider.hangs(Endpoint::Token);
    let text = unavailable(try_to_sign_in(&portal).await);
    assert!(text.ends_with("/token: no answer within 2000 ms"), "{text}");
    portal.provider.recovers();
    try_to_sign_in(&portal).await.unwrap();
}
