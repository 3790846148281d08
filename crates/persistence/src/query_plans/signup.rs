//! The statements of the sign-up API.

use diesel::connection::SimpleConnection as _;
use portico_domain::{
    id::{ProviderId, SignupId, SignupSessionId},
    ports::Stretch,
    signup::{Device, Identifier, Login, ProviderKind, RecentRotations, SignupSession},
};

use super::{
    AnyConnection, CodeSubject, Disposable, Endpoint, NOW, Scratch, StoreError, Transaction, UserId, Uuid,
    assert_searches, plan, statements,
};

const PROVIDER: ProviderId = ProviderId::from_number(1);
const SIGNUP: SignupId = SignupId::from_number(1);

fn user() -> UserId {
    UserId::from_uuid(Uuid::from_u128(7))
}

fn session() -> SignupSessionId {
    SignupSessionId::from_uuid(Uuid::from_u128(7))
}

fn login() -> Login {
    Login::parse("ann@example.org").unwrap()
}

fn identifier(text: &str) -> Identifier {
    Identifier::parse(text).unwrap()
}

/// A sign-in of an entity that does not exist, so that adding it would fail at its last statement.
fn next() -> SignupSession {
    SignupSession {
        id: session(),
        signup: SIGNUP,
        device: Device {
            fingerprint: "UQ_x".to_owned(),
            os: String::new(),
            browser: String::new(),
            location: String::new(),
        },
        generation: 1,
        recent_rotations: RecentRotations::default(),
        created_at: NOW,
        issued_at: NOW,
        access_expires_at: NOW,
        refresh_expires_at: NOW,
        ended_at: None,
    }
}

/// Every read of the sign-up API's ports but for the lists of forms and providers, which an operator makes and clients
/// count in; and every guarded update and removal.
fn everything(tx: &mut dyn Transaction) -> Result<(), StoreError> {
    let subject = CodeSubject::Signup { provider: PROVIDER, login: login() };
    tx.signup_forms().find(&identifier("reg"))?;
    tx.signup_providers().find(&identifier("email"))?;
    tx.signup_providers().list_by_form(&identifier("reg"))?;
    let _ = tx.signup_forms().remove(&identifier("none"));
    let _ = tx.signup_providers().remove(&identifier("none"));
    tx.signups().find(SIGNUP)?;
    tx.signups().find_by_login(PROVIDER, &login())?;
    tx.signups().find_of_user(PROVIDER, user())?;
    tx.signups().is_taken(PROVIDER, ProviderKind::Email, &login())?;
    tx.signups().has_any(PROVIDER)?;
    tx.signups().list_waiting(PROVIDER, NOW, 10)?;
    let _ = tx.signups().remove(SIGNUP);
    tx.signup_sessions().find_bearer(session())?;
    tx.signup_sessions().list_devices(SIGNUP, NOW)?;
    let _ = tx.signup_sessions().rotate(&next());
    tx.signup_sessions().end(session(), NOW)?;
    tx.signup_sessions().end_all_of(SIGNUP, None, NOW)?;
    tx.signup_sessions().end_all_of(SIGNUP, Some(session()), NOW)?;
    tx.codes().find(&subject)?;
    tx.codes().remove(&subject)?;
    for besides in [None, Some(SIGNUP)] {
        tx.users().is_known_elsewhere(user(), besides)?;
    }
    let _ = tx.users().remove(user());
    for what in [Disposable::SignupSessions, Disposable::VerificationCodes] {
        tx.housekeeping().purge(what, NOW, 10)?;
    }
    Ok(())
}

#[test]
fn no_read_of_the_sign_up_api_scans_a_table_or_sorts() {
    let scratch = Scratch::new();
    let statements = statements(&scratch, |tx| everything(tx));
    assert!(statements.len() >= 30, "{statements:#?}");
    assert_searches(&scratch, statements);
}

#[test]
fn lists_of_forms_and_providers_come_in_the_order_of_their_numbers() {
    let scratch = Scratch::new();
    let statements = statements(&scratch, |tx| {
        let tx: &mut dyn Transaction = tx;
        tx.signup_forms().list(Stretch::ALL)?;
        tx.signup_providers().list(Stretch::ALL)?;
        tx.signup_providers().list_active(Stretch::ALL).map(drop)
    });
    assert_eq!(statements.len(), 3);
    for sql in statements {
        let steps = plan(&scratch, &sql);
        assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{sql}\n{steps:#?}");
    }
}

/// The steps of the only statement of `work`.
fn steps(work: impl FnOnce(&mut dyn Transaction) -> Result<(), StoreError>) -> Vec<String> {
    let scratch = Scratch::new();
    let statements = statements(&scratch, |tx| work(tx));
    assert_eq!(statements.len(), 1, "{statements:#?}");
    plan(&scratch, &statements[0])
}

#[test]
fn a_bearer_is_checked_with_one_statement_over_four_keys() {
    let steps = steps(|tx| tx.signup_sessions().find_bearer(session()).map(drop));
    assert_eq!(steps.len(), 4, "{steps:#?}");
    assert!(
        steps[0].contains("signup_sessions USING INDEX sqlite_autoindex_signup_sessions_1"),
        "{steps:#?}"
    );
    for step in [
        "signups USING INTEGER PRIMARY KEY",
        "signup_providers USING INTEGER PRIMARY KEY",
        "users USING INDEX sqlite_autoindex_users_1",
    ] {
        assert!(steps[1..].iter().any(|taken| taken.contains(step)), "{step}: {steps:#?}");
    }
}

#[test]
fn a_login_is_found_by_an_index_over_logins_in_use() {
    let found = steps(|tx| tx.signups().find_by_login(PROVIDER, &login()).map(drop));
    assert!(found[0].contains("USING INDEX signups_login (provider=? AND login=?)"), "{found:#?}");
    let taken = steps(|tx| tx.signups().is_taken(PROVIDER, ProviderKind::Email, &login()).map(drop));
    for index in ["signups_login (provider=? AND login=?)", "signups_login_key (provider=? AND login_key=?)"]
    {
        assert!(taken.iter().any(|step| step.contains(index)), "{taken:#?}");
    }
}

#[test]
fn of_all_who_came_through_a_provider_only_those_of_the_person_are_looked_at() {
    let steps = steps(|tx| tx.signups().find_of_user(PROVIDER, user()).map(drop));
    assert_eq!(steps, ["SEARCH signups USING INDEX signups_of_user (user_id=? AND provider=?)"]);
}

#[test]
fn those_who_wait_are_listed_from_their_own_index() {
    let steps = steps(|tx| tx.signups().list_waiting(PROVIDER, NOW, 10).map(drop));
    assert_eq!(steps, ["SEARCH signups USING INDEX signups_waiting (provider=? AND created_at<?)"]);
}

#[test]
fn a_sign_in_in_place_of_another_takes_two_statements() {
    let scratch = Scratch::new();
    let mut connection = Endpoint::writing(scratch.place.clone()).open().unwrap();
    let AnyConnection::Sqlite(sqlite) = &mut connection else { panic!("{:?} is a file", scratch.place) };
    sqlite
        .batch_execute(
            "PRAGMA foreign_keys = OFF; \
             INSERT INTO signups VALUES (1, 1, 'a', 'a', NULL, '{}', '{}', '[]', '{}', 'en', 'active', 1, zeroblob(16), \
                 0, 0)",
        )
        .unwrap();
    drop(connection);
    let found = statements(&scratch, |tx| {
        let tx: &mut dyn Transaction = tx;
        tx.signup_sessions().add(&next())
    });
    assert_eq!(found.len(), 2, "{found:#?}");
    let steps = plan(&scratch, &found[0]);
    assert!(steps[0].contains("USING INDEX signup_sessions_live (signup=? AND fingerprint=?)"), "{steps:#?}");
}
