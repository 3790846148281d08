//! Invites over mocked ports: one is made, kept, refused to a stranger, accepted, and refused the second time, without
//! HTTP and without a database.
//!
//! `cargo run -p portico-domain --features mocks --example invites_with_mocks` prints what happens.

#![expect(clippy::unwrap_used, reason = "nothing panics while it has the lock")]

use std::{
    error::Error,
    sync::{Arc, Mutex},
};

use chrono::{DateTime, TimeDelta, Utc};
use portico_domain::{
    email::EmailAddress,
    id::{InviteId, ProjectId, UserId},
    invite::{Invite, InviteRefusal, InviteRole, InviteState},
    member::{Member, Role},
    policy::Lifetimes,
    ports::mocks::{CountingEntropy, FixedClock, MockStore, MockTransaction},
    ports::{Clock as _, Store, StoreExt as _},
    token::{PlainToken, TokenDigest},
};

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    story().await?.iter().for_each(|line| println!("{line}"));
    Ok(())
}

async fn story() -> Result<Vec<String>, Failure> {
    let (clock, entropy) = (FixedClock::default(), CountingEntropy::default());
    let (now, token) = (clock.now(), PlainToken::generate("", &entropy));
    let invite = Invite {
        id: InviteId::generate(now, &entropy),
        project: ProjectId::generate(now, &entropy),
        address: EmailAddress::parse("bob@example.org")?,
        role: InviteRole::Member,
        token: token.digest(),
        invited_by: UserId::generate(now, &entropy),
        redirect_url: None,
        state: InviteState::Pending,
        created_at: now,
        expires_at: now + Lifetimes::default().invite,
    };
    let mut told = vec![format!("{} is invited until {}", invite.address, invite.expires_at.date_naive())];

    let store = MockStore::new(repositories());
    store.write(move |tx| tx.invites().add(&invite)).await?;
    for (address, later) in [("cleo@example.org", 0), ("Bob@Example.org", 6), ("Bob@Example.org", 1)] {
        clock.advance(TimeDelta::days(later));
        let (day, address) = (clock.now().date_naive(), EmailAddress::parse(address)?);
        told.push(match join(&store, token.digest(), address.clone(), clock.now()).await {
            Ok(role) => format!("{day}: {address} joins as {}", role.as_str()),
            Err(refusal) => format!("{day}: {address} is refused, {refusal}"),
        });
    }
    told.push(format!("the units of work ended in {:?}", store.verdicts()));
    Ok(told)
}

/// A use case: lets whoever proved this address in by the invite with this token.
async fn join(
    store: &dyn Store,
    token: TokenDigest,
    address: EmailAddress,
    now: DateTime<Utc>,
) -> Result<Role, Failure> {
    let (entropy, proved) = (CountingEntropy::default(), [address.canonical().clone()]);
    let user = UserId::generate(now, &entropy);
    let work = store.write(move |tx| {
        let mut invite = tx.invites().find_by_token(&token)?.ok_or(InviteRefusal::NotFound)?;
        let role = invite.accept(user, &proved, false, now)?;
        tx.invites().close(&invite)?;
        tx.members().add(&Member::new(invite.project, user, role, now, &entropy))?;
        Ok(role)
    });
    work.await
}

/// Mocks that keep the last state of one invite; any call that is not expected here panics.
fn repositories() -> MockTransaction {
    let last = Arc::new(Mutex::new(None::<Invite>));
    let (added, closed, mut tx) = (Arc::clone(&last), Arc::clone(&last), MockTransaction::default());
    tx.invites.expect_add().times(1).returning(move |invite| {
        *added.lock().unwrap() = Some(invite.clone());
        Ok(())
    });
    tx.invites.expect_find_by_token().returning(move |_| Ok(last.lock().unwrap().clone()));
    tx.invites.expect_close().times(1).returning(move |invite| {
        *closed.lock().unwrap() = Some(invite.clone());
        Ok(())
    });
    tx.members.expect_add().times(1).returning(|_| Ok(()));
    tx
}

#[tokio::test]
async fn the_story_is_told_to_its_end() {
    let told = story().await.unwrap();
    let expected = [
        "bob@example.org is invited until 2024-01-22",
        "2024-01-15: cleo@example.org is refused, the invite was sent to another address",
        "2024-01-21: Bob@Example.org joins as member",
        "2024-01-22: Bob@Example.org is refused, there is no such invite",
        "the units of work ended in [Commit, Rollback, Commit, Rollback]",
    ];
    assert_eq!(told, expected);
    let guide = include_str!("../../../docs/domain.md");
    assert!(guide.contains(&expected.join("\n")), "docs/domain.md shows something else");
}
