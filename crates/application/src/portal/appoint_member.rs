//! The operator says what somebody is.

mod name;

use portico_domain::{
    id::UserId,
    ports::{Lock, StoreError, StoreExt as _},
    profile::{MemberRole, Profile},
};

pub use self::name::MemberName;
use super::admins::may_become;
use crate::ports::Ports;

/// Whom the operator meant, and what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appointed {
    /// His number.
    pub number: i64,
    /// Who.
    pub user: UserId,
    /// Whether he had no profile before.
    pub made_profile: bool,
    /// What he was before; nothing when he had no profile.
    pub before: Option<MemberRole>,
}

/// Why nobody was given the role.
#[derive(Debug, thiserror::Error)]
pub enum AppointMemberError {
    /// Nobody is called so.
    #[error("there is no such user")]
    NoSuchUser,
    /// Nobody has proved this address. Whoever merely says that it is his may be anybody.
    #[error("nobody has proved this address; give the number or the UUID")]
    NotProved,
    /// More than one are called so.
    #[error("more than one user is called so; give the UUID")]
    Ambiguous,
    /// The portal would be left without an admin.
    #[error("the last admin stays admin")]
    LastAdmin,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Gives anybody in the house a role in the portal, at the operator's word. Whoever has no profile gets an empty one:
/// so the first admin is made.
#[derive(Clone)]
pub struct AppointMember {
    ports: Ports,
}

impl AppointMember {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Gives it to whoever is called so.
    ///
    /// # Errors
    /// When nobody is called so, or several are, or he is the last admin and would be one no longer, or the store
    /// fails.
    pub async fn execute(&self, name: MemberName, role: MemberRole) -> Result<Appointed, AppointMemberError> {
        let now = self.ports.clock.now();
        let issuer = self.ports.policy.portal.issuer.clone();
        self.ports
            .store
            .write(move |tx| {
                let user = name.find_user(tx, issuer.as_deref())?;
                for lock in [Lock::User(user), Lock::Admins, Lock::Dues] {
                    tx.lock(&lock)?;
                }
                let Some(member) = tx.profiles().find(user)? else {
                    let number = tx.users().find(user)?.ok_or(AppointMemberError::NoSuchUser)?.number;
                    tx.profiles().add(&Profile::empty(user, number, role, now))?;
                    return Ok(Appointed { number, user, made_profile: true, before: None });
                };
                let (number, before) = (member.profile.number, member.profile.role);
                if !may_become(tx, &member.profile, role)? {
                    return Err(AppointMemberError::LastAdmin);
                }
                if before != role {
                    tx.profiles().change_role(user, before, role, now)?;
                }
                Ok(Appointed { number, user, made_profile: false, before: Some(before) })
            })
            .await
    }
}

#[cfg(test)]
mod tests;
