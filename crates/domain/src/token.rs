//! Tokens: what the bearer holds, and what we keep of it (contract sections 2 and 10).

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::ports::Entropy;

/// Random bytes in every token: 256 bits, twice what contract O30 asks for.
const RANDOM_BYTES: usize = 32;

/// A token in clear, as its bearer shows it. Given out once, never stored, never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct PlainToken(Zeroizing<String>);

impl PlainToken {
    /// Makes a token: `prefix` and 43 characters of URL-safe base64 (contract O32, O40).
    #[must_use]
    pub fn generate(prefix: &str, entropy: &dyn Entropy) -> Self {
        let body = URL_SAFE_NO_PAD.encode(random(entropy).as_slice());
        Self(Zeroizing::new(format!("{prefix}{body}")))
    }

    /// Makes a token of 64 hexadecimal digits, the form of refresh tokens (contract section 2).
    #[must_use]
    pub fn generate_hex(entropy: &dyn Entropy) -> Self {
        Self(Zeroizing::new(hex::encode(random(entropy).as_slice())))
    }

    /// Takes what somebody presents as a token. Any text will do: only its digest is looked up.
    #[must_use]
    pub fn presented(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// What the store keeps and looks up.
    #[must_use]
    pub fn digest(&self) -> TokenDigest {
        TokenDigest(Sha256::digest(self.0.as_bytes()).into())
    }

    /// The clear text, for the answer or the letter that hands the token over.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

fn random(entropy: &dyn Entropy) -> Zeroizing<[u8; RANDOM_BYTES]> {
    let mut bytes = Zeroizing::new([0; RANDOM_BYTES]);
    entropy.fill(bytes.as_mut_slice());
    bytes
}

impl fmt::Debug for PlainToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlainToken(…)")
    }
}

/// SHA-256 of a token, 32 bytes: all that is ever stored of it, and what it is looked up by (contract section 10).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenDigest([u8; 32]);

impl TokenDigest {
    /// Takes a digest that was stored.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes at rest.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether it is the same digest, told in a time that does not depend on where two differ: for secrets that are
    /// compared here rather than looked up in an index.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }

    /// A digest that no token has: for records that only pretend to hold one, so that an unknown address cannot be told
    /// from a known one (contract O5).
    #[must_use]
    pub fn of_nothing(entropy: &dyn Entropy) -> Self {
        Self(*random(entropy))
    }
}

impl fmt::Debug for TokenDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenDigest({:02x}{:02x}…)", self.0[0], self.0[1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::mocks::CountingEntropy;

    #[test]
    fn a_token_has_its_prefix_and_is_safe_in_a_url() {
        let token = PlainToken::generate("hitkey_", &CountingEntropy::default());
        let body = token.reveal().strip_prefix("hitkey_").unwrap();
        assert_eq!(body.len(), 43);
        assert!(body.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'));
    }

    #[test]
    fn a_refresh_token_is_hexadecimal() {
        let token = PlainToken::generate_hex(&CountingEntropy::default());
        assert_eq!(token.reveal().len(), 64);
        assert!(token.reveal().chars().all(|c| c.is_ascii_hexdigit()));
    }

    #[test]
    fn a_token_is_never_printed() {
        let token = PlainToken::presented("hitkey_secret");
        assert_eq!(format!("{token:?}"), "PlainToken(…)");
        assert!(!format!("{:?}", token.digest()).contains("secret"));
    }

    #[test]
    fn equal_tokens_have_equal_digests_and_others_have_not() {
        let digest = PlainToken::presented("a").digest();
        assert_eq!(digest, PlainToken::presented("a").digest());
        assert_ne!(digest, PlainToken::presented("b").digest());
        assert!(digest.matches(&PlainToken::presented("a").digest()));
        assert!(!digest.matches(&PlainToken::presented("b").digest()));
    }
}
