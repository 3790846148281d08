//! Who is calling the portal.

use portico_domain::id::{SessionId, UserId};

/// A person who may use the portal as himself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PortalCaller {
    /// Who.
    pub user: UserId,
    /// By which sign-in of the portal; nothing when he came with a bearer token of the accounts.
    pub session: Option<SessionId>,
}
