//! A forgotten password.

use portico_domain::{
    email::{Email, EmailAddress},
    id::PasswordResetId,
    letter::{Letter, LetterSecret, OwedLetter},
    password_reset::PasswordReset,
    ports::{Lock, StoreError, StoreExt as _, Transaction},
    token::PlainToken,
    user::UserState,
};

use crate::ports::Ports;

/// Mails a link to a new password to whoever holds the address. The answer is the same when nobody does, and so is
/// its time: such a request leaves a record too.
#[derive(Clone)]
pub struct RequestPasswordReset {
    ports: Ports,
}

impl RequestPasswordReset {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Sends the letter; older links die (contract O12).
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(&self, address: EmailAddress) -> Result<(), StoreError> {
        let now = self.ports.clock.now();
        let life = self.ports.policy.lifetimes.password_reset;
        let token = PlainToken::generate("", self.ports.entropy.as_ref());
        let letter = Letter::PasswordReset { valid_minutes: life.num_minutes() };
        let letter =
            self.ports.letter(address.clone(), letter, Some(&LetterSecret::new(token.reveal())), now);
        let reset = PasswordReset {
            id: PasswordResetId::generate(now, self.ports.entropy.as_ref()),
            user: None,
            token: token.digest(),
            created_at: now,
            expires_at: now + life,
            closed_at: None,
        };
        self.ports
            .store
            .write(move |tx| {
                let Some(held) = find_held(tx, &address)? else { return tx.password_resets().add(&reset) };
                tx.lock(&Lock::User(held.user))?;
                tx.password_resets().close_all_of(held.user, now)?;
                tx.password_resets().add(&PasswordReset { user: Some(held.user), ..reset.clone() })?;
                // To the address as its holder spells it: another spelling may reach somebody else's mailbox.
                tx.outbox().add(&OwedLetter { to: held.address, ..letter.clone() })
            })
            .await
    }
}

/// The address as somebody who may come in has proved it.
fn find_held(tx: &mut dyn Transaction, address: &EmailAddress) -> Result<Option<Email>, StoreError> {
    let Some(held) = tx.emails().find_holder(address.canonical())?.filter(Email::is_verified) else {
        return Ok(None);
    };
    let active = tx.users().find(held.user)?.is_some_and(|user| user.state == UserState::Active);
    Ok(active.then_some(held))
}
