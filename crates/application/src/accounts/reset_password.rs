//! A new password by a mailed link.

use portico_domain::{
    credential::Credential,
    id::UserId,
    password::PlainPassword,
    password_reset::PasswordResetRefusal,
    ports::{Consistency, Lock, PasswordsError, Snapshot, StoreError, StoreExt as _},
    token::PlainToken,
};

use super::newcomer::password_hints;
use crate::ports::Ports;

/// Why the password stayed as it was.
#[derive(Debug, thiserror::Error)]
pub enum ResetPasswordError {
    /// The link is of no use.
    #[error(transparent)]
    Refused(#[from] PasswordResetRefusal),
    /// The password was not accepted, or could not be hashed now.
    #[error(transparent)]
    Passwords(#[from] PasswordsError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Sets a new password for whoever has the link, once; every sign-in of that person ends (contract O12).
#[derive(Clone)]
pub struct ResetPassword {
    ports: Ports,
}

impl ResetPassword {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Sets it.
    ///
    /// # Errors
    /// When the link is of no use, the password is weak, or the work could not be done now.
    pub async fn execute(
        &self,
        token: PlainToken,
        password: PlainPassword,
    ) -> Result<(), ResetPasswordError> {
        let (digest, now) = (token.digest(), self.ports.clock.now());
        let hints = self
            .ports
            .store
            .read(Consistency::Snapshot, move |seen| {
                let reset =
                    seen.password_resets().find_by_token(&digest)?.ok_or(PasswordResetRefusal::Invalid)?;
                let user = reset.check(now)?;
                Ok::<_, ResetPasswordError>(hints_of(seen, user)?)
            })
            .await?;
        let hash = self.ports.passwords.protect(password, hints).await?;

        let now = self.ports.clock.now();
        self.ports
            .store
            .write(move |tx| {
                let reset =
                    tx.password_resets().find_by_token(&digest)?.ok_or(PasswordResetRefusal::Invalid)?;
                let user = reset.check(now)?;
                tx.lock(&Lock::User(user))?;
                tx.password_resets().close(reset.id, now).map_err(used_meanwhile)?;
                tx.password_resets().close_all_of(user, now)?;
                tx.credentials().set(&Credential {
                    user,
                    hash: hash.clone(),
                    must_change: false,
                    changed_at: now,
                })?;
                Ok(tx.sessions().end_all_of(user, None, now)?)
            })
            .await
    }
}

fn used_meanwhile(error: StoreError) -> ResetPasswordError {
    match error {
        StoreError::Stale => PasswordResetRefusal::Invalid.into(),
        other => other.into(),
    }
}

/// What a guesser would try first as the password of `user`.
pub(super) fn hints_of(seen: &mut dyn Snapshot, user: UserId) -> Result<Vec<String>, StoreError> {
    let name = seen.users().find(user)?.map(|user| user.full_name());
    let emails = seen.emails().list_of(user)?;
    Ok(emails.iter().flat_map(|email| password_hints(&email.address, name.as_deref())).collect())
}
