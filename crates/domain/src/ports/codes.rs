//! Where six-digit codes are kept.

use crate::{
    code::{CodeSubject, VerificationCode},
    ports::StoreError,
};

/// Reads six-digit codes.
pub trait CodeLookup {
    /// The one code of a subject, live or not.
    ///
    /// # Errors
    /// When the store fails.
    fn find(&mut self, subject: &CodeSubject) -> Result<Option<VerificationCode>, StoreError>;
}

/// Keeps six-digit codes, one for each subject.
pub trait CodeRepository: CodeLookup {
    /// Keeps this code as the one of its subject, in place of any before it.
    ///
    /// # Errors
    /// When the store fails.
    fn put(&mut self, code: &VerificationCode) -> Result<(), StoreError>;

    /// Counts a wrong try of the code as it was read, exactly once (contract O7).
    ///
    /// # Errors
    /// `Stale` when the tries at rest are no longer those of `code`, or the subject has no code any more.
    fn count_try(&mut self, code: &VerificationCode) -> Result<(), StoreError>;

    /// Removes the code of a subject, if there is one.
    ///
    /// # Errors
    /// When the store fails.
    fn remove(&mut self, subject: &CodeSubject) -> Result<(), StoreError>;
}
