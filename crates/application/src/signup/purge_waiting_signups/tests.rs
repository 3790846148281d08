//! Forgetting those who never became active, with mocks.

use std::collections::VecDeque;

use mockall::predicate::{always, eq};
use portico_domain::{
    code::CodeSubject,
    id::{ProviderId, SignupId},
    ports::Verdict,
};

use super::*;
use crate::fixtures::*;

fn days(count: i64) -> TimeDelta {
    TimeDelta::days(count)
}

/// Somebody who has waited so long at [`signup_provider`].
fn waiting(number: i64, age: TimeDelta) -> Signup {
    Signup {
        id: SignupId::from_number(number),
        login: login(&format!("test-{number}")),
        created_at: now() - age,
        ..as_status(SignupStatus::Waiting, signup())
    }
}

fn subject(signup: &Signup) -> CodeSubject {
    CodeSubject::Signup { provider: signup.provider, login: signup.login.clone() }
}

/// A house with one provider, where those who are overdue are found in these stretches.
fn house(stretches: Vec<Vec<Signup>>, known: &[Signup]) -> House {
    let mut house = House::default();
    house.tx.signup_providers.expect_list().with(eq(Stretch::ALL)).returning(|_| Ok(vec![signup_provider()]));
    let mut left = VecDeque::from(stretches);
    let listed = house.tx.signups.expect_list_waiting();
    listed
        .with(eq(signup_provider().id), eq(now() - days(2)), eq(100))
        .times(left.len())
        .returning(move |_, _, _| Ok(left.pop_front().unwrap()));
    house.signups(known);
    house
}

#[tokio::test]
async fn whoever_waited_too_long_is_forgotten_with_his_code_and_his_person() {
    let overdue = waiting(7, days(2) + seconds(1));
    let mut house = house(vec![vec![overdue.clone()]], std::slice::from_ref(&overdue));
    house.removes_signup(&overdue);
    house.removes_code(subject(&overdue));
    house.known_elsewhere(None, false);
    house.removes_ann();
    let house = house.open();
    assert_eq!(house.does.purge_waiting_signups.execute().await.unwrap(), 1);
    assert_eq!(house.locks(), [Lock::User(ann().id)]);
    assert!(house.committed());
}

#[tokio::test]
async fn a_person_whom_something_else_knows_stays() {
    let overdue = waiting(7, days(3));
    let mut house = house(vec![vec![overdue.clone()]], std::slice::from_ref(&overdue));
    house.removes_signup(&overdue);
    house.removes_code(subject(&overdue));
    house.known_elsewhere(None, true);
    assert_eq!(house.open().does.purge_waiting_signups.execute().await.unwrap(), 1);
}

#[tokio::test]
async fn whoever_became_active_or_went_meanwhile_stays_as_he_is() {
    let overdue = waiting(7, days(3));
    let active = as_status(SignupStatus::Active, overdue.clone());
    let fresh = Signup { created_at: now() - days(2), ..overdue.clone() };
    let moved = Signup { user: bob().id, ..overdue.clone() };
    for known in [vec![active], vec![fresh], vec![moved], vec![]] {
        let house = house(vec![vec![overdue.clone()]], &known).open();
        assert_eq!(house.does.purge_waiting_signups.execute().await.unwrap(), 0);
    }
}

#[tokio::test]
async fn many_go_in_stretches_each_of_them_in_a_unit_of_work_of_his_own() {
    let all: Vec<Signup> = (0..150).map(|number| waiting(number, days(3))).collect();
    let (first, second) = all.split_at(100);
    let mut house = house(vec![first.to_vec(), second.to_vec()], &all);
    house.tx.signups.expect_remove().with(always()).times(150).returning(|_| Ok(()));
    house.tx.codes.expect_remove().times(150).returning(|_| Ok(()));
    house.known_elsewhere(None, true);
    let house = house.open();
    assert_eq!(house.does.purge_waiting_signups.execute().await.unwrap(), 150);
    assert_eq!(house.store.verdicts(), vec![Verdict::Commit; 150]);
}

#[tokio::test]
async fn each_provider_shut_or_not_has_its_own_patience() {
    let mut house = House::default();
    let mut other = shut(signup_provider());
    other.id = ProviderId::from_number(2);
    other.definition.config.waiting_days = 30;
    let providers = vec![signup_provider(), other];
    house.tx.signup_providers.expect_list().returning(move |_| Ok(providers.clone()));
    let asked = Kept::default();
    let keep = asked.clone();
    house.tx.signups.expect_list_waiting().returning(move |provider, before, _| {
        keep.put((provider.number(), now() - before));
        Ok(Vec::new())
    });
    let house = house.open();
    assert_eq!(house.does.purge_waiting_signups.execute().await.unwrap(), 0);
    assert_eq!(asked.all(), [(1, days(2)), (2, days(30))]);
    assert!(house.wrote_nothing());
}

#[tokio::test]
async fn a_failing_store_ends_the_round() {
    let overdue = waiting(7, days(3));
    let mut house = house(vec![vec![overdue.clone()]], std::slice::from_ref(&overdue));
    house.tx.signups.expect_remove().returning(|_| Err(StoreError::Overloaded));
    let house = house.open();
    assert_refused!(house.does.purge_waiting_signups.execute().await, StoreError::Overloaded);
    assert!(!house.committed());
}
