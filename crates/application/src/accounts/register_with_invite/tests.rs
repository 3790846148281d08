//! Registration with an invite, against mocked ports.

use mockall::predicate::eq;
use portico_domain::{
    email::{Email, EmailState},
    invite::InviteState,
    member::Role,
    ports::Unique,
};

use super::*;
use crate::fixtures::*;

const HINTS: [&str; 2] = ["ann@example.org", "ann"];

async fn register(house: &OpenHouse) -> Result<RegisteredWithInvite, RegisterWithInviteError> {
    let (address, password) = (ann_address(), password("tuesday-fog-lamp"));
    let request = RegisterWithInviteRequest { invite_token: token("invite"), address, password };
    house.does.register_with_invite.execute(request).await
}

/// A house where the token brings this invite, and this is the record of whoever holds Ann's address.
fn house(invite: Option<Invite>, holder: Option<Email>) -> House {
    let mut house = House::default();
    house
        .tx
        .invites
        .expect_find_by_token()
        .with(eq(token("invite").digest()))
        .returning(move |_| Ok(invite.clone()));
    house.holder(holder);
    house.tx.projects.expect_find().returning(|_| Ok(Some(project())));
    house
}

/// A house where the newcomer is let in and his address is read back as proved.
fn house_with_newcomer(invite: Invite) -> House {
    let mut house = house(Some(invite), None);
    house.protects(&HINTS);
    house.settles_anns_address();
    house.tx.emails.expect_add().times(1).returning(|_| Ok(()));
    house.emails(&[ann_email()]);
    house
}

#[tokio::test]
async fn an_invited_newcomer_has_an_account_and_a_membership_in_one_step() {
    let mut house = house_with_newcomer(admins_invite());
    house.member(None);
    let (users, credentials, sessions) = (house.adds_users(), house.credentials(), house.sessions());
    let (members, closed) = (house.members(), house.closed_invites());
    let house = house.open();
    let registered = register(&house).await.unwrap();

    let user = users.only().id;
    let member = members.only();
    assert_eq!((member.user, member.project, member.role), (user, project().id, Role::Admin));
    assert_eq!(closed.only().state, InviteState::Accepted { by: user, at: now() });
    assert_eq!((credentials.only().user, credentials.only().hash), (user, hash("new")));
    let RegisteredWithInvite { signed_in, joined } = registered;
    assert_eq!(sessions.only().token, signed_in.tokens.pair.token.digest());
    assert_eq!(sessions.only().user, user);
    assert_eq!((signed_in.user.id, signed_in.password_change_required), (user, false));
    let redirect_url = invite().redirect_url;
    assert_eq!(joined, JoinedByInvite { project: project(), redirect_url });
    assert_eq!(house.locks(), [Lock::Address(ann_address().canonical().clone())]);
    assert!(house.committed());
}

#[tokio::test]
async fn at_a_provisioned_address_the_invited_completes_that_user() {
    let mut house = house(Some(invite()), Some(in_state(EmailState::Provisioned)));
    house.protects(&HINTS);
    house.users(&[ann()]);
    house.member(None);
    house.tx.emails.expect_verify().with(eq(ann_email().id), eq(now())).times(1).returning(|_, _| Ok(()));
    house.settles_anns_address();
    house.ends_sign_ins(&ann(), None);
    house.emails(&[ann_email()]);
    house.sessions();
    house.closed_invites();
    let (credentials, members) = (house.credentials(), house.members());
    let house = house.open();
    let registered = register(&house).await.unwrap();

    assert_eq!(registered.signed_in.user.id, ann().id);
    assert_eq!((credentials.only().user, members.only().user), (ann().id, ann().id));
    let address = ann_address().canonical().clone();
    assert_eq!(house.locks(), [Lock::Address(address), Lock::User(ann().id)]);
}

#[tokio::test]
async fn without_a_living_invite_of_the_address_nothing_is_hashed() {
    let others = Invite { address: address("bob@example.org"), ..invite() };
    let others_expired = Invite { expires_at: now(), ..others.clone() };
    for (found, refusal) in [
        (None, InviteRefusal::NotFound),
        (Some(revoked_invite()), InviteRefusal::NotFound),
        (Some(expired_invite()), InviteRefusal::Expired),
        (Some(others_expired), InviteRefusal::Expired),
        (Some(others), InviteRefusal::EmailMismatch),
    ] {
        let house = house(found, None).open();
        match register(&house).await {
            Err(RegisterWithInviteError::Refused(refused)) => assert_eq!(refused, refusal),
            other => panic!("{other:?} is not {refusal:?}"),
        }
        assert!(house.wrote_nothing());
    }
}

#[tokio::test]
async fn an_address_that_has_an_account_is_refused_without_hashing() {
    let house = house(Some(invite()), Some(ann_email())).open();
    assert_refused!(register(&house).await, RegisterWithInviteError::EmailAlreadyInUse);
    assert!(house.wrote_nothing());
}

#[tokio::test]
async fn a_weak_password_does_not_use_the_invite_up() {
    let mut house = house(Some(invite()), None);
    house.refuses_passwords(PasswordsError::Weak("too common".to_owned()));
    let house = house.open();
    let refused = register(&house).await;
    assert_refused!(refused, RegisterWithInviteError::Passwords(PasswordsError::Weak(_)));
    assert!(house.wrote_nothing());
}

#[tokio::test]
async fn an_account_made_while_the_password_was_hashed_stands_in_the_way() {
    let mut house = House::default();
    house.invite_by_token(Some(invite()));
    house.tx.emails.expect_find_holder().times(1).return_once(|_| Ok(None));
    house.holder(Some(ann_email()));
    house.protects(&HINTS);
    let house = house.open();
    assert_refused!(register(&house).await, RegisterWithInviteError::EmailAlreadyInUse);
    assert!(!house.committed());
}

#[tokio::test]
async fn of_two_who_add_one_address_at_once_the_second_is_refused() {
    let mut house = house(Some(invite()), None);
    house.protects(&HINTS);
    house.adds_users();
    house.tx.emails.expect_add().returning(|_| Err(StoreError::Duplicate(Unique::HeldAddress)));
    let house = house.open();
    assert_refused!(register(&house).await, RegisterWithInviteError::EmailAlreadyInUse);
    assert!(!house.committed());
}

#[tokio::test]
async fn an_invite_taken_back_while_the_password_was_hashed_lets_nobody_in() {
    let mut house = House::default();
    house.tx.invites.expect_find_by_token().times(1).return_once(|_| Ok(Some(invite())));
    house.invite_by_token(Some(revoked_invite()));
    house.holder(None);
    house.protects(&HINTS);
    let house = house.open();
    let refused = register(&house).await;
    assert_refused!(refused, RegisterWithInviteError::Refused(InviteRefusal::NotFound));
    assert!(!house.committed());
}

#[tokio::test]
async fn an_invite_closed_a_moment_ago_takes_the_account_back_with_it() {
    let mut house = house_with_newcomer(invite());
    house.member(None);
    house.adds_users();
    house.credentials();
    house.tx.invites.expect_close().returning(|_| Err(StoreError::Stale));
    let house = house.open();
    let refused = register(&house).await;
    assert_refused!(refused, RegisterWithInviteError::Refused(InviteRefusal::NotFound));
    assert!(!house.committed());
}

#[tokio::test]
async fn a_provisioned_member_cannot_come_in_a_second_time() {
    let mut house = house(Some(invite()), Some(in_state(EmailState::Provisioned)));
    house.protects(&HINTS);
    house.users(&[ann()]);
    house.member(Some(member(&ann(), Role::Member)));
    house.tx.emails.expect_verify().returning(|_, _| Ok(()));
    house.settles_anns_address();
    house.ends_sign_ins(&ann(), None);
    house.emails(&[ann_email()]);
    house.credentials();
    let house = house.open();
    let refused = register(&house).await;
    assert_refused!(refused, RegisterWithInviteError::Refused(InviteRefusal::AlreadyMember));
    assert!(!house.committed());
}
