//! Asking people into projects.

mod accept_invite;
mod accept_invite_by_password;
mod invite_to_project;
mod list_invites;
mod pending_invite;
mod resend_invite;
mod revoke_invite;
mod view_invite;

pub(crate) use self::accept_invite::join_by_invite;
pub use self::{
    accept_invite::{AcceptInvite, AcceptInviteError, JoinedByInvite},
    accept_invite_by_password::{AcceptInviteByPassword, AcceptInviteByPasswordError},
    invite_to_project::{InviteRequest, InviteToProject, InviteToProjectError},
    list_invites::ListInvites,
    pending_invite::PendingInviteError,
    resend_invite::ResendInvite,
    revoke_invite::RevokeInvite,
    view_invite::{InviteView, ViewInvite, ViewInviteError},
};
