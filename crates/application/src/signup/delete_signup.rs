//! Leaving for good.

use portico_domain::{
    ports::{Lock, StoreError, StoreExt as _, Transaction},
    signup::SignupBearer,
};

use super::{
    change::{forget_code, is_still_in},
    faults::SignedInError,
    person::remove_if_forgotten,
};
use crate::ports::Ports;

/// Removes an account, and its person when nothing else in the house knows him (sign-up contract sections 3 and 6,
/// `deleteUser`).
#[derive(Clone)]
pub struct DeleteSignup {
    ports: Ports,
}

impl DeleteSignup {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Removes it.
    ///
    /// # Errors
    /// `SignedOut`, or when the store fails.
    pub async fn execute(&self, bearer: SignupBearer) -> Result<(), SignedInError> {
        self.ports.store.write(move |tx| remove(tx, &bearer)).await
    }
}

fn remove(tx: &mut dyn Transaction, bearer: &SignupBearer) -> Result<(), SignedInError> {
    tx.lock(&Lock::User(bearer.signup.user))?;
    let Some(signup) = tx.signups().find(bearer.signup.id)? else { return Ok(()) };
    if !is_still_in(tx, bearer)? {
        return Err(SignedInError::SignedOut);
    }
    match tx.signups().remove(signup.id) {
        Ok(()) => {}
        // Somebody else removed it just now, and its person with it.
        Err(StoreError::Stale) => return Ok(()),
        Err(error) => return Err(error.into()),
    }
    forget_code(tx, bearer, &signup.login)?;
    remove_if_forgotten(tx, signup.user, Some(signup.id))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use portico_domain::signup::Signup;

    use super::*;
    use crate::{fixtures::*, signup::codes::subject_of};

    async fn delete(house: &OpenHouse) -> Result<(), SignedInError> {
        house.does.delete_signup.execute(signup_bearer()).await
    }

    #[tokio::test]
    async fn an_account_goes_with_its_code_and_with_a_person_whom_nothing_else_knows() {
        let mut house = House::default();
        house.signups(&[signup()]);
        house.removes_signup(&signup());
        house.removes_code(signup_subject());
        house.known_elsewhere(Some(signup().id), false);
        house.removes_ann();
        let house = house.open();
        delete(&house).await.unwrap();
        assert_eq!(house.locks(), [Lock::User(ann().id), signup_code_lock()]);
        assert!(house.committed());
    }

    #[tokio::test]
    async fn a_person_whom_another_door_knows_stays() {
        let mut house = House::default();
        house.signups(&[signup()]);
        house.removes_signup(&signup());
        house.removes_code(signup_subject());
        house.known_elsewhere(Some(signup().id), true);
        let house = house.open();
        delete(&house).await.unwrap();
        assert!(house.committed());
    }

    #[tokio::test]
    async fn the_code_of_the_present_login_goes() {
        let mut house = House::default();
        house.signups(&[Signup { login: login("other"), ..signup() }]);
        house.removes_signup(&signup());
        house.removes_code(subject_of(signup_provider().id, &login("other")));
        house.known_elsewhere(Some(signup().id), true);
        delete(&house.open()).await.unwrap();
    }

    #[tokio::test]
    async fn one_that_is_gone_is_as_good() {
        let mut gone = House::default();
        gone.signups(&[]);
        delete(&gone.open()).await.unwrap();
        let mut going = House::default();
        going.signups(&[signup()]);
        going.tx.signups.expect_remove().times(1).returning(|_| Err(StoreError::Stale));
        delete(&going.open()).await.unwrap();
    }

    #[tokio::test]
    async fn a_sign_in_that_ended_meanwhile_removes_nothing() {
        let mut house = House::default();
        house.ended_meanwhile();
        house.signups(&[signup()]);
        let house = house.open();
        assert_refused!(delete(&house).await, SignedInError::SignedOut);
        assert!(!house.committed());
    }

    #[tokio::test]
    async fn a_store_that_fails_keeps_nothing() {
        let mut house = House::default();
        house.signups(&[signup()]);
        house.tx.signups.expect_remove().returning(|_| Err(StoreError::Closed));
        let house = house.open();
        assert_refused!(delete(&house).await, SignedInError::Store(StoreError::Closed));
        assert!(!house.committed());
    }
}
