//! The next pair of tokens.

use portico_domain::{
    ports::{Consistency, Lock, StoreError, StoreExt as _},
    signup::{SignupBearer, SignupRefresh, SignupRefreshRefusal},
    token::PlainToken,
};

use super::{authenticate_signup::may_enter, door::find_provider, issue::tokens_of};
use crate::{ports::Ports, signup::SignupTokens};

/// How often a sign-in is read again because somebody else used the same token first.
const TRIES: u32 = 5;

/// Why a refresh token gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum RefreshSignupSessionError {
    /// There is no active provider with this marker.
    #[error("there is no such provider")]
    UnknownProvider,
    /// It is none of this provider, over, used before, of another device where that counts, or its sign-in has ended.
    #[error("the refresh token is invalid or has expired")]
    InvalidToken,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Gives the next pair for a refresh token (sign-up contract section 3, `refresh`, and T1 to T3): the same pair again for
/// one that was used within the last 20 seconds. A later reuse ends the sign-in.
#[derive(Clone)]
pub struct RefreshSignupSession {
    ports: Ports,
}

impl RefreshSignupSession {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The pair. `fingerprint` is that of the device that asks.
    ///
    /// # Errors
    /// See [`RefreshSignupSessionError`].
    pub async fn execute(
        &self,
        marker: String,
        token: PlainToken,
        fingerprint: String,
    ) -> Result<SignupTokens, RefreshSignupSessionError> {
        let token = self.ports.refresh_tokens.recognise(&token);
        for _ in 0..TRIES {
            let bearer = self.find_bearer(marker.clone(), token).await?;
            let token = token.ok_or(RefreshSignupSessionError::InvalidToken)?;
            let bearer = bearer.ok_or(RefreshSignupSessionError::InvalidToken)?;
            let is_bound = self.ports.policy.signup.bind_refresh_to_device;
            if !may_enter(&bearer) || is_bound && bearer.session.device.fingerprint != fingerprint {
                return Err(RefreshSignupSessionError::InvalidToken);
            }
            match self.refresh(bearer, token).await {
                Err(RefreshSignupSessionError::Store(StoreError::Stale)) => {}
                outcome => return outcome,
            }
        }
        Err(StoreError::Stale.into())
    }

    /// The sign-in of a token, as long as it is of the provider with this marker.
    async fn find_bearer(
        &self,
        marker: String,
        token: Option<SignupRefresh>,
    ) -> Result<Option<SignupBearer>, RefreshSignupSessionError> {
        self.ports
            .store
            .read(Consistency::Snapshot, move |seen| {
                let provider = find_provider(seen, &marker)?;
                let provider = provider.ok_or(RefreshSignupSessionError::UnknownProvider)?;
                let Some(token) = token else { return Ok(None) };
                let bearer = seen.signup_sessions().find_bearer(token.session)?;
                Ok(bearer.filter(|bearer| bearer.provider.id == provider.id))
            })
            .await
    }

    /// The pair that a token gives; `Stale` when somebody else used it since the sign-in was read.
    async fn refresh(
        &self,
        bearer: SignupBearer,
        token: SignupRefresh,
    ) -> Result<SignupTokens, RefreshSignupSessionError> {
        let SignupBearer { session, signup, provider, .. } = bearer;
        let now = self.ports.clock.now();
        match session.refresh(token, &provider.definition.config, now) {
            Ok(next) => {
                let tokens = tokens_of(&self.ports, &next, &signup, &provider);
                if next != session {
                    self.ports.store.write(move |tx| tx.signup_sessions().rotate(&next)).await?;
                }
                Ok(tokens)
            }
            Err(SignupRefreshRefusal::Reused) => {
                self.ports
                    .store
                    .write(move |tx| {
                        tx.lock(&Lock::User(signup.user))?;
                        tx.signup_sessions().end(session.id, now)
                    })
                    .await?;
                Err(RefreshSignupSessionError::InvalidToken)
            }
            Err(SignupRefreshRefusal::Ended | SignupRefreshRefusal::Expired) => {
                Err(RefreshSignupSessionError::InvalidToken)
            }
        }
    }
}

#[cfg(test)]
mod tests;
