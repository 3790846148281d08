//! Where it is kept which calls of partners were done.

use diesel::{prelude::*, query_dsl::methods};
use portico_domain::{
    partner::{Claim, IdempotentRequest},
    ports::{IdempotencyKeyRepository, StoreError},
};

use crate::{
    connection::on_either,
    schema::idempotency_keys,
    transaction::DieselTransaction,
    types::{Id, Instant},
};

impl IdempotencyKeyRepository for DieselTransaction<'_> {
    fn claim(&mut self, request: &IdempotentRequest) -> Result<Claim, StoreError> {
        let (partner, key) = (Id(request.partner.uuid()), request.key.as_str());
        let digest = request.digest.as_bytes().as_slice();
        let claimed = (
            idempotency_keys::digest.eq(digest),
            idempotency_keys::expires_at.eq(Instant(request.expires_at())),
        );
        // PostgreSQL waits here for whoever is claiming the same name, and holds the row afterwards even if it is left
        // as it is, so that it is still there when it is read.
        let written = self.run(|c| {
            on_either!(c, c => {
                let upsert = diesel::insert_into(idempotency_keys::table)
                    .values((idempotency_keys::partner.eq(partner), idempotency_keys::key.eq(key), claimed))
                    .on_conflict((idempotency_keys::partner, idempotency_keys::key))
                    .do_update()
                    .set(claimed);
                methods::FilterDsl::filter(upsert, idempotency_keys::expires_at.le(Instant(request.at))).execute(c)
            })
        })?;
        if written == 1 {
            return Ok(Claim::New);
        }
        let done: Vec<u8> = self.run(|c| {
            idempotency_keys::table.find((partner, key)).select(idempotency_keys::digest).first(c)
        })?;
        Ok(if done == digest { Claim::Repeated } else { Claim::Taken })
    }
}
