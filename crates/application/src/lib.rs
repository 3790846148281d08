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
mod partners;
mod portal;
mod ports;
mod projects;
mod service;
mod sessions;
mod signup;
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
        InviteToProject, InviteToProjectError, InviteView, JoinedByInvite, ListInvites, PendingInviteError,
        ResendInvite, RevokeInvite, ViewInvite, ViewInviteError,
    },
    mail::{DeliverLetters, DeliveryReport},
    partners::{
        CreatePartner, CreatePartnerError, CreatedPartner, FindOrCreateUser, FindOrCreateUserRequest,
        FindPartner, ListCheckResults, ListDeliveries, ListDictations, ListPartners, ListWebhooks,
        PartnerCallError, RegisterDictation, RegisterDictationError, RegisterWebhook, RegisterWebhookError,
        RegisteredWebhook, RemoveWebhook, ReplayDelivery, RetireDictation, RevokePartner, RotatePartnerKey,
        RotatedPartnerKey, SaveCheckResult, SaveCheckResultError, SaveCheckResultRequest,
        UnknownPartnerError, ViewCheckResult,
    },
    portal::{
        AppointMember, AppointMemberError, Appointed, AuthenticateService, AuthorizeManagement,
        AuthorizeManagerError, AuthorizePayment, AuthorizePaymentError, BeginPortalSignIn,
        BeginPortalSignInError, BegunSignIn, FailedReminder, FindMemberRole, FindPayment, FinishPortalSignIn,
        FinishPortalSignInError, FinishPortalSignInRequest, FinishedSignIn, IdentifyVisitor,
        IdentifyVisitorError, ImportFault, ImportMembers, ImportMode, ImportReport, ImportRow, LeavePortal,
        ListMemberPayments, ListMemberRoles, ListOwnPayments, ListProfiles, ListProfilesRequest, MemberName,
        OfferPayment, OfferPaymentError, OfferedPayment, OverwriteMember, OverwriteMemberError,
        PaymentPreview, PendingSignInError, PeriodChange, PortalCaller, PreviewPayment, PreviewPaymentError,
        ProfileConflict, RecordPayment, RecordPaymentError, RegisterMember, RegisterMemberError,
        RegisterMemberRequest, RemindUnpaid, RemovePayment, SaveMailTemplate, SaveMailTemplateError,
        SetMemberRole, SetMemberRoleError, SetPeriod, SetPeriodError, UpdateProfile, UpdateProfileError,
        UpdateProfileRequest, VerifyMemberAddress, VerifyMemberAddressError, ViewCard, ViewMailTemplate,
        ViewMember, ViewPendingSignIn, ViewPeriods, ViewProfile,
    },
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
    signup::{
        ActivateSignup, AddFcmToken, AddFcmTokenError, AdmitApplication, ApplySignupDocument,
        ApplySignupDocumentError, ArchiveSignup, AuthenticateSignup, AuthenticateSignupError,
        ChangeSignupPassword, ChangeSignupPasswordRequest, CheckSystemCode, DeleteSignup, Door,
        EndAllSignupSessions, EndSignupSession, ExportSignupDocument, InspectSignupProvider,
        ListSignupDevices, ListSignupForms, ListSignupProviders, NotificationRequest, PurgeWaitingSignups,
        PutSignupForm, PutSignupProvider, RefreshSignupSession, RefreshSignupSessionError, RegisterSignup,
        RegisterSignupRequest, RegisteredSignup, RemoveFcmToken, RemoveSignupDefinitionError,
        RemoveSignupForm, RemoveSignupProvider, SendSystemCode, SentCode, SignInSignup, SignInSignupError,
        SignInSignupRequest, SignInWithProvider, SignInWithProviderError, SignInWithProviderRequest,
        SignedInError, SignupError, SignupTokens, SystemCodeError, UnknownDoorError, UpdateSignup,
        UpdateSignupRequest, ViewSignup, ViewSignupForm, ViewSignupKeys, ViewSignupProvider,
    },
    use_cases::UseCases,
};
