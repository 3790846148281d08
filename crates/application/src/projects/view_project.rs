//! One project.

use portico_domain::{
    member::Member,
    ports::{Consistency, StoreExt as _},
    project::Project,
    slug::Slug,
};

use super::standing::{ProjectError, Standing};
use crate::{actor::Actor, ports::Ports};

/// A project as somebody sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectView {
    /// The project.
    pub project: Project,
    /// His membership; nothing for a visitor of a public project.
    pub membership: Option<Member>,
}

/// Shows a project to its members, and a public one to everybody (contract O4).
#[derive(Clone)]
pub struct ViewProject {
    ports: Ports,
}

impl ViewProject {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The project.
    ///
    /// # Errors
    /// When there is none as far as the caller can see, or the store fails.
    pub async fn execute(&self, actor: &Actor, slug: &Slug) -> Result<ProjectView, ProjectError> {
        let (user, slug) = (actor.user, slug.clone());
        self.ports
            .store
            .read(Consistency::Latest, move |seen| {
                let standing = Standing::see(seen, &slug, user)?;
                standing.check_visible()?;
                Ok(ProjectView { project: standing.project, membership: standing.membership })
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use portico_domain::member::{ProjectRefusal, Role};

    use super::*;
    use crate::fixtures::*;

    async fn view(seen: Project, role: Option<Role>) -> Result<ProjectView, ProjectError> {
        let mut house = House::default();
        house.standing(seen, &ann(), role);
        house.open().does.view_project.execute(&actor(&ann()), &project().slug).await
    }

    #[tokio::test]
    async fn a_member_sees_the_project_and_his_membership() {
        let membership = Some(member(&ann(), Role::Admin));
        let view = view(project(), Some(Role::Admin)).await.unwrap();
        assert_eq!(view, ProjectView { project: project(), membership });
    }

    #[tokio::test]
    async fn a_stranger_sees_a_public_project_alone() {
        let visible = ProjectView { project: public_project(), membership: None };
        assert_eq!(view(public_project(), None).await.unwrap(), visible);
        assert_refused!(view(project(), None).await, ProjectError::Refused(ProjectRefusal::NotFound));
    }

    #[tokio::test]
    async fn another_slug_names_no_project() {
        let renamed = Project { slug: Slug::parse("go").unwrap(), ..public_project() };
        let refused = view(renamed, Some(Role::Owner)).await;
        assert_refused!(refused, ProjectError::Refused(ProjectRefusal::NotFound));
    }
}
