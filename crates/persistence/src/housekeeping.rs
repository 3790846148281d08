//! Throwing away what has no more use. Each removal repeats its condition, so that a record that came to life again
//! between finding and removing it stays.

use chrono::{DateTime, Utc};
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{BigInt, Bool},
};
use portico_domain::{
    code::PROOF_WINDOW,
    ports::{Disposable, Housekeeping, StoreError},
};

use crate::{
    schema::{
        deliveries, email_verifications, idempotency_keys, outbox, password_resets, payment_transactions,
        pending_signins, sessions, sign_in_attempts, signup_sessions, verification_codes,
    },
    transaction::DieselTransaction,
    types::{DbInstant, Instant},
};

/// The purposes of codes, as the domain words them.
const PURPOSES: [&str; 3] = ["registration", "added_address", "signup"];

/// Removes the records of a table, named by `$key`, whose `$end` was before `$before`; the oldest first.
macro_rules! purge {
    ($connection:expr, $table:ident, $key:ident, $end:ident, $before:expr, $limit:expr) => {{
        let old = diesel::alias!($table as old);
        let doomed = old
            .filter(old.field($table::$end).lt($before))
            .order(old.field($table::$end))
            .limit($limit)
            .select(old.field($table::$key));
        diesel::delete($table::table)
            .filter($table::$key.eq_any(doomed))
            .filter($table::$end.lt($before))
            .execute($connection)
    }};
}

impl DieselTransaction<'_> {
    /// A code is over when its own time and that of its proof are.
    fn purge_codes(&mut self, before: DateTime<Utc>, limit: u16) -> Result<usize, StoreError> {
        use verification_codes::{expires_at, proved_at, purpose, subject};

        let (end, proof_end) = (Instant(before), Some(Instant(before - PROOF_WINDOW)));
        let mut purged = 0;
        for word in PURPOSES {
            let left = i64::from(limit) - i64::try_from(purged).unwrap_or(i64::MAX);
            let old = diesel::alias!(verification_codes as old);
            let doomed = old
                .filter(old.field(purpose).eq(word))
                .filter(old.field(expires_at).lt(end))
                .filter(old.field(proved_at).is_null().or(old.field(proved_at).lt(proof_end)))
                .order(old.field(expires_at))
                .limit(left)
                .select(old.field(subject));
            purged += self.run(|c| {
                diesel::delete(verification_codes::table)
                    .filter(purpose.eq(word))
                    .filter(subject.eq_any(doomed))
                    .filter(expires_at.lt(end))
                    .filter(proved_at.is_null().or(proved_at.lt(proof_end)))
                    .execute(c)
            })?;
        }
        Ok(purged)
    }

    /// Those of the accounts go by the time of their refresh tokens, which these do not have.
    fn purge_portal_sessions(&mut self, end: Instant, limit: i64) -> Result<usize, StoreError> {
        use sessions::{expires_at, id};

        // Word for word the condition of the index `sessions_portal_by_expiry`, for either name of the table.
        let (is_old_portal, is_portal) =
            (sql::<Bool>("old.kind = 'portal'"), sql::<Bool>("sessions.kind = 'portal'"));
        let old = diesel::alias!(sessions as old);
        let doomed = old
            .filter(is_old_portal)
            .filter(old.field(expires_at).lt(end))
            .order(old.field(expires_at))
            .limit(limit)
            .select(old.field(id));
        self.run(|c| {
            diesel::delete(sessions::table)
                .filter(id.eq_any(doomed))
                .filter(is_portal)
                .filter(expires_at.lt(end))
                .execute(c)
        })
    }

    /// A sign-in of the sign-up API is over when it was ended, or when both of its tokens are.
    fn purge_signup_sessions(&mut self, end: Instant, limit: i64) -> Result<usize, StoreError> {
        use signup_sessions::{access_expires_at, id, refresh_expires_at};

        let ended = self.run(|c| purge!(c, signup_sessions, id, ended_at, Some(end), limit))?;
        let left = limit - i64::try_from(ended).unwrap_or(i64::MAX);
        let old = diesel::alias!(signup_sessions as old);
        let doomed = old
            .filter(old.field(refresh_expires_at).lt(end))
            .filter(old.field(access_expires_at).lt(end))
            .order(old.field(refresh_expires_at))
            .limit(left)
            .select(old.field(id));
        let expired = self.run(|c| {
            diesel::delete(signup_sessions::table)
                .filter(id.eq_any(doomed))
                .filter(refresh_expires_at.lt(end))
                .filter(access_expires_at.lt(end))
                .execute(c)
        })?;
        Ok(ended + expired)
    }

    /// The names of calls have no key of one column.
    fn purge_idempotency_keys(&mut self, end: Instant, limit: i64) -> Result<usize, StoreError> {
        let doomed = sql::<Bool>(
            "(partner, key) IN (SELECT old.partner, old.key FROM idempotency_keys AS old WHERE old.expires_at < ",
        )
        .bind::<DbInstant, _>(end)
        .sql(" ORDER BY old.expires_at LIMIT ")
        .bind::<BigInt, _>(limit)
        .sql(")");
        self.run(|c| {
            diesel::delete(idempotency_keys::table)
                .filter(doomed)
                .filter(idempotency_keys::expires_at.lt(end))
                .execute(c)
        })
    }

    /// An event that is still tried stays, however old.
    fn purge_deliveries(&mut self, end: Instant, limit: i64) -> Result<usize, StoreError> {
        use deliveries::{id, last_attempt_at};

        // Word for word the condition of the index `deliveries_closed`, for either name of the table.
        let (is_old_closed, is_closed) =
            (sql::<Bool>("old.state <> 'waiting'"), sql::<Bool>("deliveries.state <> 'waiting'"));
        let old = diesel::alias!(deliveries as old);
        let doomed = old
            .filter(is_old_closed)
            .filter(old.field(last_attempt_at).lt(Some(end)))
            .order(old.field(last_attempt_at))
            .limit(limit)
            .select(old.field(id));
        self.run(|c| {
            diesel::delete(deliveries::table)
                .filter(id.eq_any(doomed))
                .filter(is_closed)
                .filter(last_attempt_at.lt(Some(end)))
                .execute(c)
        })
    }
}

impl Housekeeping for DieselTransaction<'_> {
    fn purge(&mut self, what: Disposable, before: DateTime<Utc>, limit: u16) -> Result<usize, StoreError> {
        let (end, rows) = (Instant(before), i64::from(limit));
        match what {
            Disposable::VerificationCodes => self.purge_codes(before, limit),
            Disposable::Sessions => {
                self.run(|c| purge!(c, sessions, id, refresh_expires_at, Some(end), rows))
            }
            Disposable::PasswordResets => self.run(|c| purge!(c, password_resets, id, expires_at, end, rows)),
            Disposable::Letters => self.run(|c| purge!(c, outbox, id, closed_at, Some(end), rows)),
            Disposable::PortalSessions => self.purge_portal_sessions(end, rows),
            Disposable::SignInAttempts => {
                self.run(|c| purge!(c, sign_in_attempts, digest, expires_at, end, rows))
            }
            Disposable::PendingSignIns => {
                self.run(|c| purge!(c, pending_signins, digest, expires_at, end, rows))
            }
            Disposable::EmailVerifications => {
                self.run(|c| purge!(c, email_verifications, digest, expires_at, end, rows))
            }
            Disposable::PaymentTransactions => {
                self.run(|c| purge!(c, payment_transactions, digest, expires_at, end, rows))
            }
            Disposable::SignupSessions => self.purge_signup_sessions(end, rows),
            Disposable::IdempotencyKeys => self.purge_idempotency_keys(end, rows),
            Disposable::Deliveries => self.purge_deliveries(end, rows),
        }
    }
}
