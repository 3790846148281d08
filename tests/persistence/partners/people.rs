//! People of partners.

use portico_domain::{
    id::{PartnerId, UserId},
    ports::StoreError,
};

use crate::fixture::{Fixture, assert_refused, later, new_partner, new_user, now, on_both};

on_both!(
    a_person_is_that_partners_who_added_him,
    adding_a_person_again_changes_nothing,
    of_32_that_add_a_person_at_once_all_succeed_and_he_is_there_once,
    nobody_is_a_person_of_nobody,
    a_person_of_a_partner_is_not_removed,
);

async fn has(f: &Fixture, partner: PartnerId, user: UserId) -> bool {
    f.read(move |seen| seen.partners().has_user(partner, user)).await.unwrap()
}

async fn a_person_is_that_partners_who_added_him(f: &Fixture) {
    let (partner, other) = (f.partner().await.id, f.partner().await.id);
    let (user, stranger) = (f.pupil(partner).await, f.person().await.id);
    assert!(has(f, partner, user).await);
    assert!(!has(f, other, user).await && !has(f, partner, stranger).await);
    // He may be that of several.
    f.write(move |tx| tx.partners().add_user(other, user, later(1))).await.unwrap();
    assert!(has(f, partner, user).await && has(f, other, user).await);
    // What was revoked keeps its people.
    f.write(move |tx| tx.partners().revoke(partner, later(1))).await.unwrap();
    assert!(has(f, partner, user).await);
    assert!(!has(f, partner, new_user("Nobody").id).await);
    assert!(!has(f, new_partner("Nobody").id, user).await);
}

async fn adding_a_person_again_changes_nothing(f: &Fixture) {
    let partner = f.partner().await.id;
    let user = f.pupil(partner).await;
    f.write(move |tx| {
        tx.partners().add_user(partner, user, later(1))?;
        tx.partners().add_user(partner, user, later(2))?;
        assert!(tx.partners().has_user(partner, user)?);
        Ok(())
    })
    .await
    .unwrap();
    let since = if f.database.is_sqlite() {
        "SELECT created_at AS value FROM partner_users"
    } else {
        "SELECT (extract(epoch FROM created_at) * 1000000)::bigint AS value FROM partner_users"
    };
    assert_eq!(f.number("SELECT count(*) AS value FROM partner_users"), 1);
    assert_eq!(f.number(since), now().timestamp_micros());
}

async fn of_32_that_add_a_person_at_once_all_succeed_and_he_is_there_once(f: &Fixture) {
    let (partner, user) = (f.partner().await.id, f.person().await.id);
    let answers = f
        .stampede(32, |racer| {
            let at = later(i64::try_from(racer).unwrap());
            Box::new(move |tx| {
                tx.partners().add_user(partner, user, at)?;
                tx.partners().has_user(partner, user)
            })
        })
        .await;
    for answer in answers {
        assert!(answer.unwrap());
    }
    assert_eq!(f.number("SELECT count(*) AS value FROM partner_users"), 1);
}

async fn nobody_is_a_person_of_nobody(f: &Fixture) {
    let (partner, user) = (f.partner().await.id, f.person().await.id);
    let (no_partner, no_user) = (new_partner("Nobody").id, new_user("Nobody").id);
    for (partner, user) in [(no_partner, user), (partner, no_user)] {
        let refused = f.write(move |tx| tx.partners().add_user(partner, user, now())).await;
        assert_refused!(refused, StoreError::Unavailable(_));
    }
    assert_eq!(f.number("SELECT count(*) AS value FROM partner_users"), 0);
}

async fn a_person_of_a_partner_is_not_removed(f: &Fixture) {
    let partner = f.partner().await.id;
    let user = f.pupil(partner).await;
    assert!(f.read(move |seen| seen.users().is_known_elsewhere(user, None)).await.unwrap());
    assert_refused!(f.write(move |tx| tx.users().remove(user)).await, StoreError::Unavailable(_));
    assert!(f.knows(user).await && has(f, partner, user).await);
}
