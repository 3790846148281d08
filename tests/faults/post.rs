//! The letters at the mail server, read one by one.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use integration_tests::smtp::{ReceivedLetter, SmtpServer, SmtpServerOptions};
use mailparse::MailHeaderMap as _;

/// A letter that came.
#[derive(Clone, Debug)]
pub(crate) struct Arrived {
    /// The letter's id in the outbox, in hexadecimal.
    pub(crate) id: String,
    /// Whom it is to.
    pub(crate) to: String,
    /// The plain text.
    pub(crate) text: String,
    /// Everything, byte for byte.
    raw: String,
}

impl Arrived {
    fn read(letter: ReceivedLetter) -> Self {
        let mail = mailparse::parse_mail(letter.data.as_bytes()).expect("a letter is a mail message");
        let id = mail.headers.get_first_value("Message-ID").expect("a letter has an id");
        let id = id.trim_start_matches('<').split('@').next().unwrap_or_default().replace('-', "");
        let plain = mail.parts().find(|part| part.ctype.mimetype == "text/plain");
        let text = plain.expect("a letter has a text").get_body().expect("the text can be read");
        let to = letter.recipients.join(",");
        Self { id, to, text, raw: letter.data }
    }

    /// The six digits in it.
    pub(crate) fn code(&self) -> Option<&str> {
        let digits = |word: &&str| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit());
        self.text.split(|c: char| !c.is_ascii_alphanumeric()).find(digits)
    }

    /// The token of the invite in it.
    pub(crate) fn invite_token(&self) -> Option<&str> {
        let (_, rest) = self.text.split_once("/invite/")?;
        rest.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_')).next()
    }
}

/// A mail server, and what it was given.
pub(crate) struct Post {
    /// The mail server.
    pub(crate) server: SmtpServer,
    arrived: Mutex<Vec<Arrived>>,
}

impl Post {
    /// Starts a mail server.
    pub(crate) async fn open() -> Self {
        let server = SmtpServer::start(SmtpServerOptions::default()).await;
        Self { server, arrived: Mutex::default() }
    }

    fn arrived(&self) -> MutexGuard<'_, Vec<Arrived>> {
        let mut arrived = self.arrived.lock().unwrap_or_else(PoisonError::into_inner);
        let new = self.server.letters_after(arrived.len());
        arrived.extend(new.into_iter().map(Arrived::read));
        arrived
    }

    /// Every letter that came, in that order.
    pub(crate) fn all(&self) -> Vec<Arrived> {
        self.arrived().clone()
    }

    /// The letter to `to` that says `words`, when it has come.
    pub(crate) fn find(&self, to: &str, words: &str) -> Option<Arrived> {
        self.arrived().iter().rev().find(|letter| letter.to == to && letter.text.contains(words)).cloned()
    }

    /// How many letters came again, under the id they had before.
    pub(crate) fn repeats(&self) -> usize {
        let arrived = self.arrived();
        let ids: BTreeSet<&str> = arrived.iter().map(|letter| letter.id.as_str()).collect();
        arrived.len() - ids.len()
    }

    /// Letters that came again under the same id and say something else.
    pub(crate) fn changed(&self) -> Vec<String> {
        let mut first: BTreeMap<String, String> = BTreeMap::new();
        let mut changed = Vec::new();
        for letter in self.arrived().iter() {
            let before = first.entry(letter.id.clone()).or_insert_with(|| letter.raw.clone());
            if *before != letter.raw {
                changed.push(format!(
                    "the letter {} to {} came again and says another thing",
                    letter.id, letter.to
                ));
            }
        }
        changed
    }
}
