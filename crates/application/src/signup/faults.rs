//! Refusals that several use cases of the sign-up API share.

use portico_domain::{
    ports::{PasswordsError, StoreError},
    signup::{NotificationFault, SubmissionFault},
};

/// The most characters that a refusal repeats of what somebody sent.
const MAX_REPEATED: usize = 128;

fn shortened(sent: &str) -> String {
    sent.chars().take(MAX_REPEATED).collect()
}

/// Why a provider cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum UnknownDoorError {
    /// There is no active provider with this marker.
    #[error("there is no such provider")]
    UnknownProvider,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why nothing was done for somebody who had shown an access token.
#[derive(Debug, thiserror::Error)]
pub enum SignedInError {
    /// His sign-in ended in the meantime.
    #[error("the sign-in has ended")]
    SignedOut,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a code, or what should be done with one, was refused (sign-up contract sections 3 and 5). Unknown accounts are
/// not told apart from those without a code.
#[derive(Debug, thiserror::Error)]
pub enum SystemCodeError {
    /// There is no active provider with this marker.
    #[error("there is no such provider")]
    UnknownProvider,
    /// No event was named.
    #[error("eventIdentifier should not be empty")]
    EmptyEvent,
    /// No code is sent for this event.
    #[error("Event \"{}\" with formType \"send_code\" not found", shortened(.0))]
    UnknownEvent(String),
    /// The code is wrong, used, over, or was never sent.
    #[error("the code is wrong or has expired")]
    InvalidCode,
    /// Too many wrong codes were tried.
    #[error("too many wrong codes were tried")]
    TooManyTries,
    /// A code was sent just now.
    #[error("User already has a code")]
    TooSoon {
        /// Seconds until the next one may be sent.
        retry_after: i64,
    },
    /// The two new passwords differ, or are empty.
    #[error("the passwords are empty or differ")]
    PasswordsDiffer,
    /// The form refuses the new password.
    #[error(transparent)]
    Submission(#[from] SubmissionFault),
    /// The password could not be hashed now.
    #[error(transparent)]
    Passwords(#[from] PasswordsError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why somebody was not signed up, or what he filled in was not taken.
#[derive(Debug, thiserror::Error)]
pub enum SignupError {
    /// There is no active provider with this marker.
    #[error("there is no such provider")]
    UnknownProvider,
    /// The form is another than the provider's.
    #[error("Form \"{}\" not found", shortened(.0))]
    UnknownForm(String),
    /// What was filled in is not what the form asks for.
    #[error(transparent)]
    Submission(#[from] SubmissionFault),
    /// What was said of the ways to reach somebody is wrong.
    #[error(transparent)]
    Notification(#[from] NotificationFault),
    /// No address was given, or no telephone where codes go to telephones.
    #[error("notificationData.{0} should not be empty")]
    Unreachable(&'static str),
    /// The state is no JSON object, or is too large.
    #[error("state must be an object of at most 64 KiB")]
    State,
    /// The sign-in of whoever changes his account ended in the meantime.
    #[error("the sign-in has ended")]
    SignedOut,
    /// The login is somebody's.
    #[error("a user with this login already exists")]
    LoginTaken,
    /// The password could not be hashed now.
    #[error(transparent)]
    Passwords(#[from] PasswordsError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_repeats_but_the_beginning_of_what_was_sent() {
        let long = "x".repeat(100_000);
        let text = SystemCodeError::UnknownEvent(long.clone()).to_string();
        assert_eq!(text, format!("Event \"{}\" with formType \"send_code\" not found", &long[..128]));
        assert_eq!(
            SignupError::UnknownForm(long.clone()).to_string(),
            format!("Form \"{}\" not found", &long[..128])
        );
        assert_eq!(SignupError::UnknownForm("contact".to_owned()).to_string(), "Form \"contact\" not found");
    }
}
