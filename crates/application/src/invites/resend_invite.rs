//! Sending an invite anew.

use portico_domain::{
    id::InviteId,
    invite::Invite,
    member::{self, ProjectRefusal},
    ports::{StoreError, StoreExt as _},
    slug::Slug,
    token::PlainToken,
};

use super::invite_to_project::owe_invite_letter;
use crate::{
    actor::Actor,
    ports::Ports,
    projects::{ProjectError, Standing},
};

/// Why the invite was not sent anew.
#[derive(Debug, thiserror::Error)]
pub enum ResendInviteError {
    /// The caller may not send it.
    #[error(transparent)]
    Refused(#[from] ProjectRefusal),
    /// There is no such pending invite.
    #[error("there is no such invite")]
    NotFound,
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for ResendInviteError {
    fn from(error: StoreError) -> Self {
        match error {
            // Accepted, taken back or sent anew a moment ago.
            StoreError::Stale => Self::NotFound,
            other => Self::Store(other),
        }
    }
}

impl From<ProjectError> for ResendInviteError {
    fn from(error: ProjectError) -> Self {
        match error {
            ProjectError::Refused(refusal) => Self::Refused(refusal),
            ProjectError::Store(error) => error.into(),
        }
    }
}

/// Sends a pending invite anew: the same record, another token, the clock from the start. The old link dies; an
/// expired invite lives again.
#[derive(Clone)]
pub struct ResendInvite {
    ports: Ports,
}

impl ResendInvite {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The invite as it is now.
    ///
    /// # Errors
    /// When the caller may not, there is no such pending invite, or the store fails.
    pub async fn execute(
        &self,
        actor: &Actor,
        slug: &Slug,
        id: InviteId,
    ) -> Result<Invite, ResendInviteError> {
        let (user, slug, now) = (actor.user, slug.clone(), self.ports.clock.now());
        let token = PlainToken::generate("", self.ports.entropy.as_ref());
        let ports = self.ports.clone();
        self.ports
            .store
            .write(move |tx| {
                let standing = Standing::find(tx, &slug, user)?;
                let manager = standing.check_manager()?;
                let mut invite =
                    tx.invites().find(standing.project.id, id)?.ok_or(ResendInviteError::NotFound)?;
                let old = invite.token;
                invite
                    .renew(token.digest(), now, ports.policy.lifetimes.invite)
                    .map_err(|_| ResendInviteError::NotFound)?;
                member::check_assigns(manager, invite.role)?;
                tx.invites().renew(&invite, &old)?;
                owe_invite_letter(tx, &ports, &invite, &standing.project, &token, now)?;
                Ok(invite)
            })
            .await
    }
}
