//! Adding and removing the people behind sign-up entities, with mocks.

use super::*;
use crate::fixtures::*;
use portico_domain::ports::StoreExt as _;

/// A house that adds a person of the login `text`.
async fn add(text: &str, address: Option<EmailAddress>, locale: &str) -> (NewUser, Vec<Email>) {
    let mut house = House::default();
    let users = house.adds_users();
    let emails: Kept<Email> = Kept::default();
    house.tx.emails.expect_add().returning(emails.keeper());
    let house = house.open();
    let (ports, name_of, locale) = (house.ports.clone(), login(text), Locale::parse(locale).unwrap());
    let add =
        move |tx: &mut dyn Transaction| add_person(tx, &ports, &name_of, address.as_ref(), &locale, now());
    let user = house.ports.store.write(add).await.unwrap();
    assert_eq!(user.id, users.only().id);
    (users.only(), emails.all())
}

#[tokio::test]
async fn a_person_is_shown_under_the_local_part_of_his_address_which_he_merely_claims() {
    let (user, emails) = add("test", Some(ann_address()), "tr_TR").await;
    assert_eq!((user.display_name.as_str(), user.created_at), ("ann", now()));
    let [email] = emails.as_slice() else { panic!("{emails:?}") };
    assert_eq!((email.user, &email.address, email.state), (user.id, &ann_address(), EmailState::Claimed));
    assert_eq!((email.is_default, email.created_at), (true, now()));
}

#[tokio::test]
async fn without_an_address_he_is_shown_under_his_login() {
    let long = "é".repeat(255);
    let spaced = format!("{}x", " ".repeat(200));
    for (login, name) in
        [("+99999999999", "+99999999999"), (&long, &long[..200]), (" test ", "test"), (&spaced, "x")]
    {
        let (user, emails) = add(login, None, "en_US").await;
        assert_eq!(user.display_name.as_str(), name);
        assert_eq!(emails, []);
    }
}

#[tokio::test]
async fn his_language_is_written_as_the_house_writes_tags() {
    for (locale, tag) in [("en_US", "en-US"), ("zh_Hans_CN", "zh-Hans-CN"), ("tr", "tr"), ("pt-BR", "pt-BR")]
    {
        assert_eq!(add("test", None, locale).await.0.locale.as_deref(), Some(tag));
    }
}

#[tokio::test]
async fn only_a_person_whom_nothing_knows_is_removed() {
    for known in [false, true] {
        let mut house = House::default();
        house.known_elsewhere(Some(signup().id), known);
        if !known {
            house.removes_ann();
        }
        let house = house.open();
        let remove = |tx: &mut dyn Transaction| remove_if_forgotten(tx, ann().id, Some(signup().id));
        let removed: Result<bool, StoreError> = house.ports.store.write(remove).await;
        assert_eq!(removed.unwrap(), !known);
    }
}
