//! One form or provider in the hands of an admin.

use portico_domain::{
    ports::{Consistency, Snapshot, StoreError, StoreExt as _},
    signup::{Form, FormDefinition, Identifier, Provider, ProviderDefinition, SignupDocument},
};

use super::{ApplySignupDocumentError, apply};
use crate::ports::Ports;

/// Creates a form, or writes over it.
#[derive(Clone)]
pub struct PutSignupForm {
    ports: Ports,
}

impl PutSignupForm {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The form as it is at rest afterwards, whoever writes it next.
    ///
    /// # Errors
    /// When it cannot be applied to what is at rest, or the store fails; nothing is kept then.
    pub async fn execute(&self, definition: FormDefinition) -> Result<Form, ApplySignupDocumentError> {
        let (reaches_phones, now) = (self.ports.code_sender.is_configured(), self.ports.clock.now());
        let identifier = definition.identifier.clone();
        let document = SignupDocument { forms: vec![definition], providers: Vec::new() };
        self.ports
            .store
            .write(move |tx| {
                apply(tx, &document, reaches_phones, now)?;
                Ok(tx.signup_forms().find(&identifier)?.ok_or(StoreError::Stale)?)
            })
            .await
    }
}

/// Creates a provider, or writes over it.
#[derive(Clone)]
pub struct PutSignupProvider {
    ports: Ports,
}

impl PutSignupProvider {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The provider as it is at rest afterwards, whoever writes it next.
    ///
    /// # Errors
    /// When it cannot be applied to what is at rest, or the store fails; nothing is kept then.
    pub async fn execute(
        &self,
        definition: ProviderDefinition,
    ) -> Result<Provider, ApplySignupDocumentError> {
        let (reaches_phones, now) = (self.ports.code_sender.is_configured(), self.ports.clock.now());
        let identifier = definition.identifier.clone();
        let document = SignupDocument { forms: Vec::new(), providers: vec![definition] };
        self.ports
            .store
            .write(move |tx| {
                apply(tx, &document, reaches_phones, now)?;
                Ok(tx.signup_providers().find(&identifier)?.ok_or(StoreError::Stale)?)
            })
            .await
    }
}

/// Shows a provider to an admin, active or not.
#[derive(Clone)]
pub struct InspectSignupProvider {
    ports: Ports,
}

impl InspectSignupProvider {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The provider with this marker; nothing when there is none.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(&self, marker: String) -> Result<Option<Provider>, StoreError> {
        let Ok(identifier) = Identifier::parse(&marker) else { return Ok(None) };
        let find = move |seen: &mut dyn Snapshot| seen.signup_providers().find(&identifier);
        self.ports.store.read(Consistency::Latest, find).await
    }
}

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;
    use portico_domain::{
        id::{FormId, ProviderId},
        ports::Lock,
        signup::PlanFault,
    };

    use super::*;
    use crate::fixtures::*;

    /// A house with these forms and providers, in which what is written is found, of the version 7.
    fn house(forms: Vec<Form>, providers: Vec<Provider>) -> House {
        let mut house = House::default();
        house.tx.signup_forms.expect_list().returning(move |_| Ok(forms.clone()));
        house.tx.signup_providers.expect_list().returning(move |_| Ok(providers.clone()));
        house.code_sender.expect_is_configured().return_const(false);
        let form = Form { version: 7, ..signup_form() };
        let provider = Provider { version: 7, ..shut(signup_provider()) };
        house.door(provider, form);
        house
    }

    #[tokio::test]
    async fn an_admin_is_told_what_he_wrote_in_the_transaction_that_wrote_it() {
        let mut new = house(vec![], vec![]);
        let added = new.tx.signup_forms.expect_add().with(eq(signup_form().definition), eq(now()));
        added.times(1).returning(|_, _| Ok(FormId::from_number(1)));
        let new = new.open();
        let form = new.does.put_signup_form.execute(signup_form().definition).await.unwrap();
        assert_eq!(form, Form { version: 7, ..signup_form() });
        assert_eq!(new.locks(), [Lock::SignupForms]);
        assert!(new.committed());

        let mut known = house(vec![signup_form()], vec![signup_provider()]);
        let wanted = shut(signup_provider()).definition;
        let written = known.tx.signup_providers.expect_write().with(eq(wanted.clone()), eq(now()));
        written.times(1).returning(|_, _| Ok(()));
        let known = known.open();
        let provider = known.does.put_signup_provider.execute(wanted).await.unwrap();
        assert_eq!(provider, Provider { version: 7, ..shut(signup_provider()) });
        assert_eq!(known.locks(), [Lock::SignupForms]);
        assert!(known.committed());
    }

    #[tokio::test]
    async fn a_new_provider_is_added() {
        let mut house = house(vec![signup_form()], vec![]);
        let added = house.tx.signup_providers.expect_add().times(1);
        added.returning(|_, _| Ok(ProviderId::from_number(1)));
        let house = house.open();
        assert!(house.does.put_signup_provider.execute(signup_provider().definition).await.is_ok());
    }

    #[tokio::test]
    async fn what_cannot_be_applied_is_not_written() {
        let house = house(vec![], vec![]).open();
        let refused = house.does.put_signup_provider.execute(signup_provider().definition).await;
        assert_refused!(refused, ApplySignupDocumentError::Plan(PlanFault::NoForm { .. }));
        assert!(!house.committed());
    }

    #[tokio::test]
    async fn an_admin_sees_a_provider_that_is_shut_too() {
        let house = house(vec![], vec![]).open();
        let shown = |marker: &str| house.does.inspect_signup_provider.execute(marker.to_owned());
        assert_eq!(shown("email").await.unwrap().map(|provider| provider.version), Some(7));
        for marker in ["Email", "phone", "", "a/b", ".."] {
            assert_eq!(shown(marker).await.unwrap(), None, "{marker}");
        }
    }
}
