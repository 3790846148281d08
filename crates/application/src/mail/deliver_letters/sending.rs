//! Handing a letter to whoever takes it further.

use chrono::TimeDelta;
use portico_domain::{
    id::DeliveryId,
    letter::{Letter, LetterSecret, OwedLetter, Recipient},
    ports::{
        Consistency, DueDelivery, MailerError, OutgoingCode, OutgoingEvent, OutgoingLetter, StoreError,
        StoreExt as _,
    },
};

use super::DeliverLetters;

/// How a try went.
pub(super) struct Tried {
    /// Whether somebody took the letter over.
    pub(super) sent: Result<(), MailerError>,
    /// The HTTP status by which a partner's program answered, if it did.
    pub(super) status: Option<u16>,
}

impl From<Result<(), MailerError>> for Tried {
    fn from(sent: Result<(), MailerError>) -> Self {
        Self { sent, status: None }
    }
}

impl From<MailerError> for Tried {
    fn from(error: MailerError) -> Self {
        Err(error).into()
    }
}

impl DeliverLetters {
    /// Tries to deliver a letter.
    pub(super) async fn send(&self, owed: &OwedLetter) -> Tried {
        let secret = match self.secret_of(owed) {
            Ok(secret) => secret,
            Err(error) => return error.into(),
        };
        let (id, written_at) = (owed.id, owed.created_at);
        match (&owed.to, &owed.letter) {
            (Recipient::Mailbox(to), letter) => {
                let (to, letter) = (to.clone(), letter.clone());
                self.mailer.send(OutgoingLetter { id, to, letter, secret, written_at }).await.into()
            }
            (Recipient::Phone(_), Letter::PhoneCode(code)) => {
                let Some(secret) = secret else { return permanent("the code is gone").into() };
                if self.clock.now() >= written_at + TimeDelta::seconds(code.valid_seconds) {
                    return permanent("the code's time is over").into();
                }
                let code = code.clone();
                self.code_sender.send(OutgoingCode { id, code, secret, written_at }).await.into()
            }
            (Recipient::Webhook(_), Letter::PartnerEvent { .. }) => {
                self.post(DeliveryId::from_uuid(id.uuid())).await
            }
            (Recipient::Phone(_) | Recipient::Webhook(_), letter) => {
                permanent(format!("a {} goes to a mailbox alone", letter.kind())).into()
            }
        }
    }

    fn secret_of(&self, owed: &OwedLetter) -> Result<Option<LetterSecret>, MailerError> {
        let opened = owed.secret.as_ref().map(|sealed| self.sealer.open(owed.id, sealed)).transpose();
        // The operator may put the right key back.
        opened.map_err(|error| MailerError::Temporary(error.to_string()))
    }

    /// Tells a partner what happened, unless nothing is told there any more.
    async fn post(&self, id: DeliveryId) -> Tried {
        let found = self
            .store
            .read::<_, StoreError, _>(Consistency::Latest, move |seen| seen.webhooks().find_due(id))
            .await;
        let DueDelivery { told, webhook, partner } = match found {
            Ok(Some(due)) => due,
            Ok(None) => return permanent("its entry in the log is gone").into(),
            Err(error) => return MailerError::Temporary(error.to_string()).into(),
        };
        if webhook.removed_at.is_some() {
            return permanent("the webhook was removed").into();
        }
        if partner.revoked_at.is_some() {
            return permanent("the partner was revoked").into();
        }
        let secret = self.webhook_secrets.secret_of(webhook.id);
        let outgoing = OutgoingEvent {
            delivery: told.id,
            event_id: told.event_id,
            event: told.event,
            url: webhook.url,
            secret,
            body: told.body,
        };
        match self.webhook_sender.send(outgoing).await {
            Ok(status) => Tried { sent: Ok(()), status: Some(status) },
            // Whatever a partner's program answers, it may be mended within the day.
            Err(error) => Tried { sent: Err(MailerError::Temporary(error.reason)), status: error.status },
        }
    }
}

fn permanent(error: impl Into<String>) -> MailerError {
    MailerError::Permanent(error.into())
}
