//! What every use case may need of the world.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use portico_domain::{
    email::EmailAddress,
    id::LetterId,
    letter::{Letter, LetterSecret, OwedLetter},
    policy::Policy,
    ports::{Clock, CodeAuthenticator, Entropy, IdentityProvider, Passwords, Sealer, Store},
};

/// The adapters and the operator's rules, shared by all use cases.
#[derive(Clone)]
pub struct Ports {
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Hashing of passwords.
    pub passwords: Arc<dyn Passwords>,
    /// Sealing of what letters say in confidence.
    pub sealer: Arc<dyn Sealer>,
    /// Authentication of six-digit codes.
    pub codes: Arc<dyn CodeAuthenticator>,
    /// The OpenID Connect provider at which the portal's people sign in.
    pub identity_provider: Arc<dyn IdentityProvider>,
    /// The operator's rules.
    pub policy: Arc<Policy>,
}

impl Ports {
    /// A letter for the outbox, its secret sealed.
    pub(crate) fn letter(
        &self,
        to: EmailAddress,
        letter: Letter,
        secret: Option<&LetterSecret>,
        now: DateTime<Utc>,
    ) -> OwedLetter {
        let id = LetterId::generate(now, self.entropy.as_ref());
        let secret = secret.map(|secret| self.sealer.seal(id, secret));
        OwedLetter { id, to, letter, secret, created_at: now, attempts: 0 }
    }
}
