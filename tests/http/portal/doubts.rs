//! ID tokens that are not to be believed: each is refused with the same words, and the log says why.

use chrono::TimeDelta;
use integration_tests::{
    fake_provider::{Algorithm, Fault},
    portal::{Portal, claims_of, with},
};
use serde_json::{Value, json};

const REFUSED: &str = "failed to validate token";

/// What is wrong, and a word of the reason in the log. All in one test: the tests of a binary share one log.
const FAULTS: [(Fault, &str); 15] = [
    (Fault::WrongNonce, "nonce"),
    (Fault::NoNonce, "nonce"),
    (Fault::WrongIssuer, "issuer"),
    (Fault::WrongAudience, "audience"),
    (Fault::BadSignature, "signature"),
    (Fault::AlgNone, "not signed"),
    (Fault::NoSignature, "sign"),
    (Fault::Hs256WithClientSecret, "algorithm"),
    (Fault::Hs256WithPublicKey, "algorithm"),
    (Fault::Expired, "too old"),
    (Fault::FromTheFuture, "future"),
    (Fault::UnknownKid, "not published"),
    (Fault::ForgedKid, "signature"),
    (Fault::Garbled, "malformed"),
    (Fault::Missing, "no ID token"),
];

/// The lines of a log, from a place on, that warn and hold a word.
fn warnings(log: &str, from: usize, word: &str) -> Vec<String> {
    let lines = log.get(from..).unwrap_or_default().lines();
    let lines = lines.filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let warns = |line: &Value| matches!(line["level"].as_str(), Some("WARN" | "ERROR"));
    lines.filter(warns).map(|line| line.to_string()).filter(|line| line.contains(word)).collect()
}

async fn try_out(portal: &Portal, claims: Value, what: &str, word: &str) {
    let browser = portal.browser();
    let (code, state) = portal.begin(&browser, claims).await;
    let before = portal.server.log().len();
    let answer = browser.post("/api/public/callback", json!({ "code": code, "state": state })).await;
    assert_eq!((what, answer.status), (what, 400), "{}", answer.text);
    answer.expect_problem(400, REFUSED);
    let told = warnings(&portal.server.log(), before, word);
    assert!(!told.is_empty(), "{what}: the log does not say {word}");
}

#[tokio::test]
async fn each_faulty_id_token_is_refused_and_the_log_says_why() {
    let portal = Portal::start().await;
    for algorithm in [Algorithm::Es256, Algorithm::Rs256] {
        portal.provider.sign_as(algorithm);
        // There is one key of RSA in the tests, so that it cannot be forged.
        let faults = FAULTS.iter().filter(|(fault, _)| {
            algorithm != Algorithm::Rs256 || !matches!(fault, Fault::ForgedKid | Fault::UnknownKid)
        });
        for (fault, word) in faults {
            // The keys are asked for again every five seconds at most.
            portal.server.clock.advance(TimeDelta::seconds(6));
            portal.provider.sign_with(*fault);
            try_out(&portal, claims_of("ann"), &format!("{algorithm:?} {fault:?}"), word).await;
        }
    }
    portal.provider.sign_well();
    for (claims, word) in [
        (json!({ "aud": [portal.provider.client_id(), "another"] }), "party"),
        (json!({ "azp": "another" }), "party"),
        (json!({ "sub": "" }), "sub"),
        (json!({ "sub": null }), "malformed"),
        (json!({ "iss": null }), "malformed"),
        (json!({ "exp": null }), "malformed"),
    ] {
        let what = claims.to_string();
        try_out(&portal, with(claims_of("ann"), claims), &what, word).await;
    }
    let tables = portal.server.tables();
    assert_eq!((tables.count("sessions", "1 = 1"), tables.count("pending_signins", "1 = 1")), (0, 0));

    let browser = portal.browser();
    portal.come_back(&browser, claims_of("ann")).await.expect_ok(&["has_account"]);
    portal.stop().await;
}

#[tokio::test]
async fn whoever_has_an_account_gets_no_session_by_a_faulty_id_token() {
    let portal = Portal::start().await;
    let ann = portal.sign_up("ann").await;
    let sessions = || portal.server.tables().count("sessions", "kind = 'portal'");
    let before = sessions();
    for fault in [Fault::Hs256WithPublicKey, Fault::ForgedKid] {
        portal.provider.sign_with(fault);
        let browser = portal.browser();
        let answer = portal.come_back(&browser, claims_of("ann")).await;
        answer.expect_problem(400, REFUSED);
        assert_eq!(
            (answer.cookies().iter().any(|cookie| !cookie.value.is_empty()), sessions()),
            (false, before)
        );
    }
    assert_eq!(ann.browser.get("/api/private/profile").await.status, 200);
    portal.stop().await;
}

#[tokio::test]
async fn other_keys_of_the_provider_are_followed() {
    let portal = Portal::start().await;
    let _ = portal.sign_up("ann").await;
    for change in [0, 1, 2, 3] {
        // The keys are asked for again every five seconds at most.
        portal.server.clock.advance(TimeDelta::seconds(6));
        match change {
            0 => portal.provider.rotate_keys(),
            1 => portal.provider.add_key(),
            2 => portal.provider.replace_key_under_its_name(),
            _ => portal.provider.sign_as(Algorithm::EdDsa),
        }
        let _ = portal.sign_in_as("ann").await;
    }
    portal.stop().await;
}
