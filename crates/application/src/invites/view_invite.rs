//! What an invite says.

use portico_domain::{
    invite::{Invite, InviteRefusal},
    ports::{Consistency, StoreError, StoreExt as _},
    project::Project,
    token::PlainToken,
    user::DisplayName,
};

use crate::ports::Ports;

/// An invite as whoever has its link sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InviteView {
    /// The invite.
    pub invite: Invite,
    /// The project it opens.
    pub project: Project,
    /// Who asked.
    pub inviter: DisplayName,
}

/// Why it is not shown.
#[derive(Debug, thiserror::Error)]
pub enum ViewInviteError {
    /// It is unknown, was taken back or was used.
    #[error("there is no such invite")]
    NotFound,
    /// Its time is over (contract C4).
    #[error("the invite has expired")]
    Expired,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<InviteRefusal> for ViewInviteError {
    fn from(refusal: InviteRefusal) -> Self {
        match refusal {
            InviteRefusal::Expired => Self::Expired,
            InviteRefusal::NotFound | InviteRefusal::AlreadyMember | InviteRefusal::EmailMismatch => {
                Self::NotFound
            }
        }
    }
}

/// Shows an invite to whoever has its token; looking never uses it up.
#[derive(Clone)]
pub struct ViewInvite {
    ports: Ports,
}

impl ViewInvite {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The invite; an expired one only where the operator wants it shown.
    ///
    /// # Errors
    /// When it opens nothing any more, or the store fails.
    pub async fn execute(&self, token: &PlainToken) -> Result<InviteView, ViewInviteError> {
        let (digest, now) = (token.digest(), self.ports.clock.now());
        let shows_expired = self.ports.policy.show_expired_invites;
        self.ports
            .store
            .read(Consistency::Snapshot, move |seen| {
                let invite = seen.invites().find_by_token(&digest)?.ok_or(ViewInviteError::NotFound)?;
                match invite.check_open(now) {
                    Err(InviteRefusal::Expired) if shows_expired => {}
                    other => other?,
                }
                let project = seen.projects().find(invite.project)?.ok_or(ViewInviteError::NotFound)?;
                let inviter = seen.users().find(invite.invited_by)?.ok_or(ViewInviteError::NotFound)?;
                Ok(InviteView { invite, project, inviter: inviter.display_name })
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;
    use portico_domain::invite::InviteState;

    use super::*;
    use crate::fixtures::*;

    async fn view(found: Option<Invite>, shows_expired: bool) -> Result<InviteView, ViewInviteError> {
        let mut house = House::default();
        house.policy.show_expired_invites = shows_expired;
        let looked = house.tx.invites.expect_find_by_token().with(eq(token("invite").digest()));
        looked.returning(move |_| Ok(found.clone()));
        house.tx.projects.expect_find().with(eq(project().id)).returning(|_| Ok(Some(project())));
        house.users(&[ann(), bob()]);
        let house = house.open();
        let outcome = house.does.view_invite.execute(&token("invite")).await;
        assert!(house.wrote_nothing(), "looking never uses an invite up");
        outcome
    }

    fn seen(invite: Invite) -> InviteView {
        InviteView { invite, project: project(), inviter: bob().display_name }
    }

    #[tokio::test]
    async fn whoever_has_the_link_sees_project_and_inviter() {
        assert_eq!(view(Some(invite()), false).await.unwrap(), seen(invite()));
    }

    #[tokio::test]
    async fn an_expired_invite_is_shown_only_where_the_operator_wants_it() {
        assert_refused!(view(Some(expired_invite()), false).await, ViewInviteError::Expired);
        assert_eq!(view(Some(expired_invite()), true).await.unwrap(), seen(expired_invite()));
    }

    #[tokio::test]
    async fn an_invite_that_is_over_is_never_shown() {
        let used = Invite { state: InviteState::Accepted { by: ann().id, at: now() }, ..expired_invite() };
        for found in [None, Some(revoked_invite()), Some(used)] {
            for shows_expired in [false, true] {
                assert_refused!(view(found.clone(), shows_expired).await, ViewInviteError::NotFound);
            }
        }
    }
}
