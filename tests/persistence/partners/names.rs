//! Partners: adding, finding, revoking and listing them.

use portico_domain::{
    page::Page,
    partner::{Partner, PartnerName, PartnerSummary},
    ports::{StoreError, Unique},
};

use crate::fixture::{Fixture, assert_refused, later, new_key, new_partner, now, on_both, word};

on_both!(
    a_partner_comes_back_as_it_was_added,
    a_name_is_that_of_one_partner_that_is_not_revoked,
    a_name_is_taken_to_the_letter,
    of_32_that_take_a_name_at_once_one_gets_it,
    a_partner_is_revoked_once,
    of_16_that_revoke_a_partner_at_once_one_does,
    partners_are_listed_in_pages_in_the_order_of_their_ids,
    a_list_shows_the_newest_key_and_the_latest_use_of_any,
);

async fn find_by_name(f: &Fixture, name: &str) -> Option<Partner> {
    let name = PartnerName::parse(name).unwrap();
    f.read(move |seen| seen.partners().find_by_name(&name)).await.unwrap()
}

async fn add(f: &Fixture, partner: &Partner) -> Result<(), StoreError> {
    let kept = partner.clone();
    f.write(move |tx| tx.partners().add(&kept)).await
}

async fn revoke(f: &Fixture, partner: &Partner) -> Result<(), StoreError> {
    let id = partner.id;
    f.write(move |tx| tx.partners().revoke(id, later(1))).await
}

async fn list(f: &Fixture, page: Page) -> Vec<PartnerSummary> {
    f.read(move |seen| seen.partners().list(page)).await.unwrap()
}

async fn a_partner_comes_back_as_it_was_added(f: &Fixture) {
    let partner = new_partner("Диктадо \u{1f342} '; --");
    add(f, &partner).await.unwrap();
    let id = partner.id;
    assert_eq!(f.read(move |seen| seen.partners().find(id)).await.unwrap().as_ref(), Some(&partner));
    assert_eq!(find_by_name(f, partner.name.as_str()).await, Some(partner));
    let unknown = new_partner("Nobody");
    assert_eq!(f.read(move |seen| seen.partners().find(unknown.id)).await.unwrap(), None);
    assert_eq!(find_by_name(f, "Nobody").await, None);
}

async fn a_name_is_that_of_one_partner_that_is_not_revoked(f: &Fixture) {
    let first = new_partner("Diktado");
    add(f, &first).await.unwrap();
    assert_refused!(add(f, &new_partner("Diktado")).await, StoreError::Duplicate(Unique::PartnerName));
    // The refusal is an answer: the unit of work goes on.
    let (taken, free) = (new_partner("Diktado"), new_partner("Other"));
    f.write(move |tx| {
        assert_refused!(tx.partners().add(&taken), StoreError::Duplicate(Unique::PartnerName));
        tx.partners().add(&free)
    })
    .await
    .unwrap();
    assert!(find_by_name(f, "Other").await.is_some());

    for _ in 0..3 {
        let holder = find_by_name(f, "Diktado").await.unwrap();
        revoke(f, &holder).await.unwrap();
        assert_eq!(find_by_name(f, "Diktado").await, None);
        add(f, &new_partner("Diktado")).await.unwrap();
    }
    assert_refused!(add(f, &new_partner("Diktado")).await, StoreError::Duplicate(Unique::PartnerName));
    // One that was revoked is still found by its id.
    let id = first.id;
    let found = f.read(move |seen| seen.partners().find(id)).await.unwrap();
    assert_eq!(found, Some(Partner { revoked_at: Some(later(1)), ..first }));
}

async fn a_name_is_taken_to_the_letter(f: &Fixture) {
    for name in ["Diktado", "diktado", "DIKTADO", "Diktádo", "Dikta\u{301}do", "Diktado 2"] {
        add(f, &new_partner(name)).await.unwrap();
        assert_eq!(find_by_name(f, name).await.unwrap().name.as_str(), name);
    }
}

async fn of_32_that_take_a_name_at_once_one_gets_it(f: &Fixture) {
    let answers = f
        .stampede(32, |_| {
            let partner = new_partner("Diktado");
            Box::new(move |tx| tx.partners().add(&partner))
        })
        .await;
    let mut won = 0;
    for answer in answers {
        match answer {
            Ok(()) => won += 1,
            refused => assert_refused!(refused, StoreError::Duplicate(Unique::PartnerName)),
        }
    }
    assert_eq!(won, 1);
    assert_eq!(f.number("SELECT count(*) AS value FROM partners"), 1);
}

async fn a_partner_is_revoked_once(f: &Fixture) {
    let partner = f.partner().await;
    revoke(f, &partner).await.unwrap();
    assert_refused!(revoke(f, &partner).await, StoreError::Stale);
    assert_refused!(revoke(f, &new_partner("Nobody")).await, StoreError::Stale);
}

async fn of_16_that_revoke_a_partner_at_once_one_does(f: &Fixture) {
    let id = f.partner().await.id;
    let answers = f.race(16, |_| Box::new(move |tx| tx.partners().revoke(id, later(1)))).await;
    let won = answers
        .into_iter()
        .filter(|answer| match answer {
            Ok(()) => true,
            Err(StoreError::Stale) => false,
            other => panic!("{other:?}"),
        })
        .count();
    assert_eq!(won, 1);
}

async fn partners_are_listed_in_pages_in_the_order_of_their_ids(f: &Fixture) {
    assert_eq!(list(f, Page::first()).await, []);
    let mut added = Vec::new();
    for place in 0..7 {
        let partner = f.partner().await;
        let key = f.key(partner.id).await;
        let revoked_at = (place % 3 == 0).then_some(later(1));
        if revoked_at.is_some() {
            revoke(f, &partner).await.unwrap();
        }
        let partner = Partner { revoked_at, ..partner };
        added.push(PartnerSummary { partner, key_prefix: key.prefix, last_used_at: None });
    }
    added.sort_unstable_by_key(|summary| summary.partner.id);
    assert_eq!(list(f, Page::first()).await, added);
    for limit in [1, 2, 3, 7, 8] {
        let mut seen: Vec<PartnerSummary> = Vec::new();
        loop {
            let after = seen.last().map(|summary| summary.partner.id.uuid());
            let part = list(f, Page::new(limit, after).unwrap()).await;
            assert!(part.len() <= usize::from(limit));
            if part.is_empty() {
                break;
            }
            seen.extend(part);
        }
        assert_eq!(seen, added);
    }
}

async fn a_list_shows_the_newest_key_and_the_latest_use_of_any(f: &Fixture) {
    let (partner, other) = (f.partner().await, f.partner().await);
    let keys = [2, 3, 1].map(|age| {
        let mut key = new_key(partner.id);
        (key.prefix, key.created_at) = (format!("portico_key_{age}"), later(age));
        key
    });
    for key in &keys {
        f.keep_key(key.clone()).await;
    }
    f.key(other.id).await;
    let bare = f.partner().await;
    let shown = async || {
        let found = list(f, Page::first()).await.into_iter().find(|summary| summary.partner == partner);
        let PartnerSummary { key_prefix, last_used_at, .. } = found.unwrap();
        (key_prefix, last_used_at)
    };
    assert_eq!(shown().await, ("portico_key_3".to_owned(), None));
    // The use of an old key counts, too; that of another partner's does not.
    for (key, at, latest) in [(2, 100, 100), (1, 400, 400), (0, 200, 400)] {
        let id = keys[key].id;
        f.write(move |tx| tx.partners().note_use(id, later(at))).await.unwrap();
        assert_eq!(shown().await, ("portico_key_3".to_owned(), Some(later(latest))));
    }
    let summaries = list(f, Page::first()).await;
    let unused = summaries.iter().find(|summary| summary.partner == other).unwrap();
    assert_eq!(unused.last_used_at, None);
    let keyless = summaries.iter().find(|summary| summary.partner == bare).unwrap();
    assert_eq!((keyless.key_prefix.as_str(), keyless.last_used_at), ("", None));

    // Of two keys of one instant the one with the later id is the newer.
    let twins = [new_key(bare.id), new_key(bare.id)];
    for (twin, at) in twins.iter().zip([now(), now()]) {
        let mut key = twin.clone();
        (key.prefix, key.created_at) = (format!("{}{}", key.prefix, word()), at);
        f.keep_key(key).await;
    }
    let newest = twins.iter().max_by_key(|twin| twin.id).unwrap();
    let summaries = list(f, Page::first()).await;
    let shown = summaries.iter().find(|summary| summary.partner == bare).unwrap();
    assert!(shown.key_prefix.starts_with(&newest.prefix), "{shown:?}");
}
