//! The secrets that were used in a test, and the search for them in everything that was logged meanwhile.
//!
//! A secret is searched for as it is and in every form a leak would wear: percent-encoded, escaped as JSON, in base64
//! (also as a part of a longer text), in hexadecimal, as a list of bytes.
//!
//! A short secret of nothing but hexadecimal digits, such as the six digits of a code, occurs by chance in instants,
//! ids and durations. It is searched for as a whole word: a run of letters and digits that is no part of a decimal
//! number. That leaves out what is legitimately numeric by its shape. The fraction of an RFC 3339 instant stands behind
//! a dot and before a `Z`, so does a duration with its unit, a UUID has groups of 8, 4 and 12, an id of a request or of
//! a letter has 32 digits and more, a port at most five. What would be a hit by chance is a lone number of exactly six
//! digits, and the program logs none: durations of requests are decimal numbers, statuses have three digits. The texts
//! in a JSON line are searched as they were before they were escaped, so that a code after a line break is a word too.
//!
//! Not searched for: values of fewer than six characters, runs of one character, and what a described path holds, as
//! the password `password` does.

mod forms;
mod names;
mod search;
#[cfg(test)]
mod tests;
mod traffic;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use self::search::Index;
pub(crate) use self::traffic::lone_password;
use crate::described::Description;

/// Values with fewer characters are not searched for.
const SHORTEST: usize = 6;
/// So many leaks are shown of a log that is full of them.
const SHOWN: usize = 5;

/// What a secret is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretKind {
    /// What somebody knows.
    Password,
    /// The digits in a letter.
    Code,
    /// What opens something for its bearer.
    Token,
    /// A token in the link of a letter.
    MailedToken,
    /// The value of a cookie.
    Cookie,
    /// What two parties share, such as the secret of a client.
    Shared,
    /// What a server derives its keys from.
    MasterSecret,
    /// The password of a mail server or a database in a URL.
    ServicePassword,
}

impl fmt::Display for SecretKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Password => "password",
            Self::Code => "one-time code",
            Self::Token => "token",
            Self::MailedToken => "mailed token",
            Self::Cookie => "cookie",
            Self::Shared => "shared secret",
            Self::MasterSecret => "master secret",
            Self::ServicePassword => "password of a service",
        })
    }
}

/// Everything secret that one server, and whoever speaks to it, has used. Clones are one ledger.
#[derive(Clone, Default)]
pub struct Secrets {
    kept: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    noted: HashMap<String, SecretKind>,
    index: Index,
    joined: Vec<Secrets>,
}

/// A secret in a line of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leak {
    /// What was there to be seen.
    pub kind: SecretKind,
    /// The line, without the secret.
    pub line: String,
}

impl Secrets {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a secret. The first kind it is noted as is the one that is told.
    pub fn note(&self, kind: SecretKind, secret: &str) {
        let mut kept = self.kept();
        if kept.noted.contains_key(secret) || !can_be_told_apart(secret) {
            return;
        }
        kept.noted.insert(secret.to_owned(), kind);
        kept.index.add(kind, secret);
    }

    /// Lets the secrets of another ledger, such as that of the mail server, be searched for together with these.
    pub fn join(&self, other: &Self) {
        self.kept().joined.push(other.clone());
    }

    /// How many secrets of this kind there are.
    #[must_use]
    pub fn count(&self, kind: SecretKind) -> usize {
        self.with_joined().iter().map(|one| one.kept().noted.values().filter(|k| **k == kind).count()).sum()
    }

    /// Everything secret in a log.
    #[must_use]
    pub fn find_in(&self, log: &str) -> Vec<Leak> {
        self.with_joined().iter().flat_map(|secrets| secrets.kept().index.find_in(log)).collect()
    }

    /// Checks that a log holds none of them.
    ///
    /// # Panics
    /// When it does: it tells which kind, and the line without the secret.
    #[track_caller]
    pub fn assert_absent_from(&self, log: &str) {
        let leaks = self.find_in(log);
        let told = leaks.iter().take(SHOWN).map(|leak| format!("\na {} in: {}", leak.kind, leak.line));
        assert!(leaks.is_empty(), "{} secrets in the log{}", leaks.len(), told.collect::<String>());
    }

    fn with_joined(&self) -> Vec<Self> {
        let joined = self.kept().joined.clone();
        [vec![self.clone()], joined].concat()
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Secrets").finish_non_exhaustive()
    }
}

/// Whether a value can be told from what is in a log anyway.
fn can_be_told_apart(value: &str) -> bool {
    let mut characters = value.chars();
    let first = characters.next();
    value.chars().count() >= SHORTEST
        && characters.any(|character| Some(character) != first)
        && !Description::get().operations.iter().any(|operation| operation.path.contains(value))
}
