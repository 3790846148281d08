//! The use cases of Portico: what people can do, each as one type with one `execute`.
//!
//! A use case gathers what the domain's rule needs, asks the rule, and keeps the outcome, all in one unit of work of
//! the store. It never knows which API called it.

mod accounts;
mod actor;
#[cfg(test)]
mod fixtures;
mod invites;
mod mail;
mod ports;
mod projects;
mod service;
mod sessions;
mod use_cases;

pub use self::{
    accounts::{
        Account, AddEmail, AddEmailError, ChangePassword, ChangePasswordError, CheckPasswordReset,
        CheckPasswordResetError, CompleteRegistration, CompleteRegistrationError,
        CompleteRegistrationRequest, CreateUser, CreateUserError, CreateUserRequest, ListEmails, ListUsers,
        RegisterWithInvite, RegisterWithInviteError, RegisterWithInviteRequest, RegisteredWithInvite,
        RequestPasswordReset, ResendEmailCode, ResendEmailCodeError, ResendRegistrationCode,
        ResendRegistrationCodeError, ResetPassword, ResetPasswordError, StartRegistration, VerifyEmail,
        VerifyEmailError, VerifyRegistration, VerifyRegistrationError, ViewAccount,
    },
    actor::Actor,
    invites::{
        AcceptInvite, AcceptInviteByPassword, AcceptInviteByPasswordError, AcceptInviteError, InviteRequest,
        InviteToProject, InviteToProjectError, InviteView, JoinedByInvite, ListInvites, ResendInvite,
        ResendInviteError, RevokeInvite, RevokeInviteError, ViewInvite, ViewInviteError,
    },
    mail::{DeliverLetters, DeliveryReport},
    ports::Ports,
    projects::{
        CreateProject, JoinProject, JoinProjectError, ListMembers, ListProjects, NewProject, ProjectError,
        ProjectView, ViewProject,
    },
    service::{CheckReadiness, MeasureBacklog, NotReady, PurgeExpired},
    sessions::{
        Authenticate, AuthenticateError, IssuedTokens, RefreshSession, RefreshSessionError, SignIn,
        SignInError, SignOut, SignedIn, UserCard,
    },
    use_cases::UseCases,
};
