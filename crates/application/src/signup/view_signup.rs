//! One's own entity.

use portico_domain::{
    ports::{Consistency, StoreError, StoreExt as _},
    signup::{Form, Provider, SignupBearer},
};

use crate::ports::Ports;

/// Shows an account to its person (sign-up contract section 6, `getUser`).
#[derive(Clone)]
pub struct ViewSignup {
    ports: Ports,
}

impl ViewSignup {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The form that he filled in; the rest is in `bearer`.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(&self, bearer: SignupBearer) -> Result<Form, StoreError> {
        form_of(&self.ports, &bearer.provider).await
    }
}

/// The form that the people of a provider fill in.
pub(super) async fn form_of(ports: &Ports, provider: &Provider) -> Result<Form, StoreError> {
    let identifier = provider.definition.form.clone();
    let found = ports
        .store
        .read::<_, StoreError, _>(Consistency::Latest, move |seen| seen.signup_forms().find(&identifier));
    // The operator may have given the provider another form, and removed this one, since the provider was read.
    found.await?.ok_or(StoreError::Stale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::*;

    #[tokio::test]
    async fn the_form_of_the_account_is_shown() {
        let mut house = House::default();
        house.door(signup_provider(), signup_form());
        let shown = house.open().does.view_signup.execute(signup_bearer()).await;
        assert_eq!(shown.unwrap(), signup_form());
    }

    #[tokio::test]
    async fn a_form_that_was_removed_meanwhile_asks_for_another_try() {
        let mut house = House::default();
        house.tx.signup_forms.expect_find().returning(|_| Ok(None));
        let failed = house.open().does.view_signup.execute(signup_bearer()).await;
        assert_refused!(failed, StoreError::Stale);
    }
}
