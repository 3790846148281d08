//! ID tokens, right and wrong ones.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::hmac;
use serde_json::{Value, json};

use super::{CLIENT_ID, CLIENT_SECRET, Grant, State, keys::SigningKey, merge};

/// How long an ID token is good for, in seconds.
const LIFETIME: i64 = 300;
/// More seconds than any clock may be wrong by.
const LONG: i64 = 3600;

/// What is wrong with an ID token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It repeats another nonce.
    WrongNonce,
    /// It repeats no nonce.
    NoNonce,
    /// It is of another issuer.
    WrongIssuer,
    /// It is for another client.
    WrongAudience,
    /// One bit of its signature is wrong.
    BadSignature,
    /// It is not signed, and says so.
    AlgNone,
    /// It is not signed, though it says that it is.
    NoSignature,
    /// It is signed by the secret of the client.
    Hs256WithClientSecret,
    /// It is signed by the public key, as if that were a secret.
    Hs256WithPublicKey,
    /// Its time is over.
    Expired,
    /// Its time has not come.
    FromTheFuture,
    /// It is signed by a key that is not published, and says which.
    UnknownKid,
    /// It is signed by a key that is not published, under the name of one that is.
    ForgedKid,
    /// It is no token at all.
    Garbled,
    /// There is none.
    Missing,
}

/// The ID token of a sign-in; nothing when that is its fault.
pub(super) fn id_token(state: &State, grant: &Grant) -> Option<String> {
    let key = state.keys.last().expect("there is a key");
    let mut header = json!({ "typ": "JWT", "alg": key.algorithm.name(), "kid": key.kid });
    let claims = claims(state, grant);
    let token = match state.fault {
        Some(Fault::Missing) => return None,
        Some(Fault::Garbled) => "not.a.token".to_owned(),
        Some(Fault::AlgNone) => {
            header["alg"] = json!("none");
            assemble(&header, &claims, |_| Vec::new())
        }
        Some(Fault::NoSignature) => assemble(&header, &claims, |_| Vec::new()),
        Some(Fault::Hs256WithClientSecret) => by_secret(&mut header, &claims, CLIENT_SECRET.as_bytes()),
        Some(Fault::Hs256WithPublicKey) => by_secret(&mut header, &claims, key.public()),
        Some(Fault::BadSignature) => assemble(&header, &claims, |message| {
            let mut signature = key.sign(message);
            signature[7] ^= 1;
            signature
        }),
        Some(fault @ (Fault::UnknownKid | Fault::ForgedKid)) => {
            let other = SigningKey::generate(key.algorithm, "nobody-knows-me".to_owned());
            if fault == Fault::UnknownKid {
                header["kid"] = json!(other.kid);
            }
            assemble(&header, &claims, |message| other.sign(message))
        }
        _ => assemble(&header, &claims, |message| key.sign(message)),
    };
    Some(token)
}

fn claims(state: &State, grant: &Grant) -> Value {
    let now = state.clock.now().timestamp();
    let mut claims = json!({
        "iss": state.issuer,
        "aud": CLIENT_ID,
        "iat": now,
        "exp": now + LIFETIME,
    });
    merge(&mut claims, &json!({ "nonce": grant.nonce }));
    merge(&mut claims, &grant.claims);
    let wrong = match state.fault {
        Some(Fault::WrongNonce) => json!({ "nonce": "another nonce" }),
        Some(Fault::NoNonce) => json!({ "nonce": null }),
        // Only the slash at its end is missing.
        Some(Fault::WrongIssuer) => json!({ "iss": state.issuer.trim_end_matches('/') }),
        Some(Fault::WrongAudience) => json!({ "aud": "another client" }),
        Some(Fault::Expired) => json!({ "iat": now - LONG - LIFETIME, "exp": now - LONG }),
        Some(Fault::FromTheFuture) => json!({ "iat": now + LONG, "exp": now + LONG + LIFETIME }),
        _ => json!({}),
    };
    merge(&mut claims, &wrong);
    claims
}

fn by_secret(header: &mut Value, claims: &Value, secret: &[u8]) -> String {
    header["alg"] = json!("HS256");
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    assemble(header, claims, |message| hmac::sign(&key, message).as_ref().to_vec())
}

fn assemble(header: &Value, claims: &Value, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let signature = URL_SAFE_NO_PAD.encode(sign(message.as_bytes()));
    format!("{message}.{signature}")
}
