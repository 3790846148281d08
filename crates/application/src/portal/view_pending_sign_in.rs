//! What a newcomer's form shows.

use chrono::{DateTime, Utc};
use portico_domain::{
    external_identity::PendingSignIn,
    ports::{Consistency, Snapshot, StoreError, StoreExt as _},
    token::{PlainToken, TokenDigest},
    user::UserState,
};

use crate::ports::Ports;

/// Why there is no form for whoever shows this cookie.
#[derive(Debug, thiserror::Error)]
pub enum PendingSignInError {
    /// Nobody waits behind it, or not any more.
    #[error("nobody waits behind this token")]
    Unknown,
    /// It is that of somebody who has a profile.
    #[error("the member has registered")]
    Registered,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Shows what the provider said of a newcomer (portal contract section 3.1, `GET /public/oidc_account`).
#[derive(Clone)]
pub struct ViewPendingSignIn {
    ports: Ports,
}

impl ViewPendingSignIn {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Looks.
    ///
    /// # Errors
    /// When nobody waits, somebody has registered, or the store fails.
    pub async fn execute(&self, token: &PlainToken) -> Result<PendingSignIn, PendingSignInError> {
        let (digest, now) = (token.digest(), self.ports.clock.now());
        self.ports.store.read(Consistency::Latest, move |seen| find_waiting(seen, &digest, now)).await
    }
}

/// Whoever waits behind a token.
pub(super) fn find_waiting(
    seen: &mut dyn Snapshot,
    token: &TokenDigest,
    now: DateTime<Utc>,
) -> Result<PendingSignIn, PendingSignInError> {
    let pending = seen.external_identities().find_pending(token)?;
    if let Some(pending) = pending.filter(|pending| pending.is_live(now)) {
        return Ok(pending);
    }
    let visitor = seen.portal_sessions().find_visitor(token)?;
    let registered = visitor
        .is_some_and(|visitor| visitor.user_state == UserState::Active && visitor.session.is_live(now));
    Err(if registered { PendingSignInError::Registered } else { PendingSignInError::Unknown })
}

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;
    use portico_domain::portal_session::Visitor;

    use super::*;
    use crate::fixtures::*;

    async fn view(
        pending: Option<PendingSignIn>,
        visitor: Option<Visitor>,
    ) -> Result<PendingSignIn, PendingSignInError> {
        let mut house = House::default();
        let digest = token("cookie").digest();
        let waits = house.tx.external_identities.expect_find_pending().with(eq(digest));
        waits.return_once(move |_| Ok(pending));
        let visits = house.tx.portal_sessions.expect_find_visitor().with(eq(digest));
        visits.return_once(move |_| Ok(visitor));
        let house = house.open();
        let outcome = house.does.view_pending_sign_in.execute(&token("cookie")).await;
        assert!(house.wrote_nothing());
        outcome
    }

    #[tokio::test]
    async fn whoever_waits_sees_what_the_provider_said_of_him() {
        assert_eq!(view(Some(pending()), None).await.unwrap(), pending());
    }

    #[tokio::test]
    async fn nobody_waits_behind_an_unknown_token_or_one_whose_hour_is_over() {
        let late = PendingSignIn { expires_at: now(), ..pending() };
        for found in [None, Some(late)] {
            assert_refused!(view(found, None).await, PendingSignInError::Unknown);
        }
    }

    #[tokio::test]
    async fn a_member_who_signed_in_has_registered() {
        assert_refused!(view(None, Some(visitor(&ann()))).await, PendingSignInError::Registered);
    }

    #[tokio::test]
    async fn a_dead_session_and_that_of_somebody_locked_out_are_unknown() {
        for dead in dead_visitors(&ann()) {
            assert_refused!(view(None, Some(dead)).await, PendingSignInError::Unknown);
        }
    }
}
