//! What the refusals of the domain mean in this API.

use chrono::TimeDelta;
use portico_domain::{
    code::CodeRefusal,
    invite::InviteRefusal,
    member::ProjectRefusal,
    password_reset::PasswordResetRefusal,
    ports::{PasswordsError, StoreError},
};

use super::{problem::Problem, refuses::Refuses};

/// What a unit of work may meet.
impl Refuses<Problem> for StoreError {
    fn refusals() -> Vec<Problem> {
        vec![Self::Overloaded.into(), Self::Stale.into()]
    }
}

impl Refuses<Problem> for CodeRefusal {
    fn refusals() -> Vec<Problem> {
        [Self::AlreadyVerified, Self::Expired, Self::TooManyAttempts, Self::Wrong].map(Problem::from).into()
    }
}

impl Refuses<Problem> for InviteRefusal {
    fn refusals() -> Vec<Problem> {
        [Self::NotFound, Self::Expired, Self::AlreadyMember, Self::EmailMismatch].map(Problem::from).into()
    }
}

/// A stranger: to him a private project does not exist.
pub(crate) struct Stranger;

impl Refuses<Problem> for Stranger {
    fn refusals() -> Vec<Problem> {
        vec![ProjectRefusal::NotFound.into()]
    }
}

/// Whoever is not a member, of a private project or of a public one.
pub(crate) struct NoMember;

impl Refuses<Problem> for NoMember {
    fn refusals() -> Vec<Problem> {
        [ProjectRefusal::NotFound, ProjectRefusal::NotMember].map(Problem::from).into()
    }
}

/// Whoever is neither the owner nor an admin.
pub(crate) struct ManagersOnly;

impl Refuses<Problem> for ManagersOnly {
    fn refusals() -> Vec<Problem> {
        [ProjectRefusal::NotFound, ProjectRefusal::NotMember, ProjectRefusal::NotManager]
            .map(Problem::from)
            .into()
    }
}

/// The refusal of an easily guessed password in this field, for the description of the API.
pub(crate) fn weak_password(field: &'static str) -> Problem {
    Problem::from_passwords(&PasswordsError::Weak("This is a very common password.".to_owned()), field)
}

impl From<CodeRefusal> for Problem {
    fn from(refusal: CodeRefusal) -> Self {
        match refusal {
            CodeRefusal::AlreadyVerified => email_already_verified(),
            CodeRefusal::Expired => Self::bad_request("CODE_EXPIRED", "The code has expired"),
            CodeRefusal::TooManyAttempts => {
                Self::bad_request("TOO_MANY_ATTEMPTS", "Too many wrong codes, please ask for a new one")
            }
            CodeRefusal::Wrong => Self::bad_request("INVALID_CODE", "The code is wrong"),
        }
    }
}

impl From<PasswordResetRefusal> for Problem {
    fn from(refusal: PasswordResetRefusal) -> Self {
        match refusal {
            PasswordResetRefusal::Invalid => Self::bad_request("INVALID_TOKEN", "The reset link is invalid"),
            PasswordResetRefusal::Expired => Self::bad_request("TOKEN_EXPIRED", "The reset link has expired"),
        }
    }
}

impl From<InviteRefusal> for Problem {
    fn from(refusal: InviteRefusal) -> Self {
        match refusal {
            InviteRefusal::NotFound => invite_not_found(),
            InviteRefusal::Expired => Self::bad_request("INVITE_EXPIRED", "The invite has expired"),
            InviteRefusal::AlreadyMember => already_member(),
            InviteRefusal::EmailMismatch => {
                Self::bad_request("EMAIL_MISMATCH", "The invite was sent to another email address")
            }
        }
    }
}

impl From<ProjectRefusal> for Problem {
    fn from(refusal: ProjectRefusal) -> Self {
        match refusal {
            ProjectRefusal::NotFound => project_not_found(),
            ProjectRefusal::NotMember => {
                Self::forbidden("NOT_PROJECT_MEMBER", "Only members of the project may do this")
            }
            ProjectRefusal::NotManager => {
                Self::forbidden("FORBIDDEN", "Only the owner and the admins of the project may do this")
            }
            ProjectRefusal::OnlyOwnerAssignsAdmin => {
                Self::forbidden("ONLY_OWNER_CAN_ASSIGN_ADMIN", "Only owner can assign admin role")
            }
            ProjectRefusal::AdminCannotEditAdmin => {
                Self::forbidden("ADMIN_CANNOT_EDIT_ADMIN", "An admin cannot edit another admin")
            }
        }
    }
}

/// 404: no project has this slug, as far as the caller can see.
pub(crate) fn project_not_found() -> Problem {
    Problem::not_found("NOT_FOUND", "Project not found")
}

/// 404: no such invite.
pub(crate) fn invite_not_found() -> Problem {
    Problem::not_found("INVITE_NOT_FOUND", "Invite not found")
}

/// 404: the caller has no such address.
pub(crate) fn email_not_found() -> Problem {
    Problem::not_found("EMAIL_NOT_FOUND", "You have no such email address")
}

/// 400: he is in already.
pub(crate) fn already_member() -> Problem {
    Problem::bad_request("ALREADY_MEMBER", "Already a member of this project")
}

/// 400: the address belongs to an account.
pub(crate) fn email_already_in_use() -> Problem {
    Problem::bad_request("EMAIL_ALREADY_IN_USE", "The email address is already in use")
}

/// 400: nothing is left to prove.
pub(crate) fn email_already_verified() -> Problem {
    Problem::bad_request("EMAIL_ALREADY_VERIFIED", "The email address is already verified")
}

/// 400: nothing was sent that could be entered.
pub(crate) fn no_code() -> Problem {
    Problem::bad_request("NO_CODE", "No code was sent to this email address")
}

/// 429: the pause between two codes, in whole seconds, rounded up so that whoever waits that long is not early.
pub(crate) fn too_soon(left: TimeDelta) -> Problem {
    let seconds = left.num_seconds() + i64::from(left.subsec_nanos() > 0);
    Problem::too_soon(seconds.max(1))
}
