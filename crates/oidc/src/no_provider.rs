//! What stands for the provider while none is set.

use async_trait::async_trait;
use portico_domain::{
    external_identity::{Challenge, ProvedIdentity},
    ports::{IdentityProvider, IdentityProviderError},
};

/// No provider: nobody can sign in at it.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProvider;

#[async_trait]
impl IdentityProvider for NoProvider {
    async fn prepare(&self) -> Result<(), IdentityProviderError> {
        Err(IdentityProviderError::NotConfigured)
    }

    async fn authorization_url(&self, _: &Challenge) -> Result<String, IdentityProviderError> {
        Err(IdentityProviderError::NotConfigured)
    }

    async fn redeem(&self, _: &str, _: &Challenge) -> Result<ProvedIdentity, IdentityProviderError> {
        Err(IdentityProviderError::NotConfigured)
    }

    async fn redeem_for_client(
        &self,
        _: &str,
        _: &str,
        _: &str,
    ) -> Result<ProvedIdentity, IdentityProviderError> {
        Err(IdentityProviderError::NotConfigured)
    }

    async fn logout_url(&self) -> Result<String, IdentityProviderError> {
        Err(IdentityProviderError::NotConfigured)
    }
}

#[cfg(test)]
mod tests {
    use portico_domain::token::PlainToken;

    use super::*;

    #[tokio::test]
    async fn without_a_provider_everything_is_not_configured() {
        let challenge = Challenge::of(&PlainToken::presented("x"));
        assert_eq!(NoProvider.prepare().await, Err(IdentityProviderError::NotConfigured));
        assert_eq!(NoProvider.authorization_url(&challenge).await, Err(IdentityProviderError::NotConfigured));
        assert_eq!(NoProvider.redeem("code", &challenge).await, Err(IdentityProviderError::NotConfigured));
        let redeemed = NoProvider.redeem_for_client("portal", "code", "https://app.example/").await;
        assert_eq!(redeemed, Err(IdentityProviderError::NotConfigured));
        assert_eq!(NoProvider.logout_url().await, Err(IdentityProviderError::NotConfigured));
    }
}
