//! Where dues are kept.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use portico_domain::{
    id::UserId,
    payment::{Payment, PaymentRemoval, PaymentStatus, PaymentTransaction, RemovalReason},
    period::{Period, Periods},
    ports::{PaymentLookup, PaymentRepository, StoreError},
    token::TokenDigest,
};

use crate::{
    connection::{MultiBackend, on_either},
    schema::{
        member_profiles, payment_removals, payment_statuses, payment_transactions, portal_settings, users,
    },
    transaction::DieselTransaction,
    types::{Id, Instant, token_digest},
};

/// The key of the only row of `portal_settings`.
const SETTINGS: i32 = 1;

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = payment_statuses, check_for_backend(MultiBackend))]
pub(crate) struct PaymentRow {
    user_id: Id,
    period: i32,
    authorizer: Id,
    created_at: Instant,
    updated_at: Instant,
}

impl PaymentRow {
    /// The payment with the numbers of its payer and of its authorizer.
    pub(crate) fn into_status(
        self,
        number: i64,
        authorizer_number: i64,
    ) -> Result<PaymentStatus, StoreError> {
        Ok(PaymentStatus { payment: self.try_into()?, number, authorizer_number })
    }
}

impl From<&Payment> for PaymentRow {
    fn from(payment: &Payment) -> Self {
        Self {
            user_id: Id(payment.user.uuid()),
            period: payment.period.number(),
            authorizer: Id(payment.authorizer.uuid()),
            created_at: Instant(payment.created_at),
            updated_at: Instant(payment.updated_at),
        }
    }
}

impl TryFrom<PaymentRow> for Payment {
    type Error = StoreError;

    fn try_from(row: PaymentRow) -> Result<Self, StoreError> {
        let corrupt = StoreError::Corrupt { table: "payment_statuses", column: "period" };
        Ok(Self {
            user: UserId::from_uuid(row.user_id.0),
            period: Period::parse(row.period.into()).map_err(|_| corrupt)?,
            authorizer: UserId::from_uuid(row.authorizer.0),
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        })
    }
}

#[derive(AsChangeset, Insertable, Queryable, Selectable)]
#[diesel(table_name = portal_settings, check_for_backend(MultiBackend))]
struct SettingsRow {
    id: i32,
    current_period: i32,
    payment_period: i32,
    updated_at: Instant,
}

impl TryFrom<SettingsRow> for Periods {
    type Error = StoreError;

    fn try_from(row: SettingsRow) -> Result<Self, StoreError> {
        let corrupt = |column| StoreError::Corrupt { table: "portal_settings", column };
        let current = Period::parse(row.current_period.into()).map_err(|_| corrupt("current_period"))?;
        let payment = Period::parse(row.payment_period.into()).map_err(|_| corrupt("payment_period"))?;
        Self::from_stored(current, payment).map_err(|_| corrupt("payment_period"))
    }
}

/// Payments with the numbers of their payers and of their authorizers.
macro_rules! statuses {
    ($user:expr) => {{
        let authorizers = diesel::alias!(users as authorizers);
        payment_statuses::table
            .inner_join(member_profiles::table.on(member_profiles::user_id.eq(payment_statuses::user_id)))
            .inner_join(authorizers.on(authorizers.field(users::id).eq(payment_statuses::authorizer)))
            .filter(payment_statuses::user_id.eq(Id($user.uuid())))
            .select((PaymentRow::as_select(), member_profiles::number, authorizers.field(users::number)))
    }};
}

impl PaymentLookup for DieselTransaction<'_> {
    fn periods(&mut self) -> Result<Periods, StoreError> {
        let row = self.run(|c| {
            portal_settings::table.find(SETTINGS).select(SettingsRow::as_select()).first(c).optional()
        })?;
        row.map_or_else(|| Ok(Periods::default()), Periods::try_from)
    }

    fn find(&mut self, user: UserId, period: Period) -> Result<Option<PaymentStatus>, StoreError> {
        let row: Option<(PaymentRow, i64, i64)> = self.run(|c| {
            statuses!(user).filter(payment_statuses::period.eq(period.number())).first(c).optional()
        })?;
        row.map(|(payment, number, authorizer)| payment.into_status(number, authorizer)).transpose()
    }

    fn list_of(&mut self, user: UserId) -> Result<Vec<PaymentStatus>, StoreError> {
        let rows: Vec<(PaymentRow, i64, i64)> =
            self.run(|c| statuses!(user).order(payment_statuses::period.desc()).load(c))?;
        rows.into_iter()
            .map(|(payment, number, authorizer)| payment.into_status(number, authorizer))
            .collect()
    }

    fn find_transaction(&mut self, token: &TokenDigest) -> Result<Option<PaymentTransaction>, StoreError> {
        let row: Option<(Vec<u8>, Id, Instant)> =
            self.run(|c| payment_transactions::table.find(token.as_bytes().as_slice()).first(c).optional())?;
        row.map(|(digest, user, expires_at)| {
            let corrupt = StoreError::Corrupt { table: "payment_transactions", column: "digest" };
            Ok(PaymentTransaction {
                digest: token_digest(digest).ok_or(corrupt)?,
                user: UserId::from_uuid(user.0),
                expires_at: expires_at.0,
            })
        })
        .transpose()
    }
}

impl PaymentRepository for DieselTransaction<'_> {
    fn set_periods(&mut self, periods: Periods, at: DateTime<Utc>) -> Result<(), StoreError> {
        let row = SettingsRow {
            id: SETTINGS,
            current_period: periods.current().number(),
            payment_period: periods.payment().number(),
            updated_at: Instant(at),
        };
        self.run(|c| {
            on_either!(c, c => diesel::insert_into(portal_settings::table)
                .values(&row)
                .on_conflict(portal_settings::id)
                .do_update()
                .set(&row)
                .execute(c))
        })
        .map(drop)
    }

    fn add(&mut self, payment: &Payment) -> Result<(), StoreError> {
        let row = PaymentRow::from(payment);
        self.attempt(|c| diesel::insert_into(payment_statuses::table).values(row).execute(c)).map(drop)
    }

    fn remove(&mut self, user: UserId, period: Period, removal: &PaymentRemoval) -> Result<bool, StoreError> {
        use payment_removals as removals;

        let removed: Option<(Id, Instant)> = self.run(|c| {
            diesel::delete(payment_statuses::table.find((Id(user.uuid()), period.number())))
                .returning((payment_statuses::authorizer, payment_statuses::created_at))
                .get_result(c)
                .optional()
        })?;
        let Some((authorizer, paid_at)) = removed else { return Ok(false) };
        self.run(|c| {
            diesel::insert_into(removals::table)
                .values((
                    removals::id.eq(Id(removal.id.uuid())),
                    removals::user_id.eq(Id(user.uuid())),
                    removals::period.eq(period.number()),
                    removals::authorizer.eq(authorizer),
                    removals::paid_at.eq(paid_at),
                    removals::removed_by.eq(Id(removal.removed_by.uuid())),
                    removals::removed_at.eq(Instant(removal.removed_at)),
                    removals::reason.eq(removal.reason.as_ref().map(RemovalReason::as_str)),
                ))
                .execute(c)
        })?;
        Ok(true)
    }

    fn add_transaction(&mut self, transaction: &PaymentTransaction) -> Result<(), StoreError> {
        self.run(|c| {
            diesel::insert_into(payment_transactions::table)
                .values((
                    payment_transactions::digest.eq(transaction.digest.as_bytes().as_slice()),
                    payment_transactions::user_id.eq(Id(transaction.user.uuid())),
                    payment_transactions::expires_at.eq(Instant(transaction.expires_at)),
                ))
                .execute(c)
        })
        .map(drop)
    }

    fn use_transaction(&mut self, token: &TokenDigest, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.guarded(|c| {
            diesel::delete(payment_transactions::table.find(token.as_bytes().as_slice()))
                .filter(payment_transactions::expires_at.gt(Instant(now)))
                .execute(c)
        })
    }
}
