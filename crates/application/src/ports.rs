//! What every use case may need of the world.

use std::{panic::resume_unwind, sync::Arc};

use chrono::{DateTime, Utc};
use portico_domain::{
    id::LetterId,
    letter::{Letter, LetterSecret, OwedLetter, Recipient},
    policy::Policy,
    ports::{
        AccessTokens, Clock, CodeAuthenticator, CodeSender, Entropy, HtmlSanitizer, IdentityProvider,
        Passwords, RefreshTokens, Sealer, Store, StoreError, WebhookSecrets,
    },
    signup::FormData,
};
use tokio::task;

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
    /// Authentication of short codes.
    pub codes: Arc<dyn CodeAuthenticator>,
    /// The OpenID Connect provider at which the portal's people sign in.
    pub identity_provider: Arc<dyn IdentityProvider>,
    /// The access tokens of the sign-up API.
    pub access_tokens: Arc<dyn AccessTokens>,
    /// Its refresh tokens.
    pub refresh_tokens: Arc<dyn RefreshTokens>,
    /// Making foreign HTML harmless.
    pub html_sanitizer: Arc<dyn HtmlSanitizer>,
    /// The way of codes to telephones.
    pub code_sender: Arc<dyn CodeSender>,
    /// The secrets by which partners recognise what is posted to them.
    pub webhook_secrets: Arc<dyn WebhookSecrets>,
    /// The operator's rules.
    pub policy: Arc<Policy>,
}

impl Ports {
    /// A letter for the outbox, its secret sealed.
    pub(crate) fn letter(
        &self,
        to: impl Into<Recipient>,
        letter: Letter,
        secret: Option<&LetterSecret>,
        now: DateTime<Utc>,
    ) -> OwedLetter {
        let id = LetterId::generate(now, self.entropy.as_ref());
        let secret = secret.map(|secret| self.sealer.seal(id, secret));
        OwedLetter { id, to: to.into(), letter, secret, created_at: now, attempts: 0 }
    }

    /// Form data with harmless HTML. A long text takes a while, so it is cleaned on a thread that serves nobody else.
    pub(crate) async fn sanitized(&self, form_data: FormData) -> Result<FormData, StoreError> {
        let sanitizer = Arc::clone(&self.html_sanitizer);
        let cleaned = task::spawn_blocking(move || form_data.sanitized(sanitizer.as_ref())).await;
        cleaned.or_else(|failed| match failed.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            // The server is ending.
            Err(_) => Err(StoreError::Closed),
        })
    }
}
