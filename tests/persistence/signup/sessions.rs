//! Sign-ins.

use chrono::TimeDelta;
use portico_domain::{
    id::SignupSessionId,
    ports::StoreError,
    signup::{SignupBearer, SignupSession},
    user::UserState,
};

use crate::fixture::{Dice, Fixture, assert_refused, later, new_signup_session, now, on_both};

on_both!(
    one_look_tells_everything_of_a_bearer,
    a_dead_sign_in_is_still_found,
    a_sign_in_takes_the_place_of_that_on_the_same_device_alone,
    a_pair_is_renewed_in_its_turn_and_once,
    an_ended_sign_in_is_not_renewed,
    a_sign_in_ends_once,
    all_sign_ins_of_an_entity_end_but_for_the_one_named,
    devices_are_listed_the_oldest_sign_in_first,
    a_sign_in_needs_its_entity,
);

fn unknown() -> SignupSessionId {
    SignupSessionId::generate(now(), &Dice)
}

/// The same sign-in after a refresh.
fn next(session: &SignupSession) -> SignupSession {
    SignupSession {
        generation: session.generation + 1,
        recent_rotations: session.recent_rotations.with(session.generation, later(1), later(2)),
        issued_at: later(60),
        access_expires_at: later(120),
        refresh_expires_at: later(180),
        ..session.clone()
    }
}

async fn rotate(f: &Fixture, next: &SignupSession) -> Result<(), StoreError> {
    let next = next.clone();
    f.write(move |tx| tx.signup_sessions().rotate(&next)).await
}

async fn one_look_tells_everything_of_a_bearer(f: &Fixture) {
    let (signup, other) = (f.signup("ann").await, f.signup("bob").await);
    let (session, his) = (f.sign_in(signup.id, "one").await, f.sign_in(other.id, "one").await);
    let provider = f.door().await;
    let user_state = UserState::Active;
    let expected = SignupBearer { session: session.clone(), signup, provider: provider.clone(), user_state };
    assert_eq!(f.bearer(session.id).await, Some(expected.clone()));
    let others = SignupBearer { session: his.clone(), signup: other.clone(), provider, user_state };
    assert_eq!(f.bearer(his.id).await, Some(others.clone()));
    let number = f.read(move |seen| seen.users().find(other.user)).await.unwrap().unwrap().number;
    f.sql(&format!("UPDATE users SET state = 'disabled' WHERE number = {number}"));
    assert_eq!(f.bearer(session.id).await, Some(expected));
    assert_eq!(f.bearer(his.id).await, Some(SignupBearer { user_state: UserState::Disabled, ..others }));
    assert_eq!(f.bearer(unknown()).await, None);
}

async fn a_dead_sign_in_is_still_found(f: &Fixture) {
    let signup = f.signup("ann").await.id;
    for ended_at in [None, Some(later(-6))] {
        let dead = SignupSession {
            access_expires_at: later(-5),
            refresh_expires_at: later(-4),
            generation: u32::MAX,
            ended_at,
            ..new_signup_session(signup, "one")
        };
        let dead = f.keep_session(dead).await;
        assert_eq!(f.session(dead.id).await, dead);
    }
}

async fn a_sign_in_takes_the_place_of_that_on_the_same_device_alone(f: &Fixture) {
    let (signup, other) = (f.signup("ann").await.id, f.signup("bob").await.id);
    let first = f.sign_in(signup, "one").await;
    let (elsewhere, his) = (f.sign_in(signup, "One").await, f.sign_in(other, "one").await);
    let second =
        f.keep_session(SignupSession { created_at: later(5), ..new_signup_session(signup, "one") }).await;
    assert_eq!(f.session(first.id).await, SignupSession { ended_at: Some(later(5)), ..first.clone() });
    for live in [&second, &elsewhere, &his] {
        assert_eq!(&f.session(live.id).await, live);
    }
    let third =
        f.keep_session(SignupSession { created_at: later(9), ..new_signup_session(signup, "one") }).await;
    // The first end counts.
    assert_eq!(f.session(first.id).await.ended_at, Some(later(5)));
    assert_eq!(f.session(second.id).await.ended_at, Some(later(9)));
    assert_eq!(f.session(third.id).await, third);
}

async fn a_pair_is_renewed_in_its_turn_and_once(f: &Fixture) {
    let signup = f.signup("ann").await.id;
    let (session, other) = (f.sign_in(signup, "one").await, f.sign_in(signup, "two").await);
    let (second, third) = (next(&session), next(&next(&session)));
    assert_refused!(rotate(f, &session).await, StoreError::Stale);
    assert_refused!(rotate(f, &third).await, StoreError::Stale);
    rotate(f, &second).await.unwrap();
    assert_eq!(f.session(session.id).await, second);
    assert_refused!(rotate(f, &second).await, StoreError::Stale);
    rotate(f, &third).await.unwrap();
    assert_eq!(f.session(session.id).await, third);
    assert_refused!(rotate(f, &second).await, StoreError::Stale);
    assert_eq!(f.session(other.id).await, other);
    let stranger = SignupSession { id: unknown(), ..second };
    assert_refused!(rotate(f, &stranger).await, StoreError::Stale);
}

async fn an_ended_sign_in_is_not_renewed(f: &Fixture) {
    let session = f.sign_in(f.signup("ann").await.id, "one").await;
    let id = session.id;
    f.write(move |tx| tx.signup_sessions().end(id, later(5))).await.unwrap();
    assert_refused!(rotate(f, &next(&session)).await, StoreError::Stale);
    assert_eq!(f.session(id).await, SignupSession { ended_at: Some(later(5)), ..session });
}

async fn a_sign_in_ends_once(f: &Fixture) {
    let signup = f.signup("ann").await.id;
    let (session, other) = (f.sign_in(signup, "one").await, f.sign_in(signup, "two").await);
    for at in [later(5), later(9)] {
        let id = session.id;
        f.write(move |tx| tx.signup_sessions().end(id, at)).await.unwrap();
        // The first end counts.
        assert_eq!(f.session(id).await.ended_at, Some(later(5)));
    }
    assert_eq!(f.session(other.id).await, other);
    f.write(move |tx| tx.signup_sessions().end(unknown(), later(1))).await.unwrap();
}

async fn all_sign_ins_of_an_entity_end_but_for_the_one_named(f: &Fixture) {
    let (signup, other) = (f.signup("ann").await.id, f.signup("bob").await.id);
    let mut mine = Vec::new();
    for fingerprint in ["one", "two", "three"] {
        mine.push(f.sign_in(signup, fingerprint).await.id);
    }
    let his = f.sign_in(other, "one").await;
    let first = mine[0];
    f.write(move |tx| tx.signup_sessions().end(first, later(1))).await.unwrap();
    let kept = mine[1];
    f.write(move |tx| tx.signup_sessions().end_all_of(signup, Some(kept), later(5))).await.unwrap();
    let ends = async || {
        let mut ends = Vec::new();
        for id in &mine {
            ends.push(f.session(*id).await.ended_at);
        }
        ends
    };
    assert_eq!(ends().await, [Some(later(1)), None, Some(later(5))]);
    f.write(move |tx| tx.signup_sessions().end_all_of(signup, None, later(9))).await.unwrap();
    assert_eq!(ends().await, [Some(later(1)), Some(later(9)), Some(later(5))]);
    assert_eq!(f.session(his.id).await, his);
}

async fn devices_are_listed_the_oldest_sign_in_first(f: &Fixture) {
    let (signup, other) = (f.signup("ann").await.id, f.signup("bob").await.id);
    let over = TimeDelta::seconds(100);
    for (fingerprint, begun, access, refresh, ended_at) in [
        ("late", 30, 200, 200, None),
        ("early", 10, 200, 200, None),
        ("access alone", 20, 101, 50, None),
        ("refresh alone", 25, 50, 101, None),
        ("expired", 15, 100, 100, None),
        ("ended", 15, 200, 200, Some(later(50))),
    ] {
        let session = SignupSession {
            created_at: later(begun),
            access_expires_at: later(access),
            refresh_expires_at: later(refresh),
            ended_at,
            ..new_signup_session(signup, fingerprint)
        };
        f.keep_session(session).await;
    }
    f.sign_in(other, "his").await;
    let devices =
        f.read(move |seen| seen.signup_sessions().list_devices(signup, now() + over)).await.unwrap();
    let expected = ["early", "access alone", "refresh alone", "late"].map(crate::fixture::device);
    assert_eq!(devices, expected);
}

async fn a_sign_in_needs_its_entity(f: &Fixture) {
    let session = new_signup_session(portico_domain::id::SignupId::from_number(99), "one");
    let refused = f.write(move |tx| tx.signup_sessions().add(&session)).await;
    assert_refused!(refused, StoreError::Unavailable(_));
}
