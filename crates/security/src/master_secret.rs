//! The one secret that the operator keeps, and the keys made from it.

mod file;

use std::{fmt, io, path::PathBuf, sync::Arc};

use portico_domain::{
    code::{CodeMac, CodeSubject, PlainCode},
    id::LetterId,
    letter::{LetterSecret, SealedSecret},
    ports::{CodeAuthenticator, Entropy as _, Sealer, UnsealError},
};
use ring::{
    aead::{self, Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hkdf, hmac,
};
use zeroize::Zeroizing;

use crate::entropy::SystemEntropy;

/// The fewest bytes that a master secret may have.
pub const MIN_SECRET_BYTES: usize = 32;

/// What every key derivation begins with, so that the same text used in another program gives other keys.
const SALT: &[u8] = b"portico";
/// Labels the key that seals letters.
const SEALING: &[u8] = b"letter sealing v1";
/// Labels the key that authenticates codes.
const CODES: &[u8] = b"code authentication v1";
/// Labels the key that signs access tokens of the sign-up API.
pub(crate) const ACCESS_TOKENS: &[u8] = b"access token signing v1";
/// Labels the key that authenticates refresh tokens of the sign-up API.
pub(crate) const REFRESH_TOKENS: &[u8] = b"refresh token authentication v1";
/// Labels the key that the secrets of webhooks follow from.
pub(crate) const WEBHOOK_SECRETS: &[u8] = b"webhook secret derivation v1";
/// The first byte of everything sealed: which algorithm and which key it was sealed with.
const SEAL_VERSION: u8 = 1;

/// Why there is no master secret.
#[derive(Debug, thiserror::Error)]
pub enum MasterSecretError {
    /// The text can be guessed too easily.
    #[error("must be at least {MIN_SECRET_BYTES} bytes")]
    TooShort,
    /// The file is there but cannot be read.
    #[error("cannot read the secret in {}: {source}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file holds no secret that could be used: it is empty, too short or not text.
    #[error("the secret in {} must be a text of at least {MIN_SECRET_BYTES} bytes", path.display())]
    Unusable {
        /// Which file.
        path: PathBuf,
    },
    /// There is no such file, and it cannot be made.
    #[error("cannot create the secret in {}: {source}", path.display())]
    NotCreated {
        /// Which file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

/// The server's master secret. Every use has a key of its own, derived by HKDF-SHA256 under a label.
#[derive(Clone)]
pub struct MasterSecret(Arc<Zeroizing<Vec<u8>>>);

impl MasterSecret {
    /// Takes a secret from the settings; white space around it does not count.
    ///
    /// # Errors
    /// When fewer than [`MIN_SECRET_BYTES`] bytes are left.
    pub fn from_text(text: &str) -> Result<Self, MasterSecretError> {
        let text = text.trim();
        if text.len() < MIN_SECRET_BYTES {
            return Err(MasterSecretError::TooShort);
        }
        Ok(Self(Arc::new(Zeroizing::new(text.as_bytes().to_vec()))))
    }

    /// The key for one use.
    pub(crate) fn derive<T, L>(&self, label: &[u8], length: L) -> T
    where
        L: hkdf::KeyType,
        T: for<'a> From<hkdf::Okm<'a, L>>,
    {
        let labels = [label];
        let pseudo_random = hkdf::Salt::new(hkdf::HKDF_SHA256, SALT).extract(&self.0);
        // HKDF gives up to 8160 bytes, and no key here has more than 32.
        let Ok(material) = pseudo_random.expand(&labels, length) else { unreachable!("a key is short") };
        T::from(material)
    }

    fn sealing_key(&self) -> LessSafeKey {
        LessSafeKey::new(self.derive::<UnboundKey, &'static aead::Algorithm>(SEALING, &CHACHA20_POLY1305))
    }
}

impl fmt::Debug for MasterSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterSecret(…)")
    }
}

impl Sealer for MasterSecret {
    fn seal(&self, letter: LetterId, secret: &LetterSecret) -> SealedSecret {
        let mut nonce = [0; NONCE_LEN];
        SystemEntropy.fill(&mut nonce);
        let mut text = Zeroizing::new(secret.reveal().as_bytes().to_vec());
        let sealed = self.sealing_key().seal_in_place_separate_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(letter.uuid().as_bytes()),
            &mut text,
        );
        // Only a text of more than 256 GiB cannot be sealed.
        let Ok(tag) = sealed else { unreachable!("a letter's secret is short") };
        SealedSecret::from_bytes([&[SEAL_VERSION], &nonce[..], &text, tag.as_ref()].concat())
    }

    fn open(&self, letter: LetterId, sealed: &SealedSecret) -> Result<LetterSecret, UnsealError> {
        let (version, rest) = sealed.as_bytes().split_first().ok_or(UnsealError)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_LEN>().ok_or(UnsealError)?;
        if *version != SEAL_VERSION {
            return Err(UnsealError);
        }
        let mut buffer = Zeroizing::new(sealed.to_vec());
        let text = self
            .sealing_key()
            .open_in_place(
                Nonce::assume_unique_for_key(*nonce),
                Aad::from(letter.uuid().as_bytes()),
                &mut buffer,
            )
            .map_err(|_| UnsealError)?;
        str::from_utf8(text).map(LetterSecret::new).map_err(|_| UnsealError)
    }
}

impl CodeAuthenticator for MasterSecret {
    fn mac(&self, subject: &CodeSubject, code: &PlainCode) -> CodeMac {
        let key: hmac::Key = self.derive(CODES, hmac::HMAC_SHA256);
        let mut context = hmac::Context::with_key(&key);
        for field in [subject.purpose(), &subject.key(), code.reveal()] {
            // The length in front keeps two lists of fields from being read as one another.
            context.update(&(field.len() as u64).to_be_bytes());
            context.update(field.as_bytes());
        }
        let mut mac = [0; 32];
        mac.copy_from_slice(context.sign().as_ref());
        CodeMac::from_bytes(mac)
    }
}

#[cfg(test)]
mod tests;
