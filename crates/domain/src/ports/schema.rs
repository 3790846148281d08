//! The state of the database.

use crate::ports::StoreError;

/// Reads the state of the database.
pub trait SchemaLookup {
    /// The names of the migrations that were not applied yet; empty when the database is up to date.
    ///
    /// # Errors
    /// When the database cannot be reached.
    fn list_missing(&mut self) -> Result<Vec<String>, StoreError>;
}
