//! What the operator calls somebody.

use std::collections::BTreeSet;

use portico_domain::{
    email::EmailAddress,
    external_identity::Subject,
    id::UserId,
    ports::{StoreError, Transaction},
};

use super::AppointMemberError;

/// What the operator calls somebody: his address, his UUID, his number, or what the provider calls him. A text may be
/// several of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberName {
    address: Option<EmailAddress>,
    id: Option<UserId>,
    number: Option<i64>,
    account_id: Option<Subject>,
}

impl MemberName {
    /// Reads what the operator typed. Any text will do: one that can be no name is nobody's.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        Self {
            address: EmailAddress::parse(text).ok(),
            id: text.parse().ok().map(UserId::from_uuid),
            number: text.parse().ok().filter(|_| digits),
            account_id: Subject::parse(text).ok(),
        }
    }

    /// Whoever is called so.
    pub(super) fn find_user(
        &self,
        tx: &mut dyn Transaction,
        issuer: Option<&str>,
    ) -> Result<UserId, AppointMemberError> {
        let mut users = BTreeSet::new();
        if let Some(id) = self.id {
            users.extend(tx.users().find(id)?.map(|user| user.id));
        }
        if let Some(number) = self.number {
            users.extend(tx.users().find_by_number(number)?.map(|user| user.id));
        }
        if let Some(subject) = &self.account_id {
            users.extend(tx.external_identities().find_user(issuer.unwrap_or_default(), subject)?);
        }
        if let Some(address) = &self.address {
            users.extend(find_by_address(tx, address)?);
        }
        match users.pop_first() {
            None => Err(AppointMemberError::NoSuchUser),
            Some(_) if !users.is_empty() => Err(AppointMemberError::Ambiguous),
            Some(user) => Ok(user),
        }
    }
}

/// Whoever holds the address; while nobody does, the member who has it and whoever claimed it last. Anybody can claim
/// an address, so that these two must not be taken for one another.
fn find_by_address(tx: &mut dyn Transaction, address: &EmailAddress) -> Result<Vec<UserId>, StoreError> {
    let canonical = address.canonical();
    if let Some(holder) = tx.emails().find_holder(canonical)? {
        return Ok(vec![holder.user]);
    }
    let member = tx.profiles().find_by_address(canonical)?;
    let claimant = tx.emails().find_latest_claim(canonical)?.map(|claim| claim.user);
    Ok(member.into_iter().chain(claimant).collect())
}
