//! Where it is kept which calls were done.

use crate::{
    partner::{Claim, IdempotentRequest},
    ports::StoreError,
};

/// Keeps which calls were done, for 24 hours.
pub trait IdempotencyKeyRepository {
    /// Takes the name of a call for it; of several at once one gets it, and the others wait until his transaction ends.
    ///
    /// # Errors
    /// When the store fails.
    fn claim(&mut self, request: &IdempotentRequest) -> Result<Claim, StoreError>;
}
