//! An admin writes over a member.

use chrono::{DateTime, Utc};
use portico_domain::{
    email::{Email, EmailAddress, EmailState},
    external_identity::Subject,
    id::EmailId,
    ports::{Lock, StoreError, StoreExt as _, Transaction},
    profile::{MemberDraft, MemberOverwrite, MemberRecord, Profile, ProfileFault},
};

use super::{ProfileConflict, account_id::give_account_id, admins::may_become};
use crate::{accounts::settle_address, ports::Ports};

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum OverwriteMemberError {
    /// Something cannot be kept.
    #[error(transparent)]
    Fault(#[from] ProfileFault),
    /// Somebody else has the same.
    #[error(transparent)]
    Conflict(#[from] ProfileConflict),
    /// The portal would be left without an admin.
    #[error("the last admin stays admin")]
    LastAdmin,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Writes over everything of a member but his number and when his profile was made. His role is what the admin says,
/// whatever he paid (portal contract sections 3.3 and 4.1).
#[derive(Clone)]
pub struct OverwriteMember {
    ports: Ports,
}

impl OverwriteMember {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Writes over the member with this number. When there is none, only the draft is looked at.
    ///
    /// # Errors
    /// When something cannot be kept, somebody else has the same, the portal would be left without an admin, or the
    /// store fails.
    pub async fn execute(&self, number: i64, draft: MemberDraft) -> Result<(), OverwriteMemberError> {
        let now = self.ports.clock.now();
        let email = EmailId::generate(now, self.ports.entropy.as_ref());
        let issuer = self.ports.policy.portal.issuer.clone();
        let wanted = EmailAddress::parse(&draft.email).ok();
        self.ports
            .store
            .write(move |tx| {
                if let Some(address) = &wanted {
                    tx.lock(&Lock::Address(address.canonical().clone()))?;
                }
                let Some(found) = tx.profiles().find_by_number(number)? else {
                    draft.clone().check(None)?;
                    return Ok(());
                };
                let user = found.profile.user;
                for lock in [Lock::User(user), Lock::Admins, Lock::Dues] {
                    tx.lock(&lock)?;
                }
                let Some(stored) = tx.profiles().find(user)? else { return Ok(()) };
                let wanted = draft.clone().check(Some(&stored))?;
                if !may_become(tx, &stored.profile, wanted.role)? {
                    return Err(OverwriteMemberError::LastAdmin);
                }
                write_address(tx, &stored, &wanted, email, now)?;
                write_account_id(tx, &stored, wanted.account_id.as_ref(), issuer.as_deref())?;
                let MemberOverwrite { details, role, generation, avatar, .. } = wanted;
                let profile =
                    Profile { role, generation, details, avatar, updated_at: now, ..stored.profile };
                // The words that he is found by are those of the address, too: it was written first.
                tx.profiles().write(&profile).map_err(ProfileConflict::or_store)
            })
            .await
    }
}

/// Makes the address wanted his default one, and proved or not, as the admin says.
fn write_address(
    tx: &mut dyn Transaction,
    stored: &MemberRecord,
    wanted: &MemberOverwrite,
    id: EmailId,
    now: DateTime<Utc>,
) -> Result<(), OverwriteMemberError> {
    let Some(address) = &wanted.address else { return Ok(()) };
    let (user, canonical) = (stored.profile.user, address.canonical());
    let kept = stored.email.as_ref().filter(|email| email.address.canonical() == canonical);
    let state = match kept {
        // A partner's word for an address stays, too.
        Some(kept) if kept.is_verified() == wanted.email_verified => kept.state,
        _ if wanted.email_verified => EmailState::Verified { at: now },
        _ => EmailState::Claimed,
    };
    let address = address.clone();
    let email = match kept {
        Some(kept) => Email { address, state, ..kept.clone() },
        None => Email { id, user, address, state, is_default: true, created_at: now },
    };
    if kept == Some(&email) {
        return Ok(());
    }
    let holder = tx.emails().find_holder(canonical)?.map(|email| email.user);
    let member = tx.profiles().find_by_address(canonical)?;
    if [holder, member].into_iter().flatten().any(|other| other != user) {
        return Err(ProfileConflict::Address.into());
    }
    tx.emails().replace_default(&email).map_err(ProfileConflict::or_store::<OverwriteMemberError>)?;
    if email.is_verified() {
        settle_address(tx, canonical)?;
    }
    Ok(())
}

/// Notes what the provider calls him, when that changes. A name that he has is never taken away.
fn write_account_id(
    tx: &mut dyn Transaction,
    stored: &MemberRecord,
    wanted: Option<&Subject>,
    issuer: Option<&str>,
) -> Result<(), OverwriteMemberError> {
    match wanted.filter(|wanted| stored.account_id.as_ref() != Some(wanted)) {
        Some(subject) => give_account_id(tx, stored.profile.user, subject, issuer),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
