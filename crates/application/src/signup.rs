//! The sign-up API: signing up by forms that are data, signing in, and what the operator and the people do with it.

mod activate_signup;
mod admit_application;
mod archive_signup;
mod authenticate_signup;
mod change;
mod change_signup_password;
mod check_system_code;
mod codes;
mod delete_signup;
mod door;
mod end_all_signup_sessions;
mod end_signup_session;
mod faults;
mod fcm_tokens;
mod issue;
mod key_set;
mod list_signup_devices;
mod list_signup_forms;
mod list_signup_providers;
mod manage;
mod person;
mod purge_waiting_signups;
mod refresh_signup_session;
mod register_signup;
mod send_system_code;
mod sign_in_signup;
mod sign_in_with_provider;
mod update_signup;
mod view_signup;
mod view_signup_form;
mod view_signup_provider;

pub use self::{
    activate_signup::ActivateSignup,
    admit_application::AdmitApplication,
    archive_signup::ArchiveSignup,
    authenticate_signup::{AuthenticateSignup, AuthenticateSignupError},
    change_signup_password::{ChangeSignupPassword, ChangeSignupPasswordRequest},
    check_system_code::CheckSystemCode,
    delete_signup::DeleteSignup,
    door::Door,
    end_all_signup_sessions::EndAllSignupSessions,
    end_signup_session::EndSignupSession,
    faults::{SignedInError, SignupError, SystemCodeError, UnknownDoorError},
    fcm_tokens::{AddFcmToken, AddFcmTokenError, RemoveFcmToken},
    issue::SignupTokens,
    key_set::ViewSignupKeys,
    list_signup_devices::ListSignupDevices,
    list_signup_forms::ListSignupForms,
    list_signup_providers::ListSignupProviders,
    manage::{
        ApplySignupDocument, ApplySignupDocumentError, ExportSignupDocument, InspectSignupProvider,
        PutSignupForm, PutSignupProvider, RemoveSignupDefinitionError, RemoveSignupForm,
        RemoveSignupProvider,
    },
    purge_waiting_signups::PurgeWaitingSignups,
    refresh_signup_session::{RefreshSignupSession, RefreshSignupSessionError},
    register_signup::{
        NotificationRequest, RegisterSignup, RegisterSignupRequest, RegisteredSignup, SentCode,
    },
    send_system_code::SendSystemCode,
    sign_in_signup::{SignInSignup, SignInSignupError, SignInSignupRequest},
    sign_in_with_provider::{SignInWithProvider, SignInWithProviderError, SignInWithProviderRequest},
    update_signup::{UpdateSignup, UpdateSignupRequest},
    view_signup::ViewSignup,
    view_signup_form::ViewSignupForm,
    view_signup_provider::ViewSignupProvider,
};
