//! Where dictations are kept.

use chrono::{DateTime, Utc};
use diesel::{prelude::*, query_dsl::methods};
use portico_domain::{
    id::PartnerId,
    partner::{Dictation, DictationId, Language},
    ports::{DictationLookup, DictationRepository, StoreError, Unique},
};

use crate::{
    connection::{MultiBackend, on_either},
    schema::dictations,
    transaction::DieselTransaction,
    types::{Id, Instant},
};

#[derive(AsChangeset, Insertable, Queryable, Selectable)]
#[diesel(table_name = dictations, treat_none_as_null = true, check_for_backend(MultiBackend))]
pub(crate) struct DictationRow {
    partner: Id,
    id: String,
    title: String,
    language: String,
    created_at: Instant,
    retired_at: Option<Instant>,
}

const fn corrupt(column: &'static str) -> StoreError {
    StoreError::Corrupt { table: "dictations", column }
}

impl From<&Dictation> for DictationRow {
    fn from(dictation: &Dictation) -> Self {
        Self {
            partner: Id(dictation.partner.uuid()),
            id: dictation.id.as_str().to_owned(),
            title: dictation.title.clone(),
            language: dictation.language.as_str().to_owned(),
            created_at: Instant(dictation.created_at),
            retired_at: dictation.retired_at.map(Instant),
        }
    }
}

impl TryFrom<DictationRow> for Dictation {
    type Error = StoreError;

    fn try_from(row: DictationRow) -> Result<Self, StoreError> {
        Ok(Self {
            partner: PartnerId::from_uuid(row.partner.0),
            id: DictationId::parse(&row.id).map_err(|_| corrupt("id"))?,
            title: Self::title(&row.title).map_err(|_| corrupt("title"))?,
            language: Language::parse(&row.language).map_err(|_| corrupt("language"))?,
            created_at: row.created_at.0,
            retired_at: row.retired_at.map(|at| at.0),
        })
    }
}

impl DictationLookup for DieselTransaction<'_> {
    fn find(&mut self, partner: PartnerId, id: &DictationId) -> Result<Option<Dictation>, StoreError> {
        let row = self.run(|c| {
            dictations::table
                .find((Id(partner.uuid()), id.as_str()))
                .select(DictationRow::as_select())
                .first(c)
                .optional()
        })?;
        row.map(Dictation::try_from).transpose()
    }

    fn list(
        &mut self,
        partner: PartnerId,
        after: Option<DictationId>,
        limit: u16,
    ) -> Result<Vec<Dictation>, StoreError> {
        let mut found = dictations::table
            .filter(dictations::partner.eq(Id(partner.uuid())))
            .order(dictations::id)
            .limit(limit.into())
            .select(DictationRow::as_select())
            .into_boxed::<MultiBackend>();
        if let Some(after) = &after {
            found = found.filter(dictations::id.gt(after.as_str()));
        }
        let rows: Vec<DictationRow> = self.run(|c| found.load(c))?;
        rows.into_iter().map(Dictation::try_from).collect()
    }
}

impl DictationRepository for DieselTransaction<'_> {
    fn add(&mut self, dictation: &Dictation) -> Result<(), StoreError> {
        let row = DictationRow::from(dictation);
        let written = self.run(|c| {
            on_either!(c, c => {
                let upsert = diesel::insert_into(dictations::table)
                    .values(&row)
                    .on_conflict((dictations::partner, dictations::id))
                    .do_update()
                    .set(&row);
                methods::FilterDsl::filter(upsert, dictations::retired_at.is_not_null()).execute(c)
            })
        })?;
        if written == 1 { Ok(()) } else { Err(StoreError::Duplicate(Unique::Dictation)) }
    }

    fn retire(&mut self, partner: PartnerId, id: &DictationId, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.guarded(|c| {
            diesel::update(dictations::table.find((Id(partner.uuid()), id.as_str())))
                .filter(dictations::retired_at.is_null())
                .set(dictations::retired_at.eq(Some(Instant(at))))
                .execute(c)
        })
    }
}
