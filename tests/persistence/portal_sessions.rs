//! The portal's sign-ins.

use chrono::TimeDelta;
use portico_domain::{
    id::UserId,
    portal_session::{PortalSession, Visitor},
    token::PlainToken,
    user::UserState,
};

use crate::fixture::{Dice, Fixture, digest, later, new_session, now, on_both};

on_both!(
    a_visitor_is_found_by_his_cookie,
    one_look_tells_whether_he_may_use_the_house,
    a_dead_session_is_still_found,
    the_sessions_of_other_doors_are_not_found,
    a_session_ends_once,
    what_ends_all_sign_ins_of_a_person_ends_these_too,
    a_person_may_have_several,
);

async fn signed_in(f: &Fixture, user: UserId) -> PortalSession {
    let token = PlainToken::generate("", &Dice);
    let session = PortalSession::open(user, &token, TimeDelta::days(10), now(), &Dice);
    let kept = session.clone();
    f.write(move |tx| tx.portal_sessions().add(&kept)).await.unwrap();
    session
}

async fn look(f: &Fixture, session: &PortalSession) -> Option<Visitor> {
    let token = session.token;
    f.read(move |seen| seen.portal_sessions().find_visitor(&token)).await.unwrap()
}

async fn a_visitor_is_found_by_his_cookie(f: &Fixture) {
    let session = signed_in(f, f.person().await.id).await;
    let visitor = look(f, &session).await;
    assert_eq!(visitor, Some(Visitor { session: session.clone(), user_state: UserState::Active }));
    assert_eq!(look(f, &PortalSession { token: digest(), ..session }).await, None);
}

async fn one_look_tells_whether_he_may_use_the_house(f: &Fixture) {
    let (user, other) = (f.person().await, f.person().await);
    let (session, elsewhere) = (signed_in(f, user.id).await, signed_in(f, other.id).await);
    f.sql(&format!("UPDATE users SET state = 'disabled' WHERE number = {}", user.number));
    assert_eq!(look(f, &session).await.unwrap().user_state, UserState::Disabled);
    assert_eq!(look(f, &elsewhere).await.unwrap().user_state, UserState::Active);
}

async fn a_dead_session_is_still_found(f: &Fixture) {
    let mut session = signed_in(f, f.person().await.id).await;
    session.token = digest();
    session.id = portico_domain::id::SessionId::generate(now(), &Dice);
    (session.expires_at, session.ended_at) = (later(-5), Some(later(-6)));
    let kept = session.clone();
    f.write(move |tx| tx.portal_sessions().add(&kept)).await.unwrap();
    assert_eq!(look(f, &session).await.unwrap().session, session);
}

async fn the_sessions_of_other_doors_are_not_found(f: &Fixture) {
    let user = f.person().await.id;
    let (session, accounts) = (signed_in(f, user).await, new_session(user));
    let kept = accounts.clone();
    f.write(move |tx| tx.sessions().add(&kept)).await.unwrap();
    assert_eq!(look(f, &PortalSession { token: accounts.token, ..session.clone() }).await, None);
    let token = session.token;
    assert_eq!(f.read(move |seen| seen.sessions().find_bearer(&token)).await.unwrap(), None);
    // Nor are they ended here.
    let id = accounts.id;
    f.write(move |tx| tx.portal_sessions().end(id, later(1))).await.unwrap();
    let token = accounts.token;
    let bearer = f.read(move |seen| seen.sessions().find_bearer(&token)).await.unwrap();
    assert_eq!(bearer.unwrap().session, accounts);
}

async fn a_session_ends_once(f: &Fixture) {
    let user = f.person().await.id;
    let (session, other) = (signed_in(f, user).await, signed_in(f, user).await);
    for at in [later(5), later(9)] {
        let id = session.id;
        f.write(move |tx| tx.portal_sessions().end(id, at)).await.unwrap();
    }
    // The first end counts.
    assert_eq!(look(f, &session).await.unwrap().session.ended_at, Some(later(5)));
    assert_eq!(look(f, &other).await.unwrap().session, other);
    let unknown = portico_domain::id::SessionId::generate(now(), &Dice);
    f.write(move |tx| tx.portal_sessions().end(unknown, later(1))).await.unwrap();
}

async fn what_ends_all_sign_ins_of_a_person_ends_these_too(f: &Fixture) {
    let (user, stranger) = (f.person().await.id, f.person().await.id);
    let (mine, his, accounts) = (signed_in(f, user).await, signed_in(f, stranger).await, new_session(user));
    let kept = accounts.clone();
    f.write(move |tx| tx.sessions().add(&kept)).await.unwrap();
    let family = accounts.family;
    f.write(move |tx| tx.sessions().end_all_of(user, Some(family), later(5))).await.unwrap();
    assert_eq!(look(f, &mine).await.unwrap().session.ended_at, Some(later(5)));
    assert_eq!(look(f, &his).await.unwrap().session.ended_at, None);
    f.write(move |tx| tx.sessions().end_all_of(stranger, None, later(6))).await.unwrap();
    assert_eq!(look(f, &his).await.unwrap().session.ended_at, Some(later(6)));
}

async fn a_person_may_have_several(f: &Fixture) {
    let user = f.person().await.id;
    let sessions = [signed_in(f, user).await, signed_in(f, user).await];
    for session in sessions {
        assert_eq!(look(f, &session).await.unwrap().session, session);
    }
}
