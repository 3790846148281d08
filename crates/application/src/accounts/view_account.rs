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

#[cfg(test)]
mod tests {
    use portico_domain::email::EmailState;

    use super::*;
    use crate::fixtures::*;

    #[tokio::test]
    async fn a_person_sees_himself_with_his_addresses() {
        let claimed = Email { is_default: false, ..in_state(EmailState::Claimed) };
        let mut house = House::default();
        house.users(&[ann(), bob()]);
        house.emails(&[claimed.clone(), ann_email()]);
        let account = house.open().does.view_account.execute(&actor(&ann())).await.unwrap();
        assert_eq!(account.default_email(), Some(&ann_email()));
        assert_eq!(account, Account { user: ann(), emails: vec![claimed, ann_email()] });
    }

    #[tokio::test]
    async fn an_account_removed_meanwhile_is_stale() {
        let mut house = House::default();
        house.users(&[]);
        let refused = house.open().does.view_account.execute(&actor(&ann())).await;
        assert_refused!(refused, StoreError::Stale);
    }
}
