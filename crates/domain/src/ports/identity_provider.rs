//! The OpenID Connect provider at which the people of the portal sign in.

use async_trait::async_trait;

use crate::external_identity::{Challenge, ProvedIdentity};

/// Why the provider gave nothing. The texts are for the operator, and hold no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityProviderError {
    /// No provider is set.
    #[error("no OpenID Connect provider is set")]
    NotConfigured,
    /// Its description or its keys cannot be had now; a later try may succeed.
    #[error("the OpenID Connect provider is away: {0}")]
    Unavailable(String),
    /// What it said, or what somebody said in its name, is not believed: a code that it does not take, an ID token of
    /// another issuer or audience, with another nonce, a wrong signature, or too old.
    #[error("the sign-in is not believed: {0}")]
    Refused(String),
}

/// Asks people who they are. Called while no transaction is open.
#[async_trait]
pub trait IdentityProvider: Send + Sync {
    /// Makes sure that the provider's description is at hand, as the other calls need it.
    ///
    /// # Errors
    /// `NotConfigured`, or `Unavailable` when it cannot be had now.
    async fn prepare(&self) -> Result<(), IdentityProviderError>;

    /// Where to send a browser to sign in: authorization code flow with PKCE, scope `openid profile email`, with the
    /// state and the nonce of the challenge.
    ///
    /// # Errors
    /// `NotConfigured`, or `Unavailable` when the provider's description cannot be had now.
    async fn authorization_url(&self, challenge: &Challenge) -> Result<String, IdentityProviderError>;

    /// Takes the code that the browser brought back, and says who signed in.
    ///
    /// # Errors
    /// `Refused` when the provider does not take the code, or its answer is not to be believed; `Unavailable` when it
    /// did not answer; `NotConfigured`.
    async fn redeem(
        &self,
        code: &str,
        challenge: &Challenge,
    ) -> Result<ProvedIdentity, IdentityProviderError>;

    /// Takes a code that a client got by itself, and says who signed in (sign-up contract section 3, `oauth`). The
    /// client sent the browser to `redirect_uri` and named itself `client_id`, which must be the one of this server.
    ///
    /// # Errors
    /// `Refused` when the client is another, the provider does not take the code, or its answer is not to be believed;
    /// `Unavailable` when it did not answer; `NotConfigured`.
    async fn redeem_for_client(
        &self,
        client_id: &str,
        code: &str,
        redirect_uri: &str,
    ) -> Result<ProvedIdentity, IdentityProviderError>;

    /// Where to send a browser to end its session at the provider.
    ///
    /// # Errors
    /// `NotConfigured`, or `Unavailable` when the provider's description is needed and cannot be had now.
    async fn logout_url(&self) -> Result<String, IdentityProviderError>;
}
