//! Signing in at an OpenID Connect provider.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod claims;
mod clients;
mod discovery;
mod failures;
mod for_clients;
mod id_tokens;
mod keys;
mod portal;
mod real_provider;
mod sign_in;
mod sign_out;
