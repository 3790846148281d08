//! Sending an invite anew.

use portico_domain::{
    id::InviteId, invite::Invite, member, ports::StoreExt as _, slug::Slug, token::PlainToken,
};

use super::{invite_to_project::owe_invite_letter, pending_invite::PendingInviteError};
use crate::{actor::Actor, ports::Ports, projects::Standing};

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
    ) -> Result<Invite, PendingInviteError> {
        let (user, slug, now) = (actor.user, slug.clone(), self.ports.clock.now());
        let token = PlainToken::generate("", self.ports.entropy.as_ref());
        let ports = self.ports.clone();
        self.ports
            .store
            .write(move |tx| {
                let standing = Standing::find(tx, &slug, user)?;
                let manager = standing.check_manager()?;
                let mut invite =
                    tx.invites().find(standing.project.id, id)?.ok_or(PendingInviteError::NotFound)?;
                let old = invite.token;
                invite
                    .renew(token.digest(), now, ports.policy.lifetimes.invite)
                    .map_err(|_| PendingInviteError::NotFound)?;
                member::check_assigns(manager, invite.role)?;
                tx.invites().renew(&invite, &old)?;
                owe_invite_letter(tx, &ports, &invite, &standing.project, &token, now)?;
                Ok(invite)
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use mockall::predicate::eq;
    use portico_domain::{
        letter::Letter,
        member::{ProjectRefusal, Role},
        ports::StoreError,
    };

    use super::*;
    use crate::fixtures::*;

    /// A house where Ann is this in Bob's project, and the invite is this.
    fn house(role: Option<Role>, found: Option<Invite>) -> House {
        let mut house = House::default();
        house.standing(project(), &ann(), role);
        house.users(&[ann(), bob()]);
        let looked = house.tx.invites.expect_find().with(eq(project().id), eq(invite().id));
        looked.returning(move |_, _| Ok(found.clone()));
        house
    }

    async fn resend(house: &OpenHouse) -> Result<Invite, PendingInviteError> {
        house.does.resend_invite.execute(&actor(&ann()), &project().slug, invite().id).await
    }

    #[tokio::test]
    async fn the_same_invite_is_mailed_with_another_link_and_the_clock_from_the_start() {
        for pending in [invite(), expired_invite()] {
            let mut house = house(Some(Role::Admin), Some(pending.clone()));
            let renewed = Kept::default();
            let keep = renewed.clone();
            house.tx.invites.expect_renew().returning(move |invite, old| {
                keep.put((invite.clone(), *old));
                Ok(())
            });
            let letters = house.letters();
            let house = house.open();
            let sent = resend(&house).await.unwrap();

            assert_eq!(renewed.only(), (sent.clone(), invite().token));
            let (token_now, expires_at) = (sent.token, now() + TimeDelta::days(7));
            assert_eq!(sent, Invite { token: token_now, expires_at, ..pending });
            assert_ne!(token_now, invite().token, "the old link is dead");
            let letter = letters.only();
            assert_eq!(token(&secret_of(&letter)).digest(), token_now);
            let (project, inviter, role) = ("Chess".to_owned(), "Bob".to_owned(), invite().role);
            assert_eq!(letter.letter, Letter::Invite { project, inviter, role, expires_at });
            assert!(house.committed());
        }
    }

    #[tokio::test]
    async fn an_invite_that_is_not_pending_is_not_found() {
        for found in [None, Some(revoked_invite())] {
            let house = house(Some(Role::Owner), found).open();
            assert_refused!(resend(&house).await, PendingInviteError::NotFound);
        }
    }

    #[tokio::test]
    async fn an_invite_closed_or_sent_anew_a_moment_ago_is_not_found_and_nothing_is_mailed() {
        let mut house = house(Some(Role::Owner), Some(invite()));
        house.tx.invites.expect_renew().returning(|_, _| Err(StoreError::Stale));
        let house = house.open();
        assert_refused!(resend(&house).await, PendingInviteError::NotFound);
        assert!(!house.committed());
    }

    #[tokio::test]
    async fn whoever_may_not_invite_like_that_sends_nothing() {
        for (role, refusal) in [
            (None, ProjectRefusal::NotFound),
            (Some(Role::Member), ProjectRefusal::NotManager),
            (Some(Role::Admin), ProjectRefusal::OnlyOwnerAssignsAdmin),
        ] {
            match resend(&house(role, Some(admins_invite())).open()).await {
                Err(PendingInviteError::Refused(refused)) => assert_eq!(refused, refusal),
                other => panic!("{other:?} is not {refusal:?}"),
            }
        }
    }
}
