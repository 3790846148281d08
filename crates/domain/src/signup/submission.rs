//! Taking what somebody filled in.

mod admission;
mod credentials;

use crate::{code::PlainCode, password::PlainPassword, signup::Login};

/// One element of `authData`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthItem {
    /// Which field.
    pub marker: String,
    /// Its value.
    pub value: PlainPassword,
}

/// The `authData` of a request, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthData(pub Vec<AuthItem>);

/// What a newcomer will sign in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCredentials {
    /// His name.
    pub login: Login,
    /// His password; nothing when the form has no field for one.
    pub password: Option<PlainPassword>,
}

/// What somebody shows to sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresentedCredentials {
    /// Who he says he is, as he typed it.
    pub login: String,
    /// His password, if he typed one.
    pub password: Option<PlainPassword>,
    /// A code, if he typed one.
    pub code: Option<PlainCode>,
}

/// How to reach somebody, as far as his form data tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// The text of the field flagged `isNotificationEmail`.
    pub email: Option<String>,
    /// That of `isNotificationPhoneSMS`.
    pub phone_sms: Option<String>,
    /// Those of `isNotificationPhonePush`.
    pub phone_push: Vec<String>,
}

#[cfg(test)]
mod tests;
