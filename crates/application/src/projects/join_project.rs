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
