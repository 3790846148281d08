//! One's own addresses.

use portico_domain::{
    email::Email,
    ports::{Consistency, StoreError, StoreExt as _},
};

use crate::{actor::Actor, ports::Ports};

/// Lists the caller's addresses, the oldest first.
#[derive(Clone)]
pub struct ListEmails {
    ports: Ports,
}

impl ListEmails {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The addresses.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(&self, actor: &Actor) -> Result<Vec<Email>, StoreError> {
        let user = actor.user;
        self.ports.store.read(Consistency::Latest, move |seen| seen.emails().list_of(user)).await
    }
}
