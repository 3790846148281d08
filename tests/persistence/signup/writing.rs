//! Entities: changing and removing them.

use portico_domain::{
    id::SignupId,
    password::PasswordHash,
    ports::{StoreError, Unique},
    signup::{FormData, Locale, NotificationData, Signup, SignupStatus},
};

use crate::fixture::{EMAIL, Fixture, assert_refused, later, login, new_signup, on_both, raw};

on_both!(
    everything_that_can_change_is_written,
    what_was_read_before_another_change_is_stale,
    what_is_gone_or_archived_is_not_written,
    a_login_is_not_written_that_somebody_else_has,
    a_login_may_be_spelled_anew,
    an_entity_is_removed_once_with_its_sign_ins,
);

async fn write(f: &Fixture, signup: &Signup) -> Result<(), StoreError> {
    let signup = signup.clone();
    f.write(move |tx| tx.signups().write(&signup, EMAIL, later(9))).await
}

async fn everything_that_can_change_is_written(f: &Fixture) {
    let (signup, bystander) = (f.signup("ann").await, f.signup("bob").await);
    let changed = Signup {
        login: login("Ann@Example.org"),
        password: None,
        form_data: FormData::default(),
        notification: NotificationData::default(),
        fcm_tokens: vec!["token-1".to_owned(), "\u{1f4de} \"2\"".to_owned()],
        state: raw(r#"{"z" : 1.0, "a":[]}"#),
        locale: Locale::default(),
        status: SignupStatus::Waiting,
        user: f.person().await.id,
        ..signup.clone()
    };
    write(f, &changed).await.unwrap();
    let at_rest = Signup { version: 2, updated_at: later(9), ..changed };
    assert_eq!(f.find_signup(signup.id).await, Some(at_rest.clone()));
    let hash = PasswordHash::from_phc("$argon2id$v=19$2".to_owned());
    let again =
        Signup { status: SignupStatus::Active, password: Some(hash), form_data: signup.form_data, ..at_rest };
    write(f, &again).await.unwrap();
    assert_eq!(f.find_signup(signup.id).await, Some(Signup { version: 3, ..again }));
    assert_eq!(f.find_signup(bystander.id).await, Some(bystander));
}

async fn what_was_read_before_another_change_is_stale(f: &Fixture) {
    let signup = f.signup("ann").await;
    write(f, &signup).await.unwrap();
    for version in [1, 3, 0, -1] {
        let refused = write(f, &Signup { version, login: login("bob"), ..signup.clone() }).await;
        assert_refused!(refused, StoreError::Stale);
    }
    let found = f.find_signup(signup.id).await.unwrap();
    assert_eq!((found.version, found.login), (2, signup.login));
}

async fn what_is_gone_or_archived_is_not_written(f: &Fixture) {
    let signup = f.signup("ann").await;
    let stranger = Signup { id: SignupId::from_number(99), ..signup.clone() };
    assert_refused!(write(f, &stranger).await, StoreError::Stale);
    write(f, &Signup { status: SignupStatus::Archived, ..signup.clone() }).await.unwrap();
    for status in [SignupStatus::Active, SignupStatus::Archived] {
        let revived = Signup { version: 2, status, ..signup.clone() };
        assert_refused!(write(f, &revived).await, StoreError::Stale);
    }
    assert_eq!(f.find_signup(signup.id).await.unwrap().status, SignupStatus::Archived);
}

async fn a_login_is_not_written_that_somebody_else_has(f: &Fixture) {
    let (signup, other) = (f.signup("ann").await, f.signup("Bob").await);
    let mine = signup.clone();
    f.write(move |tx| {
        for text in ["Bob", "bOB"] {
            let taken = Signup { login: login(text), ..mine.clone() };
            let refused = tx.signups().write(&taken, EMAIL, later(9));
            assert_refused!(refused, StoreError::Duplicate(Unique::SignupLogin));
        }
        // The unit of work can go on.
        tx.signups().write(&Signup { login: login("cleo"), ..mine.clone() }, EMAIL, later(9))
    })
    .await
    .unwrap();
    assert_eq!(f.find_signup(signup.id).await.unwrap().login, login("cleo"));
    assert_eq!(f.find_signup(other.id).await, Some(other));
    // What was his is free.
    f.signup("ANN").await;
}

async fn a_login_may_be_spelled_anew(f: &Fixture) {
    let signup = f.signup("ann").await;
    write(f, &Signup { login: login("Ann"), ..signup.clone() }).await.unwrap();
    assert_eq!(f.find_login(signup.provider, "ann").await, None);
    assert_eq!(f.find_login(signup.provider, "Ann").await.unwrap().id, signup.id);
}

async fn an_entity_is_removed_once_with_its_sign_ins(f: &Fixture) {
    let (signup, other) = (f.signup("ann").await, f.signup("bob").await);
    let mut sessions = Vec::new();
    for fingerprint in ["one", "one", "two"] {
        sessions.push(f.sign_in(signup.id, fingerprint).await.id);
    }
    let his = f.sign_in(other.id, "one").await;
    let id = signup.id;
    f.write(move |tx| tx.signups().remove(id)).await.unwrap();
    assert_eq!(f.find_signup(id).await, None);
    for session in sessions {
        assert_eq!(f.bearer(session).await, None);
    }
    assert_eq!(f.session(his.id).await, his);
    assert_refused!(f.write(move |tx| tx.signups().remove(id)).await, StoreError::Stale);
    // His login is free, and his person stays.
    f.add_signup(new_signup(signup.provider, signup.user, "ann")).await.unwrap();
}
