//! Registration and joining in one step.

use chrono::{DateTime, Utc};
use portico_domain::{
    email::{CanonicalAddress, EmailAddress},
    invite::{Invite, InviteRefusal},
    password::PlainPassword,
    ports::{Consistency, Lock, PasswordsError, Snapshot, StoreError, StoreExt as _},
    token::{PlainToken, TokenDigest},
};

use super::newcomer::{Newcomer, NewcomerError, password_hints};
use crate::{
    invites::{AcceptInviteError, JoinedByInvite, join_by_invite},
    ports::Ports,
    sessions::{OpenedSession, SignedIn, user_card},
};

/// What it needs.
#[derive(Clone, Debug)]
pub struct RegisterWithInviteRequest {
    /// The token of the letter.
    pub invite_token: PlainToken,
    /// The invited address.
    pub address: EmailAddress,
    /// The password he chose.
    pub password: PlainPassword,
}

/// A newcomer who is a member already.
#[derive(Clone, Debug)]
pub struct RegisteredWithInvite {
    /// His sign-in.
    pub signed_in: SignedIn,
    /// What he joined.
    pub joined: JoinedByInvite,
}

/// Why nobody was registered.
#[derive(Debug, thiserror::Error)]
pub enum RegisterWithInviteError {
    /// The invite lets nobody in, or not this address.
    #[error(transparent)]
    Refused(#[from] InviteRefusal),
    /// The address has an account: its owner signs in and accepts (contract O28).
    #[error("the address has an account")]
    EmailAlreadyInUse,
    /// The password was not accepted, or could not be hashed now.
    #[error(transparent)]
    Passwords(#[from] PasswordsError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<NewcomerError> for RegisterWithInviteError {
    fn from(error: NewcomerError) -> Self {
        match error {
            NewcomerError::AddressTaken => Self::EmailAlreadyInUse,
            NewcomerError::Store(error) => Self::Store(error),
        }
    }
}

impl From<AcceptInviteError> for RegisterWithInviteError {
    fn from(error: AcceptInviteError) -> Self {
        match error {
            AcceptInviteError::Refused(refusal) => Self::Refused(refusal),
            AcceptInviteError::Store(error) => Self::Store(error),
        }
    }
}

/// Makes an account at the invited address and accepts the invite: having its token proves the address.
#[derive(Clone)]
pub struct RegisterWithInvite {
    ports: Ports,
}

impl RegisterWithInvite {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Does both, or neither.
    ///
    /// # Errors
    /// When the invite is of no use here, the address has an account, the password is weak, or the work could not be
    /// done now.
    pub async fn execute(
        &self,
        request: RegisterWithInviteRequest,
    ) -> Result<RegisteredWithInvite, RegisterWithInviteError> {
        let RegisterWithInviteRequest { invite_token, address, password } = request;
        let digest = invite_token.digest();
        let (asked, now) = (address.canonical().clone(), self.ports.clock.now());
        // Hashing is dear: it is done for those only who have an invite.
        self.ports.store.read(Consistency::Latest, move |seen| check(seen, &digest, &asked, now)).await?;
        let hash = self.ports.passwords.protect(password, password_hints(&address, None)).await?;

        let now = self.ports.clock.now();
        let newcomer = Newcomer::new(&self.ports, address.clone(), None, hash, now);
        let ports = self.ports.clone();
        self.ports
            .store
            .write(move |tx| {
                tx.lock(&Lock::Address(address.canonical().clone()))?;
                let invite = find_for(tx.invites().find_by_token(&digest)?, address.canonical(), now)?;
                let user = newcomer.admit(tx)?;
                let joined = join_by_invite(tx, invite, user.id, &ports, now)?;
                let opened = OpenedSession::draw(&ports, user.id, now);
                tx.sessions().add(&opened.session)?;
                let user = user_card(tx, user)?;
                let signed_in = SignedIn { tokens: opened.tokens, user, password_change_required: false };
                Ok(RegisteredWithInvite { signed_in, joined })
            })
            .await
    }
}

fn check(
    seen: &mut dyn Snapshot,
    token: &TokenDigest,
    address: &CanonicalAddress,
    now: DateTime<Utc>,
) -> Result<(), RegisterWithInviteError> {
    find_for(seen.invites().find_by_token(token)?, address, now)?;
    match seen.emails().find_holder(address)? {
        Some(held) if held.is_verified() => Err(RegisterWithInviteError::EmailAlreadyInUse),
        _ => Ok(()),
    }
}

fn find_for(
    invite: Option<Invite>,
    address: &CanonicalAddress,
    now: DateTime<Utc>,
) -> Result<Invite, InviteRefusal> {
    let invite = invite.ok_or(InviteRefusal::NotFound)?;
    invite.check_open(now)?;
    invite.check_address(address)?;
    Ok(invite)
}

#[cfg(test)]
mod tests;
