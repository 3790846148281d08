//! One's own addresses.

use portico_domain::{
    email::Email,
    ports::{Consistency, StoreError, StoreExt as _},
};

use crate::{actor::Actor, ports::Ports};

/// Lists the caller's addresses, the oldest first.
#[derive(Clone)]
pub struct ListEmails {
    ports: Ports,
}

impl ListEmails {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The addresses.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(&self, actor: &Actor) -> Result<Vec<Email>, StoreError> {
        let user = actor.user;
        self.ports.store.read(Consistency::Latest, move |seen| seen.emails().list_of(user)).await
    }
}

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;

    use crate::fixtures::*;

    #[tokio::test]
    async fn a_person_sees_his_own_addresses() {
        let mut house = House::default();
        let listed = house.tx.emails.expect_list_of().with(eq(ann().id));
        listed.times(1).returning(|_| Ok(vec![ann_email()]));
        let emails = house.open().does.list_emails.execute(&actor(&ann())).await.unwrap();
        assert_eq!(emails, [ann_email()]);
    }
}
