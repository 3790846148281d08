//! Dues.

use portico_domain::{
    id::{PaymentRemovalId, UserId},
    payment::{Payment, PaymentRemoval, PaymentStatus, PaymentTransaction, RemovalReason},
    period::Periods,
    ports::{StoreError, StoreExt as _, Unique},
    profile::MemberRole,
};

use crate::fixture::{Dice, Fixture, assert_refused, digest, later, now, on_both, payment, period, periods};

on_both!(
    the_default_periods_count_until_others_are_set,
    a_payment_comes_back_with_the_numbers_of_its_people,
    payments_are_listed_the_newest_period_first,
    nobody_pays_twice_for_a_period,
    a_payment_that_is_taken_back_is_kept_for_the_books,
    a_payment_that_is_not_there_cannot_be_taken_back,
    a_payment_can_be_made_again_after_it_was_taken_back,
    an_offer_to_pay_is_used_once_and_in_time,
    of_16_who_take_an_offer_one_gets_it,
);

fn removal(by: UserId, reason: Option<&str>) -> PaymentRemoval {
    PaymentRemoval {
        id: PaymentRemovalId::generate(now(), &Dice),
        removed_by: by,
        reason: reason.map(|text| RemovalReason::parse(text).unwrap()),
        removed_at: later(60),
    }
}

async fn add(f: &Fixture, payment: &Payment) -> Result<(), StoreError> {
    let payment = payment.clone();
    f.write(move |tx| tx.payments().add(&payment)).await
}

async fn remove(f: &Fixture, user: UserId, number: i64, removal: &PaymentRemoval) -> bool {
    let removal = removal.clone();
    f.write(move |tx| tx.payments().remove(user, period(number), &removal)).await.unwrap()
}

async fn list_of(f: &Fixture, user: UserId) -> Vec<PaymentStatus> {
    f.read(move |seen| seen.payments().list_of(user)).await.unwrap()
}

async fn the_default_periods_count_until_others_are_set(f: &Fixture) {
    let look = async || f.read(|seen| seen.payments().periods()).await.unwrap();
    assert_eq!(look().await, Periods::default());
    for set in [periods(202_010, 202_104), periods(210_010, 210_010)] {
        f.write(move |tx| tx.payments().set_periods(set, later(1))).await.unwrap();
        assert_eq!(look().await, set);
    }
    assert_eq!(f.number("SELECT count(*) AS value FROM portal_settings"), 1);
}

async fn a_payment_comes_back_with_the_numbers_of_its_people(f: &Fixture) {
    let (member, admin) = (f.member(MemberRole::Member).await, f.member(MemberRole::Admin).await);
    let user = member.user;
    for authorizer in [&admin, &member] {
        let number = if authorizer.user == user { 202_010 } else { 202_004 };
        let paid = payment(user, number, authorizer.user);
        add(f, &paid).await.unwrap();
        let found = f.read(move |seen| seen.payments().find(user, period(number))).await.unwrap();
        let status =
            PaymentStatus { payment: paid, number: member.number, authorizer_number: authorizer.number };
        assert_eq!(found, Some(status));
    }
    let admin = admin.user;
    assert_eq!(f.read(move |seen| seen.payments().find(user, period(201_910))).await.unwrap(), None);
    assert_eq!(f.read(move |seen| seen.payments().find(admin, period(202_004))).await.unwrap(), None);
}

async fn payments_are_listed_the_newest_period_first(f: &Fixture) {
    let (member, other) = (f.member(MemberRole::Member).await, f.member(MemberRole::Member).await);
    assert_eq!(list_of(f, member.user).await, []);
    for number in [202_004, 201_904, 202_104, 201_910] {
        add(f, &payment(member.user, number, other.user)).await.unwrap();
    }
    add(f, &payment(other.user, 202_004, other.user)).await.unwrap();
    let listed = list_of(f, member.user).await;
    let numbers: Vec<i32> = listed.iter().map(|status| status.payment.period.number()).collect();
    assert_eq!(numbers, [202_104, 202_004, 201_910, 201_904]);
    assert!(
        listed
            .iter()
            .all(|status| status.number == member.number && status.authorizer_number == other.number)
    );
}

async fn nobody_pays_twice_for_a_period(f: &Fixture) {
    let (member, other) = (f.member(MemberRole::Member).await.user, f.member(MemberRole::Admin).await.user);
    let first = payment(member, 202_004, other);
    add(f, &first).await.unwrap();
    let again = payment(member, 202_004, member);
    f.write(move |tx| {
        assert_refused!(tx.payments().add(&again), StoreError::Duplicate(Unique::Payment));
        // The refusal is an answer.
        tx.payments().add(&payment(member, 202_010, other))?;
        tx.payments().add(&payment(other, 202_004, other))
    })
    .await
    .unwrap();
    assert_eq!(list_of(f, member).await.last().unwrap().payment, first);
}

async fn a_payment_that_is_taken_back_is_kept_for_the_books(f: &Fixture) {
    let (member, admin) = (f.member(MemberRole::Member).await.user, f.member(MemberRole::Admin).await.user);
    for (number, reason) in [(202_004, Some("typo\nin the list")), (202_010, None)] {
        f.pay(admin, number).await;
        add(f, &payment(member, number, admin)).await.unwrap();
        assert!(remove(f, member, number, &removal(member, reason)).await);
    }
    assert_eq!(list_of(f, member).await, []);
    assert_eq!(list_of(f, admin).await.len(), 2);
    let books = f.texts(
        "SELECT r.period || ' ' || u.number || ' ' || a.number || ' ' || b.number || ' ' || \
         coalesce(r.reason, '-') AS value FROM payment_removals AS r JOIN users AS u ON u.id = r.user_id \
         JOIN users AS a ON a.id = r.authorizer JOIN users AS b ON b.id = r.removed_by ORDER BY 1",
    );
    assert_eq!(books, ["202004 1 2 1 typo\nin the list", "202010 1 2 1 -"]);
    let instants = if f.database.is_sqlite() {
        "SELECT paid_at || ' ' || removed_at AS value FROM payment_removals"
    } else {
        "SELECT (extract(epoch FROM paid_at) * 1000000)::bigint || ' ' || \
         (extract(epoch FROM removed_at) * 1000000)::bigint AS value FROM payment_removals"
    };
    let expected = format!("{} {}", now().timestamp_micros(), later(60).timestamp_micros());
    assert_eq!(f.texts(instants), [expected.clone(), expected]);
}

async fn a_payment_that_is_not_there_cannot_be_taken_back(f: &Fixture) {
    let (member, other) = (f.member(MemberRole::Member).await.user, f.member(MemberRole::Member).await.user);
    f.pay(member, 202_004).await;
    for (user, number) in [(member, 202_010), (other, 202_004), (f.person().await.id, 202_004)] {
        assert!(!remove(f, user, number, &removal(other, None)).await);
    }
    assert_eq!(f.number("SELECT count(*) AS value FROM payment_removals"), 0);
    assert_eq!(list_of(f, member).await.len(), 1);
}

async fn a_payment_can_be_made_again_after_it_was_taken_back(f: &Fixture) {
    let member = f.member(MemberRole::Member).await.user;
    for _ in 0..2 {
        f.pay(member, 202_004).await;
        assert!(remove(f, member, 202_004, &removal(member, None)).await);
        assert!(!remove(f, member, 202_004, &removal(member, None)).await);
    }
    assert_eq!(f.number("SELECT count(*) AS value FROM payment_removals"), 2);
}

async fn offer(f: &Fixture) -> PaymentTransaction {
    let user = f.member(MemberRole::Member).await.user;
    let offer = PaymentTransaction { digest: digest(), user, expires_at: later(60) };
    let kept = offer.clone();
    f.write(move |tx| tx.payments().add_transaction(&kept)).await.unwrap();
    offer
}

async fn an_offer_to_pay_is_used_once_and_in_time(f: &Fixture) {
    let (offer, late) = (offer(f).await, offer(f).await);
    let token = offer.digest;
    let find = async || f.read(move |seen| seen.payments().find_transaction(&token)).await.unwrap();
    let use_up =
        async |token, seconds| f.write(move |tx| tx.payments().use_transaction(&token, later(seconds))).await;
    assert_eq!(find().await, Some(offer));
    use_up(token, 59).await.unwrap();
    assert_eq!(find().await, None);
    assert_refused!(use_up(token, 59).await, StoreError::Stale);
    assert_refused!(use_up(digest(), 0).await, StoreError::Stale);
    assert_refused!(use_up(late.digest, 60).await, StoreError::Stale);
    // It is still told what it was.
    let token = late.digest;
    let found = f.read(move |seen| seen.payments().find_transaction(&token)).await.unwrap();
    assert_eq!(found, Some(late));
}

async fn of_16_who_take_an_offer_one_gets_it(f: &Fixture) {
    let offer = offer(f).await;
    let racers: Vec<_> = (0..16)
        .map(|_| {
            let (store, offer) = (f.store.clone(), offer.clone());
            tokio::spawn(async move {
                store
                    .write::<_, StoreError, _>(move |tx| {
                        tx.payments().use_transaction(&offer.digest, now())?;
                        tx.payments().add(&payment(offer.user, 202_004, offer.user))
                    })
                    .await
            })
        })
        .collect();
    let mut won = 0;
    for racer in racers {
        match racer.await.unwrap() {
            Ok(()) => won += 1,
            refused => assert_refused!(refused, StoreError::Stale),
        }
    }
    assert_eq!(won, 1);
    assert_eq!(list_of(f, offer.user).await.len(), 1);
}
