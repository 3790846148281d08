//! Where sign-ins are kept. Those of the other doors, of kinds of their own, are not looked up here.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use portico_domain::{
    id::{FamilyId, SessionId, UserId},
    ports::{SessionLookup, SessionRepository, StoreError},
    session::{Bearer, Session},
    token::TokenDigest,
};

use crate::{
    connection::MultiBackend,
    schema::{credentials, sessions, users},
    transaction::DieselTransaction,
    types::{Id, Instant, token_digest},
    users::user_state,
};

/// The kind of a sign-in with a pair of tokens.
const KIND: &str = "accounts";

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = sessions, check_for_backend(MultiBackend))]
struct SessionRow {
    id: Id,
    family_id: Id,
    kind: String,
    user_id: Id,
    token_digest: Vec<u8>,
    refresh_digest: Option<Vec<u8>>,
    created_at: Instant,
    expires_at: Instant,
    refresh_expires_at: Option<Instant>,
    rotated_at: Option<Instant>,
    ended_at: Option<Instant>,
}

impl From<&Session> for SessionRow {
    fn from(session: &Session) -> Self {
        Self {
            id: Id(session.id.uuid()),
            family_id: Id(session.family.uuid()),
            kind: KIND.to_owned(),
            user_id: Id(session.user.uuid()),
            token_digest: session.token.as_bytes().to_vec(),
            refresh_digest: Some(session.refresh.as_bytes().to_vec()),
            created_at: Instant(session.created_at),
            expires_at: Instant(session.expires_at),
            refresh_expires_at: Some(Instant(session.refresh_expires_at)),
            rotated_at: session.rotated_at.map(Instant),
            ended_at: session.ended_at.map(Instant),
        }
    }
}

impl TryFrom<SessionRow> for Session {
    type Error = StoreError;

    fn try_from(row: SessionRow) -> Result<Self, StoreError> {
        let corrupt = |column| StoreError::Corrupt { table: "sessions", column };
        Ok(Self {
            id: SessionId::from_uuid(row.id.0),
            family: FamilyId::from_uuid(row.family_id.0),
            user: UserId::from_uuid(row.user_id.0),
            token: token_digest(row.token_digest).ok_or(corrupt("token_digest"))?,
            refresh: row.refresh_digest.and_then(token_digest).ok_or(corrupt("refresh_digest"))?,
            created_at: row.created_at.0,
            expires_at: row.expires_at.0,
            refresh_expires_at: row.refresh_expires_at.ok_or(corrupt("refresh_expires_at"))?.0,
            rotated_at: row.rotated_at.map(|at| at.0),
            ended_at: row.ended_at.map(|at| at.0),
        })
    }
}

impl SessionLookup for DieselTransaction<'_> {
    fn find_bearer(&mut self, token: &TokenDigest) -> Result<Option<Bearer>, StoreError> {
        let row: Option<(SessionRow, String, Option<bool>)> = self.run(|c| {
            sessions::table
                .inner_join(users::table)
                .left_join(credentials::table.on(credentials::user_id.eq(sessions::user_id)))
                .filter(sessions::token_digest.eq(token.as_bytes().as_slice()))
                .filter(sessions::kind.eq(KIND))
                .select((SessionRow::as_select(), users::state, credentials::must_change.nullable()))
                .first(c)
                .optional()
        })?;
        row.map(|(session, state, must_change)| {
            Ok(Bearer {
                session: session.try_into()?,
                user_state: user_state(&state)?,
                password_change_required: must_change == Some(true),
            })
        })
        .transpose()
    }

    fn find_by_refresh(&mut self, refresh: &TokenDigest) -> Result<Option<Session>, StoreError> {
        let row = self.run(|c| {
            sessions::table
                .filter(sessions::refresh_digest.eq(refresh.as_bytes().as_slice()))
                .filter(sessions::kind.eq(KIND))
                .select(SessionRow::as_select())
                .first(c)
                .optional()
        })?;
        row.map(Session::try_from).transpose()
    }
}

impl SessionRepository for DieselTransaction<'_> {
    fn add(&mut self, session: &Session) -> Result<(), StoreError> {
        let row = SessionRow::from(session);
        self.run(|c| diesel::insert_into(sessions::table).values(row).execute(c)).map(drop)
    }

    fn rotate(&mut self, id: SessionId, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.guarded(|c| {
            diesel::update(sessions::table.find(Id(id.uuid())))
                .filter(sessions::rotated_at.is_null())
                .filter(sessions::ended_at.is_null())
                .set(sessions::rotated_at.eq(Some(Instant(at))))
                .execute(c)
        })
    }

    fn end_family(&mut self, family: FamilyId, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.run(|c| {
            diesel::update(sessions::table)
                .filter(sessions::family_id.eq(Id(family.uuid())))
                .filter(sessions::ended_at.is_null())
                .set(sessions::ended_at.eq(Some(Instant(at))))
                .execute(c)
        })
        .map(drop)
    }

    fn end_all_of(
        &mut self,
        user: UserId,
        except: Option<FamilyId>,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let open = diesel::update(sessions::table)
            .filter(sessions::user_id.eq(Id(user.uuid())))
            .filter(sessions::ended_at.is_null());
        let ended = sessions::ended_at.eq(Some(Instant(at)));
        self.run(|c| match except {
            None => open.set(ended).execute(c),
            Some(family) => open.filter(sessions::family_id.ne(Id(family.uuid()))).set(ended).execute(c),
        })
        .map(drop)
    }
}
