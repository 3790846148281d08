//! Six-digit codes that prove an address (contract sections 2.2 and 10).

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use zeroize::Zeroizing;

use crate::{
    email::CanonicalAddress,
    id::EmailId,
    ports::Entropy,
    token::{PlainToken, TokenDigest},
};

/// Wrong tries that a code stands; after them even the right code is refused (contract O7).
pub const MAX_TRIES: u16 = 3;
/// How long a proved address waits for its password (contract O6).
pub const PROOF_WINDOW: TimeDelta = TimeDelta::minutes(15);

const DIGITS: usize = 6;
const CODES: u32 = 1_000_000;

/// A text that is not six digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be 6 digits")]
pub struct PlainCodeError;

/// A code in clear: in the letter, and as its reader types it. Never stored, never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct PlainCode(Zeroizing<String>);

impl PlainCode {
    /// Draws a code, each of the million as likely as any other.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        // The draws above the last full million would favour small codes, so they are drawn again.
        let fair = u32::MAX - u32::MAX % CODES;
        let drawn = loop {
            let mut bytes = [0; 4];
            entropy.fill(&mut bytes);
            let drawn = u32::from_le_bytes(bytes);
            if drawn < fair {
                break drawn;
            }
        };
        Self(Zeroizing::new(format!("{:06}", drawn % CODES)))
    }

    /// Reads what somebody typed; white space around it does not count.
    ///
    /// # Errors
    /// When it is not six ASCII digits.
    pub fn parse(text: &str) -> Result<Self, PlainCodeError> {
        let text = text.trim();
        if text.len() == DIGITS && text.bytes().all(|byte| byte.is_ascii_digit()) {
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeSubject {
    /// That a newcomer reads the mail of this address.
    Registration(CanonicalAddress),
    /// That a person reads the mail of an address he added.
    AddedAddress(EmailId),
}

impl CodeSubject {
    /// The kind of the subject, as a word for the store: `registration` or `added_address`.
    #[must_use]
    pub const fn purpose(&self) -> &'static str {
        match self {
            Self::Registration(_) => "registration",
            Self::AddedAddress(_) => "added_address",
        }
    }

    /// The subject among those of its kind, as a text for the store: the canonical address, or the UUID.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Registration(address) => address.as_str().to_owned(),
            Self::AddedAddress(email) => email.to_string(),
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
    /// Wrong tries so far, of the [`MAX_TRIES`] that it stands.
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
        if self.tries >= MAX_TRIES {
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
mod tests {
    use super::*;
    use crate::{email::EmailAddress, ports::mocks::CountingEntropy};

    const RIGHT: CodeMac = CodeMac::from_bytes([1; 32]);
    const OTHER: CodeMac = CodeMac::from_bytes([2; 32]);

    fn start() -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000, 0).unwrap()
    }

    fn code() -> VerificationCode {
        let address = EmailAddress::parse("ann@example.org").unwrap();
        let subject = CodeSubject::Registration(address.canonical().clone());
        VerificationCode::issue(subject, RIGHT, start(), TimeDelta::minutes(10))
    }

    #[test]
    fn a_code_has_six_digits() {
        let entropy = CountingEntropy::default();
        for _ in 0..100 {
            assert!(PlainCode::parse(PlainCode::generate(&entropy).reveal()).is_ok());
        }
        for text in ["", "12345", "1234567", "12345a", "１２３４５６"] {
            assert_eq!(PlainCode::parse(text), Err(PlainCodeError), "{text:?}");
        }
        assert_eq!(PlainCode::parse(" 123456\n").unwrap().reveal(), "123456");
    }

    #[test]
    fn the_right_code_proves_until_it_expires() {
        assert_eq!(code().check(&RIGHT, start() + TimeDelta::seconds(599)), Ok(()));
        assert_eq!(code().check(&RIGHT, start() + TimeDelta::minutes(10)), Err(CodeRefusal::Expired));
    }

    #[test]
    fn after_three_wrong_tries_even_the_right_code_is_refused() {
        assert_eq!(code().check(&OTHER, start()), Err(CodeRefusal::Wrong));
        let tried = VerificationCode { tries: 3, ..code() };
        assert_eq!(tried.check(&RIGHT, start()), Err(CodeRefusal::TooManyAttempts));
        assert_eq!(tried.check(&RIGHT, start() + TimeDelta::minutes(10)), Err(CodeRefusal::Expired));
    }

    #[test]
    fn a_new_code_starts_the_tries_again_and_kills_the_old_one() {
        let again = VerificationCode { tries: 3, ..code() }.reissue(OTHER, start(), TimeDelta::minutes(10));
        assert_eq!(again.check(&OTHER, start()), Ok(()));
        assert_eq!(again.check(&RIGHT, start()), Err(CodeRefusal::Wrong));
    }

    #[test]
    fn a_second_code_may_be_sent_after_the_cooldown() {
        let minute = TimeDelta::seconds(60);
        assert_eq!(
            code().cooldown_left(start() + TimeDelta::seconds(59), minute),
            Some(TimeDelta::seconds(1))
        );
        assert_eq!(code().cooldown_left(start() + minute, minute), None);
    }

    #[test]
    fn a_used_code_says_that_the_address_is_verified() {
        let token = PlainToken::presented("t");
        let used = code().proved(token.digest(), start());
        assert_eq!(used.check(&RIGHT, start()), Err(CodeRefusal::AlreadyVerified));
        assert_eq!(used.check(&RIGHT, start() + PROOF_WINDOW), Err(CodeRefusal::Expired));
    }

    #[test]
    fn a_proof_opens_the_last_step_for_fifteen_minutes() {
        let token = PlainToken::presented("t");
        assert_eq!(code().check_proof(None, start()), Err(ProofRefusal::Missing));
        let used = code().proved(token.digest(), start());
        assert_eq!(used.check_proof(None, start()), Ok(()));
        assert_eq!(used.check_proof(Some(&token), start()), Ok(()));
        assert_eq!(
            used.check_proof(Some(&PlainToken::presented("u")), start()),
            Err(ProofRefusal::WrongToken)
        );
        assert_eq!(used.check_proof(None, start() + PROOF_WINDOW), Err(ProofRefusal::Lapsed));
    }

    #[test]
    fn asking_for_another_code_does_not_undo_a_proof() {
        let used = code().proved(PlainToken::presented("t").digest(), start());
        let again = used.reissue(OTHER, start(), TimeDelta::minutes(10));
        assert_eq!(again.check_proof(None, start()), Ok(()));
        assert_eq!(again.check(&OTHER, start()), Ok(()));
    }
}
