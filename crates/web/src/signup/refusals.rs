//! What the sign-up API says when a use case refuses (sign-up contract section 5).

use actix_web::http::StatusCode;
use portico_application::{
    AddFcmTokenError, RefreshSignupSessionError, SignInSignupError, SignInWithProviderError, SignedInError,
    SignupError, SystemCodeError, UnknownDoorError,
};
use portico_domain::{
    ports::{IdentityProviderError, StoreError},
    signup::{NotificationFault, SubmissionFault},
};

use super::{caller::not_signed_in, problem::Problem};
use crate::refuses::Refuses;

/// 404: no provider has this marker, or it is not active.
pub(super) fn no_provider() -> Problem {
    Problem::not_found("Auth provider not found")
}

/// 429: so many wrong codes were tried that the right one is gone.
fn too_many_tries() -> Problem {
    Problem::too_many("Too many wrong codes were tried")
}

/// 403: the account is there, and its password right.
fn not_active() -> Problem {
    Problem::forbidden("User is not active")
}

/// 400: somebody has this login.
fn login_taken() -> Problem {
    Problem::bad_request("User with this login already exists")
}

impl From<SubmissionFault> for Problem {
    fn from(fault: SubmissionFault) -> Self {
        Self::bad_request(fault.to_string())
    }
}

impl Refuses<Problem> for SubmissionFault {
    fn refusals() -> Vec<Problem> {
        let field = Self::Field("f-name".to_owned());
        let size = [Self::TooDeep, Self::TooMany, Self::TooLarge];
        let own = [Self::Credentials, field, Self::EmptySection, Self::Shape, Self::Locale];
        own.into_iter().chain(size).map(Problem::from).collect()
    }
}

impl From<NotificationFault> for Problem {
    fn from(fault: NotificationFault) -> Self {
        Self::bad_request(fault.to_string())
    }
}

impl Refuses<Problem> for NotificationFault {
    fn refusals() -> Vec<Problem> {
        [Self::Email, Self::PhoneSms, Self::PhonePush, Self::TooManyDevices].map(Problem::from).into()
    }
}

impl From<UnknownDoorError> for Problem {
    fn from(error: UnknownDoorError) -> Self {
        match error {
            UnknownDoorError::UnknownProvider => no_provider(),
            UnknownDoorError::Store(error) => error.into(),
        }
    }
}

impl Refuses<Problem> for UnknownDoorError {
    fn refusals() -> Vec<Problem> {
        [vec![no_provider()], StoreError::refusals()].concat()
    }
}

impl From<SignedInError> for Problem {
    fn from(error: SignedInError) -> Self {
        match error {
            SignedInError::SignedOut => not_signed_in(),
            SignedInError::Store(error) => error.into(),
        }
    }
}

impl From<SignupError> for Problem {
    fn from(error: SignupError) -> Self {
        match error {
            SignupError::UnknownProvider => no_provider(),
            SignupError::UnknownForm(_) => Self::not_found(error.to_string()),
            SignupError::Submission(fault) => fault.into(),
            SignupError::Notification(fault) => fault.into(),
            SignupError::Unreachable(_) | SignupError::State => Self::bad_request(error.to_string()),
            SignupError::SignedOut => not_signed_in(),
            SignupError::LoginTaken => login_taken(),
            SignupError::Passwords(error) => error.into(),
            SignupError::Store(error) => error.into(),
        }
    }
}

impl Refuses<Problem> for SignupError {
    /// But for [`State`](Self::State), which a newcomer has none of, and [`SignedOut`](Self::SignedOut), which he is.
    fn refusals() -> Vec<Problem> {
        let own = [
            Self::UnknownProvider,
            Self::UnknownForm("contact".to_owned()),
            Self::Unreachable("email"),
            Self::Unreachable("phoneSMS"),
            Self::LoginTaken,
        ];
        let own = own.map(Problem::from).into();
        [own, SubmissionFault::refusals(), NotificationFault::refusals(), StoreError::refusals()].concat()
    }
}

impl From<SystemCodeError> for Problem {
    fn from(error: SystemCodeError) -> Self {
        match error {
            SystemCodeError::UnknownProvider => no_provider(),
            SystemCodeError::EmptyEvent => Self::bad_request(error.to_string()),
            SystemCodeError::UnknownEvent(_) => Self::not_found(error.to_string()),
            SystemCodeError::InvalidCode => Self::bad_request("Code is wrong or has expired"),
            SystemCodeError::TooManyTries => too_many_tries(),
            SystemCodeError::TooSoon { retry_after } => {
                Self::too_many(error.to_string()).again_in(retry_after.max(1))
            }
            SystemCodeError::PasswordsDiffer => Self::bad_request("Passwords are empty or differ"),
            SystemCodeError::Submission(fault) => fault.into(),
            SystemCodeError::Passwords(error) => error.into(),
            SystemCodeError::Store(error) => error.into(),
        }
    }
}

impl From<SignInSignupError> for Problem {
    fn from(error: SignInSignupError) -> Self {
        match error {
            SignInSignupError::UnknownProvider => no_provider(),
            SignInSignupError::Submission(fault) => fault.into(),
            SignInSignupError::InvalidCredentials => Self::unauthorized("Login or password is wrong"),
            SignInSignupError::TooManyTries => too_many_tries(),
            SignInSignupError::NotActive => not_active(),
            SignInSignupError::Passwords(error) => error.into(),
            SignInSignupError::Store(error) => error.into(),
        }
    }
}

impl Refuses<Problem> for SignInSignupError {
    fn refusals() -> Vec<Problem> {
        let own = [
            Self::UnknownProvider,
            Self::Submission(SubmissionFault::Credentials),
            Self::InvalidCredentials,
            Self::TooManyTries,
            Self::NotActive,
        ];
        [own.map(Problem::from).into(), StoreError::refusals()].concat()
    }
}

impl From<RefreshSignupSessionError> for Problem {
    fn from(error: RefreshSignupSessionError) -> Self {
        match error {
            RefreshSignupSessionError::UnknownProvider => no_provider(),
            RefreshSignupSessionError::InvalidToken => not_signed_in(),
            RefreshSignupSessionError::Store(error) => error.into(),
        }
    }
}

impl Refuses<Problem> for RefreshSignupSessionError {
    fn refusals() -> Vec<Problem> {
        [vec![no_provider(), not_signed_in()], StoreError::refusals()].concat()
    }
}

impl From<SignInWithProviderError> for Problem {
    fn from(error: SignInWithProviderError) -> Self {
        match error {
            SignInWithProviderError::UnknownProvider => no_provider(),
            SignInWithProviderError::IdentityProvider(error) => identity_problem(&error),
            SignInWithProviderError::NoLogin => Self::bad_request("OpenID Connect provider tells no email"),
            SignInWithProviderError::LoginTaken => login_taken(),
            SignInWithProviderError::NotActive => not_active(),
            SignInWithProviderError::Submission(fault) => fault.into(),
            SignInWithProviderError::Store(error) => error.into(),
        }
    }
}

impl Refuses<Problem> for SignInWithProviderError {
    fn refusals() -> Vec<Problem> {
        let own = [
            Self::UnknownProvider,
            Self::IdentityProvider(IdentityProviderError::NotConfigured),
            Self::NoLogin,
            Self::LoginTaken,
            Self::NotActive,
        ];
        let seen = vec![not_believed(), identity_provider_away()];
        [own.map(Problem::from).into(), seen, SubmissionFault::refusals(), StoreError::refusals()].concat()
    }
}

/// What the OpenID Connect provider's refusal or absence means for people. Why is the operator's business.
fn identity_problem(error: &IdentityProviderError) -> Problem {
    match error {
        IdentityProviderError::NotConfigured => {
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "No OpenID Connect provider is set")
        }
        IdentityProviderError::Unavailable(_) => {
            tracing::warn!(%error, "nobody can sign in through the OpenID Connect provider");
            identity_provider_away()
        }
        IdentityProviderError::Refused(_) => {
            tracing::warn!(reason = %error, "a sign-in through the OpenID Connect provider was refused");
            not_believed()
        }
    }
}

/// 503: the OpenID Connect provider does not answer.
fn identity_provider_away() -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "OpenID Connect provider is out of reach").again_in(1)
}

/// 400: the OpenID Connect provider does not vouch for the code. Not 401, which clients answer with a refresh (T3).
fn not_believed() -> Problem {
    Problem::bad_request("OpenID Connect provider does not confirm this sign-in")
}

impl From<AddFcmTokenError> for Problem {
    fn from(error: AddFcmTokenError) -> Self {
        match error {
            AddFcmTokenError::Malformed => Self::bad_request("Token must be 1 to 4096 bytes"),
            AddFcmTokenError::TooMany => Self::bad_request("There are too many devices"),
            AddFcmTokenError::SignedOut => not_signed_in(),
            AddFcmTokenError::Store(error) => error.into(),
        }
    }
}

impl Refuses<Problem> for AddFcmTokenError {
    fn refusals() -> Vec<Problem> {
        let own = [Self::Malformed, Self::TooMany].map(Problem::from).into();
        [own, StoreError::refusals()].concat()
    }
}

#[cfg(test)]
mod tests {
    use portico_domain::ports::PasswordsError;

    use super::*;

    #[track_caller]
    fn assert_said(error: impl Into<Problem>, status: u16, message: &str) -> Problem {
        let problem = error.into();
        assert_eq!((problem.status().as_u16(), problem.message()), (status, message));
        problem
    }

    #[test]
    fn an_unknown_provider_is_not_found() {
        let text = "Auth provider not found";
        assert_said(UnknownDoorError::UnknownProvider, 404, text);
        assert_said(SignupError::UnknownProvider, 404, text);
        assert_said(SystemCodeError::UnknownProvider, 404, text);
        assert_said(SignInSignupError::UnknownProvider, 404, text);
        assert_said(RefreshSignupSessionError::UnknownProvider, 404, text);
        assert_said(SignInWithProviderError::UnknownProvider, 404, text);
    }

    #[test]
    fn a_sign_up_is_refused_with_the_texts_of_the_contract() {
        let field = SubmissionFault::Field("f-name".to_owned());
        assert_said(
            SignupError::Submission(field),
            400,
            "formData's marker 'f-name' value is missing or incorrect",
        );
        let empty = SignupError::Submission(SubmissionFault::EmptySection);
        assert_said(empty, 400, "empty form data section");
        let missed = SignupError::Submission(SubmissionFault::Credentials);
        assert_said(missed, 400, "Login or password values are missed");
        assert_said(SignupError::UnknownForm("x".to_owned()), 404, "Form \"x\" not found");
        assert_said(SignupError::LoginTaken, 400, "User with this login already exists");
        assert_said(SignupError::Unreachable("email"), 400, "notificationData.email should not be empty");
        assert_said(SignupError::State, 400, "state must be an object of at most 64 KiB");
        let email = SignupError::Notification(NotificationFault::Email);
        assert_said(email, 400, "notificationData.email must be an email");
    }

    #[test]
    fn a_code_is_refused_with_the_texts_of_the_contract() {
        let text = "Event \"x\" with formType \"send_code\" not found";
        assert_said(SystemCodeError::UnknownEvent("x".to_owned()), 404, text);
        assert_said(SystemCodeError::EmptyEvent, 400, "eventIdentifier should not be empty");
        assert_said(SystemCodeError::InvalidCode, 400, "Code is wrong or has expired");
        assert_said(SystemCodeError::PasswordsDiffer, 400, "Passwords are empty or differ");
        let soon = SystemCodeError::TooSoon { retry_after: 12 };
        let soon = assert_said(soon, 429, "User already has a code");
        assert_eq!(soon, Problem::too_many("User already has a code").again_in(12));
        let tries = assert_said(SystemCodeError::TooManyTries, 429, "Too many wrong codes were tried");
        assert!(!tries.says_when());
    }

    #[test]
    fn a_sign_in_is_refused_without_telling_logins_from_passwords() {
        assert_said(SignInSignupError::InvalidCredentials, 401, "Login or password is wrong");
        assert_said(SignInSignupError::NotActive, 403, "User is not active");
        assert_said(SignInSignupError::TooManyTries, 429, "Too many wrong codes were tried");
        assert_said(RefreshSignupSessionError::InvalidToken, 401, "Unauthorized");
        let missed = SignInSignupError::Submission(SubmissionFault::Credentials);
        assert_said(missed, 400, "Login or password values are missed");
    }

    #[test]
    fn why_the_openid_connect_provider_refused_is_not_told() {
        let of = |error| SignInWithProviderError::IdentityProvider(error);
        let secret = || "a secret cause".to_owned();
        let text = "OpenID Connect provider does not confirm this sign-in";
        assert_said(of(IdentityProviderError::Refused(secret())), 400, text);
        let away = of(IdentityProviderError::Unavailable(secret()));
        assert!(assert_said(away, 503, "OpenID Connect provider is out of reach").says_when());
        let none = of(IdentityProviderError::NotConfigured);
        assert!(!assert_said(none, 503, "No OpenID Connect provider is set").says_when());
        assert_said(SignInWithProviderError::NoLogin, 400, "OpenID Connect provider tells no email");
        assert_said(SignInWithProviderError::LoginTaken, 400, "User with this login already exists");
        assert_said(SignInWithProviderError::NotActive, 403, "User is not active");
    }

    #[test]
    fn a_device_is_refused_with_the_reason() {
        assert_said(AddFcmTokenError::Malformed, 400, "Token must be 1 to 4096 bytes");
        assert_said(AddFcmTokenError::TooMany, 400, "There are too many devices");
    }

    #[test]
    fn whatever_is_busy_below_is_busy_above() {
        let busy = || StoreError::Overloaded;
        for problem in [
            Problem::from(SignupError::Store(busy())),
            SignupError::Passwords(PasswordsError::Busy).into(),
            SystemCodeError::Store(busy()).into(),
            SystemCodeError::Passwords(PasswordsError::Busy).into(),
            SignInSignupError::Store(busy()).into(),
            SignInSignupError::Passwords(PasswordsError::Busy).into(),
            RefreshSignupSessionError::Store(busy()).into(),
            SignInWithProviderError::Store(busy()).into(),
            UnknownDoorError::Store(busy()).into(),
            AddFcmTokenError::Store(busy()).into(),
        ] {
            assert_eq!(problem, Problem::busy());
        }
    }
}
