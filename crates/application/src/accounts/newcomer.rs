//! Letting somebody in who has proved an address.

use chrono::{DateTime, Utc};
use portico_domain::{
    code::CodeSubject,
    credential::Credential,
    email::{CanonicalAddress, Email, EmailAddress, EmailState},
    id::{EmailId, UserId},
    password::PasswordHash,
    ports::{Lock, StoreError, Transaction, Unique},
    user::{DisplayName, NewUser, User},
};

use crate::ports::Ports;

/// Somebody who has proved an address and chosen a password, with the ids that his records will have.
#[derive(Clone)]
pub(crate) struct Newcomer {
    user: NewUser,
    email: Email,
    hash: PasswordHash,
}

/// Why a newcomer was not let in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NewcomerError {
    /// Somebody else holds the address.
    #[error("the address belongs to another account")]
    AddressTaken,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Newcomer {
    pub(crate) fn new(
        ports: &Ports,
        address: EmailAddress,
        name: Option<DisplayName>,
        hash: PasswordHash,
        now: DateTime<Utc>,
    ) -> Self {
        let display_name = name.unwrap_or_else(|| DisplayName::from_address(&address));
        let user = NewUser {
            id: UserId::generate(now, ports.entropy.as_ref()),
            display_name,
            locale: None,
            created_at: now,
        };
        let email = Email {
            id: EmailId::generate(now, ports.entropy.as_ref()),
            user: user.id,
            address,
            state: EmailState::Verified { at: now },
            is_default: true,
            created_at: now,
        };
        Self { user, email, hash }
    }

    /// Adds him with his address and password; at an address that a partner provisioned he completes that user
    /// instead of becoming a second one (contract O49).
    pub(crate) fn admit(&self, tx: &mut dyn Transaction) -> Result<User, NewcomerError> {
        let address = self.email.address.canonical();
        tx.lock(&Lock::Address(address.clone()))?;
        let user = match tx.emails().find_holder(address)? {
            None => self.add(tx)?,
            Some(held) if held.state == EmailState::Provisioned => {
                complete_provisioned(tx, &held, self.user.created_at)?;
                tx.users().find(held.user)?.ok_or(StoreError::Stale)?
            }
            Some(_) => return Err(NewcomerError::AddressTaken),
        };
        settle_address(tx, address)?;
        tx.credentials().set(&Credential {
            user: user.id,
            hash: self.hash.clone(),
            must_change: false,
            changed_at: self.user.created_at,
        })?;
        Ok(user)
    }

    fn add(&self, tx: &mut dyn Transaction) -> Result<User, NewcomerError> {
        let user = tx.users().add(&self.user)?;
        match tx.emails().add(&self.email) {
            Err(StoreError::Duplicate(Unique::HeldAddress)) => Err(NewcomerError::AddressTaken),
            other => Ok(other.map(|()| user)?),
        }
    }
}

/// Completes the person whose provisioned address was proved (contract O49).
pub(crate) fn complete_provisioned(
    tx: &mut dyn Transaction,
    held: &Email,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    tx.lock(&Lock::User(held.user))?;
    tx.emails().verify(held.id, now)?;
    // Whoever signed in with the mailed password before this proof may be somebody else.
    tx.sessions().end_all_of(held.user, None, now)
}

/// Now that somebody has proved `address`, every other attempt at it is void.
pub(crate) fn settle_address(tx: &mut dyn Transaction, address: &CanonicalAddress) -> Result<(), StoreError> {
    tx.emails().void_claims(address)?;
    tx.codes().remove(&CodeSubject::Registration(address.clone()))
}

/// What a guesser would try first as somebody's password.
pub(crate) fn password_hints(address: &EmailAddress, name: Option<&str>) -> Vec<String> {
    [Some(address.as_str()), Some(address.local_part()), name]
        .into_iter()
        .flatten()
        .map(str::to_owned)
        .collect()
}
