//! The portal is never left without an admin (portal contract section 10, 15). Whoever calls this holds
//! [`portico_domain::ports::Lock::Admins`].

use portico_domain::{
    ports::{StoreError, Transaction},
    profile::{MemberRole, Profile, check_role_change},
};

/// Whether a member's role may become `next`: the last admin stays admin.
pub(crate) fn may_become(
    tx: &mut dyn Transaction,
    profile: &Profile,
    next: MemberRole,
) -> Result<bool, StoreError> {
    let leaves = profile.role == MemberRole::Admin && next != MemberRole::Admin;
    let others = !leaves || tx.profiles().has_other_admin(profile.user)?;
    Ok(check_role_change(profile.role, next, others).is_ok())
}
