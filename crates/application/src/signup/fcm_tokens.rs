//! The devices that applications register for push messages.

use portico_domain::{
    ports::{StoreError, StoreExt as _},
    signup::{Signup, SignupBearer},
};

use super::{
    change::{Outcome, change_signup},
    faults::SignedInError,
};
use crate::ports::Ports;

/// The most bytes of a token.
const MAX_BYTES: usize = 4096;
/// The most devices of an account.
const MAX_DEVICES: usize = 100;

/// Why a device was not registered.
#[derive(Debug, thiserror::Error)]
pub enum AddFcmTokenError {
    /// Its token is blank or longer than 4096 bytes.
    #[error("the token must be 1 to 4096 bytes")]
    Malformed,
    /// The account has a hundred devices.
    #[error("there are too many devices")]
    TooMany,
    /// The sign-in ended in the meantime.
    #[error("the sign-in has ended")]
    SignedOut,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Registers a device (sign-up contract section 6, `addFCMToken`).
#[derive(Clone)]
pub struct AddFcmToken {
    ports: Ports,
}

impl AddFcmToken {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Registers it; one that is registered stays so.
    ///
    /// # Errors
    /// `Malformed`, `TooMany`, `SignedOut`, or when the store fails.
    pub async fn execute(&self, bearer: SignupBearer, token: String) -> Result<(), AddFcmTokenError> {
        if token.trim().is_empty() || token.len() > MAX_BYTES {
            return Err(AddFcmTokenError::Malformed);
        }
        let now = self.ports.clock.now();
        self.ports
            .store
            .write(move |tx| match change_signup(tx, &bearer, now, |signup| with_device(signup, &token))? {
                Outcome::Made(_) => Ok(()),
                Outcome::Gone | Outcome::SignedOut => Err(AddFcmTokenError::SignedOut),
            })
            .await
    }
}

/// Forgets a device (sign-up contract section 6, `deleteFCMToken`).
#[derive(Clone)]
pub struct RemoveFcmToken {
    ports: Ports,
}

impl RemoveFcmToken {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Forgets it; an unknown one is as good.
    ///
    /// # Errors
    /// `SignedOut`, or when the store fails.
    pub async fn execute(&self, bearer: SignupBearer, token: String) -> Result<(), SignedInError> {
        let now = self.ports.clock.now();
        self.ports
            .store
            .write(move |tx| {
                let forget = |signup| Ok::<_, StoreError>(without_device(signup, &token));
                match change_signup(tx, &bearer, now, forget)? {
                    Outcome::Made(_) | Outcome::Gone => Ok(()),
                    Outcome::SignedOut => Err(SignedInError::SignedOut),
                }
            })
            .await
    }
}

fn with_device(mut signup: Signup, token: &str) -> Result<Signup, AddFcmTokenError> {
    if signup.fcm_tokens.iter().any(|known| known == token) {
        return Ok(signup);
    }
    if signup.fcm_tokens.len() >= MAX_DEVICES {
        return Err(AddFcmTokenError::TooMany);
    }
    signup.fcm_tokens.push(token.to_owned());
    Ok(signup)
}

fn without_device(mut signup: Signup, token: &str) -> Signup {
    signup.fcm_tokens.retain(|known| known != token);
    signup
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::*;

    /// Ann's entity with these devices.
    fn with(devices: &[&str]) -> Signup {
        Signup { fcm_tokens: devices.iter().map(|&device| device.to_owned()).collect(), ..signup() }
    }

    fn house(devices: &[&str]) -> House {
        let mut house = House::default();
        house.signups(&[with(devices)]);
        house
    }

    async fn add(house: &OpenHouse, token: &str) -> Result<(), AddFcmTokenError> {
        house.does.add_fcm_token.execute(signup_bearer(), token.to_owned()).await
    }

    async fn remove(house: &OpenHouse, token: &str) -> Result<(), SignedInError> {
        house.does.remove_fcm_token.execute(signup_bearer(), token.to_owned()).await
    }

    #[tokio::test]
    async fn a_device_is_registered_behind_the_others() {
        let mut house = house(&["a"]);
        let written = house.writes_signups();
        let house = house.open();
        add(&house, "b").await.unwrap();
        assert_eq!(written.only(), with(&["a", "b"]));
        assert!(house.committed());
    }

    #[tokio::test]
    async fn a_device_that_is_registered_stays_so() {
        let house = house(&["a", "b"]).open();
        add(&house, "a").await.unwrap();
    }

    #[tokio::test]
    async fn of_two_devices_at_once_both_are_registered() {
        let mut house = House::default();
        for found in [with(&[]), Signup { version: 2, ..with(&["a"]) }] {
            house.tx.signups.expect_find().times(1).return_once(move |_| Ok(Some(found)));
        }
        house.tx.signup_sessions.expect_find_bearer().returning(|_| Ok(Some(signup_bearer())));
        house.tx.signups.expect_write().times(1).returning(|_, _, _| Err(StoreError::Stale));
        let written = house.writes_signups();
        add(&house.open(), "b").await.unwrap();
        assert_eq!(written.only(), Signup { version: 2, ..with(&["a", "b"]) });
    }

    #[tokio::test]
    async fn a_blank_or_overlong_token_is_no_device() {
        let house = House::default().open();
        for token in ["", "  ", &"a".repeat(4097), &"é".repeat(2049)] {
            assert_refused!(add(&house, token).await, AddFcmTokenError::Malformed);
        }
        assert!(house.wrote_nothing());
    }

    #[tokio::test]
    async fn a_token_of_4096_bytes_is_a_device() {
        let mut house = house(&[]);
        let written = house.writes_signups();
        add(&house.open(), &"a".repeat(4096)).await.unwrap();
        assert_eq!(written.only().fcm_tokens.len(), 1);
    }

    #[tokio::test]
    async fn an_account_has_at_most_a_hundred_devices() {
        let names: Vec<String> = (0..100).map(|number| number.to_string()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let full = house(&names).open();
        assert_refused!(add(&full, "one more").await, AddFcmTokenError::TooMany);
        let full = house(&names).open();
        add(&full, "99").await.unwrap();
        let mut nearly = house(&names[1..]);
        let written = nearly.writes_signups();
        add(&nearly.open(), "one more").await.unwrap();
        assert_eq!(written.only().fcm_tokens.len(), 100);
    }

    #[tokio::test]
    async fn an_account_that_is_gone_gets_no_device() {
        let mut house = House::default();
        house.signups(&[]);
        let failed = add(&house.open(), "a").await;
        assert_refused!(failed, AddFcmTokenError::SignedOut);
    }

    #[tokio::test]
    async fn a_device_is_forgotten() {
        let mut house = house(&["a", "b", "c"]);
        let written = house.writes_signups();
        remove(&house.open(), "b").await.unwrap();
        assert_eq!(written.only(), with(&["a", "c"]));
    }

    #[tokio::test]
    async fn an_unknown_device_or_an_account_that_is_gone_is_as_good() {
        let known = house(&["a"]).open();
        remove(&known, "b").await.unwrap();
        let mut gone = House::default();
        gone.signups(&[]);
        remove(&gone.open(), "a").await.unwrap();
    }

    #[tokio::test]
    async fn a_sign_in_that_ended_meanwhile_registers_and_forgets_nothing() {
        let ended = || {
            let mut house = House::default();
            house.ended_meanwhile();
            house.signups(&[with(&["a"])]);
            house.open()
        };
        assert_refused!(add(&ended(), "b").await, AddFcmTokenError::SignedOut);
        assert_refused!(remove(&ended(), "a").await, SignedInError::SignedOut);
    }
}
