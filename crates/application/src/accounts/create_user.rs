//! An account made by the operator.

use portico_domain::{
    email::EmailAddress,
    password::PlainPassword,
    ports::{PasswordsError, StoreError, StoreExt as _},
    user::{DisplayName, User},
};

use super::newcomer::{Newcomer, NewcomerError, password_hints};
use crate::ports::Ports;

/// What it needs.
#[derive(Clone, Debug)]
pub struct CreateUserRequest {
    /// The address; it counts as verified.
    pub address: EmailAddress,
    /// The name to show; the local part of the address when absent.
    pub name: Option<DisplayName>,
    /// The password.
    pub password: PlainPassword,
}

/// Why no account was made.
#[derive(Debug, thiserror::Error)]
pub enum CreateUserError {
    /// The address has an account.
    #[error("the address belongs to an account already")]
    AddressTaken,
    /// The password was not accepted, or could not be hashed.
    #[error(transparent)]
    Passwords(#[from] PasswordsError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<NewcomerError> for CreateUserError {
    fn from(error: NewcomerError) -> Self {
        match error {
            NewcomerError::AddressTaken => Self::AddressTaken,
            NewcomerError::Store(error) => Self::Store(error),
        }
    }
}

/// Makes an account without a letter: the operator vouches for the address.
#[derive(Clone)]
pub struct CreateUser {
    ports: Ports,
}

impl CreateUser {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Makes it.
    ///
    /// # Errors
    /// When the address has an account, the password is weak, or the store fails.
    pub async fn execute(&self, request: CreateUserRequest) -> Result<User, CreateUserError> {
        let CreateUserRequest { address, name, password } = request;
        let hints = password_hints(&address, name.as_ref().map(DisplayName::as_str));
        let hash = self.ports.passwords.protect(password, hints).await?;
        let newcomer = Newcomer::new(&self.ports, address, name, hash, self.ports.clock.now());
        self.ports.store.write(move |tx| Ok(newcomer.admit(tx)?)).await
    }
}

#[cfg(test)]
mod tests {
    use portico_domain::{
        email::{Email, EmailState},
        ports::Unique,
    };

    use super::*;
    use crate::fixtures::*;

    fn request(name: Option<&str>) -> CreateUserRequest {
        CreateUserRequest {
            address: ann_address(),
            name: name.map(|name| DisplayName::parse(name).unwrap()),
            password: password("tuesday-fog-lamp"),
        }
    }

    #[tokio::test]
    async fn the_operator_makes_an_account_with_a_verified_address_and_mails_nobody() {
        for (name, hints, shown) in [
            (Some("Ann Lee"), vec!["ann@example.org", "ann", "Ann Lee"], "Ann Lee"),
            (None, vec!["ann@example.org", "ann"], "ann"),
        ] {
            let mut house = House::default();
            house.holder(None);
            house.protects(&hints);
            house.settles_anns_address();
            let (users, credentials) = (house.adds_users(), house.credentials());
            let emails: Kept<Email> = Kept::default();
            house.tx.emails.expect_add().returning(emails.keeper());
            let house = house.open();
            let user = house.does.create_user.execute(request(name)).await.unwrap();

            assert_eq!(user.display_name.as_str(), shown);
            assert_eq!(users.only().id, user.id);
            assert_eq!(emails.only().state, EmailState::Verified { at: now() });
            let credential = credentials.only();
            assert_eq!((credential.user, credential.hash), (user.id, hash("new")));
            assert!(house.committed());
        }
    }

    #[tokio::test]
    async fn an_address_that_has_an_account_gets_no_second_one() {
        let mut house = House::default();
        house.holder(Some(ann_email()));
        house.protects(&["ann@example.org", "ann"]);
        let house = house.open();
        assert_refused!(house.does.create_user.execute(request(None)).await, CreateUserError::AddressTaken);
        assert!(!house.committed());
    }

    #[tokio::test]
    async fn an_address_taken_a_moment_ago_gets_no_second_account() {
        let mut house = House::default();
        house.holder(None);
        house.protects(&["ann@example.org", "ann"]);
        house.adds_users();
        house.tx.emails.expect_add().returning(|_| Err(StoreError::Duplicate(Unique::HeldAddress)));
        let house = house.open();
        assert_refused!(house.does.create_user.execute(request(None)).await, CreateUserError::AddressTaken);
        assert!(!house.committed());
    }

    #[tokio::test]
    async fn a_weak_password_keeps_nothing() {
        let mut house = House::default();
        house.refuses_passwords(PasswordsError::Weak("too common".to_owned()));
        let house = house.open();
        let refused = house.does.create_user.execute(request(None)).await;
        assert_refused!(refused, CreateUserError::Passwords(PasswordsError::Weak(_)));
        assert!(house.wrote_nothing());
    }
}
