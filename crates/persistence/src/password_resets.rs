//! Where requests for new passwords are kept.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use portico_domain::{
    id::{PasswordResetId, UserId},
    password_reset::PasswordReset,
    ports::{PasswordResetLookup, PasswordResetRepository, StoreError},
    token::TokenDigest,
};

use crate::{
    connection::MultiBackend,
    schema::password_resets,
    transaction::DieselTransaction,
    types::{Id, Instant, token_digest},
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = password_resets, check_for_backend(MultiBackend))]
struct ResetRow {
    id: Id,
    user_id: Option<Id>,
    token_digest: Vec<u8>,
    created_at: Instant,
    expires_at: Instant,
    closed_at: Option<Instant>,
}

impl From<&PasswordReset> for ResetRow {
    fn from(reset: &PasswordReset) -> Self {
        Self {
            id: Id(reset.id.uuid()),
            user_id: reset.user.map(|user| Id(user.uuid())),
            token_digest: reset.token.as_bytes().to_vec(),
            created_at: Instant(reset.created_at),
            expires_at: Instant(reset.expires_at),
            closed_at: reset.closed_at.map(Instant),
        }
    }
}

impl TryFrom<ResetRow> for PasswordReset {
    type Error = StoreError;

    fn try_from(row: ResetRow) -> Result<Self, StoreError> {
        let corrupt = StoreError::Corrupt { table: "password_resets", column: "token_digest" };
        Ok(Self {
            id: PasswordResetId::from_uuid(row.id.0),
            user: row.user_id.map(|user| UserId::from_uuid(user.0)),
            token: token_digest(row.token_digest).ok_or(corrupt)?,
            created_at: row.created_at.0,
            expires_at: row.expires_at.0,
            closed_at: row.closed_at.map(|at| at.0),
        })
    }
}

impl PasswordResetLookup for DieselTransaction<'_> {
    fn find_by_token(&mut self, token: &TokenDigest) -> Result<Option<PasswordReset>, StoreError> {
        let row = self.run(|c| {
            password_resets::table
                .filter(password_resets::token_digest.eq(token.as_bytes().as_slice()))
                .select(ResetRow::as_select())
                .first(c)
                .optional()
        })?;
        row.map(PasswordReset::try_from).transpose()
    }
}

impl PasswordResetRepository for DieselTransaction<'_> {
    fn add(&mut self, reset: &PasswordReset) -> Result<(), StoreError> {
        let row = ResetRow::from(reset);
        self.run(|c| diesel::insert_into(password_resets::table).values(row).execute(c)).map(drop)
    }

    fn close(&mut self, id: PasswordResetId, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.guarded(|c| {
            diesel::update(password_resets::table.find(Id(id.uuid())))
                .filter(password_resets::closed_at.is_null())
                .set(password_resets::closed_at.eq(Some(Instant(at))))
                .execute(c)
        })
    }

    fn close_all_of(&mut self, user: UserId, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.run(|c| {
            diesel::update(password_resets::table)
                .filter(password_resets::user_id.eq(Some(Id(user.uuid()))))
                .filter(password_resets::closed_at.is_null())
                .set(password_resets::closed_at.eq(Some(Instant(at))))
                .execute(c)
        })
        .map(drop)
    }
}
