//! Requests for new passwords.

use portico_domain::{
    id::{PasswordResetId, UserId},
    password_reset::PasswordReset,
    ports::StoreError,
};

use crate::fixture::{Dice, Fixture, assert_refused, digest, later, now, on_both};

on_both!(
    a_request_comes_back_as_it_was_added,
    a_request_is_used_once,
    all_open_requests_of_a_person_are_closed_together,
);

async fn add(f: &Fixture, user: Option<UserId>) -> PasswordReset {
    let reset = PasswordReset {
        id: PasswordResetId::generate(now(), &Dice),
        user,
        token: digest(),
        created_at: now(),
        expires_at: later(900),
        closed_at: None,
    };
    let kept = reset.clone();
    f.write(move |tx| tx.password_resets().add(&kept)).await.unwrap();
    reset
}

async fn find(f: &Fixture, reset: &PasswordReset) -> PasswordReset {
    let token = reset.token;
    f.read(move |seen| seen.password_resets().find_by_token(&token)).await.unwrap().unwrap()
}

async fn a_request_comes_back_as_it_was_added(f: &Fixture) {
    for user in [Some(f.person().await.id), None] {
        let reset = add(f, user).await;
        assert_eq!(find(f, &reset).await, reset);
    }
    let unknown = digest();
    assert_eq!(f.read(move |seen| seen.password_resets().find_by_token(&unknown)).await.unwrap(), None);
}

async fn a_request_is_used_once(f: &Fixture) {
    let reset = add(f, Some(f.person().await.id)).await;
    let (id, unknown) = (reset.id, PasswordResetId::generate(now(), &Dice));
    f.write(move |tx| tx.password_resets().close(id, later(1))).await.unwrap();
    assert_refused!(f.write(move |tx| tx.password_resets().close(id, later(2))).await, StoreError::Stale);
    assert_refused!(
        f.write(move |tx| tx.password_resets().close(unknown, later(2))).await,
        StoreError::Stale
    );
    assert_eq!(find(f, &reset).await, PasswordReset { closed_at: Some(later(1)), ..reset });
}

async fn all_open_requests_of_a_person_are_closed_together(f: &Fixture) {
    let (user, stranger) = (f.person().await.id, f.person().await.id);
    let (first, second, his) =
        (add(f, Some(user)).await, add(f, Some(user)).await, add(f, Some(stranger)).await);
    let nobodys = add(f, None).await;
    let id = first.id;
    f.write(move |tx| tx.password_resets().close(id, later(1))).await.unwrap();
    f.write(move |tx| tx.password_resets().close_all_of(user, later(5))).await.unwrap();
    assert_eq!(find(f, &first).await.closed_at, Some(later(1)));
    assert_eq!(find(f, &second).await.closed_at, Some(later(5)));
    assert_eq!(find(f, &his).await.closed_at, None);
    assert_eq!(find(f, &nobodys).await.closed_at, None);
}
