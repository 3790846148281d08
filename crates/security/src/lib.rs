//! Secrets: password hashing on threads of its own, the master secret and what is derived from it, tokens, random bytes
//! of the operating system, the clock, and the cleaning of foreign HTML. Adapters of the domain's ports.

mod access_tokens;
mod clock;
mod entropy;
mod hashing;
mod master_secret;
mod refresh_tokens;
mod sanitizer;
mod webhook_secrets;

pub use self::{
    access_tokens::AccessTokenKey,
    clock::SystemClock,
    entropy::SystemEntropy,
    hashing::{HashingFigures, HashingThreads},
    master_secret::{MIN_SECRET_BYTES, MasterSecret, MasterSecretError},
    refresh_tokens::RefreshTokenKey,
    sanitizer::AmmoniaSanitizer,
    webhook_secrets::WebhookSecretKey,
};
