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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::*;

    async fn check(missing: Result<Vec<String>, StoreError>) -> Result<(), NotReady> {
        let mut house = House::default();
        house.tx.schema.expect_list_missing().times(1).return_once(|| missing);
        house.open().does.check_readiness.execute().await
    }

    #[tokio::test]
    async fn people_are_served_when_the_database_is_up_to_date() {
        check(Ok(Vec::new())).await.unwrap();
    }

    #[tokio::test]
    async fn missing_migrations_are_named() {
        let missing = vec!["2026-01-01-one".to_owned(), "2026-01-02-two".to_owned()];
        let error = check(Ok(missing)).await.unwrap_err();
        assert_eq!(error.to_string(), "migrations are missing: 2026-01-01-one, 2026-01-02-two");
    }

    #[tokio::test]
    async fn a_database_that_does_not_answer_serves_nobody() {
        assert_refused!(check(Err(StoreError::Closed)).await, NotReady::Unreachable(StoreError::Closed));
    }
}
