//! Refreshing, against mocked ports.

use chrono::TimeDelta;
use mockall::predicate::eq;
use portico_domain::{
    id::ProviderId,
    signup::{Provider, Signup, SignupSession, SignupStatus},
    user::UserState,
};

use super::*;
use crate::fixtures::*;

/// The sign-in after one refresh, so long ago.
fn refreshed(ago: i64) -> SignupSession {
    let issued_at = now() - seconds(ago);
    SignupSession {
        generation: 1,
        issued_at,
        access_expires_at: issued_at + seconds(3600),
        refresh_expires_at: issued_at + TimeDelta::days(30),
        ..signup_session()
    }
}

fn of_session(session: SignupSession) -> SignupBearer {
    SignupBearer { session, ..signup_bearer() }
}

/// A house with the door `email`, where the tokens are those of this bearer.
fn house(found: Option<SignupBearer>) -> House {
    let mut house = House::default();
    house.door(signup_provider(), signup_form());
    house.recognises_tokens();
    let looked = house.tx.signup_sessions.expect_find_bearer().with(eq(signup_session().id));
    looked.returning(move |_| Ok(found.clone()));
    house
}

async fn refresh_at(
    house: &OpenHouse,
    marker: &str,
    token: PlainToken,
) -> Result<SignupTokens, RefreshSignupSessionError> {
    house.does.refresh_signup_session.execute(marker.to_owned(), token, "UQ_x".to_owned()).await
}

/// Shows the sign-in's first refresh token.
async fn refresh(house: &OpenHouse) -> Result<SignupTokens, RefreshSignupSessionError> {
    refresh_at(house, "email", refresh_token(0)).await
}

/// The sign-in is refreshed once.
fn rotates(house: &mut House) {
    let rotated = house.tx.signup_sessions.expect_rotate().with(eq(refreshed(0)));
    rotated.times(1).returning(|_| Ok(()));
}

#[tokio::test]
async fn a_refresh_token_gives_the_next_pair() {
    let mut house = house(Some(signup_bearer()));
    rotates(&mut house);
    let said = house.signs_tokens();
    let house = house.open();
    let tokens = refresh(&house).await.unwrap();
    assert_eq!((tokens.login.as_str(), tokens.provider.as_str()), ("test", "email"));
    assert_eq!(tokens.refresh, refresh_token(1));
    assert_eq!((said.only().issued_at, said.only().expires_at), (now(), now() + seconds(3600)));
    assert!(house.committed());
}

#[tokio::test]
async fn a_token_used_just_now_gives_the_same_pair_again_and_writes_nothing() {
    let mut house = house(Some(of_session(refreshed(19))));
    let said = house.signs_tokens();
    let house = house.open();
    assert_eq!(refresh(&house).await.unwrap().refresh, refresh_token(1));
    assert_eq!(said.only().issued_at, now() - seconds(19));
    assert!(house.wrote_nothing());
}

#[tokio::test]
async fn of_many_who_show_one_token_at_once_all_get_the_pair_of_the_first() {
    let mut house = House::default();
    house.door(signup_provider(), signup_form());
    house.recognises_tokens();
    // Both read the sign-in before either refreshes it.
    for session in [signup_session(), refreshed(0)] {
        let looked = house.tx.signup_sessions.expect_find_bearer().times(1);
        looked.return_once(move |_| Ok(Some(of_session(session))));
    }
    house.tx.signup_sessions.expect_rotate().times(1).returning(|_| Err(StoreError::Stale));
    let said = house.signs_tokens();
    let house = house.open();
    assert_eq!(refresh(&house).await.unwrap().refresh, refresh_token(1));
    let [.., last] = &said.all()[..] else { panic!("no token was signed") };
    assert_eq!(last.issued_at, refreshed(0).issued_at);
}

#[tokio::test]
async fn a_token_that_loses_every_race_is_not_tried_for_ever() {
    let mut house = house(Some(signup_bearer()));
    house.tx.signup_sessions.expect_rotate().times(5).returning(|_| Err(StoreError::Stale));
    house.signs_tokens();
    let failed = refresh(&house.open()).await;
    assert_refused!(failed, RefreshSignupSessionError::Store(StoreError::Stale));
}

#[tokio::test]
async fn a_token_used_longer_ago_ends_the_sign_in_and_that_is_kept() {
    let mut house = house(Some(of_session(refreshed(20))));
    let ended = house.tx.signup_sessions.expect_end().with(eq(signup_session().id), eq(now()));
    ended.times(1).returning(|_, _| Ok(()));
    let house = house.open();
    assert_refused!(refresh(&house).await, RefreshSignupSessionError::InvalidToken);
    assert!(house.committed());
}

#[tokio::test]
async fn a_token_that_is_none_over_or_of_somebody_out_of_use_gives_nothing_and_ends_nothing() {
    let of_signup = |signup: Signup| SignupBearer { signup, ..signup_bearer() };
    for found in [
        None,
        Some(of_session(SignupSession { ended_at: Some(now()), ..signup_session() })),
        Some(of_session(SignupSession { refresh_expires_at: now(), ..signup_session() })),
        Some(of_signup(as_status(SignupStatus::Waiting, signup()))),
        Some(of_signup(as_status(SignupStatus::Archived, signup()))),
        Some(SignupBearer { user_state: UserState::Disabled, ..signup_bearer() }),
    ] {
        let house = house(found).open();
        assert_refused!(refresh(&house).await, RefreshSignupSessionError::InvalidToken);
        assert!(house.wrote_nothing());
    }
    let house = house(Some(signup_bearer())).open();
    for text in ["", "nonsense", "undefined"] {
        let refused = refresh_at(&house, "email", token(text)).await;
        assert_refused!(refused, RefreshSignupSessionError::InvalidToken);
    }
    assert!(house.wrote_nothing());
}

/// The provider `email` as another one than [`signup_provider`].
fn elsewhere() -> Provider {
    Provider { id: ProviderId::from_number(2), ..signup_provider() }
}

#[tokio::test]
async fn a_token_of_another_provider_is_refused_and_its_sign_in_left_alone() {
    let used_long_ago = of_session(refreshed(60));
    for found in [signup_bearer(), used_long_ago] {
        let house = house(Some(SignupBearer { provider: elsewhere(), ..found })).open();
        assert_refused!(refresh(&house).await, RefreshSignupSessionError::InvalidToken);
        assert!(house.wrote_nothing());
    }
}

#[tokio::test]
async fn a_provider_that_is_unknown_or_shut_is_told_so_whatever_the_token() {
    for token in [refresh_token(0), token("nonsense")] {
        let open = house(Some(signup_bearer())).open();
        let refused = refresh_at(&open, "other", token.clone()).await;
        assert_refused!(refused, RefreshSignupSessionError::UnknownProvider);
        let mut house = House::default();
        house.recognises_tokens();
        house.door(shut(signup_provider()), signup_form());
        let refused = refresh_at(&house.open(), "email", token).await;
        assert_refused!(refused, RefreshSignupSessionError::UnknownProvider);
    }
}

/// A house whose sign-in was begun on the device `UQ_y`, while `UQ_x` refreshes it.
fn house_of_another_device() -> House {
    let mut session = signup_session();
    session.device.fingerprint = "UQ_y".to_owned();
    house(Some(of_session(session)))
}

#[tokio::test]
async fn another_device_refreshes_as_long_as_the_operator_does_not_forbid_it() {
    let mut house = house_of_another_device();
    house.tx.signup_sessions.expect_rotate().times(1).returning(|_| Ok(()));
    house.signs_tokens();
    assert!(refresh(&house.open()).await.is_ok());
}

#[tokio::test]
async fn where_the_operator_forbids_it_another_device_is_refused_and_the_sign_in_left_alone() {
    let mut other = house_of_another_device();
    other.policy.signup.bind_refresh_to_device = true;
    let other = other.open();
    assert_refused!(refresh(&other).await, RefreshSignupSessionError::InvalidToken);
    assert!(other.wrote_nothing());

    let mut same = house(Some(signup_bearer()));
    same.policy.signup.bind_refresh_to_device = true;
    rotates(&mut same);
    same.signs_tokens();
    assert!(refresh(&same.open()).await.is_ok());
}
