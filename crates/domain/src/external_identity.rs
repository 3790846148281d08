//! Who somebody is at an OpenID Connect provider, and the way from there into the portal (portal contract section 6).

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::{
    email::EmailAddress,
    profile::Avatar,
    token::{PlainToken, TokenDigest},
};

/// How long somebody may take at the provider; the life of the cookie that his browser holds meanwhile.
pub const ATTEMPT_LIFETIME: TimeDelta = TimeDelta::seconds(300);
/// How long a newcomer who signed in at the provider may take to fill in the form.
pub const PENDING_LIFETIME: TimeDelta = TimeDelta::hours(1);
/// The most bytes of an account id.
const MAX_SUBJECT: usize = 255;

/// A name at a provider is empty, longer than 255 bytes, or holds control characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 255 bytes without control characters")]
pub struct SubjectError;

/// What a provider calls somebody: unique there and never given to anybody else. The portal's `account_id`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Subject(String);

impl Subject {
    /// Takes a name as the provider, or the operator, gives it.
    ///
    /// # Errors
    /// When it is empty, longer than 255 bytes, or holds control characters.
    pub fn parse(text: &str) -> Result<Self, SubjectError> {
        let fits = (1..=MAX_SUBJECT).contains(&text.len()) && !text.chars().any(char::is_control);
        fits.then(|| Self(text.to_owned())).ok_or(SubjectError)
    }

    /// The name, as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Who somebody is at a provider. The pair belongs to one person in the house, and is never linked to him by a mail
/// address alone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ExternalIdentity {
    /// The provider. Nothing when the operator named the account while no provider was set: then it is one of
    /// whichever provider is set, and bound to it by the first sign-in.
    pub issuer: Option<String>,
    /// The name there.
    pub subject: Subject,
}

/// What a provider says, under its signature, of whoever has just signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvedIdentity {
    /// The provider.
    pub issuer: String,
    /// Who signed in.
    pub subject: Subject,
    /// His address, as the provider has it; nobody has looked at it yet.
    pub address: Option<String>,
    /// His pictures, when the provider has both.
    pub avatar: Option<Avatar>,
    /// The language he reads, as a tag such as `ja`.
    pub locale: Option<String>,
}

/// What binds one sign-in at the provider to one browser. All three are derived from a secret that only this browser
/// holds, and tell nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Challenge {
    state: String,
    nonce: String,
    verifier: Zeroizing<String>,
}

impl Challenge {
    /// What belongs to the secret in a browser's cookie.
    #[must_use]
    pub fn of(secret: &PlainToken) -> Self {
        Self {
            state: derived("state", secret),
            nonce: derived("nonce", secret),
            verifier: Zeroizing::new(derived("verifier", secret)),
        }
    }

    /// The `state` of the request, which comes back with the code.
    #[must_use]
    pub fn state(&self) -> &str {
        &self.state
    }

    /// The `nonce` that the ID token must repeat.
    #[must_use]
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// The `code_verifier` of PKCE (RFC 7636): 43 characters. The request carries its SHA-256 alone.
    #[must_use]
    pub fn verifier(&self) -> &str {
        &self.verifier
    }

    /// Whether a `state` that came back is that of this browser, told in a time that does not depend on where they
    /// differ.
    #[must_use]
    pub fn has_state(&self, state: &str) -> bool {
        PlainToken::presented(state).digest().matches(&PlainToken::presented(self.state.as_str()).digest())
    }
}

fn derived(label: &str, secret: &PlainToken) -> String {
    let mut hash = Sha256::new();
    hash.update(b"portico sign-in ");
    hash.update(label);
    hash.update(b"\0");
    hash.update(secret.reveal());
    URL_SAFE_NO_PAD.encode(hash.finalize())
}

impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Challenge(…)")
    }
}

/// A sign-in at the provider that has begun. Whoever comes back first uses it up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInAttempt {
    /// What is kept of the secret in the browser's cookie.
    pub digest: TokenDigest,
    /// The first instant at which it is too late to come back.
    pub expires_at: DateTime<Utc>,
}

impl SignInAttempt {
    /// Begins one for the browser that is given `secret`.
    #[must_use]
    pub fn begin(secret: &PlainToken, now: DateTime<Utc>) -> Self {
        Self { digest: secret.digest(), expires_at: now + ATTEMPT_LIFETIME }
    }
}

/// Somebody who has signed in at the provider and has no profile yet. He waits in the store, not in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingSignIn {
    /// What is kept of the token in his cookie.
    pub digest: TokenDigest,
    /// The provider.
    pub issuer: String,
    /// Who he is there.
    pub subject: Subject,
    /// His address, as the provider says.
    pub address: EmailAddress,
    /// His pictures, when the provider has both.
    pub avatar: Option<Avatar>,
    /// The language he reads, as a tag such as `ja`.
    pub locale: Option<String>,
    /// The first instant at which he must sign in again.
    pub expires_at: DateTime<Utc>,
}

impl PendingSignIn {
    /// Whether its time is not over.
    #[must_use]
    pub fn is_live(&self, now: DateTime<Utc>) -> bool {
        now < self.expires_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::mocks::CountingEntropy;

    #[test]
    fn an_account_id_is_kept_to_the_letter() {
        for text in ["oauth2|discord|1234", " a ", "ä"] {
            assert_eq!(Subject::parse(text).unwrap().as_str(), text);
        }
        for text in ["", "a\nb", &"a".repeat(256)] {
            assert_eq!(Subject::parse(text), Err(SubjectError), "{text:?}");
        }
    }

    #[test]
    fn a_challenge_belongs_to_one_secret_and_its_parts_differ() {
        let entropy = CountingEntropy::default();
        let (secret, other) = (PlainToken::generate("", &entropy), PlainToken::generate("", &entropy));
        let challenge = Challenge::of(&secret);
        assert_eq!(challenge, Challenge::of(&secret));
        assert!(challenge.has_state(Challenge::of(&secret).state()));
        assert!(!challenge.has_state(Challenge::of(&other).state()));
        assert!(!challenge.has_state(""));
        assert_ne!(challenge.state(), challenge.nonce());
        assert_ne!(challenge.nonce(), challenge.verifier());
        assert!(!challenge.state().contains(secret.reveal()));
    }

    #[test]
    fn a_code_verifier_has_the_form_of_rfc_7636() {
        let challenge = Challenge::of(&PlainToken::presented("x"));
        assert_eq!(challenge.verifier().len(), 43);
        assert!(challenge.verifier().chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'));
        assert_eq!(format!("{challenge:?}"), "Challenge(…)");
    }
}
