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
