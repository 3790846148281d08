//! Who shows this cookie?

use portico_domain::{
    portal_session::Visitor,
    ports::{Consistency, StoreError, StoreExt as _},
    token::PlainToken,
    user::UserState,
};

use super::caller::PortalCaller;
use crate::ports::Ports;

/// Why a cookie opened nothing.
#[derive(Debug, thiserror::Error)]
pub enum IdentifyVisitorError {
    /// Its token is unknown, expired or ended, or its person is locked out.
    #[error("the token is not valid")]
    NotValid,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Finds out who shows the token of a portal session: one indexed read.
#[derive(Clone)]
pub struct IdentifyVisitor {
    ports: Ports,
}

impl IdentifyVisitor {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The person behind `token`.
    ///
    /// # Errors
    /// When it opens nothing, or the store fails.
    pub async fn execute(&self, token: &PlainToken) -> Result<PortalCaller, IdentifyVisitorError> {
        let digest = token.digest();
        let visitor = self
            .ports
            .store
            .read::<_, StoreError, _>(Consistency::Latest, move |seen| {
                seen.portal_sessions().find_visitor(&digest)
            })
            .await?;
        let now = self.ports.clock.now();
        let Visitor { session, .. } = visitor
            .filter(|visitor| visitor.user_state == UserState::Active && visitor.session.is_live(now))
            .ok_or(IdentifyVisitorError::NotValid)?;
        Ok(PortalCaller { user: session.user, session: Some(session.id) })
    }
}

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;

    use super::*;
    use crate::fixtures::*;

    async fn identify(found: Option<Visitor>) -> Result<PortalCaller, IdentifyVisitorError> {
        let mut house = House::default();
        let looked = house.tx.portal_sessions.expect_find_visitor().with(eq(token("cookie").digest()));
        looked.times(1).return_once(move |_| Ok(found));
        house.open().does.identify_visitor.execute(&token("cookie")).await
    }

    #[tokio::test]
    async fn a_living_session_says_who_calls_by_which_sign_in() {
        let visitor = visitor(&ann());
        let caller = PortalCaller { user: ann().id, session: Some(visitor.session.id) };
        assert_eq!(identify(Some(visitor)).await.unwrap(), caller);
    }

    #[tokio::test]
    async fn a_token_that_opens_nothing_is_refused() {
        for found in [None].into_iter().chain(dead_visitors(&ann()).map(Some)) {
            assert_refused!(identify(found).await, IdentifyVisitorError::NotValid);
        }
    }
}
