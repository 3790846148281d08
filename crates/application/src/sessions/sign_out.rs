//! Leaving.

use portico_domain::ports::{Lock, StoreError, StoreExt as _};

use crate::{actor::Actor, ports::Ports};

/// Ends the sign-in of the caller: his bearer token and its refresh token, nothing else (contract O11).
#[derive(Clone)]
pub struct SignOut {
    ports: Ports,
}

impl SignOut {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Ends it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(&self, actor: &Actor) -> Result<(), StoreError> {
        let (user, family, now) = (actor.user, actor.family, self.ports.clock.now());
        self.ports
            .store
            .write(move |tx| {
                // A refresh that runs beside it must not add a pair that the end would miss.
                tx.lock(&Lock::User(user))?;
                tx.sessions().end_family(family, now)
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;

    use super::*;
    use crate::fixtures::*;

    #[tokio::test]
    async fn leaving_ends_this_sign_in_and_no_other() {
        let mut house = House::default();
        let ended = house.tx.sessions.expect_end_family();
        ended.with(eq(actor(&ann()).family), eq(now())).times(1).returning(|_, _| Ok(()));
        let house = house.open();
        house.does.sign_out.execute(&actor(&ann())).await.unwrap();
        assert_eq!(house.locks(), [Lock::User(ann().id)]);
        assert!(house.committed());
    }
}
