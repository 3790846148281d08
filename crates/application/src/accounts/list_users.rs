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

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;

    use super::*;
    use crate::fixtures::*;

    #[tokio::test]
    async fn the_operator_finds_people_page_by_page() {
        let page = Page::new(10, Some(ann().id.uuid())).unwrap();
        let summary = UserSummary { user: bob(), address: Some(address("bob@example.org")) };
        let (mut house, found) = (House::default(), summary.clone());
        let listed = house.tx.users.expect_list().with(eq(Some("bo".to_owned())), eq(page));
        listed.times(1).returning(move |_, _| Ok(vec![found.clone()]));
        let users = house.open().does.list_users.execute(Some("bo".to_owned()), page).await.unwrap();
        assert_eq!(users, [summary]);
    }
}
