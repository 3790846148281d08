//! The rules of the sign-up API.

use portico_domain::{
    ports::{StoreError, Transaction, Unique},
    signup::{ProviderDefinition, ProviderKind, Signup},
};

use super::{Case, case, user};
use crate::fixture::{form_definition, identifier, new_signup, new_signup_session, now, provider_definition};

/// Somebody who came through the provider that every database has, as if it were of this kind.
fn signup(tx: &mut dyn Transaction, kind: ProviderKind, text: &str) -> Result<Signup, StoreError> {
    let provider = tx.signup_providers().find(&identifier("email"))?.unwrap();
    tx.signup_providers().write(&ProviderDefinition { kind, ..provider.definition }, now())?;
    let user = user(tx)?.id;
    tx.signups().add(&new_signup(provider.id, user, text), kind)
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        case("signup_forms_identifier", "signup_forms.identifier", Unique::SignupForm, |tx| {
            tx.signup_forms().add(&form_definition("reg"), now()).map(drop)
        }),
        case("signup_providers_identifier", "signup_providers.identifier", Unique::SignupProvider, |tx| {
            tx.signup_providers().add(&provider_definition("email", "reg"), now()).map(drop)
        }),
        case("signups_login", "signups.provider, signups.login", Unique::SignupLogin, |tx| {
            // Their keys differ.
            signup(tx, ProviderKind::Email, "Ann")?;
            signup(tx, ProviderKind::Password, "Ann").map(drop)
        }),
        case("signups_login_key", "signups.provider, signups.login_key", Unique::SignupLogin, |tx| {
            signup(tx, ProviderKind::Email, "Ann")?;
            signup(tx, ProviderKind::Email, "ann").map(drop)
        }),
        case("signup_sessions_pkey", "signup_sessions.id", Unique::Identity, |tx| {
            let session = new_signup_session(signup(tx, ProviderKind::Email, "Ann")?.id, "one");
            (0..2).try_for_each(|_| tx.signup_sessions().add(&session))
        }),
    ]
}
