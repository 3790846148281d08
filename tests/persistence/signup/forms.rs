//! Forms.

use portico_domain::{
    ports::{StoreError, Stretch, Unique},
    signup::{Form, FormDefinition, Identifier},
};

use crate::fixture::{
    Fixture, assert_refused, form_definition, identifier, later, now, on_both, provider_definition,
};

on_both!(
    a_form_comes_back_as_it_was_added,
    a_name_is_that_of_one_form,
    writing_over_a_form_raises_its_version,
    a_form_that_does_not_exist_is_not_written,
    forms_are_listed_in_stretches_in_the_order_of_their_ids,
    a_form_is_removed_once_and_its_number_is_never_given_again,
    a_form_that_a_provider_uses_stays,
);

async fn find(f: &Fixture, name: &str) -> Option<Form> {
    let name = identifier(name);
    f.read(move |seen| seen.signup_forms().find(&name)).await.unwrap()
}

async fn add(f: &Fixture, definition: &FormDefinition) -> Form {
    let (kept, definition) = (definition.clone(), definition.clone());
    let id = f.write(move |tx| tx.signup_forms().add(&kept, now())).await.unwrap();
    Form { id, version: 1, definition }
}

async fn a_form_comes_back_as_it_was_added(f: &Fixture) {
    let form = add(f, &form_definition("Kayıt-\u{1f3b9}")).await;
    assert_eq!(find(f, "Kayıt-\u{1f3b9}").await, Some(form));
    // Names are taken to the letter.
    for name in ["kayıt-\u{1f3b9}", "Kayıt", "REG", "none"] {
        assert_eq!(find(f, name).await, None, "{name}");
    }
}

async fn a_name_is_that_of_one_form(f: &Fixture) {
    add(f, &form_definition("one")).await;
    f.write(|tx| {
        let refused = tx.signup_forms().add(&form_definition("one"), now());
        assert_refused!(refused, StoreError::Duplicate(Unique::SignupForm));
        // The unit of work can go on.
        tx.signup_forms().add(&form_definition("two"), now()).map(drop)
    })
    .await
    .unwrap();
    assert!(find(f, "two").await.is_some());
}

async fn writing_over_a_form_raises_its_version(f: &Fixture) {
    let (first, other) = (add(f, &form_definition("one")).await, add(f, &form_definition("other")).await);
    let next = FormDefinition { position: 7, kind: None, attributes: Vec::new(), ..form_definition("one") };
    for version in [2, 3] {
        let definition = next.clone();
        f.write(move |tx| tx.signup_forms().write(&definition, later(version))).await.unwrap();
        let expected = Form { id: first.id, version, definition: next.clone() };
        assert_eq!(find(f, "one").await, Some(expected));
    }
    assert_eq!(find(f, "other").await, Some(other));
}

async fn a_form_that_does_not_exist_is_not_written(f: &Fixture) {
    let refused = f.write(|tx| tx.signup_forms().write(&form_definition("none"), now())).await;
    assert_refused!(refused, StoreError::Stale);
    assert_eq!(find(f, "none").await, None);
}

async fn names(f: &Fixture, stretch: Stretch) -> Vec<Identifier> {
    let forms = f.read(move |seen| seen.signup_forms().list(stretch)).await.unwrap();
    forms.into_iter().map(|form| form.definition.identifier).collect()
}

async fn forms_are_listed_in_stretches_in_the_order_of_their_ids(f: &Fixture) {
    for name in ["z", "a", "m"] {
        add(f, &form_definition(name)).await;
    }
    let all = ["reg", "z", "a", "m"].map(identifier);
    assert_eq!(names(f, Stretch::ALL).await, all);
    assert_eq!(names(f, Stretch { offset: 1, limit: 2 }).await, all[1..3]);
    assert_eq!(names(f, Stretch { offset: 3, limit: 30 }).await, all[3..]);
    for beyond in [
        Stretch { offset: 4, limit: 30 },
        Stretch { offset: u32::MAX, limit: u16::MAX },
        Stretch { offset: 0, limit: 0 },
    ] {
        assert_eq!(names(f, beyond).await, [], "{beyond:?}");
    }
    assert_eq!(f.read(|seen| seen.signup_forms().count()).await.unwrap(), 4);
}

async fn a_form_is_removed_once_and_its_number_is_never_given_again(f: &Fixture) {
    let form = add(f, &form_definition("one")).await;
    f.write(|tx| tx.signup_forms().remove(&identifier("one"))).await.unwrap();
    assert_eq!(find(f, "one").await, None);
    let again = f.write(|tx| tx.signup_forms().remove(&identifier("one"))).await;
    assert_refused!(again, StoreError::Stale);
    assert!(add(f, &form_definition("one")).await.id > form.id);
    assert_eq!(f.read(|seen| seen.signup_forms().count()).await.unwrap(), 2);
}

async fn a_form_that_a_provider_uses_stays(f: &Fixture) {
    add(f, &form_definition("one")).await;
    f.write(|tx| tx.signup_providers().add(&provider_definition("door", "one"), now()).map(drop))
        .await
        .unwrap();
    let refused = f.write(|tx| tx.signup_forms().remove(&identifier("one"))).await;
    assert_refused!(refused, StoreError::Unavailable(_));
    assert!(find(f, "one").await.is_some());
    f.write(|tx| {
        tx.signup_providers().remove(&identifier("door"))?;
        tx.signup_forms().remove(&identifier("one"))
    })
    .await
    .unwrap();
}
