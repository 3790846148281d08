//! Sign-in at an OpenID Connect provider: authorization code flow with state, nonce and PKCE. Adapters of the domain's
//! port [`IdentityProvider`](portico_domain::ports::IdentityProvider).
//!
//! The provider describes itself (OpenID Connect Discovery), is asked for that when it is first needed, and may be away
//! at any time. The crate `openidconnect` speaks the protocol and checks ID tokens; what is here decides when to ask,
//! what to believe, and what to tell the operator.

mod claims;
mod description;
mod directory;
mod http;
mod no_provider;
mod options;
mod provider;
mod refusal;
mod tokens;
mod verification;

pub use portico_http_client::Patience;

pub use self::{
    no_provider::NoProvider,
    options::{ClientSecret, Logout, OidcOptions, OidcOptionsError},
    provider::OidcProvider,
};
