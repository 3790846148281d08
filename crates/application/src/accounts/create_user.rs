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
