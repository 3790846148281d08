//! Everybody, for the operator.

use portico_domain::{
    page::Page,
    ports::{Consistency, StoreError, StoreExt as _, UserSummary},
};

use crate::ports::Ports;

/// Lists people in the order in which they came.
#[derive(Clone)]
pub struct ListUsers {
    ports: Ports,
}

impl ListUsers {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// One page of those whose name, username or address contains `search`, or of all.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(&self, search: Option<String>, page: Page) -> Result<Vec<UserSummary>, StoreError> {
        self.ports.store.read(Consistency::Latest, move |seen| seen.users().list(search.clone(), page)).await
    }
}
