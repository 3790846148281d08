//! What a database has before any operator said anything.

use portico_domain::{
    ports::Stretch,
    signup::{FormDefinition, Locale, ProviderDefinition, ProviderKind},
};

use crate::fixture::{Fixture, on_both};

on_both!(
    a_fresh_database_has_one_form_and_one_door,
    the_rows_of_a_fresh_database_are_what_the_program_would_write
);

async fn a_fresh_database_has_one_form_and_one_door(f: &Fixture) {
    let forms = f.read(|seen| seen.signup_forms().list(Stretch::ALL)).await.unwrap();
    let providers = f.read(|seen| seen.signup_providers().list_active(Stretch::ALL)).await.unwrap();
    let ([form], [provider]) = (&forms[..], &providers[..]) else { panic!("{forms:?} {providers:?}") };
    assert_eq!((form.id.number(), form.version), (1, 1));
    assert_eq!((provider.id.number(), provider.version), (1, 1));
    assert_eq!(form.definition.identifier.as_str(), "reg");
    assert_eq!(provider.definition.identifier.as_str(), "email");
    assert_eq!(provider.definition.kind, ProviderKind::Email);
    assert_eq!(provider.definition.form, form.definition.identifier);
    assert_eq!(provider.definition.check_form(&form.definition), Ok(()));
    assert_eq!(form.definition.login_field().unwrap().marker.as_str(), "login");
    assert_eq!(form.definition.password_field().unwrap().marker.as_str(), "password");
    assert_eq!(form.shown(&Locale::default())["localizeInfos"]["title"], "Registration");
}

async fn the_rows_of_a_fresh_database_are_what_the_program_would_write(f: &Fixture) {
    let [form] = &f.texts("SELECT definition AS value FROM signup_forms")[..] else { panic!("one form") };
    let read = FormDefinition::parse(&serde_json::from_str(form).unwrap()).unwrap();
    assert_eq!(&read.to_json().to_string(), form);
    let [provider] = &f.texts("SELECT definition AS value FROM signup_providers")[..] else {
        panic!("one provider")
    };
    let read = ProviderDefinition::parse(&serde_json::from_str(provider).unwrap()).unwrap();
    assert_eq!(&read.to_json().to_string(), provider);
    // Its instants are of now, in microseconds.
    let age = if f.database.is_sqlite() {
        "SELECT max(abs(created_at - unixepoch() * 1000000)) AS value FROM signup_forms"
    } else {
        "SELECT (extract(epoch FROM max(now() - created_at)) * 1000000)::bigint AS value FROM signup_forms"
    };
    assert!(f.number(age) < 600_000_000);
}
