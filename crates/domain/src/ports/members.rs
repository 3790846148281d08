//! Where memberships are kept.

use crate::{
    id::{ProjectId, UserId},
    member::{Member, MemberProfile},
    page::Page,
    ports::StoreError,
};

/// Reads memberships.
pub trait MemberLookup {
    /// A person's membership of a project.
    ///
    /// # Errors
    /// When the store fails.
    fn find(&mut self, project: ProjectId, user: UserId) -> Result<Option<Member>, StoreError>;

    /// The members of a project, in the order of their member ids.
    ///
    /// # Errors
    /// When the store fails.
    fn list(&mut self, project: ProjectId, page: Page) -> Result<Vec<MemberProfile>, StoreError>;
}

/// Keeps memberships: a person has at most one for a project, and a project one owner (contract section 7).
pub trait MemberRepository: MemberLookup {
    /// Adds a membership.
    ///
    /// # Errors
    /// `Duplicate(Unique::ProjectMember)` when the person is a member already, `Duplicate(Unique::ProjectOwner)` when
    /// he would be a second owner.
    fn add(&mut self, member: &Member) -> Result<(), StoreError>;
}
