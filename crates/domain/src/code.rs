//! Short codes: six digits that prove an address (contract sections 2.2 and 10), and the codes of the sign-up API, whose
//! shape each provider chooses (sign-up contract section 3).

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use zeroize::Zeroizing;

use crate::{
    email::CanonicalAddress,
    id::{EmailId, ProviderId},
    ports::Entropy,
    signup::Login,
    token::{PlainToken, TokenDigest},
};

/// Wrong tries that a code for an address stands; after them even the right code is refused (contract O7).
pub const MAX_TRIES: u16 = 3;
/// Wrong tries that a code of the sign-up API stands (sign-up contract section 3).
pub const MAX_SIGNUP_TRIES: u16 = 5;
/// How long a proved address waits for its password (contract O6).
pub const PROOF_WINDOW: TimeDelta = TimeDelta::minutes(15);

/// The digits, then the capitals.
const ALPHABET: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// What a code looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeShape {
    /// How many characters it has.
    pub length: u8,
    /// Whether they are digits; else digits and Latin capitals.
    pub digits_only: bool,
}

impl CodeShape {
    /// Six digits: what proves an address.
    pub const SIX_DIGITS: Self = Self { length: 6, digits_only: true };

    const fn alphabet(self) -> &'static [u8] {
        if self.digits_only { ALPHABET.split_at(10).0 } else { ALPHABET }
    }
}

/// A text that is not six digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be 6 digits")]
pub struct PlainCodeError;

/// A code in clear: in the letter, and as its reader types it. Never stored, never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct PlainCode(Zeroizing<String>);

impl PlainCode {
    /// Draws six digits, each code as likely as any other.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self::draw(CodeShape::SIX_DIGITS, entropy)
    }

    /// Draws a code of a shape, each as likely as any other.
    #[must_use]
    pub fn draw(shape: CodeShape, entropy: &dyn Entropy) -> Self {
        let alphabet = shape.alphabet();
        // The bytes above the last full round of the alphabet would favour its beginning, so they are drawn again.
        let fair = usize::from(u8::MAX) + 1 - (usize::from(u8::MAX) + 1) % alphabet.len();
        let mut code = Zeroizing::new(String::with_capacity(shape.length.into()));
        while code.len() < shape.length.into() {
            let mut byte = [0];
            entropy.fill(&mut byte);
            let drawn = usize::from(byte[0]);
            if drawn < fair {
                code.push(alphabet[drawn % alphabet.len()].into());
            }
        }
        Self(code)
    }

    /// Takes what somebody presents as a code of the sign-up API: any text, to be compared only. White space around it
    /// does not count.
    #[must_use]
    pub fn presented(text: &str) -> Self {
        Self(Zeroizing::new(text.trim().to_owned()))
    }

    /// Reads what somebody typed; white space around it does not count.
    ///
    /// # Errors
    /// When it is not six ASCII digits.
    pub fn parse(text: &str) -> Result<Self, PlainCodeError> {
        let text = text.trim();
        if text.len() == usize::from(CodeShape::SIX_DIGITS.length)
            && text.bytes().all(|byte| byte.is_ascii_digit())
        {
            Ok(Self(Zeroizing::new(text.to_owned())))
        } else {
            Err(PlainCodeError)
        }
    }

    /// The digits, for the letter.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PlainCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlainCode(…)")
    }
}

/// HMAC-SHA256 of a code and its subject under the server's key: a bare digest of six digits could be tried out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CodeMac([u8; 32]);

impl CodeMac {
    /// Takes the 32 bytes of a MAC, from the authenticator or the store.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes at rest.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A MAC that no code has: for an address that must not be told apart (contract O5).
    #[must_use]
    pub fn of_nothing(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 32];
        entropy.fill(&mut bytes);
        Self(bytes)
    }
}

impl fmt::Debug for CodeMac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeMac(…)")
    }
}

/// What a code is to prove.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CodeSubject {
    /// That a newcomer reads the mail of this address.
    Registration(CanonicalAddress),
    /// That a person reads the mail of an address he added.
    AddedAddress(EmailId),
    /// That whoever signs in at a provider with this login, to the letter, reads what is sent to him.
    Signup {
        /// The provider.
        provider: ProviderId,
        /// The login.
        login: Login,
    },
}

impl CodeSubject {
    /// The kind of the subject, as a word for the store: `registration`, `added_address` or `signup`.
    #[must_use]
    pub const fn purpose(&self) -> &'static str {
        match self {
            Self::Registration(_) => "registration",
            Self::AddedAddress(_) => "added_address",
            Self::Signup { .. } => "signup",
        }
    }

    /// The subject among those of its kind, as a text for the store: the canonical address, the UUID, or the number of
    /// the provider and the login.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Registration(address) => address.as_str().to_owned(),
            Self::AddedAddress(email) => email.to_string(),
            Self::Signup { provider, login } => format!("{provider}:{login}"),
        }
    }

    /// Wrong tries that its code stands.
    #[must_use]
    pub const fn max_tries(&self) -> u16 {
        match self {
            Self::Registration(_) | Self::AddedAddress(_) => MAX_TRIES,
            Self::Signup { .. } => MAX_SIGNUP_TRIES,
        }
    }
}

/// Why a code proved nothing (contract O7; the order of the checks is that of [`VerificationCode::check`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeRefusal {
    /// The address has been proved, and no new code was sent since (contract O5).
    #[error("the address is verified already")]
    AlreadyVerified,
    /// Its time is over.
    #[error("the code has expired")]
    Expired,
    /// It was tried too often.
    #[error("too many wrong codes were entered")]
    TooManyAttempts,
    /// It is another one. This try counts.
    #[error("the code is wrong")]
    Wrong,
}

/// Why a password cannot be set for a newcomer's address yet (contract O6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofRefusal {
    /// Nobody has proved the address.
    #[error("the address has not been verified")]
    Missing,
    /// It was proved too long ago.
    #[error("the verification has expired")]
    Lapsed,
    /// The proof belongs to somebody else's token.
    #[error("the verification token is wrong")]
    WrongToken,
}

/// That an address was proved, and by whom: the holder of the verification token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof {
    /// When.
    pub at: DateTime<Utc>,
    /// What the prover was given to show.
    pub token: TokenDigest,
}

/// The one live code of a subject, and what came of it. Nothing else is kept of a registration until its last step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerificationCode {
    /// What it is to prove.
    pub subject: CodeSubject,
    /// What is kept of the code; nothing once it has done its work.
    pub mac: Option<CodeMac>,
    /// Wrong tries so far, of those that it stands.
    pub tries: u16,
    /// When it was last sent.
    pub sent_at: DateTime<Utc>,
    /// The first instant at which its time is over.
    pub expires_at: DateTime<Utc>,
    /// The proof that it, or an earlier code, gave.
    pub proof: Option<Proof>,
}

impl VerificationCode {
    /// The first code of a subject, sent at `now` and good for `life`.
    #[must_use]
    pub fn issue(subject: CodeSubject, mac: CodeMac, now: DateTime<Utc>, life: TimeDelta) -> Self {
        Self { subject, mac: Some(mac), tries: 0, sent_at: now, expires_at: now + life, proof: None }
    }

    /// The same subject's next code: the tries start again, the old code is dead. A proof already given stays, so
    /// that nobody can undo another's verification by asking for codes.
    #[must_use]
    pub fn reissue(self, mac: CodeMac, now: DateTime<Utc>, life: TimeDelta) -> Self {
        Self { proof: self.proof, ..Self::issue(self.subject, mac, now, life) }
    }

    /// How long no further code may be sent; nothing when one may (contract O8).
    #[must_use]
    pub fn cooldown_left(&self, now: DateTime<Utc>, cooldown: TimeDelta) -> Option<TimeDelta> {
        let left = self.sent_at + cooldown - now;
        (left > TimeDelta::zero()).then_some(left)
    }

    /// Compares a presented code with the one that was sent.
    ///
    /// # Errors
    /// Of a used code `AlreadyVerified` as long as its proof is fresh, then `Expired`; of others in the order of
    /// contract O7: `Expired`, `TooManyAttempts`, `Wrong`. After `Wrong` the caller counts the try.
    pub fn check(&self, presented: &CodeMac, now: DateTime<Utc>) -> Result<(), CodeRefusal> {
        let Some(mac) = &self.mac else {
            let fresh = self.proof.is_some_and(|proof| now < proof.at + PROOF_WINDOW);
            return Err(if fresh { CodeRefusal::AlreadyVerified } else { CodeRefusal::Expired });
        };
        if now >= self.expires_at {
            return Err(CodeRefusal::Expired);
        }
        if self.tries >= self.subject.max_tries() {
            return Err(CodeRefusal::TooManyAttempts);
        }
        if mac != presented {
            return Err(CodeRefusal::Wrong);
        }
        Ok(())
    }

    /// The code after it was used: dead, with the proof it gave to the holder of `token`.
    #[must_use]
    pub fn proved(self, token: TokenDigest, now: DateTime<Utc>) -> Self {
        Self { mac: None, proof: Some(Proof { at: now, token }), ..self }
    }

    /// Whether the address may get its password now (contract O6). Who shows a token must show the right one.
    ///
    /// # Errors
    /// `Missing` when the address was never proved, `Lapsed` when too long ago, `WrongToken` when by the holder of
    /// another token.
    pub fn check_proof(&self, token: Option<&PlainToken>, now: DateTime<Utc>) -> Result<(), ProofRefusal> {
        let proof = self.proof.ok_or(ProofRefusal::Missing)?;
        if now >= proof.at + PROOF_WINDOW {
            return Err(ProofRefusal::Lapsed);
        }
        if token.is_some_and(|token| token.digest() != proof.token) {
            return Err(ProofRefusal::WrongToken);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
