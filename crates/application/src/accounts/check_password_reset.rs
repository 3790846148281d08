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
