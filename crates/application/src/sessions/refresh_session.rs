//! The next pair of tokens for a refresh token.

use portico_domain::{
    ports::{Consistency, Lock, StoreError, StoreExt as _, Transaction},
    session::{RefreshRefusal, Session, TokenPair},
    token::{PlainToken, TokenDigest},
    user::UserState,
};

use super::issue::IssuedTokens;
use crate::ports::Ports;

/// Why there was no next pair.
#[derive(Debug, thiserror::Error)]
pub enum RefreshSessionError {
    /// The refresh token gives nothing.
    #[error(transparent)]
    Refused(#[from] RefreshRefusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Gives the next pair of tokens. The old pair dies; a refresh token that comes a second time ends the whole sign-in,
/// since one of the two who had it stole it (contract O10).
#[derive(Clone)]
pub struct RefreshSession {
    ports: Ports,
}

impl RefreshSession {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The next pair.
    ///
    /// # Errors
    /// When the token is unknown, ended, expired or was used before, or the store fails.
    pub async fn execute(&self, refresh: PlainToken) -> Result<IssuedTokens, RefreshSessionError> {
        let digest = refresh.digest();
        // Nonsense must not reach the writers.
        let known = self
            .ports
            .store
            .read(Consistency::Latest, move |seen| seen.sessions().find_by_refresh(&digest))
            .await
            .map_err(RefreshSessionError::Store)?
            .ok_or(RefreshRefusal::Unknown)?;
        let now = self.ports.clock.now();
        let lifetimes = self.ports.policy.lifetimes;
        let pair = TokenPair::generate(&self.ports.policy.token_prefix, self.ports.entropy.as_ref());
        let next = known.next(&pair, &lifetimes, now, self.ports.entropy.as_ref());
        // The outer result is the store's; a refusal commits, so that the end of a stolen family is kept.
        self.ports
            .store
            .write(move |tx| {
                tx.lock(&Lock::User(known.user))?;
                Ok::<_, StoreError>(match find_good(tx, &digest, now)? {
                    Ok(current) => {
                        tx.sessions().rotate(current.id, now)?;
                        tx.sessions().add(&next)?;
                        Ok(())
                    }
                    Err(RefreshRefusal::Reused) => {
                        tx.sessions().end_family(known.family, now)?;
                        Err(RefreshRefusal::Reused)
                    }
                    Err(refusal) => Err(refusal),
                })
            })
            .await??;
        Ok(IssuedTokens { pair, expires_in: lifetimes.access_token })
    }
}

fn find_good(
    tx: &mut dyn Transaction,
    digest: &TokenDigest,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Result<Session, RefreshRefusal>, StoreError> {
    let Some(current) = tx.sessions().find_by_refresh(digest)? else {
        return Ok(Err(RefreshRefusal::Unknown));
    };
    if let Err(refusal) = current.check_refresh(now) {
        return Ok(Err(refusal));
    }
    let active = tx.users().find(current.user)?.is_some_and(|user| user.state == UserState::Active);
    Ok(if active { Ok(current) } else { Err(RefreshRefusal::Unknown) })
}
