//! Inviting, against mocked ports.

use chrono::TimeDelta;
use mockall::{Sequence, predicate::eq};
use portico_domain::member::Role;

use super::*;
use crate::fixtures::*;

fn request(role: InviteRole) -> InviteRequest {
    InviteRequest { address: ann_address(), role, redirect_url: invite().redirect_url }
}

/// A house where Bob is this in the project, and nobody has Ann's address.
fn house(role: Option<Role>, pending: Option<Invite>) -> House {
    let mut house = House::default();
    house.standing(project(), &bob(), role);
    house.users(&[bob()]);
    house.holder(None);
    let found = house.tx.invites.expect_find_pending();
    found
        .withf(|within, address| (*within, address) == (project().id, ann_address().canonical()))
        .returning(move |_, _| Ok(pending.clone()));
    house
}

fn adds_invites(house: &mut House) -> Kept<Invite> {
    let kept = Kept::default();
    house.tx.invites.expect_add().returning(kept.keeper());
    kept
}

async fn invite_ann(house: &OpenHouse, role: InviteRole) -> Result<Invite, InviteToProjectError> {
    house.does.invite_to_project.execute(&actor(&bob()), &project().slug, request(role)).await
}

#[tokio::test]
async fn the_invited_is_mailed_a_link_of_which_only_the_digest_is_kept() {
    let mut house = house(Some(Role::Owner), None);
    let (added, letters) = (adds_invites(&mut house), house.letters());
    let house = house.open();
    let made = invite_ann(&house, InviteRole::Admin).await.unwrap();

    assert_eq!(added.only(), made);
    let InviteRequest { address, role, redirect_url } = request(InviteRole::Admin);
    assert_eq!((made.project, made.invited_by), (project().id, bob().id));
    assert_eq!((&made.address, made.role, &made.redirect_url), (&address, role, &redirect_url));
    assert_eq!(made.state, InviteState::Pending);
    assert_eq!((made.created_at, made.expires_at), (now(), now() + TimeDelta::days(7)));
    let letter = letters.only();
    assert_eq!(token(&secret_of(&letter)).digest(), made.token);
    assert_eq!(letter.to, ann_address().into());
    let (project, inviter) = ("Chess".to_owned(), "Bob".to_owned());
    assert_eq!(letter.letter, Letter::Invite { project, inviter, role, expires_at: made.expires_at });
    assert_eq!(house.locks(), [Lock::Project(made.project)]);
    assert!(house.committed());
}

#[tokio::test]
async fn an_admin_invites_plain_members_only() {
    let mut open_to_members = house(Some(Role::Admin), None);
    let invites = adds_invites(&mut open_to_members);
    open_to_members.letters();
    invite_ann(&open_to_members.open(), InviteRole::Member).await.unwrap();
    assert_eq!(invites.only().role, InviteRole::Member);

    let house = house(Some(Role::Admin), None).open();
    let refused = invite_ann(&house, InviteRole::Admin).await;
    assert_refused!(refused, InviteToProjectError::Refused(ProjectRefusal::OnlyOwnerAssignsAdmin));
    assert!(!house.committed());
}

#[tokio::test]
async fn whoever_does_not_run_the_project_invites_nobody() {
    for (role, refusal) in
        [(Some(Role::Member), ProjectRefusal::NotManager), (None, ProjectRefusal::NotFound)]
    {
        match invite_ann(&house(role, None).open(), InviteRole::Member).await {
            Err(InviteToProjectError::Refused(refused)) => assert_eq!(refused, refusal),
            other => panic!("{other:?} is not {refusal:?}"),
        }
    }
}

#[tokio::test]
async fn an_address_is_invited_once_at_a_time() {
    let house = house(Some(Role::Owner), Some(invite())).open();
    assert_refused!(invite_ann(&house, InviteRole::Member).await, InviteToProjectError::AlreadyInvited);
    assert!(!house.committed());
}

#[tokio::test]
async fn an_expired_invite_steps_aside_before_the_new_one_is_kept() {
    let mut house = house(Some(Role::Owner), Some(expired_invite()));
    house.letters();
    let mut order = Sequence::new();
    let revoked = Invite { state: InviteState::Revoked { at: now() }, ..expired_invite() };
    let invites = &mut house.tx.invites;
    let closed = invites.expect_close().with(eq(revoked));
    closed.times(1).in_sequence(&mut order).returning(|_| Ok(()));
    invites.expect_add().times(1).in_sequence(&mut order).returning(|_| Ok(()));
    invite_ann(&house.open(), InviteRole::Member).await.unwrap();
}

#[tokio::test]
async fn an_expired_invite_that_was_sent_anew_a_moment_ago_stays() {
    let mut house = house(Some(Role::Owner), Some(expired_invite()));
    house.tx.invites.expect_close().returning(|_| Err(StoreError::Stale));
    let house = house.open();
    assert_refused!(invite_ann(&house, InviteRole::Member).await, InviteToProjectError::AlreadyInvited);
    assert!(!house.committed());
}

#[tokio::test]
async fn of_two_who_invite_one_address_at_once_the_second_is_refused() {
    let mut house = house(Some(Role::Owner), None);
    house.tx.invites.expect_add().returning(|_| Err(StoreError::Duplicate(Unique::PendingInvite)));
    let house = house.open();
    assert_refused!(invite_ann(&house, InviteRole::Member).await, InviteToProjectError::AlreadyInvited);
    assert!(!house.committed());
}

#[tokio::test]
async fn a_member_is_not_invited() {
    let mut house = House::default();
    let project = project();
    house.tx.projects.expect_find_by_slug().returning(move |_| Ok(Some(project.clone())));
    house.tx.members.expect_find().returning(|_, user| {
        let role = if user == bob().id { Role::Owner } else { Role::Member };
        Ok([bob(), ann()].iter().find(|known| known.id == user).map(|known| member(known, role)))
    });
    house.holder(Some(ann_email()));
    let refused = invite_ann(&house.open(), InviteRole::Member).await;
    assert_refused!(refused, InviteToProjectError::AlreadyMember);
}

#[tokio::test]
async fn an_account_outside_the_project_is_invited_as_anybody() {
    let mut house = House::default();
    house.standing(project(), &bob(), Some(Role::Owner));
    house.users(&[bob()]);
    house.holder(Some(ann_email()));
    house.tx.invites.expect_find_pending().returning(|_, _| Ok(None));
    let invites = adds_invites(&mut house);
    house.letters();
    invite_ann(&house.open(), InviteRole::Member).await.unwrap();
    assert_eq!(invites.only().address, ann_address());
}
