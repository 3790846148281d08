//! Where sign-up entities are kept.

mod rows;

use chrono::{DateTime, Utc};
use diesel::{
    dsl::{exists, sql},
    expression::SqlLiteral,
    prelude::*,
    sql_types::Bool,
};
use portico_domain::{
    id::{ProviderId, SignupId, UserId},
    ports::{SignupLookup, SignupRepository, StoreError},
    signup::{Login, NewSignup, Provider, ProviderKind, Signup},
};

use self::rows::ContentRow;
pub(crate) use self::rows::SignupRow;
use crate::{
    connection::{AnyConnection, MultiBackend},
    schema::{signup_providers, signup_sessions, signups},
    signup_providers::ProviderRow,
    transaction::{DieselTransaction, found_one},
    types::{Id, Instant},
};

/// Word for word the condition of the indexes over logins in use.
fn is_in_use() -> SqlLiteral<Bool> {
    sql("signups.status <> 'archived'")
}

/// Word for word the condition of the index over those who have not shown their code.
fn is_waiting() -> SqlLiteral<Bool> {
    sql("signups.status = 'waiting'")
}

/// The entities of a provider whose logins are in use.
macro_rules! in_use {
    ($provider:expr) => {
        signups::table.filter(signups::provider.eq($provider.number())).filter(is_in_use())
    };
}

impl SignupLookup for DieselTransaction<'_> {
    fn find(&mut self, id: SignupId) -> Result<Option<Signup>, StoreError> {
        let row = self
            .run(|c| signups::table.find(id.number()).select(SignupRow::as_select()).first(c).optional())?;
        row.map(Signup::try_from).transpose()
    }

    fn find_by_login(&mut self, provider: ProviderId, login: &Login) -> Result<Option<Signup>, StoreError> {
        let row = self.run(|c| {
            in_use!(provider)
                .filter(signups::login.eq(login.as_str()))
                .select(SignupRow::as_select())
                .first(c)
                .optional()
        })?;
        row.map(Signup::try_from).transpose()
    }

    fn find_of_user(&mut self, provider: ProviderId, user: UserId) -> Result<Option<Signup>, StoreError> {
        let row = self.run(|c| {
            in_use!(provider)
                .filter(signups::user_id.eq(Id(user.uuid())))
                .order(signups::number)
                .select(SignupRow::as_select())
                .first(c)
                .optional()
        })?;
        row.map(Signup::try_from).transpose()
    }

    fn is_taken(
        &mut self,
        provider: ProviderId,
        kind: ProviderKind,
        login: &Login,
    ) -> Result<bool, StoreError> {
        let known: Option<i64> = self.run(|c| {
            signup_providers::table
                .find(provider.number())
                .filter(
                    // Not one look for either: SQLite would go through everybody who came through the provider.
                    exists(in_use!(provider).filter(signups::login_key.eq(login.key(kind))))
                        .or(exists(in_use!(provider).filter(signups::login.eq(login.as_str())))),
                )
                .select(signup_providers::number)
                .first(c)
                .optional()
        })?;
        Ok(known.is_some())
    }

    fn has_any(&mut self, provider: ProviderId) -> Result<bool, StoreError> {
        let any: Option<i64> = self.run(|c| {
            signups::table
                .filter(signups::provider.eq(provider.number()))
                .select(signups::number)
                .first(c)
                .optional()
        })?;
        Ok(any.is_some())
    }

    fn list_waiting(
        &mut self,
        provider: ProviderId,
        before: DateTime<Utc>,
        limit: u16,
    ) -> Result<Vec<Signup>, StoreError> {
        let rows: Vec<SignupRow> = self.run(|c| {
            signups::table
                .filter(signups::provider.eq(provider.number()))
                .filter(signups::created_at.lt(Instant(before)))
                .filter(is_waiting())
                .order((signups::created_at, signups::number))
                .limit(limit.into())
                .select(SignupRow::as_select())
                .load(c)
        })?;
        rows.into_iter().map(Signup::try_from).collect()
    }
}

impl SignupRepository for DieselTransaction<'_> {
    fn add(&mut self, signup: &NewSignup, kind: ProviderKind) -> Result<Signup, StoreError> {
        let provider: Option<Provider> =
            self.run(|c| hold_provider(c, signup.provider))?.map(Provider::try_from).transpose()?;
        if provider.is_none_or(|provider| provider.definition.kind != kind) {
            return Err(StoreError::Stale);
        }
        let content = ContentRow::of_new(signup, kind)?;
        let row: SignupRow = self.attempt(|c| {
            diesel::insert_into(signups::table)
                .values((
                    signups::provider.eq(signup.provider.number()),
                    content,
                    signups::version.eq(1),
                    signups::created_at.eq(Instant(signup.created_at)),
                ))
                .returning(<SignupRow as Selectable<MultiBackend>>::construct_selection())
                .get_result(c)
        })?;
        row.try_into()
    }

    fn write(&mut self, signup: &Signup, kind: ProviderKind, at: DateTime<Utc>) -> Result<(), StoreError> {
        let content = ContentRow::of(signup, kind, at)?;
        let written = self.attempt(|c| {
            diesel::update(signups::table.find(signup.id.number()))
                .filter(signups::version.eq(signup.version))
                .filter(is_in_use())
                .set((content, signups::version.eq(signups::version + 1)))
                .execute(c)
        })?;
        found_one(written)
    }

    fn remove(&mut self, id: SignupId) -> Result<(), StoreError> {
        self.run(|c| hold(c, id))?;
        self.run(|c| {
            diesel::delete(signup_sessions::table).filter(signup_sessions::signup.eq(id.number())).execute(c)
        })?;
        self.guarded(|c| diesel::delete(signups::table.find(id.number())).execute(c))
    }
}

/// A provider as it is at rest, and stays until the transaction ends: on PostgreSQL whoever writes it waits for that.
fn hold_provider(connection: &mut AnyConnection, id: ProviderId) -> QueryResult<Option<ProviderRow>> {
    if let AnyConnection::Postgres(connection) = connection {
        signup_providers::table
            .find(id.number())
            .select(signup_providers::number)
            .for_share()
            .execute(connection)?;
    }
    signup_providers::table.find(id.number()).select(ProviderRow::as_select()).first(connection).optional()
}

/// Waits until nobody else is at an entity's sign-ins, and keeps others away from them until the transaction ends.
/// Nothing on SQLite, whose only writer is alone.
pub(crate) fn hold(connection: &mut AnyConnection, id: SignupId) -> QueryResult<()> {
    match connection {
        AnyConnection::Sqlite(_) => Ok(()),
        AnyConnection::Postgres(connection) => signups::table
            .find(id.number())
            .select(signups::number)
            .for_update()
            .execute(connection)
            .map(drop),
    }
}
