//! One provider.

use portico_domain::signup::Provider;

use super::{door::read_provider, faults::UnknownDoorError};
use crate::ports::Ports;

/// Shows an active provider (sign-up contract section 3, `getAuthProviderByMarker`).
#[derive(Clone)]
pub struct ViewSignupProvider {
    ports: Ports,
}

impl ViewSignupProvider {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The provider with this marker.
    ///
    /// # Errors
    /// `UnknownProvider` when there is none, or it is not active.
    pub async fn execute(&self, marker: String) -> Result<Provider, UnknownDoorError> {
        read_provider(&self.ports, marker).await?.ok_or(UnknownDoorError::UnknownProvider)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::*;

    async fn view(provider: Provider, marker: &str) -> Result<Provider, UnknownDoorError> {
        let mut house = House::default();
        house.door(provider, signup_form());
        house.open().does.view_signup_provider.execute(marker.to_owned()).await
    }

    #[tokio::test]
    async fn an_active_provider_is_found_by_its_marker() {
        assert_eq!(view(signup_provider(), "email").await.unwrap(), signup_provider());
    }

    #[tokio::test]
    async fn one_that_is_shut_is_as_unknown_as_none() {
        assert_refused!(view(shut(signup_provider()), "email").await, UnknownDoorError::UnknownProvider);
        for marker in ["Email", "phone", "", "a/b"] {
            assert_refused!(view(signup_provider(), marker).await, UnknownDoorError::UnknownProvider);
        }
    }
}
