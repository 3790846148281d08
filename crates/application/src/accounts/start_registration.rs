//! The first step of registration.

use portico_domain::{
    code::CodeSubject,
    email::EmailAddress,
    ports::{Lock, StoreError, StoreExt as _},
};

use super::codes::{RegistrationMail, send_code};
use crate::ports::Ports;

/// Mails a code to whoever wants to register, or, at an address with an account, the advice to use that; the answer
/// and its time are the same, so nobody learns who is known here (contract O5).
#[derive(Clone)]
pub struct StartRegistration {
    ports: Ports,
}

impl StartRegistration {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Sends the letter, unless one was sent within the cooldown.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(&self, address: EmailAddress) -> Result<(), StoreError> {
        let now = self.ports.clock.now();
        let subject = CodeSubject::Registration(address.canonical().clone());
        let mail = RegistrationMail::draw(&self.ports, &subject, &address, now);
        let lifetimes = self.ports.policy.lifetimes;
        self.ports
            .store
            .write(move |tx| {
                tx.lock(&Lock::Address(address.canonical().clone()))?;
                let previous = tx.codes().find(&subject)?;
                if previous
                    .as_ref()
                    .is_some_and(|code| code.cooldown_left(now, lifetimes.resend_cooldown).is_some())
                {
                    return Ok(());
                }
                let drawn = mail.choose(tx, &address)?;
                send_code(tx, &subject, previous, &drawn, lifetimes.registration_code)
            })
            .await
    }
}
