//! Where dues are kept.

use chrono::{DateTime, Utc};

use crate::{
    id::UserId,
    payment::{Payment, PaymentRemoval, PaymentStatus, PaymentTransaction},
    period::{Period, Periods},
    ports::StoreError,
    token::TokenDigest,
};

/// Reads dues.
pub trait PaymentLookup {
    /// The periods that count; the default ones as long as nobody has set any.
    ///
    /// # Errors
    /// When the store fails.
    fn periods(&mut self) -> Result<Periods, StoreError>;

    /// What somebody paid for a period.
    ///
    /// # Errors
    /// When the store fails.
    fn find(&mut self, user: UserId, period: Period) -> Result<Option<PaymentStatus>, StoreError>;

    /// Everything that somebody paid, the newest period first.
    ///
    /// # Errors
    /// When the store fails.
    fn list_of(&mut self, user: UserId) -> Result<Vec<PaymentStatus>, StoreError>;

    /// The offer behind a payment token, as long as it is not used up; live or not.
    ///
    /// # Errors
    /// When the store fails.
    fn find_transaction(&mut self, token: &TokenDigest) -> Result<Option<PaymentTransaction>, StoreError>;
}

/// Keeps dues. Payments and periods are changed under [`crate::ports::Lock::Dues`].
pub trait PaymentRepository: PaymentLookup {
    /// Sets the periods that count.
    ///
    /// # Errors
    /// When the store fails.
    fn set_periods(&mut self, periods: Periods, at: DateTime<Utc>) -> Result<(), StoreError>;

    /// Records a payment.
    ///
    /// # Errors
    /// `Duplicate` of `Payment` when he has paid for that period.
    fn add(&mut self, payment: &Payment) -> Result<(), StoreError>;

    /// Takes a payment back and keeps that; answers whether there was one.
    ///
    /// # Errors
    /// When the store fails.
    fn remove(&mut self, user: UserId, period: Period, removal: &PaymentRemoval) -> Result<bool, StoreError>;

    /// Adds an offer to pay.
    ///
    /// # Errors
    /// When the store fails.
    fn add_transaction(&mut self, transaction: &PaymentTransaction) -> Result<(), StoreError>;

    /// Uses up an offer to pay.
    ///
    /// # Errors
    /// `Stale` when there is none, it is used up, or its time is over at `now`.
    fn use_transaction(&mut self, token: &TokenDigest, now: DateTime<Utc>) -> Result<(), StoreError>;
}
