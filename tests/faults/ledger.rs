//! What the server has answered for, as its clients remember it.

use std::collections::{BTreeMap, BTreeSet};

/// Somebody whose registration was answered.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    /// The id in the answer.
    pub(crate) id: String,
    /// A bearer token that must be good; nothing while that cannot be told.
    pub(crate) token: Option<String>,
}

/// A project whose creation was asked for.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    /// Who asked.
    pub(crate) owner: String,
    /// The slug in the answer; nothing when there was none.
    pub(crate) slug: Option<String>,
}

/// A project's name and a guest's address.
pub(crate) type Seat = (String, String);

/// The memory of all clients. Where something was asked for and not answered, both outcomes are right, and nothing
/// between them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger {
    /// Addresses whose registration was begun, and whether that was answered.
    pub(crate) started: BTreeMap<String, bool>,
    /// Addresses whose code was taken.
    pub(crate) verified: BTreeSet<String>,
    /// Accounts by address.
    pub(crate) accounts: BTreeMap<String, Account>,
    /// Projects by name; names are given once.
    pub(crate) projects: BTreeMap<String, Made>,
    /// Invites, with the id in the answer.
    pub(crate) invites: BTreeMap<Seat, Option<String>>,
    /// Acceptances that were asked for, and whether they were answered.
    pub(crate) joined: BTreeMap<Seat, bool>,
    /// Tokens that must be good for nothing.
    pub(crate) dead: Vec<String>,
    /// Accounts whose owners have done what they wanted; others may invite them and speak for them.
    pub(crate) settled: Vec<String>,
}

impl Ledger {
    /// How much was answered.
    pub(crate) fn answers(&self) -> usize {
        self.started.values().filter(|answered| **answered).count()
            + self.verified.len()
            + self.accounts.len()
            + self.projects.values().filter(|made| made.slug.is_some()).count()
            + self.invites.values().flatten().count()
            + self.joined.values().filter(|answered| **answered).count()
            + self.dead.len()
    }

    /// The token of somebody who has done what he wanted.
    pub(crate) fn settled_token(&self, nth: usize) -> Option<(String, String)> {
        let email = self.settled.get(nth % self.settled.len().max(1))?;
        Some((email.clone(), self.accounts.get(email)?.token.clone()?))
    }

    /// Changes what is known of somebody's token; answers the one known before.
    pub(crate) fn change_token(&mut self, email: &str, token: Option<String>) -> Option<String> {
        let account = self.accounts.get_mut(email)?;
        std::mem::replace(&mut account.token, token)
    }
}
