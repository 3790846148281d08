//! Refresh tokens of the sign-up API.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use portico_domain::{id::SignupSessionId, ports::RefreshTokens, signup::SignupRefresh, token::PlainToken};
use ring::hmac;
use uuid::Uuid;

use crate::master_secret::{MasterSecret, REFRESH_TOKENS};

/// What every authenticated text begins with, so that it is taken for nothing else under the same key.
const LABEL: &[u8] = b"signup refresh v1";
/// Bytes of a session and a generation.
const NAMED_BYTES: usize = 20;
/// Bytes of an HMAC-SHA256.
const MAC_BYTES: usize = 32;
/// Bytes of a token before they are written as text.
const BYTES: usize = NAMED_BYTES + MAC_BYTES;
/// Characters of a token: its bytes in base64 without padding.
const CHARS: usize = (BYTES * 8).div_ceil(6);

/// The key that authenticates refresh tokens, made from the master secret. A token is the URL-safe base64 of the
/// session (16 bytes), the generation (4 bytes, the highest first) and the HMAC-SHA256 of both.
pub struct RefreshTokenKey(hmac::Key);

impl RefreshTokenKey {
    /// Derives the key.
    #[must_use]
    pub fn new(secret: &MasterSecret) -> Self {
        Self(secret.derive(REFRESH_TOKENS, hmac::HMAC_SHA256))
    }
}

fn named(refresh: SignupRefresh) -> [u8; NAMED_BYTES] {
    let mut named = [0; NAMED_BYTES];
    let (session, generation) = named.split_at_mut(16);
    session.copy_from_slice(refresh.session.uuid().as_bytes());
    generation.copy_from_slice(&refresh.generation.to_be_bytes());
    named
}

fn authenticated(named: &[u8]) -> Vec<u8> {
    [LABEL, named].concat()
}

impl RefreshTokens for RefreshTokenKey {
    fn derive(&self, refresh: SignupRefresh) -> PlainToken {
        let named = named(refresh);
        let mac = hmac::sign(&self.0, &authenticated(&named));
        PlainToken::presented(URL_SAFE_NO_PAD.encode([&named[..], mac.as_ref()].concat()))
    }

    fn recognise(&self, token: &PlainToken) -> Option<SignupRefresh> {
        let text = token.reveal();
        if text.len() != CHARS {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (named, mac) = bytes.split_first_chunk::<NAMED_BYTES>()?;
        // Compares in a time that does not depend on where two differ.
        hmac::verify(&self.0, &authenticated(named), mac).ok()?;
        let (session, generation) = named.split_first_chunk::<16>()?;
        Some(SignupRefresh {
            session: SignupSessionId::from_uuid(Uuid::from_bytes(*session)),
            generation: u32::from_be_bytes(generation.try_into().ok()?),
        })
    }
}

impl fmt::Debug for RefreshTokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshTokenKey(…)")
    }
}

#[cfg(test)]
mod tests;
