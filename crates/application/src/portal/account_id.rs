//! Noting what the provider calls a member, at an operator's or an admin's word.

use portico_domain::{
    external_identity::{ExternalIdentity, Subject},
    id::UserId,
    ports::{StoreError, Transaction},
};

use super::ProfileConflict;

/// Notes what the provider calls `user`. Without a provider it is the name at whichever is set later.
pub(crate) fn give_account_id<E: From<ProfileConflict> + From<StoreError>>(
    tx: &mut dyn Transaction,
    user: UserId,
    subject: &Subject,
    issuer: Option<&str>,
) -> Result<(), E> {
    // A name that was given while no provider was set is another record than the same name at a provider, so that the
    // store lets both be; whoever has either is called so.
    let holder = tx.external_identities().find_user(issuer.unwrap_or_default(), subject)?;
    if holder.is_some_and(|holder| holder != user) {
        return Err(ProfileConflict::AccountId.into());
    }
    let identity = ExternalIdentity { issuer: issuer.map(str::to_owned), subject: subject.clone() };
    tx.external_identities().put(user, &identity).map_err(ProfileConflict::or_store)
}
