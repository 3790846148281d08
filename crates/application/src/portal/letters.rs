//! The portal's letters, in the words of its admins (portal contract section 7).

use std::sync::Arc;

use chrono::{DateTime, Utc};
use portico_domain::{
    email::EmailAddress,
    letter::Letter,
    mail_template::{
        CheckedTemplate, Language, LetterKind, LetterValues, MailTemplate, TemplateError, WrittenLetter,
    },
    policy::Policy,
    ports::{StoreError, Transaction},
    profile::MemberRecord,
};

use crate::ports::Ports;

/// Owes a member a letter of this kind; one without an address gets none. Where the saved wording cannot be written
/// for him, he gets the built-in one. `link` belongs to [`LetterKind::EmailVerification`] alone.
pub(crate) fn owe_letter(
    ports: &Ports,
    tx: &mut dyn Transaction,
    kind: LetterKind,
    member: &MemberRecord,
    link: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(address) = member.address() else { return Ok(()) };
    let wording = Wording::find(ports, tx, kind)?;
    let written = match wording.write(tx, member, link)? {
        Ok(written) => Ok(written),
        Err(fault) => {
            tracing::warn!(kind = kind.as_str(), %fault, "the saved letter gives way to the built-in one");
            Wording::built_in(ports, kind).write(tx, member, link)?
        }
    };
    match written {
        Ok(written) => owe_written(ports, tx, kind, address, &written, now),
        Err(fault) => {
            // A letter never undoes what it tells of.
            tracing::error!(kind = kind.as_str(), %fault, "the built-in letter cannot be written");
            Ok(())
        }
    }
}

/// Owes a letter that was written before; it waits sealed as a whole.
pub(crate) fn owe_written(
    ports: &Ports,
    tx: &mut dyn Transaction,
    kind: LetterKind,
    to: &EmailAddress,
    written: &WrittenLetter,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    tx.outbox().add(&ports.letter(to.clone(), letter(kind), Some(&written.to_secret()), now))
}

/// How letters of one kind are worded.
pub(crate) struct Wording {
    policy: Arc<Policy>,
    kind: LetterKind,
    /// What an admin saved; nothing when nobody did.
    saved: Option<Result<CheckedTemplate, TemplateError>>,
}

impl Wording {
    /// The wording that an admin saved, else the built-in one.
    pub(crate) fn find(
        ports: &Ports,
        tx: &mut dyn Transaction,
        kind: LetterKind,
    ) -> Result<Self, StoreError> {
        let saved = tx.mail_templates().find(kind)?;
        let saved = saved.map(|template| template.check(kind));
        Ok(Self { saved, ..Self::built_in(ports, kind) })
    }

    fn built_in(ports: &Ports, kind: LetterKind) -> Self {
        Self { policy: Arc::clone(&ports.policy), kind, saved: None }
    }

    /// A letter to this member; the built-in one is in his language. The inner error says why it cannot be written.
    pub(crate) fn write(
        &self,
        tx: &mut dyn Transaction,
        member: &MemberRecord,
        link: Option<&str>,
    ) -> Result<Result<WrittenLetter, TemplateError>, StoreError> {
        let values = LetterValues::of(member, link, |at| self.policy.portal.local_time(at));
        if let Some(saved) = &self.saved {
            return Ok(saved.as_ref().map_err(Clone::clone).and_then(|saved| saved.render(&values)));
        }
        let user = tx.users().find(member.profile.user)?;
        let language = Language::of(user.as_ref().and_then(|user| user.locale.as_deref()));
        let template = MailTemplate::built_in(self.kind, language);
        Ok(template.check(self.kind).and_then(|built_in| built_in.render(&values)))
    }
}

const fn letter(kind: LetterKind) -> Letter {
    match kind {
        LetterKind::EmailVerification => Letter::EmailVerification,
        LetterKind::AfterRegistration => Letter::AfterRegistration,
        LetterKind::PaymentReceipt => Letter::PaymentReceipt,
        LetterKind::PaymentReminder => Letter::PaymentReminder,
    }
}

#[cfg(test)]
mod tests;
