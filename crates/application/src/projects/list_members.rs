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
