//! What the server's master secret is for.

use crate::{
    code::{CodeMac, CodeSubject, PlainCode},
    id::LetterId,
    letter::{LetterSecret, SealedSecret},
};

/// A sealed secret that the key does not open: another key, another letter, or damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the secret cannot be opened with this key")]
pub struct UnsealError;

/// Encrypts what must wait in the store but not be read there: the codes and tokens of letters.
pub trait Sealer: Send + Sync {
    /// Encrypts the secret of a letter, bound to that letter.
    fn seal(&self, letter: LetterId, secret: &LetterSecret) -> SealedSecret;

    /// Decrypts it.
    ///
    /// # Errors
    /// When the key or the letter is another one, or the bytes were changed.
    fn open(&self, letter: LetterId, sealed: &SealedSecret) -> Result<LetterSecret, UnsealError>;
}

/// Authenticates six-digit codes, so that the store holds nothing that they could be guessed from.
pub trait CodeAuthenticator: Send + Sync {
    /// HMAC-SHA256 of the code and its subject under the server's key.
    fn mac(&self, subject: &CodeSubject, code: &PlainCode) -> CodeMac;
}
