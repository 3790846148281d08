//! The tokens of the sign-up API: made from the server's keys, kept nowhere.

use chrono::{DateTime, Utc};

use crate::{
    id::{SignupId, SignupSessionId},
    signup::SignupRefresh,
    token::PlainToken,
};

/// What an access token says (sign-up contract section 3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessClaims {
    /// The sign-in it belongs to: the claim `sid`.
    pub session: SignupSessionId,
    /// Whose: the claim `id`.
    pub signup: SignupId,
    /// The door he came through: the claim `authProviderIdentifier`.
    pub provider: String,
    /// His login: the claim `userIdentifier`.
    pub login: String,
    /// His browser, as he said when he signed in: the claim `userAgent`.
    pub user_agent: String,
    /// When it was given out, to the second: the claim `iat`.
    pub issued_at: DateTime<Utc>,
    /// When its time is over, to the second: the claim `exp`.
    pub expires_at: DateTime<Utc>,
}

/// A text that is no access token of this server, or one whose time is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the access token is invalid or has expired")]
pub struct AccessTokenError;

/// Signs access tokens and reads them: JWT (RFC 7519) with `EdDSA` (RFC 8037). The same claims give the same token.
pub trait AccessTokens: Send + Sync {
    /// The token that says this.
    fn sign(&self, claims: &AccessClaims) -> PlainToken;

    /// What a token says, once its signature and its time are sure.
    ///
    /// # Errors
    /// When it is no token of this server, or its time is over at `now`.
    fn read(&self, token: &PlainToken, now: DateTime<Utc>) -> Result<AccessClaims, AccessTokenError>;

    /// The public key, as a JSON Web Key Set (RFC 7517), for whoever wants to check tokens himself.
    fn key_set(&self) -> String;
}

/// Makes refresh tokens and recognises them: each follows from the sign-in and its generation by HMAC-SHA256 under the
/// server's key, so that a repeated refresh can be given the same token although none is kept.
pub trait RefreshTokens: Send + Sync {
    /// The token of a sign-in and a generation.
    fn derive(&self, refresh: SignupRefresh) -> PlainToken;

    /// What a token says, if it is one of this server.
    fn recognise(&self, token: &PlainToken) -> Option<SignupRefresh>;
}
