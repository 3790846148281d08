//! Giving out tokens.

use chrono::{DateTime, TimeDelta, Utc};
use portico_domain::{
    email::{Email, EmailAddress},
    id::UserId,
    ports::{StoreError, Transaction},
    session::{Session, TokenPair},
    user::{DisplayName, User},
};

use crate::ports::Ports;

/// A pair of tokens in clear, and how long the bearer token is good.
#[derive(Clone, Debug)]
pub struct IssuedTokens {
    /// The tokens.
    pub pair: TokenPair,
    /// How long the bearer token opens the house.
    pub expires_in: TimeDelta,
}

/// A person as the answer to a sign-in shows him.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserCard {
    /// Who.
    pub id: UserId,
    /// His default address; nothing when he has none.
    pub email: Option<EmailAddress>,
    /// The name to show.
    pub display_name: DisplayName,
}

/// The outcome of a sign-in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// What opens the house from now on.
    pub tokens: IssuedTokens,
    /// Who came in.
    pub user: UserCard,
    /// Whether he must change his password before anything else (contract O47).
    pub password_change_required: bool,
}

/// Draws both tokens of a new sign-in outside the unit of work that keeps their digests.
pub(crate) struct OpenedSession {
    pub(crate) session: Session,
    pub(crate) tokens: IssuedTokens,
}

impl OpenedSession {
    pub(crate) fn draw(ports: &Ports, user: UserId, now: DateTime<Utc>) -> Self {
        let pair = TokenPair::generate(&ports.policy.token_prefix, ports.entropy.as_ref());
        let session = Session::open(user, &pair, &ports.policy.lifetimes, now, ports.entropy.as_ref());
        Self { session, tokens: IssuedTokens { pair, expires_in: ports.policy.lifetimes.access_token } }
    }
}

/// How a sign-in shows `user`, whose addresses are read here.
pub(crate) fn user_card(tx: &mut dyn Transaction, user: User) -> Result<UserCard, StoreError> {
    let emails = tx.emails().list_of(user.id)?;
    Ok(UserCard { id: user.id, email: default_address(emails), display_name: user.display_name })
}

fn default_address(emails: Vec<Email>) -> Option<EmailAddress> {
    emails.into_iter().find(|email| email.is_default).map(|email| email.address)
}
