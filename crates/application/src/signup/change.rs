//! Changing an entity that others may change at once.

use chrono::{DateTime, Utc};
use portico_domain::{
    ports::{Lock, StoreError, Transaction},
    signup::{Login, Signup, SignupBearer, SignupStatus},
};

use super::codes::subject_of;

/// How often an entity is read again because somebody else changed it first.
const TRIES: u32 = 5;

/// An entity before and after a change.
pub(super) struct Changed {
    pub(super) before: Signup,
    pub(super) after: Signup,
}

/// Changes the entity of a bearer as it is at rest now, so that nothing is lost of what others change at once, and holds
/// the lock of its person. What comes out of `change` as it went in is not written. Nothing when the entity is gone or
/// archived.
pub(super) fn change_signup<E: From<StoreError>>(
    tx: &mut dyn Transaction,
    bearer: &SignupBearer,
    at: DateTime<Utc>,
    change: impl Fn(Signup) -> Result<Signup, E>,
) -> Result<Option<Changed>, E> {
    tx.lock(&Lock::User(bearer.signup.user))?;
    for _ in 0..TRIES {
        let found = tx.signups().find(bearer.signup.id)?;
        let Some(before) = found.filter(|signup| signup.status != SignupStatus::Archived) else {
            return Ok(None);
        };
        let after = change(before.clone())?;
        if after == before {
            return Ok(Some(Changed { before, after }));
        }
        match tx.signups().write(&after, bearer.provider.definition.kind, at) {
            Ok(()) => return Ok(Some(Changed { before, after })),
            Err(StoreError::Stale) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(StoreError::Stale.into())
}

/// Forgets the code of a login, so that none outlives the login's owner.
pub(super) fn forget_code(
    tx: &mut dyn Transaction,
    bearer: &SignupBearer,
    login: &Login,
) -> Result<(), StoreError> {
    tx.codes().remove(&subject_of(bearer.provider.id, login))
}

#[cfg(test)]
mod tests {
    use portico_domain::{
        ports::{Unique, mocks::MockTransaction},
        signup::SignupStatus,
    };

    use super::*;
    use crate::fixtures::*;

    /// The entity with one device, which is what every change here makes of it.
    fn with_device(signup: Signup) -> Signup {
        Signup { fcm_tokens: vec!["device".to_owned()], ..signup }
    }

    fn change(house: &mut House) -> Result<Option<Changed>, StoreError> {
        change_signup(&mut house.tx, &signup_bearer(), now(), |signup| Ok(with_device(signup)))
    }

    #[test]
    fn what_others_changed_since_the_bearer_was_read_stays() {
        let mut house = House::default();
        let newer = Signup { version: 9, state: json(r#"{"a":1}"#), ..signup() };
        house.signups(std::slice::from_ref(&newer));
        let written = house.writes_signups();
        let changed = change(&mut house).unwrap().unwrap();
        assert_eq!(changed.before, newer);
        assert_eq!(written.only(), with_device(newer));
        assert_eq!(changed.after, written.only());
        assert_eq!(house.tx.locks, [Lock::User(ann().id)]);
    }

    #[test]
    fn a_change_that_loses_a_race_is_made_to_what_the_winner_left() {
        let mut house = House::default();
        let newer = Signup { version: 2, login: login("other"), ..signup() };
        for found in [signup(), newer.clone()] {
            house.tx.signups.expect_find().times(1).return_once(move |_| Ok(Some(found)));
        }
        house.tx.signups.expect_write().times(1).returning(|_, _, _| Err(StoreError::Stale));
        let written = house.writes_signups();
        assert_eq!(change(&mut house).unwrap().unwrap().before, newer);
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
        assert!(change(&mut house).unwrap().is_some());
    }

    #[test]
    fn an_entity_that_is_gone_or_archived_is_not_changed() {
        for known in [vec![], vec![as_status(SignupStatus::Archived, signup())]] {
            let mut house = House::default();
            house.signups(&known);
            assert!(change(&mut house).unwrap().is_none());
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
