//! Where results of checks are kept. A list is read in two steps, of which only the second touches texts and models.

use chrono::{DateTime, Utc};
use diesel::{prelude::*, sql_types::Bool};
use portico_domain::{
    id::{CheckResultId, PartnerId, UserId},
    page::MAX_PAGE,
    partner::{
        CheckResult, CheckResultFilter, CheckResultPage, CheckResultStretch, DictationId, Model, ResultText,
        ShownCheckResult,
    },
    ports::{CheckResultLookup, CheckResultRepository, StoreError},
    token::TokenDigest,
};
use uuid::Uuid;

use crate::{
    connection::{AnyConnection, MultiBackend},
    dictations::DictationRow,
    partners::partner_name,
    schema::{check_results, dictations, partners},
    transaction::DieselTransaction,
    types::{Id, Instant, token_digest},
};

diesel::define_sql_function! {
    /// Tells the planner of SQLite that few rows fulfil a condition. Without that it takes any index with both bounds of
    /// the ids for as good as the one over the condition.
    fn unlikely(condition: Bool) -> Bool;
}

/// Has PostgreSQL take, until the transaction ends, the index over the very filter in its order. Where it expects few
/// rows it would rather gather and sort them, however many there are, and a plan for any filter may fit none. Outside of
/// a transaction it has no effect: the same rows are found, perhaps more slowly.
const IN_ORDER: &str = "SELECT set_config('enable_bitmapscan', 'off', true), \
                        set_config('plan_cache_mode', 'force_custom_plan', true)";

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = check_results, check_for_backend(MultiBackend))]
struct ResultRow {
    id: Id,
    partner: Id,
    user_id: Id,
    dictation: String,
    created_at: Instant,
    page_digest: Option<Vec<u8>>,
    text: String,
    model: String,
}

const fn corrupt(column: &'static str) -> StoreError {
    StoreError::Corrupt { table: "check_results", column }
}

impl From<&CheckResult> for ResultRow {
    fn from(result: &CheckResult) -> Self {
        Self {
            id: Id(result.id.uuid()),
            partner: Id(result.partner.uuid()),
            user_id: Id(result.user.uuid()),
            dictation: result.dictation.as_str().to_owned(),
            created_at: Instant(result.created_at),
            page_digest: result.page_token.map(|token| token.as_bytes().to_vec()),
            text: result.text.as_str().to_owned(),
            model: result.model.as_str().to_owned(),
        }
    }
}

impl TryFrom<ResultRow> for CheckResult {
    type Error = StoreError;

    fn try_from(row: ResultRow) -> Result<Self, StoreError> {
        let page_token = row.page_digest.map(|digest| token_digest(digest).ok_or(corrupt("page_digest")));
        Ok(Self {
            id: CheckResultId::from_uuid(row.id.0),
            partner: PartnerId::from_uuid(row.partner.0),
            user: UserId::from_uuid(row.user_id.0),
            dictation: DictationId::parse(&row.dictation).map_err(|_| corrupt("dictation"))?,
            text: ResultText::from_stored(row.text),
            model: Model::from_stored(row.model),
            page_token: page_token.transpose()?,
            created_at: row.created_at.0,
        })
    }
}

/// The lowest id of a millisecond, which no result has: those have their version in it, too.
fn floor(millis: i64) -> Uuid {
    const LAST: u64 = (1 << 48) - 1;
    let millis = u64::try_from(millis).unwrap_or_default().min(LAST);
    Uuid::from_u128(u128::from(millis) << 80)
}

/// The ids that a list may show: those above `above`, and below `below` if that is said.
struct Bounds {
    above: Uuid,
    below: Option<Uuid>,
}

/// One bound on either side, since SQLite goes by one alone. They are as wide as the milliseconds of ids make them.
fn bounds(filter: &CheckResultFilter, after: Option<Uuid>) -> Bounds {
    let from = filter.from.map(|from| floor(from.timestamp_millis()));
    let below = |to: DateTime<Utc>| floor(to.timestamp_millis().max(0).saturating_add(1));
    Bounds { above: from.max(after).unwrap_or_default(), below: filter.to.map(below) }
}

/// The most results of one part: each is a parameter of the statement that reads them.
fn most(page: CheckResultPage) -> u16 {
    page.limit.clamp(1, MAX_PAGE)
}

/// How many results, of these sizes, a part has: at least one, if there is any.
fn fitting(sizes: impl IntoIterator<Item = i64>, page: CheckResultPage) -> usize {
    let mut left = page.budget;
    sizes
        .into_iter()
        .take(most(page).into())
        .enumerate()
        .take_while(|(place, size)| {
            let rest = left.checked_sub(usize::try_from(*size).unwrap_or(usize::MAX));
            left = rest.unwrap_or_default();
            rest.is_some() || *place == 0
        })
        .count()
}

impl DieselTransaction<'_> {
    /// The ids and sizes of the results that a part may have, and of one more.
    fn list_sizes(
        &mut self,
        filter: &CheckResultFilter,
        page: CheckResultPage,
    ) -> Result<Vec<(Id, i64)>, StoreError> {
        let Bounds { above, below } = bounds(filter, page.after);
        let mut found = check_results::table
            .filter(check_results::partner.eq(Id(filter.partner.uuid())))
            .filter(check_results::id.gt(Id(above)))
            .order(check_results::id)
            .limit(i64::from(most(page)) + 1)
            .select((check_results::id, check_results::size))
            .into_boxed::<MultiBackend>();
        if let Some(below) = below {
            found = found.filter(check_results::id.lt(Id(below)));
        }
        if let Some(from) = filter.from {
            found = found.filter(check_results::created_at.ge(Instant(from)));
        }
        if let Some(to) = filter.to {
            found = found.filter(check_results::created_at.lt(Instant(to)));
        }
        let dictation = filter.dictation.as_ref().map(|id| check_results::dictation.eq(id.as_str()));
        let user = filter.user.map(|id| check_results::user_id.eq(Id(id.uuid())));
        self.run(|c| {
            match c {
                AnyConnection::Sqlite(_) => {
                    found = dictation.map(unlikely).into_iter().fold(found, QueryDsl::filter);
                    found = user.map(unlikely).into_iter().fold(found, QueryDsl::filter);
                }
                AnyConnection::Postgres(postgres) => {
                    diesel::sql_query(IN_ORDER).execute(postgres)?;
                    found = dictation.into_iter().fold(found, QueryDsl::filter);
                    found = user.into_iter().fold(found, QueryDsl::filter);
                }
            }
            found.load(c)
        })
    }
}

impl CheckResultLookup for DieselTransaction<'_> {
    fn find_by_page_token(&mut self, token: &TokenDigest) -> Result<Option<ShownCheckResult>, StoreError> {
        let row: Option<(ResultRow, DictationRow, String)> = self.run(|c| {
            check_results::table
                .inner_join(
                    dictations::table.on(dictations::partner
                        .eq(check_results::partner)
                        .and(dictations::id.eq(check_results::dictation))),
                )
                .inner_join(partners::table)
                .filter(check_results::page_digest.eq(Some(token.as_bytes().as_slice())))
                .select((ResultRow::as_select(), DictationRow::as_select(), partners::name))
                .first(c)
                .optional()
        })?;
        row.map(|(result, dictation, name)| {
            Ok(ShownCheckResult {
                result: result.try_into()?,
                dictation: dictation.try_into()?,
                partner: partner_name(&name)?,
            })
        })
        .transpose()
    }

    fn list(
        &mut self,
        filter: &CheckResultFilter,
        page: CheckResultPage,
    ) -> Result<CheckResultStretch, StoreError> {
        let mut found = self.list_sizes(filter, page)?;
        let fitting = fitting(found.iter().map(|(_, size)| *size), page);
        let has_more = fitting < found.len();
        found.truncate(fitting);
        if found.is_empty() {
            return Ok(CheckResultStretch { results: Vec::new(), has_more });
        }
        let ids = found.into_iter().map(|(id, _)| id);
        let mut rows: Vec<ResultRow> = self.run(|c| {
            check_results::table
                .filter(check_results::partner.eq(Id(filter.partner.uuid())))
                .filter(check_results::id.eq_any(ids))
                .select(ResultRow::as_select())
                .load(c)
        })?;
        rows.sort_unstable_by_key(|row| row.id.0);
        let results = rows.into_iter().map(CheckResult::try_from).collect::<Result<_, _>>()?;
        Ok(CheckResultStretch { results, has_more })
    }
}

impl CheckResultRepository for DieselTransaction<'_> {
    fn add(&mut self, result: &CheckResult) -> Result<(), StoreError> {
        let row = ResultRow::from(result);
        self.run(|c| diesel::insert_into(check_results::table).values(row).execute(c)).map(drop)
    }
}
