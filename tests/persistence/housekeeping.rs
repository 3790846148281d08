//! Throwing away.

use chrono::TimeDelta;
use portico_domain::{
    code::{CodeMac, CodeSubject, VerificationCode},
    email::EmailState,
    email_verification::EmailVerification,
    external_identity::{PendingSignIn, SignInAttempt},
    id::PasswordResetId,
    password_reset::PasswordReset,
    payment::PaymentTransaction,
    portal_session::PortalSession,
    ports::{Disposable, LeaseHolder},
    profile::MemberRole,
    token::PlainToken,
};

use crate::fixture::{
    Dice, Fixture, address, digest, later, new_email, new_letter, new_session, now, on_both, subject,
};

on_both!(
    sign_ins_whose_time_is_over_go,
    codes_go_when_their_proofs_are_over_too,
    requests_for_passwords_whose_time_is_over_go,
    letters_go_some_time_after_they_left,
    no_more_go_at_once_than_was_asked_for,
    the_portals_records_go_when_their_time_is_over,
    either_kind_of_sign_in_goes_by_its_own_time,
);

/// Seconds before the end that tests ask for.
const OLD: i64 = 1000;

async fn purge(f: &Fixture, what: Disposable, limit: u16) -> usize {
    f.write(move |tx| tx.housekeeping().purge(what, later(OLD), limit)).await.unwrap()
}

async fn sign_ins_whose_time_is_over_go(f: &Fixture) {
    let user = f.person().await.id;
    let mut kept = Vec::new();
    for end in [OLD - 1, OLD, OLD + 1] {
        let mut session = new_session(user);
        session.refresh_expires_at = later(end);
        kept.push(session.refresh);
        f.write(move |tx| tx.sessions().add(&session)).await.unwrap();
    }
    assert_eq!(purge(f, Disposable::Sessions, 10).await, 1);
    for (refresh, stays) in kept.into_iter().zip([false, true, true]) {
        let found = f.read(move |seen| seen.sessions().find_by_refresh(&refresh)).await.unwrap();
        assert_eq!(found.is_some(), stays);
    }
}

async fn codes_go_when_their_proofs_are_over_too(f: &Fixture) {
    let added = new_email(f.person().await.id, "added@example.org", EmailState::Claimed);
    let registration =
        |name: &str| CodeSubject::Registration(address(&format!("{name}@example.org")).canonical().clone());
    let code = |subject, end: i64| {
        let life = TimeDelta::seconds(end);
        VerificationCode::issue(subject, CodeMac::from_bytes([1; 32]), now(), life)
    };
    let cases = [
        (code(registration("over"), OLD - 1), false),
        (code(registration("live"), OLD), true),
        (code(CodeSubject::AddedAddress(added.id), OLD - 1), false),
        (code(registration("proved"), 10).proved(digest(), later(OLD - 900)), true),
        (code(registration("lapsed"), 10).proved(digest(), later(OLD - 901)), false),
    ];
    for (code, _) in cases.clone() {
        f.write(move |tx| tx.codes().put(&code)).await.unwrap();
    }
    assert_eq!(purge(f, Disposable::VerificationCodes, 10).await, 3);
    for (code, stays) in cases {
        let subject = code.subject.clone();
        let found = f.read(move |seen| seen.codes().find(&subject)).await.unwrap();
        assert_eq!(found.is_some(), stays, "{:?}", code.subject);
    }
}

async fn requests_for_passwords_whose_time_is_over_go(f: &Fixture) {
    let user = f.person().await.id;
    for (user, end) in [(Some(user), OLD - 1), (None, OLD - 1), (Some(user), OLD)] {
        let reset = PasswordReset {
            id: PasswordResetId::generate(now(), &Dice),
            user,
            token: digest(),
            created_at: now(),
            expires_at: later(end),
            closed_at: None,
        };
        f.write(move |tx| tx.password_resets().add(&reset)).await.unwrap();
    }
    assert_eq!(purge(f, Disposable::PasswordResets, 10).await, 2);
    assert_eq!(f.number("SELECT count(*) AS value FROM password_resets"), 1);
}

async fn letters_go_some_time_after_they_left(f: &Fixture) {
    let holder = LeaseHolder::draw(now(), &Dice);
    for end in [Some(OLD - 1), Some(OLD), None] {
        for delivered in [true, false] {
            let letter = new_letter();
            f.write(move |tx| {
                tx.outbox().add(&letter)?;
                let Some(end) = end else { return Ok(()) };
                tx.outbox().lease(letter.id, holder, now(), later(5))?;
                if delivered {
                    tx.outbox().delivered(letter.id, holder, later(end))
                } else {
                    tx.outbox().abandon(letter.id, holder, later(end), "550")
                }
            })
            .await
            .unwrap();
        }
    }
    assert_eq!(purge(f, Disposable::Letters, 10).await, 2);
    assert_eq!(f.number("SELECT count(*) AS value FROM outbox"), 4);
}

async fn no_more_go_at_once_than_was_asked_for(f: &Fixture) {
    let user = f.person().await.id;
    for end in [1, 2, 3] {
        let mut session = new_session(user);
        session.refresh_expires_at = later(end);
        f.write(move |tx| tx.sessions().add(&session)).await.unwrap();
        let subject = CodeSubject::AddedAddress(new_email(user, "a@example.org", EmailState::Claimed).id);
        let code =
            VerificationCode::issue(subject, CodeMac::from_bytes([1; 32]), now(), TimeDelta::seconds(end));
        f.write(move |tx| tx.codes().put(&code)).await.unwrap();
    }
    for what in [Disposable::Sessions, Disposable::VerificationCodes] {
        assert_eq!(purge(f, what, 2).await, 2);
        assert_eq!(purge(f, what, 2).await, 1);
        assert_eq!(purge(f, what, 2).await, 0);
    }
}

/// Adds one of each record of the portal whose time is over at `end`.
async fn add_portal_records(f: &Fixture, end: i64) {
    let user = f.member(MemberRole::Member).await.user;
    let expires_at = later(end);
    let session =
        PortalSession { expires_at, ..PortalSession::open(user, &token(), TimeDelta::days(1), now(), &Dice) };
    let attempt = SignInAttempt { digest: digest(), expires_at };
    let pending = PendingSignIn {
        digest: digest(),
        issuer: "https://id.example".to_owned(),
        subject: subject("a"),
        address: address("a@example.org"),
        avatar: None,
        locale: None,
        expires_at,
    };
    let link = EmailVerification::issue(user, &address("a@example.org"), &token(), now());
    let link = EmailVerification { expires_at, ..link };
    let offer = PaymentTransaction { digest: digest(), user, expires_at };
    f.write(move |tx| {
        tx.portal_sessions().add(&session)?;
        tx.external_identities().add_attempt(&attempt)?;
        tx.external_identities().add_pending(&pending)?;
        tx.email_verifications().add(&link)?;
        tx.payments().add_transaction(&offer)
    })
    .await
    .unwrap();
}

fn token() -> PlainToken {
    PlainToken::generate("", &Dice)
}

async fn the_portals_records_go_when_their_time_is_over(f: &Fixture) {
    for end in [OLD - 2, OLD - 3, OLD - 1, OLD, OLD + 1] {
        add_portal_records(f, end).await;
    }
    for (what, table) in [
        (Disposable::PortalSessions, "sessions"),
        (Disposable::SignInAttempts, "sign_in_attempts"),
        (Disposable::PendingSignIns, "pending_signins"),
        (Disposable::EmailVerifications, "email_verifications"),
        (Disposable::PaymentTransactions, "payment_transactions"),
    ] {
        assert_eq!(purge(f, what, 2).await, 2, "{what:?}");
        // The oldest go first.
        let oldest = if f.database.is_sqlite() {
            format!("SELECT min(expires_at) AS value FROM {table}")
        } else {
            format!("SELECT (extract(epoch FROM min(expires_at)) * 1000000)::bigint AS value FROM {table}")
        };
        assert_eq!(f.number(&oldest), later(OLD - 1).timestamp_micros(), "{what:?}");
        assert_eq!(purge(f, what, 2).await, 1, "{what:?}");
        assert_eq!(purge(f, what, 2).await, 0, "{what:?}");
        assert_eq!(f.number(&format!("SELECT count(*) AS value FROM {table}")), 2, "{what:?}");
    }
}

async fn either_kind_of_sign_in_goes_by_its_own_time(f: &Fixture) {
    add_portal_records(f, OLD - 1).await;
    let mut session = new_session(f.person().await.id);
    // The token's own time is no matter as long as its pair can be renewed.
    (session.expires_at, session.refresh_expires_at) = (later(1), later(OLD));
    let (kept, refresh) = (session.clone(), session.refresh);
    f.write(move |tx| tx.sessions().add(&kept)).await.unwrap();
    assert_eq!(purge(f, Disposable::Sessions, 10).await, 0);
    assert_eq!(purge(f, Disposable::PortalSessions, 10).await, 1);
    let found = f.read(move |seen| seen.sessions().find_by_refresh(&refresh)).await.unwrap();
    assert_eq!(found, Some(session));
}
