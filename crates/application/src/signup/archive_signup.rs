//! Leaving, with the data kept.

use portico_domain::{
    ports::{StoreError, StoreExt as _},
    signup::{Signup, SignupBearer, SignupStatus},
};

use super::change::{change_signup, forget_code};
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
    /// When the store fails.
    pub async fn execute(&self, bearer: SignupBearer) -> Result<(), StoreError> {
        let now = self.ports.clock.now();
        self.ports
            .store
            .write(move |tx| {
                let archive =
                    |signup| Ok::<_, StoreError>(Signup { status: SignupStatus::Archived, ..signup });
                let Some(changed) = change_signup(tx, &bearer, now, archive)? else { return Ok(()) };
                tx.signup_sessions().end_all_of(changed.after.id, None, now)?;
                forget_code(tx, &bearer, &changed.after.login)
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use portico_domain::ports::Lock;

    use super::*;
    use crate::fixtures::*;

    async fn archive(house: &OpenHouse) -> Result<(), StoreError> {
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
        assert_eq!(house.locks(), [Lock::User(ann().id)]);
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
    async fn a_store_that_fails_keeps_nothing() {
        let mut house = House::default();
        house.signups(&[signup()]);
        house.writes_signups();
        house.tx.signup_sessions.expect_end_all_of().returning(|_, _, _| Err(StoreError::Closed));
        let house = house.open();
        assert_refused!(archive(&house).await, StoreError::Closed);
        assert!(!house.committed());
    }
}
