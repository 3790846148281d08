//! Leaving, with the data kept.

use portico_domain::{
    ports::{StoreError, StoreExt as _},
    signup::{Signup, SignupBearer, SignupStatus},
};

use super::{
    change::{Outcome, change_signup, forget_code},
    faults::SignedInError,
};
use crate::ports::Ports;

/// Marks an account as deleted (sign-up contract section 6, `archiveUser`): its login is free again, its sign-ins end.
#[derive(Clone)]
pub struct ArchiveSignup {
    ports: Ports,
}

impl ArchiveSignup {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Archives it.
    ///
    /// # Errors
    /// `SignedOut`, or when the store fails.
    pub async fn execute(&self, bearer: SignupBearer) -> Result<(), SignedInError> {
        let now = self.ports.clock.now();
        self.ports
            .store
            .write(move |tx| {
                let archive =
                    |signup| Ok::<_, StoreError>(Signup { status: SignupStatus::Archived, ..signup });
                let archived = match change_signup(tx, &bearer, now, archive)? {
                    Outcome::Made(changed) => changed.after,
                    Outcome::Gone => return Ok(()),
                    Outcome::SignedOut => return Err(SignedInError::SignedOut),
                };
                tx.signup_sessions().end_all_of(archived.id, None, now)?;
                Ok(forget_code(tx, &bearer, &archived.login)?)
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use portico_domain::ports::Lock;

    use super::*;
    use crate::fixtures::*;

    async fn archive(house: &OpenHouse) -> Result<(), SignedInError> {
        house.does.archive_signup.execute(signup_bearer()).await
    }

    #[tokio::test]
    async fn an_archived_account_keeps_its_data_and_loses_its_sign_ins_and_its_code() {
        let mut house = House::default();
        house.signups(&[signup()]);
        let written = house.writes_signups();
        house.ends_signup_sessions(&signup(), None);
        house.removes_code(signup_subject());
        let house = house.open();
        archive(&house).await.unwrap();
        assert_eq!(written.only(), as_status(SignupStatus::Archived, signup()));
        assert_eq!(house.locks(), [Lock::User(ann().id), signup_code_lock()]);
        assert!(house.committed());
    }

    #[tokio::test]
    async fn one_that_is_archived_or_gone_is_as_good() {
        for known in [vec![], vec![as_status(SignupStatus::Archived, signup())]] {
            let mut house = House::default();
            house.signups(&known);
            archive(&house.open()).await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_sign_in_that_ended_meanwhile_archives_nothing() {
        let mut house = House::default();
        house.ended_meanwhile();
        house.signups(&[signup()]);
        let house = house.open();
        assert_refused!(archive(&house).await, SignedInError::SignedOut);
        assert!(!house.committed());
    }

    #[tokio::test]
    async fn a_store_that_fails_keeps_nothing() {
        let mut house = House::default();
        house.signups(&[signup()]);
        house.writes_signups();
        house.tx.signup_sessions.expect_end_all_of().returning(|_, _, _| Err(StoreError::Closed));
        let house = house.open();
        assert_refused!(archive(&house).await, SignedInError::Store(StoreError::Closed));
        assert!(!house.committed());
    }
}
