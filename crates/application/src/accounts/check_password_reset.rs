//! Is the link to a new password any good?

use portico_domain::{
    password_reset::PasswordResetRefusal,
    ports::{Consistency, StoreError, StoreExt as _},
    token::PlainToken,
};

use crate::ports::Ports;

/// Why it is not.
#[derive(Debug, thiserror::Error)]
pub enum CheckPasswordResetError {
    /// The token opens nothing.
    #[error(transparent)]
    Refused(#[from] PasswordResetRefusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Looks at a reset token without using it up, for the page behind the link.
#[derive(Clone)]
pub struct CheckPasswordReset {
    ports: Ports,
}

impl CheckPasswordReset {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Whether the token would be accepted now.
    ///
    /// # Errors
    /// When it would not, or the store fails.
    pub async fn execute(&self, token: &PlainToken) -> Result<(), CheckPasswordResetError> {
        let (digest, now) = (token.digest(), self.ports.clock.now());
        let reset = self
            .ports
            .store
            .read(Consistency::Latest, move |seen| seen.password_resets().find_by_token(&digest))
            .await
            .map_err(CheckPasswordResetError::Store)?
            .ok_or(PasswordResetRefusal::Invalid)?;
        reset.check(now)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use mockall::predicate::eq;
    use portico_domain::password_reset::PasswordReset;

    use super::*;
    use crate::fixtures::*;

    async fn check(reset: Option<PasswordReset>) -> Result<(), CheckPasswordResetError> {
        let mut house = House::default();
        let found = house.tx.password_resets.expect_find_by_token();
        found.with(eq(token("reset").digest())).times(1).return_once(move |_| Ok(reset));
        let house = house.open();
        let outcome = house.does.check_password_reset.execute(&token("reset")).await;
        assert!(house.wrote_nothing(), "looking uses nothing up");
        outcome
    }

    #[tokio::test]
    async fn an_open_link_is_good() {
        check(Some(reset_of(&ann()))).await.unwrap();
    }

    #[tokio::test]
    async fn a_link_of_no_use_is_refused() {
        let open = reset_of(&ann());
        for (reset, refusal) in [
            (None, PasswordResetRefusal::Invalid),
            (Some(PasswordReset { closed_at: Some(now()), ..open.clone() }), PasswordResetRefusal::Invalid),
            (Some(PasswordReset { user: None, ..open.clone() }), PasswordResetRefusal::Invalid),
            (Some(PasswordReset { expires_at: now(), ..open }), PasswordResetRefusal::Expired),
        ] {
            match check(reset).await {
                Err(CheckPasswordResetError::Refused(refused)) => assert_eq!(refused, refusal),
                other => panic!("{other:?} is not {refusal:?}"),
            }
        }
    }
}
