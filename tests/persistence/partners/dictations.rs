//! Dictations of partners.

use portico_domain::{
    id::PartnerId,
    partner::{Dictation, DictationId, Language},
    ports::{StoreError, Unique},
};

use crate::fixture::{
    Fixture, assert_refused, dictation_id, later, new_dictation, new_partner, new_result, on_both, with_page,
};

on_both!(
    a_dictation_comes_back_as_it_was_registered,
    an_id_names_one_dictation_of_a_partner,
    an_id_is_taken_to_the_letter,
    a_dictation_is_retired_once,
    a_retired_dictation_comes_back_as_it_is_registered_again,
    of_32_that_register_an_id_at_once_one_gets_it,
    of_32_that_bring_a_dictation_back_at_once_one_does,
    dictations_are_listed_in_pages_in_the_order_of_their_ids_byte_by_byte,
    results_of_a_retired_dictation_stay,
);

async fn find(f: &Fixture, partner: PartnerId, id: &str) -> Option<Dictation> {
    let id = dictation_id(id);
    f.read(move |seen| seen.dictations().find(partner, &id)).await.unwrap()
}

async fn retire(f: &Fixture, partner: PartnerId, id: &str) -> Result<(), StoreError> {
    let id = dictation_id(id);
    f.write(move |tx| tx.dictations().retire(partner, &id, later(1))).await
}

async fn list(f: &Fixture, partner: PartnerId, after: Option<DictationId>, limit: u16) -> Vec<Dictation> {
    f.read(move |seen| seen.dictations().list(partner, after.clone(), limit)).await.unwrap()
}

async fn a_dictation_comes_back_as_it_was_registered(f: &Fixture) {
    let partner = f.partner().await.id;
    for id in ["611c9e9b8ffa577616d4fa3c", "a", "A-b_9", &"x".repeat(64)] {
        let dictation = f.dictation(partner, id).await;
        assert_eq!(find(f, partner, id).await, Some(dictation));
    }
    assert_eq!(find(f, partner, "b").await, None);
    assert_eq!(find(f, f.partner().await.id, "a").await, None);
    let refused = f.register(&new_dictation(new_partner("Nobody").id, "a")).await;
    assert_refused!(refused, StoreError::Unavailable(_));
}

async fn an_id_names_one_dictation_of_a_partner(f: &Fixture) {
    let (partner, other) = (f.partner().await.id, f.partner().await.id);
    let first = f.dictation(partner, "autumn").await;
    let second = Dictation { title: "Other".to_owned(), ..new_dictation(partner, "autumn") };
    assert_refused!(f.register(&second).await, StoreError::Duplicate(Unique::Dictation));
    // The refusal is an answer: the unit of work goes on.
    f.write(move |tx| {
        assert_refused!(tx.dictations().add(&second), StoreError::Duplicate(Unique::Dictation));
        tx.dictations().add(&new_dictation(partner, "winter"))
    })
    .await
    .unwrap();
    assert_eq!(find(f, partner, "autumn").await, Some(first));
    assert!(find(f, partner, "winter").await.is_some());
    // Those of another partner are its own.
    f.dictation(other, "autumn").await;
    retire(f, other, "autumn").await.unwrap();
    assert_eq!(find(f, partner, "autumn").await.unwrap().retired_at, None);
}

async fn an_id_is_taken_to_the_letter(f: &Fixture) {
    let partner = f.partner().await.id;
    for id in ["a", "A", "a-", "a_", "-a"] {
        f.dictation(partner, id).await;
    }
    retire(f, partner, "A").await.unwrap();
    assert_eq!(find(f, partner, "a").await.unwrap().retired_at, None);
}

async fn a_dictation_is_retired_once(f: &Fixture) {
    let partner = f.partner().await.id;
    let dictation = f.dictation(partner, "autumn").await;
    assert_refused!(retire(f, f.partner().await.id, "autumn").await, StoreError::Stale);
    assert_refused!(retire(f, partner, "winter").await, StoreError::Stale);
    retire(f, partner, "autumn").await.unwrap();
    assert_refused!(retire(f, partner, "autumn").await, StoreError::Stale);
    let retired = Dictation { retired_at: Some(later(1)), ..dictation };
    assert_eq!(find(f, partner, "autumn").await, Some(retired));
}

async fn a_retired_dictation_comes_back_as_it_is_registered_again(f: &Fixture) {
    let partner = f.partner().await.id;
    f.dictation(partner, "autumn").await;
    for (title, language) in [("Winter", "en-GB"), ("Spring", "kk"), ("Spring", "kk")] {
        retire(f, partner, "autumn").await.unwrap();
        let again = Dictation {
            title: title.to_owned(),
            language: Language::parse(language).unwrap(),
            created_at: later(9),
            ..new_dictation(partner, "autumn")
        };
        f.register(&again).await.unwrap();
        assert_refused!(f.register(&again).await, StoreError::Duplicate(Unique::Dictation));
        assert_eq!(find(f, partner, "autumn").await, Some(again));
    }
    assert_eq!(f.number("SELECT count(*) AS value FROM dictations"), 1);
}

/// Of 32 that register an id at once one succeeds.
async fn race(f: &Fixture, partner: PartnerId) {
    let answers = f
        .stampede(32, |racer| {
            let title = format!("Title {racer}");
            let dictation = Dictation { title, ..new_dictation(partner, "autumn") };
            Box::new(move |tx| tx.dictations().add(&dictation))
        })
        .await;
    let mut winner = None;
    for (racer, answer) in answers.into_iter().enumerate() {
        match answer {
            Ok(()) => assert_eq!(winner.replace(racer), None),
            refused => assert_refused!(refused, StoreError::Duplicate(Unique::Dictation)),
        }
    }
    let title = format!("Title {}", winner.unwrap());
    assert_eq!(find(f, partner, "autumn").await.unwrap().title, title);
}

async fn of_32_that_register_an_id_at_once_one_gets_it(f: &Fixture) {
    race(f, f.partner().await.id).await;
}

async fn of_32_that_bring_a_dictation_back_at_once_one_does(f: &Fixture) {
    let partner = f.partner().await.id;
    f.dictation(partner, "autumn").await;
    retire(f, partner, "autumn").await.unwrap();
    race(f, partner).await;
}

async fn dictations_are_listed_in_pages_in_the_order_of_their_ids_byte_by_byte(f: &Fixture) {
    let (partner, other) = (f.partner().await.id, f.partner().await.id);
    let mut added = Vec::new();
    // Locales sort these otherwise: without case, and without hyphens and underscores.
    for id in ["b", "B", "a", "A", "_a", "-a", "a-b", "ab", "a_b", "aB", "Z", "z", "0", "9", "10"] {
        added.push(f.dictation(partner, id).await);
        f.dictation(other, id).await;
    }
    retire(f, partner, "B").await.unwrap();
    added[1].retired_at = Some(later(1));
    added.sort_unstable_by(|one, two| one.id.as_str().as_bytes().cmp(two.id.as_str().as_bytes()));
    assert_eq!(list(f, partner, None, 1000).await, added);
    for limit in [1, 2, 4, 15, 16] {
        let mut seen: Vec<Dictation> = Vec::new();
        loop {
            let after = seen.last().map(|dictation| dictation.id.clone());
            let part = list(f, partner, after, limit).await;
            assert!(part.len() <= usize::from(limit));
            if part.is_empty() {
                break;
            }
            seen.extend(part);
        }
        assert_eq!(seen, added, "{limit}");
    }
    // A page may begin behind what is not there.
    let behind = list(f, partner, Some(dictation_id("a0")), 2).await;
    assert_eq!(behind.iter().map(|found| found.id.as_str()).collect::<Vec<_>>(), ["aB", "a_b"]);
    assert_eq!(list(f, new_partner("Nobody").id, None, 10).await, []);
}

async fn results_of_a_retired_dictation_stay(f: &Fixture) {
    let author = f.author().await;
    let (result, token) = with_page(new_result(&author, later(0)));
    f.save(&result).await.unwrap();
    retire(f, author.partner, "autumn").await.unwrap();
    let shown = f.read(move |seen| seen.check_results().find_by_page_token(&token)).await.unwrap().unwrap();
    assert_eq!(shown.result, result);
    assert_eq!(shown.dictation.retired_at, Some(later(1)));
}
