//! Providers.

use portico_domain::{
    ports::{StoreError, Stretch, Unique},
    signup::{Identifier, Provider, ProviderDefinition, ProviderKind},
};

use crate::fixture::{
    Fixture, assert_refused, form_definition, identifier, later, new_signup, now, on_both,
    provider_definition,
};

on_both!(
    a_provider_comes_back_as_it_was_added,
    a_name_is_that_of_one_provider,
    a_provider_needs_its_form,
    writing_over_a_provider_raises_its_version,
    a_provider_that_does_not_exist_is_not_written,
    providers_are_listed_in_stretches_the_active_ones_alone_if_asked,
    the_providers_of_a_form_are_listed,
    a_provider_is_removed_once,
    a_provider_through_which_somebody_came_stays,
);

async fn find(f: &Fixture, name: &str) -> Option<Provider> {
    let name = identifier(name);
    f.read(move |seen| seen.signup_providers().find(&name)).await.unwrap()
}

async fn add(f: &Fixture, definition: &ProviderDefinition) -> Provider {
    let (kept, definition) = (definition.clone(), definition.clone());
    let id = f.write(move |tx| tx.signup_providers().add(&kept, now())).await.unwrap();
    Provider { id, version: 1, definition }
}

async fn add_form(f: &Fixture, name: &str) {
    let form = form_definition(name);
    f.write(move |tx| tx.signup_forms().add(&form, now()).map(drop)).await.unwrap();
}

async fn a_provider_comes_back_as_it_was_added(f: &Fixture) {
    for is_active in [true, false] {
        let name = format!("kapı-\u{1f6aa}-{is_active}");
        let definition = ProviderDefinition { is_active, ..provider_definition(&name, "reg") };
        let provider = add(f, &definition).await;
        assert_eq!(find(f, &name).await, Some(provider));
    }
    for name in ["Email", "emai", "none"] {
        assert_eq!(find(f, name).await, None, "{name}");
    }
}

async fn a_name_is_that_of_one_provider(f: &Fixture) {
    add(f, &provider_definition("door", "reg")).await;
    f.write(|tx| {
        let refused = tx.signup_providers().add(&provider_definition("door", "reg"), now());
        assert_refused!(refused, StoreError::Duplicate(Unique::SignupProvider));
        tx.signup_providers().add(&provider_definition("gate", "reg"), now()).map(drop)
    })
    .await
    .unwrap();
    assert!(find(f, "gate").await.is_some());
}

async fn a_provider_needs_its_form(f: &Fixture) {
    let refused = f.write(|tx| tx.signup_providers().add(&provider_definition("door", "none"), now())).await;
    assert_refused!(refused, StoreError::Unavailable(_));
    assert_eq!(find(f, "door").await, None);
    let provider = add(f, &provider_definition("door", "reg")).await;
    let refused =
        f.write(|tx| tx.signup_providers().write(&provider_definition("door", "none"), now())).await;
    assert_refused!(refused, StoreError::Unavailable(_));
    assert_eq!(find(f, "door").await, Some(provider));
}

async fn writing_over_a_provider_raises_its_version(f: &Fixture) {
    add_form(f, "other").await;
    let first = add(f, &provider_definition("door", "reg")).await;
    let untouched = f.door().await;
    let next = ProviderDefinition {
        kind: ProviderKind::Password,
        form: identifier("other"),
        is_active: false,
        ..provider_definition("door", "reg")
    };
    for version in [2, 3] {
        let definition = next.clone();
        f.write(move |tx| tx.signup_providers().write(&definition, later(version))).await.unwrap();
        let expected = Provider { id: first.id, version, definition: next.clone() };
        assert_eq!(find(f, "door").await, Some(expected));
    }
    assert_eq!(f.door().await, untouched);
}

async fn a_provider_that_does_not_exist_is_not_written(f: &Fixture) {
    let refused = f.write(|tx| tx.signup_providers().write(&provider_definition("none", "reg"), now())).await;
    assert_refused!(refused, StoreError::Stale);
}

fn names(providers: Vec<Provider>) -> Vec<Identifier> {
    providers.into_iter().map(|provider| provider.definition.identifier).collect()
}

async fn providers_are_listed_in_stretches_the_active_ones_alone_if_asked(f: &Fixture) {
    for (name, is_active) in [("z", true), ("closed", false), ("a", true)] {
        add(f, &ProviderDefinition { is_active, ..provider_definition(name, "reg") }).await;
    }
    let all = async |stretch| names(f.read(move |seen| seen.signup_providers().list(stretch)).await.unwrap());
    let active = async |stretch| {
        names(f.read(move |seen| seen.signup_providers().list_active(stretch)).await.unwrap())
    };
    let (every, open) = (["email", "z", "closed", "a"].map(identifier), ["email", "z", "a"].map(identifier));
    assert_eq!((all(Stretch::ALL).await, active(Stretch::ALL).await), (every.to_vec(), open.to_vec()));
    let middle = Stretch { offset: 2, limit: 1 };
    assert_eq!((all(middle).await, active(middle).await), (every[2..3].to_vec(), open[2..].to_vec()));
    for beyond in [Stretch { offset: 4, limit: 30 }, Stretch { offset: 0, limit: 0 }] {
        assert_eq!((all(beyond).await, active(beyond).await), (Vec::new(), Vec::new()), "{beyond:?}");
    }
}

async fn the_providers_of_a_form_are_listed(f: &Fixture) {
    add_form(f, "other").await;
    add_form(f, "unused").await;
    for (name, form, is_active) in [("z", "other", true), ("m", "reg", true), ("a", "other", false)] {
        add(f, &ProviderDefinition { is_active, ..provider_definition(name, form) }).await;
    }
    let of = async |form: &str| {
        let form = identifier(form);
        names(f.read(move |seen| seen.signup_providers().list_by_form(&form)).await.unwrap())
    };
    assert_eq!(of("other").await, ["z", "a"].map(identifier));
    assert_eq!(of("reg").await, ["email", "m"].map(identifier));
    assert_eq!((of("unused").await, of("none").await), (Vec::new(), Vec::new()));
}

async fn a_provider_is_removed_once(f: &Fixture) {
    let provider = add(f, &provider_definition("door", "reg")).await;
    f.write(|tx| tx.signup_providers().remove(&identifier("door"))).await.unwrap();
    assert_eq!(find(f, "door").await, None);
    let again = f.write(|tx| tx.signup_providers().remove(&identifier("door"))).await;
    assert_refused!(again, StoreError::Stale);
    assert!(add(f, &provider_definition("door", "reg")).await.id > provider.id);
}

async fn a_provider_through_which_somebody_came_stays(f: &Fixture) {
    let provider = add(f, &provider_definition("door", "reg")).await;
    let signup = f.add_signup(new_signup(provider.id, f.person().await.id, "ann")).await.unwrap();
    let refused = f.write(|tx| tx.signup_providers().remove(&identifier("door"))).await;
    assert_refused!(refused, StoreError::Unavailable(_));
    assert_eq!(find(f, "door").await, Some(provider));
    f.write(move |tx| {
        tx.signups().remove(signup.id)?;
        tx.signup_providers().remove(&identifier("door"))
    })
    .await
    .unwrap();
}
