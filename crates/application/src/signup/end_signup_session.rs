//! Signing out.

use portico_domain::{
    ports::{Consistency, Lock, StoreExt as _},
    token::PlainToken,
};

use super::door::find_provider;
use crate::{ports::Ports, signup::UnknownDoorError};

/// Ends the sign-in of a refresh token (sign-up contract section 3, `logout`, and T9). Whoever has the token may end it,
/// whichever active provider he names: the client forgets its tokens, so that the sign-in must not live on.
#[derive(Clone)]
pub struct EndSignupSession {
    ports: Ports,
}

impl EndSignupSession {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Ends it. An unknown token, or one whose sign-in has ended, is as good.
    ///
    /// # Errors
    /// `UnknownProvider`, or when the store fails.
    pub async fn execute(&self, marker: String, token: PlainToken) -> Result<(), UnknownDoorError> {
        let refresh = self.ports.refresh_tokens.recognise(&token);
        let bearer = self
            .ports
            .store
            .read(Consistency::Snapshot, move |seen| {
                find_provider(seen, &marker)?.ok_or(UnknownDoorError::UnknownProvider)?;
                let Some(refresh) = refresh else { return Ok(None) };
                Ok::<_, UnknownDoorError>(seen.signup_sessions().find_bearer(refresh.session)?)
            })
            .await?;
        let Some(bearer) = bearer.filter(|bearer| bearer.session.ended_at.is_none()) else { return Ok(()) };
        let now = self.ports.clock.now();
        self.ports
            .store
            .write(move |tx| {
                // What is being changed at this sign-in's word is changed before it ends, or not at all.
                tx.lock(&Lock::User(bearer.signup.user))?;
                Ok(tx.signup_sessions().end(bearer.session.id, now)?)
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;
    use portico_domain::{
        id::ProviderId,
        ports::StoreError,
        signup::{Provider, SignupBearer, SignupSession},
    };

    use super::*;
    use crate::fixtures::*;

    /// A house with the door `email`, where the tokens are those of this bearer.
    fn house(found: Option<SignupBearer>) -> House {
        let mut house = House::default();
        house.door(signup_provider(), signup_form());
        house.recognises_tokens();
        house.tx.signup_sessions.expect_find_bearer().returning(move |_| Ok(found.clone()));
        house
    }

    async fn end(house: &OpenHouse, marker: &str, token: PlainToken) -> Result<(), UnknownDoorError> {
        house.does.end_signup_session.execute(marker.to_owned(), token).await
    }

    #[tokio::test]
    async fn a_refresh_token_ends_its_sign_in_also_when_it_is_an_old_one() {
        let refreshed = SignupSession { generation: 5, ..signup_session() };
        for session in [signup_session(), refreshed] {
            let mut house = house(Some(SignupBearer { session, ..signup_bearer() }));
            let ended = house.tx.signup_sessions.expect_end().with(eq(signup_session().id), eq(now()));
            ended.times(1).returning(|_, _| Ok(()));
            let house = house.open();
            end(&house, "email", refresh_token(0)).await.unwrap();
            assert!(house.committed());
        }
    }

    #[tokio::test]
    async fn what_is_over_or_was_never_a_token_is_as_good() {
        let ended = SignupSession { ended_at: Some(now()), ..signup_session() };
        for found in [None, Some(SignupBearer { session: ended, ..signup_bearer() })] {
            let house = house(found).open();
            end(&house, "email", refresh_token(0)).await.unwrap();
            end(&house, "email", token("nonsense")).await.unwrap();
            assert!(house.wrote_nothing());
        }
    }

    #[tokio::test]
    async fn a_token_ends_its_sign_in_at_whatever_provider_it_is_shown() {
        let provider = Provider { id: ProviderId::from_number(2), ..signup_provider() };
        let mut house = house(Some(SignupBearer { provider, ..signup_bearer() }));
        let ended = house.tx.signup_sessions.expect_end().with(eq(signup_session().id), eq(now()));
        ended.times(1).returning(|_, _| Ok(()));
        let house = house.open();
        end(&house, "email", refresh_token(0)).await.unwrap();
        assert_eq!(house.locks(), [Lock::User(ann().id)]);
        assert!(house.committed());
    }

    #[tokio::test]
    async fn an_unknown_provider_is_told_so() {
        let house = house(Some(signup_bearer())).open();
        let refused = end(&house, "other", refresh_token(0)).await;
        assert_refused!(refused, UnknownDoorError::UnknownProvider);
        assert!(house.wrote_nothing());
    }

    #[tokio::test]
    async fn a_store_that_fails_is_an_error() {
        let mut house = house(Some(signup_bearer()));
        house.tx.signup_sessions.expect_end().returning(|_, _| Err(StoreError::Closed));
        let failed = end(&house.open(), "email", refresh_token(0)).await;
        assert_refused!(failed, UnknownDoorError::Store(StoreError::Closed));
    }
}
