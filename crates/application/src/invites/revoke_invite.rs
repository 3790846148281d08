//! Taking an invite back.

use portico_domain::{id::InviteId, member, ports::StoreExt as _, slug::Slug};

use super::pending_invite::PendingInviteError;
use crate::{actor::Actor, ports::Ports, projects::Standing};

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
    pub async fn execute(&self, actor: &Actor, slug: &Slug, id: InviteId) -> Result<(), PendingInviteError> {
        let (user, slug, now) = (actor.user, slug.clone(), self.ports.clock.now());
        self.ports
            .store
            .write(move |tx| {
                let standing = Standing::find(tx, &slug, user)?;
                let manager = standing.check_manager()?;
                let mut invite =
                    tx.invites().find(standing.project.id, id)?.ok_or(PendingInviteError::NotFound)?;
                invite.revoke(now).map_err(|_| PendingInviteError::NotFound)?;
                member::check_withdraws(manager, invite.role)?;
                Ok(tx.invites().close(&invite)?)
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;
    use portico_domain::{
        invite::{Invite, InviteState},
        member::{ProjectRefusal, Role},
        ports::StoreError,
    };

    use super::*;
    use crate::fixtures::*;

    /// A house where Bob is this in the project, and the invite is this.
    fn house(role: Option<Role>, found: Option<Invite>) -> House {
        let mut house = House::default();
        house.standing(project(), &bob(), role);
        let looked = house.tx.invites.expect_find().with(eq(project().id), eq(invite().id));
        looked.returning(move |_, _| Ok(found.clone()));
        house
    }

    async fn revoke(house: &OpenHouse) -> Result<(), PendingInviteError> {
        house.does.revoke_invite.execute(&actor(&bob()), &project().slug, invite().id).await
    }

    #[tokio::test]
    async fn a_pending_invite_is_taken_back_expired_or_not() {
        for (role, pending) in
            [(Role::Owner, admins_invite()), (Role::Admin, invite()), (Role::Admin, expired_invite())]
        {
            let mut house = house(Some(role), Some(pending.clone()));
            let closed = house.closed_invites();
            let house = house.open();
            revoke(&house).await.unwrap();
            let revoked = InviteState::Revoked { at: now() };
            assert_eq!(closed.only(), Invite { state: revoked, ..pending });
            assert!(house.committed());
        }
    }

    #[tokio::test]
    async fn an_invite_that_is_not_pending_is_not_found() {
        let used = Invite { state: InviteState::Accepted { by: ann().id, at: now() }, ..invite() };
        for found in [None, Some(revoked_invite()), Some(used)] {
            let house = house(Some(Role::Owner), found).open();
            assert_refused!(revoke(&house).await, PendingInviteError::NotFound);
        }
    }

    #[tokio::test]
    async fn an_invite_closed_a_moment_ago_is_not_found() {
        let mut house = house(Some(Role::Owner), Some(invite()));
        house.tx.invites.expect_close().returning(|_| Err(StoreError::Stale));
        let house = house.open();
        assert_refused!(revoke(&house).await, PendingInviteError::NotFound);
        assert!(!house.committed());
    }

    #[tokio::test]
    async fn whoever_may_not_withdraw_it_takes_nothing_back() {
        for (role, refusal) in [
            (None, ProjectRefusal::NotFound),
            (Some(Role::Member), ProjectRefusal::NotManager),
            (Some(Role::Admin), ProjectRefusal::AdminCannotEditAdmin),
        ] {
            match revoke(&house(role, Some(admins_invite())).open()).await {
                Err(PendingInviteError::Refused(refused)) => assert_eq!(refused, refusal),
                other => panic!("{other:?} is not {refusal:?}"),
            }
        }
    }
}
