//! Where invites are kept.

use crate::{
    email::CanonicalAddress,
    id::{InviteId, ProjectId},
    invite::Invite,
    page::Page,
    ports::StoreError,
    token::TokenDigest,
};

/// Reads invites. Whether one is still open is for [`Invite::check_open`] to say.
pub trait InviteLookup {
    /// The invite with this token, open or not.
    ///
    /// # Errors
    /// When the store fails.
    fn find_by_token(&mut self, token: &TokenDigest) -> Result<Option<Invite>, StoreError>;

    /// An invite of this project, open or not.
    ///
    /// # Errors
    /// When the store fails.
    fn find(&mut self, project: ProjectId, id: InviteId) -> Result<Option<Invite>, StoreError>;

    /// The pending invite of this address into this project, expired or not.
    ///
    /// # Errors
    /// When the store fails.
    fn find_pending(
        &mut self,
        project: ProjectId,
        address: &CanonicalAddress,
    ) -> Result<Option<Invite>, StoreError>;

    /// The pending invites of a project, expired ones too, in the order of their ids.
    ///
    /// # Errors
    /// When the store fails.
    fn list_pending(&mut self, project: ProjectId, page: Page) -> Result<Vec<Invite>, StoreError>;
}

/// Keeps invites. Of two racing changes to one invite exactly one succeeds.
pub trait InviteRepository: InviteLookup {
    /// Adds a pending invite.
    ///
    /// # Errors
    /// `Duplicate(Unique::PendingInvite)` when one is pending for this project and address already, expired or not
    /// (contract O26).
    fn add(&mut self, invite: &Invite) -> Result<(), StoreError>;

    /// Records the final state of an invite still pending at rest.
    ///
    /// # Errors
    /// `Stale` when it is not pending any more, or was sent anew meanwhile.
    fn close(&mut self, invite: &Invite) -> Result<(), StoreError>;

    /// Records the new token and expiry of an invite still pending at rest under the token `old`.
    ///
    /// # Errors
    /// `Stale` when it is not pending any more, or was sent anew meanwhile.
    fn renew(&mut self, invite: &Invite, old: &TokenDigest) -> Result<(), StoreError>;
}
