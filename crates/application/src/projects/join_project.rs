//! Joining a public project.

use portico_domain::{
    member::{Member, ProjectRefusal, Role},
    ports::{StoreError, StoreExt as _, Unique},
    project::Project,
    slug::Slug,
};

use super::standing::{ProjectError, Standing};
use crate::{actor::Actor, ports::Ports};

/// Why nobody joined.
#[derive(Debug, thiserror::Error)]
pub enum JoinProjectError {
    /// There is no such project as far as the caller can see.
    #[error(transparent)]
    Refused(#[from] ProjectRefusal),
    /// He belongs to it already.
    #[error("already a member of the project")]
    AlreadyMember,
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for JoinProjectError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Duplicate(Unique::ProjectMember) => Self::AlreadyMember,
            other => Self::Store(other),
        }
    }
}

impl From<ProjectError> for JoinProjectError {
    fn from(error: ProjectError) -> Self {
        match error {
            ProjectError::Refused(refusal) => Self::Refused(refusal),
            ProjectError::Store(error) => error.into(),
        }
    }
}

/// Makes the caller a plain member of a public project. A private one is not there for strangers (contract O24).
#[derive(Clone)]
pub struct JoinProject {
    ports: Ports,
}

impl JoinProject {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The project joined.
    ///
    /// # Errors
    /// When he cannot see it, belongs to it already, or the store fails.
    pub async fn execute(&self, actor: &Actor, slug: &Slug) -> Result<Project, JoinProjectError> {
        let (user, slug, now) = (actor.user, slug.clone(), self.ports.clock.now());
        let entropy = std::sync::Arc::clone(&self.ports.entropy);
        self.ports
            .store
            .write(move |tx| {
                let standing = Standing::find(tx, &slug, user)?;
                standing.check_visible()?;
                if standing.membership.is_some() {
                    return Err(JoinProjectError::AlreadyMember);
                }
                tx.members().add(&Member::new(
                    standing.project.id,
                    user,
                    Role::Member,
                    now,
                    entropy.as_ref(),
                ))?;
                Ok(standing.project)
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::*;

    async fn join(house: &OpenHouse) -> Result<Project, JoinProjectError> {
        house.does.join_project.execute(&actor(&ann()), &project().slug).await
    }

    #[tokio::test]
    async fn anybody_joins_a_public_project_as_a_plain_member() {
        let mut house = House::default();
        house.standing(public_project(), &ann(), None);
        let members = house.members();
        let house = house.open();
        assert_eq!(join(&house).await.unwrap(), public_project());
        let member = members.only();
        assert_eq!((member.project, member.user, member.role), (project().id, ann().id, Role::Member));
        assert!(house.committed());
    }

    #[tokio::test]
    async fn a_private_project_is_not_there_for_a_stranger() {
        let mut house = House::default();
        house.standing(project(), &ann(), None);
        assert_refused!(join(&house.open()).await, JoinProjectError::Refused(ProjectRefusal::NotFound));
    }

    #[tokio::test]
    async fn a_project_that_does_not_exist_is_not_there_either() {
        let mut house = House::default();
        house.standing(Project { slug: Slug::parse("go").unwrap(), ..public_project() }, &ann(), None);
        assert_refused!(join(&house.open()).await, JoinProjectError::Refused(ProjectRefusal::NotFound));
    }

    #[tokio::test]
    async fn a_member_joins_no_second_time() {
        for joined in [project(), public_project()] {
            let mut house = House::default();
            house.standing(joined, &ann(), Some(Role::Member));
            assert_refused!(join(&house.open()).await, JoinProjectError::AlreadyMember);
        }
    }

    #[tokio::test]
    async fn of_two_who_join_as_one_person_at_once_the_second_is_a_member_already() {
        let mut house = House::default();
        house.standing(public_project(), &ann(), None);
        house.tx.members.expect_add().returning(|_| Err(StoreError::Duplicate(Unique::ProjectMember)));
        let house = house.open();
        assert_refused!(join(&house).await, JoinProjectError::AlreadyMember);
        assert!(!house.committed());
    }
}
