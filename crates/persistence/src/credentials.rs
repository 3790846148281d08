//! Where password hashes are kept.

use diesel::prelude::*;
use portico_domain::{
    credential::Credential,
    id::UserId,
    password::PasswordHash,
    ports::{CredentialLookup, CredentialRepository, StoreError},
};

use crate::{
    connection::{MultiBackend, on_either},
    schema::credentials,
    transaction::DieselTransaction,
    types::{Id, Instant},
};

#[derive(AsChangeset, Insertable, Queryable, Selectable)]
#[diesel(table_name = credentials, check_for_backend(MultiBackend))]
struct CredentialRow {
    user_id: Id,
    hash: String,
    must_change: bool,
    changed_at: Instant,
}

impl From<&Credential> for CredentialRow {
    fn from(credential: &Credential) -> Self {
        Self {
            user_id: Id(credential.user.uuid()),
            hash: credential.hash.as_phc().to_owned(),
            must_change: credential.must_change,
            changed_at: Instant(credential.changed_at),
        }
    }
}

impl From<CredentialRow> for Credential {
    fn from(row: CredentialRow) -> Self {
        Self {
            user: UserId::from_uuid(row.user_id.0),
            hash: PasswordHash::from_phc(row.hash),
            must_change: row.must_change,
            changed_at: row.changed_at.0,
        }
    }
}

impl CredentialLookup for DieselTransaction<'_> {
    fn find(&mut self, user: UserId) -> Result<Option<Credential>, StoreError> {
        let row: Option<CredentialRow> = self.run(|c| {
            credentials::table.find(Id(user.uuid())).select(CredentialRow::as_select()).first(c).optional()
        })?;
        Ok(row.map(Credential::from))
    }
}

impl CredentialRepository for DieselTransaction<'_> {
    fn set(&mut self, credential: &Credential) -> Result<(), StoreError> {
        let row = CredentialRow::from(credential);
        self.run(|c| {
            on_either!(c, c => diesel::insert_into(credentials::table)
                .values(&row)
                .on_conflict(credentials::user_id)
                .do_update()
                .set(&row)
                .execute(c))
        })
        .map(drop)
    }

    fn renew(&mut self, user: UserId, old: &PasswordHash, new: &PasswordHash) -> Result<(), StoreError> {
        self.guarded(|c| {
            diesel::update(credentials::table.find(Id(user.uuid())))
                .filter(credentials::hash.eq(old.as_phc()))
                .set(credentials::hash.eq(new.as_phc()))
                .execute(c)
        })
    }
}
