//! What only one member may have, and who has it.

use std::collections::{HashMap, HashSet};

use portico_domain::{
    email::CanonicalAddress,
    external_identity::Subject,
    period::Periods,
    ports::{EmailLookup, ExternalIdentityLookup, MemberFilter, ProfileLookup, StoreError},
    profile::MemberRecord,
    search_words::WordQuery,
};

use super::{ImportFault, ImportReport, row::Reading};
use crate::portal::ProfileConflict;

/// The most members read at once.
const PAGE: u16 = 500;

/// Something that only one member may have (portal contract section 4).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Address(CanonicalAddress),
    AccountId(Subject),
    StudentNumber(String),
    Phone(String),
}

impl Key {
    /// A student number; an empty one is none.
    pub(super) fn student_number(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self::StudentNumber(text.to_owned()))
    }

    /// A telephone; an empty one is none.
    pub(super) fn phone(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self::Phone(text.to_owned()))
    }

    const fn conflict(&self) -> ProfileConflict {
        match self {
            Self::Address(_) => ProfileConflict::Address,
            Self::AccountId(_) => ProfileConflict::AccountId,
            Self::StudentNumber(_) => ProfileConflict::StudentNumber,
            Self::Phone(_) => ProfileConflict::Phone,
        }
    }
}

/// Everything that somebody has already.
pub(super) struct Known(HashSet<Key>);

impl Known {
    /// What the members have.
    pub(super) fn of_members(profiles: &mut dyn ProfileLookup) -> Result<Self, StoreError> {
        let mut known = HashSet::new();
        let mut after = None;
        loop {
            let page = profiles.list(&MemberFilter {
                // Nothing is asked of payments here.
                period: Periods::default().payment(),
                words: WordQuery::default(),
                role: None,
                paid: None,
                after,
                limit: PAGE,
            })?;
            after = page.last().map(|member| member.record.profile.number);
            let is_last = page.len() < usize::from(PAGE);
            known.extend(page.into_iter().flat_map(|member| keys_of(&member.record)));
            if is_last {
                return Ok(Self(known));
            }
        }
    }

    /// Adds the addresses of the file that anybody holds, member or not.
    pub(super) fn add_holders(
        &mut self,
        emails: &mut dyn EmailLookup,
        readings: &[Reading],
    ) -> Result<(), StoreError> {
        for key in readings.iter().flat_map(|reading| &reading.keys) {
            if let Key::Address(address) = key
                && emails.find_holder(address)?.is_some()
            {
                self.0.insert(key.clone());
            }
        }
        Ok(())
    }

    /// Adds the names of the file that anybody has at the provider, member or not.
    pub(super) fn add_accounts(
        &mut self,
        identities: &mut dyn ExternalIdentityLookup,
        issuer: Option<&str>,
        readings: &[Reading],
    ) -> Result<(), StoreError> {
        for key in readings.iter().flat_map(|reading| &reading.keys) {
            if let Key::AccountId(subject) = key
                && identities.find_user(issuer.unwrap_or_default(), subject)?.is_some()
            {
                self.0.insert(key.clone());
            }
        }
        Ok(())
    }

    /// Everything that is wrong with the rows, by themselves, beside one another, and beside what somebody has.
    pub(super) fn report(&self, readings: &[Reading]) -> ImportReport {
        let mut report = ImportReport::default();
        let mut lines = HashMap::new();
        for reading in readings {
            let mut texts = reading.faults().to_vec();
            for key in &reading.keys {
                if self.0.contains(key) {
                    texts.push(key.conflict().to_string());
                }
                if let Some(line) = lines.get(key) {
                    texts.push(format!("{} in line {line}", key.conflict()));
                } else {
                    lines.insert(key, reading.line);
                }
            }
            if texts.is_empty() {
                report.new += 1;
            }
            let line = reading.line;
            report.faults.extend(texts.into_iter().map(|text| ImportFault { line, text }));
        }
        report
    }
}

fn keys_of(member: &MemberRecord) -> impl Iterator<Item = Key> + use<> {
    let details = &member.profile.details;
    [
        member.address().map(|address| Key::Address(address.canonical().clone())),
        member.account_id.clone().map(Key::AccountId),
        Key::student_number(&details.student_number),
        Key::phone(&details.phone),
    ]
    .into_iter()
    .flatten()
}
