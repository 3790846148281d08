//! A further address.

use portico_domain::{
    code::{CodeSubject, VerificationCode},
    email::{Email, EmailAddress, EmailState},
    id::EmailId,
    ports::{Lock, StoreError, StoreExt as _},
};

use super::codes::{DrawnCode, send_code};
use crate::{actor::Actor, ports::Ports};

/// Why the address was not added.
#[derive(Debug, thiserror::Error)]
pub enum AddEmailError {
    /// It belongs to an account already.
    #[error("the address belongs to an account already")]
    AlreadyInUse,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Claims an address for the caller, and mails a code there. A claim blocks nobody (contract section 3). Claiming it
/// again gives the same record, and a new code once the cooldown is over.
#[derive(Clone)]
pub struct AddEmail {
    ports: Ports,
}

impl AddEmail {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The caller's record of the address.
    ///
    /// # Errors
    /// When the address is somebody's, or proved by the caller already, or the store fails.
    pub async fn execute(&self, actor: &Actor, address: EmailAddress) -> Result<Email, AddEmailError> {
        let (user, now) = (actor.user, self.ports.clock.now());
        let id = EmailId::generate(now, self.ports.entropy.as_ref());
        let ports = self.ports.clone();
        self.ports
            .store
            .write(move |tx| {
                // Whoever proves the address beside this voids every claim that he can see.
                tx.lock(&Lock::Address(address.canonical().clone()))?;
                tx.lock(&Lock::User(user))?;
                if tx.emails().find_holder(address.canonical())?.is_some() {
                    return Err(AddEmailError::AlreadyInUse);
                }
                let emails = tx.emails().list_of(user)?;
                let known = emails.iter().find(|email| email.address.canonical() == address.canonical());
                let email = known.cloned().unwrap_or_else(|| Email {
                    id,
                    user,
                    address: address.clone(),
                    state: EmailState::Claimed,
                    is_default: emails.is_empty(),
                    created_at: now,
                });
                if known.is_none() {
                    tx.emails().add(&email)?;
                }
                let subject = CodeSubject::AddedAddress(email.id);
                let previous = tx.codes().find(&subject)?;
                let lifetimes = ports.policy.lifetimes;
                let cooling = |code: &_| {
                    VerificationCode::cooldown_left(code, now, lifetimes.resend_cooldown).is_some()
                };
                if !previous.as_ref().is_some_and(cooling) {
                    let drawn = DrawnCode::draw(&ports, &subject, &email.address, now);
                    send_code(tx, &subject, previous, &drawn, lifetimes.registration_code)?;
                }
                Ok(email)
            })
            .await
    }
}
