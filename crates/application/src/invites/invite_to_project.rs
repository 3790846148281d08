//! An invite.

use chrono::{DateTime, Utc};
use portico_domain::{
    email::EmailAddress,
    id::{InviteId, UserId},
    invite::{Invite, InviteRole, InviteState},
    letter::{Letter, LetterSecret},
    member::{self, ProjectRefusal},
    ports::{Lock, StoreError, StoreExt as _, Transaction, Unique},
    project::Project,
    redirect_url::RedirectUrl,
    slug::Slug,
    token::PlainToken,
};

use crate::{
    actor::Actor,
    ports::Ports,
    projects::{ProjectError, Standing},
};

/// Whom to ask, and as what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InviteRequest {
    /// The address to write to.
    pub address: EmailAddress,
    /// The role he will have.
    pub role: InviteRole,
    /// Where his browser goes afterwards.
    pub redirect_url: Option<RedirectUrl>,
}

/// Why nobody was invited.
#[derive(Debug, thiserror::Error)]
pub enum InviteToProjectError {
    /// The caller may not invite, or not as that.
    #[error(transparent)]
    Refused(#[from] ProjectRefusal),
    /// An invite of this address is pending (contract O26).
    #[error("an invite for this address is pending")]
    AlreadyInvited,
    /// The address belongs to a member.
    #[error("already a member of the project")]
    AlreadyMember,
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for InviteToProjectError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Duplicate(Unique::PendingInvite) => Self::AlreadyInvited,
            other => Self::Store(other),
        }
    }
}

impl From<ProjectError> for InviteToProjectError {
    fn from(error: ProjectError) -> Self {
        match error {
            ProjectError::Refused(refusal) => Self::Refused(refusal),
            ProjectError::Store(error) => error.into(),
        }
    }
}

/// Invites an address into a project: keeps the invite, and owes the letter with its link (contract section 8). An
/// expired invite of the same address is replaced.
#[derive(Clone)]
pub struct InviteToProject {
    ports: Ports,
}

impl InviteToProject {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The invite.
    ///
    /// # Errors
    /// When the caller may not, the address is invited or a member already, or the store fails.
    pub async fn execute(
        &self,
        actor: &Actor,
        slug: &Slug,
        request: InviteRequest,
    ) -> Result<Invite, InviteToProjectError> {
        let (user, slug, now) = (actor.user, slug.clone(), self.ports.clock.now());
        let token = PlainToken::generate("", self.ports.entropy.as_ref());
        let id = InviteId::generate(now, self.ports.entropy.as_ref());
        let ports = self.ports.clone();
        self.ports
            .store
            .write(move |tx| {
                let standing = Standing::find(tx, &slug, user)?;
                member::check_assigns(standing.check_manager()?, request.role)?;
                tx.lock(&Lock::Project(standing.project.id))?;
                make_room(tx, &standing.project, &request.address, now)?;
                let invite = Invite {
                    id,
                    project: standing.project.id,
                    address: request.address.clone(),
                    role: request.role,
                    token: token.digest(),
                    invited_by: user,
                    redirect_url: request.redirect_url.clone(),
                    state: InviteState::Pending,
                    created_at: now,
                    expires_at: now + ports.policy.lifetimes.invite,
                };
                tx.invites().add(&invite)?;
                owe_invite_letter(tx, &ports, &invite, &standing.project, &token, now)?;
                Ok(invite)
            })
            .await
    }
}

/// Makes sure that the address can be invited; an expired invite steps aside.
fn make_room(
    tx: &mut dyn Transaction,
    project: &Project,
    address: &EmailAddress,
    now: DateTime<Utc>,
) -> Result<(), InviteToProjectError> {
    if let Some(holder) = tx.emails().find_holder(address.canonical())?
        && tx.members().find(project.id, holder.user)?.is_some()
    {
        return Err(InviteToProjectError::AlreadyMember);
    }
    let Some(mut pending) = tx.invites().find_pending(project.id, address.canonical())? else {
        return Ok(());
    };
    if !pending.is_expired(now) {
        return Err(InviteToProjectError::AlreadyInvited);
    }
    pending.state = InviteState::Revoked { at: now };
    tx.invites().close(&pending).map_err(|error| match error {
        // Sent anew a moment ago.
        StoreError::Stale => InviteToProjectError::AlreadyInvited,
        other => other.into(),
    })
}

/// Owes the letter that brings the link of `invite`, signed with the name of whoever asked first.
pub(super) fn owe_invite_letter(
    tx: &mut dyn Transaction,
    ports: &Ports,
    invite: &Invite,
    project: &Project,
    token: &PlainToken,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let letter = Letter::Invite {
        project: project.name.as_str().to_owned(),
        inviter: inviter_name(tx, invite.invited_by)?,
        role: invite.role,
        expires_at: invite.expires_at,
    };
    let secret = LetterSecret::new(token.reveal());
    tx.outbox().add(&ports.letter(invite.address.clone(), letter, Some(&secret), now))
}

fn inviter_name(tx: &mut dyn Transaction, inviter: UserId) -> Result<String, StoreError> {
    let user = tx.users().find(inviter)?.ok_or(StoreError::Stale)?;
    Ok(user.display_name.as_str().to_owned())
}

#[cfg(test)]
mod tests;
