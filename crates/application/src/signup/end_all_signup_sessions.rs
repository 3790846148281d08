//! Signing out everywhere.

use portico_domain::{
    ports::{Lock, StoreExt as _},
    signup::SignupBearer,
};

use crate::{ports::Ports, signup::UnknownDoorError};

/// Ends every sign-in of an account (sign-up contract section 3, `logoutAll`).
#[derive(Clone)]
pub struct EndAllSignupSessions {
    ports: Ports,
}

impl EndAllSignupSessions {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Ends them. The account must be of this provider.
    ///
    /// # Errors
    /// `UnknownProvider` when it is of another, or when the store fails.
    pub async fn execute(&self, marker: String, bearer: SignupBearer) -> Result<(), UnknownDoorError> {
        if bearer.provider.definition.identifier.as_str() != marker {
            return Err(UnknownDoorError::UnknownProvider);
        }
        let (signup, now) = (bearer.signup.id, self.ports.clock.now());
        self.ports
            .store
            .write(move |tx| {
                // What is being changed at the word of one of them is changed before it ends, or not at all.
                tx.lock(&Lock::User(bearer.signup.user))?;
                Ok(tx.signup_sessions().end_all_of(signup, None, now)?)
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::*;

    #[tokio::test]
    async fn every_sign_in_of_the_account_ends() {
        let mut house = House::default();
        house.ends_signup_sessions(&signup(), None);
        let house = house.open();
        house.does.end_all_signup_sessions.execute("email".to_owned(), signup_bearer()).await.unwrap();
        assert_eq!(house.locks(), [Lock::User(ann().id)]);
        assert!(house.committed());
    }

    #[tokio::test]
    async fn the_account_must_be_of_the_provider() {
        let house = House::default().open();
        for marker in ["phone", "Email", ""] {
            let refused =
                house.does.end_all_signup_sessions.execute(marker.to_owned(), signup_bearer()).await;
            assert_refused!(refused, UnknownDoorError::UnknownProvider);
        }
        assert!(house.wrote_nothing());
    }
}
