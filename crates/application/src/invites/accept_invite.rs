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

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;
    use portico_domain::{email::EmailState, invite::InviteState, member::Role};

    use super::*;
    use crate::fixtures::*;

    /// A house where the token brings this invite, and Ann has this address.
    fn house(found: Option<Invite>, email: Email) -> House {
        let mut house = House::default();
        let looked = house.tx.invites.expect_find_by_token().with(eq(token("invite").digest()));
        looked.returning(move |_| Ok(found.clone()));
        house.emails(&[email]);
        house.tx.projects.expect_find().with(eq(project().id)).returning(|_| Ok(Some(project())));
        house
    }

    async fn accept(house: &OpenHouse) -> Result<JoinedByInvite, AcceptInviteError> {
        house.does.accept_invite.execute(&actor(&ann()), &token("invite")).await
    }

    #[tokio::test]
    async fn the_invited_joins_with_the_role_of_the_invite_and_uses_it_up() {
        let further = Email { is_default: false, ..ann_email() };
        let mut house = house(Some(admins_invite()), further);
        house.member(None);
        let (members, closed) = (house.members(), house.closed_invites());
        let house = house.open();
        let joined = accept(&house).await.unwrap();

        assert_eq!(joined, JoinedByInvite { project: project(), redirect_url: invite().redirect_url });
        let accepted = InviteState::Accepted { by: ann().id, at: now() };
        assert_eq!(closed.only(), Invite { state: accepted, ..admins_invite() });
        let member = members.only();
        assert_eq!((member.project, member.user, member.role), (project().id, ann().id, Role::Admin));
        assert!(house.committed());
    }

    #[tokio::test]
    async fn an_invite_that_lets_nobody_in_never_reaches_the_writers() {
        let used = Invite { state: InviteState::Accepted { by: ann().id, at: now() }, ..invite() };
        for (found, refusal) in [
            (None, InviteRefusal::NotFound),
            (Some(revoked_invite()), InviteRefusal::NotFound),
            (Some(used), InviteRefusal::NotFound),
            (Some(expired_invite()), InviteRefusal::Expired),
        ] {
            let house = house(found, ann_email()).open();
            match accept(&house).await {
                Err(AcceptInviteError::Refused(refused)) => assert_eq!(refused, refusal),
                other => panic!("{other:?} is not {refusal:?}"),
            }
            assert!(house.wrote_nothing());
        }
    }

    #[tokio::test]
    async fn an_unproved_address_does_not_let_in() {
        for state in [EmailState::Claimed, EmailState::Provisioned] {
            let mut house = house(Some(invite()), in_state(state));
            house.member(None);
            let house = house.open();
            assert_refused!(accept(&house).await, AcceptInviteError::Refused(InviteRefusal::EmailMismatch));
            assert!(!house.committed());
        }
    }

    #[tokio::test]
    async fn membership_is_told_before_a_wrong_address() {
        let mut house = house(Some(invite()), in_state(EmailState::Claimed));
        house.member(Some(member(&ann(), Role::Member)));
        let refused = accept(&house.open()).await;
        assert_refused!(refused, AcceptInviteError::Refused(InviteRefusal::AlreadyMember));
    }

    #[tokio::test]
    async fn of_two_who_accept_at_once_the_second_finds_no_invite() {
        let mut house = house(Some(invite()), ann_email());
        house.member(None);
        house.tx.invites.expect_close().returning(|_| Err(StoreError::Stale));
        let house = house.open();
        assert_refused!(accept(&house).await, AcceptInviteError::Refused(InviteRefusal::NotFound));
        assert!(!house.committed());
    }

    #[tokio::test]
    async fn whoever_joined_a_moment_ago_is_a_member_already_and_the_invite_stays() {
        let mut house = house(Some(invite()), ann_email());
        house.member(None);
        house.closed_invites();
        house.tx.members.expect_add().returning(|_| Err(StoreError::Duplicate(Unique::ProjectMember)));
        let house = house.open();
        assert_refused!(accept(&house).await, AcceptInviteError::Refused(InviteRefusal::AlreadyMember));
        assert!(!house.committed());
    }
}
