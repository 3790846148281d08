//! Links that prove members' addresses.

use portico_domain::{
    email_verification::EmailVerification,
    ports::{StoreError, StoreExt as _},
    token::PlainToken,
};

use crate::fixture::{Dice, Fixture, address, assert_refused, digest, later, now, on_both};

on_both!(a_link_comes_back_as_it_was_added, a_link_is_used_once, of_16_who_follow_a_link_one_opens_a_session,);

async fn link(f: &Fixture) -> EmailVerification {
    let (user, token) = (f.person().await.id, PlainToken::generate("", &Dice));
    let link = EmailVerification::issue(user, &address("Ann@Example.org"), &token, now());
    let kept = link.clone();
    f.write(move |tx| tx.email_verifications().add(&kept)).await.unwrap();
    link
}

async fn find(f: &Fixture, link: &EmailVerification) -> Option<EmailVerification> {
    let token = link.digest;
    f.read(move |seen| seen.email_verifications().find(&token)).await.unwrap()
}

async fn a_link_comes_back_as_it_was_added(f: &Fixture) {
    let (first, second) = (link(f).await, link(f).await);
    assert_eq!(find(f, &first).await, Some(first.clone()));
    assert_eq!(find(f, &second).await, Some(second.clone()));
    let used = EmailVerification { digest: digest(), used_at: Some(later(7)), ..first.clone() };
    let kept = used.clone();
    f.write(move |tx| tx.email_verifications().add(&kept)).await.unwrap();
    assert_eq!(find(f, &used).await, Some(used));
    assert_eq!(find(f, &EmailVerification { digest: digest(), ..first }).await, None);
}

async fn a_link_is_used_once(f: &Fixture) {
    let (first, other) = (link(f).await, link(f).await);
    let close = async |token, at| f.write(move |tx| tx.email_verifications().close(&token, at)).await;
    close(first.digest, later(5)).await.unwrap();
    assert_refused!(close(first.digest, later(9)).await, StoreError::Stale);
    assert_refused!(close(digest(), later(9)).await, StoreError::Stale);
    let used = EmailVerification { used_at: Some(later(5)), ..first };
    assert_eq!(find(f, &used).await, Some(used.clone()));
    assert_eq!(find(f, &other).await, Some(other));
}

async fn of_16_who_follow_a_link_one_opens_a_session(f: &Fixture) {
    let token = link(f).await.digest;
    let racers: Vec<_> = (0..16)
        .map(|_| {
            let store = f.store.clone();
            tokio::spawn(async move {
                let work =
                    store.write::<_, StoreError, _>(move |tx| tx.email_verifications().close(&token, now()));
                work.await
            })
        })
        .collect();
    let mut won = 0;
    for racer in racers {
        match racer.await.unwrap() {
            Ok(()) => won += 1,
            refused => assert_refused!(refused, StoreError::Stale),
        }
    }
    assert_eq!(won, 1);
}
