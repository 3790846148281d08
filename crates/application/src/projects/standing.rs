//! How somebody stands to a project.

use portico_domain::{
    id::UserId,
    member::{self, Member, ProjectRefusal},
    ports::{Snapshot, StoreError, Transaction},
    project::Project,
    slug::Slug,
};

/// Why nothing was done in a project.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// The caller may not do this, or not even see the project.
    #[error(transparent)]
    Refused(#[from] ProjectRefusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A project, and the membership of whoever asks, if he has one.
pub(crate) struct Standing {
    pub(crate) project: Project,
    pub(crate) membership: Option<Member>,
}

impl Standing {
    /// Looks both up.
    pub(crate) fn see(seen: &mut dyn Snapshot, slug: &Slug, user: UserId) -> Result<Self, ProjectError> {
        let project = seen.projects().find_by_slug(slug)?.ok_or(ProjectRefusal::NotFound)?;
        let membership = seen.members().find(project.id, user)?;
        Ok(Self { project, membership })
    }

    /// Looks both up within a unit of work.
    pub(crate) fn find(tx: &mut dyn Transaction, slug: &Slug, user: UserId) -> Result<Self, ProjectError> {
        let project = tx.projects().find_by_slug(slug)?.ok_or(ProjectRefusal::NotFound)?;
        let membership = tx.members().find(project.id, user)?;
        Ok(Self { project, membership })
    }

    pub(crate) fn check_visible(&self) -> Result<(), ProjectRefusal> {
        member::check_visible(&self.project, self.membership.as_ref())
    }

    pub(crate) fn check_member(&self) -> Result<&Member, ProjectRefusal> {
        member::check_member(&self.project, self.membership.as_ref())
    }

    pub(crate) fn check_manager(&self) -> Result<&Member, ProjectRefusal> {
        member::check_manager(&self.project, self.membership.as_ref())
    }
}
