//! Changing an entity that others may change at once.

use chrono::{DateTime, Utc};
use portico_domain::{
    ports::{Lock, StoreError, Transaction},
    signup::{Login, Signup, SignupBearer, SignupStatus},
};

use super::{authenticate_signup::may_enter, codes::subject_of};

/// How often an entity is read again because somebody else changed it first.
const TRIES: u32 = 5;

/// What came of a change.
pub(super) enum Outcome {
    /// It was made.
    Made(Box<Changed>),
    /// The entity is gone or archived.
    Gone,
    /// The sign-in has ended since the bearer was read: whoever ended it counts on that nothing more comes from it.
    SignedOut,
}

/// An entity before and after a change.
pub(super) struct Changed {
    pub(super) before: Signup,
    pub(super) after: Signup,
}

/// Changes the entity of a bearer as it is at rest now, so that nothing is lost of what others change at once, and holds
/// the lock of its person. What comes out of `change` as it went in is not written.
pub(super) fn change_signup<E: From<StoreError>>(
    tx: &mut dyn Transaction,
    bearer: &SignupBearer,
    at: DateTime<Utc>,
    change: impl Fn(Signup) -> Result<Signup, E>,
) -> Result<Outcome, E> {
    tx.lock(&Lock::User(bearer.signup.user))?;
    for _ in 0..TRIES {
        let found = tx.signups().find(bearer.signup.id)?;
        let Some(before) = found.filter(|signup| signup.status != SignupStatus::Archived) else {
            return Ok(Outcome::Gone);
        };
        if !is_still_in(tx, bearer)? {
            return Ok(Outcome::SignedOut);
        }
        let after = change(before.clone())?;
        if after == before {
            return Ok(Outcome::Made(Box::new(Changed { before, after })));
        }
        match tx.signups().write(&after, bearer.provider.definition.kind, at) {
            Ok(()) => return Ok(Outcome::Made(Box::new(Changed { before, after }))),
            Err(StoreError::Stale) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(StoreError::Stale.into())
}

/// Whether the sign-in of a bearer goes on. Between the look at his token and this one he may have sent a long body, or
/// waited for a hash. The caller holds the lock of the person, as does whoever ends a sign-in.
pub(super) fn is_still_in(tx: &mut dyn Transaction, bearer: &SignupBearer) -> Result<bool, StoreError> {
    let now_at_rest = tx.signup_sessions().find_bearer(bearer.session.id)?;
    Ok(now_at_rest.is_some_and(|at_rest| at_rest.session.ended_at.is_none() && may_enter(&at_rest)))
}

/// Forgets the code of a login, so that none outlives the login's owner.
pub(super) fn forget_code(
    tx: &mut dyn Transaction,
    bearer: &SignupBearer,
    login: &Login,
) -> Result<(), StoreError> {
    let subject = subject_of(bearer.provider.id, login);
    tx.lock(&Lock::Code(subject.clone()))?;
    tx.codes().remove(&subject)
}

#[cfg(test)]
mod tests {
    use portico_domain::{
        ports::{Unique, mocks::MockTransaction},
        signup::{SignupSession, SignupStatus},
        user::UserState,
    };

    use super::*;
    use crate::fixtures::*;

    /// The entity with one device, which is what every change here makes of it.
    fn with_device(signup: Signup) -> Signup {
        Signup { fcm_tokens: vec!["device".to_owned()], ..signup }
    }

    fn change(house: &mut House) -> Result<Outcome, StoreError> {
        change_signup(&mut house.tx, &signup_bearer(), now(), |signup| Ok(with_device(signup)))
    }

    fn made(house: &mut House) -> Changed {
        match change(house) {
            Ok(Outcome::Made(changed)) => *changed,
            _ => panic!("nothing was changed"),
        }
    }

    #[test]
    fn what_others_changed_since_the_bearer_was_read_stays() {
        let mut house = House::default();
        let newer = Signup { version: 9, state: json(r#"{"a":1}"#), ..signup() };
        house.signups(std::slice::from_ref(&newer));
        let written = house.writes_signups();
        let changed = made(&mut house);
        assert_eq!(changed.before, newer);
        assert_eq!(written.only(), with_device(newer));
        assert_eq!(changed.after, written.only());
        assert_eq!(house.tx.locks, [Lock::User(ann().id)]);
    }

    #[test]
    fn a_change_that_loses_a_race_is_made_to_what_the_winner_left() {
        let mut house = House::default();
        let newer = Signup { version: 2, login: login("other"), ..signup() };
        house.tx.signup_sessions.expect_find_bearer().returning(|_| Ok(Some(signup_bearer())));
        for found in [signup(), newer.clone()] {
            house.tx.signups.expect_find().times(1).return_once(move |_| Ok(Some(found)));
        }
        house.tx.signups.expect_write().times(1).returning(|_, _, _| Err(StoreError::Stale));
        let written = house.writes_signups();
        assert_eq!(made(&mut house).before, newer);
        assert_eq!((written.only().version, written.only().login), (2, login("other")));
    }

    #[test]
    fn a_change_that_loses_every_race_is_not_tried_for_ever() {
        let mut house = House::default();
        house.signups(&[signup()]);
        house.tx.signups.expect_write().times(5).returning(|_, _, _| Err(StoreError::Stale));
        assert!(matches!(change(&mut house), Err(StoreError::Stale)));
    }

    #[test]
    fn what_does_not_change_is_not_written() {
        let mut house = House::default();
        house.signups(&[with_device(signup())]);
        made(&mut house);
    }

    #[test]
    fn an_entity_that_is_gone_or_archived_is_not_changed() {
        for known in [vec![], vec![as_status(SignupStatus::Archived, signup())]] {
            let mut house = House::default();
            house.signups(&known);
            assert!(matches!(change(&mut house), Ok(Outcome::Gone)));
        }
    }

    #[test]
    fn a_sign_in_that_ended_or_whose_account_was_shut_meanwhile_changes_nothing() {
        let shut = [
            SignupBearer {
                session: SignupSession { ended_at: Some(now()), ..signup_session() },
                ..signup_bearer()
            },
            SignupBearer { user_state: UserState::Disabled, ..signup_bearer() },
            SignupBearer { provider: shut(signup_provider()), ..signup_bearer() },
        ];
        for found in shut.map(Some).into_iter().chain([None]) {
            let mut house = House::default();
            house.tx.signup_sessions.expect_find_bearer().returning(move |_| Ok(found.clone()));
            house.signups(&[signup()]);
            assert!(matches!(change(&mut house), Ok(Outcome::SignedOut)));
        }
    }

    #[test]
    fn what_the_store_says_else_is_passed_on() {
        let mut house = House::default();
        house.signups(&[signup()]);
        let taken = || StoreError::Duplicate(Unique::SignupLogin);
        house.tx.signups.expect_write().times(1).returning(move |_, _, _| Err(taken()));
        assert!(matches!(change(&mut house), Err(StoreError::Duplicate(Unique::SignupLogin))));
    }

    #[test]
    fn the_code_of_a_login_is_forgotten_at_its_provider() {
        let mut tx = MockTransaction::default();
        tx.codes.expect_remove().withf(|subject| *subject == signup_subject()).times(1).returning(|_| Ok(()));
        forget_code(&mut tx, &signup_bearer(), &signup().login).unwrap();
    }
}
