//! Throwing away what has no more use.

use chrono::TimeDelta;
use portico_domain::ports::{Disposable, StoreError, StoreExt as _};

use crate::ports::Ports;

/// Records removed in one unit of work: few enough to hold nobody up.
const BATCH: u16 = 500;

/// Removes what ended long ago. Used refresh tokens stay until their own time is over, so that their reuse is noticed.
#[derive(Clone)]
pub struct PurgeExpired {
    ports: Ports,
}

impl PurgeExpired {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// How many records were removed.
    ///
    /// # Errors
    /// When the store fails; what was removed before stays so.
    pub async fn execute(&self) -> Result<usize, StoreError> {
        let kinds = [
            (Disposable::Sessions, TimeDelta::days(1)),
            (Disposable::VerificationCodes, TimeDelta::days(1)),
            (Disposable::PasswordResets, TimeDelta::days(1)),
            (Disposable::Letters, TimeDelta::days(30)),
        ];
        let mut removed = 0;
        for (what, age) in kinds {
            let before = self.ports.clock.now() - age;
            loop {
                let batch: usize = self
                    .ports
                    .store
                    .write::<_, StoreError, _>(move |tx| tx.housekeeping().purge(what, before, BATCH))
                    .await?;
                removed += batch;
                if batch < usize::from(BATCH) {
                    break;
                }
            }
        }
        Ok(removed)
    }
}
