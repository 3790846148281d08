//! Keys that the provider changes.

use chrono::TimeDelta;
use integration_tests::fake_provider::{Algorithm, Endpoint, Fault};
use portico_domain::ports::IdentityProvider as _;

use crate::portal::{Portal, challenge, unavailable};

#[tokio::test]
async fn a_change_of_keys_is_followed_at_once() {
    let portal = Portal::start().await;
    portal.sign_in().await;
    assert_eq!(portal.provider.requests_to(Endpoint::Keys), 1, "they came with the description");
    portal.provider.rotate_keys();
    portal.sign_in().await;
    assert_eq!(portal.provider.requests_to(Endpoint::Keys), 2);
    portal.sign_in().await;
    assert_eq!(portal.provider.requests_to(Endpoint::Keys), 2, "the new ones are kept");
    assert_eq!(portal.provider.requests_to(Endpoint::Discovery), 1);
}

#[tokio::test]
async fn a_key_beside_the_old_ones_and_one_of_another_algorithm_are_found() {
    let portal = Portal::start().await;
    portal.sign_in().await;
    portal.provider.add_key();
    portal.sign_in().await;
    portal.clock.advance(TimeDelta::seconds(5));
    portal.provider.sign_as(Algorithm::EdDsa);
    portal.sign_in().await;
}

#[tokio::test]
async fn a_key_that_was_replaced_under_its_name_is_found() {
    let portal = Portal::start().await;
    portal.sign_in().await;
    portal.provider.replace_key_under_its_name();
    portal.sign_in().await;
    assert_eq!(portal.provider.requests_to(Endpoint::Keys), 2);
}

#[tokio::test]
async fn keys_are_asked_for_again_once_in_five_seconds_at_most() {
    let portal = Portal::start().await;
    portal.provider.sign_with(Fault::UnknownKid);
    for _ in 0..3 {
        portal.refusal().await;
    }
    assert_eq!(portal.provider.requests_to(Endpoint::Keys), 2);
    portal.clock.advance(TimeDelta::milliseconds(4_999));
    portal.refusal().await;
    assert_eq!(portal.provider.requests_to(Endpoint::Keys), 2);
    portal.clock.advance(TimeDelta::milliseconds(1));
    portal.refusal().await;
    assert_eq!(portal.provider.requests_to(Endpoint::Keys), 3);
}

#[tokio::test]
async fn many_who_come_after_a_change_of_keys_all_sign_in() {
    let portal = Portal::start().await;
    let challenge = challenge("a secret in a cookie");
    portal.sign_in().await;
    portal.provider.rotate_keys();
    let mut codes = Vec::new();
    for _ in 0..8 {
        codes.push(portal.authorize(&challenge).await);
    }
    let redeem = |n: usize| portal.oidc.redeem(&codes[n], &challenge);
    let all =
        tokio::join!(redeem(0), redeem(1), redeem(2), redeem(3), redeem(4), redeem(5), redeem(6), redeem(7));
    for outcome in <[_; 8]>::from(all) {
        outcome.unwrap();
    }
    assert_eq!(portal.provider.requests_to(Endpoint::Keys), 2, "one of them asked");
}

#[tokio::test]
async fn keys_that_cannot_be_had_are_no_fault_of_the_token() {
    let portal = Portal::start().await;
    portal.sign_in().await;
    portal.provider.rotate_keys();
    portal.provider.fails(Endpoint::Keys, 500);
    let text = unavailable(portal.try_to_sign_in().await);
    assert!(text.ends_with("/keys: answers 500 Internal Server Error"), "{text}");
    portal.provider.recovers();
    assert_eq!(unavailable(portal.try_to_sign_in().await), text, "it is too early to ask again");
    portal.clock.advance(TimeDelta::seconds(5));
    portal.sign_in().await;
}

#[tokio::test]
async fn a_token_that_the_known_keys_have_signed_needs_no_others() {
    let portal = Portal::start().await;
    portal.sign_in().await;
    portal.provider.fails(Endpoint::Keys, 500);
    portal.sign_in().await;
}
