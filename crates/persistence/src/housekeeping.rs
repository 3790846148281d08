//! Throwing away what has no more use. Each removal repeats its condition, so that a record that came to life again
//! between finding and removing it stays.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use portico_domain::{
    code::PROOF_WINDOW,
    ports::{Disposable, Housekeeping, StoreError},
};

use crate::{
    schema::{outbox, password_resets, sessions, verification_codes},
    transaction::DieselTransaction,
    types::Instant,
};

/// The purposes of codes, as the domain words them.
const PURPOSES: [&str; 2] = ["registration", "added_address"];

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
        }
    }
}
