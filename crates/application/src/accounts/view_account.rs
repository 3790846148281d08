//! One's own account.

use portico_domain::{
    email::Email,
    ports::{Consistency, StoreError, StoreExt as _},
    user::User,
};

use crate::{actor::Actor, ports::Ports};

/// A person with his addresses, as he sees himself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The person.
    pub user: User,
    /// His addresses, the oldest first.
    pub emails: Vec<Email>,
}

impl Account {
    /// The address to write to.
    #[must_use]
    pub fn default_email(&self) -> Option<&Email> {
        self.emails.iter().find(|email| email.is_default)
    }
}

/// Shows the caller his account (contract 2.1).
#[derive(Clone)]
pub struct ViewAccount {
    ports: Ports,
}

impl ViewAccount {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The account.
    ///
    /// # Errors
    /// When the store fails; `Stale` when the account was removed meanwhile.
    pub async fn execute(&self, actor: &Actor) -> Result<Account, StoreError> {
        let id = actor.user;
        self.ports
            .store
            .read(Consistency::Snapshot, move |seen| {
                let user = seen.users().find(id)?.ok_or(StoreError::Stale)?;
                Ok(Account { user, emails: seen.emails().list_of(id)? })
            })
            .await
    }
}
