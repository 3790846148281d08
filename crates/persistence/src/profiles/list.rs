//! The member list, which goes on after the last number seen: one statement, and before it a look at the index for each
//! word until one is rare.

use diesel::prelude::*;
use portico_domain::{
    ports::{MemberFilter, StoreError},
    profile::MemberWithDues,
    search_words::upper_bound,
};

use super::rows::{ProfileRow, record};
use crate::{
    connection::MultiBackend,
    emails::EmailRow,
    payments::PaymentRow,
    schema::{emails, external_identities, member_profiles, payment_statuses, profile_words, users},
    transaction::DieselTransaction,
    types::Id,
};

/// So many are looked at one by one rather than met in the order of their numbers.
const FEW: i64 = 1000;

/// A member with his payment, and the number of whoever took it.
type MemberRow = (ProfileRow, Option<EmailRow>, Option<String>, Option<PaymentRow>, Option<i64>);

fn member((profile, email, account, payment, authorizer): MemberRow) -> Result<MemberWithDues, StoreError> {
    let record = record((profile, email, account))?;
    let payment = match (payment, authorizer) {
        (Some(payment), Some(authorizer)) => Some(payment.into_status(record.profile.number, authorizer)?),
        (None, _) => None,
        (Some(_), None) => {
            return Err(StoreError::Corrupt { table: "payment_statuses", column: "authorizer" });
        }
    };
    Ok(MemberWithDues { record, payment })
}

impl DieselTransaction<'_> {
    pub(super) fn list_members(&mut self, filter: &MemberFilter) -> Result<Vec<MemberWithDues>, StoreError> {
        let candidates = self.candidates(filter.words.prefixes())?;
        if candidates.as_ref().is_some_and(Vec::is_empty) {
            return Ok(Vec::new());
        }
        let authorizers = diesel::alias!(users as authorizers);
        let mut members = member_profiles::table
            .left_join(
                payment_statuses::table.on(payment_statuses::user_id
                    .eq(member_profiles::user_id)
                    .and(payment_statuses::period.eq(filter.period.number()))),
            )
            .left_join(
                authorizers
                    .on(authorizers.field(users::id).nullable().eq(payment_statuses::authorizer.nullable())),
            )
            .left_join(emails::table.on(emails::user_id.eq(member_profiles::user_id).and(emails::is_default)))
            .left_join(
                external_identities::table.on(external_identities::user_id.eq(member_profiles::user_id)),
            )
            .select((
                ProfileRow::as_select(),
                Option::<EmailRow>::as_select(),
                external_identities::subject.nullable(),
                Option::<PaymentRow>::as_select(),
                authorizers.field(users::number).nullable(),
            ))
            .order(member_profiles::number)
            .limit(filter.limit.into())
            .into_boxed::<MultiBackend>();
        if let Some(after) = filter.after {
            members = members.filter(member_profiles::number.gt(after));
        }
        if let Some(role) = filter.role {
            members = members.filter(member_profiles::role.eq(role.as_str()));
        }
        match filter.paid {
            Some(true) => members = members.filter(payment_statuses::period.nullable().is_not_null()),
            Some(false) => members = members.filter(payment_statuses::period.nullable().is_null()),
            None => {}
        }
        if let Some(candidates) = candidates {
            members = members.filter(member_profiles::user_id.eq_any(candidates));
        }
        for prefix in filter.words.prefixes() {
            let own = profile_words::table
                .filter(profile_words::user_id.eq(member_profiles::user_id))
                .filter(profile_words::word.ge(prefix))
                .select(profile_words::user_id);
            // Not `EXISTS`, which PostgreSQL would join, the larger table first where it knows no better: one look
            // at the index for each member on the way is never slow.
            members = match upper_bound(prefix) {
                Some(bound) => {
                    members.filter(own.filter(profile_words::word.lt(bound)).single_value().is_not_null())
                }
                None => members.filter(own.single_value().is_not_null()),
            };
        }
        let rows: Vec<MemberRow> = self.run(|c| members.load(c))?;
        rows.into_iter().map(member).collect()
    }

    /// Those with a word that begins with one of these, when for one of them they are few. When they are many for each,
    /// a page is soon full of them.
    fn candidates(&mut self, prefixes: &[String]) -> Result<Option<Vec<Id>>, StoreError> {
        for prefix in prefixes {
            let found = profile_words::table
                .filter(profile_words::word.ge(prefix))
                .order((profile_words::word, profile_words::user_id))
                .limit(FEW)
                .select(profile_words::user_id);
            let found: Vec<Id> = self.run(|c| match upper_bound(prefix) {
                Some(bound) => found.filter(profile_words::word.lt(bound)).load(c),
                None => found.load(c),
            })?;
            if i64::try_from(found.len()).is_ok_and(|found| found < FEW) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}
