//! Whoever owes dues is reminded of them.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{DateTime, Utc};
use portico_domain::{
    email::EmailAddress,
    mail_template::LetterKind,
    period::Period,
    ports::{Consistency, MemberFilter, StoreError, StoreExt as _, Transaction},
    profile::{MemberRecord, MemberRole},
    search_words::WordQuery,
};

use super::letters::{Wording, owe_written};
use crate::ports::Ports;

/// The most members looked at in one unit of work.
const PAGE: u16 = 500;

/// A member who owes dues and could not be reminded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedReminder {
    /// His number.
    pub number: i64,
    /// His address; empty when he has none.
    pub address: String,
    /// Why not.
    pub reason: String,
}

/// Writes to every member and admin who has not paid for the period for which dues are collected (portal contract
/// section 5).
#[derive(Clone)]
pub struct RemindUnpaid {
    ports: Ports,
}

impl RemindUnpaid {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Reminds those of them who have one of these numbers, or all of them when there are none; answers to whom no
    /// letter could be written. They hold up nobody.
    ///
    /// # Errors
    /// When the store fails; those with smaller numbers may have been reminded by then.
    pub async fn execute(&self, only: Vec<i64>) -> Result<Vec<FailedReminder>, StoreError> {
        let only: Arc<BTreeSet<i64>> = Arc::new(only.into_iter().collect());
        let periods = self.ports.store.read(Consistency::Latest, |seen| seen.payments().periods()).await?;
        let mut failed = Vec::new();
        let mut after = None;
        loop {
            let page = self.remind_page(periods.payment(), after, Arc::clone(&only)).await?;
            failed.extend(page.failed);
            match page.last {
                None => return Ok(failed),
                last => after = last,
            }
        }
    }

    async fn remind_page(
        &self,
        period: Period,
        after: Option<i64>,
        only: Arc<BTreeSet<i64>>,
    ) -> Result<Page, StoreError> {
        let (ports, now) = (self.ports.clone(), self.ports.clock.now());
        self.ports
            .store
            .write(move |tx| {
                // One list of all roles: whoever changes his role meanwhile is not met twice.
                let unpaid = tx.profiles().list(&MemberFilter {
                    period,
                    words: WordQuery::default(),
                    role: None,
                    paid: Some(false),
                    after,
                    limit: PAGE,
                })?;
                let is_last = unpaid.len() < usize::from(PAGE);
                let last = unpaid.last().map(|member| member.record.profile.number).filter(|_| !is_last);
                let wording = Wording::find(&ports, tx, LetterKind::PaymentReminder)?;
                let mut failed = Vec::new();
                for member in unpaid.into_iter().map(|member| member.record).filter(|m| is_meant(m, &only)) {
                    if let Err(reason) = remind(&ports, tx, &wording, &member, now)? {
                        let number = member.profile.number;
                        let address = member.address().map_or("", EmailAddress::as_str).to_owned();
                        failed.push(FailedReminder { number, address, reason });
                    }
                }
                Ok(Page { failed, last })
            })
            .await
    }
}

/// What came of one page of members.
struct Page {
    failed: Vec<FailedReminder>,
    /// The last number on it; nothing when there is no further page.
    last: Option<i64>,
}

fn is_meant(member: &MemberRecord, only: &BTreeSet<i64>) -> bool {
    let pays = matches!(member.profile.role, MemberRole::Member | MemberRole::Admin);
    pays && (only.is_empty() || only.contains(&member.profile.number))
}

/// Owes him a letter; the inner error says why none can be written.
fn remind(
    ports: &Ports,
    tx: &mut dyn Transaction,
    wording: &Wording,
    member: &MemberRecord,
    now: DateTime<Utc>,
) -> Result<Result<(), String>, StoreError> {
    let Some(address) = member.address() else {
        return Ok(Err("there is no email address".to_owned()));
    };
    match wording.write(tx, member, None)? {
        Ok(written) => {
            owe_written(ports, tx, LetterKind::PaymentReminder, address, &written, now)?;
            Ok(Ok(()))
        }
        Err(fault) => Ok(Err(fault.to_string())),
    }
}

#[cfg(test)]
mod tests;
