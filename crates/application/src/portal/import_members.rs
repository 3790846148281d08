//! Members from a file, at the operator's word.

mod known;
mod row;

use chrono::{DateTime, Utc};
use portico_domain::{
    email::{Email, EmailState},
    id::{EmailId, UserId},
    ports::{Consistency, Lock, Snapshot, StoreError, StoreExt as _, Transaction},
    profile::Profile,
    user::NewUser,
};

pub use self::row::ImportRow;
use self::{
    known::Known,
    row::{NewMember, Reading},
};
use super::{ProfileConflict, account_id::give_account_id, display_name::display_name};
use crate::{accounts::settle_address, ports::Ports};

/// Whether anything is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportMode {
    /// It is only looked for faults.
    DryRun,
    /// All rows are kept, or none when there is a fault.
    Apply,
}

/// What there is to say of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// How many rows would make a member, or have made one: those without a fault.
    pub new: usize,
    /// Everything that is wrong, line by line. While there is anything, nothing is kept.
    pub faults: Vec<ImportFault>,
}

/// Something wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportFault {
    /// The line of the file.
    pub line: u64,
    /// What is wrong.
    pub text: String,
}

/// Makes a user and a member of every row of a file (portal contract section 8). The operator vouches for the
/// addresses, and nobody is written to.
#[derive(Clone)]
pub struct ImportMembers {
    ports: Ports,
}

/// Why a unit of work kept nothing.
#[derive(Debug, thiserror::Error)]
enum Undone {
    #[error("the file has faults")]
    Faulty(ImportReport),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ImportMembers {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Looks at all rows, and keeps them if `mode` says so and nothing is wrong with any.
    ///
    /// # Errors
    /// When the store fails; nothing is kept then.
    pub async fn execute(&self, rows: Vec<ImportRow>, mode: ImportMode) -> Result<ImportReport, StoreError> {
        let readings: Vec<Reading> = rows.iter().map(Reading::of).collect();
        match mode {
            ImportMode::DryRun => self.look(readings).await,
            ImportMode::Apply => match self.apply(readings).await {
                Ok(report) | Err(Undone::Faulty(report)) => Ok(report),
                Err(Undone::Store(error)) => Err(error),
            },
        }
    }

    async fn look(&self, readings: Vec<Reading>) -> Result<ImportReport, StoreError> {
        let issuer = self.ports.policy.portal.issuer.clone();
        let look = move |seen: &mut dyn Snapshot| {
            let mut known = Known::of_members(seen.profiles())?;
            known.add_holders(seen.emails(), &readings)?;
            known.add_accounts(seen.external_identities(), issuer.as_deref(), &readings)?;
            Ok(known.report(&readings))
        };
        self.ports.store.read(Consistency::Snapshot, look).await
    }

    async fn apply(&self, readings: Vec<Reading>) -> Result<ImportReport, Undone> {
        let (ports, now) = (self.ports.clone(), self.ports.clock.now());
        let issuer = self.ports.policy.portal.issuer.clone();
        self.ports
            .store
            .write(move |tx| {
                // Who holds an address is left to the unique rule: a lock a row is more than PostgreSQL has.
                tx.lock(&Lock::Dues)?;
                let mut known = Known::of_members(tx.profiles())?;
                known.add_holders(tx.emails(), &readings)?;
                known.add_accounts(tx.external_identities(), issuer.as_deref(), &readings)?;
                let mut report = known.report(&readings);
                if report.faults.is_empty() {
                    for (line, member) in readings.iter().filter_map(Reading::member) {
                        match admit(&ports, tx, member, issuer.as_deref(), now) {
                            Ok(()) => {}
                            // Somebody was faster than this file.
                            Err(AdmitError::Conflict(conflict)) => {
                                report.new -= 1;
                                report.faults.push(ImportFault { line, text: conflict.to_string() });
                            }
                            Err(AdmitError::Store(error)) => return Err(error.into()),
                        }
                    }
                }
                if report.faults.is_empty() { Ok(report) } else { Err(Undone::Faulty(report)) }
            })
            .await
    }
}

/// Why a row did not become a member.
#[derive(Debug, thiserror::Error)]
enum AdmitError {
    #[error(transparent)]
    Conflict(#[from] ProfileConflict),
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn admit(
    ports: &Ports,
    tx: &mut dyn Transaction,
    member: &NewMember,
    issuer: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), AdmitError> {
    let entropy = ports.entropy.as_ref();
    let id = UserId::generate(now, entropy);
    let display_name = display_name(&member.details, &member.address);
    let user = tx.users().add(&NewUser { id, display_name, locale: None, created_at: now })?;
    let email = Email {
        id: EmailId::generate(now, entropy),
        user: id,
        address: member.address.clone(),
        state: EmailState::Verified { at: now },
        is_default: true,
        created_at: now,
    };
    tx.emails().add(&email).map_err(ProfileConflict::or_store::<AdmitError>)?;
    settle_address(tx, member.address.canonical())?;
    if let Some(subject) = &member.account_id {
        give_account_id::<AdmitError>(tx, id, subject, issuer)?;
    }
    let profile = Profile {
        generation: member.generation,
        details: member.details.clone(),
        ..Profile::empty(id, user.number, member.role, now)
    };
    tx.profiles().add(&profile).map_err(ProfileConflict::or_store)
}

#[cfg(test)]
mod tests;
