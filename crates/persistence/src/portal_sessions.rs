//! Where the portal's sign-ins are kept: in the same table as those with pairs of tokens, so that one statement ends
//! all of a person. Each is a family of its own.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use portico_domain::{
    id::{SessionId, UserId},
    portal_session::{PortalSession, Visitor},
    ports::{PortalSessionLookup, PortalSessionRepository, StoreError},
    token::TokenDigest,
};

use crate::{
    connection::MultiBackend,
    schema::{sessions, users},
    transaction::DieselTransaction,
    types::{Id, Instant, token_digest},
    users::user_state,
};

/// The kind of a sign-in of the portal; the index that these are thrown away by repeats it.
const KIND: &str = "portal";

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = sessions, check_for_backend(MultiBackend))]
struct SessionRow {
    id: Id,
    family_id: Id,
    kind: String,
    user_id: Id,
    token_digest: Vec<u8>,
    created_at: Instant,
    expires_at: Instant,
    ended_at: Option<Instant>,
}

impl From<&PortalSession> for SessionRow {
    fn from(session: &PortalSession) -> Self {
        Self {
            id: Id(session.id.uuid()),
            family_id: Id(session.id.uuid()),
            kind: KIND.to_owned(),
            user_id: Id(session.user.uuid()),
            token_digest: session.token.as_bytes().to_vec(),
            created_at: Instant(session.created_at),
            expires_at: Instant(session.expires_at),
            ended_at: session.ended_at.map(Instant),
        }
    }
}

impl TryFrom<SessionRow> for PortalSession {
    type Error = StoreError;

    fn try_from(row: SessionRow) -> Result<Self, StoreError> {
        let corrupt = StoreError::Corrupt { table: "sessions", column: "token_digest" };
        Ok(Self {
            id: SessionId::from_uuid(row.id.0),
            user: UserId::from_uuid(row.user_id.0),
            token: token_digest(row.token_digest).ok_or(corrupt)?,
            created_at: row.created_at.0,
            expires_at: row.expires_at.0,
            ended_at: row.ended_at.map(|at| at.0),
        })
    }
}

impl PortalSessionLookup for DieselTransaction<'_> {
    fn find_visitor(&mut self, token: &TokenDigest) -> Result<Option<Visitor>, StoreError> {
        let row: Option<(SessionRow, String)> = self.run(|c| {
            sessions::table
                .inner_join(users::table)
                .filter(sessions::token_digest.eq(token.as_bytes().as_slice()))
                .filter(sessions::kind.eq(KIND))
                .select((SessionRow::as_select(), users::state))
                .first(c)
                .optional()
        })?;
        row.map(|(session, state)| {
            Ok(Visitor { session: session.try_into()?, user_state: user_state(&state)? })
        })
        .transpose()
    }
}

impl PortalSessionRepository for DieselTransaction<'_> {
    fn add(&mut self, session: &PortalSession) -> Result<(), StoreError> {
        let row = SessionRow::from(session);
        self.run(|c| diesel::insert_into(sessions::table).values(row).execute(c)).map(drop)
    }

    fn end(&mut self, id: SessionId, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.run(|c| {
            diesel::update(sessions::table.find(Id(id.uuid())))
                .filter(sessions::kind.eq(KIND))
                .filter(sessions::ended_at.is_null())
                .set(sessions::ended_at.eq(Some(Instant(at))))
                .execute(c)
        })
        .map(drop)
    }
}
