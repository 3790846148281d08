//! Where the portal's own texts of letters are kept.

use chrono::{DateTime, Utc};

use crate::{
    mail_template::{LetterKind, MailTemplate},
    ports::StoreError,
};

/// Reads texts of letters.
pub trait MailTemplateLookup {
    /// The text that an admin saved for letters of this kind.
    ///
    /// # Errors
    /// When the store fails.
    fn find(&mut self, kind: LetterKind) -> Result<Option<MailTemplate>, StoreError>;
}

/// Keeps texts of letters.
pub trait MailTemplateRepository: MailTemplateLookup {
    /// Saves a text for letters of this kind, in place of the one before.
    ///
    /// # Errors
    /// When the store fails.
    fn put(&mut self, kind: LetterKind, template: &MailTemplate, at: DateTime<Utc>)
    -> Result<(), StoreError>;
}
