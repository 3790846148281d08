//! Taking an invite back.

use portico_domain::{
    id::InviteId,
    member::{self, ProjectRefusal},
    ports::{StoreError, StoreExt as _},
    slug::Slug,
};

use crate::{
    actor::Actor,
    ports::Ports,
    projects::{ProjectError, Standing},
};

/// Why the invite stayed as it was.
#[derive(Debug, thiserror::Error)]
pub enum RevokeInviteError {
    /// The caller may not take it back.
    #[error(transparent)]
    Refused(#[from] ProjectRefusal),
    /// There is no such pending invite.
    #[error("there is no such invite")]
    NotFound,
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for RevokeInviteError {
    fn from(error: StoreError) -> Self {
        match error {
            // Accepted or taken back a moment ago.
            StoreError::Stale => Self::NotFound,
            other => Self::Store(other),
        }
    }
}

impl From<ProjectError> for RevokeInviteError {
    fn from(error: ProjectError) -> Self {
        match error {
            ProjectError::Refused(refusal) => Self::Refused(refusal),
            ProjectError::Store(error) => error.into(),
        }
    }
}

/// Takes a pending invite back: its link is dead from then on.
#[derive(Clone)]
pub struct RevokeInvite {
    ports: Ports,
}

impl RevokeInvite {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Takes it back.
    ///
    /// # Errors
    /// When the caller may not, there is no such pending invite, or the store fails.
    pub async fn execute(&self, actor: &Actor, slug: &Slug, id: InviteId) -> Result<(), RevokeInviteError> {
        let (user, slug, now) = (actor.user, slug.clone(), self.ports.clock.now());
        self.ports
            .store
            .write(move |tx| {
                let standing = Standing::find(tx, &slug, user)?;
                let manager = standing.check_manager()?;
                let mut invite =
                    tx.invites().find(standing.project.id, id)?.ok_or(RevokeInviteError::NotFound)?;
                invite.revoke(now).map_err(|_| RevokeInviteError::NotFound)?;
                member::check_withdraws(manager, invite.role)?;
                Ok(tx.invites().close(&invite)?)
            })
            .await
    }
}
