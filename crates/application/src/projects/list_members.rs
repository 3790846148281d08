//! Who belongs to a project.

use portico_domain::{
    member::MemberProfile,
    page::Page,
    ports::{Consistency, StoreExt as _},
    slug::Slug,
};

use super::standing::{ProjectError, Standing};
use crate::{actor::Actor, ports::Ports};

/// Lists the members of a project to its members (contract section 7).
#[derive(Clone)]
pub struct ListMembers {
    ports: Ports,
}

impl ListMembers {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// One page of them, in the order in which they joined.
    ///
    /// # Errors
    /// When the caller is no member, or the store fails.
    pub async fn execute(
        &self,
        actor: &Actor,
        slug: &Slug,
        page: Page,
    ) -> Result<Vec<MemberProfile>, ProjectError> {
        let (user, slug) = (actor.user, slug.clone());
        self.ports
            .store
            .read(Consistency::Latest, move |seen| {
                let standing = Standing::see(seen, &slug, user)?;
                let project = standing.check_member()?.project;
                Ok(seen.members().list(project, page)?)
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

    async fn list(house: House, page: Page) -> Result<Vec<MemberProfile>, ProjectError> {
        house.open().does.list_members.execute(&actor(&ann()), &project().slug, page).await
    }

    #[tokio::test]
    async fn a_member_sees_the_members() {
        let page = Page::new(7, None).unwrap();
        let profile = MemberProfile {
            member: member(&bob(), Role::Owner),
            address: Some(address("bob@example.org")),
            display_name: bob().display_name,
        };
        let (mut house, found) = (House::default(), profile.clone());
        house.standing(project(), &ann(), Some(Role::Member));
        let listed = house.tx.members.expect_list().with(eq(project().id), eq(page));
        listed.times(1).returning(move |_, _| Ok(vec![found.clone()]));
        assert_eq!(list(house, page).await.unwrap(), [profile]);
    }

    #[tokio::test]
    async fn a_stranger_sees_no_members() {
        for (seen, refusal) in
            [(project(), ProjectRefusal::NotFound), (public_project(), ProjectRefusal::NotMember)]
        {
            let mut house = House::default();
            house.standing(seen, &ann(), None);
            match list(house, Page::first()).await {
                Err(ProjectError::Refused(refused)) => assert_eq!(refused, refusal),
                other => panic!("{other:?} is not {refusal:?}"),
            }
        }
    }
}
