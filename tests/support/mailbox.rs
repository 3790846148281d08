//! The letters that a server wrote into its folder, as their readers see them.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    sync::Mutex,
};

use mailparse::{MailHeaderMap as _, ParsedMail};

use crate::{secrets::Secrets, wait::until};

/// A letter.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The file it lies in.
    pub path: PathBuf,
    /// Whom it is to.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The HTML; empty in a letter of plain text alone.
    pub html: String,
}

impl Letter {
    fn read(path: &Path) -> Option<Self> {
        let raw = fs::read(path).ok()?;
        let mail = mailparse::parse_mail(&raw).expect("a letter is a mail message");
        Some(Self {
            path: path.to_owned(),
            to: mail.headers.get_first_value("To").expect("a letter has a recipient"),
            subject: mail.headers.get_first_value("Subject").expect("a letter has a subject"),
            text: part(&mail, "text/plain").unwrap_or_else(|| panic!("no plain text in {}", path.display())),
            html: part(&mail, "text/html").unwrap_or_default(),
        })
    }

    /// The six digits in it.
    ///
    /// # Panics
    /// When there are none.
    #[must_use]
    pub fn code(&self) -> String {
        let digits = |word: &&str| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit());
        let words = self.text.split(|c: char| !c.is_ascii_alphanumeric());
        words.clone().find(digits).unwrap_or_else(|| panic!("no code in {}", self.text)).to_owned()
    }

    /// What follows `marker` in its link, such as `/invite/`.
    ///
    /// # Panics
    /// When there is no such link.
    #[must_use]
    pub fn token_after(&self, marker: &str) -> String {
        let (_, rest) =
            self.text.split_once(marker).unwrap_or_else(|| panic!("no {marker} in {}", self.text));
        rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect()
    }
}

fn part(mail: &ParsedMail<'_>, kind: &str) -> Option<String> {
    let part = mail.parts().find(|part| part.ctype.mimetype == kind)?;
    Some(part.get_body().expect("the part is text"))
}

/// The folder of letters; each letter is taken out once.
#[derive(Debug)]
pub struct Mailbox {
    folder: PathBuf,
    taken: Mutex<HashSet<PathBuf>>,
    secrets: Secrets,
}

impl Mailbox {
    /// The letters in `folder`, with the ledger of the server that writes them.
    #[must_use]
    pub fn new(folder: PathBuf, secrets: &Secrets) -> Self {
        Self { folder, taken: Mutex::default(), secrets: secrets.clone() }
    }

    /// Reads every letter for the secrets in it.
    pub fn note_all(&self) {
        drop(self.all());
    }

    /// Every letter, taken out or not, the oldest first.
    #[must_use]
    pub fn all(&self) -> Vec<Letter> {
        let Ok(entries) = fs::read_dir(&self.folder) else { return Vec::new() };
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "eml"));
        paths.sort();
        let letters: Vec<Letter> = paths.iter().filter_map(|path| Letter::read(path)).collect();
        for letter in &letters {
            self.secrets.note_letter(&letter.text);
        }
        letters
    }

    /// Every letter to this address.
    #[must_use]
    pub fn all_to(&self, address: &str) -> Vec<Letter> {
        self.all().into_iter().filter(|letter| letter.to == address).collect()
    }

    /// Takes out the next letter to this address, waiting for it.
    pub async fn take(&self, address: &str) -> Letter {
        until(&format!("a letter to {address}"), async || self.try_take(address)).await
    }

    fn try_take(&self, address: &str) -> Option<Letter> {
        let mut taken = self.taken.lock().expect("no test panics while it holds the mailbox");
        let letter = self.all_to(address).into_iter().find(|letter| !taken.contains(&letter.path))?;
        taken.insert(letter.path.clone());
        Some(letter)
    }
}
