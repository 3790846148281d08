//! A new password by a code.

use chrono::{DateTime, Utc};
use portico_domain::{
    code::{CodeMac, CodeSubject, PlainCode},
    password::{PasswordHash, PlainPassword},
    ports::{StoreError, StoreExt as _, Transaction},
    signup::{Login, Provider, Signup},
};

use super::{
    codes::{lock_account, or_invalid, subject_of, try_code, use_up},
    door::{Door, read_door},
    faults::SystemCodeError,
};
use crate::ports::Ports;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct ChangeSignupPasswordRequest {
    /// Whose password.
    pub login: String,
    /// The code that he was sent.
    pub code: PlainCode,
    /// The new password.
    pub password: PlainPassword,
    /// The same again.
    pub repeated: PlainPassword,
}

/// Sets another password by a code (sign-up contract section 3, `changePassword`). Every sign-in of the account ends.
#[derive(Clone)]
pub struct ChangeSignupPassword {
    ports: Ports,
}

impl ChangeSignupPassword {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Sets it, and uses the code up.
    ///
    /// # Errors
    /// `UnknownProvider`, `PasswordsDiffer`, `Submission`, `InvalidCode`, `TooManyTries`.
    pub async fn execute(
        &self,
        marker: String,
        request: ChangeSignupPasswordRequest,
    ) -> Result<(), SystemCodeError> {
        let ChangeSignupPasswordRequest { login, code, password, repeated } = request;
        let found = read_door(&self.ports, marker).await?;
        let Door { provider, form } = found.ok_or(SystemCodeError::UnknownProvider)?;
        if password.reveal().is_empty() || password != repeated {
            return Err(SystemCodeError::PasswordsDiffer);
        }
        form.definition.check_password(&password)?;
        let login = Login::parse(&login).map_err(|_| SystemCodeError::InvalidCode)?;
        // Before the code is tried, and for unknown logins too, so that all of them take the same time.
        let hash = self.ports.passwords.hash(password).await?;
        let subject = subject_of(provider.id, &login);
        let presented = self.ports.codes.mac(&subject, &code);
        let change = Change { provider, login, subject, presented, hash, now: self.ports.clock.now() };
        // The outer result is the store's; a refusal commits, so that a wrong try is kept.
        or_invalid(self.ports.store.write(move |tx| change.make(tx)).await)
    }
}

/// A new password for whoever has the login, if the code is right.
struct Change {
    provider: Provider,
    login: Login,
    subject: CodeSubject,
    presented: CodeMac,
    hash: PasswordHash,
    now: DateTime<Utc>,
}

impl Change {
    fn make(&self, tx: &mut dyn Transaction) -> Result<Result<(), SystemCodeError>, StoreError> {
        let account = lock_account(tx, self.provider.id, &self.login)?;
        let tried = try_code(tx, &self.subject, &self.presented, self.now)?;
        if let Err(refusal) = tried.demand_right() {
            return Ok(Err(refusal));
        }
        let Some(account) = account else { return Ok(Err(SystemCodeError::InvalidCode)) };
        use_up(tx, &self.subject)?;
        let changed = Signup { password: Some(self.hash.clone()), ..account };
        tx.signups().write(&changed, self.provider.definition.kind, self.now)?;
        tx.signup_sessions().end_all_of(changed.id, None, self.now)?;
        Ok(Ok(()))
    }
}

#[cfg(test)]
mod tests;
