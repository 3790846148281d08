//! Where the portal's sign-ins are kept.

use chrono::{DateTime, Utc};

use crate::{
    id::SessionId,
    portal_session::{PortalSession, Visitor},
    ports::StoreError,
    token::TokenDigest,
};

/// Reads the portal's sign-ins.
pub trait PortalSessionLookup {
    /// What there is to know of a cookie's token, live or not, in one read.
    ///
    /// # Errors
    /// When the store fails.
    fn find_visitor(&mut self, token: &TokenDigest) -> Result<Option<Visitor>, StoreError>;
}

/// Keeps the portal's sign-ins. What ends all sign-ins of a person ends these too.
pub trait PortalSessionRepository: PortalSessionLookup {
    /// Adds a sign-in whose token is about to be given out.
    ///
    /// # Errors
    /// When the store fails.
    fn add(&mut self, session: &PortalSession) -> Result<(), StoreError>;

    /// Ends a sign-in; nothing happens to one that has ended.
    ///
    /// # Errors
    /// When the store fails.
    fn end(&mut self, id: SessionId, at: DateTime<Utc>) -> Result<(), StoreError>;
}
