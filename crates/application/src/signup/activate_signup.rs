//! Becoming active.

use chrono::{DateTime, Utc};
use portico_domain::{
    code::{CodeMac, CodeSubject, PlainCode},
    email::{Email, EmailAddress, EmailState},
    id::{EmailId, UserId},
    ports::{Lock, StoreError, StoreExt as _, Transaction},
    signup::{Login, Provider, ProviderKind, Signup, SignupStatus},
};

use super::{
    codes::{or_invalid, subject_of, try_code, use_up},
    door::read_provider,
    faults::SystemCodeError,
    person::remove_if_forgotten,
};
use crate::{
    accounts::{complete_provisioned, settle_address},
    ports::Ports,
};

/// Activates an account by its code (sign-up contract section 3, `activateUser`). A mailed code proves the address: the
/// entity then belongs to whoever holds it.
#[derive(Clone)]
pub struct ActivateSignup {
    ports: Ports,
}

impl ActivateSignup {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Activates it, and uses the code up. An active one stays so.
    ///
    /// # Errors
    /// `UnknownProvider`, `InvalidCode`, `TooManyTries`.
    pub async fn execute(
        &self,
        marker: String,
        login: String,
        code: PlainCode,
    ) -> Result<(), SystemCodeError> {
        let found = read_provider(&self.ports, marker).await?;
        let provider = found.ok_or(SystemCodeError::UnknownProvider)?;
        let login = Login::parse(&login).map_err(|_| SystemCodeError::InvalidCode)?;
        let subject = subject_of(provider.id, &login);
        let presented = self.ports.codes.mac(&subject, &code);
        let (ports, now) = (self.ports.clone(), self.ports.clock.now());
        let activation = Activation { ports, provider, login, subject, presented, now };
        // The outer result is the store's; a refusal commits, so that a wrong try is kept.
        or_invalid(self.ports.store.write(move |tx| activation.settle(tx)).await)
    }
}

/// Somebody who shows a code to become active.
struct Activation {
    ports: Ports,
    provider: Provider,
    login: Login,
    subject: CodeSubject,
    presented: CodeMac,
    now: DateTime<Utc>,
}

impl Activation {
    fn settle(&self, tx: &mut dyn Transaction) -> Result<Result<(), SystemCodeError>, StoreError> {
        let account = self.lock_account(tx)?;
        let tried = try_code(tx, &self.subject, &self.presented, self.now)?;
        if let Err(refusal) = tried.demand_right() {
            return Ok(Err(refusal));
        }
        let Some(account) = account else { return Ok(Err(SystemCodeError::InvalidCode)) };
        use_up(tx, &self.subject)?;
        if account.status == SignupStatus::Waiting {
            self.activate(tx, account)?;
        }
        Ok(Ok(()))
    }

    /// Whoever signs in with the login, under the locks of his address and of all whom it may concern.
    fn lock_account(&self, tx: &mut dyn Transaction) -> Result<Option<Signup>, StoreError> {
        let Some(found) = tx.signups().find_by_login(self.provider.id, &self.login)? else {
            return Ok(None);
        };
        let mut people = vec![found.user];
        if let Some(address) = self.address_proved(&found) {
            tx.lock(&Lock::Address(address.canonical().clone()))?;
            people.extend(tx.emails().find_holder(address.canonical())?.map(|held| held.user));
        }
        people.sort_unstable();
        people.dedup();
        for user in people {
            tx.lock(&Lock::User(user))?;
        }
        // Whoever held the locks may have changed him. Where he is reached does not change as long as he waits.
        let again = tx.signups().find_by_login(self.provider.id, &self.login)?;
        Ok(again.filter(|again| again.user == found.user))
    }

    /// The address that the code proves; nothing where codes go to telephones, or can be had without reading letters.
    fn address_proved(&self, account: &Signup) -> Option<EmailAddress> {
        let definition = &self.provider.definition;
        let is_mailed = definition.kind != ProviderKind::Phone && !definition.config.expose_system_code;
        account.notification.address().filter(|_| is_mailed)
    }

    fn activate(&self, tx: &mut dyn Transaction, waiting: Signup) -> Result<(), StoreError> {
        let before = waiting.user;
        let user = match self.address_proved(&waiting) {
            Some(address) => self.prove(tx, before, &address)?,
            None => before,
        };
        let active = Signup { status: SignupStatus::Active, user, ..waiting };
        tx.signups().write(&active, self.provider.definition.kind, self.now)?;
        if user != before {
            remove_if_forgotten(tx, before, None)?;
        }
        Ok(())
    }

    /// Whose the address is, now that it is proved: whoever held it keeps it, else it is the newcomer's own.
    fn prove(
        &self,
        tx: &mut dyn Transaction,
        newcomer: UserId,
        address: &EmailAddress,
    ) -> Result<UserId, StoreError> {
        let user = match tx.emails().find_holder(address.canonical())? {
            None => {
                self.prove_own(tx, newcomer, address)?;
                newcomer
            }
            Some(held) => {
                if held.state == EmailState::Provisioned {
                    complete_provisioned(tx, &held, self.now)?;
                }
                held.user
            }
        };
        settle_address(tx, address.canonical())?;
        Ok(user)
    }

    fn prove_own(
        &self,
        tx: &mut dyn Transaction,
        user: UserId,
        address: &EmailAddress,
    ) -> Result<(), StoreError> {
        if let Some(claim) = tx.emails().find_of(user, address.canonical())? {
            return tx.emails().verify(claim.id, self.now);
        }
        // The claim was void because somebody else proved the address, who has left the house since.
        let is_default = tx.emails().list_of(user)?.is_empty();
        tx.emails().add(&Email {
            id: EmailId::generate(self.now, self.ports.entropy.as_ref()),
            user,
            address: address.clone(),
            state: EmailState::Verified { at: self.now },
            is_default,
            created_at: self.now,
        })
    }
}

#[cfg(test)]
mod tests;
