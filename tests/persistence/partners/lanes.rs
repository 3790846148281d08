//! The lanes of the outbox: people on one, partners on the other.

use chrono::{DateTime, Utc};
use portico_domain::{
    letter::{Lane, Letter, OwedLetter, Recipient},
    partner::PartnerEvent,
    ports::{Backlog, LeaseHolder, StoreError},
};

use crate::fixture::{Dice, Fixture, address, assert_refused, later, new_letter, now, on_both};

on_both!(
    what_partners_are_told_and_written_comes_back_as_it_was_added,
    either_lane_has_its_own_letters,
    what_waits_in_one_lane_does_not_take_the_place_of_the_other,
    a_webhook_is_no_mailbox_and_no_telephone,
    a_letter_of_either_lane_is_leased_and_delivered_alike,
);

async fn add(f: &Fixture, letter: &OwedLetter) {
    let letter = letter.clone();
    f.write(move |tx| tx.outbox().add(&letter)).await.unwrap();
}

async fn due(f: &Fixture, lane: Lane, at: DateTime<Utc>, limit: u16) -> Vec<OwedLetter> {
    f.read(move |seen| seen.outbox().list_due(lane, at, limit)).await.unwrap()
}

fn news() -> OwedLetter {
    OwedLetter {
        to: Recipient::Webhook("https://partner.example/hook?a=%20&b='\"".to_owned()),
        letter: Letter::PartnerEvent { event: PartnerEvent::CheckResultSaved },
        secret: None,
        ..new_letter()
    }
}

async fn what_partners_are_told_and_written_comes_back_as_it_was_added(f: &Fixture) {
    let (partner, dictation) = ("Diktado '; --".to_owned(), "Осень \u{1f342}".to_owned());
    let password = Letter::ProvisionedPassword { partner: partner.clone() };
    let link = Letter::CheckResult { partner, dictation };
    let mut letters =
        vec![OwedLetter { letter: password, ..new_letter() }, OwedLetter { letter: link, ..new_letter() }];
    let mut told =
        PartnerEvent::ALL.map(|event| OwedLetter { letter: Letter::PartnerEvent { event }, ..news() });
    for letter in letters.iter().chain(&told) {
        add(f, letter).await;
    }
    letters.sort_unstable_by_key(|letter| letter.id);
    told.sort_unstable_by_key(|letter| letter.id);
    assert_eq!(due(f, Lane::People, now(), 9).await, letters);
    assert_eq!(due(f, Lane::Partners, now(), 9).await, told);
}

async fn either_lane_has_its_own_letters(f: &Fixture) {
    // Whatever a letter says, its kind decides about its lane.
    let mut kinds = Letter::KINDS.to_vec();
    kinds.push("poem");
    for kind in kinds {
        let letter = new_letter();
        add(f, &letter).await;
        f.sql(&format!("UPDATE outbox SET kind = '{kind}' WHERE kind = '{}'", letter.letter.kind()));
        for lane in [Lane::People, Lane::Partners] {
            let expected = usize::from(lane.kinds().contains(&kind));
            assert_eq!(due(f, lane, now(), 9).await.len(), expected, "{kind}");
        }
        f.sql("DELETE FROM outbox");
    }
}

async fn what_waits_in_one_lane_does_not_take_the_place_of_the_other(f: &Fixture) {
    for place in 0..10 {
        add(f, &OwedLetter { created_at: later(place), ..news() }).await;
    }
    let letter = OwedLetter { created_at: later(20), ..new_letter() };
    add(f, &letter).await;
    assert_eq!(due(f, Lane::People, later(20), 2).await, [letter]);
    let first: Vec<_> = due(f, Lane::Partners, later(20), 2).await;
    assert_eq!(first.iter().map(|news| news.created_at).collect::<Vec<_>>(), [later(0), later(1)]);
    // The backlog is that of both.
    let backlog = f.read(|seen| seen.outbox().backlog()).await.unwrap();
    assert_eq!(backlog, Backlog { letters: 11, oldest: Some(later(0)) });
}

async fn a_webhook_is_no_mailbox_and_no_telephone(f: &Fixture) {
    let (letter, news) = (new_letter(), news());
    for crossed in [
        OwedLetter { to: news.to.clone(), ..letter.clone() },
        OwedLetter { to: letter.to.clone(), ..news.clone() },
        OwedLetter { to: Recipient::Phone("+99999999999".to_owned()), ..news.clone() },
    ] {
        let refused = f.write(move |tx| tx.outbox().add(&crossed)).await;
        assert_refused!(refused, StoreError::Corrupt { table: "outbox", column: "recipient" });
    }
    // A text that looks like an address is none.
    add(f, &news).await;
    f.sql("UPDATE outbox SET recipient = 'a@example.org'");
    let found = due(f, Lane::Partners, now(), 9).await;
    assert_eq!(found[0].to, Recipient::Webhook("a@example.org".to_owned()));
    assert_ne!(found[0].to, address("a@example.org").into());
}

async fn a_letter_of_either_lane_is_leased_and_delivered_alike(f: &Fixture) {
    for (lane, letter) in [(Lane::People, new_letter()), (Lane::Partners, news())] {
        add(f, &letter).await;
        let (id, holder) = (letter.id, LeaseHolder::draw(now(), &Dice));
        f.write(move |tx| tx.outbox().lease(id, holder, now(), later(5))).await.unwrap();
        assert_eq!(due(f, lane, later(4), 9).await, []);
        f.write(move |tx| tx.outbox().postpone(id, holder, later(60), "503")).await.unwrap();
        assert_eq!(due(f, lane, later(59), 9).await, []);
        assert_eq!(due(f, lane, later(60), 9).await, [OwedLetter { attempts: 1, ..letter }]);
        f.write(move |tx| {
            tx.outbox().lease(id, holder, later(60), later(65))?;
            tx.outbox().delivered(id, holder, later(61))
        })
        .await
        .unwrap();
        assert_eq!(due(f, lane, later(1_000_000), 9).await, []);
    }
}
