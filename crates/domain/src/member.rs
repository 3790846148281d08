//! Who belongs to a project, and what he may do there (contract section 7).

use chrono::{DateTime, Utc};

use crate::{
    email::EmailAddress,
    id::{MemberId, ProjectId, UserId},
    invite::InviteRole,
    ports::Entropy,
    project::Project,
    user::DisplayName,
};

/// What a member is in his project (contract section 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The one it belongs to; each project has exactly one.
    Owner,
    /// Runs it beside the owner.
    Admin,
    /// Takes part.
    Member,
}

impl Role {
    /// The word for it in answers and at rest: `owner`, `admin` or `member`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Member => "member",
        }
    }

    /// Reads the word; any other names no role.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Owner, Self::Admin, Self::Member].into_iter().find(|role| role.as_str() == word)
    }

    /// Whether he runs the project: its settings, its members and its invites.
    #[must_use]
    pub const fn manages(self) -> bool {
        matches!(self, Self::Owner | Self::Admin)
    }
}

/// Somebody's membership of a project. A person has one for each project he is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Which membership.
    pub id: MemberId,
    /// Of which project.
    pub project: ProjectId,
    /// Whose.
    pub user: UserId,
    /// As what.
    pub role: Role,
    /// The keys of the permissions he was given, such as `events.edit` (contract O23).
    pub permissions: Vec<String>,
    /// Since when.
    pub created_at: DateTime<Utc>,
}

impl Member {
    /// A new membership, beginning at `now`, with no permissions.
    #[must_use]
    pub fn new(
        project: ProjectId,
        user: UserId,
        role: Role,
        now: DateTime<Utc>,
        entropy: &dyn Entropy,
    ) -> Self {
        let id = MemberId::generate(now, entropy);
        Self { id, project, user, role, permissions: Vec::new(), created_at: now }
    }
}

/// A member together with what the other members see of him (contract section 7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberProfile {
    /// The membership.
    pub member: Member,
    /// His default address; nothing when he has none.
    pub address: Option<EmailAddress>,
    /// The name to show.
    pub display_name: DisplayName,
}

/// Why somebody may not do a thing in a project (contract section 7, O4, O21).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProjectRefusal {
    /// There is no such project, as far as he can see.
    #[error("there is no such project")]
    NotFound,
    /// The project is public, but only its members may do this.
    #[error("only members of the project may do this")]
    NotMember,
    /// Only the owner and the admins may do this.
    #[error("only the owner and the admins of the project may do this")]
    NotManager,
    /// An admin would make another admin (contract O21).
    #[error("only the owner can assign the admin role")]
    OnlyOwnerAssignsAdmin,
    /// An admin would take away what makes another admin (contract O21).
    #[error("an admin cannot edit another admin")]
    AdminCannotEditAdmin,
}

/// What somebody can see of a project: hiding a private one comes before refusing anything in it (contract O4).
///
/// # Errors
/// `NotFound` when it is private and he is no member.
pub fn check_visible(project: &Project, member: Option<&Member>) -> Result<(), ProjectRefusal> {
    if project.is_public || member.is_some() { Ok(()) } else { Err(ProjectRefusal::NotFound) }
}

/// Finds somebody a member.
///
/// # Errors
/// When he is none: `NotFound` of a private project, which hides itself, `NotMember` of a public one.
pub fn check_member<'m>(project: &Project, member: Option<&'m Member>) -> Result<&'m Member, ProjectRefusal> {
    check_visible(project, member)?;
    member.ok_or(ProjectRefusal::NotMember)
}

/// Finds somebody the owner or an admin.
///
/// # Errors
/// As [`check_member`], and `NotManager` when he is a plain member.
pub fn check_manager<'m>(
    project: &Project,
    member: Option<&'m Member>,
) -> Result<&'m Member, ProjectRefusal> {
    let member = check_member(project, member)?;
    if member.role.manages() { Ok(member) } else { Err(ProjectRefusal::NotManager) }
}

/// Whether a manager may hand out `role`: an admin makes plain members only (contract O21).
///
/// # Errors
/// `OnlyOwnerAssignsAdmin` when anybody but the owner would make an admin.
pub fn check_assigns(manager: &Member, role: InviteRole) -> Result<(), ProjectRefusal> {
    match (manager.role, role) {
        (Role::Owner, _) | (_, InviteRole::Member) => Ok(()),
        (Role::Admin | Role::Member, InviteRole::Admin) => Err(ProjectRefusal::OnlyOwnerAssignsAdmin),
    }
}

/// Whether a manager may take back an invite to be `role`: an admin touches plain members only (contract O21).
///
/// # Errors
/// `AdminCannotEditAdmin` when anybody but the owner would take back the invite of an admin.
pub fn check_withdraws(manager: &Member, role: InviteRole) -> Result<(), ProjectRefusal> {
    check_assigns(manager, role).map_err(|_| ProjectRefusal::AdminCannotEditAdmin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ports::mocks::CountingEntropy, project::ProjectName, slug::Slug};

    fn project(is_public: bool) -> Project {
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let entropy = CountingEntropy::default();
        Project {
            id: ProjectId::generate(now, &entropy),
            slug: Slug::from_name("chess"),
            name: ProjectName::parse("Chess").unwrap(),
            description: None,
            is_public,
            owner: UserId::generate(now, &entropy),
            created_at: now,
        }
    }

    fn member(role: Role) -> Member {
        let project = project(true);
        Member::new(project.id, project.owner, role, project.created_at, &CountingEntropy::default())
    }

    #[test]
    fn a_private_project_hides_itself_from_strangers() {
        assert_eq!(check_visible(&project(false), None), Err(ProjectRefusal::NotFound));
        assert_eq!(check_visible(&project(true), None), Ok(()));
        assert_eq!(check_member(&project(false), None), Err(ProjectRefusal::NotFound));
        assert_eq!(check_member(&project(true), None), Err(ProjectRefusal::NotMember));
        assert_eq!(check_visible(&project(false), Some(&member(Role::Member))), Ok(()));
    }

    #[test]
    fn owner_and_admins_manage_a_project() {
        for (role, may) in [(Role::Owner, true), (Role::Admin, true), (Role::Member, false)] {
            assert_eq!(check_manager(&project(false), Some(&member(role))).is_ok(), may, "{role:?}");
        }
    }

    #[test]
    fn an_admin_hands_out_plain_memberships_only() {
        assert_eq!(check_assigns(&member(Role::Owner), InviteRole::Admin), Ok(()));
        assert_eq!(check_assigns(&member(Role::Admin), InviteRole::Member), Ok(()));
        let refused = check_assigns(&member(Role::Admin), InviteRole::Admin);
        assert_eq!(refused, Err(ProjectRefusal::OnlyOwnerAssignsAdmin));
        let refused = check_withdraws(&member(Role::Admin), InviteRole::Admin);
        assert_eq!(refused, Err(ProjectRefusal::AdminCannotEditAdmin));
    }

    #[test]
    fn a_role_is_read_as_it_is_written() {
        for role in [Role::Owner, Role::Admin, Role::Member] {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
        assert_eq!(Role::parse("Owner"), None);
    }
}
