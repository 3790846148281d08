//! Leaving the portal.

use portico_domain::{
    ports::{IdentityProviderError, StoreError, StoreExt as _},
    token::PlainToken,
};

use crate::ports::Ports;

/// Ends the sign-in behind a cookie, or a newcomer's waiting (portal contract sections 3.1 and 3.2, both `/logout`).
#[derive(Clone)]
pub struct LeavePortal {
    ports: Ports,
}

impl LeavePortal {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Ends it, and answers where to send the browser so that it ends its session at the provider too: to the site
    /// when the provider cannot say.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(&self, token: Option<PlainToken>) -> Result<String, StoreError> {
        if let Some(token) = token {
            self.end(&token).await?;
        }
        Ok(match self.ports.identity_provider.logout_url().await {
            Ok(url) => url,
            Err(error) => {
                // Without a provider there is no session elsewhere either.
                if error != IdentityProviderError::NotConfigured {
                    tracing::warn!(%error, "the provider cannot say where a session there is ended");
                }
                self.ports.policy.portal.home.clone()
            }
        })
    }

    async fn end(&self, token: &PlainToken) -> Result<(), StoreError> {
        let (digest, now) = (token.digest(), self.ports.clock.now());
        self.ports
            .store
            .write(move |tx| {
                if let Some(visitor) = tx.portal_sessions().find_visitor(&digest)? {
                    tx.portal_sessions().end(visitor.session.id, now)?;
                }
                match tx.external_identities().remove_pending(&digest) {
                    Err(StoreError::Stale) => Ok(()),
                    outcome => outcome,
                }
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;
    use portico_domain::{portal_session::Visitor, ports::IdentityProviderError};

    use super::*;
    use crate::fixtures::*;

    const LOGOUT: &str = "https://provider.example/v2/logout?client_id=portal";

    /// A house whose provider says where a session is ended, and where this session belongs to the cookie.
    fn house(visitor: Option<Visitor>) -> House {
        let mut house = House::default();
        house.identity_provider.expect_logout_url().times(1).returning(|| Ok(LOGOUT.to_owned()));
        let digest = token("cookie").digest();
        let looked = house.tx.portal_sessions.expect_find_visitor().with(eq(digest));
        looked.returning(move |_| Ok(visitor.clone()));
        house
    }

    async fn leave(house: &OpenHouse) -> String {
        house.does.leave_portal.execute(Some(token("cookie"))).await.unwrap()
    }

    #[tokio::test]
    async fn leaving_ends_the_session_of_the_cookie_and_no_other() {
        let visitor = visitor(&ann());
        let mut house = house(Some(visitor.clone()));
        let ended = house.tx.portal_sessions.expect_end().with(eq(visitor.session.id), eq(now()));
        ended.times(1).returning(|_, _| Ok(()));
        house.tx.external_identities.expect_remove_pending().returning(|_| Err(StoreError::Stale));
        let house = house.open();
        assert_eq!(leave(&house).await, LOGOUT);
        assert!(house.committed());
    }

    #[tokio::test]
    async fn leaving_ends_the_waiting_of_a_newcomer() {
        let mut house = house(None);
        let removed = house.tx.external_identities.expect_remove_pending();
        removed.with(eq(token("cookie").digest())).times(1).returning(|_| Ok(()));
        let house = house.open();
        assert_eq!(leave(&house).await, LOGOUT);
        assert!(house.committed());
    }

    #[tokio::test]
    async fn whoever_shows_an_unknown_cookie_leaves_all_the_same() {
        let mut house = house(None);
        house.tx.external_identities.expect_remove_pending().returning(|_| Err(StoreError::Stale));
        let house = house.open();
        assert_eq!(leave(&house).await, LOGOUT);
        assert!(house.committed());
    }

    #[tokio::test]
    async fn whoever_shows_no_cookie_leaves_and_nothing_is_written() {
        let house = house(None).open();
        assert_eq!(house.does.leave_portal.execute(None).await.unwrap(), LOGOUT);
        assert!(house.wrote_nothing());
    }

    #[tokio::test]
    async fn where_no_provider_can_say_people_go_back_to_the_site() {
        for error in
            [IdentityProviderError::NotConfigured, IdentityProviderError::Unavailable("refused".to_owned())]
        {
            let mut house = House::default();
            house.policy.portal.home = "https://portal.example".to_owned();
            house.identity_provider.expect_logout_url().return_once(move || Err(error));
            let left = house.open().does.leave_portal.execute(None).await.unwrap();
            assert_eq!(left, "https://portal.example");
        }
    }

    #[tokio::test]
    async fn a_session_is_ended_also_while_the_provider_is_away() {
        let visitor = visitor(&ann());
        let mut house = House::default();
        let away = IdentityProviderError::Unavailable("refused".to_owned());
        house.identity_provider.expect_logout_url().return_once(|| Err(away));
        house.tx.portal_sessions.expect_find_visitor().return_once(move |_| Ok(Some(visitor)));
        house.tx.portal_sessions.expect_end().times(1).returning(|_, _| Ok(()));
        house.tx.external_identities.expect_remove_pending().returning(|_| Err(StoreError::Stale));
        let house = house.open();
        leave(&house).await;
        assert!(house.committed());
    }

    #[tokio::test]
    async fn a_failing_store_lets_nobody_believe_that_he_left() {
        let mut house = House::default();
        house.tx.portal_sessions.expect_find_visitor().return_once(|_| Err(StoreError::Overloaded));
        let refused = house.open().does.leave_portal.execute(Some(token("cookie"))).await;
        assert_refused!(refused, StoreError::Overloaded);
    }
}
