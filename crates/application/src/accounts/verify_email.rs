//! Proving a further address.

use portico_domain::{
    code::{CodeRefusal, CodeSubject, PlainCode},
    email::{CanonicalAddress, EmailAddress},
    id::UserId,
    ports::{Consistency, Lock, StoreError, StoreExt as _, Transaction, Unique},
};

use super::{
    codes::{TriedCode, try_code},
    newcomer::settle_address,
};
use crate::{actor::Actor, ports::Ports};

/// Why the address was not proved.
#[derive(Debug, thiserror::Error)]
pub enum VerifyEmailError {
    /// The caller has no such address.
    #[error("there is no such address on this account")]
    NotFound,
    /// It belongs to another account by now.
    #[error("the address belongs to another account")]
    AlreadyInUse,
    /// The code proves nothing.
    #[error(transparent)]
    Refused(#[from] CodeRefusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Proves an address that the caller added, by the code that was mailed there. Everybody else's claims on it are void
/// from then on.
#[derive(Clone)]
pub struct VerifyEmail {
    ports: Ports,
}

impl VerifyEmail {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Tries the code.
    ///
    /// # Errors
    /// When the caller did not add the address, somebody else proved it, the code is not the right one, or the store
    /// fails.
    pub async fn execute(
        &self,
        actor: &Actor,
        address: EmailAddress,
        code: PlainCode,
    ) -> Result<(), VerifyEmailError> {
        let (user, canonical) = (actor.user, address.canonical().clone());
        let (email, holder) = self
            .ports
            .store
            .read(Consistency::Latest, move |seen| {
                Ok::<_, StoreError>((
                    seen.emails().find_of(user, &canonical)?,
                    seen.emails().find_holder(&canonical)?,
                ))
            })
            .await?;
        let email = match (email, holder) {
            (Some(email), _) => email,
            // The claim is void because somebody else proved the address.
            (None, Some(_)) => return Err(VerifyEmailError::AlreadyInUse),
            (None, None) => return Err(VerifyEmailError::NotFound),
        };
        if email.is_verified() {
            return Err(CodeRefusal::AlreadyVerified.into());
        }
        let now = self.ports.clock.now();
        let subject = CodeSubject::AddedAddress(email.id);
        let presented = self.ports.codes.mac(&subject, &code);
        let prove = move |tx: &mut dyn Transaction| {
            tx.lock(&Lock::Address(email.address.canonical().clone()))?;
            tx.lock(&Lock::User(user))?;
            Ok::<_, StoreError>(match try_code(tx, &subject, &presented, now)? {
                TriedCode::Right(_) => {
                    tx.codes().remove(&subject)?;
                    tx.emails().verify(email.id, now)?;
                    settle_address(tx, email.address.canonical())?;
                    Ok(())
                }
                TriedCode::Refused(refusal) => Err(refusal.into()),
                TriedCode::NoCode => Err(why_no_code(tx, user, email.address.canonical())?),
            })
        };
        // The outer result is the store's; a refusal commits, so that a wrong try is kept.
        match self.ports.store.write(prove).await {
            Err(StoreError::Duplicate(Unique::HeldAddress)) => Err(VerifyEmailError::AlreadyInUse),
            outcome => outcome?,
        }
    }
}

/// What became of the code of an address that was still to be proved a moment ago.
fn why_no_code(
    tx: &mut dyn Transaction,
    user: UserId,
    address: &CanonicalAddress,
) -> Result<VerifyEmailError, StoreError> {
    Ok(match tx.emails().find_of(user, address)? {
        // Whoever proved the address took claim and code away.
        None => VerifyEmailError::AlreadyInUse,
        Some(email) if email.is_verified() => CodeRefusal::AlreadyVerified.into(),
        // It was thrown away after its time, or never sent.
        Some(_) => CodeRefusal::Expired.into(),
    })
}

#[cfg(test)]
mod tests;
