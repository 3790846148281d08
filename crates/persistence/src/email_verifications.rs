//! Where the links that prove members' addresses are kept.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use portico_domain::{
    email::CanonicalAddress,
    email_verification::EmailVerification,
    id::UserId,
    ports::{EmailVerificationLookup, EmailVerificationRepository, StoreError},
    token::TokenDigest,
};

use crate::{
    connection::MultiBackend,
    schema::email_verifications,
    transaction::DieselTransaction,
    types::{Id, Instant, token_digest},
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = email_verifications, check_for_backend(MultiBackend))]
struct LinkRow {
    digest: Vec<u8>,
    user_id: Id,
    canonical: String,
    expires_at: Instant,
    used_at: Option<Instant>,
}

impl From<&EmailVerification> for LinkRow {
    fn from(link: &EmailVerification) -> Self {
        Self {
            digest: link.digest.as_bytes().to_vec(),
            user_id: Id(link.user.uuid()),
            canonical: link.address.as_str().to_owned(),
            expires_at: Instant(link.expires_at),
            used_at: link.used_at.map(Instant),
        }
    }
}

impl TryFrom<LinkRow> for EmailVerification {
    type Error = StoreError;

    fn try_from(row: LinkRow) -> Result<Self, StoreError> {
        let corrupt = StoreError::Corrupt { table: "email_verifications", column: "digest" };
        Ok(Self {
            digest: token_digest(row.digest).ok_or(corrupt)?,
            user: UserId::from_uuid(row.user_id.0),
            address: CanonicalAddress::from_stored(row.canonical),
            expires_at: row.expires_at.0,
            used_at: row.used_at.map(|at| at.0),
        })
    }
}

impl EmailVerificationLookup for DieselTransaction<'_> {
    fn find(&mut self, token: &TokenDigest) -> Result<Option<EmailVerification>, StoreError> {
        let row = self.run(|c| {
            email_verifications::table
                .find(token.as_bytes().as_slice())
                .select(LinkRow::as_select())
                .first(c)
                .optional()
        })?;
        row.map(EmailVerification::try_from).transpose()
    }
}

impl EmailVerificationRepository for DieselTransaction<'_> {
    fn add(&mut self, link: &EmailVerification) -> Result<(), StoreError> {
        let row = LinkRow::from(link);
        self.run(|c| diesel::insert_into(email_verifications::table).values(row).execute(c)).map(drop)
    }

    fn close(&mut self, token: &TokenDigest, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.guarded(|c| {
            diesel::update(email_verifications::table.find(token.as_bytes().as_slice()))
                .filter(email_verifications::used_at.is_null())
                .set(email_verifications::used_at.eq(Some(Instant(at))))
                .execute(c)
        })
    }
}
