//! Drawing, sending and trying the codes of the sign-up API (sign-up contract section 3, "Codes").

use chrono::{DateTime, TimeDelta, Utc};
use portico_domain::{
    code::{CodeMac, CodeRefusal, CodeSubject, PlainCode, VerificationCode},
    id::{LetterId, ProviderId},
    letter::{Letter, LetterSecret, OwedLetter, PhoneCode, Recipient, SealedSecret},
    ports::{Lock, StoreError, Transaction},
    signup::{Locale, Login, NotificationData, Provider, ProviderKind, Signup},
};

use super::faults::SystemCodeError;
use crate::ports::Ports;

/// How long after a code no other one is sent to the same account.
pub(super) const REISSUE_WINDOW: TimeDelta = TimeDelta::seconds(30);

/// Whom a code goes to.
pub(super) struct Addressee<'a> {
    pub(super) login: &'a Login,
    pub(super) notification: &'a NotificationData,
    pub(super) fcm_tokens: &'a [String],
    pub(super) locale: &'a Locale,
}

impl<'a> Addressee<'a> {
    pub(super) fn of(signup: &'a Signup) -> Self {
        Self {
            login: &signup.login,
            notification: &signup.notification,
            fcm_tokens: &signup.fcm_tokens,
            locale: &signup.locale,
        }
    }
}

/// What a code of this login proves.
pub(super) fn subject_of(provider: ProviderId, login: &Login) -> CodeSubject {
    CodeSubject::Signup { provider, login: login.clone() }
}

/// Where codes for somebody go; nothing when there is no such place.
pub(super) fn channel(kind: ProviderKind, notification: &NotificationData) -> Option<Recipient> {
    match kind {
        ProviderKind::Email | ProviderKind::Password => notification.address().map(Recipient::Mailbox),
        ProviderKind::Phone => {
            let number = notification.phone_sms.as_ref().or(notification.phone_push.first());
            number.cloned().map(Recipient::Phone)
        }
    }
}

/// A fresh code, with everything that sending it needs, and what stands for it where nobody has the login. All of it is
/// made ready before it is known which one it will be, so that both take the same time.
#[derive(Clone)]
pub(super) struct DrawnSystemCode {
    pub(super) code: PlainCode,
    subject: CodeSubject,
    mac: CodeMac,
    decoy: CodeMac,
    letter: LetterId,
    secret: SealedSecret,
    sent_at: DateTime<Utc>,
    life: TimeDelta,
}

impl DrawnSystemCode {
    /// Draws a code as the provider wants codes.
    pub(super) fn draw(ports: &Ports, provider: &Provider, login: &Login, now: DateTime<Utc>) -> Self {
        let (config, entropy) = (&provider.definition.config, ports.entropy.as_ref());
        let code = PlainCode::draw(config.code_shape, entropy);
        let subject = subject_of(provider.id, login);
        let letter = LetterId::generate(now, entropy);
        Self {
            mac: ports.codes.mac(&subject, &code),
            decoy: CodeMac::of_nothing(entropy),
            secret: ports.sealer.seal(letter, &LetterSecret::new(code.reveal())),
            code,
            subject,
            letter,
            sent_at: now,
            life: config.code_ttl,
        }
    }

    /// What it proves.
    pub(super) const fn subject(&self) -> &CodeSubject {
        &self.subject
    }

    /// The first instant at which its time is over.
    pub(super) fn expires_at(&self) -> DateTime<Utc> {
        self.sent_at + self.life
    }

    /// The letter that brings it; nothing when there is no way to its reader.
    pub(super) fn letter(
        &self,
        provider: &Provider,
        reader: &Addressee<'_>,
        event: &str,
    ) -> Option<OwedLetter> {
        let to = channel(provider.definition.kind, reader.notification)?;
        let (login, valid_seconds) = (reader.login.as_str().to_owned(), self.life.num_seconds());
        let letter = match to {
            Recipient::Mailbox(_) => Letter::SignupCode { login, valid_seconds },
            Recipient::Phone(_) | Recipient::Webhook(_) => Letter::PhoneCode(PhoneCode {
                provider: provider.definition.identifier.as_str().to_owned(),
                event: event.to_owned(),
                login,
                phone_sms: reader.notification.phone_sms.clone(),
                phone_push: reader.notification.phone_push.clone(),
                fcm_tokens: reader.fcm_tokens.to_vec(),
                locale: reader.locale.as_str().to_owned(),
                valid_seconds,
            }),
        };
        Some(OwedLetter {
            id: self.letter,
            to,
            letter,
            secret: Some(self.secret.clone()),
            created_at: self.sent_at,
            attempts: 0,
        })
    }

    /// Sends it: keeps its MAC as that of the one code of the login, and owes the letter. The caller holds the lock of
    /// the subject.
    pub(super) fn put(&self, tx: &mut dyn Transaction, letter: &OwedLetter) -> Result<(), StoreError> {
        self.keep(tx, self.mac)?;
        tx.outbox().add(letter)
    }

    /// Leaves the trace of a code that was never sent. The caller holds the lock of the subject.
    pub(super) fn put_decoy(&self, tx: &mut dyn Transaction) -> Result<(), StoreError> {
        self.keep(tx, self.decoy)
    }

    fn keep(&self, tx: &mut dyn Transaction, mac: CodeMac) -> Result<(), StoreError> {
        tx.codes().put(&VerificationCode::issue(self.subject.clone(), mac, self.sent_at, self.life))
    }
}

/// Whether codes are sent for this event.
pub(super) fn check_event(provider: &Provider, event: &str) -> Result<(), SystemCodeError> {
    if event.trim().is_empty() {
        return Err(SystemCodeError::EmptyEvent);
    }
    if provider.definition.config.send_code_events.iter().any(|known| known == event) {
        return Ok(());
    }
    Err(SystemCodeError::UnknownEvent(event.to_owned()))
}

/// Whoever signs in with this login, under the lock of his person: nobody else changes him, or sends or uses one of his
/// codes, until the transaction ends.
pub(super) fn lock_account(
    tx: &mut dyn Transaction,
    provider: ProviderId,
    login: &Login,
) -> Result<Option<Signup>, StoreError> {
    let Some(found) = tx.signups().find_by_login(provider, login)? else { return Ok(None) };
    tx.lock(&Lock::User(found.user))?;
    // Whoever held the lock may have changed him, removed him, or given him to another person.
    let again = tx.signups().find_by_login(provider, login)?;
    Ok(again.filter(|again| again.user == found.user))
}

/// What came of trying a code. None of it is an error of the store: a wrong try must be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tried {
    /// It is the right one. It is not used up by this.
    Right,
    /// It is another one; the try has been counted.
    Wrong,
    /// It is another one, and the last that the code stood; or it stood its last one before.
    TooMany,
    /// There is none to compare with: none was sent, or its time is over.
    None,
}

impl Tried {
    /// What whoever must show the right code is told.
    pub(super) const fn demand_right(self) -> Result<(), SystemCodeError> {
        match self {
            Self::Right => Ok(()),
            Self::Wrong | Self::None => Err(SystemCodeError::InvalidCode),
            Self::TooMany => Err(SystemCodeError::TooManyTries),
        }
    }
}

/// Tries a code. A wrong try is counted before anybody else can try; it counts as long as the transaction is kept.
pub(super) fn try_code(
    tx: &mut dyn Transaction,
    subject: &CodeSubject,
    mac: &CodeMac,
    now: DateTime<Utc>,
) -> Result<Tried, StoreError> {
    tx.lock(&Lock::Code(subject.clone()))?;
    for _ in 0..=subject.max_tries() {
        let Some(code) = tx.codes().find(subject)? else { return Ok(Tried::None) };
        match code.check(mac, now) {
            Ok(()) => return Ok(Tried::Right),
            Err(CodeRefusal::TooManyAttempts) => return Ok(Tried::TooMany),
            Err(CodeRefusal::Expired | CodeRefusal::AlreadyVerified) => return Ok(Tried::None),
            Err(CodeRefusal::Wrong) => {}
        }
        match tx.codes().count_try(&code) {
            // Somebody else tried at this moment: the code may be dead by now.
            Err(StoreError::Stale) => {}
            Ok(()) if code.tries + 1 >= subject.max_tries() => return Ok(Tried::TooMany),
            outcome => return outcome.map(|()| Tried::Wrong),
        }
    }
    Err(StoreError::Stale)
}

/// What whoever shows a code is told once the work is done: one that somebody else used up at the same moment is wrong.
pub(super) fn or_invalid(
    outcome: Result<Result<(), SystemCodeError>, StoreError>,
) -> Result<(), SystemCodeError> {
    match outcome {
        Err(StoreError::Stale) => Err(SystemCodeError::InvalidCode),
        outcome => outcome?,
    }
}

/// Uses a code up that was right; `Stale` when somebody else did so at the same moment.
pub(super) fn use_up(tx: &mut dyn Transaction, subject: &CodeSubject) -> Result<(), StoreError> {
    let code = tx.codes().find(subject)?.ok_or(StoreError::Stale)?;
    // Removing tells nobody whether the code was still there; counting does, and of two at a time lets one through.
    tx.codes().count_try(&code)?;
    tx.codes().remove(subject)
}

#[cfg(test)]
mod tests;
