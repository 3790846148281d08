//! Keys of partners.

use chrono::{DateTime, TimeDelta, Utc};
use portico_domain::{
    partner::{Partner, PartnerBearer, PartnerKey},
    ports::StoreError,
};

use crate::fixture::{Fixture, assert_refused, digest, later, new_key, new_partner, now, on_both};

on_both!(
    a_key_is_found_by_its_digest_with_its_partner,
    keys_of_a_revoked_partner_are_found_and_open_nothing,
    a_key_of_nobody_is_refused,
    keys_end_no_later_than_they_would_have,
    the_keys_of_others_do_not_end,
    a_use_is_noted_once_a_minute,
    of_32_uses_at_once_one_is_noted,
    a_use_of_an_unknown_key_is_not_noted,
);

async fn end_keys(f: &Fixture, partner: &Partner, until: DateTime<Utc>) {
    let id = partner.id;
    f.write(move |tx| tx.partners().end_keys(id, until)).await.unwrap();
}

async fn note_use(f: &Fixture, key: &PartnerKey, at: DateTime<Utc>) {
    let id = key.id;
    f.write(move |tx| tx.partners().note_use(id, at)).await.unwrap();
}

async fn at_rest(f: &Fixture, key: &PartnerKey) -> PartnerKey {
    f.key_bearer(key.digest).await.unwrap().key
}

async fn a_key_is_found_by_its_digest_with_its_partner(f: &Fixture) {
    let (partner, other) = (f.partner().await, f.partner().await);
    let full = PartnerKey {
        valid_until: Some(later(7)),
        last_used_at: Some(later(3)),
        created_at: later(-9),
        ..new_key(partner.id)
    };
    for (partner, key) in [(&partner, full), (&partner, new_key(partner.id)), (&other, new_key(other.id))] {
        f.keep_key(key.clone()).await;
        let bearer = PartnerBearer { partner: partner.clone(), key: key.clone() };
        assert_eq!(f.key_bearer(key.digest).await, Some(bearer));
    }
    assert_eq!(f.key_bearer(digest()).await, None);
}

async fn keys_of_a_revoked_partner_are_found_and_open_nothing(f: &Fixture) {
    let partner = f.partner().await;
    let keys = [f.key(partner.id).await, f.key(partner.id).await];
    let id = partner.id;
    f.write(move |tx| tx.partners().revoke(id, later(1))).await.unwrap();
    for key in keys {
        let bearer = f.key_bearer(key.digest).await.unwrap();
        assert_eq!(bearer.partner.revoked_at, Some(later(1)));
        assert_eq!(bearer.key, key);
        assert!(!bearer.is_valid(now()));
    }
}

async fn a_key_of_nobody_is_refused(f: &Fixture) {
    let key = new_key(new_partner("Nobody").id);
    assert_refused!(f.write(move |tx| tx.partners().add_key(&key)).await, StoreError::Unavailable(_));
    assert_eq!(f.number("SELECT count(*) AS value FROM partner_keys"), 0);
}

async fn keys_end_no_later_than_they_would_have(f: &Fixture) {
    let partner = f.partner().await;
    let mut keys = Vec::new();
    for valid_until in [None, Some(10), Some(20), Some(30)] {
        let key = PartnerKey { valid_until: valid_until.map(later), ..new_key(partner.id) };
        keys.push(f.keep_key(key).await);
    }
    for (until, expected) in [
        (20, [20, 10, 20, 20]),
        (40, [20, 10, 20, 20]),
        (15, [15, 10, 15, 15]),
        (5, [5, 5, 5, 5]),
        (5, [5, 5, 5, 5]),
    ] {
        end_keys(f, &partner, later(until)).await;
        for (key, end) in keys.iter().zip(expected) {
            let expected = PartnerKey { valid_until: Some(later(end)), ..key.clone() };
            assert_eq!(at_rest(f, key).await, expected, "until {until}");
        }
    }
    // One that is made afterwards has no end.
    let newest = f.key(partner.id).await;
    assert_eq!(at_rest(f, &newest).await.valid_until, None);
}

async fn the_keys_of_others_do_not_end(f: &Fixture) {
    let (partner, other) = (f.partner().await, f.partner().await);
    let (mine, his) = (f.key(partner.id).await, f.key(other.id).await);
    end_keys(f, &partner, later(1)).await;
    end_keys(f, &new_partner("Nobody"), later(1)).await;
    assert_eq!(at_rest(f, &mine).await.valid_until, Some(later(1)));
    assert_eq!(at_rest(f, &his).await, his);
}

async fn a_use_is_noted_once_a_minute(f: &Fixture) {
    let partner = f.partner().await;
    let (key, unused) = (f.key(partner.id).await, f.key(partner.id).await);
    let last = TimeDelta::microseconds(1);
    for (at, noted) in [
        (later(0), later(0)),
        (later(1), later(0)),
        (later(60) - last, later(0)),
        // The clock of another server may be behind.
        (later(-30), later(0)),
        (later(60), later(60)),
        (later(119), later(60)),
        (later(500), later(500)),
    ] {
        note_use(f, &key, at).await;
        assert_eq!(at_rest(f, &key).await.last_used_at, Some(noted), "{at}");
    }
    assert_eq!(at_rest(f, &unused).await, unused);
}

async fn of_32_uses_at_once_one_is_noted(f: &Fixture) {
    let partner = f.partner().await;
    let key = f.key(partner.id).await;
    let id = key.id;
    for round in 0..3 {
        let answers = f
            .stampede(32, |racer| {
                let at = later(round * 1000 + i64::try_from(racer).unwrap());
                Box::new(move |tx| tx.partners().note_use(id, at))
            })
            .await;
        for answer in answers {
            answer.unwrap();
        }
        // Whichever was the first: all others came within its minute.
        let noted = at_rest(f, &key).await.last_used_at.unwrap();
        assert!((later(round * 1000)..later(round * 1000 + 32)).contains(&noted), "{noted}");
        note_use(f, &key, noted + TimeDelta::seconds(59)).await;
        assert_eq!(at_rest(f, &key).await.last_used_at, Some(noted));
    }
}

async fn a_use_of_an_unknown_key_is_not_noted(f: &Fixture) {
    note_use(f, &new_key(new_partner("Nobody").id), now()).await;
    assert_eq!(f.number("SELECT count(*) AS value FROM partner_keys"), 0);
}
