//! Sign-ins.

use portico_domain::{
    credential::Credential,
    id::UserId,
    password::PasswordHash,
    policy::Lifetimes,
    ports::StoreError,
    session::{Session, TokenPair},
    user::UserState,
};

use crate::fixture::{Dice, Fixture, assert_refused, digest, later, new_session, now, on_both};

on_both!(
    a_pair_is_found_by_either_token,
    one_look_tells_all_about_a_bearer,
    a_dead_bearer_is_still_found,
    sign_ins_of_other_doors_are_not_found,
    a_refresh_token_is_used_once,
    ending_a_sign_in_ends_all_its_pairs,
    ending_all_sign_ins_of_a_person_can_spare_one,
);

async fn add(f: &Fixture, session: &Session) {
    let session = session.clone();
    f.write(move |tx| tx.sessions().add(&session)).await.unwrap();
}

async fn signed_in(f: &Fixture, user: UserId) -> Session {
    let session = new_session(user);
    add(f, &session).await;
    session
}

async fn find(f: &Fixture, session: &Session) -> Session {
    let token = session.token;
    f.read(move |seen| seen.sessions().find_bearer(&token)).await.unwrap().unwrap().session
}

async fn a_pair_is_found_by_either_token(f: &Fixture) {
    let session = signed_in(f, f.person().await.id).await;
    assert_eq!(find(f, &session).await, session);
    let (token, refresh) = (session.token, session.refresh);
    assert_eq!(f.read(move |seen| seen.sessions().find_by_refresh(&refresh)).await.unwrap(), Some(session));
    assert_eq!(f.read(move |seen| seen.sessions().find_by_refresh(&token)).await.unwrap(), None);
    assert_eq!(f.read(move |seen| seen.sessions().find_bearer(&refresh)).await.unwrap(), None);
    let unknown = digest();
    assert_eq!(f.read(move |seen| seen.sessions().find_bearer(&unknown)).await.unwrap(), None);
}

async fn one_look_tells_all_about_a_bearer(f: &Fixture) {
    let user = f.person().await.id;
    let token = signed_in(f, user).await.token;
    let look = async || f.read(move |seen| seen.sessions().find_bearer(&token)).await.unwrap().unwrap();
    let bearer = look().await;
    assert_eq!((bearer.user_state, bearer.password_change_required), (UserState::Active, false));
    let hash = PasswordHash::from_phc("$argon2id$1".to_owned());
    let mut credential = Credential { user, hash, must_change: false, changed_at: now() };
    for must_change in [false, true] {
        credential.must_change = must_change;
        let kept = credential.clone();
        f.write(move |tx| tx.credentials().set(&kept)).await.unwrap();
        assert_eq!(look().await.password_change_required, must_change);
    }
    f.sql("UPDATE users SET state = 'disabled'");
    assert_eq!(look().await.user_state, UserState::Disabled);
}

async fn a_dead_bearer_is_still_found(f: &Fixture) {
    let mut session = new_session(f.person().await.id);
    session.rotated_at = Some(later(1));
    session.ended_at = Some(later(2));
    add(f, &session).await;
    assert_eq!(find(f, &session).await, session);
}

async fn sign_ins_of_other_doors_are_not_found(f: &Fixture) {
    let session = signed_in(f, f.person().await.id).await;
    f.sql("UPDATE sessions SET kind = 'portal'");
    let (token, refresh) = (session.token, session.refresh);
    assert_eq!(f.read(move |seen| seen.sessions().find_bearer(&token)).await.unwrap(), None);
    assert_eq!(f.read(move |seen| seen.sessions().find_by_refresh(&refresh)).await.unwrap(), None);
}

async fn a_refresh_token_is_used_once(f: &Fixture) {
    let session = signed_in(f, f.person().await.id).await;
    let id = session.id;
    f.write(move |tx| tx.sessions().rotate(id, later(1))).await.unwrap();
    assert_refused!(f.write(move |tx| tx.sessions().rotate(id, later(2))).await, StoreError::Stale);
    assert_eq!(find(f, &session).await, Session { rotated_at: Some(later(1)), ..session });

    let ended = signed_in(f, f.person().await.id).await;
    let (id, family) = (ended.id, ended.family);
    f.write(move |tx| tx.sessions().end_family(family, later(1))).await.unwrap();
    assert_refused!(f.write(move |tx| tx.sessions().rotate(id, later(2))).await, StoreError::Stale);
    let unknown = new_session(ended.user).id;
    assert_refused!(f.write(move |tx| tx.sessions().rotate(unknown, later(2))).await, StoreError::Stale);
}

async fn ending_a_sign_in_ends_all_its_pairs(f: &Fixture) {
    let first = signed_in(f, f.person().await.id).await;
    let pair = TokenPair::generate("test_", &Dice);
    let second = first.next(&pair, &Lifetimes::default(), later(1), &Dice);
    add(f, &second).await;
    let other = signed_in(f, first.user).await;
    let family = first.family;
    for at in [later(5), later(9)] {
        f.write(move |tx| tx.sessions().end_family(family, at)).await.unwrap();
    }
    // The first end counts.
    assert_eq!(find(f, &first).await.ended_at, Some(later(5)));
    assert_eq!(find(f, &second).await.ended_at, Some(later(5)));
    assert_eq!(find(f, &other).await.ended_at, None);
}

async fn ending_all_sign_ins_of_a_person_can_spare_one(f: &Fixture) {
    let (user, stranger) = (f.person().await.id, f.person().await.id);
    let (mine, spared, his) =
        (signed_in(f, user).await, signed_in(f, user).await, signed_in(f, stranger).await);
    let except = Some(spared.family);
    f.write(move |tx| tx.sessions().end_all_of(user, except, later(5))).await.unwrap();
    let ends = [find(f, &mine).await.ended_at, find(f, &spared).await.ended_at, find(f, &his).await.ended_at];
    assert_eq!(ends, [Some(later(5)), None, None]);
    f.write(move |tx| tx.sessions().end_all_of(user, None, later(6))).await.unwrap();
    let ends = [find(f, &mine).await.ended_at, find(f, &spared).await.ended_at, find(f, &his).await.ended_at];
    assert_eq!(ends, [Some(later(5)), Some(later(6)), None]);
}
