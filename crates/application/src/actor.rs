//! Who is calling.

use portico_domain::{
    id::{FamilyId, SessionId, UserId},
    session::Bearer,
};

/// A person who has shown a living bearer token. Only [`crate::Authenticate`] makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub user: UserId,
    /// By which pair of tokens.
    pub session: SessionId,
    /// By which sign-in.
    pub family: FamilyId,
    /// Whether he must change his password before anything else (contract O47).
    pub password_change_required: bool,
}

impl From<&Bearer> for Actor {
    fn from(bearer: &Bearer) -> Self {
        Self {
            user: bearer.session.user,
            session: bearer.session.id,
            family: bearer.session.family,
            password_change_required: bearer.password_change_required,
        }
    }
}
