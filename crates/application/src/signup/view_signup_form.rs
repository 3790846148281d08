//! One form.

use portico_domain::{
    ports::{Consistency, Snapshot, StoreError, StoreExt as _},
    signup::{Form, Identifier},
};

use crate::ports::Ports;

/// Shows a form (sign-up contract section 7, `getFormByMarker`).
#[derive(Clone)]
pub struct ViewSignupForm {
    ports: Ports,
}

impl ViewSignupForm {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The form with this marker; nothing when there is none.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(&self, marker: String) -> Result<Option<Form>, StoreError> {
        let Ok(identifier) = Identifier::parse(&marker) else { return Ok(None) };
        let find = move |seen: &mut dyn Snapshot| seen.signup_forms().find(&identifier);
        self.ports.store.read(Consistency::Latest, find).await
    }
}

#[cfg(test)]
mod tests {
    use crate::fixtures::*;

    #[tokio::test]
    async fn a_form_is_found_by_its_marker() {
        let mut house = House::default();
        house.door(signup_provider(), signup_form());
        let house = house.open();
        for (marker, found) in
            [("reg", Some(signup_form())), ("Reg", None), ("email", None), ("", None), ("a/b", None)]
        {
            let form = house.does.view_signup_form.execute(marker.to_owned()).await.unwrap();
            assert_eq!(form, found, "{marker}");
        }
    }
}
