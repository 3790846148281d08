//! What becomes of an invite that waits for its guest.

use portico_domain::{member::ProjectRefusal, ports::StoreError};

use crate::projects::ProjectError;

/// Why a pending invite was left as it was.
#[derive(Debug, thiserror::Error)]
pub enum PendingInviteError {
    /// The caller may not do that with it.
    #[error(transparent)]
    Refused(#[from] ProjectRefusal),
    /// There is no such pending invite.
    #[error("there is no such invite")]
    NotFound,
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for PendingInviteError {
    fn from(error: StoreError) -> Self {
        match error {
            // Accepted, taken back or sent anew a moment ago.
            StoreError::Stale => Self::NotFound,
            other => Self::Store(other),
        }
    }
}

impl From<ProjectError> for PendingInviteError {
    fn from(error: ProjectError) -> Self {
        match error {
            ProjectError::Refused(refusal) => Self::Refused(refusal),
            ProjectError::Store(error) => error.into(),
        }
    }
}
