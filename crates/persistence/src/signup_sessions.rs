//! Where the sign-ins of the sign-up API are kept. One row each, whose tokens are renewed in place.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use portico_domain::{
    id::{SignupId, SignupSessionId},
    ports::{SignupSessionLookup, SignupSessionRepository, StoreError},
    signup::{Device, SignupBearer, SignupSession},
};

use crate::{
    connection::MultiBackend,
    schema::{signup_providers, signup_sessions, signups, users},
    signup_providers::ProviderRow,
    signups::{SignupRow, hold},
    transaction::{DieselTransaction, unavailable},
    types::{Id, Instant},
    users::user_state,
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = signup_sessions, check_for_backend(MultiBackend))]
struct SessionRow {
    id: Id,
    signup: i64,
    fingerprint: String,
    device: String,
    generation: i64,
    recent_rotations: String,
    created_at: Instant,
    issued_at: Instant,
    access_expires_at: Instant,
    refresh_expires_at: Instant,
    ended_at: Option<Instant>,
}

const fn corrupt(column: &'static str) -> StoreError {
    StoreError::Corrupt { table: "signup_sessions", column }
}

fn device(fingerprint: String, info: &str) -> Result<Device, StoreError> {
    Device::from_stored(fingerprint, info).map_err(|_| corrupt("device"))
}

fn rotations(session: &SignupSession) -> Result<String, StoreError> {
    serde_json::to_string(&session.recent_rotations).map_err(unavailable)
}

impl SessionRow {
    fn new(session: &SignupSession) -> Result<Self, StoreError> {
        Ok(Self {
            id: Id(session.id.uuid()),
            signup: session.signup.number(),
            fingerprint: session.device.fingerprint.clone(),
            device: session.device.info(),
            generation: session.generation.into(),
            recent_rotations: rotations(session)?,
            created_at: Instant(session.created_at),
            issued_at: Instant(session.issued_at),
            access_expires_at: Instant(session.access_expires_at),
            refresh_expires_at: Instant(session.refresh_expires_at),
            ended_at: session.ended_at.map(Instant),
        })
    }
}

impl TryFrom<SessionRow> for SignupSession {
    type Error = StoreError;

    fn try_from(row: SessionRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: SignupSessionId::from_uuid(row.id.0),
            signup: SignupId::from_number(row.signup),
            device: device(row.fingerprint, &row.device)?,
            generation: row.generation.try_into().map_err(|_| corrupt("generation"))?,
            recent_rotations: serde_json::from_str(&row.recent_rotations)
                .map_err(|_| corrupt("recent_rotations"))?,
            created_at: row.created_at.0,
            issued_at: row.issued_at.0,
            access_expires_at: row.access_expires_at.0,
            refresh_expires_at: row.refresh_expires_at.0,
            ended_at: row.ended_at.map(|at| at.0),
        })
    }
}

impl SignupSessionLookup for DieselTransaction<'_> {
    fn find_bearer(&mut self, id: SignupSessionId) -> Result<Option<SignupBearer>, StoreError> {
        let row: Option<(SessionRow, SignupRow, ProviderRow, String)> = self.run(|c| {
            signup_sessions::table
                .inner_join(signups::table.inner_join(signup_providers::table).inner_join(users::table))
                .filter(signup_sessions::id.eq(Id(id.uuid())))
                .select((
                    SessionRow::as_select(),
                    SignupRow::as_select(),
                    ProviderRow::as_select(),
                    users::state,
                ))
                .first(c)
                .optional()
        })?;
        row.map(|(session, signup, provider, state)| {
            Ok(SignupBearer {
                session: session.try_into()?,
                signup: signup.try_into()?,
                provider: provider.try_into()?,
                user_state: user_state(&state)?,
            })
        })
        .transpose()
    }

    fn list_devices(&mut self, signup: SignupId, now: DateTime<Utc>) -> Result<Vec<Device>, StoreError> {
        let is_live = signup_sessions::refresh_expires_at
            .gt(Instant(now))
            .or(signup_sessions::access_expires_at.gt(Instant(now)));
        let rows: Vec<(String, String)> = self.run(|c| {
            signup_sessions::table
                .filter(signup_sessions::signup.eq(signup.number()))
                .filter(signup_sessions::ended_at.is_null())
                .filter(is_live)
                .order((signup_sessions::created_at, signup_sessions::id))
                .select((signup_sessions::fingerprint, signup_sessions::device))
                .load(c)
        })?;
        rows.into_iter().map(|(fingerprint, info)| device(fingerprint, &info)).collect()
    }
}

impl SignupSessionRepository for DieselTransaction<'_> {
    fn add(&mut self, session: &SignupSession) -> Result<(), StoreError> {
        let row = SessionRow::new(session)?;
        // Of two sign-ins at once on one device, the second must see the first in order to end it.
        self.run(|c| hold(c, session.signup))?;
        self.run(|c| {
            diesel::update(signup_sessions::table)
                .filter(signup_sessions::signup.eq(session.signup.number()))
                .filter(signup_sessions::fingerprint.eq(&session.device.fingerprint))
                .filter(signup_sessions::ended_at.is_null())
                .set(signup_sessions::ended_at.eq(Some(Instant(session.created_at))))
                .execute(c)
        })?;
        self.run(|c| diesel::insert_into(signup_sessions::table).values(row).execute(c)).map(drop)
    }

    fn rotate(&mut self, next: &SignupSession) -> Result<(), StoreError> {
        let recent_rotations = rotations(next)?;
        self.guarded(|c| {
            diesel::update(signup_sessions::table.find(Id(next.id.uuid())))
                .filter(signup_sessions::generation.eq(i64::from(next.generation) - 1))
                .filter(signup_sessions::ended_at.is_null())
                .set((
                    signup_sessions::generation.eq(i64::from(next.generation)),
                    signup_sessions::recent_rotations.eq(&recent_rotations),
                    signup_sessions::issued_at.eq(Instant(next.issued_at)),
                    signup_sessions::access_expires_at.eq(Instant(next.access_expires_at)),
                    signup_sessions::refresh_expires_at.eq(Instant(next.refresh_expires_at)),
                ))
                .execute(c)
        })
    }

    fn end(&mut self, id: SignupSessionId, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.run(|c| {
            diesel::update(signup_sessions::table.find(Id(id.uuid())))
                .filter(signup_sessions::ended_at.is_null())
                .set(signup_sessions::ended_at.eq(Some(Instant(at))))
                .execute(c)
        })
        .map(drop)
    }

    fn end_all_of(
        &mut self,
        signup: SignupId,
        except: Option<SignupSessionId>,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let live = diesel::update(signup_sessions::table)
            .filter(signup_sessions::signup.eq(signup.number()))
            .filter(signup_sessions::ended_at.is_null());
        let ended = signup_sessions::ended_at.eq(Some(Instant(at)));
        self.run(|c| match except {
            None => live.set(ended).execute(c),
            Some(id) => live.filter(signup_sessions::id.ne(Id(id.uuid()))).set(ended).execute(c),
        })
        .map(drop)
    }
}
