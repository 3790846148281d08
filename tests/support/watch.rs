//! What the code in the process of a test logs, and the search for secrets in it.
//!
//! The tests of one binary share one log. Whoever watches it has everything searched that was logged while he did, also
//! by tests beside his own. What nobody watches any more is forgotten.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    path::PathBuf,
    sync::{Mutex, MutexGuard, Once, PoisonError},
    thread,
};

use portico_app::{LogFormat, settings::LogSettings};

use crate::{mailbox::Mailbox, secrets::Secrets};

/// Everything that our crates say, and what others say of note.
const FILTER: &str = "info,portico=trace";

static LOG: Mutex<Log> =
    Mutex::new(Log { text: Vec::new(), forgotten: 0, watched_from: BTreeMap::new(), next: 0 });

/// What was logged and is still watched.
struct Log {
    text: Vec<u8>,
    /// How many bytes came before the text.
    forgotten: usize,
    /// The place at which each watch began.
    watched_from: BTreeMap<u64, usize>,
    next: u64,
}

fn log() -> MutexGuard<'static, Log> {
    LOG.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Log {
    fn begin(&mut self) -> u64 {
        let (number, place) = (self.next, self.forgotten + self.text.len());
        self.watched_from.insert(number, place);
        self.next += 1;
        number
    }

    fn since_beginning_of(&self, number: u64) -> String {
        let begin = self.watched_from.get(&number).map_or(self.text.len(), |place| place - self.forgotten);
        String::from_utf8_lossy(&self.text[begin..]).into_owned()
    }

    fn end(&mut self, number: u64) {
        self.watched_from.remove(&number);
        let kept_from = self.watched_from.values().min().copied().unwrap_or(self.forgotten + self.text.len());
        self.text.drain(..kept_from - self.forgotten);
        self.forgotten = kept_from;
    }
}

/// Writes into the log that the tests share.
struct Pen;

impl Write for Pen {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut log = log();
        if !log.watched_from.is_empty() {
            log.text.extend_from_slice(line);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Looks at the log until it is dropped; then no secret of its ledger may be in it.
#[derive(Debug)]
pub struct Watch {
    number: u64,
    secrets: Secrets,
    letters: Option<PathBuf>,
}

impl Watch {
    /// Begins to watch for these secrets, and for those in the letters that will lie in a folder.
    ///
    /// # Panics
    /// When the events of this process go elsewhere already.
    #[must_use]
    pub fn begin(secrets: &Secrets, letters: Option<PathBuf>) -> Self {
        static INSTALLED: Once = Once::new();
        INSTALLED.call_once(|| {
            let settings = LogSettings { filter: FILTER.to_owned(), format: LogFormat::Json };
            portico_app::send_log_to(&settings, false, || Pen).expect("nobody else takes the events");
        });
        Self { number: log().begin(), secrets: secrets.clone(), letters }
    }

    /// Everything that was logged since it began.
    #[must_use]
    pub fn log(&self) -> String {
        log().since_beginning_of(self.number)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let text = self.log();
        log().end(self.number);
        // A test that has failed already says what is wrong.
        if thread::panicking() {
            return;
        }
        if let Some(folder) = self.letters.take() {
            Mailbox::new(folder, &self.secrets).note_all();
        }
        self.secrets.assert_absent_from(&text);
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;
    use crate::secrets::SecretKind;

    fn write(line: &str) {
        Pen.write_all(line.as_bytes()).expect("it is written");
    }

    #[test]
    fn a_watch_sees_what_others_log_meanwhile_and_fails_at_its_end() {
        let (secrets, other) = (Secrets::default(), Secrets::default());
        secrets.note(SecretKind::Password, "copper-lantern-7201");
        let (first, second) = (Watch::begin(&secrets, None), Watch::begin(&other, None));
        write("{\"message\":\"it is copper-lantern-7201\"}\n");
        assert!(second.log().contains("copper-lantern-7201"));
        drop(second);
        let ended = catch_unwind(AssertUnwindSafe(|| drop(first)));
        let told = ended.expect_err("the secret is there");
        let told = told.downcast_ref::<String>().expect("a text");
        assert!(told.contains("a password in:") && !told.contains("copper-lantern-7201"), "{told}");
    }

    #[test]
    fn what_came_before_a_watch_is_not_its_own() {
        let secrets = Secrets::default();
        let before = Watch::begin(&Secrets::default(), None);
        write("marble-orchard-5520\n");
        secrets.note(SecretKind::Password, "marble-orchard-5520");
        drop(Watch::begin(&secrets, None));
        drop(before);
    }

    #[test]
    fn what_nobody_watches_is_forgotten() {
        let mut log = Log { text: b"old".to_vec(), forgotten: 10, watched_from: BTreeMap::new(), next: 0 };
        let first = log.begin();
        log.text.extend_from_slice(b"one");
        let second = log.begin();
        log.text.extend_from_slice(b"two");
        assert_eq!(log.since_beginning_of(first), "onetwo");
        log.end(first);
        assert_eq!((log.text.as_slice(), log.forgotten), (&b"two"[..], 16));
        assert_eq!(log.since_beginning_of(second), "two");
        log.end(second);
        assert!(log.text.is_empty());
    }
}
