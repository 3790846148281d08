//! Sending six-digit codes, and trying them.

use chrono::{DateTime, TimeDelta, Utc};
use portico_domain::{
    code::{CodeMac, CodeRefusal, CodeSubject, PlainCode, VerificationCode},
    email::{Email, EmailAddress},
    letter::{Letter, LetterSecret, OwedLetter},
    ports::{StoreError, Transaction},
};

use crate::ports::Ports;

/// A fresh code: what is kept of it, and the letter that brings it.
#[derive(Clone)]
pub(crate) struct DrawnCode {
    pub(crate) mac: CodeMac,
    pub(crate) letter: OwedLetter,
}

impl DrawnCode {
    /// Draws a code for an address that somebody added, to be mailed there.
    pub(crate) fn for_added(ports: &Ports, email: &Email, now: DateTime<Utc>) -> Self {
        let letter = Letter::AddedAddressCode { valid_minutes: valid_minutes(ports) };
        Self::draw(ports, &CodeSubject::AddedAddress(email.id), letter, &email.address, now)
    }

    fn draw(
        ports: &Ports,
        subject: &CodeSubject,
        letter: Letter,
        to: &EmailAddress,
        now: DateTime<Utc>,
    ) -> Self {
        let code = PlainCode::generate(ports.entropy.as_ref());
        let secret = LetterSecret::new(code.reveal());
        Self {
            mac: ports.codes.mac(subject, &code),
            letter: ports.letter(to.clone(), letter, Some(&secret), now),
        }
    }

    /// The same, mailed to the address as its holder spells it: another spelling may reach somebody else's mailbox.
    fn to(mut self, address: EmailAddress) -> Self {
        self.letter.to = address.into();
        self
    }
}

fn valid_minutes(ports: &Ports) -> i64 {
    ports.policy.lifetimes.registration_code.num_minutes()
}

/// What may be sent to the address of a registration: a code, or, where the address has an account, the advice to
/// use it, together with a code that nobody can know (contract O5). Both are made ready before it is known which one
/// it will be, so that both take the same time.
#[derive(Clone)]
pub(crate) struct RegistrationMail {
    code: DrawnCode,
    advice: DrawnCode,
}

impl RegistrationMail {
    pub(crate) fn draw(ports: &Ports, subject: &CodeSubject, to: &EmailAddress, now: DateTime<Utc>) -> Self {
        let advice = DrawnCode {
            mac: CodeMac::of_nothing(ports.entropy.as_ref()),
            letter: ports.letter(to.clone(), Letter::AlreadyRegistered, None, now),
        };
        let letter = Letter::RegistrationCode { valid_minutes: valid_minutes(ports) };
        Self { code: DrawnCode::draw(ports, subject, letter, to, now), advice }
    }

    /// The one to send to `address` as things stand.
    pub(crate) fn choose(
        &self,
        tx: &mut dyn Transaction,
        address: &EmailAddress,
    ) -> Result<DrawnCode, StoreError> {
        let Some(holder) = tx.emails().find_holder(address.canonical())? else {
            return Ok(self.code.clone());
        };
        // A provisioned address waits for its owner: he completes the account by registering (contract O49).
        let drawn = if holder.is_verified() { &self.advice } else { &self.code };
        Ok(drawn.clone().to(holder.address))
    }
}

/// Sends a code: keeps its MAC as the one of `subject`, and owes the letter.
pub(crate) fn send_code(
    tx: &mut dyn Transaction,
    subject: &CodeSubject,
    previous: Option<VerificationCode>,
    drawn: &DrawnCode,
    life: TimeDelta,
) -> Result<(), StoreError> {
    let now = drawn.letter.created_at;
    let code = match previous {
        Some(previous) => previous.reissue(drawn.mac, now, life),
        None => VerificationCode::issue(subject.clone(), drawn.mac, now, life),
    };
    tx.codes().put(&code)?;
    tx.outbox().add(&drawn.letter)
}

/// What came of trying a code. None of it is an error of the store: a wrong try must be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TriedCode {
    /// It is the right one.
    Right(VerificationCode),
    /// None was ever sent.
    NoCode,
    /// It proves nothing; a wrong one has been counted.
    Refused(CodeRefusal),
}

/// Tries a code. The caller holds the lock of the address.
pub(crate) fn try_code(
    tx: &mut dyn Transaction,
    subject: &CodeSubject,
    presented: &CodeMac,
    now: DateTime<Utc>,
) -> Result<TriedCode, StoreError> {
    let Some(code) = tx.codes().find(subject)? else { return Ok(TriedCode::NoCode) };
    match code.check(presented, now) {
        Ok(()) => Ok(TriedCode::Right(code)),
        Err(refusal) => {
            if refusal == CodeRefusal::Wrong {
                tx.codes().count_try(&code)?;
            }
            Ok(TriedCode::Refused(refusal))
        }
    }
}
