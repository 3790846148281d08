//! Finding a person by his address, or creating him.

mod newcomer;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use portico_domain::{
    email::{CanonicalAddress, EmailAddress},
    id::UserId,
    partner::{FieldFaults, Given, Partner, PartnerField},
    ports::{Consistency, Lock, Snapshot, StoreError, StoreExt as _, Transaction, Unique},
    token::PlainToken,
    user::DisplayName,
};

use self::newcomer::Newcomer;
use super::{
    caller::{Caller, note_use},
    faults::PartnerCallError,
};
use crate::ports::Ports;

/// A call as it came: each field, or what is wrong with it.
#[derive(Clone, Debug)]
pub struct FindOrCreateUserRequest {
    /// Who calls.
    pub key: Given<PlainToken>,
    /// Whose address it is.
    pub email: Given<EmailAddress>,
    /// What to call him if he is new.
    pub login: Given<DisplayName>,
}

/// Finds or creates a person by his address (partner contract, `auth_user`).
#[derive(Clone)]
pub struct FindOrCreateUser {
    ports: Ports,
}

/// A person whose address somebody holds, as the call found him.
struct Found {
    user: UserId,
    is_partners: bool,
}

impl FindOrCreateUser {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// The person with that address: whoever holds it, or else a new one, to whom a password is mailed. From now on he
    /// is the partner's.
    ///
    /// # Errors
    /// When fields are faulty, or the work could not be done now.
    pub async fn execute(&self, request: FindOrCreateUserRequest) -> Result<UserId, PartnerCallError> {
        let now = self.ports.clock.now();
        let looked = request.clone();
        let (caller, faults, found) =
            self.ports.store.read(Consistency::Snapshot, move |seen| look(seen, &looked, now)).await?;
        let (true, Some(partner), Ok(address), Ok(name)) =
            (faults.is_empty(), caller.admitted().cloned(), request.email, request.login)
        else {
            return Err(faults.into());
        };
        let user = match found {
            Some(Found { user, is_partners: true }) => user,
            found => {
                let admission =
                    Admission { ports: self.ports.clone(), key: request.key, partner, address, now };
                Arc::new(admission).admit(found.is_some(), name).await?
            }
        };
        note_use(&self.ports, caller, now).await;
        Ok(user)
    }
}

fn look(
    seen: &mut dyn Snapshot,
    request: &FindOrCreateUserRequest,
    now: DateTime<Utc>,
) -> Result<(Caller, FieldFaults, Option<Found>), PartnerCallError> {
    let mut faults = FieldFaults::default();
    let caller = Caller::find(seen.partners(), &request.key, &mut faults, now)?;
    let address = faults.take(PartnerField::Email, request.email.as_ref().map_err(|fault| *fault));
    faults.take(PartnerField::Login, request.login.as_ref().map_err(|fault| *fault));
    let found = match (caller.admitted(), address) {
        (Some(partner), Some(address)) if faults.is_empty() => {
            find_holder(seen, partner, address.canonical())?
        }
        _ => None,
    };
    Ok((caller, faults, found))
}

fn find_holder(
    seen: &mut dyn Snapshot,
    partner: &Partner,
    address: &CanonicalAddress,
) -> Result<Option<Found>, StoreError> {
    let Some(held) = seen.emails().find_holder(address)? else { return Ok(None) };
    let is_partners = seen.partners().has_user(partner.id, held.user)?;
    Ok(Some(Found { user: held.user, is_partners }))
}

/// Somebody who becomes the partner's.
struct Admission {
    ports: Ports,
    key: Given<PlainToken>,
    partner: Partner,
    address: EmailAddress,
    now: DateTime<Utc>,
}

impl Admission {
    /// Makes whoever holds the address the partner's, or else a newcomer; `is_held` tells whether anybody held it when it
    /// was looked at.
    async fn admit(self: Arc<Self>, is_held: bool, name: DisplayName) -> Result<UserId, PartnerCallError> {
        // Hashing is dear: it is done only when nobody holds the address, also when its holder has left meanwhile.
        if is_held && let Some(user) = Arc::clone(&self).settle(None).await? {
            return Ok(user);
        }
        let newcomer = Newcomer::draw(&self, name).await?;
        match Arc::clone(&self).settle(Some(newcomer)).await {
            // An import of members gave the address away at this moment: it takes no lock of addresses.
            Err(PartnerCallError::Store(StoreError::Duplicate(Unique::HeldAddress))) => {
                self.settle(None).await
            }
            outcome => outcome,
        }?
        .ok_or_else(|| StoreError::Stale.into())
    }

    /// Makes the holder of the address the partner's, if there is one by now; else the newcomer, if there is one.
    async fn settle(self: Arc<Self>, newcomer: Option<Newcomer>) -> Result<Option<UserId>, PartnerCallError> {
        let store = Arc::clone(&self.ports.store);
        store.write(move |tx| self.work(tx, newcomer.as_ref())).await
    }

    fn work(
        &self,
        tx: &mut dyn Transaction,
        newcomer: Option<&Newcomer>,
    ) -> Result<Option<UserId>, PartnerCallError> {
        tx.lock(&Lock::Address(self.address.canonical().clone()))?;
        let holder = lock_holder(tx, self.address.canonical())?;
        let mut faults = FieldFaults::default();
        // The partner may have been revoked since it was looked at.
        if Caller::find(tx.partners(), &self.key, &mut faults, self.now)?.admitted().is_none() {
            return Err(PartnerCallError::Faulty(faults));
        }
        let user = match (holder, newcomer) {
            (Some(user), _) => user,
            (None, Some(newcomer)) => newcomer.add(tx, self)?,
            (None, None) => return Ok(None),
        };
        tx.partners().add_user(self.partner.id, user, self.now)?;
        Ok(Some(user))
    }
}

/// Whoever holds the address, under the lock of his person: nobody removes him until the transaction ends.
fn lock_holder(tx: &mut dyn Transaction, address: &CanonicalAddress) -> Result<Option<UserId>, StoreError> {
    let Some(held) = tx.emails().find_holder(address)? else { return Ok(None) };
    tx.lock(&Lock::User(held.user))?;
    // Whoever held the lock may have removed him.
    let again = tx.emails().find_holder(address)?;
    Ok(again.map(|again| again.user).filter(|user| *user == held.user))
}

#[cfg(test)]
mod tests;
