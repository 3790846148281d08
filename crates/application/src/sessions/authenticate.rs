//! Who shows this bearer token?

use portico_domain::{
    ports::{Consistency, StoreError, StoreExt as _},
    token::PlainToken,
    user::UserState,
};

use crate::{actor::Actor, ports::Ports};

/// Why a bearer token opened nothing.
#[derive(Debug, thiserror::Error)]
pub enum AuthenticateError {
    /// It is unknown, expired or ended, or its person is locked out.
    #[error("the token is not valid")]
    Unauthorized,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Finds out who shows a bearer token: one indexed read, so that an ended token is dead at once in every process.
#[derive(Clone)]
pub struct Authenticate {
    ports: Ports,
}

impl Authenticate {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The person behind `token`.
    ///
    /// # Errors
    /// When it opens nothing, or the store fails.
    pub async fn execute(&self, token: &PlainToken) -> Result<Actor, AuthenticateError> {
        let digest = token.digest();
        let bearer = self
            .ports
            .store
            .read(Consistency::Latest, move |seen| seen.sessions().find_bearer(&digest))
            .await
            .map_err(AuthenticateError::Store)?
            .ok_or(AuthenticateError::Unauthorized)?;
        let now = self.ports.clock.now();
        if bearer.user_state == UserState::Active && bearer.session.is_live(now) {
            Ok(Actor::from(&bearer))
        } else {
            Err(AuthenticateError::Unauthorized)
        }
    }
}

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;
    use portico_domain::session::{Bearer, Session};

    use super::*;
    use crate::fixtures::*;

    fn bearer() -> Bearer {
        let (session, _) = session_of(&ann());
        Bearer { session, user_state: UserState::Active, password_change_required: false }
    }

    async fn authenticate(found: Option<Bearer>) -> Result<Actor, AuthenticateError> {
        let (_, pair) = session_of(&ann());
        let mut house = House::default();
        let looked = house.tx.sessions.expect_find_bearer().with(eq(pair.token.digest()));
        looked.times(1).return_once(move |_| Ok(found));
        house.open().does.authenticate.execute(&pair.token).await
    }

    #[tokio::test]
    async fn a_living_token_says_who_calls_by_which_sign_in() {
        assert_eq!(authenticate(Some(bearer())).await.unwrap(), actor(&ann()));
    }

    #[tokio::test]
    async fn a_mailed_password_is_known_of_its_tokens() {
        let caller = authenticate(Some(Bearer { password_change_required: true, ..bearer() })).await.unwrap();
        assert!(caller.password_change_required);
    }

    #[tokio::test]
    async fn a_token_that_opens_nothing_is_refused() {
        let of = |session| Some(Bearer { session, ..bearer() });
        let (session, _) = session_of(&ann());
        for found in [
            None,
            of(Session { ended_at: Some(now()), ..session.clone() }),
            of(Session { rotated_at: Some(now()), ..session.clone() }),
            of(Session { expires_at: now(), ..session }),
            Some(Bearer { user_state: UserState::Disabled, ..bearer() }),
        ] {
            assert_refused!(authenticate(found).await, AuthenticateError::Unauthorized);
        }
    }
}
