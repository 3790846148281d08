//! What the operator calls somebody.

use std::collections::BTreeSet;

use portico_domain::{email::EmailAddress, external_identity::Subject, id::UserId, ports::Transaction};

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
            // A claim must not do: anybody could become an admin in the name of whom the operator means.
            users.extend(tx.emails().find_holder(address.canonical())?.map(|holder| holder.user));
        }
        match users.pop_first() {
            None if self.address.is_some() => Err(AppointMemberError::NotProved),
            None => Err(AppointMemberError::NoSuchUser),
            Some(_) if !users.is_empty() => Err(AppointMemberError::Ambiguous),
            Some(user) => Ok(user),
        }
    }
}
