//! All use cases, ready to be called.

use std::sync::Arc;

use portico_domain::ports::{Clock, Entropy};

use crate::{
    accounts::{
        AddEmail, ChangePassword, CheckPasswordReset, CompleteRegistration, CreateUser, ListEmails,
        ListUsers, RegisterWithInvite, RequestPasswordReset, ResendEmailCode, ResendRegistrationCode,
        ResetPassword, StartRegistration, VerifyEmail, VerifyRegistration, ViewAccount,
    },
    invites::{
        AcceptInvite, AcceptInviteByPassword, InviteToProject, ListInvites, ResendInvite, RevokeInvite,
        ViewInvite,
    },
    partners::{
        CreatePartner, FindOrCreateUser, FindPartner, ListCheckResults, ListDeliveries, ListDictations,
        ListPartners, ListWebhooks, RegisterDictation, RegisterWebhook, RemoveWebhook, ReplayDelivery,
        RetireDictation, RevokePartner, RotatePartnerKey, SaveCheckResult, ViewCheckResult,
    },
    portal::{
        AppointMember, AuthenticateService, AuthorizeManagement, AuthorizePayment, BeginPortalSignIn,
        FindMemberRole, FindPayment, FinishPortalSignIn, IdentifyVisitor, ImportMembers, LeavePortal,
        ListMemberPayments, ListMemberRoles, ListOwnPayments, ListProfiles, OfferPayment, OverwriteMember,
        PreviewPayment, RecordPayment, RegisterMember, RemindUnpaid, RemovePayment, SaveMailTemplate,
        SetMemberRole, SetPeriod, UpdateProfile, VerifyMemberAddress, ViewCard, ViewMailTemplate, ViewMember,
        ViewPendingSignIn, ViewPeriods, ViewProfile,
    },
    ports::Ports,
    projects::{CreateProject, JoinProject, ListMembers, ListProjects, ViewProject},
    service::{CheckReadiness, MeasureBacklog, PurgeExpired},
    sessions::{Authenticate, RefreshSession, SignIn, SignOut},
    signup::{
        ActivateSignup, AddFcmToken, AdmitApplication, ApplySignupDocument, ArchiveSignup,
        AuthenticateSignup, ChangeSignupPassword, CheckSystemCode, DeleteSignup, EndAllSignupSessions,
        EndSignupSession, ExportSignupDocument, InspectSignupProvider, ListSignupDevices, ListSignupForms,
        ListSignupProviders, PurgeWaitingSignups, PutSignupForm, PutSignupProvider, RefreshSignupSession,
        RegisterSignup, RemoveFcmToken, RemoveSignupForm, RemoveSignupProvider, SendSystemCode, SignInSignup,
        SignInWithProvider, UpdateSignup, ViewSignup, ViewSignupForm, ViewSignupKeys, ViewSignupProvider,
    },
};

macro_rules! use_cases {
    ($($(#[$doc:meta])* $field:ident: $use_case:ident),+ $(,)?) => {
        /// One of each use case, over the same ports.
        #[derive(Clone)]
        pub struct UseCases {
            /// Time, for answers that tell what is expired.
            pub clock: Arc<dyn Clock>,
            /// Randomness, for the ids of requests.
            pub entropy: Arc<dyn Entropy>,
            $($(#[$doc])* pub $field: $use_case,)+
        }

        impl UseCases {
            /// Gives every use case the same ports.
            #[must_use]
            pub fn new(ports: &Ports) -> Self {
                Self {
                    clock: Arc::clone(&ports.clock),
                    entropy: Arc::clone(&ports.entropy),
                    $($field: $use_case::new(ports.clone()),)+
                }
            }
        }
    };
}

use_cases! {
    /// Who shows this bearer token?
    authenticate: Authenticate,
    /// Signing in.
    sign_in: SignIn,
    /// Leaving.
    sign_out: SignOut,
    /// The next pair of tokens.
    refresh_session: RefreshSession,
    /// Registration, first step.
    start_registration: StartRegistration,
    /// Another registration code.
    resend_registration_code: ResendRegistrationCode,
    /// Registration, second step.
    verify_registration: VerifyRegistration,
    /// Registration, last step.
    complete_registration: CompleteRegistration,
    /// Registration and joining in one.
    register_with_invite: RegisterWithInvite,
    /// One's own account.
    view_account: ViewAccount,
    /// One's own addresses.
    list_emails: ListEmails,
    /// A further address.
    add_email: AddEmail,
    /// Proving it.
    verify_email: VerifyEmail,
    /// Another code for it.
    resend_email_code: ResendEmailCode,
    /// A forgotten password.
    request_password_reset: RequestPasswordReset,
    /// Is the link to a new password any good?
    check_password_reset: CheckPasswordReset,
    /// A new password by a mailed link.
    reset_password: ResetPassword,
    /// A new password by the old one.
    change_password: ChangePassword,
    /// An account made by the operator.
    create_user: CreateUser,
    /// Everybody, for the operator.
    list_users: ListUsers,
    /// A new project.
    create_project: CreateProject,
    /// One's own projects.
    list_projects: ListProjects,
    /// One project.
    view_project: ViewProject,
    /// Who belongs to it.
    list_members: ListMembers,
    /// Joining a public one.
    join_project: JoinProject,
    /// An invite.
    invite_to_project: InviteToProject,
    /// The invites of a project.
    list_invites: ListInvites,
    /// Taking an invite back.
    revoke_invite: RevokeInvite,
    /// Sending it anew.
    resend_invite: ResendInvite,
    /// What an invite says.
    view_invite: ViewInvite,
    /// Coming in by it.
    accept_invite: AcceptInvite,
    /// Coming in by it with address and password.
    accept_invite_by_password: AcceptInviteByPassword,
    /// Going to the provider to sign in at the portal.
    begin_portal_sign_in: BeginPortalSignIn,
    /// Coming back from there.
    finish_portal_sign_in: FinishPortalSignIn,
    /// Who shows this cookie?
    identify_visitor: IdentifyVisitor,
    /// May this person manage the portal?
    authorize_manager: AuthorizeManagement,
    /// Leaving the portal.
    leave_portal: LeavePortal,
    /// What a newcomer's form shows.
    view_pending_sign_in: ViewPendingSignIn,
    /// Becoming a member.
    register_member: RegisterMember,
    /// Proving a member's address.
    verify_member_address: VerifyMemberAddress,
    /// The card of a member, for everybody.
    view_card: ViewCard,
    /// One's own profile.
    view_profile: ViewProfile,
    /// Changing it.
    update_profile: UpdateProfile,
    /// What one has paid.
    list_own_payments: ListOwnPayments,
    /// Offering to pay.
    offer_payment: OfferPayment,
    /// The members, for an admin.
    list_profiles: ListProfiles,
    /// One of them.
    view_member: ViewMember,
    /// Writing over one.
    overwrite_member: OverwriteMember,
    /// Another role for one.
    set_member_role: SetMemberRole,
    /// A role at the operator's word.
    appoint_member: AppointMember,
    /// What a member has paid.
    list_member_payments: ListMemberPayments,
    /// What he paid for one period.
    find_payment: FindPayment,
    /// Whom a payment token belongs to.
    preview_payment: PreviewPayment,
    /// Taking a payment by its token.
    authorize_payment: AuthorizePayment,
    /// Taking a payment.
    record_payment: RecordPayment,
    /// Taking it back.
    remove_payment: RemovePayment,
    /// Reminding of dues.
    remind_unpaid: RemindUnpaid,
    /// The periods that count.
    view_periods: ViewPeriods,
    /// Another period.
    set_period: SetPeriod,
    /// How letters are worded.
    view_mail_template: ViewMailTemplate,
    /// Another wording.
    save_mail_template: SaveMailTemplate,
    /// Is this a service?
    authenticate_service: AuthenticateService,
    /// What somebody is, for a service.
    find_member_role: FindMemberRole,
    /// What everybody is, for a service.
    list_member_roles: ListMemberRoles,
    /// Members from a file.
    import_members: ImportMembers,
    /// May this application use the sign-up API?
    admit_application: AdmitApplication,
    /// Its providers.
    list_signup_providers: ListSignupProviders,
    /// One of them.
    view_signup_provider: ViewSignupProvider,
    /// Its forms.
    list_signup_forms: ListSignupForms,
    /// One of them.
    view_signup_form: ViewSignupForm,
    /// Signing up by a form.
    register_signup: RegisterSignup,
    /// Sending a code.
    send_system_code: SendSystemCode,
    /// Trying it.
    check_system_code: CheckSystemCode,
    /// Becoming active by it.
    activate_signup: ActivateSignup,
    /// A new password by it.
    change_signup_password: ChangeSignupPassword,
    /// Signing in at the sign-up API.
    sign_in_signup: SignInSignup,
    /// Signing in there by the OpenID Connect provider.
    sign_in_with_provider: SignInWithProvider,
    /// Who shows this access token?
    authenticate_signup: AuthenticateSignup,
    /// The next pair of its tokens.
    refresh_signup_session: RefreshSignupSession,
    /// Leaving the sign-up API.
    end_signup_session: EndSignupSession,
    /// Leaving it on every device.
    end_all_signup_sessions: EndAllSignupSessions,
    /// Where somebody is signed in.
    list_signup_devices: ListSignupDevices,
    /// One's own entity.
    view_signup: ViewSignup,
    /// Changing it.
    update_signup: UpdateSignup,
    /// Marking it as deleted.
    archive_signup: ArchiveSignup,
    /// Removing it.
    delete_signup: DeleteSignup,
    /// A device for push messages.
    add_fcm_token: AddFcmToken,
    /// Forgetting it.
    remove_fcm_token: RemoveFcmToken,
    /// The keys of access tokens.
    view_signup_keys: ViewSignupKeys,
    /// Forms and providers from a document.
    apply_signup_document: ApplySignupDocument,
    /// The document.
    export_signup_document: ExportSignupDocument,
    /// Writing a form.
    put_signup_form: PutSignupForm,
    /// Writing a provider.
    put_signup_provider: PutSignupProvider,
    /// A provider, active or not.
    inspect_signup_provider: InspectSignupProvider,
    /// Removing a form.
    remove_signup_form: RemoveSignupForm,
    /// Removing a provider.
    remove_signup_provider: RemoveSignupProvider,
    /// Forgetting those who never became active.
    purge_waiting_signups: PurgeWaitingSignups,
    /// Can people be served?
    check_readiness: CheckReadiness,
    /// How many letters are owed, and for how long?
    measure_backlog: MeasureBacklog,
    /// Throwing away what has no more use.
    purge_expired: PurgeExpired,
    /// Finding or creating a partner's person.
    find_or_create_user: FindOrCreateUser,
    /// Keeping the result of a check.
    save_check_result: SaveCheckResult,
    /// The page of a result.
    view_check_result: ViewCheckResult,
    /// Letting a partner in.
    create_partner: CreatePartner,
    /// The partners.
    list_partners: ListPartners,
    /// A partner as people call it.
    find_partner: FindPartner,
    /// A partner's next key.
    rotate_partner_key: RotatePartnerKey,
    /// Shutting a partner out.
    revoke_partner: RevokePartner,
    /// Registering a dictation.
    register_dictation: RegisterDictation,
    /// The dictations of a partner.
    list_dictations: ListDictations,
    /// Retiring a dictation.
    retire_dictation: RetireDictation,
    /// The results of a partner.
    list_check_results: ListCheckResults,
    /// Registering a webhook.
    register_webhook: RegisterWebhook,
    /// The webhooks of a partner.
    list_webhooks: ListWebhooks,
    /// Removing a webhook.
    remove_webhook: RemoveWebhook,
    /// What was told at a webhook.
    list_deliveries: ListDeliveries,
    /// Telling an event once more.
    replay_delivery: ReplayDelivery,
}
