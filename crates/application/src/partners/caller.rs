//! Who shows a key?

use chrono::{DateTime, Utc};
use portico_domain::{
    id::PartnerId,
    partner::{FieldFault, FieldFaults, Given, Partner, PartnerBearer, PartnerField},
    ports::{PartnerLookup, StoreError, StoreExt as _},
    token::PlainToken,
};

use crate::ports::Ports;

/// The partner that a key names, whether or not the key still opens anything.
pub(super) struct Caller {
    known: Option<PartnerBearer>,
    is_valid: bool,
}

impl Caller {
    /// Looks a key up, and notes it as faulty when it opens nothing. Of a key that no longer opens anything it is still
    /// known whose it was, so that what else is wrong is judged by what is that partner's.
    pub(super) fn find(
        partners: &mut dyn PartnerLookup,
        key: &Given<PlainToken>,
        faults: &mut FieldFaults,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        let known = match faults.take(PartnerField::Key, key.as_ref().map_err(|fault| *fault)) {
            Some(key) => partners.find_bearer(&key.digest())?,
            None => return Ok(Self { known: None, is_valid: false }),
        };
        let is_valid = known.as_ref().is_some_and(|bearer| bearer.is_valid(now));
        if !is_valid {
            faults.note(PartnerField::Key, FieldFault::Invalid);
        }
        Ok(Self { known, is_valid })
    }

    /// Whose key it is, or was.
    pub(super) fn partner_id(&self) -> Option<PartnerId> {
        self.known.as_ref().map(|bearer| bearer.partner.id)
    }

    /// The partner, if the key opens anything.
    pub(super) fn admitted(&self) -> Option<&Partner> {
        self.known.as_ref().filter(|_| self.is_valid).map(|bearer| &bearer.partner)
    }

    /// The key, if it opens anything and its use is worth noting.
    pub(super) fn use_to_note(self, now: DateTime<Utc>) -> Option<PartnerBearer> {
        self.known.filter(|bearer| self.is_valid && bearer.key.is_use_worth_noting(now))
    }
}

/// Notes that a key was used. When that fails, the call has still succeeded.
pub(super) async fn note_use(ports: &Ports, caller: Caller, now: DateTime<Utc>) {
    let Some(PartnerBearer { key, .. }) = caller.use_to_note(now) else { return };
    let noted = ports.store.write::<_, StoreError, _>(move |tx| tx.partners().note_use(key.id, now)).await;
    if let Err(error) = noted {
        tracing::warn!(%error, "the use of a partner's key was not noted");
    }
}
