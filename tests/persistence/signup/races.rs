//! Racing units of work.

use portico_domain::{
    ports::{StoreError, Unique},
    signup::{ProviderDefinition, ProviderKind, Signup, SignupSession},
};

use crate::fixture::{EMAIL, Fixture, assert_refused, later, login, new_signup, new_signup_session, on_both};

on_both!(
    of_32_that_sign_up_with_one_login_one_gets_in,
    nobody_slips_in_while_a_provider_changes_its_kind,
    of_16_that_change_an_entity_at_once_one_succeeds,
    of_16_that_renew_a_pair_at_once_one_succeeds,
    of_16_sign_ins_on_one_device_all_succeed_and_one_stays,
    sign_ins_beside_the_removal_of_their_entity_leave_nothing_behind,
);

async fn of_32_that_sign_up_with_one_login_one_gets_in(f: &Fixture) {
    let (provider, user) = (f.door().await.id, f.person().await.id);
    let answers = f
        .race(32, |racer| {
            let spelled =
                ["ann@example.org", "Ann@example.org", "ann@Example.org", "ANN@EXAMPLE.ORG"][racer % 4];
            let new = new_signup(provider, user, spelled);
            Box::new(move |tx| tx.signups().add(&new, EMAIL))
        })
        .await;
    let mut won = 0;
    for answer in answers {
        match answer {
            Ok(_) => won += 1,
            refused => assert_refused!(refused, StoreError::Duplicate(Unique::SignupLogin)),
        }
    }
    assert_eq!(won, 1);
    assert_eq!(f.number("SELECT count(*) AS value FROM signups"), 1);
}

async fn nobody_slips_in_while_a_provider_changes_its_kind(f: &Fixture) {
    let user = f.person().await.id;
    for round in 0..8 {
        let door = f.another_door().await;
        let (provider, before) = (door.id, door.definition.kind);
        let after = ProviderDefinition { kind: ProviderKind::Password, ..door.definition.clone() };
        let answers = f
            .race(9, |racer| {
                let (new, after) = (new_signup(provider, user, &format!("ann-{racer}")), after.clone());
                Box::new(move |tx| {
                    if racer != round {
                        return tx.signups().add(&new, before).map(drop);
                    }
                    tx.signup_providers().write(&after, later(1))?;
                    if tx.signups().has_any(provider)? { Err(StoreError::Stale) } else { Ok(()) }
                })
            })
            .await;
        let retyped = answers[round].is_ok();
        for (racer, answer) in answers.into_iter().enumerate() {
            match answer {
                Ok(()) => assert_eq!(racer == round, retyped, "either he came or it changed"),
                refused => assert_refused!(refused, StoreError::Stale),
            }
        }
        let any = f.read(move |seen| seen.signups().has_any(provider)).await.unwrap();
        assert_eq!(any, !retyped);
    }
}

fn count_won(answers: Vec<Result<(), StoreError>>) -> usize {
    answers
        .into_iter()
        .filter(|answer| match answer {
            Ok(()) => true,
            refused => {
                assert_refused!(refused, StoreError::Stale);
                false
            }
        })
        .count()
}

async fn of_16_that_change_an_entity_at_once_one_succeeds(f: &Fixture) {
    let signup = f.signup("ann").await;
    let answers = f
        .race(16, |racer| {
            let changed = Signup { login: login(&format!("ann-{racer}")), ..signup.clone() };
            Box::new(move |tx| tx.signups().write(&changed, EMAIL, later(1)))
        })
        .await;
    assert_eq!(count_won(answers), 1);
    assert_eq!(f.find_signup(signup.id).await.unwrap().version, 2);
}

async fn of_16_that_renew_a_pair_at_once_one_succeeds(f: &Fixture) {
    let session = f.sign_in(f.signup("ann").await.id, "one").await;
    let answers = f
        .race(16, |racer| {
            let issued_at = later(i64::try_from(racer).unwrap());
            let next = SignupSession { generation: 1, issued_at, ..session.clone() };
            Box::new(move |tx| tx.signup_sessions().rotate(&next))
        })
        .await;
    assert_eq!(count_won(answers), 1);
    assert_eq!(f.session(session.id).await.generation, 1);
}

async fn of_16_sign_ins_on_one_device_all_succeed_and_one_stays(f: &Fixture) {
    let signup = f.signup("ann").await.id;
    for _ in 0..4 {
        let sessions: Vec<SignupSession> = (0..16).map(|_| new_signup_session(signup, "one")).collect();
        let answers = f
            .race(16, |racer| {
                let session = sessions[racer].clone();
                Box::new(move |tx| tx.signup_sessions().add(&session))
            })
            .await;
        for answer in answers {
            answer.unwrap();
        }
        let live = "SELECT count(*) AS value FROM signup_sessions WHERE ended_at IS NULL";
        assert_eq!(f.number(live), 1);
        let mut live = 0;
        for session in sessions {
            live += usize::from(f.session(session.id).await.ended_at.is_none());
        }
        // It is one of the latest.
        assert_eq!(live, 1);
    }
    assert_eq!(f.number("SELECT count(*) AS value FROM signup_sessions"), 64);
}

async fn sign_ins_beside_the_removal_of_their_entity_leave_nothing_behind(f: &Fixture) {
    for round in 0..4 {
        let signup = f.signup(&format!("ann-{round}")).await.id;
        f.sign_in(signup, "one").await;
        let answers = f
            .race(9, |racer| {
                let session = new_signup_session(signup, &format!("device-{}", racer % 2));
                Box::new(move |tx| {
                    if racer == 4 { tx.signups().remove(signup) } else { tx.signup_sessions().add(&session) }
                })
            })
            .await;
        for (racer, answer) in answers.into_iter().enumerate() {
            match answer {
                Ok(()) => {}
                // Whoever came too late has nothing to sign in to.
                refused if racer != 4 => assert_refused!(refused, StoreError::Unavailable(_)),
                refused => panic!("{refused:?}"),
            }
        }
        assert_eq!(f.find_signup(signup).await, None);
        assert_eq!(f.number("SELECT count(*) AS value FROM signup_sessions"), 0);
    }
}
