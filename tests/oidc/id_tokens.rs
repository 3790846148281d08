//! ID tokens that are not believed, and how far clocks may be apart.

use integration_tests::fake_provider::{Algorithm, Fault};
use serde_json::{Value, json};

use crate::portal::Portal;

const ANOTHER_ALGORITHM: &str = "the ID token is signed by an algorithm that is not allowed";
const ANOTHER_PARTY: &str = "the ID token was made for another party";
const UNREADABLE: &str = "the answer of the token endpoint is malformed at `.`";

/// Claims of somebody, and further ones.
fn claims(further: &Value) -> Value {
    let mut claims = json!({ "sub": "somebody", "email": "somebody@example.org" });
    claims.as_object_mut().unwrap().extend(further.as_object().unwrap().clone());
    claims
}

#[tokio::test]
async fn a_wrong_id_token_is_refused_and_the_next_right_one_is_not() {
    let portal = Portal::start().await;
    for (fault, reason) in [
        (Fault::WrongNonce, "the ID token has another nonce"),
        (Fault::NoNonce, "the ID token has another nonce"),
        (Fault::WrongIssuer, "the ID token is of another issuer"),
        (Fault::WrongAudience, "the ID token is for another audience"),
        (Fault::BadSignature, "the signature of the ID token is wrong"),
        (Fault::AlgNone, "the ID token is not signed"),
        (Fault::NoSignature, "the signature of the ID token is wrong"),
        (Fault::Hs256WithClientSecret, ANOTHER_ALGORITHM),
        (Fault::Hs256WithPublicKey, ANOTHER_ALGORITHM),
        (Fault::Expired, "the ID token is too old"),
        (Fault::FromTheFuture, "the ID token is from the future"),
        (Fault::UnknownKid, "the ID token is signed by a key that is not published"),
        (Fault::ForgedKid, "the signature of the ID token is wrong"),
        (Fault::Garbled, UNREADABLE),
        (Fault::Missing, "the provider gave no ID token"),
    ] {
        portal.provider.sign_with(fault);
        assert_eq!(portal.refusal().await, reason, "{fault:?}");
    }
    portal.provider.sign_well();
    portal.sign_in().await;
}

#[tokio::test]
async fn a_wrong_signature_of_rsa_is_refused() {
    let portal = Portal::start().await;
    portal.provider.sign_as(Algorithm::Rs256);
    for (fault, reason) in [
        (Fault::BadSignature, "the signature of the ID token is wrong"),
        (Fault::AlgNone, "the ID token is not signed"),
        (Fault::Hs256WithPublicKey, ANOTHER_ALGORITHM),
    ] {
        portal.provider.sign_with(fault);
        assert_eq!(portal.refusal().await, reason, "{fault:?}");
    }
}

#[tokio::test]
async fn the_clocks_may_be_a_minute_apart() {
    let portal = Portal::start().await;
    let now = 1_800_000_000;
    for (further, good) in [
        (json!({ "exp": now - 59 }), true),
        (json!({ "exp": now - 60 }), false),
        (json!({ "iat": now + 60 }), true),
        (json!({ "iat": now + 61 }), false),
        (json!({ "nbf": now + 60 }), true),
        (json!({ "nbf": now + 61 }), false),
        (json!({ "iat": now - 86_400 }), true),
    ] {
        portal.provider.will_say(claims(&further));
        let outcome = portal.try_to_sign_in().await;
        assert_eq!(outcome.is_ok(), good, "{further}: {outcome:?}");
    }
}

#[tokio::test]
async fn an_id_token_for_several_must_say_that_it_was_made_for_the_portal() {
    let portal = Portal::start().await;
    let own = portal.provider.client_id();
    for (further, refusal) in [
        (json!({ "aud": [own] }), None),
        (json!({ "aud": own, "azp": own }), None),
        (json!({ "aud": [own, "https://api.example"], "azp": own }), None),
        (json!({ "aud": ["https://api.example", own], "azp": own }), None),
        (json!({ "aud": [own, "https://api.example"] }), Some(ANOTHER_PARTY)),
        (json!({ "aud": [own, "https://api.example"], "azp": "another client" }), Some(ANOTHER_PARTY)),
        (json!({ "aud": own, "azp": "another client" }), Some(ANOTHER_PARTY)),
        (json!({ "aud": ["another client"], "azp": own }), Some("the ID token is for another audience")),
        (json!({ "aud": [] }), Some("the ID token is for another audience")),
        (json!({ "aud": null }), Some("the ID token is for another audience")),
    ] {
        portal.provider.will_say(claims(&further));
        match (portal.try_to_sign_in().await, refusal) {
            (Ok(_), None) => {}
            (outcome, Some(reason)) => assert_eq!(crate::portal::refused(outcome), reason, "{further}"),
            (outcome, None) => panic!("{further}: {outcome:?}"),
        }
    }
}

#[tokio::test]
async fn an_id_token_without_what_every_id_token_has_is_refused() {
    let portal = Portal::start().await;
    for missing in ["iss", "exp", "iat", "sub"] {
        portal.provider.will_say(claims(&json!({ missing: null })));
        assert_eq!(portal.refusal().await, UNREADABLE, "{missing}");
    }
    for further in [json!({ "exp": "soon" }), json!({ "sub": 5 }), json!({ "email": ["a@b.c"] })] {
        portal.provider.will_say(claims(&further));
        assert_eq!(portal.refusal().await, UNREADABLE, "{further}");
    }
}

#[tokio::test]
async fn a_subject_that_is_no_account_id_is_refused() {
    let portal = Portal::start().await;
    for sub in [String::new(), "a\nb".to_owned(), "x".repeat(256)] {
        portal.provider.will_say(claims(&json!({ "sub": sub })));
        let text = portal.refusal().await;
        assert_eq!(text, "the claim sub must be 1 to 255 bytes without control characters");
    }
    let longest = "x".repeat(255);
    portal.provider.will_say(claims(&json!({ "sub": longest })));
    assert_eq!(portal.sign_in().await.subject.as_str(), longest);
}
