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
