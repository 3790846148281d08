//! Access tokens of the sign-up API.

use std::fmt;

use chrono::{DateTime, Utc};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode,
    errors::Result as JwtResult,
    jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash},
};
use portico_domain::{
    id::{SignupId, SignupSessionId},
    ports::{AccessClaims, AccessTokenError, AccessTokens},
    token::PlainToken,
};
use ring::hkdf;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::master_secret::{ACCESS_TOKENS, MasterSecret};

/// Bytes of an Ed25519 private key.
const SEED_BYTES: usize = 32;
/// The most bytes of a text that is read as a token. The longest token that is given out has less.
const MAX_BYTES: usize = 8 * 1024;
/// What PKCS #8 puts before an Ed25519 private key (RFC 8410 section 7).
const PKCS8_HEAD: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// The claims in the order in which they are written.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Claims {
    id: i64,
    auth_provider_identifier: String,
    user_identifier: String,
    user_agent: String,
    iat: i64,
    exp: i64,
    sid: String,
}

/// The private key of Ed25519.
struct Seed(Zeroizing<[u8; SEED_BYTES]>);

impl From<hkdf::Okm<'_, hkdf::Algorithm>> for Seed {
    fn from(material: hkdf::Okm<'_, hkdf::Algorithm>) -> Self {
        let mut seed = Zeroizing::new([0; SEED_BYTES]);
        let filled = material.fill(seed.as_mut_slice());
        assert!(filled.is_ok(), "HKDF-SHA256 was asked for as many bytes as a seed has");
        Self(seed)
    }
}

/// The key that signs access tokens: Ed25519, made from the master secret, so that every server that has the secret
/// signs and reads the same tokens. Its `kid` is its thumbprint (RFC 7638).
pub struct AccessTokenKey {
    encoding: EncodingKey,
    decoding: DecodingKey,
    /// The header of every token; a token with another one is none of ours.
    header: Header,
    validation: Validation,
    key_set: String,
}

impl AccessTokenKey {
    /// Derives the key.
    #[must_use]
    pub fn new(secret: &MasterSecret) -> Self {
        let Seed(seed) = secret.derive::<Seed, _>(ACCESS_TOKENS, hkdf::HKDF_SHA256);
        let Ok(key) = Self::from_seed(&seed) else { unreachable!("any 32 bytes are an Ed25519 key") };
        key
    }

    fn from_seed(seed: &[u8; SEED_BYTES]) -> JwtResult<Self> {
        let mut der = Zeroizing::new([0; PKCS8_HEAD.len() + SEED_BYTES]);
        der[..PKCS8_HEAD.len()].copy_from_slice(&PKCS8_HEAD);
        der[PKCS8_HEAD.len()..].copy_from_slice(seed);
        let encoding = EncodingKey::from_ed_der(der.as_slice());

        let mut jwk = Jwk::from_encoding_key(&encoding, Algorithm::EdDSA)?;
        let kid = jwk.thumbprint(ThumbprintHash::SHA256)?;
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        jwk.common.key_id = Some(kid.clone());
        let decoding = DecodingKey::from_jwk(&jwk)?;
        let key_set = serde_json::to_string(&JwkSet { keys: vec![jwk] })?;

        let header = Header { kid: Some(kid), ..Header::new(Algorithm::EdDSA) };
        // The library looks at the clock of the machine; whether a token's time is over is told by the caller's.
        let validation = Validation { validate_exp: false, ..Validation::new(Algorithm::EdDSA) };
        Ok(Self { encoding, decoding, header, validation, key_set })
    }

    fn claims(&self, token: &PlainToken) -> Option<AccessClaims> {
        let text = token.reveal();
        if text.len() > MAX_BYTES {
            return None;
        }
        let read = decode::<Claims>(text, &self.decoding, &self.validation).ok()?;
        if read.header != self.header {
            return None;
        }
        let claims = read.claims;
        Some(AccessClaims {
            session: SignupSessionId::from_uuid(Uuid::try_parse(&claims.sid).ok()?),
            signup: SignupId::from_number(claims.id),
            provider: claims.auth_provider_identifier,
            login: claims.user_identifier,
            user_agent: claims.user_agent,
            issued_at: DateTime::from_timestamp(claims.iat, 0)?,
            expires_at: DateTime::from_timestamp(claims.exp, 0)?,
        })
    }
}

impl AccessTokens for AccessTokenKey {
    fn sign(&self, claims: &AccessClaims) -> PlainToken {
        let claims = Claims {
            id: claims.signup.number(),
            auth_provider_identifier: claims.provider.clone(),
            user_identifier: claims.login.clone(),
            user_agent: claims.user_agent.clone(),
            iat: claims.issued_at.timestamp(),
            exp: claims.expires_at.timestamp(),
            sid: claims.session.to_string(),
        };
        let signed = encode(&self.header, &claims, &self.encoding);
        let Ok(token) = signed else {
            unreachable!("texts and numbers are JSON, and the key is one of Ed25519")
        };
        PlainToken::presented(token)
    }

    fn read(&self, token: &PlainToken, now: DateTime<Utc>) -> Result<AccessClaims, AccessTokenError> {
        self.claims(token).filter(|claims| now < claims.expires_at).ok_or(AccessTokenError)
    }

    fn key_set(&self) -> String {
        self.key_set.clone()
    }
}

impl fmt::Debug for AccessTokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessTokenKey").field("kid", &self.header.kid).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
