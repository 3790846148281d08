//! Throwing away.

use chrono::TimeDelta;
use portico_domain::{
    code::{CodeMac, CodeSubject, VerificationCode},
    ports::Disposable,
    signup::SignupSession,
};

use crate::fixture::{Fixture, later, login, new_signup_session, now, on_both};

on_both!(
    sign_ins_go_when_they_ended_or_both_of_their_tokens_are_over,
    no_more_sign_ins_go_at_once_than_was_asked_for,
    a_sign_in_that_was_renewed_meanwhile_stays,
    codes_of_logins_go_when_their_time_is_over,
);

/// Seconds before the end that tests ask for.
const OLD: i64 = 1000;

async fn purge(f: &Fixture, what: Disposable, limit: u16) -> usize {
    f.write(move |tx| tx.housekeeping().purge(what, later(OLD), limit)).await.unwrap()
}

/// A sign-in on a device of its own, whose tokens and itself end at these instants.
fn session(f: &SignupSession, access: i64, refresh: i64, ended: Option<i64>) -> SignupSession {
    SignupSession {
        access_expires_at: later(access),
        refresh_expires_at: later(refresh),
        ended_at: ended.map(later),
        ..new_signup_session(f.signup, &crate::fixture::word())
    }
}

async fn sign_ins_go_when_they_ended_or_both_of_their_tokens_are_over(f: &Fixture) {
    let live = f.sign_in(f.signup("ann").await.id, "one").await;
    let cases = [
        (session(&live, OLD - 1, OLD - 1, None), false),
        (session(&live, OLD - 1, OLD, None), true),
        (session(&live, OLD, OLD - 1, None), true),
        (session(&live, OLD, OLD, None), true),
        (session(&live, 9000, 9000, Some(OLD - 1)), false),
        (session(&live, 9000, 9000, Some(OLD)), true),
        (session(&live, OLD - 1, OLD - 1, Some(OLD)), false),
        (session(&live, OLD - 1, OLD, Some(OLD)), true),
        (session(&live, OLD - 1, OLD - 1, Some(OLD - 1)), false),
    ];
    for (session, _) in cases.clone() {
        f.keep_session(session).await;
    }
    assert_eq!(purge(f, Disposable::SignupSessions, 100).await, 4);
    for (session, stays) in cases {
        assert_eq!(f.bearer(session.id).await.is_some(), stays, "{session:?}");
    }
    assert_eq!(f.session(live.id).await, live);
    assert_eq!(purge(f, Disposable::SignupSessions, 100).await, 0);
    // Other kinds of sign-ins are thrown away on their own.
    assert_eq!(purge(f, Disposable::Sessions, 100).await, 0);
}

async fn no_more_sign_ins_go_at_once_than_was_asked_for(f: &Fixture) {
    let live = f.sign_in(f.signup("ann").await.id, "one").await;
    let ended = [3, 1, 2].map(|end| session(&live, 9000, 9000, Some(end)));
    let expired = [6, 4, 5].map(|end| session(&live, 1, end, None));
    let oldest = [&ended[1], &ended[2], &ended[0], &expired[1], &expired[2], &expired[0]].map(|old| old.id);
    for session in ended.into_iter().chain(expired) {
        f.keep_session(session).await;
    }
    for (limit, left) in [(2, &oldest[2..]), (2, &oldest[4..]), (0, &oldest[4..]), (2, &oldest[6..])] {
        let gone = purge(f, Disposable::SignupSessions, limit).await;
        assert_eq!(gone, usize::from(limit));
        for id in left {
            assert!(f.bearer(*id).await.is_some());
        }
        let count = i64::try_from(left.len()).unwrap() + 1;
        assert_eq!(f.number("SELECT count(*) AS value FROM signup_sessions"), count);
    }
    assert_eq!(purge(f, Disposable::SignupSessions, 2).await, 0);
}

async fn a_sign_in_that_was_renewed_meanwhile_stays(f: &Fixture) {
    let live = f.sign_in(f.signup("ann").await.id, "one").await;
    let old = f.keep_session(session(&live, 1, 2, None)).await;
    let renewed =
        SignupSession { generation: 1, access_expires_at: later(OLD), refresh_expires_at: later(OLD), ..old };
    let next = renewed.clone();
    f.write(move |tx| {
        tx.signup_sessions().rotate(&next)?;
        assert_eq!(tx.housekeeping().purge(Disposable::SignupSessions, later(OLD), 9)?, 0);
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!(f.session(renewed.id).await, renewed);
}

async fn codes_of_logins_go_when_their_time_is_over(f: &Fixture) {
    let provider = f.door().await.id;
    let cases = [("over", OLD - 1, false), ("live", OLD, true)].map(|(text, end, stays)| {
        let subject = CodeSubject::Signup { provider, login: login(text) };
        let mac = CodeMac::from_bytes([1; 32]);
        (VerificationCode::issue(subject, mac, now(), TimeDelta::seconds(end)), stays)
    });
    for (code, _) in cases.clone() {
        f.write(move |tx| tx.codes().put(&code)).await.unwrap();
    }
    assert_eq!(purge(f, Disposable::VerificationCodes, 10).await, 1);
    for (code, stays) in cases {
        let found = f.read(move |seen| seen.codes().find(&code.subject)).await.unwrap();
        assert_eq!(found.is_some(), stays);
    }
}
