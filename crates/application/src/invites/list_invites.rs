//! The invites of a project.

use portico_domain::{
    invite::Invite,
    page::Page,
    ports::{Consistency, StoreExt as _},
    slug::Slug,
};

use crate::{
    actor::Actor,
    ports::Ports,
    projects::{ProjectError, Standing},
};

/// Lists the pending invites of a project, expired ones too, to those who run it.
#[derive(Clone)]
pub struct ListInvites {
    ports: Ports,
}

impl ListInvites {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// One page of them, in the order in which they were made.
    ///
    /// # Errors
    /// When the caller does not run the project, or the store fails.
    pub async fn execute(&self, actor: &Actor, slug: &Slug, page: Page) -> Result<Vec<Invite>, ProjectError> {
        let (user, slug) = (actor.user, slug.clone());
        self.ports
            .store
            .read(Consistency::Latest, move |seen| {
                let standing = Standing::see(seen, &slug, user)?;
                let project = standing.check_manager()?.project;
                Ok(seen.invites().list_pending(project, page)?)
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;
    use portico_domain::member::{ProjectRefusal, Role};

    use super::*;
    use crate::fixtures::*;

    async fn list(house: House, page: Page) -> Result<Vec<Invite>, ProjectError> {
        house.open().does.list_invites.execute(&actor(&bob()), &project().slug, page).await
    }

    #[tokio::test]
    async fn those_who_run_a_project_see_its_invites() {
        let page = Page::new(7, None).unwrap();
        for role in [Role::Owner, Role::Admin] {
            let mut house = House::default();
            house.standing(project(), &bob(), Some(role));
            let listed = house.tx.invites.expect_list_pending().with(eq(project().id), eq(page));
            listed.times(1).returning(|_, _| Ok(vec![invite(), expired_invite()]));
            assert_eq!(list(house, page).await.unwrap(), [invite(), expired_invite()]);
        }
    }

    #[tokio::test]
    async fn nobody_else_sees_them() {
        for (role, refusal) in
            [(Some(Role::Member), ProjectRefusal::NotManager), (None, ProjectRefusal::NotFound)]
        {
            let mut house = House::default();
            house.standing(project(), &bob(), role);
            match list(house, Page::first()).await {
                Err(ProjectError::Refused(refused)) => assert_eq!(refused, refusal),
                other => panic!("{other:?} is not {refusal:?}"),
            }
        }
    }
}
