//! The members' portal: signing in at the provider, and what the members keep there.

mod account_id;
mod admins;
mod appoint_member;
mod authorize_manager;
mod authorize_payment;
mod begin_sign_in;
mod caller;
mod conflict;
mod display_name;
mod dues;
mod faults;
mod find_payment;
mod finish_sign_in;
mod identify_visitor;
mod import_members;
mod leave_portal;
mod letters;
mod list_member_payments;
mod list_profiles;
mod mail_templates;
mod offer_payment;
mod overwrite_member;
mod periods;
mod preview_payment;
mod record_payment;
mod register_member;
mod remind_unpaid;
mod remove_payment;
mod services;
mod set_member_role;
mod update_profile;
mod verify_member_address;
mod view_card;
mod view_member;
mod view_pending_sign_in;
mod view_profile;

pub use self::{
    appoint_member::{AppointMember, AppointMemberError, Appointed, MemberName},
    authorize_manager::{AuthorizeManagement, AuthorizeManagerError},
    authorize_payment::{AuthorizePayment, AuthorizePaymentError},
    begin_sign_in::{BeginPortalSignIn, BeginPortalSignInError, BegunSignIn},
    caller::PortalCaller,
    conflict::ProfileConflict,
    find_payment::FindPayment,
    finish_sign_in::{
        FinishPortalSignIn, FinishPortalSignInError, FinishPortalSignInRequest, FinishedSignIn,
    },
    identify_visitor::{IdentifyVisitor, IdentifyVisitorError},
    import_members::{ImportFault, ImportMembers, ImportMode, ImportReport, ImportRow},
    leave_portal::LeavePortal,
    list_member_payments::{ListMemberPayments, ListOwnPayments},
    list_profiles::{ListProfiles, ListProfilesRequest},
    mail_templates::{SaveMailTemplate, SaveMailTemplateError, ViewMailTemplate},
    offer_payment::{OfferPayment, OfferPaymentError, OfferedPayment},
    overwrite_member::{OverwriteMember, OverwriteMemberError},
    periods::{PeriodChange, SetPeriod, SetPeriodError, ViewPeriods},
    preview_payment::{PaymentPreview, PreviewPayment, PreviewPaymentError},
    record_payment::{RecordPayment, RecordPaymentError},
    register_member::{RegisterMember, RegisterMemberError, RegisterMemberRequest},
    remind_unpaid::{FailedReminder, RemindUnpaid},
    remove_payment::RemovePayment,
    services::{AuthenticateService, FindMemberRole, ListMemberRoles},
    set_member_role::{SetMemberRole, SetMemberRoleError},
    update_profile::{UpdateProfile, UpdateProfileError, UpdateProfileRequest},
    verify_member_address::{VerifyMemberAddress, VerifyMemberAddressError},
    view_card::ViewCard,
    view_member::ViewMember,
    view_pending_sign_in::{PendingSignInError, ViewPendingSignIn},
    view_profile::ViewProfile,
};
