//! How many letters are owed, and for how long.

use portico_domain::ports::{Backlog, Consistency, StoreError, StoreExt as _};

use crate::ports::Ports;

/// Tells the operator how much the outbox owes.
#[derive(Clone)]
pub struct MeasureBacklog {
    ports: Ports,
}

impl MeasureBacklog {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Looks.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn execute(&self) -> Result<Backlog, StoreError> {
        self.ports.store.read(Consistency::Latest, |seen| seen.outbox().backlog()).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::*;

    #[tokio::test]
    async fn what_the_outbox_owes_is_told() {
        let owed = Backlog { letters: 3, oldest: Some(now()) };
        let mut house = House::default();
        house.tx.outbox.expect_backlog().times(1).returning(move || Ok(owed));
        assert_eq!(house.open().does.measure_backlog.execute().await.unwrap(), owed);
    }
}
