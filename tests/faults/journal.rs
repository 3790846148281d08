//! What came back for every request of a load, and when.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use reqwest::Method;

/// One request and its end.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Whether it could change anything.
    pub(crate) writes: bool,
    /// When it was sent.
    pub(crate) asked: Instant,
    /// How long it took.
    pub(crate) took: Duration,
    /// The status; nothing when there was no answer.
    pub(crate) status: Option<u16>,
}

impl Entry {
    /// When it ended.
    pub(crate) fn ended(&self) -> Instant {
        self.asked + self.took
    }

    /// Whether it was answered with a success.
    pub(crate) fn is_done(&self) -> bool {
        self.status.is_some_and(|status| status < 300)
    }

    /// Whether it was answered with 503.
    pub(crate) fn is_refused(&self) -> bool {
        self.status == Some(503)
    }
}

/// Everything that was asked, and every answer that must not be.
#[derive(Default)]
pub(crate) struct Journal {
    pages: Mutex<Pages>,
}

#[derive(Default)]
struct Pages {
    entries: Vec<Entry>,
    faults: Vec<String>,
}

impl Journal {
    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes the end of a request.
    pub(crate) fn note(&self, method: &Method, asked: Instant, status: Option<u16>) {
        let entry = Entry { writes: *method != Method::GET, asked, took: asked.elapsed(), status };
        self.pages().entries.push(entry);
    }

    /// Notes an answer that must not be.
    pub(crate) fn complain(&self, fault: String) {
        self.pages().faults.push(fault);
    }

    /// Every answer that must not be.
    pub(crate) fn faults(&self) -> Vec<String> {
        self.pages().faults.clone()
    }

    /// Every request that was sent at this moment or later.
    pub(crate) fn since(&self, moment: Instant) -> Vec<Entry> {
        self.pages().entries.iter().filter(|entry| entry.asked >= moment).cloned().collect()
    }

    /// How many requests ended in this way since this moment.
    pub(crate) fn count_since(&self, moment: Instant, ended: impl Fn(&Entry) -> bool) -> usize {
        self.pages().entries.iter().filter(|entry| entry.ended() >= moment && ended(entry)).count()
    }
}
