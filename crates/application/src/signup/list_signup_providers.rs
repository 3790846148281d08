//! The providers that clients may see.

use portico_domain::{
    ports::{Consistency, Snapshot, StoreError, StoreExt as _, Stretch},
    signup::Provider,
};

use crate::ports::Ports;

/// Lists the active providers (sign-up contract section 3, `getAuthProviders`).
#[derive(Clone)]
pub struct ListSignupProviders {
    ports: Ports,
}

impl ListSignupProviders {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// A stretch of them, in the order of their ids.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(&self, stretch: Stretch) -> Result<Vec<Provider>, StoreError> {
        let list = move |seen: &mut dyn Snapshot| seen.signup_providers().list_active(stretch);
        self.ports.store.read(Consistency::Latest, list).await
    }
}

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;

    use super::*;
    use crate::fixtures::*;

    #[tokio::test]
    async fn the_active_providers_are_listed_by_stretches() {
        let stretch = Stretch { offset: 2, limit: 30 };
        let mut house = House::default();
        let listed = house.tx.signup_providers.expect_list_active().with(eq(stretch));
        listed.times(1).returning(|_| Ok(vec![signup_provider()]));
        let house = house.open();
        assert_eq!(house.does.list_signup_providers.execute(stretch).await.unwrap(), [signup_provider()]);
        assert!(house.wrote_nothing());
    }
}
