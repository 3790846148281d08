//! A member changes what he tells of himself.

use portico_domain::{
    id::UserId,
    ports::{Lock, StoreError, StoreExt as _},
    profile::{DetailsDraft, Generation, MemberRecord, Profile, ProfileFault},
};

use super::{ProfileConflict, faults::first_fault};
use crate::ports::Ports;

/// What he fills in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateProfileRequest {
    /// The whole of what he tells of himself: what is missing becomes empty.
    pub draft: DetailsDraft,
    /// His generation, or 0; it counts only while his profile has none (portal contract section 4.1).
    pub generation: i64,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum UpdateProfileError {
    /// He has no profile.
    #[error("there is no such member")]
    Gone,
    /// Something that he filled in cannot be kept.
    #[error(transparent)]
    Fault(#[from] ProfileFault),
    /// Another member has the same.
    #[error(transparent)]
    Conflict(#[from] ProfileConflict),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Replaces what a member tells of himself. His address, his role, his name at the provider and his pictures stay what
/// they are (portal contract section 4.1).
#[derive(Clone)]
pub struct UpdateProfile {
    ports: Ports,
}

impl UpdateProfile {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Replaces it; answers the member as he is kept then.
    ///
    /// # Errors
    /// When he has no profile, something cannot be kept, another member has the same, or the store fails.
    pub async fn execute(
        &self,
        user: UserId,
        request: UpdateProfileRequest,
    ) -> Result<MemberRecord, UpdateProfileError> {
        let now = self.ports.clock.now();
        let details = request.draft.check();
        self.ports
            .store
            .write(move |tx| {
                tx.lock(&Lock::User(user))?;
                // The profile is written as a whole, with the role that payments change meanwhile.
                tx.lock(&Lock::Dues)?;
                let stored = tx.profiles().find(user)?.ok_or(UpdateProfileError::Gone)?.profile;
                let generation = generation_after(stored.generation, request.generation);
                let (details, generation) = first_fault(details.clone(), generation)?;
                let profile = Profile { details, generation, updated_at: now, ..stored };
                match tx.profiles().write(&profile) {
                    Err(StoreError::Stale) => return Err(UpdateProfileError::Gone),
                    other => other.map_err(ProfileConflict::or_store::<UpdateProfileError>)?,
                }
                tx.profiles().find(user)?.ok_or(UpdateProfileError::Gone)
            })
            .await
    }
}

/// The generation of a profile that has this one and is given that.
fn generation_after(stored: Option<Generation>, given: i64) -> Result<Option<Generation>, ProfileFault> {
    match (stored, given) {
        (Some(_), _) | (None, 0) => Ok(stored),
        (None, given) => Generation::new(given).map(Some).ok_or(ProfileFault::Generation),
    }
}

#[cfg(test)]
mod tests;
