//! Coming in by an invite.

use chrono::{DateTime, Utc};
use portico_domain::{
    email::{CanonicalAddress, Email},
    id::UserId,
    invite::{Invite, InviteRefusal},
    member::Member,
    ports::{Consistency, StoreError, StoreExt as _, Transaction, Unique},
    project::Project,
    redirect_url::RedirectUrl,
    token::PlainToken,
};

use crate::{actor::Actor, ports::Ports};

/// What somebody joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinedByInvite {
    /// The project.
    pub project: Project,
    /// Where his browser goes now.
    pub redirect_url: Option<RedirectUrl>,
}

/// Why nobody joined.
#[derive(Debug, thiserror::Error)]
pub enum AcceptInviteError {
    /// The invite does not let him in.
    #[error(transparent)]
    Refused(#[from] InviteRefusal),
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for AcceptInviteError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Duplicate(Unique::ProjectMember) => Self::Refused(InviteRefusal::AlreadyMember),
            other => Self::Store(other),
        }
    }
}

/// Lets the caller into the project of an invite that was sent to one of his verified addresses (contract O27).
#[derive(Clone)]
pub struct AcceptInvite {
    ports: Ports,
}

impl AcceptInvite {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// What he joined.
    ///
    /// # Errors
    /// When the invite does not let him in, or the store fails.
    pub async fn execute(
        &self,
        actor: &Actor,
        token: &PlainToken,
    ) -> Result<JoinedByInvite, AcceptInviteError> {
        // Nonsense must not reach the writers.
        self.check(token).await?;
        self.accept(actor.user, token).await
    }

    /// Whether the invite lets anybody in.
    pub(super) async fn check(&self, token: &PlainToken) -> Result<(), AcceptInviteError> {
        let (digest, now) = (token.digest(), self.ports.clock.now());
        self.ports
            .store
            .read(Consistency::Latest, move |seen| {
                let invite = seen.invites().find_by_token(&digest)?.ok_or(InviteRefusal::NotFound)?;
                Ok(invite.check_open(now)?)
            })
            .await
    }

    pub(super) async fn accept(
        &self,
        user: UserId,
        token: &PlainToken,
    ) -> Result<JoinedByInvite, AcceptInviteError> {
        let (digest, now, ports) = (token.digest(), self.ports.clock.now(), self.ports.clone());
        self.ports
            .store
            .write(move |tx| {
                let invite = tx.invites().find_by_token(&digest)?.ok_or(InviteRefusal::NotFound)?;
                join_by_invite(tx, invite, user, &ports, now)
            })
            .await
    }
}

/// Within a unit of work: asks the rule, closes the invite, adds the membership.
pub(crate) fn join_by_invite(
    tx: &mut dyn Transaction,
    mut invite: Invite,
    user: UserId,
    ports: &Ports,
    now: DateTime<Utc>,
) -> Result<JoinedByInvite, AcceptInviteError> {
    let proved: Vec<CanonicalAddress> = tx
        .emails()
        .list_of(user)?
        .into_iter()
        .filter(Email::is_verified)
        .map(|email| email.address.canonical().clone())
        .collect();
    let already_member = tx.members().find(invite.project, user)?.is_some();
    let role = invite.accept(user, &proved, already_member, now)?;
    tx.invites().close(&invite).map_err(closed_meanwhile)?;
    tx.members().add(&Member::new(invite.project, user, role, now, ports.entropy.as_ref()))?;
    let project = tx.projects().find(invite.project)?.ok_or(InviteRefusal::NotFound)?;
    Ok(JoinedByInvite { project, redirect_url: invite.redirect_url })
}

fn closed_meanwhile(error: StoreError) -> AcceptInviteError {
    match error {
        StoreError::Stale => InviteRefusal::NotFound.into(),
        other => other.into(),
    }
}
