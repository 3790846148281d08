//! Throwing away what has no more use.

use chrono::{DateTime, Utc};

use crate::ports::StoreError;

/// A kind of record that is of no more use some time after its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposable {
    /// Pairs of tokens whose refresh token's time was over before the given instant.
    Sessions,
    /// Codes whose time, and whose proof's time, was over before it.
    VerificationCodes,
    /// Requests for passwords whose time was over before it.
    PasswordResets,
    /// Letters delivered or given up before it.
    Letters,
    /// Sign-ins of the portal whose time was over before it.
    PortalSessions,
    /// Sign-ins at the provider that had begun and whose time was over before it.
    SignInAttempts,
    /// Newcomers who waited for their form and whose time was over before it.
    PendingSignIns,
    /// Links that proved members' addresses and whose time was over before it.
    EmailVerifications,
    /// Offers to pay whose time was over before it.
    PaymentTransactions,
    /// Sign-ins of the sign-up API that ended, or whose refresh token's time was over, before it.
    SignupSessions,
    /// Names of partners' calls whose time was over before it.
    IdempotencyKeys,
    /// Events told to partners, or given up, whose last try was before it.
    Deliveries,
}

/// Throws away what was over long enough ago, in steps that hold nobody up.
pub trait Housekeeping {
    /// Removes at most `limit` records that were over before `before`; answers how many.
    ///
    /// # Errors
    /// When the store fails.
    fn purge(&mut self, what: Disposable, before: DateTime<Utc>, limit: u16) -> Result<usize, StoreError>;
}
