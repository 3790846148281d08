//! Signing in, staying in, leaving.

mod authenticate;
mod issue;
mod refresh_session;
mod sign_in;
mod sign_out;

pub use self::{
    authenticate::{Authenticate, AuthenticateError},
    issue::{IssuedTokens, SignedIn, UserCard},
    refresh_session::{RefreshSession, RefreshSessionError},
    sign_in::{SignIn, SignInError},
    sign_out::SignOut,
};
pub(crate) use self::{
    issue::{OpenedSession, user_card},
    sign_in::{prove_password, settle_password},
};
