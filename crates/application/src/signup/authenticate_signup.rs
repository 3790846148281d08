//! Who shows this access token?

use portico_domain::{
    ports::{Consistency, StoreError, StoreExt as _},
    signup::{SignupBearer, SignupStatus},
    token::PlainToken,
    user::UserState,
};

use crate::ports::Ports;

/// Why an access token opens nothing.
#[derive(Debug, thiserror::Error)]
pub enum AuthenticateSignupError {
    /// It is none, its time is over, or its sign-in has ended.
    #[error("the access token is invalid or has expired")]
    InvalidToken,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Finds the sign-in behind an access token (sign-up contract section 3, "Sessions"): one that ended opens nothing, at
/// once.
#[derive(Clone)]
pub struct AuthenticateSignup {
    ports: Ports,
}

impl AuthenticateSignup {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The sign-in, with its entity and provider.
    ///
    /// # Errors
    /// `InvalidToken`, or when the store fails.
    pub async fn execute(&self, token: PlainToken) -> Result<SignupBearer, AuthenticateSignupError> {
        let now = self.ports.clock.now();
        let claims = self.ports.access_tokens.read(&token, now);
        let session = claims.map_err(|_| AuthenticateSignupError::InvalidToken)?.session;
        let found = self
            .ports
            .store
            .read::<_, StoreError, _>(Consistency::Latest, move |seen| {
                seen.signup_sessions().find_bearer(session)
            })
            .await?;
        let opens = |bearer: &SignupBearer| may_enter(bearer) && bearer.session.is_live(now);
        found.filter(opens).ok_or(AuthenticateSignupError::InvalidToken)
    }
}

/// Whether an account opens anything: neither it, nor its person, nor its provider is out of use.
pub(super) fn may_enter(bearer: &SignupBearer) -> bool {
    bearer.signup.status == SignupStatus::Active
        && bearer.user_state == UserState::Active
        && bearer.provider.definition.is_active
}

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;
    use portico_domain::{
        ports::{AccessClaims, AccessTokenError},
        signup::{Signup, SignupSession},
    };

    use super::*;
    use crate::fixtures::*;

    fn claims() -> AccessClaims {
        AccessClaims {
            session: signup_session().id,
            signup: signup().id,
            provider: "email".to_owned(),
            login: "test".to_owned(),
            user_agent: "Node.js/x".to_owned(),
            issued_at: now(),
            expires_at: now() + seconds(3600),
        }
    }

    async fn authenticate(found: Option<SignupBearer>) -> Result<SignupBearer, AuthenticateSignupError> {
        let mut house = House::default();
        let read = house.access_tokens.expect_read().with(eq(token("access")), eq(now()));
        read.times(1).returning(|_, _| Ok(claims()));
        let looked = house.tx.signup_sessions.expect_find_bearer().with(eq(signup_session().id));
        looked.times(1).return_once(move |_| Ok(found));
        house.open().does.authenticate_signup.execute(token("access")).await
    }

    #[tokio::test]
    async fn an_access_token_says_who_shows_it() {
        assert_eq!(authenticate(Some(signup_bearer())).await.unwrap(), signup_bearer());
    }

    #[tokio::test]
    async fn a_text_that_is_no_living_token_is_not_looked_up() {
        let mut house = House::default();
        house.access_tokens.expect_read().times(1).returning(|_, _| Err(AccessTokenError));
        let refused = house.open().does.authenticate_signup.execute(token("nonsense")).await;
        assert_refused!(refused, AuthenticateSignupError::InvalidToken);
    }

    #[tokio::test]
    async fn a_token_whose_sign_in_account_person_or_provider_is_out_of_use_opens_nothing() {
        let of_session = |session: SignupSession| Some(SignupBearer { session, ..signup_bearer() });
        let of_signup = |signup: Signup| Some(SignupBearer { signup, ..signup_bearer() });
        for found in [
            None,
            of_session(SignupSession { ended_at: Some(now()), ..signup_session() }),
            of_session(SignupSession {
                access_expires_at: now(),
                refresh_expires_at: now(),
                ..signup_session()
            }),
            of_signup(as_status(SignupStatus::Waiting, signup())),
            of_signup(as_status(SignupStatus::Archived, signup())),
            Some(SignupBearer { user_state: UserState::Disabled, ..signup_bearer() }),
            Some(SignupBearer { provider: shut(signup_provider()), ..signup_bearer() }),
        ] {
            assert_refused!(authenticate(found).await, AuthenticateSignupError::InvalidToken);
        }
    }

    #[tokio::test]
    async fn a_store_that_fails_is_no_refusal() {
        let mut house = House::default();
        house.access_tokens.expect_read().returning(|_, _| Ok(claims()));
        house.tx.signup_sessions.expect_find_bearer().returning(|_| Err(StoreError::Closed));
        let failed = house.open().does.authenticate_signup.execute(token("access")).await;
        assert_refused!(failed, AuthenticateSignupError::Store(StoreError::Closed));
    }
}
