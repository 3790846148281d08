//! Can people be served?

use portico_domain::ports::{Consistency, StoreError, StoreExt as _};

use crate::ports::Ports;

/// Why they cannot.
#[derive(Debug, thiserror::Error)]
pub enum NotReady {
    /// The database does not answer.
    #[error("the database cannot be reached")]
    Unreachable(#[from] StoreError),
    /// The database is older than the program.
    #[error("migrations are missing: {}", .0.join(", "))]
    MigrationsMissing(Vec<String>),
}

/// Tells whether the database is reachable and up to date (contract O42).
#[derive(Clone)]
pub struct CheckReadiness {
    ports: Ports,
}

impl CheckReadiness {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Looks.
    ///
    /// # Errors
    /// When people cannot be served.
    pub async fn execute(&self) -> Result<(), NotReady> {
        let missing = self
            .ports
            .store
            .read::<_, StoreError, _>(Consistency::Latest, |seen| seen.schema().list_missing())
            .await?;
        if missing.is_empty() { Ok(()) } else { Err(NotReady::MigrationsMissing(missing)) }
    }
}
