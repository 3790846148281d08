//! Where somebody is signed in.

use portico_domain::{
    ports::{Consistency, StoreExt as _},
    signup::{Device, SignupBearer},
};

use crate::{ports::Ports, signup::UnknownDoorError};

/// Lists the devices on which an account is signed in (sign-up contract section 3, `getActiveSessionsByMarker`).
#[derive(Clone)]
pub struct ListSignupDevices {
    ports: Ports,
}

impl ListSignupDevices {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// They, the oldest sign-in first. The account must be of this provider.
    ///
    /// # Errors
    /// `UnknownProvider` when it is of another, or when the store fails.
    pub async fn execute(
        &self,
        marker: String,
        bearer: SignupBearer,
    ) -> Result<Vec<Device>, UnknownDoorError> {
        if bearer.provider.definition.identifier.as_str() != marker {
            return Err(UnknownDoorError::UnknownProvider);
        }
        let (signup, now) = (bearer.signup.id, self.ports.clock.now());
        self.ports
            .store
            .read(Consistency::Latest, move |seen| Ok(seen.signup_sessions().list_devices(signup, now)?))
            .await
    }
}

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;

    use super::*;
    use crate::fixtures::*;

    #[tokio::test]
    async fn the_devices_of_the_account_are_listed() {
        let mut house = House::default();
        let other = Device { fingerprint: "UQ_y".to_owned(), ..device() };
        let listed = vec![device(), other];
        let found = listed.clone();
        let asked = house.tx.signup_sessions.expect_list_devices().with(eq(signup().id), eq(now()));
        asked.times(1).return_once(move |_, _| Ok(found));
        let house = house.open();
        let devices = house.does.list_signup_devices.execute("email".to_owned(), signup_bearer()).await;
        assert_eq!(devices.unwrap(), listed);
    }

    #[tokio::test]
    async fn the_account_must_be_of_the_provider() {
        let house = House::default().open();
        for marker in ["phone", "Email", ""] {
            let refused = house.does.list_signup_devices.execute(marker.to_owned(), signup_bearer()).await;
            assert_refused!(refused, UnknownDoorError::UnknownProvider);
        }
    }
}
