//! Becoming known to the house, and proving who one is.

mod add_email;
mod change_password;
mod check_password_reset;
mod codes;
mod complete_registration;
mod create_user;
mod list_emails;
mod list_users;
mod newcomer;
mod register_with_invite;
mod request_password_reset;
mod resend_email_code;
mod resend_registration_code;
mod reset_password;
mod start_registration;
mod verify_email;
mod verify_registration;
mod view_account;

pub(crate) use self::newcomer::{complete_provisioned, settle_address};
pub use self::{
    add_email::{AddEmail, AddEmailError},
    change_password::{ChangePassword, ChangePasswordError},
    check_password_reset::{CheckPasswordReset, CheckPasswordResetError},
    complete_registration::{CompleteRegistration, CompleteRegistrationError, CompleteRegistrationRequest},
    create_user::{CreateUser, CreateUserError, CreateUserRequest},
    list_emails::ListEmails,
    list_users::ListUsers,
    register_with_invite::{
        RegisterWithInvite, RegisterWithInviteError, RegisterWithInviteRequest, RegisteredWithInvite,
    },
    request_password_reset::RequestPasswordReset,
    resend_email_code::{ResendEmailCode, ResendEmailCodeError},
    resend_registration_code::{ResendRegistrationCode, ResendRegistrationCodeError},
    reset_password::{ResetPassword, ResetPasswordError},
    start_registration::StartRegistration,
    verify_email::{VerifyEmail, VerifyEmailError},
    verify_registration::{VerifyRegistration, VerifyRegistrationError},
    view_account::{Account, ViewAccount},
};
