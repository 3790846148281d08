//! A new password by the old one.

use portico_domain::{
    credential::Credential,
    password::PlainPassword,
    ports::{Comparison, Consistency, Lock, PasswordsError, StoreError, StoreExt as _},
};

use super::reset_password::hints_of;
use crate::{actor::Actor, ports::Ports};

/// Why the password stayed as it was.
#[derive(Debug, thiserror::Error)]
pub enum ChangePasswordError {
    /// The old password is wrong, or there is none.
    #[error("the old password is wrong")]
    WrongPassword,
    /// The new password was not accepted, or nothing could be hashed now.
    #[error(transparent)]
    Passwords(#[from] PasswordsError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Changes the caller's password; all his other sign-ins end (contract O47).
#[derive(Clone)]
pub struct ChangePassword {
    ports: Ports,
}

impl ChangePassword {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Changes it.
    ///
    /// # Errors
    /// When the old password is wrong, the new one is weak or the same, or the work could not be done now.
    pub async fn execute(
        &self,
        actor: &Actor,
        old: PlainPassword,
        new: PlainPassword,
    ) -> Result<(), ChangePasswordError> {
        let (user, family) = (actor.user, actor.family);
        let (kept, hints) = self
            .ports
            .store
            .read(Consistency::Snapshot, move |seen| {
                Ok::<_, StoreError>((seen.credentials().find(user)?, hints_of(seen, user)?))
            })
            .await?;
        let unchanged = old == new;
        let hash_at_rest = kept.as_ref().map(|credential| credential.hash.clone());
        let (Comparison::Right { .. }, Some(kept)) =
            (self.ports.passwords.compare(old, hash_at_rest).await?, kept)
        else {
            return Err(ChangePasswordError::WrongPassword);
        };
        if unchanged {
            return Err(PasswordsError::Weak("must differ from the old password".to_owned()).into());
        }
        let hash = self.ports.passwords.protect(new, hints).await?;

        let now = self.ports.clock.now();
        self.ports
            .store
            .write(move |tx| {
                tx.lock(&Lock::User(user))?;
                let current = tx.credentials().find(user)?.ok_or(ChangePasswordError::WrongPassword)?;
                if !current.is_same_password_as(&kept) {
                    return Err(ChangePasswordError::WrongPassword);
                }
                tx.credentials().set(&Credential {
                    user,
                    hash: hash.clone(),
                    must_change: false,
                    changed_at: now,
                })?;
                // A link mailed before the change must not undo it.
                tx.password_resets().close_all_of(user, now)?;
                Ok(tx.sessions().end_all_of(user, Some(family), now)?)
            })
            .await
    }
}
