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
