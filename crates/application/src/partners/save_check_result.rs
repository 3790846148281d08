//! Keeping the result of a check.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use portico_domain::{
    email::{EmailAddress, EmailState},
    id::{CheckResultId, UserId},
    letter::{Letter, LetterSecret, OwedLetter},
    partner::{
        CheckResult, Claim, Dictation, DictationId, FieldFault, FieldFaults, Given, IdempotencyKey,
        IdempotentRequest, Model, Partner, PartnerField, PartnerNews, RequestDigest, ResultText,
    },
    ports::{
        Consistency, DictationLookup, EmailLookup, PartnerLookup, Snapshot, StoreError, StoreExt as _,
        Transaction,
    },
    token::PlainToken,
};

use super::{
    caller::{Caller, note_use},
    events::announce,
    faults::PartnerCallError,
};
use crate::ports::Ports;

/// A call as it came: each field, or what is wrong with it.
#[derive(Clone, Debug)]
pub struct SaveCheckResultRequest {
    /// Who calls.
    pub key: Given<PlainToken>,
    /// Who wrote.
    pub user: Given<UserId>,
    /// What dictation.
    pub dictation: Given<DictationId>,
    /// What he wrote.
    pub text: Given<ResultText>,
    /// What was found.
    pub model: Given<Model>,
    /// Whether a link to the result is mailed to him.
    pub send_email: Given<bool>,
    /// The name of the call, if it has one.
    pub idempotency_key: Option<IdempotencyKey>,
}

/// Why a result was not kept.
#[derive(Debug, thiserror::Error)]
pub enum SaveCheckResultError {
    /// Another call has the same `Idempotency-Key` (partner contract, `save_check_result`).
    #[error("another call has this Idempotency-Key")]
    KeyTaken,
    /// The call came to nothing for another reason.
    #[error(transparent)]
    Call(#[from] PartnerCallError),
}

impl From<StoreError> for SaveCheckResultError {
    fn from(error: StoreError) -> Self {
        Self::Call(error.into())
    }
}

/// Keeps the result of a check (partner contract, `save_check_result`).
#[derive(Clone)]
pub struct SaveCheckResult {
    ports: Ports,
}

impl SaveCheckResult {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Keeps it, and mails the link if that was asked for. A call that was done before is done no second time.
    ///
    /// # Errors
    /// When fields are faulty, the name of the call is another's, or the store fails.
    pub async fn execute(&self, request: SaveCheckResultRequest) -> Result<(), SaveCheckResultError> {
        let now = self.ports.clock.now();
        let page_token = self.page_token(&request);
        let saving = Arc::new(Saving { ports: self.ports.clone(), page_token, request, now });
        let looking = Arc::clone(&saving);
        // The writer is not to be had without a key.
        self.ports.store.read(Consistency::Latest, move |seen| looking.look(seen)).await?;
        let caller = self.ports.store.write(move |tx| saving.save(tx)).await?;
        note_use(&self.ports, caller, now).await;
        Ok(())
    }

    /// The token of the page, when a link to it is wanted.
    fn page_token(&self, request: &SaveCheckResultRequest) -> Option<PlainToken> {
        let is_mailed = request.send_email == Ok(true);
        is_mailed.then(|| PlainToken::generate("", self.ports.entropy.as_ref()))
    }
}

/// One call at work.
struct Saving {
    ports: Ports,
    request: SaveCheckResultRequest,
    page_token: Option<PlainToken>,
    now: DateTime<Utc>,
}

impl Saving {
    /// Refuses what needs no writing to be refused: whatever has no key that opens anything, or is faulty in itself.
    fn look(&self, seen: &mut dyn Snapshot) -> Result<(), PartnerCallError> {
        let (caller, mut faults) = self.caller(seen.partners())?;
        if faults.is_empty() {
            return Ok(());
        }
        self.user(seen.partners(), &caller, &mut faults)?;
        self.dictation(seen.dictations(), &caller, &mut faults)?;
        Err(faults.into())
    }

    fn save(&self, tx: &mut dyn Transaction) -> Result<Caller, SaveCheckResultError> {
        let (caller, mut faults) = self.caller(tx.partners())?;
        if let Some(partner) = caller.admitted()
            && self.is_repeated(tx, partner)?
        {
            return Ok(caller);
        }
        let user = self.user(tx.partners(), &caller, &mut faults)?;
        let dictation = self.dictation(tx.dictations(), &caller, &mut faults)?;
        let (true, Some(partner), Some(user), Some(dictation), Ok(text), Ok(model)) =
            (faults.is_empty(), caller.admitted(), user, dictation, &self.request.text, &self.request.model)
        else {
            return Err(PartnerCallError::Faulty(faults).into());
        };
        let letter = self.letter(tx.emails(), partner, &dictation, user)?;
        let page_token = self.page_token.as_ref().filter(|_| letter.is_some()).map(PlainToken::digest);
        let result = CheckResult {
            id: CheckResultId::generate(self.now, self.ports.entropy.as_ref()),
            partner: partner.id,
            user,
            dictation: dictation.id.clone(),
            text: text.clone(),
            model: model.clone(),
            page_token,
            created_at: self.now,
        };
        tx.check_results().add(&result)?;
        if let Some(letter) = &letter {
            tx.outbox().add(letter)?;
        }
        let news = PartnerNews::CheckResultSaved { result: result.id, user, dictation: dictation.id };
        announce(tx, &self.ports, partner.id, &news, self.now)?;
        Ok(caller)
    }

    /// Who calls, and what is wrong with the key and with the fields themselves.
    fn caller(&self, partners: &mut dyn PartnerLookup) -> Result<(Caller, FieldFaults), StoreError> {
        let SaveCheckResultRequest { key, user, dictation, text, model, send_email, .. } = &self.request;
        let mut faults = FieldFaults::default();
        let caller = Caller::find(partners, key, &mut faults, self.now)?;
        let wrong = [
            (PartnerField::User, user.err()),
            (PartnerField::Dict, dictation.as_ref().err().copied()),
            (PartnerField::Text, text.as_ref().err().copied()),
            (PartnerField::Model, model.as_ref().err().copied()),
            (PartnerField::SendEmailToUser, send_email.err()),
        ];
        for (field, fault) in wrong {
            if let Some(fault) = fault {
                faults.note(field, fault);
            }
        }
        Ok((caller, faults))
    }

    /// Whether this call was done before. A faulty one never was.
    fn is_repeated(&self, tx: &mut dyn Transaction, partner: &Partner) -> Result<bool, SaveCheckResultError> {
        let (Some(key), Some(digest)) = (&self.request.idempotency_key, self.digest()) else {
            return Ok(false);
        };
        let request = IdempotentRequest { partner: partner.id, key: key.clone(), digest, at: self.now };
        match tx.idempotency_keys().claim(&request)? {
            Claim::New => Ok(false),
            Claim::Repeated => Ok(true),
            Claim::Taken => Err(SaveCheckResultError::KeyTaken),
        }
    }

    /// What the call asks for, the partner's key left out: it may have been rotated meanwhile.
    fn digest(&self) -> Option<RequestDigest> {
        let SaveCheckResultRequest { user, dictation, text, model, send_email, .. } = &self.request;
        let user = user.ok()?.to_string();
        let send_email = if (*send_email).ok()? { "1" } else { "0" };
        let (dictation, text, model) = (dictation.as_ref(), text.as_ref(), model.as_ref());
        Some(RequestDigest::of(&[
            &user,
            dictation.ok()?.as_str(),
            text.ok()?.as_str(),
            model.ok()?.as_str(),
            send_email,
        ]))
    }

    /// The partner's person of that id. Of no partner there is nobody.
    fn user(
        &self,
        partners: &mut dyn PartnerLookup,
        caller: &Caller,
        faults: &mut FieldFaults,
    ) -> Result<Option<UserId>, StoreError> {
        let Ok(user) = self.request.user else { return Ok(None) };
        let is_partners = match caller.partner_id() {
            Some(partner) => partners.has_user(partner, user)?,
            None => false,
        };
        if !is_partners {
            faults.note(PartnerField::User, FieldFault::Invalid);
        }
        Ok(is_partners.then_some(user))
    }

    /// The partner's dictation of that id, unless it is retired.
    fn dictation(
        &self,
        dictations: &mut dyn DictationLookup,
        caller: &Caller,
        faults: &mut FieldFaults,
    ) -> Result<Option<Dictation>, StoreError> {
        let Ok(id) = &self.request.dictation else { return Ok(None) };
        let found = match caller.partner_id() {
            Some(partner) => dictations.find(partner, id)?,
            None => None,
        };
        let found = found.filter(|dictation| dictation.retired_at.is_none());
        if found.is_none() {
            faults.note(PartnerField::Dict, FieldFault::Invalid);
        }
        Ok(found)
    }

    /// The letter with the link, when it was asked for and there is an address to write to.
    fn letter(
        &self,
        emails: &mut dyn EmailLookup,
        partner: &Partner,
        dictation: &Dictation,
        user: UserId,
    ) -> Result<Option<OwedLetter>, StoreError> {
        let Some(token) = &self.page_token else { return Ok(None) };
        let Some(address) = address_of(emails, user)? else { return Ok(None) };
        let letter = Letter::CheckResult {
            partner: partner.name.as_str().to_owned(),
            dictation: dictation.title.clone(),
        };
        let secret = LetterSecret::new(token.reveal());
        Ok(Some(self.ports.letter(address, letter, Some(&secret), self.now)))
    }
}

/// Where somebody is written to: at his default address, or where he merely claims that one, at the oldest that he holds.
/// A link to what he wrote is for nobody else's mailbox.
fn address_of(emails: &mut dyn EmailLookup, user: UserId) -> Result<Option<EmailAddress>, StoreError> {
    let held = emails.list_of(user)?.into_iter().filter(|email| email.state != EmailState::Claimed);
    Ok(held.min_by_key(|email| !email.is_default).map(|email| email.address))
}

#[cfg(test)]
mod tests;
