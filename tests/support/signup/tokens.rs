//! Access tokens, as whoever trusts the published keys reads them.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{ED25519, UnparsedPublicKey};
use serde_json::Value;

use crate::client::Client;

/// A JSON Web Token in its parts.
#[derive(Clone, Debug)]
pub struct Jwt {
    /// Its head.
    pub header: Value,
    /// What it says.
    pub claims: Value,
    signed: String,
    signature: Vec<u8>,
}

impl Jwt {
    /// Takes a token apart.
    ///
    /// # Panics
    /// When it is none.
    #[track_caller]
    #[must_use]
    pub fn read(token: &str) -> Self {
        let (signed, signature) = token.rsplit_once('.').expect("a token has three parts");
        let (header, claims) = signed.split_once('.').expect("a token has three parts");
        let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part).expect("a part is base64");
        let json = |part: &str| serde_json::from_slice(&bytes(part)).expect("a part is JSON");
        Self {
            header: json(header),
            claims: json(claims),
            signed: signed.to_owned(),
            signature: bytes(signature),
        }
    }

    /// Whether this published key signed it.
    ///
    /// # Panics
    /// When the key is none of Ed25519.
    #[must_use]
    pub fn is_signed_by(&self, key: &Value) -> bool {
        assert_eq!((&key["kty"], &key["crv"]), (&"OKP".into(), &"Ed25519".into()));
        let x = key["x"].as_str().expect("a key has a point");
        let x = URL_SAFE_NO_PAD.decode(x).expect("a point is base64");
        UnparsedPublicKey::new(&ED25519, x).verify(self.signed.as_bytes(), &self.signature).is_ok()
    }
}

/// The published keys.
///
/// # Panics
/// When there are none.
pub async fn key_set(client: &Client) -> Vec<Value> {
    let body = client.get("/.well-known/jwks.json").await.expect(200);
    body["keys"].as_array().expect("a key set has keys").clone()
}
