//! The people behind sign-up entities.

use chrono::{DateTime, Utc};
use portico_domain::{
    email::{Email, EmailAddress, EmailState},
    id::{EmailId, SignupId, UserId},
    ports::{StoreError, Transaction},
    signup::{Locale, Login},
    user::{DisplayName, NewUser, User},
};

use crate::ports::Ports;

/// The most characters of a login that become a name.
const MAX_NAME_CHARS: usize = 100;

/// Adds the person of a new entity: shown under what stands before the `@` of his address, else under his login. The
/// address is a mere claim, which blocks nobody.
pub(super) fn add_person(
    tx: &mut dyn Transaction,
    ports: &Ports,
    name_of: &Login,
    address: Option<&EmailAddress>,
    locale: &Locale,
    now: DateTime<Utc>,
) -> Result<User, StoreError> {
    let user = tx.users().add(&NewUser {
        id: UserId::generate(now, ports.entropy.as_ref()),
        display_name: display_name(name_of, address)?,
        // The house writes tags with hyphens.
        locale: Some(locale.as_str().replace('_', "-")),
        created_at: now,
    })?;
    if let Some(address) = address {
        tx.emails().add(&Email {
            id: EmailId::generate(now, ports.entropy.as_ref()),
            user: user.id,
            address: address.clone(),
            state: EmailState::Claimed,
            is_default: true,
            created_at: now,
        })?;
    }
    Ok(user)
}

fn display_name(login: &Login, address: Option<&EmailAddress>) -> Result<DisplayName, StoreError> {
    if let Some(address) = address {
        return Ok(DisplayName::from_address(address));
    }
    let name: String = login.as_str().trim().chars().take(MAX_NAME_CHARS).collect();
    // No login is blank or holds what a name must not.
    DisplayName::parse(&name).map_err(|_| StoreError::Corrupt { table: "signups", column: "login" })
}

/// Removes a person whom nothing in the house knows any more, with his addresses; whether he was. The caller holds the
/// lock of the person, and has removed the entity, or given it to somebody else; `besides` is one that does not count.
pub(super) fn remove_if_forgotten(
    tx: &mut dyn Transaction,
    user: UserId,
    besides: Option<SignupId>,
) -> Result<bool, StoreError> {
    if tx.users().is_known_elsewhere(user, besides)? {
        return Ok(false);
    }
    tx.users().remove(user)?;
    Ok(true)
}

#[cfg(test)]
mod tests;
