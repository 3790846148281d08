//! Where it is kept who people are at the OpenID Connect provider. An issuer that the operator did not name is an empty
//! text at rest, so that the unique index takes part in it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use portico_domain::{
    email::EmailAddress,
    external_identity::{ExternalIdentity, PendingSignIn, SignInAttempt, Subject},
    id::UserId,
    ports::{ExternalIdentityLookup, ExternalIdentityRepository, StoreError},
    profile::Avatar,
    token::TokenDigest,
};

use crate::{
    connection::{MultiBackend, on_either},
    schema::{external_identities, pending_signins, sign_in_attempts},
    transaction::DieselTransaction,
    types::{Id, Instant, token_digest},
};

/// The issuer of a name that the operator gave while no provider was set.
pub(crate) const ANY_ISSUER: &str = "";

#[derive(AsChangeset, Insertable, Queryable, Selectable)]
#[diesel(table_name = external_identities, check_for_backend(MultiBackend))]
struct IdentityRow {
    user_id: Id,
    issuer: String,
    subject: String,
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = pending_signins, check_for_backend(MultiBackend))]
struct PendingRow {
    digest: Vec<u8>,
    issuer: String,
    subject: String,
    address: String,
    canonical: String,
    avatar_url: Option<String>,
    avatar_thumbnail_url: Option<String>,
    locale: Option<String>,
    expires_at: Instant,
}

/// A name at a provider, from the column of `external_identities`.
pub(crate) fn subject(text: &str) -> Result<Subject, StoreError> {
    Subject::parse(text).map_err(|_| StoreError::Corrupt { table: "external_identities", column: "subject" })
}

/// Somebody's pictures from their two columns, which are empty together; else the row is `corrupt`.
pub(crate) fn avatar(
    url: Option<String>,
    thumbnail_url: Option<String>,
    corrupt: StoreError,
) -> Result<Option<Avatar>, StoreError> {
    match (url, thumbnail_url) {
        (None, None) => Ok(None),
        (Some(url), Some(thumbnail_url)) => Ok(Some(Avatar { url, thumbnail_url })),
        _ => Err(corrupt),
    }
}

impl From<&PendingSignIn> for PendingRow {
    fn from(pending: &PendingSignIn) -> Self {
        let avatar = pending.avatar.as_ref();
        Self {
            digest: pending.digest.as_bytes().to_vec(),
            issuer: pending.issuer.clone(),
            subject: pending.subject.as_str().to_owned(),
            address: pending.address.as_str().to_owned(),
            canonical: pending.address.canonical().as_str().to_owned(),
            avatar_url: avatar.map(|avatar| avatar.url.clone()),
            avatar_thumbnail_url: avatar.map(|avatar| avatar.thumbnail_url.clone()),
            locale: pending.locale.clone(),
            expires_at: Instant(pending.expires_at),
        }
    }
}

impl TryFrom<PendingRow> for PendingSignIn {
    type Error = StoreError;

    fn try_from(row: PendingRow) -> Result<Self, StoreError> {
        let corrupt = |column| StoreError::Corrupt { table: "pending_signins", column };
        Ok(Self {
            digest: token_digest(row.digest).ok_or(corrupt("digest"))?,
            issuer: row.issuer,
            subject: Subject::parse(&row.subject).map_err(|_| corrupt("subject"))?,
            address: EmailAddress::from_stored(&row.address, &row.canonical)
                .map_err(|_| corrupt("address"))?,
            avatar: avatar(row.avatar_url, row.avatar_thumbnail_url, corrupt("avatar_url"))?,
            locale: row.locale,
            expires_at: row.expires_at.0,
        })
    }
}

impl ExternalIdentityLookup for DieselTransaction<'_> {
    fn find_user(&mut self, issuer: &str, subject: &Subject) -> Result<Option<UserId>, StoreError> {
        let user: Option<Id> = self.run(|c| {
            external_identities::table
                .filter(external_identities::subject.eq(subject.as_str()))
                .filter(external_identities::issuer.eq_any([issuer, ANY_ISSUER]))
                // The empty issuer is the least.
                .order(external_identities::issuer.desc())
                .select(external_identities::user_id)
                .first(c)
                .optional()
        })?;
        Ok(user.map(|id| UserId::from_uuid(id.0)))
    }

    fn find_of(&mut self, user: UserId) -> Result<Option<ExternalIdentity>, StoreError> {
        let row: Option<IdentityRow> = self.run(|c| {
            external_identities::table
                .find(Id(user.uuid()))
                .select(IdentityRow::as_select())
                .first(c)
                .optional()
        })?;
        row.map(|row| {
            let issuer = (row.issuer != ANY_ISSUER).then_some(row.issuer);
            Ok(ExternalIdentity { issuer, subject: self::subject(&row.subject)? })
        })
        .transpose()
    }

    fn find_pending(&mut self, token: &TokenDigest) -> Result<Option<PendingSignIn>, StoreError> {
        let row = self.run(|c| {
            pending_signins::table
                .find(token.as_bytes().as_slice())
                .select(PendingRow::as_select())
                .first(c)
                .optional()
        })?;
        row.map(PendingSignIn::try_from).transpose()
    }
}

impl ExternalIdentityRepository for DieselTransaction<'_> {
    fn put(&mut self, user: UserId, identity: &ExternalIdentity) -> Result<(), StoreError> {
        let row = IdentityRow {
            user_id: Id(user.uuid()),
            issuer: identity.issuer.as_deref().unwrap_or(ANY_ISSUER).to_owned(),
            subject: identity.subject.as_str().to_owned(),
        };
        self.attempt(|c| {
            on_either!(c, c => diesel::insert_into(external_identities::table)
                .values(&row)
                .on_conflict(external_identities::user_id)
                .do_update()
                .set(&row)
                .execute(c))
        })
        .map(drop)
    }

    fn remove(&mut self, user: UserId) -> Result<(), StoreError> {
        self.run(|c| diesel::delete(external_identities::table.find(Id(user.uuid()))).execute(c)).map(drop)
    }

    fn add_attempt(&mut self, attempt: &SignInAttempt) -> Result<(), StoreError> {
        self.run(|c| {
            diesel::insert_into(sign_in_attempts::table)
                .values((
                    sign_in_attempts::digest.eq(attempt.digest.as_bytes().as_slice()),
                    sign_in_attempts::expires_at.eq(Instant(attempt.expires_at)),
                ))
                .execute(c)
        })
        .map(drop)
    }

    fn use_attempt(&mut self, digest: &TokenDigest, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.guarded(|c| {
            diesel::delete(sign_in_attempts::table.find(digest.as_bytes().as_slice()))
                .filter(sign_in_attempts::expires_at.gt(Instant(now)))
                .execute(c)
        })
    }

    fn add_pending(&mut self, pending: &PendingSignIn) -> Result<(), StoreError> {
        let row = PendingRow::from(pending);
        self.run(|c| diesel::insert_into(pending_signins::table).values(row).execute(c)).map(drop)
    }

    fn remove_pending(&mut self, token: &TokenDigest) -> Result<(), StoreError> {
        self.guarded(|c| diesel::delete(pending_signins::table.find(token.as_bytes().as_slice())).execute(c))
    }
}
