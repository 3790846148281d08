//! The forms that clients may see.

use portico_domain::{
    ports::{Consistency, Snapshot, StoreError, StoreExt as _, Stretch},
    signup::Form,
};

use crate::ports::Ports;

/// Lists the forms (sign-up contract section 7, `getAllForms`).
#[derive(Clone)]
pub struct ListSignupForms {
    ports: Ports,
}

impl ListSignupForms {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// A stretch of them, in the order of their ids, and how many there are in all.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(&self, stretch: Stretch) -> Result<(Vec<Form>, u64), StoreError> {
        let list = move |seen: &mut dyn Snapshot| {
            Ok((seen.signup_forms().list(stretch)?, seen.signup_forms().count()?))
        };
        self.ports.store.read(Consistency::Snapshot, list).await
    }
}

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;

    use super::*;
    use crate::fixtures::*;

    #[tokio::test]
    async fn forms_are_listed_by_stretches_with_how_many_there_are() {
        let stretch = Stretch { offset: 2, limit: 1 };
        let mut house = House::default();
        let listed = house.tx.signup_forms.expect_list().with(eq(stretch));
        listed.times(1).returning(|_| Ok(vec![signup_form()]));
        house.tx.signup_forms.expect_count().times(1).returning(|| Ok(4));
        let house = house.open();
        let listed = house.does.list_signup_forms.execute(stretch).await.unwrap();
        assert_eq!(listed, (vec![signup_form()], 4));
        assert!(house.wrote_nothing());
    }
}
