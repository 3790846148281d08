//! One's own projects.

use portico_domain::{
    member::Role,
    page::Page,
    ports::{Consistency, StoreError, StoreExt as _},
    project::Project,
};

use crate::{actor::Actor, ports::Ports};

/// Lists the projects that the caller belongs to, with his role (contract O4).
#[derive(Clone)]
pub struct ListProjects {
    ports: Ports,
}

impl ListProjects {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// One page of them, in the order in which they were made.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(&self, actor: &Actor, page: Page) -> Result<Vec<(Project, Role)>, StoreError> {
        let user = actor.user;
        self.ports.store.read(Consistency::Latest, move |seen| seen.projects().list_of(user, page)).await
    }
}

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;

    use super::*;
    use crate::fixtures::*;

    #[tokio::test]
    async fn a_person_sees_his_projects_with_his_role() {
        let page = Page::new(7, Some(project().id.uuid())).unwrap();
        let mut house = House::default();
        let listed = house.tx.projects.expect_list_of().with(eq(ann().id), eq(page));
        listed.times(1).returning(|_, _| Ok(vec![(project(), Role::Admin)]));
        let projects = house.open().does.list_projects.execute(&actor(&ann()), page).await.unwrap();
        assert_eq!(projects, [(project(), Role::Admin)]);
    }
}
