//! Invites.

use portico_domain::{
    invite::{Invite, InviteRole, InviteState},
    page::Page,
    ports::{StoreError, Unique},
    redirect_url::RedirectUrl,
};

use crate::fixture::{Fixture, assert_refused, digest, later, new_invite, on_both};

on_both!(
    an_invite_comes_back_as_it_was_added,
    an_address_has_one_pending_invite_into_a_project,
    pending_invites_are_listed_in_pages,
    an_invite_is_closed_once,
    a_renewed_invite_has_another_token_and_time,
    an_invite_that_was_sent_anew_meanwhile_is_not_touched,
);

async fn add(f: &Fixture, invite: &Invite) -> Result<(), StoreError> {
    let invite = invite.clone();
    f.write(move |tx| tx.invites().add(&invite)).await
}

async fn close(f: &Fixture, invite: &Invite) -> Result<(), StoreError> {
    let invite = invite.clone();
    f.write(move |tx| tx.invites().close(&invite)).await
}

async fn renew(f: &Fixture, invite: &Invite, old: &Invite) -> Result<(), StoreError> {
    let (invite, old) = (invite.clone(), old.token);
    f.write(move |tx| tx.invites().renew(&invite, &old)).await
}

async fn find(f: &Fixture, invite: &Invite) -> Option<Invite> {
    let (project, id) = (invite.project, invite.id);
    f.read(move |seen| seen.invites().find(project, id)).await.unwrap()
}

async fn an_invite_comes_back_as_it_was_added(f: &Fixture) {
    let project = f.project().await;
    let plain = new_invite(&project, "Guest@Example.org");
    let rich = Invite {
        role: InviteRole::Admin,
        redirect_url: Some(RedirectUrl::parse("https://example.org/a?b=c#d").unwrap()),
        ..new_invite(&project, "other@example.org")
    };
    for invite in [plain, rich] {
        assert_eq!(find(f, &invite).await, None);
        add(f, &invite).await.unwrap();
        assert_eq!(find(f, &invite).await, Some(invite.clone()));
        let token = invite.token;
        assert_eq!(
            f.read(move |seen| seen.invites().find_by_token(&token)).await.unwrap(),
            Some(invite.clone())
        );
        let (id, canonical) = (project.id, invite.address.canonical().clone());
        let pending = f.read(move |seen| seen.invites().find_pending(id, &canonical)).await.unwrap();
        assert_eq!(pending, Some(invite.clone()));
        // An invite is only found in its own project.
        let elsewhere = Invite { project: f.project().await.id, ..invite };
        assert_eq!(find(f, &elsewhere).await, None);
    }
    let unknown = digest();
    assert_eq!(f.read(move |seen| seen.invites().find_by_token(&unknown)).await.unwrap(), None);
}

async fn an_address_has_one_pending_invite_into_a_project(f: &Fixture) {
    let project = f.project().await;
    let mut first = new_invite(&project, "guest@example.org");
    add(f, &first).await.unwrap();
    let second = new_invite(&project, "Guest@example.org");
    assert_refused!(add(f, &second).await, StoreError::Duplicate(Unique::PendingInvite));
    add(f, &new_invite(&f.project().await, "guest@example.org")).await.unwrap();
    first.revoke(later(1)).unwrap();
    close(f, &first).await.unwrap();
    add(f, &second).await.unwrap();
}

async fn pending_invites_are_listed_in_pages(f: &Fixture) {
    let project = f.project().await;
    let mut pending = Vec::new();
    for name in ["a", "b", "c"] {
        let invite = new_invite(&project, &format!("{name}@example.org"));
        add(f, &invite).await.unwrap();
        pending.push(invite);
    }
    let mut revoked = new_invite(&project, "d@example.org");
    add(f, &revoked).await.unwrap();
    revoked.revoke(later(1)).unwrap();
    close(f, &revoked).await.unwrap();
    add(f, &new_invite(&f.project().await, "a@example.org")).await.unwrap();
    pending.sort_unstable_by_key(|invite| invite.id);

    let (id, page) = (project.id, Page::new(2, None).unwrap());
    assert_eq!(f.read(move |seen| seen.invites().list_pending(id, page)).await.unwrap(), pending[..2]);
    let page = Page::new(2, Some(pending[1].id.uuid())).unwrap();
    assert_eq!(f.read(move |seen| seen.invites().list_pending(id, page)).await.unwrap(), pending[2..]);
}

async fn an_invite_is_closed_once(f: &Fixture) {
    let project = f.project().await;
    let guest = f.person().await.id;
    for (name, state) in [
        ("a", InviteState::Accepted { by: guest, at: later(1) }),
        ("b", InviteState::Revoked { at: later(2) }),
    ] {
        let pending = new_invite(&project, &format!("{name}@example.org"));
        add(f, &pending).await.unwrap();
        let closed = Invite { state, ..pending.clone() };
        close(f, &closed).await.unwrap();
        assert_eq!(find(f, &pending).await, Some(closed.clone()));
        assert_refused!(close(f, &closed).await, StoreError::Stale);
        assert_refused!(renew(f, &pending, &pending).await, StoreError::Stale);
        let (id, canonical) = (project.id, pending.address.canonical().clone());
        assert_eq!(f.read(move |seen| seen.invites().find_pending(id, &canonical)).await.unwrap(), None);
    }
    let unknown = new_invite(&project, "c@example.org");
    assert_refused!(close(f, &unknown).await, StoreError::Stale);
}

async fn a_renewed_invite_has_another_token_and_time(f: &Fixture) {
    let old = new_invite(&f.project().await, "guest@example.org");
    add(f, &old).await.unwrap();
    let new = Invite { token: digest(), expires_at: later(900_000), ..old.clone() };
    renew(f, &new, &old).await.unwrap();
    assert_eq!(find(f, &old).await, Some(new));
    let token = old.token;
    assert_eq!(f.read(move |seen| seen.invites().find_by_token(&token)).await.unwrap(), None);
}

async fn an_invite_that_was_sent_anew_meanwhile_is_not_touched(f: &Fixture) {
    let read = new_invite(&f.project().await, "guest@example.org");
    add(f, &read).await.unwrap();
    let renewed = Invite { token: digest(), ..read.clone() };
    renew(f, &renewed, &read).await.unwrap();
    let late = Invite { token: digest(), ..read.clone() };
    assert_refused!(renew(f, &late, &read).await, StoreError::Stale);
    let closed = Invite { state: InviteState::Revoked { at: later(1) }, ..read };
    assert_refused!(close(f, &closed).await, StoreError::Stale);
    assert_eq!(find(f, &renewed).await, Some(renewed));
}
