//! People.

use portico_domain::{
    email::EmailState,
    page::Page,
    user::{DisplayName, NameOrder, NewUser, UserState},
};

use crate::fixture::{Fixture, new_email, new_user, now, on_both};

on_both!(
    a_new_person_is_active_and_comes_back_as_he_was_added,
    a_new_persons_language_is_kept,
    every_field_of_a_person_comes_back,
    a_person_is_found_by_his_number,
    numbers_ascend_and_are_never_given_twice,
    people_are_listed_in_pages_in_the_order_of_their_ids,
    a_search_finds_names_usernames_and_addresses_without_case,
    a_search_takes_wildcards_as_they_are,
);

async fn a_new_person_is_active_and_comes_back_as_he_was_added(f: &Fixture) {
    let new = new_user("Жұлдыз Ünal");
    let (id, kept) = (new.id, new.clone());
    let added = f.write(move |tx| tx.users().add(&kept)).await.unwrap();
    assert_eq!((added.id, &added.display_name), (new.id, &new.display_name));
    assert_eq!(added.state, UserState::Active);
    assert_eq!((added.created_at, added.updated_at), (now(), now()));
    assert_eq!((added.username.as_ref(), added.locale.as_ref(), added.preferred_order), (None, None, None));
    assert_eq!(f.read(move |seen| seen.users().find(id)).await.unwrap(), Some(added));
    let stranger = new_user("Nobody").id;
    assert_eq!(f.read(move |seen| seen.users().find(stranger)).await.unwrap(), None);
}

async fn a_new_persons_language_is_kept(f: &Fixture) {
    let new = NewUser { locale: Some("ja".to_owned()), ..new_user("Somebody") };
    let id = new.id;
    let added = f.write(move |tx| tx.users().add(&new)).await.unwrap();
    assert_eq!(added.locale.as_deref(), Some("ja"));
    assert_eq!(f.read(move |seen| seen.users().find(id)).await.unwrap(), Some(added));
}

async fn a_person_is_found_by_his_number(f: &Fixture) {
    let (first, second) = (f.person().await, f.person().await);
    for person in [first, second.clone()] {
        let number = person.number;
        assert_eq!(f.read(move |seen| seen.users().find_by_number(number)).await.unwrap(), Some(person));
    }
    for number in [second.number + 1, 0, -1, i64::MAX, i64::MIN] {
        assert_eq!(f.read(move |seen| seen.users().find_by_number(number)).await.unwrap(), None);
    }
}

async fn every_field_of_a_person_comes_back(f: &Fixture) {
    let id = f.person().await.id;
    f.sql(
        "UPDATE users SET surname = 'Doe', given_names = 'Jane', native_script = 'ジェーン', \
         preferred_order = 'eastern', username = 'Jane_D', locale = 'ja', state = 'disabled'",
    );
    let user = f.read(move |seen| seen.users().find(id)).await.unwrap().unwrap();
    assert_eq!(user.full_name(), "Doe Jane");
    assert_eq!(user.native_script.as_deref(), Some("ジェーン"));
    assert_eq!(user.preferred_order, Some(NameOrder::Eastern));
    assert_eq!(user.username.as_deref(), Some("Jane_D"));
    assert_eq!(user.locale.as_deref(), Some("ja"));
    assert_eq!(user.state, UserState::Disabled);
}

async fn numbers_ascend_and_are_never_given_twice(f: &Fixture) {
    let first = f.person().await.number;
    let second = f.person().await.number;
    assert!(first < second);
    f.sql(&format!("DELETE FROM users WHERE number = {second}"));
    assert!(f.person().await.number > second);
}

async fn people_are_listed_in_pages_in_the_order_of_their_ids(f: &Fixture) {
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(f.person().await.id);
    }
    ids.sort_unstable();
    let mut email = new_email(ids[1], "Second@Example.org", EmailState::Claimed);
    email.is_default = true;
    let other = new_email(ids[1], "other@example.org", EmailState::Verified { at: now() });
    f.write(move |tx| tx.emails().add(&email).and_then(|()| tx.emails().add(&other))).await.unwrap();

    let page = Page::new(2, None).unwrap();
    let first = f.read(move |seen| seen.users().list(None, page)).await.unwrap();
    assert_eq!(first.iter().map(|row| row.user.id).collect::<Vec<_>>(), ids[..2]);
    assert_eq!(first[0].address, None);
    assert_eq!(first[1].address.as_ref().unwrap().as_str(), "Second@Example.org");

    let page = Page::new(1000, Some(ids[1].uuid())).unwrap();
    let rest = f.read(move |seen| seen.users().list(None, page)).await.unwrap();
    assert_eq!(rest.iter().map(|row| row.user.id).collect::<Vec<_>>(), ids[2..]);
}

async fn found(f: &Fixture, text: &str) -> Vec<String> {
    let text = text.to_owned();
    let rows = f.read(move |seen| seen.users().list(Some(text.clone()), Page::first())).await.unwrap();
    let mut names: Vec<String> =
        rows.into_iter().map(|row| row.user.display_name.as_str().to_owned()).collect();
    names.sort_unstable();
    names
}

async fn a_search_finds_names_usernames_and_addresses_without_case(f: &Fixture) {
    for name in ["ÜNAL Ada", "Bert", "Cleo"] {
        let user = new_user(name);
        let claimed =
            new_email(user.id, &format!("{}@mail.example", &name[name.len() - 3..]), EmailState::Claimed);
        f.write(move |tx| tx.users().add(&user).and_then(|_| tx.emails().add(&claimed))).await.unwrap();
    }
    f.sql("UPDATE users SET username = 'Red_Fox' WHERE display_name = 'Bert'");
    assert_eq!(found(f, "ünal").await, ["ÜNAL Ada"]);
    assert_eq!(found(f, "NAL A").await, ["ÜNAL Ada"]);
    assert_eq!(found(f, "rED_f").await, ["Bert"]);
    assert_eq!(found(f, "ERT@MAIL").await, ["Bert"]);
    assert_eq!(found(f, "example").await, ["Bert", "Cleo", "ÜNAL Ada"]);
    assert_eq!(found(f, "nobody").await, Vec::<String>::new());
    assert_eq!(found(f, "a\0b").await, Vec::<String>::new());
    assert_eq!(found(f, "").await.len(), 3);
}

async fn a_search_takes_wildcards_as_they_are(f: &Fixture) {
    for name in ["100%", "a_b", r"back\slash", "axb"] {
        let mut user = new_user(name);
        user.display_name = DisplayName::parse(name).unwrap();
        f.write(move |tx| tx.users().add(&user)).await.unwrap();
    }
    assert_eq!(found(f, "%").await, ["100%"]);
    assert_eq!(found(f, "a_b").await, ["a_b"]);
    assert_eq!(found(f, r"k\s").await, [r"back\slash"]);
}
