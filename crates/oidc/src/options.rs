//! How the portal is known at its provider.

use std::fmt;

use portico_http_client::EncryptionError;
use zeroize::Zeroizing;

/// The secret by which the provider knows the portal: never printed, wiped from memory when it is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientSecret(Zeroizing<String>);

impl ClientSecret {
    /// Takes the secret.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret(…)")
    }
}

/// How a browser's session at the provider is ended (portal contract section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Logout {
    /// At `/v2/logout` below the issuer, as Auth0 has it.
    Auth0,
    /// At the `end_session_endpoint` of the provider's description, as OpenID Connect RP-Initiated Logout has it.
    RpInitiated,
}

/// The provider, and how it knows the portal.
#[derive(Clone, Debug)]
pub struct OidcOptions {
    /// The provider's name, which is the address it describes itself at. Its description and its ID tokens must repeat
    /// it to the letter.
    pub issuer: String,
    /// The portal's name there.
    pub client_id: String,
    /// The portal's secret there; a public client has none.
    pub client_secret: Option<ClientSecret>,
    /// Where the provider sends browsers back to.
    pub redirect_url: String,
    /// How a session there is ended.
    pub logout: Logout,
    /// The claim with the address of a picture.
    pub avatar_claim: String,
    /// The claim with the address of a small picture.
    pub thumbnail_claim: String,
    /// Where the provider sends browsers after their session there has ended; only [`Logout::RpInitiated`] has it.
    pub post_logout_redirect_uri: Option<String>,
}

/// Options that no provider can be asked with.
#[derive(Debug, thiserror::Error)]
pub enum OidcOptionsError {
    /// The issuer is no `https` address, nor an `http` one of this machine, or has a query or a fragment.
    #[error("the issuer must be an https address (http is for this machine alone)")]
    Issuer,
    /// The address to come back to is none.
    #[error("the redirect URL is not an address")]
    RedirectUrl,
    /// The address to come back to after signing out is none.
    #[error("the redirect URL for signing out is not an address")]
    PostLogoutRedirectUri,
    /// Encryption cannot be set up.
    #[error("the encrypted way to the provider cannot be set up: {0}")]
    Encryption(#[from] EncryptionError),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_secret_is_never_printed() {
        assert_eq!(format!("{:?}", ClientSecret::new("hunter2")), "ClientSecret(…)");
    }
}
