//! Entities: adding and finding them.

use portico_domain::{
    id::{ProviderId, SignupId},
    json::RawJson,
    ports::{StoreError, Transaction, Unique},
    signup::{NewSignup, ProviderKind, Signup, SignupStatus},
};

use crate::fixture::{EMAIL, Fixture, assert_refused, later, login, new_signup, now, on_both};

on_both!(
    an_entity_comes_back_as_it_was_added,
    numbers_ascend_and_are_never_given_twice,
    a_login_is_found_to_the_letter,
    a_login_belongs_to_one_entity_of_a_provider,
    a_login_is_taken_exactly_when_it_cannot_be_added,
    nobody_comes_through_a_provider_that_is_of_another_kind_or_gone,
    an_archived_entity_holds_no_login,
    a_person_is_found_by_the_first_entity_he_has_at_a_provider,
    a_provider_knows_whether_anybody_came_through_it,
    those_who_wait_are_listed_the_oldest_first,
);

const KINDS: [ProviderKind; 3] = [ProviderKind::Email, ProviderKind::Phone, ProviderKind::Password];

async fn an_entity_comes_back_as_it_was_added(f: &Fixture) {
    let provider = f.door().await.id;
    let full = new_signup(provider, f.person().await.id, "Ann@Example.org");
    let bare = NewSignup {
        password: None,
        form_data: portico_domain::signup::FormData::default(),
        notification: portico_domain::signup::NotificationData::default(),
        status: SignupStatus::Waiting,
        created_at: later(5),
        ..new_signup(provider, full.user, "+99999999999")
    };
    for new in [full, bare] {
        let added = f.add_signup(new.clone()).await.unwrap();
        let expected = Signup {
            id: added.id,
            provider: new.provider,
            login: new.login,
            password: new.password,
            form_data: new.form_data,
            notification: new.notification,
            fcm_tokens: Vec::new(),
            state: RawJson::empty_object(),
            locale: new.locale,
            status: new.status,
            version: 1,
            user: new.user,
            created_at: new.created_at,
            updated_at: new.created_at,
        };
        assert_eq!(added, expected);
        assert_eq!(f.find_signup(added.id).await, Some(expected));
    }
    for unknown in [0, -1, 99, i64::MAX, i64::MIN] {
        assert_eq!(f.find_signup(SignupId::from_number(unknown)).await, None);
    }
}

async fn numbers_ascend_and_are_never_given_twice(f: &Fixture) {
    let (first, second) = (f.signup("ann").await.id, f.signup("bob").await.id);
    assert!(first < second);
    f.write(move |tx| tx.signups().remove(second)).await.unwrap();
    assert!(f.signup("bob").await.id > second);
}

async fn a_login_is_found_to_the_letter(f: &Fixture) {
    let (signup, other) = (f.signup("Ann@Example.org").await, f.signup("bob@example.org").await);
    let provider = signup.provider;
    assert_eq!(f.find_login(provider, "Ann@Example.org").await, Some(signup));
    assert_eq!(f.find_login(provider, "bob@example.org").await, Some(other));
    for text in ["ann@example.org", "ANN@EXAMPLE.ORG", "Ann@Example.org ", "Ann@Example", "Ann_Example.org"] {
        assert_eq!(f.find_login(provider, text).await, None, "{text}");
    }
    let elsewhere = f.another_door().await.id;
    assert_eq!(f.find_login(elsewhere, "Ann@Example.org").await, None);
    assert_eq!(f.find_login(ProviderId::from_number(99), "Ann@Example.org").await, None);
}

async fn a_login_belongs_to_one_entity_of_a_provider(f: &Fixture) {
    let first = f.signup("Ünal@Example.org").await;
    let (provider, user) = (first.provider, first.user);
    let elsewhere = f.another_door().await.id;
    f.write(move |tx| {
        for text in ["Ünal@Example.org", "ünal@example.org", "ÜNAL@EXAMPLE.ORG"] {
            let refused = tx.signups().add(&new_signup(provider, user, text), EMAIL);
            assert_refused!(refused, StoreError::Duplicate(Unique::SignupLogin));
        }
        // Elsewhere it is another login, and where case counts so is another spelling.
        for text in ["Ünal@Example.org", "ünal@example.org"] {
            tx.signups().add(&new_signup(elsewhere, user, text), ProviderKind::Phone)?;
        }
        let again = tx.signups().add(&new_signup(elsewhere, user, "ünal@example.org"), ProviderKind::Phone);
        assert_refused!(again, StoreError::Duplicate(Unique::SignupLogin));
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!(f.number("SELECT count(*) AS value FROM signups"), 3);
}

async fn a_login_is_taken_exactly_when_it_cannot_be_added(f: &Fixture) {
    let user = f.person().await.id;
    // Also where the kind of a provider were changed by hand between two who come through it.
    for (before, after) in KINDS.into_iter().flat_map(|before| KINDS.map(|after| (before, after))) {
        for (held, wanted) in [("Ann", "Ann"), ("Ann", "ann"), ("ann", "Ann"), ("Ann", "aNN"), ("ann", "bob")]
        {
            let door = f.another_door().await;
            let provider = door.id;
            f.write(move |tx| {
                let mut definition = door.definition.clone();
                let mut retype = |tx: &mut dyn Transaction, kind| {
                    definition.kind = kind;
                    tx.signup_providers().write(&definition, now())
                };
                retype(tx, before)?;
                tx.signups().add(&new_signup(provider, user, held), before)?;
                retype(tx, after)?;
                let is_taken = tx.signups().is_taken(provider, after, &login(wanted))?;
                let is_refused = match tx.signups().add(&new_signup(provider, user, wanted), after) {
                    Ok(_) => false,
                    Err(StoreError::Duplicate(Unique::SignupLogin)) => true,
                    Err(error) => return Err(error),
                };
                let case = format!("{before:?} {held}, {after:?} {wanted}");
                assert_eq!(is_taken, is_refused, "{case}");
                if before == after {
                    let is_same = login(held).key(after) == login(wanted).key(after);
                    assert_eq!(is_taken, is_same, "{case}");
                }
                // Two of one spelling would be one login.
                assert!(is_taken || held != wanted, "{case}");
                Ok(())
            })
            .await
            .unwrap();
        }
    }
}

async fn archive(f: &Fixture, signup: &Signup) {
    let archived = Signup { status: SignupStatus::Archived, ..signup.clone() };
    f.write(move |tx| tx.signups().write(&archived, EMAIL, later(1))).await.unwrap();
}

async fn is_taken(f: &Fixture, provider: ProviderId, text: &str) -> bool {
    let login = login(text);
    f.read(move |seen| seen.signups().is_taken(provider, EMAIL, &login)).await.unwrap()
}

async fn nobody_comes_through_a_provider_that_is_of_another_kind_or_gone(f: &Fixture) {
    let (provider, user) = (f.door().await.id, f.person().await.id);
    f.write(move |tx| {
        for (provider, kind) in [
            (provider, ProviderKind::Phone),
            (provider, ProviderKind::Password),
            (ProviderId::from_number(99), EMAIL),
        ] {
            let refused = tx.signups().add(&new_signup(provider, user, "ann"), kind);
            assert_refused!(refused, StoreError::Stale);
        }
        assert!(!tx.signups().has_any(provider)?);
        tx.signups().add(&new_signup(provider, user, "ann"), EMAIL).map(drop)
    })
    .await
    .unwrap();
}

async fn an_archived_entity_holds_no_login(f: &Fixture) {
    let elsewhere = f.another_door().await.id;
    let first = f.signup("ann").await;
    let provider = first.provider;
    assert!(is_taken(f, provider, "ANN").await);
    assert!(!is_taken(f, elsewhere, "ann").await && !is_taken(f, provider, "an").await);
    archive(f, &first).await;
    assert!(!is_taken(f, provider, "ann").await);
    assert_eq!(f.find_login(provider, "ann").await, None);
    assert_eq!(f.find_signup(first.id).await.unwrap().status, SignupStatus::Archived);
    // Whoever comes next may be archived as well.
    let second = f.signup("ann").await;
    archive(f, &second).await;
    let waiting = NewSignup { status: SignupStatus::Waiting, ..new_signup(provider, first.user, "Ann") };
    let third = f.add_signup(waiting).await.unwrap();
    assert!(is_taken(f, provider, "ann").await);
    assert_eq!(f.find_login(provider, "Ann").await, Some(third));
}

async fn a_person_is_found_by_the_first_entity_he_has_at_a_provider(f: &Fixture) {
    let (first, stranger) = (f.signup("first").await, f.signup("stranger").await);
    let (provider, user) = (first.provider, first.user);
    let find = async |provider| {
        f.read(move |seen| seen.signups().find_of_user(provider, user)).await.unwrap().map(|signup| signup.id)
    };
    // That of an earlier instant is not older: numbers tell who came first.
    let earlier = NewSignup { created_at: later(-60), ..new_signup(provider, user, "second") };
    let second = f.add_signup(earlier).await.unwrap();
    let elsewhere = f.another_door().await.id;
    assert_eq!((find(provider).await, find(elsewhere).await), (Some(first.id), None));
    archive(f, &first).await;
    assert_eq!(find(provider).await, Some(second.id));
    let there = f.add_signup(new_signup(elsewhere, user, "first")).await.unwrap();
    assert_eq!((find(provider).await, find(elsewhere).await), (Some(second.id), Some(there.id)));
    archive(f, &second).await;
    assert_eq!(find(provider).await, None);
    assert_ne!(stranger.user, user);
}

async fn a_provider_knows_whether_anybody_came_through_it(f: &Fixture) {
    let (provider, elsewhere) = (f.door().await.id, f.another_door().await.id);
    let has_any = async |provider| f.read(move |seen| seen.signups().has_any(provider)).await.unwrap();
    assert!(!has_any(provider).await);
    let signup = f.signup("ann").await;
    assert!(has_any(provider).await && !has_any(elsewhere).await);
    archive(f, &signup).await;
    assert!(has_any(provider).await);
    f.write(move |tx| tx.signups().remove(signup.id)).await.unwrap();
    assert!(!has_any(provider).await);
}

async fn those_who_wait_are_listed_the_oldest_first(f: &Fixture) {
    let (provider, elsewhere, user) = (f.door().await.id, f.another_door().await.id, f.person().await.id);
    let mut waiting = Vec::new();
    for (door, status, seconds) in [
        (provider, SignupStatus::Waiting, 30),
        (provider, SignupStatus::Waiting, 10),
        (provider, SignupStatus::Active, 10),
        (provider, SignupStatus::Archived, 10),
        (elsewhere, SignupStatus::Waiting, 10),
        (provider, SignupStatus::Waiting, 20),
        (provider, SignupStatus::Waiting, 20),
        (provider, SignupStatus::Waiting, 40),
    ] {
        let text = format!("login-{}", waiting.len());
        let new = NewSignup { status, created_at: later(seconds), ..new_signup(door, user, &text) };
        waiting.push(f.add_signup(new).await.unwrap());
    }
    let list = async |before, limit| {
        f.read(move |seen| seen.signups().list_waiting(provider, later(before), limit)).await.unwrap()
    };
    let expected = [1, 5, 6, 0].map(|at: usize| waiting[at].clone());
    assert_eq!(list(40, 10).await, expected);
    assert_eq!(list(40, 3).await, expected[..3]);
    assert_eq!(list(20, 10).await, expected[..1]);
    assert_eq!((list(10, 10).await, list(40, 0).await), (Vec::new(), Vec::new()));
}
