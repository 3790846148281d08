//! The doors of the sign-up API: an active provider and the form that its people fill in.

use portico_domain::{
    ports::{Consistency, Snapshot, StoreError, StoreExt as _},
    signup::{Form, Identifier, Provider},
};

use crate::ports::Ports;

/// A provider and its form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Door {
    /// The provider.
    pub provider: Provider,
    /// Its form.
    pub form: Form,
}

/// The provider with this marker; nothing when there is none, or it is not active.
pub(super) fn find_provider(seen: &mut dyn Snapshot, marker: &str) -> Result<Option<Provider>, StoreError> {
    let Ok(identifier) = Identifier::parse(marker) else { return Ok(None) };
    let found = seen.signup_providers().find(&identifier)?;
    Ok(found.filter(|provider| provider.definition.is_active))
}

/// The door with this marker; nothing when there is none, or it is shut.
pub(super) fn find_door(seen: &mut dyn Snapshot, marker: &str) -> Result<Option<Door>, StoreError> {
    let Some(provider) = find_provider(seen, marker)? else { return Ok(None) };
    let form = seen.signup_forms().find(&provider.definition.form)?;
    let form = form.ok_or(StoreError::Corrupt { table: "signup_providers", column: "form" })?;
    Ok(Some(Door { provider, form }))
}

/// The provider with this marker, looked up by itself.
pub(super) async fn read_provider(ports: &Ports, marker: String) -> Result<Option<Provider>, StoreError> {
    ports.store.read(Consistency::Latest, move |seen| find_provider(seen, &marker)).await
}

/// The door with this marker, looked up by itself.
pub(super) async fn read_door(ports: &Ports, marker: String) -> Result<Option<Door>, StoreError> {
    ports.store.read(Consistency::Snapshot, move |seen| find_door(seen, &marker)).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::*;

    async fn find(provider: Provider, form: Form, marker: &str) -> Result<Option<Door>, StoreError> {
        let mut house = House::default();
        house.door(provider, form);
        read_door(&house.open().ports, marker.to_owned()).await
    }

    #[tokio::test]
    async fn a_door_is_an_active_provider_with_its_form() {
        let door = Door { provider: signup_provider(), form: signup_form() };
        assert_eq!(find(signup_provider(), signup_form(), "email").await.unwrap(), Some(door));
        for marker in ["Email", "reg", "", "a b", "a/b"] {
            assert_eq!(find(signup_provider(), signup_form(), marker).await.unwrap(), None, "{marker}");
        }
        assert_eq!(find(shut(signup_provider()), signup_form(), "email").await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_provider_without_its_form_was_never_written() {
        let mut form = signup_form();
        form.definition.identifier = identifier("other");
        assert_refused!(find(signup_provider(), form, "email").await, StoreError::Corrupt { .. });
    }
}
