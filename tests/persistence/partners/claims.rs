//! Names of calls.

use chrono::{DateTime, TimeDelta, Utc};
use portico_domain::{
    id::PartnerId,
    partner::{Claim, IdempotencyKey, IdempotentRequest, RequestDigest},
    ports::StoreError,
};

use crate::fixture::{Fixture, assert_refused, later, new_partner, now, on_both};

on_both!(
    a_call_is_new_once_and_repeated_from_then_on,
    another_call_of_the_name_is_told_so_and_changes_nothing,
    a_name_is_free_again_after_its_time,
    names_are_each_partners_own_and_taken_to_the_letter,
    what_was_rolled_back_has_claimed_nothing,
    a_name_of_nobody_is_refused,
    of_32_that_claim_a_name_at_once_one_gets_it,
    of_32_different_calls_of_a_name_one_gets_it,
    of_32_of_whom_half_roll_back_one_gets_it,
    of_32_that_claim_a_name_whose_time_is_over_one_gets_it,
    of_8_that_claim_many_names_each_is_got_once,
);

pub(super) fn call(partner: PartnerId, key: &str, asked: &str, at: DateTime<Utc>) -> IdempotentRequest {
    let key = IdempotencyKey::parse(key).unwrap();
    IdempotentRequest { partner, key, digest: RequestDigest::of(&[asked]), at }
}

async fn claim(f: &Fixture, call: IdempotentRequest) -> Claim {
    f.write(move |tx| tx.idempotency_keys().claim(&call)).await.unwrap()
}

async fn a_call_is_new_once_and_repeated_from_then_on(f: &Fixture) {
    let partner = f.partner().await.id;
    assert_eq!(claim(f, call(partner, "a", "one", now())).await, Claim::New);
    for seconds in [0, 1, 3600, -5] {
        assert_eq!(claim(f, call(partner, "a", "one", later(seconds))).await, Claim::Repeated);
    }
    // In one unit of work, too.
    let (first, second) = (call(partner, "b", "one", now()), call(partner, "b", "two", now()));
    f.write(move |tx| {
        let names = tx.idempotency_keys();
        assert_eq!(names.claim(&first)?, Claim::New);
        assert_eq!(names.claim(&first)?, Claim::Repeated);
        assert_eq!(names.claim(&second)?, Claim::Taken);
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!(f.number("SELECT count(*) AS value FROM idempotency_keys"), 2);
}

async fn another_call_of_the_name_is_told_so_and_changes_nothing(f: &Fixture) {
    let partner = f.partner().await.id;
    assert_eq!(claim(f, call(partner, "a", "one", now())).await, Claim::New);
    assert_eq!(claim(f, call(partner, "a", "two", later(3600))).await, Claim::Taken);
    assert_eq!(claim(f, call(partner, "a", "one", later(3600))).await, Claim::Repeated);
    // Nor does it keep the name for longer.
    assert_eq!(claim(f, call(partner, "a", "two", later(86_400))).await, Claim::New);
}

async fn a_name_is_free_again_after_its_time(f: &Fixture) {
    let partner = f.partner().await.id;
    let moment = TimeDelta::microseconds(1);
    let mut begun = now();
    for (asked, another) in [("one", "two"), ("one", "two"), ("two", "one"), ("three", "one")] {
        assert_eq!(claim(f, call(partner, "a", asked, begun)).await, Claim::New);
        let end = begun + TimeDelta::hours(24);
        assert_eq!(claim(f, call(partner, "a", asked, end - moment)).await, Claim::Repeated);
        assert_eq!(claim(f, call(partner, "a", another, end - moment)).await, Claim::Taken);
        begun = end;
    }
    assert_eq!(f.number("SELECT count(*) AS value FROM idempotency_keys"), 1);
}

async fn names_are_each_partners_own_and_taken_to_the_letter(f: &Fixture) {
    let (partner, other) = (f.partner().await.id, f.partner().await.id);
    for name in ["a", "A", "a-", "\"a\"", "a'", "\\a", "%", "$1", &"x".repeat(255)] {
        assert_eq!(claim(f, call(partner, name, "one", now())).await, Claim::New, "{name}");
        assert_eq!(claim(f, call(other, name, "two", now())).await, Claim::New, "{name}");
        assert_eq!(claim(f, call(partner, name, "one", now())).await, Claim::Repeated, "{name}");
        assert_eq!(claim(f, call(other, name, "one", now())).await, Claim::Taken, "{name}");
    }
}

async fn what_was_rolled_back_has_claimed_nothing(f: &Fixture) {
    let partner = f.partner().await.id;
    let claimed = call(partner, "a", "one", now());
    let refused: Result<(), _> = f
        .write(move |tx| {
            assert_eq!(tx.idempotency_keys().claim(&claimed)?, Claim::New);
            Err(StoreError::Stale)
        })
        .await;
    assert_refused!(refused, StoreError::Stale);
    assert_eq!(claim(f, call(partner, "a", "two", now())).await, Claim::New);
}

async fn a_name_of_nobody_is_refused(f: &Fixture) {
    let claimed = call(new_partner("Nobody").id, "a", "one", now());
    let refused = f.write(move |tx| tx.idempotency_keys().claim(&claimed)).await;
    assert_refused!(refused, StoreError::Unavailable(_));
    assert_eq!(f.number("SELECT count(*) AS value FROM idempotency_keys"), 0);
}

/// How many of the racers were told each: new, repeated, taken.
fn count(answers: &[Claim]) -> [usize; 3] {
    [Claim::New, Claim::Repeated, Claim::Taken]
        .map(|claim| answers.iter().filter(|answer| **answer == claim).count())
}

async fn of_32_that_claim_a_name_at_once_one_gets_it(f: &Fixture) {
    let partner = f.partner().await.id;
    for name in ["a", "b", "c"] {
        let answers = f
            .stampede(32, |_| {
                let claimed = call(partner, name, "one", now());
                Box::new(move |tx| tx.idempotency_keys().claim(&claimed))
            })
            .await;
        let answers: Vec<Claim> = answers.into_iter().map(Result::unwrap).collect();
        assert_eq!(count(&answers), [1, 31, 0]);
    }
}

async fn of_32_different_calls_of_a_name_one_gets_it(f: &Fixture) {
    let partner = f.partner().await.id;
    let asked = |racer: usize| ["one", "two", "three", "four"][racer % 4];
    let answers = f
        .stampede(32, |racer| {
            let claimed = call(partner, "a", asked(racer), now());
            Box::new(move |tx| tx.idempotency_keys().claim(&claimed))
        })
        .await;
    let answers: Vec<Claim> = answers.into_iter().map(Result::unwrap).collect();
    assert_eq!(count(&answers), [1, 7, 24]);
    let winner = answers.iter().position(|answer| *answer == Claim::New).unwrap();
    for (racer, answer) in answers.iter().enumerate().filter(|(racer, _)| *racer != winner) {
        let expected = if asked(racer) == asked(winner) { Claim::Repeated } else { Claim::Taken };
        assert_eq!(*answer, expected);
    }
}

async fn of_32_of_whom_half_roll_back_one_gets_it(f: &Fixture) {
    let partner = f.partner().await.id;
    for round in 0..4 {
        let name = format!("name-{round}");
        let answers = f
            .stampede(32, |racer| {
                let claimed = call(partner, &name, "one", now());
                Box::new(move |tx| match tx.idempotency_keys().claim(&claimed)? {
                    // Faulty calls have done nothing.
                    Claim::New if racer % 2 == 0 => Err(StoreError::Stale),
                    answer => Ok(answer),
                })
            })
            .await;
        let mut kept = Vec::new();
        for (racer, answer) in answers.into_iter().enumerate() {
            match answer {
                Ok(answer) => kept.push(answer),
                refused if racer % 2 == 0 => assert_refused!(refused, StoreError::Stale),
                refused => panic!("{refused:?}"),
            }
        }
        let [new, repeated, taken] = count(&kept);
        assert_eq!((new, taken, repeated + 1), (1, 0, kept.len()));
    }
}

async fn of_32_that_claim_a_name_whose_time_is_over_one_gets_it(f: &Fixture) {
    let partner = f.partner().await.id;
    claim(f, call(partner, "a", "old", now())).await;
    for day in 1..4 {
        let answers = f
            .stampede(32, |_| {
                let claimed = call(partner, "a", "one", later(day * 86_400));
                Box::new(move |tx| tx.idempotency_keys().claim(&claimed))
            })
            .await;
        let answers: Vec<Claim> = answers.into_iter().map(Result::unwrap).collect();
        assert_eq!(count(&answers), [1, 31, 0]);
    }
}

async fn of_8_that_claim_many_names_each_is_got_once(f: &Fixture) {
    let partner = f.partner().await.id;
    for round in 0..20 {
        let name = format!("name-{round}");
        let answers = f
            .race(8, |_| {
                let claimed = call(partner, &name, "one", now());
                Box::new(move |tx| tx.idempotency_keys().claim(&claimed))
            })
            .await;
        let answers: Vec<Claim> = answers.into_iter().map(Result::unwrap).collect();
        assert_eq!(count(&answers), [1, 7, 0]);
    }
}
