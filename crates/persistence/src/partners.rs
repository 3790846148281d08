//! Where partners, their keys and their people are kept.

use chrono::{DateTime, Utc};
use diesel::{dsl::max, prelude::*};
use portico_domain::{
    id::{PartnerId, PartnerKeyId, UserId},
    page::Page,
    partner::{Partner, PartnerBearer, PartnerKey, PartnerName, PartnerSummary, USE_NOTED_EVERY},
    ports::{PartnerLookup, PartnerRepository, StoreError},
    token::TokenDigest,
};

use crate::{
    connection::{MultiBackend, on_either},
    schema::{partner_keys, partner_users, partners},
    transaction::DieselTransaction,
    types::{Id, Instant, token_digest},
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = partners, check_for_backend(MultiBackend))]
pub(crate) struct PartnerRow {
    id: Id,
    name: String,
    created_at: Instant,
    revoked_at: Option<Instant>,
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = partner_keys, check_for_backend(MultiBackend))]
struct KeyRow {
    id: Id,
    partner: Id,
    digest: Vec<u8>,
    prefix: String,
    created_at: Instant,
    valid_until: Option<Instant>,
    last_used_at: Option<Instant>,
}

impl From<&Partner> for PartnerRow {
    fn from(partner: &Partner) -> Self {
        Self {
            id: Id(partner.id.uuid()),
            name: partner.name.as_str().to_owned(),
            created_at: Instant(partner.created_at),
            revoked_at: partner.revoked_at.map(Instant),
        }
    }
}

/// What a partner is called, from its column.
pub(crate) fn partner_name(text: &str) -> Result<PartnerName, StoreError> {
    PartnerName::parse(text).map_err(|_| StoreError::Corrupt { table: "partners", column: "name" })
}

impl TryFrom<PartnerRow> for Partner {
    type Error = StoreError;

    fn try_from(row: PartnerRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: PartnerId::from_uuid(row.id.0),
            name: partner_name(&row.name)?,
            created_at: row.created_at.0,
            revoked_at: row.revoked_at.map(|at| at.0),
        })
    }
}

impl From<&PartnerKey> for KeyRow {
    fn from(key: &PartnerKey) -> Self {
        Self {
            id: Id(key.id.uuid()),
            partner: Id(key.partner.uuid()),
            digest: key.digest.as_bytes().to_vec(),
            prefix: key.prefix.clone(),
            created_at: Instant(key.created_at),
            valid_until: key.valid_until.map(Instant),
            last_used_at: key.last_used_at.map(Instant),
        }
    }
}

impl TryFrom<KeyRow> for PartnerKey {
    type Error = StoreError;

    fn try_from(row: KeyRow) -> Result<Self, StoreError> {
        let corrupt = StoreError::Corrupt { table: "partner_keys", column: "digest" };
        Ok(Self {
            id: PartnerKeyId::from_uuid(row.id.0),
            partner: PartnerId::from_uuid(row.partner.0),
            digest: token_digest(row.digest).ok_or(corrupt)?,
            prefix: row.prefix,
            created_at: row.created_at.0,
            valid_until: row.valid_until.map(|at| at.0),
            last_used_at: row.last_used_at.map(|at| at.0),
        })
    }
}

/// A partner, what its newest key begins with, and when any of its keys was last used.
type SummaryRow = (PartnerRow, Option<String>, Option<Instant>);

fn summary((partner, prefix, used): SummaryRow) -> Result<PartnerSummary, StoreError> {
    Ok(PartnerSummary {
        partner: partner.try_into()?,
        key_prefix: prefix.unwrap_or_default(),
        last_used_at: used.map(|at| at.0),
    })
}

impl PartnerLookup for DieselTransaction<'_> {
    fn find(&mut self, id: PartnerId) -> Result<Option<Partner>, StoreError> {
        let row = self.run(|c| {
            partners::table.find(Id(id.uuid())).select(PartnerRow::as_select()).first(c).optional()
        })?;
        row.map(Partner::try_from).transpose()
    }

    fn find_by_name(&mut self, name: &PartnerName) -> Result<Option<Partner>, StoreError> {
        let row = self.run(|c| {
            partners::table
                .filter(partners::name.eq(name.as_str()))
                .filter(partners::revoked_at.is_null())
                .select(PartnerRow::as_select())
                .first(c)
                .optional()
        })?;
        row.map(Partner::try_from).transpose()
    }

    fn find_bearer(&mut self, key: &TokenDigest) -> Result<Option<PartnerBearer>, StoreError> {
        let row: Option<(PartnerRow, KeyRow)> = self.run(|c| {
            partner_keys::table
                .inner_join(partners::table)
                .filter(partner_keys::digest.eq(key.as_bytes().as_slice()))
                .select((PartnerRow::as_select(), KeyRow::as_select()))
                .first(c)
                .optional()
        })?;
        row.map(|(partner, key)| Ok(PartnerBearer { partner: partner.try_into()?, key: key.try_into()? }))
            .transpose()
    }

    fn list(&mut self, page: Page) -> Result<Vec<PartnerSummary>, StoreError> {
        let keys = partner_keys::table.filter(partner_keys::partner.eq(partners::id));
        let newest = keys
            .order((partner_keys::created_at.desc(), partner_keys::id.desc()))
            .limit(1)
            .select(partner_keys::prefix)
            .single_value();
        let used = keys.select(max(partner_keys::last_used_at)).single_value();
        let mut found = partners::table
            .select((PartnerRow::as_select(), newest, used))
            .order(partners::id)
            .limit(page.limit().into())
            .into_boxed::<MultiBackend>();
        if let Some(after) = page.after() {
            found = found.filter(partners::id.gt(Id(after)));
        }
        let rows: Vec<SummaryRow> = self.run(|c| found.load(c))?;
        rows.into_iter().map(summary).collect()
    }

    fn has_user(&mut self, partner: PartnerId, user: UserId) -> Result<bool, StoreError> {
        let known: Option<Id> = self.run(|c| {
            partner_users::table
                .find((Id(partner.uuid()), Id(user.uuid())))
                .select(partner_users::user_id)
                .first(c)
                .optional()
        })?;
        Ok(known.is_some())
    }
}

impl PartnerRepository for DieselTransaction<'_> {
    fn add(&mut self, partner: &Partner) -> Result<(), StoreError> {
        let row = PartnerRow::from(partner);
        self.attempt(|c| diesel::insert_into(partners::table).values(row).execute(c)).map(drop)
    }

    fn revoke(&mut self, id: PartnerId, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.guarded(|c| {
            diesel::update(partners::table.find(Id(id.uuid())))
                .filter(partners::revoked_at.is_null())
                .set(partners::revoked_at.eq(Some(Instant(at))))
                .execute(c)
        })
    }

    fn add_key(&mut self, key: &PartnerKey) -> Result<(), StoreError> {
        let row = KeyRow::from(key);
        self.run(|c| diesel::insert_into(partner_keys::table).values(row).execute(c)).map(drop)
    }

    fn end_keys(&mut self, partner: PartnerId, until: DateTime<Utc>) -> Result<(), StoreError> {
        let until = Some(Instant(until));
        let is_longer = partner_keys::valid_until.is_null().or(partner_keys::valid_until.gt(until));
        self.run(|c| {
            diesel::update(partner_keys::table)
                .filter(partner_keys::partner.eq(Id(partner.uuid())))
                .filter(is_longer)
                .set(partner_keys::valid_until.eq(until))
                .execute(c)
        })
        .map(drop)
    }

    fn note_use(&mut self, key: PartnerKeyId, at: DateTime<Utc>) -> Result<(), StoreError> {
        let long_ago = Some(Instant(at - USE_NOTED_EVERY));
        let is_worth_noting =
            partner_keys::last_used_at.is_null().or(partner_keys::last_used_at.le(long_ago));
        self.run(|c| {
            diesel::update(partner_keys::table.find(Id(key.uuid())))
                .filter(is_worth_noting)
                .set(partner_keys::last_used_at.eq(Some(Instant(at))))
                .execute(c)
        })
        .map(drop)
    }

    fn add_user(&mut self, partner: PartnerId, user: UserId, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.run(|c| {
            on_either!(c, c => diesel::insert_into(partner_users::table)
                .values((
                    partner_users::partner.eq(Id(partner.uuid())),
                    partner_users::user_id.eq(Id(user.uuid())),
                    partner_users::created_at.eq(Instant(at)),
                ))
                .on_conflict((partner_users::partner, partner_users::user_id))
                .do_nothing()
                .execute(c))
        })
        .map(drop)
    }
}
