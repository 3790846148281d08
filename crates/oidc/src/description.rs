//! What the provider says of itself.

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::{
    AuthType, EndSessionUrl, IssuerUrl, ProviderMetadataWithLogout, UserInfoUrl,
    core::{CoreClientAuthMethod, CoreJsonWebKeySet},
};
use portico_domain::ports::IdentityProviderError;
use url::Url;

use crate::{
    http::{POLICY, ProviderClient},
    refusal::{of_discovery, unavailable},
};

/// How long a description counts as fresh.
const FRESH: TimeDelta = TimeDelta::hours(1);

/// The provider's description with its keys, as they were heard at one time.
#[derive(Debug)]
pub(crate) struct Description {
    metadata: ProviderMetadataWithLogout,
    heard_at: DateTime<Utc>,
}

impl Description {
    /// Asks the provider. All of its addresses must be encrypted, or on this machine.
    pub(crate) async fn discover(
        issuer: IssuerUrl,
        http: &ProviderClient,
    ) -> Result<ProviderMetadataWithLogout, IdentityProviderError> {
        let metadata = ProviderMetadataWithLogout::discover_async(issuer, http)
            .await
            .map_err(|error| of_discovery(&error))?;
        let Some(token_endpoint) = metadata.token_endpoint() else {
            return Err(unavailable("its description names no token_endpoint"));
        };
        let userinfo = metadata.userinfo_endpoint().map(UserInfoUrl::url);
        let end_session =
            metadata.additional_metadata().end_session_endpoint.as_ref().map(EndSessionUrl::url);
        let addresses: [(&str, Option<&Url>); 4] = [
            ("authorization_endpoint", Some(metadata.authorization_endpoint().url())),
            ("token_endpoint", Some(token_endpoint.url())),
            ("userinfo_endpoint", userinfo),
            ("end_session_endpoint", end_session),
        ];
        for (name, address) in addresses {
            if address.is_some_and(|url| !POLICY.allows(url)) {
                return Err(unavailable(format!("its {name} is {}", POLICY.refusal())));
            }
        }
        Ok(metadata)
    }

    /// What was heard at an instant.
    pub(crate) const fn heard(metadata: ProviderMetadataWithLogout, heard_at: DateTime<Utc>) -> Self {
        Self { metadata, heard_at }
    }

    /// The same with the keys of today.
    pub(crate) fn with_keys(&self, keys: CoreJsonWebKeySet) -> Self {
        Self { metadata: self.metadata.clone().set_jwks(keys), heard_at: self.heard_at }
    }

    pub(crate) const fn metadata(&self) -> &ProviderMetadataWithLogout {
        &self.metadata
    }

    /// Whether it is time to ask again.
    pub(crate) fn is_stale(&self, now: DateTime<Utc>) -> bool {
        now - self.heard_at >= FRESH
    }

    /// How the portal proves to the token endpoint who it is: by HTTP Basic, unless only the other way is offered.
    pub(crate) fn auth_type(&self) -> AuthType {
        let offered = self.metadata.token_endpoint_auth_methods_supported();
        let offers = |method| offered.is_some_and(|methods| methods.contains(&method));
        if offers(CoreClientAuthMethod::ClientSecretPost) && !offers(CoreClientAuthMethod::ClientSecretBasic)
        {
            AuthType::RequestBody
        } else {
            AuthType::BasicAuth
        }
    }
}
