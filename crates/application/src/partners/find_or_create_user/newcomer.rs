//! Somebody of whom nothing is known but his address and what a partner calls him.

use portico_domain::{
    credential::Credential,
    email::{Email, EmailState},
    id::{EmailId, UserId},
    letter::{Letter, LetterSecret, OwedLetter},
    partner::PartnerNews,
    password::{PasswordHash, PlainPassword},
    ports::{StoreError, Transaction},
    user::{DisplayName, NewUser},
};

use super::Admission;
use crate::partners::{events::announce, faults::PartnerCallError};

/// What is kept of him, and the letter with his password.
pub(super) struct Newcomer {
    user: NewUser,
    email: Email,
    hash: PasswordHash,
    letter: OwedLetter,
}

impl Newcomer {
    /// Somebody with a password of his own, who holds the address without having proved it.
    pub(super) async fn draw(to: &Admission, name: DisplayName) -> Result<Self, PartnerCallError> {
        let Admission { ports, partner, address, now, .. } = to;
        let password = PlainPassword::draw(ports.entropy.as_ref());
        let secret = LetterSecret::new(password.reveal());
        let hash = ports.passwords.hash(password).await?;
        let user = NewUser {
            id: UserId::generate(*now, ports.entropy.as_ref()),
            display_name: name,
            locale: None,
            created_at: *now,
        };
        let email = Email {
            id: EmailId::generate(*now, ports.entropy.as_ref()),
            user: user.id,
            address: address.clone(),
            state: EmailState::Provisioned,
            is_default: true,
            created_at: *now,
        };
        let letter = Letter::ProvisionedPassword { partner: partner.name.as_str().to_owned() };
        let letter = ports.letter(address.clone(), letter, Some(&secret), *now);
        Ok(Self { user, email, hash, letter })
    }

    /// Adds him, with his password and the letter that tells it, and tells the partner.
    pub(super) fn add(&self, tx: &mut dyn Transaction, to: &Admission) -> Result<UserId, StoreError> {
        let added = tx.users().add(&self.user)?;
        tx.emails().add(&self.email)?;
        tx.credentials().set(&Credential {
            user: added.id,
            hash: self.hash.clone(),
            must_change: true,
            changed_at: to.now,
        })?;
        tx.outbox().add(&self.letter)?;
        announce(tx, &to.ports, to.partner.id, &PartnerNews::UserCreated { user: added.id }, to.now)?;
        Ok(added.id)
    }
}
