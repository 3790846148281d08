//! Why calls of partners, and about partners, come to nothing.

use portico_domain::{
    partner::FieldFaults,
    ports::{PasswordsError, StoreError},
};

/// Why a partner's call came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum PartnerCallError {
    /// Fields are faulty; these are all of them (partner contract, "Common").
    #[error("fields of the call are faulty")]
    Faulty(FieldFaults),
    /// A password could not be hashed now.
    #[error(transparent)]
    Passwords(#[from] PasswordsError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<FieldFaults> for PartnerCallError {
    fn from(faults: FieldFaults) -> Self {
        Self::Faulty(faults)
    }
}

/// Why something was not done to a partner, or to what is a partner's.
#[derive(Debug, thiserror::Error)]
pub enum UnknownPartnerError {
    /// There is none, or no more.
    #[error("there is none")]
    Unknown,
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for UnknownPartnerError {
    fn from(error: StoreError) -> Self {
        // Guarded changes of what is a partner's find nothing when there is nothing.
        match error {
            StoreError::Stale => Self::Unknown,
            error => Self::Store(error),
        }
    }
}
