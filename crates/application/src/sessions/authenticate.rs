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
